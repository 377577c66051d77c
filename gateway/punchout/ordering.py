"""From a cart to an order: written, kept, and on its way to the supplier.

The number and the bytes of the order are settled in one transaction with the job that sends it, so
an order is sent as it was confirmed, under one payloadID on every try. The job stores it as a
document as well: later invoices match it.

    waiting -> accepted   the supplier answered with success
            -> refused    it answered that it will not take it; a person looks
            -> failed     it could not be reached, again and again
            -> dropped    no address is agreed: it lies in the partner's folder

A confirmation that comes later makes it confirmed, changed or refused.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from gateway.archive import Stored
from gateway.doors.partner import PartnerFolder
from gateway.flows.intake import Arrived
from gateway.jobs.engine import TRIES_MAX
from gateway.jobs.port import Failure, Job, NewJob
from gateway.punchout.amounts import total_of
from gateway.punchout.credentials import key_of
from gateway.punchout.desk import Desk
from gateway.punchout.posting import Reply
from gateway.punchout.returning import DOOR
from gateway.punchout.starting import Sent, subject_of
from gateway.punchout.trading import Partner, ids_of
from gateway.punchout.writing import new_payload_id, outgoing, with_secret, written_order
from gateway.store import punchout
from gateway.store.events import NewEvent, announce
from gateway.store.punchout import PunchoutSession
from mappers.canonical import (
    Acknowledgment,
    AnyRecord,
    Cart,
    CartLine,
    OrderLine,
    OrderResponse,
    Party,
    PurchaseOrder,
)
from mappers.partners import PartnerError
from mappers.writing import UnwritableError

KIND = "send"
NUMBER_LENGTH_MAX = 64
_json = msgspec.json.Encoder()
_LINE_FIELDS = OrderLine.__struct_fields__

Send = Callable[[str, bytes], Reply]


class OrderError(Exception):
    """A cart cannot be ordered; the message says why, and what to do."""


class Letter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be sent: the order of a session, or a document of the archive to an address."""

    session: int | None = None
    partner: str = ""
    sha256: str = ""


class NotTakenError(Exception):
    """The partner did not take a document this time; it is sent again."""


def create_order(desk: Desk, number: int, order_number: str, actor: str) -> PunchoutSession:
    """Make the cart of session `number` an order. Raises `OrderError`."""
    wanted = " ".join(order_number.split())
    with desk.store.read() as connection:
        session = punchout.one(connection, number)
        taken = punchout.by_order(connection, wanted)
    if session is None:
        message = "there is no such session"
        raise OrderError(message)
    if session.order_number == wanted:  # the button was pressed twice
        return session
    cart = _orderable(desk, session, wanted, taken)
    partner = _partner(desk, session)
    now = desk.now()
    payload_id = new_payload_id(now)
    order = order_of(cart, session, partner, wanted, now)
    order = replace(order, buyer=Party(name=desk.settings.buyer_name, ids=ids_of(partner.ours)))
    try:
        envelope = outgoing(partner, payload_id, now, test=session.test)
        content = written_order(order, envelope)
    except UnwritableError as fault:
        raise OrderError(str(fault)) from fault
    stored = desk.archive.put(BytesIO(content))
    ordered = _settled(desk, session, (wanted, payload_id, stored.sha256), actor)
    desk.jobs.wake()
    desk.announced()
    return ordered


def _orderable(
    desk: Desk, session: PunchoutSession, wanted: str, taken: PunchoutSession | None
) -> Cart:
    if not wanted or len(wanted) > NUMBER_LENGTH_MAX or not wanted.isprintable():
        message = f"an order number has 1 to {NUMBER_LENGTH_MAX} characters"
        raise OrderError(message)
    if session.state != punchout.RETURNED or session.cart is None:
        message = f"the session is {session.state}: there is no cart to order"
        raise OrderError(message)
    if taken is not None:
        message = f"the number {wanted} is that of session {taken.id} already"
        raise OrderError(message)
    if desk.is_over(session.hold_until):
        message = "the prices of this cart no longer hold; go to the shop again before ordering"
        raise OrderError(message)
    cart = msgspec.json.decode(session.cart, type=Cart)
    if cart.incomplete:
        message = "the cart could not be read whole; go to the shop again"
        raise OrderError(message)
    return cart


def _partner(desk: Desk, session: PunchoutSession) -> Partner:
    try:
        partner = desk.trading.partner(session.partner)
    except PartnerError as fault:
        raise OrderError(str(fault)) from fault
    if partner is None:
        message = f"there is no partners/{session.partner}.toml any more"
        raise OrderError(message)
    return partner


