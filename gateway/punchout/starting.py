"""A session is started: asked for at the supplier, and kept with the address it returns to.

    requested -> started    the shop answered with its page (an OCI shop is not asked)
              -> failed     it refused, or could not be reached; the reason is kept

The payloadID stays the same on the second try. The shop learns the return address, and nothing that
leads from it to the session's own page.
"""

import asyncio
import secrets
from datetime import timedelta
from typing import Literal

import msgspec
from msgspec import Struct

from gateway.clock import stamp
from gateway.punchout.addresses import AddressError, shop_page
from gateway.punchout.desk import Desk, hash_of, new_secret, return_secret
from gateway.punchout.posting import Reply
from gateway.punchout.trading import Partner
from gateway.punchout.writing import new_payload_id, outgoing, setup_request, with_secret
from gateway.store import punchout
from gateway.store.events import NewEvent, announce
from gateway.store.punchout import NewSession, PunchoutSession
from mappers.canonical import Cart, Item, Party, Session
from mappers.partners import PartnerError
from mappers.writing import UnwritableError

Operation = Literal["create", "edit", "inspect"]

_TRIES = 2
_COOKIE_BYTES = 18
_REQUESTER_MAX = 128
_json = msgspec.json.Encoder()


class StartError(Exception):
    """A session cannot be asked for; the message says why, and what to do."""


class Ask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a buyer asks for.

    `user` are the names that the supplier knows its user by (`UserEmail`, `FirstName`, ...);
    `session` is the one whose cart is edited or inspected; `item` a part number to begin with.
    """

    supplier: str
    operation: Operation = "create"
    item: str | None = None
    user: dict[str, str] = {}
    ship_to: Party | None = None
    session: int | None = None
    test: bool | None = None


class Sent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What goes along with a session: the item looked for, the user, and the cart at work on."""

    item: str | None = None
    user: dict[str, str] = {}
    ship_to: Party | None = None
    cart: Cart | None = None


class _Prepared(Struct, frozen=True, kw_only=True):
    session: PunchoutSession
    address: str | None
    body: bytes


async def start(desk: Desk, ask: Ask, actor: str) -> PunchoutSession:
    """Start a session and return it, started or failed. Raises `StartError`."""
    prepared = await asyncio.to_thread(_prepare, desk, ask, actor)
    if prepared.address is None:
        reply = Reply(verdict="done", text="the browser goes there itself")
    else:
        reply = await _asked(desk, prepared.address, prepared.body)
    started = await asyncio.to_thread(_settle, desk, prepared.session, reply)
    desk.announced()
    return started


async def _asked(desk: Desk, address: str, body: bytes) -> Reply:
    reply = await desk.post(address, body)
    for _ in range(_TRIES - 1):
        if reply.verdict != "again":
            break
        reply = await desk.post(address, body)
    return reply


def supplier_of(desk: Desk, name: str) -> Partner:
    """Return the supplier with a shop. Raises `StartError`."""
    try:
        partner = desk.trading.partner(name)
    except PartnerError as fault:
        raise StartError(str(fault)) from fault
    if partner is None:
        message = f"there is no partners/{name[:64]}.toml"
        raise StartError(message)
    if not partner.connection.setup_url:
        message = f"partners/{name}.toml names no shop: [connection] setup_url"
        raise StartError(message)
    return partner


def _prepare(desk: Desk, ask: Ask, actor: str) -> _Prepared:
    """Store the session, and write what asks for it."""
    partner = supplier_of(desk, ask.supplier)
    known = _worked_on(desk, ask)
    now, landing = desk.now(), new_secret()
    cookie = secrets.token_hex(_COOKIE_BYTES)
    is_oci = partner.connection.protocol == "oci"
    test = partner.profile.writing.test if ask.test is None else ask.test
    payload_id = None if is_oci else new_payload_id(now)
    place = desk.settings.ship_to
    ship_to = ask.ship_to or (place.party if place else None)
    sent = Sent(item=ask.item, user=ask.user, ship_to=ship_to, cart=_cart_of(known))
    return_url = return_address(desk, landing)
    if is_oci and ask.operation == "edit":
        message = "OCI knows no editing of a cart; start a new session instead"
        raise StartError(message)
    body = b""
    if payload_id is not None:
        body = _written(desk, partner, ask, sent, (cookie, return_url, payload_id, test))
    new = NewSession(
        partner=partner.name,
        protocol=partner.connection.protocol,
        operation=ask.operation,
        cookie=cookie,
        return_hash=hash_of(return_secret(landing)),
        landing=landing,
        requester=next(iter(ask.user.values()), "")[:_REQUESTER_MAX] or None,
        payload_id=payload_id,
        test=test,
        sent=_json.encode(sent),
        edits=known.id if known else None,
        actor=actor,
        created_at=stamp(now),
        expires_at=stamp(now + timedelta(hours=desk.settings.session_hours)),
    )
    with desk.store.write() as connection:
        number = punchout.add(connection, new)
        session = punchout.one(connection, number)
    if session is None:
        message = "the session was not stored"
        raise StartError(message)
    address = None if is_oci else partner.connection.setup_url
    return _Prepared(session=session, address=address, body=body)


