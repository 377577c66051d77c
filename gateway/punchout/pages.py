"""The pages of the buyer: sessions, a session, the way to the shop, and where a cart lands.

The landing page is reached by a secret of its own, because the browser comes from another site and
brings no cookie along; what it can do there needs a sign-in like anywhere else.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import web
from msgspec import Struct
from sqlalchemy import Connection

from gateway.doors.bounded import body_of
from gateway.doors.guard import needs
from gateway.punchout.addresses import origin_of
from gateway.punchout.desk import Desk
from gateway.punchout.ordering import OrderError, create_order, send_again
from gateway.punchout.returning import Landed, take_back
from gateway.punchout.shop import Leaving
from gateway.punchout.starting import Ask, Sent, StartError, return_address, start
from gateway.punchout.trading import Partner
from gateway.punchout.views import SessionView, session_view, user_of
from gateway.store import punchout
from gateway.store.punchout import PunchoutSession
from gateway.web.serving import PAGES, actor_name, answer_page, form
from mappers.partners import PartnerError

DESK = web.AppKey("punchout_desk", Desk)
ROWS = 50
_DIGITS_MAX = 18
_OCI = {"~OkCode": "ADDI", "~TARGET": "_top", "~CALLER": "CTLG", "OCI_VERSION": "4.0"}
_LEAVING_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action {origin}; frame-ancestors 'none';"
    " object-src 'none'"
)


class SessionsPage(Struct, frozen=True, kw_only=True):
    """The list of sessions, and the suppliers that one can shop at."""

    rows: tuple[SessionView, ...]
    suppliers: tuple[tuple[str, str], ...]
    next_href: str | None
    fault: str


class SessionPage(Struct, frozen=True, kw_only=True):
    """One session; `lands` is whether the browser has just come back with its cart."""

    session: SessionView
    action: str
    lands: bool
    again: bool
    fault: str


async def sessions(request: web.Request) -> web.Response:
    """List the sessions."""
    return await _sessions(request, "")


async def _sessions(request: web.Request, fault: str) -> web.Response:
    desk, text = request.app[DESK], request.query.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX else None

    def view(connection: Connection) -> SessionsPage:
        found = punchout.listed(connection, before=before, limit=ROWS + 1)
        rows = tuple(_view(desk, one) for one in found[:ROWS])
        more = len(found) > ROWS
        suppliers = tuple(
            (one.name, one.title) for one in desk.trading.partners() if one.connection.setup_url
        )
        next_href = f"/punchout?before={rows[-1].id}" if more else None
        return SessionsPage(rows=rows, suppliers=suppliers, next_href=next_href, fault=fault)

    return await answer_page(request, "punchout.html", view)


def _view(desk: Desk, session: PunchoutSession) -> SessionView:
    return session_view(session, _partner(desk, session.partner), desk.now())


def _partner(desk: Desk, name: str) -> Partner | None:
    try:
        return desk.trading.partner(name)
    except PartnerError:
        return None


async def session(request: web.Request) -> web.Response:
    """Show one session."""
    return await _session(request, "")


async def _session(request: web.Request, fault: str) -> web.Response:
    desk, number = request.app[DESK], int(request.match_info["id"])

    def view(connection: Connection) -> SessionPage | None:
        found = punchout.one(connection, number)
        if found is None:
            return None
        shown = _view(desk, found)
        action = f"/punchout/{number}"
        return SessionPage(session=shown, action=action, lands=False, again=False, fault=fault)

    return await answer_page(request, "punchout_session.html", view)


async def begin(request: web.Request) -> web.Response:
    """Start a session by the form of the list, and show it with the way to the shop."""
    desk, fields = request.app[DESK], await form(request)
    user = {"UserEmail": fields["email"].strip()} if fields.get("email", "").strip() else {}
    ask = Ask(
        supplier=fields.get("supplier", ""), item=fields.get("item", "").strip() or None, user=user
    )
    try:
        started = await start(desk, ask, actor_name(request))
    except StartError as fault:
        return await _sessions(request, str(fault))
    raise web.HTTPSeeOther(location=f"/punchout/{started.id}")


async def reopen(request: web.Request) -> web.Response:
    """Go to the shop again: to change the cart where it lets us, with a new one where not."""
    desk, _fields = request.app[DESK], await form(request)
    number = int(request.match_info["id"])
    known = await asyncio.to_thread(_known, desk, number)
    operation = _view(desk, known).reopens or "create"
    ask = Ask(
        supplier=known.partner,
        operation="edit" if operation == "edit" else "create",
        session=known.id if operation == "edit" else None,
        user=user_of(known),
        test=known.test,
    )
    try:
        started = await start(desk, ask, actor_name(request))
    except StartError as fault:
        return await _session(request, str(fault))
    raise web.HTTPSeeOther(location=f"/punchout/{started.id}")


def _known(desk: Desk, number: int) -> PunchoutSession:
    with desk.store.read() as connection:
        found = punchout.one(connection, number)
    if found is None:
        raise web.HTTPNotFound(text="There is no such session.")
    return found


async def order(request: web.Request) -> web.Response:
    """Make a cart an order, from the session's page."""
    desk, fields = request.app[DESK], await form(request)
    number = int(request.match_info["id"])
    fault = await _ordered(desk, number, fields.get("number", ""), actor_name(request))
    if fault:
        return await _session(request, fault)
    raise web.HTTPSeeOther(location=f"/punchout/{number}")


