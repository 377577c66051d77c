"""The pages of our own catalogue, for buyers' users: no account, one visit, one cart back.

The visit is bound to the browser by a cookie for its address alone. Every change is a form of ours,
with a token that only this visit has.
"""

import asyncio
import hashlib
import hmac
from decimal import Decimal

import msgspec
from aiohttp import web
from msgspec import Struct
from yarl import URL

from gateway.doors.access import same
from gateway.doors.bounded import body_of
from gateway.punchout.addresses import AddressError
from gateway.punchout.amounts import price_text
from gateway.punchout.catalog import CatalogItem, quantity_of
from gateway.punchout.credentials import key_of
from gateway.punchout.pages import leave
from gateway.punchout.shop import Shop, VisitError, Wish, basket_of
from gateway.punchout.trading import Partner
from gateway.store.shop import Visit
from gateway.web import show
from gateway.web.serving import PAGES
from mappers.partners import PartnerError
from mappers.writing import UnwritableError
from parsers.form import ParseError
from parsers.posted import fields_of

SHOP = web.AppKey("shop", Shop)
SHOWN_MAX = 60
_LOGIN_BYTES_MAX = 1 << 16
_ECHO_MAX = 20


class ItemView(Struct, frozen=True, kw_only=True):
    """An item as the catalogue shows it; `chosen` is how many are in the basket."""

    sku: str
    name: str
    description: str
    maker: str
    category: str
    price: str
    per: str
    lead: str
    chosen: str


class BasketLine(Struct, frozen=True, kw_only=True):
    """A line of the basket."""

    sku: str
    name: str
    quantity: str
    amount: str


class ShopPage(Struct, frozen=True, kw_only=True):
    """The catalogue and the basket of one visit."""

    id: int
    name: str
    buyer: str
    query: str
    items: tuple[ItemView, ...]
    more: bool
    count: int
    basket: tuple[BasketLine, ...]
    total: str
    currency: str
    reads_only: bool
    edits: bool
    token: str
    note: str


async def enter(request: web.Request) -> web.Response:
    """Let a browser in by the address of the response, once."""
    shop, token = request.app[SHOP], request.match_info["token"]
    keys = [value for name, value in request.cookies.items() if name.startswith("shop_")]
    entered = await asyncio.to_thread(shop.enter, token, None)
    for key in keys:
        entered = entered or await asyncio.to_thread(shop.enter, token, key)
    if entered is None:
        raise web.HTTPGone(text="This address was used already or is too old.")
    visit, key = entered
    return _into(request, visit, key)


def _into(request: web.Request, visit: Visit, key: str) -> web.Response:
    response = web.Response(status=303, headers={"Location": f"/shop/{visit.id}{_first(visit)}"})
    response.set_cookie(
        f"shop_{visit.id}",
        key,
        path="/shop",
        httponly=True,
        samesite="Lax",
        secure=request.secure,
    )
    return response


def _first(visit: Visit) -> str:
    """Return the search that a visit begins with, where the buyer asked for one item."""
    item = _echo(visit).get("item")
    return str(URL("").with_query(q=item)) if item else ""


def _echo(visit: Visit) -> dict[str, str]:
    return msgspec.json.decode(visit.echo or b"{}", type=dict[str, str])


async def shelf(request: web.Request) -> web.Response:
    """Show the catalogue and the basket."""
    shop, visit = request.app[SHOP], await _visit(request)
    note = "Changed." if request.query.get("done") else ""
    page = _page(shop, visit, request.query.get("q", "")[:200], note, _key(request, visit))
    return request.app[PAGES].answer("shop.html", page=page)


def _key(request: web.Request, visit: Visit) -> str:
    return request.cookies.get(f"shop_{visit.id}", "")


async def _visit(request: web.Request) -> Visit:
    shop, number = request.app[SHOP], int(request.match_info["id"])
    key = request.cookies.get(f"shop_{number}")
    found = await asyncio.to_thread(shop.visit, number, key)
    if found is None:
        raise web.HTTPGone(text="This visit has ended.")
    return found


def _page(shop: Shop, visit: Visit, query: str, note: str, key: str) -> ShopPage:
    chosen = {one.sku: one.quantity for one in basket_of(visit)}
    found = shop.catalog.search(query, SHOWN_MAX + 1)
    known = [(item, chosen[sku]) for sku in chosen if (item := shop.catalog.item(sku))]
    total = sum((item.amount(quantity) for item, quantity in known), Decimal("0.00"))
    return ShopPage(
        id=visit.id,
        name=shop.settings.name,
        buyer=_buyer(shop, visit),
        query=query,
        items=tuple(_item(one, chosen.get(one.sku)) for one in found[:SHOWN_MAX]),
        more=len(found) > SHOWN_MAX,
        count=len(shop.catalog),
        basket=tuple(_line(item, quantity) for item, quantity in known),
        total=show.money(total, shop.catalog.currency),
        currency=shop.catalog.currency,
        reads_only=visit.operation == "inspect",
        edits=visit.operation == "edit",
        token=_token(key),
        note=note,
    )


def _buyer(shop: Shop, visit: Visit) -> str:
    """Return for whom one shops: the user where cXML names one, else the buyer."""
    if visit.protocol == "cxml" and visit.requester:
        return visit.requester
    try:
        partner = shop.desk.trading.partner(visit.partner)
    except PartnerError:
        partner = None
    return partner.title if partner else visit.partner


