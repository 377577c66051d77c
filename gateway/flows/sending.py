"""Sending: a written interchange gets its control numbers and awaits its acknowledgment.

The numbers, the file and the watch over its acknowledgment are one commit; the outbox writes the
file. Sending again gives the same content new numbers, so that the partner takes it for another
interchange and the document in it for the same.
"""

import datetime as dt
import re
from collections.abc import Iterator
from io import BytesIO

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from gateway.acknowledging import facts, naming
from gateway.acknowledging.facts import Watched
from gateway.acknowledging.renumbering import renumbered
from gateway.acknowledging.replies import KINDS
from gateway.acknowledging.states import AWAITED, DOCUMENT, SENT
from gateway.clock import Clock, stamp
from gateway.flows.acknowledging import profile_for
from gateway.formats import Arrival, read_arrived
from gateway.store import acknowledgments, documents
from gateway.store.acknowledgments import NewOutgoing, NewSet
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce
from parsers.form import ParseError
from parsers.received import Received

_GROUP_CODE, _KINDS_SHOWN = 1, 32
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class UnsendableError(Exception):
    """What was to be sent is no interchange that could be; the message says why."""


class SentFile(Struct, frozen=True, kw_only=True):
    """What was sent: its number here, its file in `out/`, its control number and its deadline."""

    outgoing: int
    partner: str
    file: str
    control: int
    kind: str
    due_at: str | None


class _Interchange(Struct, frozen=True, kw_only=True):
    """What is to be sent, and the business numbers in it by the place of their documents."""

    partner: str
    content: bytes
    resends: int | None
    received: Received
    numbers: dict[int, str | None]


class Sending:
    """Sends what is written."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def send(self, partner: str, content: bytes) -> SentFile:
        """Send one interchange to a partner; raises `UnsendableError`."""
        return self._send(partner, content, None)

    def resend(self, number: int) -> SentFile:
        """Send again what was sent under a number; raises `UnsendableError`."""
        with self._store.read() as connection:
            found = acknowledgments.content_of(connection, number)
        if found is None:
            message = f"nothing was sent under the number {number}"
            raise UnsendableError(message)
        return self._send(*found, number)

    def _send(self, partner: str, content: bytes, resends: int | None) -> SentFile:
        if not _NAME.fullmatch(partner):
            message = f"{partner!r} can be no partner's folder"
            raise UnsendableError(message)
        now = self._clock()
        received, numbers = _read(content, now)
        one = _Interchange(
            partner=partner, content=content, resends=resends, received=received, numbers=numbers
        )
        with self._store.write() as connection:
            sent = _kept(connection, one, now)
            announce(connection, [_news(sent, resends)], stamp(now))
        return sent


def _read(content: bytes, now: dt.datetime) -> tuple[Received, dict[int, str | None]]:
    watched = Watched()
    numbers: dict[int, str | None] = {}
    arrival = Arrival(name="", sha256="", year=now.year, watch=watched.take)
    try:
        for position, mapped in enumerate(read_arrived(BytesIO(content), arrival)):
            numbers[position] = getattr(mapped.record, "number", None)
    except ParseError as fault:
        raise UnsendableError(str(fault)) from fault
    if len(watched.interchanges) != 1:
        message = f"one interchange is sent at a time, and here are {len(watched.interchanges)}"
        raise UnsendableError(message)
    received = watched.interchanges[0]
    wrong = next((fault.problem for fault in received.faults if fault.is_error), None)
    if wrong or not all(facts.identity(received)):
        message = f"the envelope is faulty: {wrong or 'it names no sender, receiver or number'}"
        raise UnsendableError(message)
    return received, numbers


def _kept(connection: Connection, one: _Interchange, now: dt.datetime) -> SentFile:
    received = one.received
    ours, theirs, _ = facts.identity(received)
    take = acknowledgments.take_numbers
    (control,) = take(connection, (ours, theirs, f"{received.syntax} interchange"), 1)
    real = sum(bool(group.header) for group in received.groups)
    groups = take(connection, (ours, theirs, f"{received.syntax} group"), real)
    sets = list(_sets(one, groups))
    at = stamp(now)
    kinds = list(dict.fromkeys(found.kind for found in sets))
    kinds += ["TA1"] if received.answers and not kinds else []  # it is no set
    hours = profile_for(one.partner).acknowledgments.overdue_hours
    is_awaited = bool(hours) and not KINDS.issuperset(kinds)
    due_at = stamp(now + dt.timedelta(hours=hours)) if is_awaited else None
    new = NewOutgoing(
        partner_id=documents.partners(connection, {one.partner}, at)[one.partner],
        purpose=DOCUMENT,
        resends=one.resends,
        syntax=received.syntax,
        kind=" ".join(kinds)[:_KINDS_SHOWN],
        sender=ours,
        receiver=theirs,
        control=str(control),
        number=next((found.number for found in sets if found.number), None),
        test=received.test,
        name="",
        content=renumbered(one.content, received, control, groups),
        created_at=at,
        state=AWAITED if is_awaited else SENT,
        due_at=due_at,
    )
    number = acknowledgments.add_outgoing(connection, new, sets)
    name = naming.sent_name(kinds, new.control, number, received.syntax)
    acknowledgments.rename(connection, number, name)
    return SentFile(
        outgoing=number,
        partner=one.partner,
        file=name,
        control=control,
        kind=new.kind,
        due_at=due_at,
    )


def _sets(one: _Interchange, groups: tuple[int, ...]) -> Iterator[NewSet]:
    """Yield the sets of an interchange, by the numbers that their acknowledgment will name."""
    numbers = iter(groups)
    for group in one.received.groups:
        number = str(next(numbers)) if group.header else ""
        is_x12 = one.received.syntax == "x12" and len(group.header) > _GROUP_CODE
        for found in group.sets:
            business = one.numbers.get(found.index)
            yield NewSet(
                code=group.header[_GROUP_CODE].strip()[:8] if is_x12 else "",
                group=number,
                kind=found.kind[:16],
                control=found.control[:40],
                number=business[:128] if business else None,
            )


def _news(sent: SentFile, resends: int | None) -> NewEvent:
    data = msgspec.to_builtins(sent) | ({"resends": resends} if resends else {})
    return NewEvent(
        type="document.sent",
        subject=f"outgoing/{sent.outgoing}",
        data=msgspec.json.encode(data),
    )