def order_of(
    cart: Cart, session: PunchoutSession, partner: Partner, number: str, now: datetime
) -> PurchaseOrder:
    """Return the order that a cart becomes: its lines as they came, numbered from 1."""
    sent = msgspec.json.decode(session.sent, type=Sent) if session.sent else Sent()
    lines = tuple(_line(line, place) for place, line in enumerate(cart.lines, 1))
    ship_to = cart.ship_to or sent.ship_to
    return PurchaseOrder(
        number=number,
        operation="new",
        type="standard",
        date=now.date(),
        currency=cart.currency,
        supplier=Party(name=partner.profile.name, ids=ids_of(partner.theirs)),
        ship_to=ship_to,
        bill_to=ship_to,
        lines=lines,
        total=cart.total if cart.total is not None else total_of(cart),
        fields={name: value for name, value in sent.user.items() if value},
    )


def _line(line: CartLine, place: int) -> OrderLine:
    values = {name: getattr(line, name) for name in _LINE_FIELDS}
    return OrderLine(**{**values, "number": str(place), "fields": {}})


def _settled(
    desk: Desk, session: PunchoutSession, made: tuple[str, str, str], actor: str
) -> PunchoutSession:
    number, payload_id, sha256 = made
    with desk.store.write() as connection:
        changed = punchout.change(
            connection,
            session,
            punchout.ORDERED,
            order_number=number,
            order_payload_id=payload_id,
            order_sha256=sha256,
            sending="waiting",
            sending_note=None,
        )
        if changed is None:
            message = "somebody else has done something with this cart meanwhile; look again"
            raise OrderError(message)
        desk.jobs.put(connection, [_job(changed)])
        event = NewEvent(
            type="punchout.cart_ordered",
            subject=subject_of(session.id),
            data=_json.encode({"session": session.id, "order": number}),
            actor=actor,
        )
        announce(connection, [event], desk.at())
    return changed


def _job(session: PunchoutSession) -> NewJob:
    return NewJob(
        kind=KIND,
        key=f"order/{session.id}",
        partner=session.partner,
        args=_json.encode(Letter(session=session.id)),
    )


def note_answer(desk: Desk, partner: Partner, record: AnyRecord) -> None:
    """Show beside an order what its supplier says of it later; other answers change nothing."""
    state, note, wanted = _said_later(record)
    if state is None:
        return
    with desk.store.write() as connection:
        session = _order_meant(connection, record, wanted)
        if session is None or session.sending is None or not _is_its(desk, session, partner):
            return
        punchout.change(connection, session, session.state, sending=state, sending_note=note)


def _said_later(record: AnyRecord) -> tuple[str | None, str | None, str | None]:
    """Return what an answer makes of an order, why, and the order's number."""
    if isinstance(record, OrderResponse) and record.order and not record.source.test:
        states = {"accepted": "confirmed", "rejected": "refused"}
        note = f"confirmation {record.number}" if record.number else None
        told = "; ".join(record.notes) or note
        return states.get(record.status or "", "changed"), told, record.order.number
    if isinstance(record, Acknowledgment) and record.status == "rejected":
        told = "; ".join(one.text or one.code or "" for one in record.errors)
        return "refused", told or None, None
    return None, None, None


def _order_meant(
    connection: Connection, record: AnyRecord, number: str | None
) -> PunchoutSession | None:
    if number is not None:
        return punchout.by_order(connection, number)
    of = record.of if isinstance(record, Acknowledgment) else None
    return punchout.by_payload(connection, of.payload_id) if of and of.payload_id else None


def _is_its(desk: Desk, session: PunchoutSession, partner: Partner) -> bool:
    """Whether an answer comes from the supplier of a session, by name or by identity."""
    supplier = desk.trading.partner(session.partner)
    if supplier is None:
        return False
    known = {key_of(one.domain, one.identity) for one in supplier.theirs}
    return not known.isdisjoint(key_of(one.domain, one.identity) for one in partner.theirs)


def send_again(desk: Desk, number: int) -> bool:
    """Send an order again that was refused or could not be delivered, under its payloadID."""
    with desk.store.write() as connection:
        session = punchout.one(connection, number)
        if session is None or session.sending not in {"refused", "failed"}:
            return False
        changed = punchout.change(
            connection, session, session.state, sending="waiting", sending_note=None
        )
        if changed is None:
            return False
        desk.jobs.put(connection, [_job(changed)])
    desk.jobs.wake()
    return True


