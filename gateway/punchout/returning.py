"""A cart comes back: by a post that another site made a browser send, so nothing in it is trusted.

    the address     unguessable, for one session, used once
    the cookie      the cart's BuyerCookie is that of the session (OCI has none)
    the same again  the same body shows the same page, another one is refused and told
    create          without lines: cancelled
    edit            with lines: replaces the cart that was edited; without: removes it; status 204:
                    leaves it as it was
    inspect         changes nothing, whatever comes

What is refused leaves the session as it was, and is announced.
"""

import hashlib
from datetime import timedelta
from io import BytesIO
from typing import Literal
from uuid import uuid4

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from gateway.archive import Stored
from gateway.clock import stamp
from gateway.flows.intake import Arrived
from gateway.punchout.desk import Desk, hash_of
from gateway.punchout.opening import cart_body, record_of
from gateway.punchout.starting import subject_of
from gateway.store import punchout
from gateway.store.events import NewEvent, about, announce
from gateway.store.punchout import PunchoutSession
from mappers.canonical import AnyRecord, Cart, Source
from mappers.connection import HOLD_DAYS
from mappers.partners import PartnerError
from parsers.form import ParseError

DOOR = "punchout"
_NO_CHANGE = "204"
_TOLD_MAX = 50  # events about one session: whoever has its address could go on for ever
_json = msgspec.json.Encoder()


class Landed(Struct, frozen=True, kw_only=True):
    """What became of a post: `status` is that of HTTP where it was refused, with `reason`."""

    session: PunchoutSession
    outcome: Literal["kept", "repeated", "refused"]
    status: int = 303
    reason: str = ""


class Effect(Struct, frozen=True, kw_only=True):
    """What a cart does to its session and to the cart that was edited in it."""

    state: str
    reason: str | None = None
    edited: str | None = None


def take_back(desk: Desk, secret: str, body: bytes, content_type: str | None) -> Landed | None:
    """Take a post to a return address; None where the address is nobody's."""
    digest = hashlib.sha256(body).hexdigest()
    while session := _session(desk, secret):
        landed = _used(desk, session, digest) or _taken(desk, session, body, content_type, digest)
        if landed is not None:
            return landed
    return None


def _session(desk: Desk, secret: str) -> PunchoutSession | None:
    with desk.store.read() as connection:
        return punchout.by_return(connection, hash_of(secret))


def _used(desk: Desk, session: PunchoutSession, digest: str) -> Landed | None:
    """Return the answer where the address cannot take a cart any more."""
    if session.cart_hash == digest:
        return Landed(session=session, outcome="repeated")
    if session.cart_hash is not None:
        reason = "this address was used already, for another cart, which is kept"
        return _refused(desk, session, 409, reason)
    if session.state not in punchout.OPEN:
        return _refused(desk, session, 410, f"the session is {session.state}")
    if desk.is_over(session.expires_at):
        expire(desk, session)
        return _refused(desk, session, 410, "the session has expired")
    return None


def _taken(
    desk: Desk, session: PunchoutSession, body: bytes, content_type: str | None, digest: str
) -> Landed | None:
    """Keep a cart; None where the session was changed meanwhile, so that it is looked at again."""
    try:
        kept = cart_body(body, content_type)
        record = _record(desk, session, kept)
    except ParseError as fault:
        return _refused(desk, session, 422, fault.problem.message)
    if not isinstance(record, Cart) or record.source.format != session.protocol:
        return _refused(desk, session, 422, "what was posted is no cart of this session's protocol")
    if session.protocol == "cxml" and record.buyer_cookie != session.cookie:
        return _refused(desk, session, 403, "the cart's BuyerCookie is not that of this session")
    return _kept(desk, session, record, (kept, digest))


class _QuickerError(Exception):
    """Another post changed the session meanwhile: nothing of this one is kept."""


