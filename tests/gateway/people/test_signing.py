"""Signing in by a browser: who gets in, who does not, and what nobody can tell apart."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gateway.people.guessing import OF_ACCOUNT
from gateway.people.news import By
from gateway.people.roll import disable, give_roles, kept, let_set_password, named
from gateway.store import events, people, people_sessions
from gateway.store.catalogue import metadata
from gateway.store.engine import Store
from tests.gateway.people.conftest import PASSWORD

SESSION = "dockmatch_session"
_DAY = timedelta(days=1)


def told(store: Store, kind: str) -> list[Any]:
    with store.read() as connection:
        return events.after(connection, 0, types=[kind], limit=1000)


async def test_until_there_are_people_nobody_signs_in(browser: Any, person: Any) -> None:
    one = await browser()
    assert (await one.get("/inbox")).url.path == "/inbox"
    person("mara")
    away = await one.get("/inbox?q=mine")
    assert away.url.path == "/sign-in"
    assert away.url.query["next"] == "/inbox?q=mine"
    assert (await one.client.get("/v1/records")).status == 401


async def test_somebody_signs_in_is_named_and_signs_out(
    browser: Any, person: Any, store: Store
) -> None:
    person("mara", "ap")
    one = await browser()
    entered = await one.sign_in("mara")
    assert (entered.status, entered.headers["Location"]) == (303, "/")
    page = await one.get("/")
    assert page.url.path == "/inbox"
    assert "Mara" in await page.text()
    (news,) = told(store, "person.signed_in")
    assert (news.actor, b'"by":"password"' in news.data) == ("mara", True)
    secret = one.cookie(SESSION)
    left = await one.post("/sign-out", "/inbox")
    assert left.headers["Location"] == "/sign-in"
    one.client.session.cookie_jar.update_cookies({SESSION: secret}, one.client.make_url("/"))
    assert (await one.get("/inbox")).url.path == "/sign-in"  # ended here, not in the cookie alone
    assert len(told(store, "person.signed_out")) == 1


async def test_an_address_will_do_as_a_name(browser: Any, person: Any) -> None:
    person("mara")
    one = await browser()
    assert (await one.sign_in(" Mara@Tamarack.example ")).status == 303


@pytest.mark.parametrize(
    ("role", "page"),
    [("ap", "/inbox"), ("auditor", "/invoices"), ("receiver", "/account"), ("admin", "/inbox")],
)
async def test_each_role_lands_on_its_page(browser: Any, person: Any, role: str, page: str) -> None:
    person("mara", role)
    one = await browser()
    await one.sign_in("mara")
    landed = await one.get("/")
    assert (landed.url.path, landed.status) == (page, 200)


async def test_wrong_unknown_and_disabled_are_answered_alike(
    browser: Any, person: Any, store: Store, clock: Any
) -> None:
    person("ann", "admin")
    person("mara")
    with store.write() as connection:
        disable(connection, named(connection, "mara"), By("ann", clock()))
    answers = []
    for name, password in (("ann", "wrong"), ("nobody", PASSWORD), ("mara", PASSWORD)):
        one = await browser()
        answer = await one.sign_in(name, password)
        text = (
            (await answer.text())
            .replace(f'value="{name}"', "")
            .replace(one.cookie("dockmatch_form"), "")
        )
        answers.append((answer.status, text))
    assert answers[0][0] == 403
    assert len(set(answers)) == 1
    refused = told(store, "person.refused")
    assert [one.data.count(b'"reason":"password"') for one in refused] == [1, 0, 0]
    assert b"nobody" not in refused[1].data
    assert b'"reason":"disabled"' in refused[2].data


async def test_a_guesser_waits_and_so_does_who_guesses_at_nobody(
    browser: Any, person: Any, clock: Any
) -> None:
    person("mara")
    for name in ("mara", "nobody"):
        one = await browser()
        for _ in range(OF_ACCOUNT.free):
            assert (await one.sign_in(name, "wrong")).status == 403
        waiting = await one.sign_in(name)  # the right one, too
        assert waiting.status == 429
        assert waiting.headers["Retry-After"] == "6"
        assert "Wait 6 seconds" in await waiting.text()
    clock.pass_seconds(7)
    assert (await one.sign_in("mara")).status == 303


async def test_many_guesses_at_once_are_no_more_than_one_by_one(browser: Any, person: Any) -> None:
    person("mara")
    one = await browser()
    await one.get("/sign-in")
    answers = await asyncio.gather(*(one.sign_in("mara", f"wrong {n}") for n in range(20)))
    assert sum(answer.status == 403 for answer in answers) == OF_ACCOUNT.free


# Sessions.


async def test_a_session_number_from_before_is_worth_nothing_after(
    browser: Any, person: Any
) -> None:
    person("mara")
    one = await browser()
    planted = "x" * 43
    one.client.session.cookie_jar.update_cookies({SESSION: planted}, one.client.make_url("/"))
    form = (await one.get("/sign-in")) and one.cookie("dockmatch_form")
    await one.sign_in("mara")
    assert one.cookie(SESSION) not in {planted, ""}
    assert one.cookie("dockmatch_form") != form
    first = one.cookie(SESSION)
    await one.sign_in("mara")
    assert one.cookie(SESSION) != first
    stranger = await browser()
    stranger.client.session.cookie_jar.update_cookies({SESSION: planted}, one.client.make_url("/"))
    assert (await stranger.get("/inbox")).url.path == "/sign-in"


async def test_the_cookie_is_the_servers_alone(browser: Any, person: Any) -> None:
    person("mara")
    one = await browser()
    plain = await one.sign_in("mara")
    morsel = plain.cookies[SESSION]
    assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "Lax", "/")
    assert not morsel["secure"]


async def test_a_session_ends_when_it_is_not_used_and_when_it_is_old(
    browser: Any, person: Any, clock: Any, store: Store
) -> None:
    person("mara")
    one = await browser()
    await one.sign_in("mara")
    for _ in range(13):  # used every eleven hours: it goes on
        clock.pass_seconds(11 * 3600)
        assert (await one.get("/account")).url.path == "/account"
    clock.pass_seconds(26 * 3600)  # seven days after it began
    assert (await one.get("/account")).url.path == "/sign-in"
    await one.sign_in("mara")
    clock.pass_seconds(12 * 3600)
    assert (await one.get("/account")).url.path == "/sign-in"
    await one.sign_in("mara")
    with store.read() as connection:
        assert len(people_sessions.listed(connection)) == 1  # those that ended are dropped


@pytest.mark.parametrize("what", ["disable", "roles", "reset"])
async def test_what_ends_trust_ends_the_sessions_at_once(
    browser: Any, person: Any, store: Store, clock: Any, what: str
) -> None:
    person("ann", "admin")
    number = person("mara", "ap")
    one = await browser()
    await one.sign_in("mara")
    assert (await one.get("/inbox")).url.path == "/inbox"
    by = By("ann", clock())
    with store.write() as connection:
        mara = kept(connection, number)
        if what == "disable":
            disable(connection, mara, by)
        elif what == "roles":
            give_roles(connection, mara, ["auditor"], by)
        else:
            let_set_password(connection, mara, _DAY, by)
    assert (await one.get("/inbox")).url.path == "/sign-in"
    again = await one.sign_in("mara")
    assert again.status == (303 if what == "roles" else 403)


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/%0d%0aSet-Cookie:x=y\r\nX: y",
        "/sign-out",
        "inbox",
        "/" + "x" * 3000,
        " /inbox",
    ],
)
async def test_nobody_is_led_elsewhere(browser: Any, person: Any, back: str) -> None:
    person("mara")
    one = await browser()
    assert (await one.sign_in("mara", next=back)).headers["Location"] == "/"
    page = await one.get("/sign-in", params={"next": back})
    assert 'name="next" value="/"' in await page.text()


async def test_one_is_led_back_to_where_one_wanted_to(browser: Any, person: Any) -> None:
    person("mara")
    one = await browser()
    entered = await one.sign_in("mara", next="/inbox?q=supplier:acme reason:price")
    assert entered.headers["Location"] == "/"  # blanks are no address
    entered = await one.sign_in("mara", next="/inbox?q=supplier:acme+mine")
    assert entered.headers["Location"] == "/inbox?q=supplier:acme+mine"


async def test_a_form_of_another_site_signs_nobody_in(browser: Any, person: Any) -> None:
    person("mara")
    one = await browser()
    sent = {"name": "mara", "password": PASSWORD}
    assert (await one.client.post("/sign-in", data=sent)).status == 403
    await one.get("/sign-in")
    forged = sent | {"token": one.cookie("dockmatch_form")}
    headers = {"Origin": "https://evil.example"}
    assert (await one.client.post("/sign-in", data=forged, headers=headers)).status == 403
    assert not one.cookie(SESSION)


# Links.


async def test_a_link_lets_its_person_choose_a_password_once(
    browser: Any, person: Any, store: Store, clock: Any
) -> None:
    number = person("mara")
    with store.write() as connection:
        by = By("ann", clock())
        link = let_set_password(connection, kept(connection, number), _DAY, by)
    path = f"/sign-in/link/{link.secret}"
    one = await browser()
    page = await one.get(path)
    assert "Welcome, Mara" in await page.text()
    assert page.headers["Referrer-Policy"] == "no-referrer"
    for password, again, why in (
        ("short", "short", "12 characters"),
        ("Password1234", "Password1234", "easy to guess"),
        ("seven other kettles", "seven other kettle", "not the same"),
    ):
        refused = await one.post(path, password=password, again=again)
        assert (refused.status, why in await refused.text()) == (403, True)
    chosen = {"password": "seven other kettles", "again": "seven other kettles"}
    entered = await one.post(path, **chosen)
    assert entered.status == 303
    assert (await one.get("/account")).url.path == "/account"
    assert (await one.get(path)).status == 410
    used = await one.post(path, "/account", **chosen)
    assert used.status == 410
    other = await browser()
    assert (await other.sign_in("mara")).status == 403
    assert (await other.sign_in("mara", "seven other kettles")).status == 303


async def test_a_link_ends_in_time_by_a_newer_one_and_with_its_person(
    browser: Any, person: Any, store: Store, clock: Any
) -> None:
    person("ann", "admin")
    number = person("mara")
    one = await browser()

    def linked() -> str:
        with store.write() as connection:
            made = let_set_password(connection, kept(connection, number), _DAY, By("ann", clock()))
        return f"/sign-in/link/{made.secret}"

    first, second = linked(), linked()
    assert (await one.get(first)).status == 410
    assert (await one.get(second)).status == 200
    clock.pass_seconds(86_400)
    assert (await one.get(second)).status == 410
    third = linked()
    with store.write() as connection:
        disable(connection, kept(connection, number), By("ann", clock()))
    assert (await one.get(third)).status == 410
    assert (await one.get("/sign-in/link/" + "x" * 43)).status == 410


async def test_nothing_that_opens_a_door_stands_in_the_tables(
    browser: Any, person: Any, store: Store, clock: Any
) -> None:
    number = person("mara")
    with store.write() as connection:
        link = let_set_password(connection, kept(connection, number), _DAY, By("ann", clock()))
    one = await browser()
    await one.post(f"/sign-in/link/{link.secret}", password=PASSWORD, again=PASSWORD)
    with store.write() as connection:
        again = let_set_password(connection, kept(connection, number), _DAY, By("ann", clock()))
        people.set_password(connection, number, "$argon2id$")
        people.set_link(connection, number, "digest", "2027")
        tables = ("person", "person_link", "person_session", "sign_in_tries", "event")
        rows = [str(row) for t in tables for row in connection.execute(select(metadata.tables[t]))]
    for secret in (PASSWORD, link.secret, again.secret, one.cookie(SESSION)):
        assert secret
        assert not any(secret in row for row in rows)