async def _ordered(desk: Desk, number: int, order_number: str, actor: str) -> str:
    try:
        await asyncio.to_thread(create_order, desk, number, order_number, actor)
    except OrderError as fault:
        return str(fault)
    return ""


async def resend(request: web.Request) -> web.Response:
    """Send an order again that did not arrive."""
    desk, _fields = request.app[DESK], await form(request)
    number = int(request.match_info["id"])
    await asyncio.to_thread(send_again, desk, number)
    raise web.HTTPSeeOther(location=f"/punchout/{number}")


# Where browsers come and go without having signed in: each address is a secret of its own.


async def go(request: web.Request) -> web.Response:
    """Send the browser to the shop: by a redirect, or by the form that opens an OCI shop."""
    desk = request.app[DESK]
    found = await _by_landing(request)
    if found.state != punchout.STARTED or desk.is_over(found.expires_at):
        raise web.HTTPGone(text="This session is not open any more.")
    if found.start_url:
        raise web.HTTPSeeOther(location=found.start_url)
    partner = _partner(desk, found.partner)
    if partner is None or not partner.connection.setup_url:
        raise web.HTTPGone(text="The supplier's shop is not known any more.")
    try:
        fields = _oci_fields(desk, partner, found)
    except PartnerError as fault:
        raise web.HTTPServiceUnavailable(text=str(fault)) from fault
    leaving = Leaving(address=partner.connection.setup_url, fields=tuple(fields.items()))
    return leave(request, leaving, f"To {partner.title}", "The shop opens in this window.")


def _oci_fields(desk: Desk, partner: Partner, session: PunchoutSession) -> dict[str, str]:
    """Return what opens an OCI shop: the fields that are agreed, and where its cart goes."""
    agreed = partner.connection.oci_fields.items()
    fields = {name: desk.trading.secret(value) or "" for name, value in agreed}
    sent = msgspec.json.decode(session.sent, type=Sent) if session.sent else Sent()
    looked_for = {"FUNCTION": "DETAIL", "PRODUCTID": sent.item} if sent.item else {}
    hook = {"HOOK_URL": return_address(desk, session.landing)}
    return {**fields, **_OCI, **looked_for, **hook}