def _item(item: CatalogItem, chosen: Decimal | None) -> ItemView:
    per = item.uom if item.price_per == 1 else f"{show.quantity(item.price_per)} {item.uom}"
    lead = "" if item.lead_days is None else f"{item.lead_days} days"
    return ItemView(
        sku=item.sku,
        name=item.name,
        description=item.description,
        maker=item.manufacturer,
        category=item.category,
        price=f"{price_text(item.price, item.currency)} {item.currency}",
        per=f"per {per}",
        lead="1 day" if item.lead_days == 1 else lead,
        chosen=f"{chosen.normalize():f}" if chosen is not None else "",
    )


def _line(item: CatalogItem, quantity: Decimal) -> BasketLine:
    return BasketLine(
        sku=item.sku,
        name=item.name,
        quantity=f"{show.quantity(quantity)} {item.uom}",
        amount=show.money(item.amount(quantity), item.currency),
    )


def _token(key: str) -> str:
    return hmac.new(key.encode(), b"shop form", hashlib.sha256).hexdigest()


async def choose(request: web.Request) -> web.Response:
    """Put so many of an item into the basket; none takes it out."""
    shop, visit, fields = await _changing(request)
    item = shop.catalog.item(fields.get("sku", ""))
    text = fields.get("quantity", "").strip()
    quantity = quantity_of(text)
    is_none = not text or not text.strip("0.,")
    if item is None or (quantity is None and not is_none):
        raise web.HTTPUnprocessableEntity(text="A quantity is a number such as 12 or 0.5; go back.")
    await asyncio.to_thread(shop.choose, visit, item, quantity)
    where = URL(f"/shop/{visit.id}").with_query(q=fields.get("q", "")[:200], done="1")
    raise web.HTTPSeeOther(location=f"{where}#{'basket' if fields.get('from') else 'items'}")


async def _changing(request: web.Request) -> tuple[Shop, Visit, dict[str, str]]:
    shop, visit = request.app[SHOP], await _visit(request)
    sent = await request.post()
    fields = {name: value for name, value in sent.items() if isinstance(value, str)}
    if not same(_token(_key(request, visit)), fields.get("token", "")):
        raise web.HTTPForbidden(text="This form is out of date; go back, load the page again.")
    return shop, visit, fields


async def check_out(request: web.Request) -> web.Response:
    """End the visit, and send the browser back with its cart, or without a change."""
    shop, visit, fields = await _changing(request)
    with_cart = fields.get("action") == "return"
    try:
        partner = shop.desk.trading.partner(visit.partner)
        if partner is None:
            raise web.HTTPGone(text="The buyer is not known any more.")
        leaving = await asyncio.to_thread(shop.leave, visit, partner, with_cart=with_cart)
    except (PartnerError, UnwritableError) as fault:
        raise web.HTTPServiceUnavailable(text=str(fault)) from fault
    if leaving is None:
        raise web.HTTPGone(text="This visit has ended.")
    return leave(
        request, leaving, "Back to your system", "Your cart goes back to where you came from."
    )


async def oci(request: web.Request) -> web.Response:
    """Open the catalogue by OCI: a login and a HOOK_URL, by GET or POST."""
    shop = request.app[SHOP]
    if request.method == "POST":
        body = await body_of(request, _LOGIN_BYTES_MAX, shop.desk.cxml.idle_seconds)
    else:
        body = request.query_string.encode()
    try:
        fields = {field.name.upper(): field.text for field in fields_of(body)}
    except ParseError as fault:
        raise web.HTTPBadRequest(text=fault.problem.message) from fault
    partner = await asyncio.to_thread(_oci_partner, shop, fields)
    if partner is None:
        raise web.HTTPForbidden(text="The user name or the password is not known.")
    try:
        token = await asyncio.to_thread(shop.begin, partner, _oci_wish(fields))
    except (VisitError, AddressError) as fault:
        raise web.HTTPBadRequest(text=str(fault)) from fault
    entered = await asyncio.to_thread(shop.enter, token, None)
    if entered is None:
        raise web.HTTPGone(text="This visit has ended.")
    return _into(request, *entered)


def _oci_wish(fields: dict[str, str]) -> Wish:
    echo = {name: value[:200] for name, value in fields.items() if name.startswith("~")}
    return Wish(
        operation="create",
        cookie="",
        return_url=fields.get("HOOK_URL", ""),
        requester=fields.get("USERNAME", "")[:128] or None,
        item=fields.get("PRODUCTID") or fields.get("SEARCHSTRING") or None,
        protocol="oci",
        echo=dict(list(echo.items())[:_ECHO_MAX]),
    )


def _oci_partner(shop: Shop, fields: dict[str, str]) -> Partner | None:
    """Return the buyer who opens the shop by user name and password; all cost the same time."""
    name, password = fields.get("USERNAME", ""), fields.get("PASSWORD", "")
    found = None
    for one in shop.desk.trading.partners():
        names = {key_of(c.domain, c.identity)[1] for c in one.theirs} | {one.name}
        try:
            secret = shop.desk.trading.secret(one.connection.oci_password)
        except PartnerError:
            secret = None
        right = same(secret or "-", password or "--")
        if right and secret and name in names and one.connection.role == "buyer":
            found = one
    return found


def add_shop_pages(app: web.Application) -> None:
    """Add the catalogue's pages to `app`."""
    number = r"{id:\d{1,18}}"
    app.add_routes(
        [
            web.get(r"/shop/start/{token:[\w-]{20,64}}", enter),
            web.get("/shop/oci", oci),
            web.post("/shop/oci", oci),
            web.get(f"/shop/{number}", shelf),
            web.post(f"/shop/{number}/basket", choose),
            web.post(f"/shop/{number}/check-out", check_out),
        ]
    )