class Sending:
    """The handler of the jobs that send; `send` posts a document and waits for the answer."""

    def __init__(self, desk: Desk, inbox: Path, send: Send) -> None:
        self._desk = desk
        self._inbox = inbox
        self._send = send

    def work(self, job: Job) -> None:
        """Send one document; raises `NotTakenError` where it is worth another try."""
        letter = msgspec.json.decode(job.args, type=Letter)
        if letter.session is not None:
            self._send_order(job, letter.session)
        else:
            self._send_reply(job, letter)
        self._desk.announced()

    def _send_order(self, job: Job, number: int) -> None:
        with self._desk.store.read() as connection:
            session = punchout.one(connection, number)
        if session is None or session.sending != "waiting" or session.order_sha256 is None:
            self._end(job)
            return
        content = self._content(session.order_sha256)
        document = self._keep(session, session.order_sha256, content)
        state, note = self._delivered(session, content)
        with self._desk.store.write() as connection:
            values: dict[str, str | int] = {"order_document": document}
            present = punchout.one(connection, number) or session
            if present.sending == "waiting":  # else its confirmation was quicker than we
                values |= {"sending": state, "sending_note": note}
            punchout.change(connection, present, present.state, **values)
            announce(connection, [_news(session, state, note)], self._desk.at())
            self._desk.jobs.done(connection, job)

    def _content(self, sha256: str) -> bytes:
        with self._desk.archive.open(sha256) as source:
            return source.read()

    def _keep(self, session: PunchoutSession, sha256: str, content: bytes) -> int:
        """Store the order as a document, once."""
        arrived = Arrived(
            claim=f"punchout-order-{session.id}",
            partner=session.partner,
            name=f"order-{session.id}.xml",
            door=DOOR,
            stored=Stored(sha256=sha256, size=len(content)),
        )
        return self._desk.intake.record([arrived])[0].number

    def _delivered(self, session: PunchoutSession, content: bytes) -> tuple[str, str]:
        partner = self._desk.trading.partner(session.partner)
        if partner is None or not partner.connection.order_url:
            folder = PartnerFolder(self._inbox / session.partner)
            folder.prepare()
            name = f"order-{session.id}.xml"
            folder.answer(name, "", content)
            return "dropped", f"{session.partner}/out/{name}"
        secret = self._desk.trading.secret(partner.connection.our_secret)
        reply = self._send(partner.connection.order_url, with_secret(content, secret))
        if reply.verdict == "again":
            raise NotTakenError(reply.text)
        return ("accepted" if reply.verdict == "done" else "refused"), reply.text

    def _send_reply(self, job: Job, letter: Letter) -> None:
        partner = self._desk.trading.partner(letter.partner)
        if partner is not None and partner.connection.reply_url:
            secret = self._desk.trading.secret(partner.connection.our_secret)
            content = with_secret(self._content(letter.sha256), secret)
            reply = self._send(partner.connection.reply_url, content)
            if reply.verdict == "again":
                raise NotTakenError(reply.text)
        self._end(job)

    def _end(self, job: Job) -> None:
        with self._desk.store.write() as connection:
            self._desk.jobs.done(connection, job)

    def failed(self, connection: Connection, job: Job, failure: Failure) -> bool:
        """Say of an order that it could not be delivered, after the last try."""
        letter = msgspec.json.decode(job.args, type=Letter)
        if letter.session is None or failure.transient or job.tries < TRIES_MAX:
            return False
        session = punchout.one(connection, letter.session)
        if session is not None and session.sending == "waiting":
            values = {"sending": "failed", "sending_note": failure.text}
            punchout.change(connection, session, session.state, **values)
            announce(connection, [_news(session, "failed", failure.text)], self._desk.at())
        return False


_EVENTS = {"accepted": "order.sent", "dropped": "order.sent"}


def _news(session: PunchoutSession, state: str, note: str) -> NewEvent:
    told = {
        "session": session.id,
        "order": session.order_number,
        "supplier": session.partner,
        "state": state,
        "note": note,
    }
    return NewEvent(
        type=_EVENTS.get(state, "order.not_sent"),
        subject=subject_of(session.id),
        data=_json.encode(told),
    )


def on_loop(desk: Desk, loop: asyncio.AbstractEventLoop) -> Send:
    """Return a function that posts from a thread, by the client that lives on `loop`."""

    def send(address: str, body: bytes) -> Reply:
        asking = desk.post(address, body)
        return asyncio.run_coroutine_threadsafe(asking, loop).result()  # type: ignore[arg-type]

    return send
