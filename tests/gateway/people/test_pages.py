"""The pages about people: whom they invite, what they change, and what they show to whom."""

import re
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.doors.access import WebSettings
from gateway.doors.http import build_app
from gateway.store import events, people, people_sessions
from gateway.store.engine import Store
from tests.gateway.doors.test_http import services
from tests.gateway.people.conftest import PASSWORD

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
async def admin(browser: Any, person: Any) -> Any:
    person("ann", "admin")
    one = await browser()
    await one.sign_in("ann")
    return one


async def test_somebody_is_invited_and_comes_in(admin: Any, browser: Any, store: Store) -> None:
    assert "Ann" in await (await admin.get("/people")).text()
    sent = {"email": "Bo.Lund@tamarack.example", "display": "Bo Lund", "role": "auditor"}
    made = await admin.post("/people", **sent)
    text = await made.text()
    found = re.search(r"http://[^<\s]+(/sign-in/link/[\w-]+)", text)
    assert found
    assert found[1] not in await (await admin.get("/people")).text()  # shown once
    guest = await browser()
    entered = await guest.post(found[1], password=PASSWORD, again=PASSWORD)
    assert entered.status == 303
    landed = await guest.get("/")
    assert landed.url.path == "/invoices"
    assert "Bo Lund" in await landed.text()
    with store.read() as connection:
        bo = people.named(connection, "bo.lund")
        (news,) = events.after(connection, 0, types=["person.invited"], limit=9)[-1:]
    assert bo
    assert (bo.roles, bo.created_by, news.actor) == ({"auditor"}, "ann", "ann")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"email": "nobody", "role": "ap"}, "no e-mail address"),
        ({"email": "bo@tamarack.example"}, "needs a role"),
        ({"email": "bo@tamarack.example", "role": "root"}, "no role root"),
        ({"email": "bo@tamarack.example", "role": "ap", "name": "../bo"}, "small letters"),
        ({"email": "bo@tamarack.example", "role": "ap", "name": "operator"}, "and not"),
        ({"email": "ann@tamarack.example", "role": "ap", "name": "bo"}, "there is somebody"),
        ({"email": "bo@tamarack.example", "role": "ap", "group": "none such"}, "no group"),
    ],
)
async def test_who_cannot_be_invited_is_told_why(
    admin: Any, fields: dict[str, str], why: str
) -> None:
    refused = await admin.post("/people", **fields)
    text = await refused.text()
    assert (refused.status, why.casefold() in text.casefold()) == (409, True)
    assert "/sign-in/link/" not in text


async def test_what_somebody_calls_themselves_is_text(admin: Any) -> None:
    name = "<script>alert(1)</script>"
    sent = {"email": "bo@tamarack.example", "display": name, "role": "ap"}
    made = await admin.post("/people", **sent)
    assert name not in await made.text()
    assert name not in await (await admin.get("/people/2")).text()
    assert "&lt;script&gt;" in await (await admin.get("/people")).text()


async def test_roles_groups_and_state_are_changed(
    admin: Any, browser: Any, person: Any, store: Store
) -> None:
    number = person("bo", "ap")
    guest = await browser()
    await guest.sign_in("bo")
    await admin.post("/policies/groups", "/people", group="company", name="Plants")
    kept = await admin.post(f"/people/{number}", role="receiver", group="Plants")
    assert kept.status == 303
    assert (await guest.get("/inbox")).url.path == "/sign-in"  # other roles: sign in again
    await guest.sign_in("bo")
    page = await (await guest.get("/account")).text()
    assert "in Plants" in page
    assert 'href="/inbox">Inbox' not in page
    assert (await guest.get("/inbox")).status == 403
    assert (await admin.post(f"/people/{number}/disable")).status == 303
    assert (await guest.get("/account")).url.path == "/sign-in"
    assert "Disabled" in await (await admin.get(f"/people/{number}")).text()
    assert (await admin.post(f"/people/{number}/enable")).status == 303
    assert (await guest.sign_in("bo")).status == 303
    with store.read() as connection:
        told = [one.data for one in events.after(connection, 0, types=["person.changed"], limit=9)]
    changes = [re.search(rb'"change":"(\w+)"', one)[1].decode() for one in told]  # type: ignore[index]
    assert changes == ["roles", "groups", "disabled", "enabled"]


@pytest.mark.parametrize("path", ["/people/1", "/people/1/disable"])
async def test_the_last_administrator_stays_one(admin: Any, path: str) -> None:
    refused = await admin.post(path, "/people/1", role="ap")
    assert (refused.status, "last administrator" in await refused.text()) == (409, True)
    assert (await admin.get("/people")).status == 200


