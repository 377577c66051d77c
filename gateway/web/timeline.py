"""What happened to a document, told from the event log in words."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gateway.clock import moment_of
from gateway.store.events import Event
from gateway.web import show
from gateway.web.case.answering import SAID
from gateway.web.case.differing import Changed, Told, changes, told_of
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
    changes: tuple[Changed, ...] = ()


class _Decision(Struct):
    action: str = ""
    reason: str = ""


class _Memo(Struct):
    number: str = ""


class _Limit(Struct):
    key: str = ""
    value: str = ""
    supplier: str | None = None


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
    debit_memo: _Memo | None = None
    limit: _Limit | None = None
    role: str = ""
    words: str = ""
    answer: str = ""
    came: Decimal | None = None
    damaged: Decimal | None = None
    final: bool = False


_CHANGES_TOLD = 4
_DOORS = {
    "folder": "through its folder",
    "http": "by upload",
    "question": "as an answer",
}
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
    "invoice.relinked": ("unlinked", "Linked to another order line"),
    "invoice.tolerance_allowed": ("about", "Tolerance adjusted once"),
    "invoice.amendment_withdrawn": ("again", "Decision taken back"),
    "invoice.short_paid": ("torn", "Paid short: debit memo {memo}"),
    "invoice.short_pay_undone": ("again", "Debit memo {memo} taken back"),
    "policy.limit_set": ("about", "Limit set: {limit}"),
    "policy.limit_ended": ("again", "Limit ended: {limit}"),
    "question.asked": ("said", "Asked the {role}: {words}"),
    "question.answered": ("said", "The {role} answered: {answer}"),
    "question.withdrawn": ("dash", "Question to the {role} taken back"),
    "invoice.commented": ("said", "Said"),
    "reconciliation.changed": ("about", "The result changed"),
}


_RESULTS = frozenset(
    {
        "invoice.matched",
        "invoice.waiting",
        "invoice.exception",
        "invoice.duplicate",
        "reconciliation.changed",
    }
)


def timeline(happened: Sequence[Event], now: datetime) -> tuple[Moment, ...]:
    """Tell what happened, newest first; a result with what it says differently from the last."""
    told: list[Moment] = []
    before: Told | None = None
    for one in happened:
        moment = _moment(one, now)
        if one.type in _RESULTS:
            after = told_of(one.data)
            moment = replace(moment, changes=changes(before, after) if before else ())
            before = after
        told.append(moment)
    return tuple(reversed(told))


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
        detail=_detail(data),
        icon=icon,
    )


def _handed(data: _Data) -> str:
    return f"Handed to: {show.role(data.assigned)}" if data.assigned else ""


def _parties(data: _Data) -> dict[str, str | None]:
    changed = [show.pointer_words(one.pointer) for one in data.changes]
    told = ", ".join(changed[:_CHANGES_TOLD])
    more = len(changed) - _CHANGES_TOLD
    told = f"{told} and {more} more" if more > 0 else told
    limit = data.limit
    whom = (f"supplier {limit.supplier}" if limit.supplier else "all suppliers") if limit else ""
    return {
        "partner": data.partner,
        "number": data.number,
        "changed": told or "confirmed",
        "memo": data.debit_memo.number if data.debit_memo else "",
        "limit": f"{limit.key} = {limit.value} for {whom}" if limit else "",
        "role": data.role,
        "words": data.words,
        "answer": SAID.get(data.answer, data.answer),
    }


def _detail(data: _Data) -> str:
    if data.decision:
        return data.decision.reason
    if not data.answer:
        return data.text or _amounts(data)
    parts = (
        f"{show.quantity(data.came)} came" if data.came else "",
        f"{show.quantity(data.damaged)} damaged" if data.damaged else "",
        "nothing more will come" if data.final else "",
        data.text,
    )
    return ", ".join(part for part in parts if part)


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
