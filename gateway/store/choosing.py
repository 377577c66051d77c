"""Which events an endpoint's filters let pass, by what they and their documents say.

An event says of itself which document and record it is about, and a result its verdict; the rest
is looked up: whose document it is, which supplier's, whether it is a test.
"""

from collections.abc import Collection, Iterable, Sequence

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from gateway.store.endpoints import How
from gateway.store.events import Event
from gateway.store.schema import document, partner, record

_AT_ONCE = 500


class _About(Struct):
    """What an event says of itself that filters ask for."""

    document: int | None = None
    record: int | None = None
    partner: str | None = None
    supplier: str | None = None
    verdict: str | None = None
    test: bool | None = None


_about = msgspec.json.Decoder(_About)


def wanted_by(connection: Connection, how: How, events: Sequence[Event]) -> list[Event]:
    """Return those of `events` that the filters of `how` let pass."""
    if not how.filters or not events:
        return list(events)
    said = {one.sequence: _said(one) for one in events}
    _look_up(connection, said.values())
    return [one for one in events if _passes(how, said[one.sequence])]


def _said(event: Event) -> _About:
    try:
        return _about.decode(event.data)
    except msgspec.ValidationError:  # a field of the same name means something else there
        return _About()


def _look_up(connection: Connection, said: Collection[_About]) -> None:
    """Add what the tables know of the documents and records that events are about."""
    records = _records(connection, {one.record for one in said if one.record is not None})
    files = _files(connection, {one.document for one in said if one.document is not None})
    for one in said:
        if one.record in records:
            name, supplier, test = records[one.record]
            one.partner, one.supplier, one.test = name, supplier or one.supplier, test
        elif one.document in files:
            one.partner = files[one.document]


def _records(
    connection: Connection, numbers: Iterable[int | None]
) -> dict[int | None, tuple[str, str | None, bool]]:
    query = (
        select(record.c.id, partner.c.name, record.c.supplier, record.c.test)
        .join(document, document.c.id == record.c.document_id)
        .join(partner, partner.c.id == document.c.partner_id)
    )
    return {
        row.id: (row.name, row.supplier, row.test)
        for some in _cut(numbers)
        for row in connection.execute(query.where(record.c.id.in_(some)))
    }


def _files(connection: Connection, numbers: Iterable[int | None]) -> dict[int | None, str]:
    query = select(document.c.id, partner.c.name).join(
        partner, partner.c.id == document.c.partner_id
    )
    return {
        row.id: row.name
        for some in _cut(numbers)
        for row in connection.execute(query.where(document.c.id.in_(some)))
    }


def _cut(numbers: Iterable[int | None]) -> list[list[int | None]]:
    numbers = list(numbers)
    return [numbers[start : start + _AT_ONCE] for start in range(0, len(numbers), _AT_ONCE)]


def _passes(how: How, said: _About) -> bool:
    named = (
        (how.partners, said.partner),
        (how.suppliers, said.supplier),
        (how.verdicts, said.verdict),
    )
    if any(wanted and value is not None and value not in wanted for wanted, value in named):
        return False
    return how.tests == "with" or said.test is None or said.test is (how.tests == "only")