def _kept(
    desk: Desk, session: PunchoutSession, cart: Cart, posted: tuple[bytes, str]
) -> Landed | None:
    """Store a cart as a document and with its session, or neither."""
    body, digest = posted
    stored = desk.archive.put(BytesIO(body)) if body.strip() else None
    now, effect = desk.now(), effect_of(session, cart)
    values: dict[str, object] = {
        "reason": effect.reason,
        "cart": _json.encode(cart),
        "cart_hash": digest,
        "returned_at": stamp(now),
        "hold_until": stamp(now + timedelta(days=_hold_days(desk, session))),
    }
    try:
        with desk.store.write() as connection:
            document = _receipt(desk, connection, session, stored)
            values["cart_document"] = document
            changed = _moved(connection, session, effect.state, values)
            if effect.edited:
                _end_edited(connection, session, effect.edited)
    except _QuickerError:
        return None
    desk.jobs.wake()
    return Landed(session=changed, outcome="kept")


def _moved(
    connection: Connection, session: PunchoutSession, state: str, values: dict[str, object]
) -> PunchoutSession:
    changed = punchout.change(connection, session, state, **values)
    if changed is None:
        raise _QuickerError
    return changed


def _receipt(
    desk: Desk, connection: Connection, session: PunchoutSession, stored: Stored | None
) -> int | None:
    if stored is None:
        return None
    arrived = Arrived(
        claim=uuid4().hex,
        partner=session.partner,
        name=f"cart-{session.id}.{'xml' if session.protocol == 'cxml' else 'form'}",
        door=DOOR,
        stored=stored,
    )
    return desk.intake.receive(connection, [arrived])[0].number


def _record(desk: Desk, session: PunchoutSession, kept: bytes) -> AnyRecord:
    """Return what was posted; a form without a field is how an OCI shop says "nothing"."""
    if session.protocol == "oci" and not kept.strip():
        return Cart(source=Source(format="oci"))
    return record_of(kept, desk.now().year, session.partner)


def effect_of(session: PunchoutSession, cart: Cart) -> Effect:
    """Return what a cart does, by the operation of its session."""
    if session.operation == "inspect":
        return Effect(state=punchout.CANCELLED, reason="looking at a cart changes nothing")
    if session.operation == "edit" and cart.fields.get("status", "").strip() == _NO_CHANGE:
        return Effect(state=punchout.CANCELLED, reason="the cart was left as it was")
    if cart.lines and session.operation == "edit":
        return Effect(state=punchout.RETURNED, edited=f"replaced by session {session.id}")
    if cart.lines or cart.incomplete:
        return Effect(state=punchout.RETURNED)
    if session.operation == "edit":
        reason = "all lines were removed"
        return Effect(state=punchout.CANCELLED, reason=reason, edited=reason)
    return Effect(state=punchout.CANCELLED, reason="nothing was chosen")


def _end_edited(connection: Connection, session: PunchoutSession, reason: str) -> None:
    edited = punchout.one(connection, session.edits) if session.edits else None
    if edited is not None and edited.state == punchout.RETURNED:
        punchout.change(connection, edited, punchout.CANCELLED, reason=reason)


def _hold_days(desk: Desk, session: PunchoutSession) -> int:
    try:
        partner = desk.trading.partner(session.partner)
    except PartnerError:
        partner = None
    return partner.connection.hold_days if partner else HOLD_DAYS


def _refused(desk: Desk, session: PunchoutSession, status: int, reason: str) -> Landed:
    told = {"session": session.id, "supplier": session.partner, "reason": reason}
    event = NewEvent(
        type="punchout.cart_rejected", subject=subject_of(session.id), data=_json.encode(told)
    )
    with desk.store.write() as connection:
        if len(about(connection, [event.subject], limit=_TOLD_MAX)) < _TOLD_MAX:
            announce(connection, [event], desk.at())
    return Landed(session=session, outcome="refused", status=status, reason=reason)


def expire(desk: Desk, session: PunchoutSession) -> None:
    """End a session whose time is over."""
    told = {"session": session.id, "supplier": session.partner}
    event = NewEvent(
        type="punchout.session_expired", subject=subject_of(session.id), data=_json.encode(told)
    )
    with desk.store.write() as connection:
        reason = "nobody came back in time"
        if punchout.change(connection, session, punchout.EXPIRED, reason=reason):
            announce(connection, [event], desk.at())


def expire_overdue(desk: Desk) -> int:
    """End all sessions whose time is over; returns how many."""
    with desk.store.read() as connection:
        overdue = punchout.overdue(connection, desk.at())
    for session in overdue:
        expire(desk, session)
    return len(overdue)
