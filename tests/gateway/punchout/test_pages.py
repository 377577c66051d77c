"""The pages by HTTP: what a stranger's page cannot do, and where browsers are sent."""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.doors.access import Key, WebSettings
from gateway.doors.http import build_app
from gateway.doors.services import Services
from gateway.punchout.starting import return_address
from gateway.punchout.trade import Trade
from gateway.store import punchout

TOKEN = "a-token-of-the-operator"  # noqa: S105
ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
FROM_SHOP = {"Sec-Fetch-Site": "cross-site", "Origin": "https://shop.marlowefinch.example"}
OPERATOR = {"Authorization": f"Bearer {TOKEN}"}


def served(side: Any, **settings: Any) -> TestClient:
    trade = Trade(desk=side.desk, endpoint=side.endpoint, shop=side.shop)
    services = Services(
        store=side.store,
        archive=side.archive,
        intake=side.desk.intake,
        jobs=side.desk.jobs,
        rematch=lambda _record: None,
        settings=WebSettings(**settings),
        clock=side.desk.clock,
        trade=trade,
    )
    return TestClient(TestServer(build_app(services)))


@pytest.fixture
async def buyer(pair: Any) -> AsyncIterator[TestClient]:
    async with served(pair.buyer) as client:
        yield client


@pytest.fixture
async def guarded(pair: Any) -> AsyncIterator[TestClient]:
    keys = (Key(name="erp", key="key-of-the-erp-system"),)
    async with served(pair.buyer, token=TOKEN, keys=keys) as client:
        yield client


@pytest.fixture
async def shop(pair: Any) -> AsyncIterator[TestClient]:
    async with served(pair.supplier, token=TOKEN) as client:
        yield client


def path_of(address: str) -> str:
    return "/" + address.partition("://")[2].partition("/")[2]


def secret_in(text: str) -> dict[str, str]:
    found = re.search(r'name="token" value="([^"]+)"', text)
    assert found
    return {"token": found[1]}