def leave(request: web.Request, leaving: Leaving, title: str, told: str) -> web.Response:
    """Answer with a form that goes to another site by itself, or by its button."""
    response = request.app[PAGES].answer("leaving.html", leaving=leaving, title=title, told=told)
    policy = _LEAVING_POLICY.format(origin=origin_of(leaving.address))
    response.headers["Content-Security-Policy"] = policy
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


async def _by_landing(request: web.Request) -> PunchoutSession:
    desk, landing = request.app[DESK], request.match_info["landing"]

    def ask() -> PunchoutSession | None:
        with desk.store.read() as connection:
            return punchout.by_landing(connection, landing)

    found = await asyncio.to_thread(ask)
    if found is None:
        raise web.HTTPNotFound(text="There is nothing at this address.")
    return found


async def returned(request: web.Request) -> web.Response:
    """Take a cart from a shop, and send the browser on to the page that shows it."""
    desk = request.app[DESK]
    body = await body_of(request, desk.settings.cart_bytes_max, desk.cxml.idle_seconds)
    content_type = request.headers.get("Content-Type")
    secret = request.match_info["secret"]
    landed = await asyncio.to_thread(take_back, desk, secret, body, content_type)
    if landed is None:
        raise web.HTTPNotFound(text="There is nothing at this address.")
    desk.announced()
    if landed.outcome == "refused":
        return _refused(request, landed)
    again = "?again=1" if landed.outcome == "repeated" else ""
    raise web.HTTPSeeOther(location=f"/punchout/cart/{landed.session.landing}{again}")


def _refused(request: web.Request, landed: Landed) -> web.Response:
    """Say why a post was refused; nothing of what it held is shown."""
    pages = request.app[PAGES]
    told = f"Nothing was taken: {landed.reason}."
    title = "This cart was not taken"
    return pages.answer("turned_away.html", status=landed.status, title=title, detail=told)


async def landing(request: web.Request) -> web.Response:
    """Show the cart that came back, and what happens next."""
    return await _landing(request, "")


async def _landing(request: web.Request, fault: str) -> web.Response:
    desk, found = request.app[DESK], await _by_landing(request)
    shown = await asyncio.to_thread(_view, desk, found)
    page = SessionPage(
        session=shown,
        action=f"/punchout/cart/{found.landing}",
        lands=True,
        again=request.query.get("again") == "1",
        fault=fault,
    )
    status = 422 if fault else 200
    return request.app[PAGES].answer("punchout_session.html", status=status, page=page)


async def order_here(request: web.Request) -> web.Response:
    """Make the cart an order from the page where it landed; only who is signed in may."""
    desk, found = request.app[DESK], await _by_landing(request)
    fields = await request.post()
    number = fields.get("number", "")
    fault = await _ordered(desk, found.id, str(number)[:200], actor_name(request))
    if fault:
        return await _landing(request, fault)
    raise web.HTTPSeeOther(location=f"/punchout/cart/{found.landing}")


Route = Callable[[web.Request], Any]


def add_buyer_pages(app: web.Application) -> None:
    """Add the pages and addresses of the buyer to `app`."""
    number = r"{id:\d{1,18}}"
    page = r"{landing:[\w-]{20,64}}"
    app.add_routes(
        [
            web.get("/punchout", needs("punchout:use")(sessions)),
            web.post("/punchout", needs("punchout:use")(begin)),
            web.get(f"/punchout/{number}", needs("punchout:use")(session)),
            web.post(f"/punchout/{number}/order", needs("punchout:use")(order)),
            web.post(f"/punchout/{number}/send", needs("punchout:use")(resend)),
            web.post(f"/punchout/{number}/shop", needs("punchout:use")(reopen)),
            web.get(f"/punchout/go/{page}", go),
            web.get(f"/punchout/cart/{page}", landing),
            web.post(f"/punchout/cart/{page}/order", needs("punchout:use")(order_here)),
            web.post(r"/punchout/return/{secret:[\w-]{20,64}}", returned),
        ]
    )