def return_address(desk: Desk, landing: str) -> str:
    """Return where the shop sends the cart of the session whose page is `landing`."""
    return desk.url(f"/punchout/return/{return_secret(landing)}")


def _worked_on(desk: Desk, ask: Ask) -> PunchoutSession | None:
    """Return the session whose cart is edited or inspected. Raises `StartError`."""
    if ask.operation == "create":
        return None
    if ask.session is None:
        message = f"say which session's cart is to {ask.operation}: session"
        raise StartError(message)
    with desk.store.read() as connection:
        known = punchout.one(connection, ask.session)
    if known is None or known.cart is None or known.partner != ask.supplier:
        message = f"session {ask.session} has no cart of {ask.supplier}"
        raise StartError(message)
    if ask.operation == "edit":
        _check_editable(known)
    return known


def _check_editable(known: PunchoutSession) -> None:
    cart = _cart_of(known)
    allowed = (cart.operation if cart else None) or "create"
    if allowed != "edit":
        message = f"the supplier does not let this cart be edited (operationAllowed={allowed})"
        raise StartError(message)
    if known.state != punchout.RETURNED:
        message = f"the cart of session {known.id} is {known.state} by now"
        raise StartError(message)


def _cart_of(known: PunchoutSession | None) -> Cart | None:
    return msgspec.json.decode(known.cart, type=Cart) if known and known.cart else None


def _written(
    desk: Desk, partner: Partner, ask: Ask, sent: Sent, made: tuple[str, str, str, bool]
) -> bytes:
    cookie, return_url, payload_id, test = made
    session = Session(
        operation=ask.operation,
        buyer_cookie=cookie,
        return_url=return_url,
        ship_to=sent.ship_to,
        selected_item=Item(supplier_part=sent.item) if sent.item else None,
        fields=sent.user,
    )
    lines, currency = (sent.cart.lines, sent.cart.currency) if sent.cart else ((), None)
    try:
        envelope = outgoing(partner, payload_id, desk.now(), test=test)
        written = setup_request(session, lines, currency, envelope)
        return with_secret(written, desk.trading.secret(partner.connection.our_secret))
    except (UnwritableError, PartnerError) as fault:
        raise StartError(str(fault)) from fault


def _settle(desk: Desk, session: PunchoutSession, reply: Reply) -> PunchoutSession:
    """Keep what the supplier answered."""
    state, values = _outcome(desk, session, reply)
    with desk.store.write() as connection:
        changed = punchout.change(connection, session, state, **values)
        told = {"session": session.id, "supplier": session.partner, "reason": values["reason"]}
        kind = "punchout.session_started"
        if state == punchout.FAILED:
            kind = "punchout.session_failed"
        event = NewEvent(
            type=kind,
            subject=subject_of(session.id),
            data=_json.encode({name: value for name, value in told.items() if value}),
            actor=session.actor,
        )
        if changed is not None:
            announce(connection, [event], desk.at())
    return changed or session


def subject_of(number: int) -> str:
    """Return what the events about a session are ordered by."""
    return f"punchout/{number}"


def _outcome(
    desk: Desk, session: PunchoutSession, reply: Reply
) -> tuple[str, dict[str, str | None]]:
    if reply.verdict != "done":
        return punchout.FAILED, {"reason": reply.text, "start_url": None}
    if session.protocol == "oci":
        return punchout.STARTED, {"reason": None, "start_url": None}
    if reply.start_url is None:
        reason = "the supplier accepted, but named no page to go to"
        return punchout.FAILED, {"reason": reason, "start_url": None}
    try:
        page = shop_page(reply.start_url, supplier_of(desk, session.partner))
    except (AddressError, StartError) as fault:
        reason = f"the supplier's page is not opened: {fault}"
        return punchout.FAILED, {"reason": reason, "start_url": None}
    return punchout.STARTED, {"reason": None, "start_url": page}
