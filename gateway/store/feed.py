"""What machines ask by HTTP: documents, records and reconciliations, page by page behind a number.

Bodies are handed on as the JSON that was stored, so a reader gets exactly what was read and judged.
"""

from collections.abc import Collection, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, select

from gateway.store.documents import QUARANTINED
from gateway.store.schema import document, partner, reconciliation, record


class DocumentRow(Struct, frozen=True, kw_only=True):
    """A file that came in; `problems` is JSON."""

    id: int
    partner: str
    name: str
    door: str
    sha256: str
    state: str
    format: str | None
    repeat_of: int | None
    problems: bytes | None
    received_at: str
    decided_at: str | None


class RecordRow(Struct, frozen=True, kw_only=True):
    """A record with its body as JSON; `verdict` is that of its reconciliation, if it has one."""

    id: int
    document_id: int
    kind: str
    number: str | None
    incomplete: bool
    verdict: str | None
    body: bytes


class ResultRow(Struct, frozen=True, kw_only=True):
    """A reconciliation with its body as JSON; `decided` once a person has decided on it."""

    record_id: int
    version: int
    changed_at: str
    decided: bool
    body: bytes


def one_document(connection: Connection, number: int) -> DocumentRow | None:
    """Return the file with receipt number `number`."""
    query = _documents().where(document.c.id == number)
    row = connection.execute(query).mappings().first()
    return DocumentRow(**row) if row else None


class Wanted(Struct, frozen=True, kw_only=True):
    """Which files are asked for: all that is given counts; times are UTC ISO 8601."""

    partner: str | None = None
    name: str | None = None
    sha256: str | None = None
    states: Sequence[str] = ()
    door: str | None = None
    since: str | None = None
    until: str | None = None


def documents(connection: Connection, after: int, limit: int, wanted: Wanted) -> list[DocumentRow]:
    """Return the files behind `after`, in their order, that are `wanted`."""
    query = _documents().where(document.c.id > after, *_wanted(wanted))
    rows = connection.execute(query.order_by(document.c.id).limit(limit)).mappings()
    return [DocumentRow(**row) for row in rows]


def quarantined(connection: Connection, before: int | None, limit: int) -> list[DocumentRow]:
    """Return the files that nothing could be read from, newest first; those below `before`."""
    query = _documents().where(document.c.state == QUARANTINED)
    if before is not None:
        query = query.where(document.c.id < before)
    rows = connection.execute(query.order_by(document.c.id.desc()).limit(limit)).mappings()
    return [DocumentRow(**row) for row in rows]


def _documents() -> Select[Any]:
    columns = (_column(name) for name in DocumentRow.__struct_fields__)
    return select(*columns).join(partner, partner.c.id == document.c.partner_id)


def _wanted(wanted: Wanted) -> list[ColumnElement[bool]]:
    bounds = (
        (wanted.partner, partner.c.name == wanted.partner),
        (wanted.name, document.c.name == wanted.name),
        (wanted.sha256, document.c.sha256 == wanted.sha256),
        (wanted.states or None, document.c.state.in_(wanted.states)),
        (wanted.door, document.c.door == wanted.door),
        (wanted.since, document.c.received_at >= (wanted.since or "")),
        (wanted.until, document.c.received_at <= (wanted.until or "")),
    )
    return [bound for given, bound in bounds if given is not None]


def _column(name: str) -> Any:
    return partner.c.name.label("partner") if name == "partner" else document.c[name]


def records_of(connection: Connection, number: int, limit: int) -> list[RecordRow]:
    """Return the records that were read from a file, in their order."""
    query = _records().where(record.c.document_id == number).order_by(record.c.position)
    return [RecordRow(**row) for row in connection.execute(query.limit(limit)).mappings()]


def records(
    connection: Connection, after: int, limit: int, *, kind: str | None, number: str | None
) -> list[RecordRow]:
    """Return the records behind `after`, of a kind and with a number where these are given."""
    query = _records().where(record.c.id > after).order_by(record.c.id).limit(limit)
    if kind is not None:
        query = query.where(record.c.kind == kind)
    if number is not None:
        query = query.where(record.c.number == number)
    return [RecordRow(**row) for row in connection.execute(query).mappings()]


def one_record(connection: Connection, record_id: int) -> RecordRow | None:
    """Return one record."""
    row = connection.execute(_records().where(record.c.id == record_id)).mappings().first()
    return RecordRow(**row) if row else None


def bodies(connection: Connection, numbers: Collection[int]) -> dict[int, bytes]:
    """Return the records with these numbers, as JSON."""
    query = select(record.c.id, record.c.body).where(record.c.id.in_(numbers))
    return {row.id: row.body for row in connection.execute(query)}


def _records() -> Select[Any]:
    return select(
        record.c.id,
        record.c.document_id,
        record.c.kind,
        record.c.number,
        record.c.incomplete,
        reconciliation.c.verdict,
        record.c.body,
    ).join(reconciliation, reconciliation.c.record_id == record.c.id, isouter=True)


def results(
    connection: Connection, after: int, limit: int, verdicts: Sequence[str]
) -> list[ResultRow]:
    """Return the reconciliations of records behind `after`, with one of `verdicts` if any given."""
    query = _results().where(reconciliation.c.record_id > after)
    if verdicts:
        query = query.where(reconciliation.c.verdict.in_(verdicts))
    query = query.order_by(reconciliation.c.record_id).limit(limit)
    return [ResultRow(**row) for row in connection.execute(query).mappings()]


def one_result(connection: Connection, record_id: int) -> ResultRow | None:
    """Return the reconciliation of one record."""
    query = _results().where(reconciliation.c.record_id == record_id)
    row = connection.execute(query).mappings().first()
    return ResultRow(**row) if row else None


def _results() -> Select[Any]:
    decided = reconciliation.c.decided.is_not(None) & (
        reconciliation.c.decided == reconciliation.c.digest
    )
    return select(
        reconciliation.c.record_id,
        reconciliation.c.version,
        reconciliation.c.changed_at,
        decided.label("decided"),
        reconciliation.c.body,
    )