async def test_a_session_is_ended_by_its_person_and_by_an_administrator(
    admin: Any, browser: Any, person: Any, store: Store
) -> None:
    number = person("bo", "ap")
    phone, desk = await browser(), await browser()
    await phone.sign_in("bo")
    await desk.sign_in("bo")
    with store.read() as connection:
        newest, oldest = (one.id for one in people_sessions.of_person(connection, number))
        (foreign,) = (one.id for one in people_sessions.of_person(connection, 1))
    sessions = {newest, oldest}
    nothing = await desk.post(f"/account/sessions/{foreign}/end", "/account")
    assert nothing.headers["Location"].endswith("done=nothing")  # nobody ends another one's
    assert (await admin.get("/account")).status == 200
    own = await (await desk.get("/account")).text()
    (other,) = {int(n) for n in re.findall(r"/account/sessions/(\d+)/end", own)}
    await desk.post(f"/account/sessions/{other}/end", "/account")
    assert (await phone.get("/account")).url.path == "/sign-in"
    (left,) = sessions - {other}
    await admin.post(f"/people/{number}/sessions/{left}/end", f"/people/{number}")
    assert (await desk.get("/account")).url.path == "/sign-in"


async def test_another_password_ends_other_sessions(browser: Any, person: Any) -> None:
    person("bo", "ap")
    phone, desk = await browser(), await browser()
    await phone.sign_in("bo")
    await desk.sign_in("bo")
    new = "nine other kettles boil"
    for old, chosen, again, why in (
        ("wrong", new, new, "not your password"),
        (PASSWORD, "short", "short", "12 characters"),
        (PASSWORD, new, "nine", "not the same"),
    ):
        refused = await desk.post(
            "/account/password", "/account", old=old, password=chosen, again=again
        )
        assert (refused.status, why in await refused.text()) == (403, True)
    sent = {"old": PASSWORD, "password": new, "again": new}
    assert (await desk.post("/account/password", "/account", **sent)).status == 303
    assert (await desk.get("/account")).url.path == "/account"
    assert (await phone.get("/account")).url.path == "/sign-in"
    assert (await phone.sign_in("bo", new)).status == 303


async def test_what_a_person_decides_bears_their_name(admin: Any, store: Store) -> None:
    await admin.post("/policies", "/policies", group="company", key="approval.limit", value="500")
    with store.read() as connection:
        (news,) = events.after(connection, 0, types=["group.changed"], limit=9)
    assert (news.actor, b'"after":"500"' in news.data) == ("ann", True)


# Policies.


async def test_a_page_shows_each_value_with_its_level(admin: Any) -> None:
    for name, parent in (("Plants", "company"), ("Plant North", "Plants")):
        await admin.post("/policies/groups", "/policies", group=parent, name=name)
    await admin.post("/policies", "/policies", group="company", key="approval.limit", value="500")
    await admin.post("/policies", "/policies", group="Plants", key="price.over_pct", value="5")
    page = await (await admin.get("/policies", params={"group": "Plant North"})).text()
    rows = dict(re.findall(r"<code>([\w.]+)</code>(.*?)</tr>", page, re.DOTALL))
    assert "500" in rows["approval.limit"]
    assert ">company</a>" in rows["approval.limit"]
    assert ">Plants</a>" in rows["price.over_pct"]
    assert "default" in rows["way"]
    own = await (await admin.get("/policies", params={"group": "Plants"})).text()
    assert "said here" in own
    assert "instead of 0 (default)" in own
    await admin.post(
        "/policies", "/policies", group="Plants", key="price.over_pct", action="inherit"
    )
    after = await (await admin.get("/policies", params={"group": "Plants"})).text()
    assert "said here" not in after


async def test_a_value_that_cannot_be_is_told_and_not_kept(admin: Any) -> None:
    sent = {"group": "company", "key": "price.over_pct", "value": "much"}
    refused = await admin.post("/policies", **sent)
    assert (refused.status, "must be a number" in await refused.text()) == (409, True)
    assert (await admin.get("/policies", params={"group": "nowhere"})).status == 404


async def test_everybody_reads_policies_and_an_administrator_alone_writes(
    browser: Any, person: Any, admin: Any
) -> None:
    assert "<form" in await (await admin.get("/policies")).text()
    person("bo", "receiver")
    guest = await browser()
    await guest.sign_in("bo")
    page = await guest.get("/policies")
    text = await page.text()
    assert page.status == 200
    assert 'action="/policies"' not in text
    refused = await guest.post("/policies", group="company", key="way", value="2")
    assert refused.status == 403


async def test_behind_a_proxy_cookies_are_the_hosts(
    person: Any, store: Store, clock: Any, tmp_path: Any
) -> None:
    person("bo")
    for proxies, name in ((("127.0.0.0/8",), "__Host-dockmatch"), ((), "dockmatch_session")):
        settings = WebSettings(proxies=proxies)
        app = build_app(services(store, clock, tmp_path, settings))
        async with TestClient(TestServer(app)) as client:
            headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9, 127.0.0.1"}
            page = await client.get("/sign-in", headers=headers)
            token = page.cookies["dockmatch_form"].value
            sent = {"token": token, "name": "bo", "password": PASSWORD}
            headers["Cookie"] = f"dockmatch_form={token}"
            entered = await client.post(
                "/sign-in", data=sent, headers=headers, allow_redirects=False
            )
            morsel = entered.cookies[name]
            assert bool(morsel["secure"]) == bool(proxies)
            assert morsel["domain"] == ""
            assert ("Strict-Transport-Security" in page.headers) == bool(proxies)
    with store.read() as connection:
        told = events.after(connection, 0, types=["person.signed_in"], limit=9)
    assert [b"203.0.113.9" in one.data for one in told] == [True, False]
