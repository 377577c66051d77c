"""What happened to a document, told from the event log in words."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
from msgspec import Struct

from gateway.clock import moment_of
from gateway.store.events import Event
from gateway.web import show
from mappers.corrected import Change


class Moment(Struct, frozen=True, kw_only=True):
    """One thing that happened."""

    at: str
    when: str
    age: str
    actor: str
    text: str
    detail: str
    icon: str


class _Decision(Struct):
    action: str = ""
    reason: str = ""


class _Data(Struct):
    """What the timeline reads of an event's data, whatever else it holds."""

    name: str = ""
    partner: str = ""
    door: str = ""
    file: str = ""
    number: str | None = None
    currency: str | None = None
    approved: Decimal | None = None
    pending: Decimal | None = None
    disputed: Decimal | None = None
    decision: _Decision | None = None
    text: str = ""
    assigned: str | None = None
    changes: tuple[Change, ...] = ()


_CHANGES_TOLD = 4
_DOORS = {"folder": "through its folder", "http": "by upload"}
_WORDS = {
    "file.received": ("in", "Received {name} from {partner} {door}"),
    "file.duplicate": ("copies", "Received {name} from {partner} again: the same bytes"),
    "file.acknowledged": ("check", "Answered with {file}"),
    "file.quarantined": ("broken", "Could not read {name}"),
    "file.reread": ("again", "Read {name} again"),
    "document.mapped": ("check", "Read"),
    "document.corrected": ("check", "Corrected: {changed}"),
    "document.invalid": ("torn", "Read, but not whole: {number}"),
    "order.received": ("in", "Order {number} arrived"),
    "order.cancelled": ("cross", "Order {number} was cancelled"),
    "order.acknowledged": ("check", "Order {number} was acknowledged"),
    "order.changed": ("in", "Order {number} was changed"),
    "shipment.notified": ("in", "Shipment {number} announced"),
    "shipment.received": ("in", "Goods received: {number}"),
    "invoice.received": ("in", "Invoice {number} read"),
    "invoice.credit_received": ("in", "Credit memo {number} read"),
    "invoice.matched": ("check", "Matched"),
    "invoice.waiting": ("clock", "Waiting"),
    "invoice.exception": ("cross", "Held back"),
    "invoice.duplicate": ("copies", "Found to be a duplicate"),
    "invoice.exception_resolved": ("check", "Accepted"),
    "invoice.rejected": ("cross", "Rejected"),
    "invoice.decision_undone": ("again", "Decision taken back"),
    "invoice.repaired": ("check", "Repair accepted"),
    "invoice.commented": ("said", "Said"),
    "reconciliation.changed": ("about", "The result changed"),
}


def timeline(happened: Sequence[Event], now: datetime) -> tuple[Moment, ...]:
    """Tell what happened, newest first."""
    return tuple(_moment(one, now) for one in reversed(happened))


def _moment(one: Event, now: datetime) -> Moment:
    data = _data(one)
    icon, text = _WORDS.get(one.type, ("dash", one.type.replace(".", " ").replace("_", " ")))
    at = moment_of(one.at)
    door = _DOORS.get(data.door, data.door)
    return Moment(
        at=one.at,
        when=show.moment(at),
        age=show.age(at, now),
        actor="" if one.actor == "gateway" else one.actor,
        text=_handed(data)
        or _filled(text, file=data.file, name=data.name, door=door, **_parties(data)),
        detail=data.decision.reason if data.decision else data.text or _amounts(data),
        icon=icon,
    )


def _handed(data: _Data) -> str:
    return f"Handed to: {show.role(data.assigned)}" if data.assigned else ""


def _parties(data: _Data) -> dict[str, str | None]:
    changed = [show.pointer_words(one.pointer) for one in data.changes]
    told = ", ".join(changed[:_CHANGES_TOLD])
    more = len(changed) - _CHANGES_TOLD
    told = f"{told} and {more} more" if more > 0 else told
    return {"partner": data.partner, "number": data.number, "changed": told or "confirmed"}


def _filled(text: str, **values: str | None) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value or "")
    return " ".join(text.split())


def _amounts(data: _Data) -> str:
    parts = {"approved": data.approved, "pending": data.pending, "disputed": data.disputed}
    told = [f"{show.money(one, data.currency)} {word}" for word, one in parts.items() if one]
    return ", ".join(told)


def _data(one: Event) -> _Data:
    try:
        return msgspec.json.decode(one.data, type=_Data)
    except msgspec.ValidationError:  # another event's data may use these names otherwise
        return _Data()
