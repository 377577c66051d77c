"""A parcel as a file: JSON or CSV of its events, or the records that they are about as documents.

The name begins with the number of its first event at the endpoint, twelve digits, so that names
sort in the order of the events; the same parcel has the same name and the same bytes on every try.
Control numbers of interchanges are that number, too.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from gateway.clock import moment_of
from gateway.delivering.cells import table
from gateway.delivering.parcel import Parcel, Sent, record_of, written
from gateway.flows.retry import Answer
from gateway.store.deliveries import Due
from gateway.store.endpoints import How
from gateway.writing import INTERCHANGES, formats, write_records
from mappers.canonical import AnyRecord
from mappers.partners import PartnerError
from mappers.writing import Outgoing, UnwritableError

_WRITTEN, _NOTHING = 201, 204
_CONTROL_MAX = 999_999_999
_ENDINGS = {"x12": "x12", "edifact": "edi"}
COLUMNS = (
    *("deliverysequence", "sequence", "id", "type", "time", "subject", "actor"),
    *("document", "record", "kind", "number", "supplier", "orders", "verdict", "currency"),
    *("approved", "pending", "disputed", "codes", "test"),
)
_record = msgspec.json.Decoder(AnyRecord)


class Rendered(Struct, frozen=True, kw_only=True):
    """A file to be put, None where there is nothing to write; and what becomes of each event."""

    name: str
    content: bytes | None
    each: tuple[Answer, ...]

    @property
    def sent(self) -> Sent:
        """What came of it, once the file is there."""
        whole = Answer(status=_NOTHING if self.content is None else _WRITTEN, text=self.name)
        return Sent(whole=whole, each=self.each)


def known(how: How) -> str | None:
    """Return what is wrong with the format of a file, None where nothing is."""
    if how.format in {"json", "csv"}:
        return None
    if how.format not in formats():
        return f"there is no format {how.format!r}; dockmatch write --help has them all"
    if how.batch > 1 and how.format not in INTERCHANGES:
        return f"{how.format} holds one document; leave batch at 1"
    return None


def rendered(parcel: Parcel, source: str) -> Rendered:
    """Return a parcel as a file."""
    how = parcel.to.how
    if how.format in {"json", "csv"}:
        content = _csv(parcel) if how.format == "csv" else written(parcel, source)
        name = _name(parcel, how.format)
        answer = Answer(status=_WRITTEN, text=name)
        return Rendered(name=name, content=content, each=(answer,) * len(parcel.dues))
    return _documents(parcel)


def _name(parcel: Parcel, ending: str) -> str:
    first = parcel.dues[0]
    what = f"{len(parcel.dues)}-events" if parcel.is_batch else first.event.type
    return f"{first.sequence:012}-{what}.{ending}"


def _csv(parcel: Parcel) -> bytes:
    return table(COLUMNS, (_row(due) for due in parcel.dues))


def _row(due: Due) -> Sequence[str]:
    event = due.event
    told: dict[str, Any] = msgspec.json.decode(event.data)
    invoice = told.get("invoice")
    values = (invoice if isinstance(invoice, dict) else {}) | told
    values |= {name: getattr(event, name) for name in ("sequence", "id", "type", "subject")}
    values |= {"deliverysequence": due.sequence, "time": event.at, "actor": event.actor}
    return [_cell(values.get(name)) for name in COLUMNS]


def _cell(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _documents(parcel: Parcel) -> Rendered:
    """Write the records that the events of a parcel are about as one document or interchange."""
    to, (first, *_) = parcel.to.how.format, parcel.dues
    name = _name(parcel, _ENDINGS.get(to.partition("-")[0], "xml"))
    answers = dict.fromkeys((due.id for due in parcel.dues), Answer(status=_WRITTEN, text=name))
    records: list[AnyRecord] = []
    for due in parcel.dues:
        body = parcel.records.get(record_of(due.event) or 0)
        record = _record.decode(body) if body is not None else None
        refusal = "the event is about no record" if record is None else _refusal(parcel, record)
        if refusal or record is None:
            answers[due.id] = _unwritten(refusal or "")
        else:
            records.append(record)
    content = _written(parcel, records) if records else None
    each = tuple(answers[due.id] for due in parcel.dues)
    return Rendered(
        name=name if content else f"nothing at {first.sequence}", content=content, each=each
    )


def _unwritten(refusal: str) -> Answer:
    """Pass over an event of another kind; give up one whose record cannot be written."""
    if refusal.startswith(("a record of the kind", "the event is about")):
        return Answer(status=_NOTHING, text=f"nothing to write: {refusal}")
    return Answer(status=None, text=refusal, hopeless=True)


def _refusal(parcel: Parcel, record: AnyRecord) -> str | None:
    try:
        _written(parcel, [record])
    except (UnwritableError, PartnerError) as error:
        return str(error)
    return None


def _written(parcel: Parcel, records: Sequence[AnyRecord]) -> bytes:
    how, (first, *_) = parcel.to.how, parcel.dues
    outgoing = Outgoing(
        identifier=f"{first.event.id}.{parcel.to.id}@dockmatch",
        sent_at=moment_of(first.event.at),
        test=how.tests == "only",
        control=(first.sequence - 1) % _CONTROL_MAX + 1,
    )
    return write_records(records, how.format, outgoing, how.partner)[0]