OCI = urlencode(
    {
        "NEW_ITEM-DESCRIPTION[1]": '<script>document.title="PAID"</script>',
        "NEW_ITEM-QUANTITY[1]": "2",
        "NEW_ITEM-PRICE[1]": "5.000",
        "NEW_ITEM-UNIT[1]": "EA",
        "NEW_ITEM-CURRENCY[1]": "USD",
        "NEW_ITEM-VENDORMAT[1]": "HM-1",
    }
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


# The buyer's pages.


async def test_a_session_is_started_by_its_form_alone(buyer: TestClient, pair: Any) -> None:
    page = await (await buyer.get("/punchout")).text()
    assert "Marlowe Finch" in page
    form = {"supplier": "marlowe-finch", "email": "ann@tamarack.example"}
    refused = await buyer.post("/punchout", data=form)
    assert refused.status == 403
    foreign = await buyer.post("/punchout", data=form | secret_in(page), headers=ELSEWHERE)
    assert foreign.status == 403
    assert pair.buyer.posted == []
    started = await buyer.post("/punchout", data=form | secret_in(page), allow_redirects=False)
    assert (started.status, started.headers["Location"]) == (303, "/punchout/1")
    shown = await (await buyer.get("/punchout/1")).text()
    assert "Go to the shop" in shown
    assert "ann@tamarack.example" in shown


async def test_a_fault_is_told_on_the_page(buyer: TestClient) -> None:
    page = await (await buyer.get("/punchout")).text()
    told = await buyer.post("/punchout", data={"supplier": "nobody"} | secret_in(page))
    assert "There is no partners/nobody.toml" in await told.text()


async def test_the_way_to_the_shop(buyer: TestClient, pair: Any) -> None:
    session = await pair.start()
    away = await buyer.get(f"/punchout/go/{session.landing}", allow_redirects=False)
    assert (away.status, away.headers["Location"]) == (303, session.start_url)
    assert (await buyer.get("/punchout/go/" + "x" * 40)).status == 404


async def test_an_oci_shop_is_opened_by_a_form_for_its_host_alone(
    buyer: TestClient, pair: Any
) -> None:
    session = await pair.start(supplier="pinecrest", item="HM-1")
    page = await buyer.get(f"/punchout/go/{session.landing}")
    text = await page.text()
    assert 'name="PRODUCTID" value="HM-1"' in text
    assert 'action="https://pinecrest.example/oci"' in text
    assert f'name="HOOK_URL" value="{return_address(pair.buyer.desk, session.landing)}"' in text
    policy = page.headers["Content-Security-Policy"]
    assert "form-action https://pinecrest.example;" in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"


async def test_a_cart_comes_from_another_site_and_is_shown(buyer: TestClient, pair: Any) -> None:
    session = await pair.start(supplier="pinecrest")
    back = path_of(return_address(pair.buyer.desk, session.landing))
    landed = await buyer.post(back, data=OCI, headers=FORM | FROM_SHOP, allow_redirects=False)
    assert landed.status == 303
    assert landed.headers["Location"] == f"/punchout/cart/{session.landing}"
    shown = await (await buyer.get(landed.headers["Location"])).text()
    assert "1 line, 10.00 USD" in shown
    assert "<script>document" not in shown
    assert "&lt;script&gt;document" in shown
    again = await buyer.post(back, data=OCI, headers=FORM | FROM_SHOP)
    assert "it is here once" in await again.text()
    other = await buyer.post(back, data=OCI + "&x=1", headers=FORM | FROM_SHOP)
    assert other.status == 409
    assert "HM-1" not in await other.text()


async def test_a_return_address_takes_nothing_but_posts_of_its_size(
    buyer: TestClient, pair: Any
) -> None:
    session = await pair.start(supplier="pinecrest")
    back = path_of(return_address(pair.buyer.desk, session.landing))
    assert (await buyer.get(back)).status == 405
    huge = await buyer.post(back, data=b"x" * (4 << 20) + b"y", headers=FORM)
    assert huge.status == 413
    assert (await buyer.post("/punchout/return/" + "0" * 64, data=OCI, headers=FORM)).status == 404


async def test_a_cart_is_ordered_from_where_it_landed(buyer: TestClient, pair: Any) -> None:
    session = await pair.start(supplier="pinecrest")
    back = path_of(return_address(pair.buyer.desk, session.landing))
    await buyer.post(back, data=OCI, headers=FORM | FROM_SHOP)
    here = f"/punchout/cart/{session.landing}"
    foreign = await buyer.post(f"{here}/order", data={"number": "PO-1"}, headers=ELSEWHERE)
    assert foreign.status == 403
    empty = await buyer.post(f"{here}/order", data={"number": " "})
    assert (empty.status, "Not done" in await empty.text()) == (422, True)
    done = await buyer.post(f"{here}/order", data={"number": "PO-1"}, allow_redirects=False)
    assert (done.status, done.headers["Location"]) == (303, here)
    with pair.buyer.store.read() as connection:
        found = punchout.one(connection, session.id)
    assert found
    assert (found.state, found.order_number) == ("ordered", "PO-1")


async def test_who_has_not_signed_in_sees_the_cart_and_orders_nothing(
    guarded: TestClient, pair: Any
) -> None:
    session = await pair.start(supplier="pinecrest")
    back = path_of(return_address(pair.buyer.desk, session.landing))
    landed = await guarded.post(back, data=OCI, headers=FORM | FROM_SHOP)
    assert "1 line, 10.00 USD" in await landed.text()
    asked = await guarded.post(
        f"/punchout/cart/{session.landing}/order",
        data={"number": "PO-1"},
        headers={"Accept": "text/html"},
        allow_redirects=False,
    )
    assert (asked.status, asked.headers["Location"]) == (303, "/sign-in")
    for path in ("/punchout", "/punchout/1"):
        away = await guarded.get(path, allow_redirects=False)
        assert away.headers["Location"] == f"/sign-in?next={path}"


# The API.


async def test_an_erp_starts_looks_and_orders(guarded: TestClient, pair: Any) -> None:
    key = {"Authorization": "Bearer key-of-the-erp-system"}
    ask = {"supplier": "pinecrest", "user": {"UserEmail": "ann@tamarack.example"}}
    assert (await guarded.post("/v1/punchout/sessions", json=ask)).status == 401
    started = await guarded.post("/v1/punchout/sessions", json=ask, headers=key)
    told = await started.json()
    assert (started.status, told["state"], told["supplier"]) == (201, "started", "pinecrest")
    session = told["id"]
    with pair.buyer.store.read() as connection:
        found = punchout.one(connection, session)
    assert found
    back = path_of(return_address(pair.buyer.desk, found.landing))
    await guarded.post(back, data=OCI, headers=FORM)
    shown = await (await guarded.get(started.headers["Location"], headers=key)).json()
    assert (shown["state"], shown["cart"]["lines"][0]["quantity"]) == ("returned", "2")
    ordered = await guarded.post(
        f"/v1/punchout/sessions/{session}/order", json={"number": "PO-9"}, headers=key
    )
    assert (ordered.status, (await ordered.json())["order"]["number"]) == (202, "PO-9")
    again = await guarded.post(
        f"/v1/punchout/sessions/{session}/order", json={"number": "PO-10"}, headers=key
    )
    assert again.status == 409
    listed = await (await guarded.get("/v1/punchout/sessions?state=ordered", headers=key)).json()
    assert [one["id"] for one in listed["sessions"]] == [session]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'{"supplier": "nobody"}', 422),
        (b'{"supplier": "pinecrest", "operation": "steal"}', 422),
        (b'{"supplier": "pinecrest", "hook": "https://evil.example"}', 422),
    ],
)
async def test_a_session_that_cannot_be(guarded: TestClient, body: bytes, status: int) -> None:
    headers = OPERATOR | {"Content-Type": "application/json"}
    answer = await guarded.post("/v1/punchout/sessions", data=body, headers=headers)
    assert answer.status == status
    assert answer.content_type == "application/problem+json"


async def test_what_is_not_there_is_not_found(guarded: TestClient) -> None:
    for path in ("/v1/punchout/sessions/99", "/v1/punchout/sessions/" + "9" * 30):
        assert (await guarded.get(path, headers=OPERATOR)).status == 404
    bad = await guarded.get("/v1/punchout/sessions?before=x", headers=OPERATOR)
    assert bad.status == 400


# The shop's pages.


async def test_a_visit_from_its_address_to_its_cart(shop: TestClient, pair: Any) -> None:
    session = await pair.start()
    entered = await shop.get(path_of(session.start_url))
    page = await entered.text()
    assert "Task chair" in page
    assert "Paper clip &lt;small&gt; &amp; bright" in page
    token = secret_in(page)
    here = str(entered.url.relative())
    chosen = await shop.post(f"{here}/basket", data={"sku": "MF-CH-810", "quantity": "2"} | token)
    assert "378.00" in await chosen.text()
    found = await (await shop.get(f"{here}?q=pen")).text()
    assert "Ballpoint" in found
    leaving = await shop.post(f"{here}/check-out", data={"action": "return"} | token)
    policy = leaving.headers["Content-Security-Policy"]
    assert "form-action https://buy.tamarack.example;" in policy
    assert 'name="cxml-base64"' in await leaving.text()
    assert (await shop.get(here)).status == 410


async def test_a_shop_form_needs_its_token_and_its_cookie(shop: TestClient, pair: Any) -> None:
    session = await pair.start()
    entered = await shop.get(path_of(session.start_url))
    here, token = str(entered.url.relative()), secret_in(await entered.text())
    one = {"sku": "MF-CH-810", "quantity": "2"}
    assert (await shop.post(f"{here}/basket", data=one)).status == 403
    foreign = await shop.post(f"{here}/basket", data=one | token, headers=ELSEWHERE)
    assert foreign.status == 403
    wrong = await shop.post(f"{here}/basket", data=one | {"quantity": "many"} | token)
    assert wrong.status == 422
    shop.session.cookie_jar.clear()
    gone = await shop.post(f"{here}/basket", data=one | token)
    assert (gone.status, "/inbox" in await gone.text()) == (410, False)
    assert (await shop.get(path_of(session.start_url))).status == 410


LOGIN = {
    "USERNAME": "tamarack",
    "PASSWORD": "what the buyer proves itself with",
    "HOOK_URL": "https://buy.tamarack.example/punchout/return/1?x=1",
    "~TARGET": "_top",
}


@pytest.mark.parametrize("method", ["get", "post"])
async def test_the_shop_opens_by_oci(shop: TestClient, method: str) -> None:
    if method == "get":
        entered = await shop.get("/shop/oci", params=LOGIN)
    else:
        entered = await shop.post("/shop/oci", data=LOGIN, headers=ELSEWHERE)
    page = await entered.text()
    assert "Task chair" in page
    here, token = str(entered.url.relative()), secret_in(page)
    await shop.post(f"{here}/basket", data={"sku": "MF-PN-BK", "quantity": "500"} | token)
    leaving = await (await shop.post(f"{here}/check-out", data={"action": "return"} | token)).text()
    assert 'action="https://buy.tamarack.example/punchout/return/1?x=1"' in leaving
    assert 'name="NEW_ITEM-VENDORMAT[1]" value="MF-PN-BK"' in leaving
    assert 'name="~TARGET" value="_top"' in leaving


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"PASSWORD": "wrong"}, 403),
        ({"PASSWORD": ""}, 403),
        ({"USERNAME": "somebody"}, 403),
        ({"HOOK_URL": "javascript:alert(1)"}, 400),
        ({"HOOK_URL": "http://buy.tamarack.example/"}, 400),
        ({"HOOK_URL": ""}, 400),
    ],
)
async def test_who_is_not_let_in_by_oci(
    shop: TestClient, changes: dict[str, str], status: int
) -> None:
    assert (await shop.post("/shop/oci", data=LOGIN | changes)).status == status
