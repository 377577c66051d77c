"""Records and results, and how a case is gathered: all records that touch each other by a key.

A key names an order, an invoice number, a party with a total, ...; what shares none cannot change
each other's result. Records are inserted once, by their place in their document.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from msgspec import Struct, convert
from msgspec.structs import asdict
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from gateway.reading.wire import ReadRecord
from gateway.store.dialects import upsert
from gateway.store.schema import amendment, reconciliation, record, touch

_T = TypeVar("_T", int, str)
_AT_ONCE = 10_000  # below the number of parameters that SQLite takes


class Result(Struct, frozen=True, kw_only=True):
    """A result to be stored; amounts are exact decimals as text, `body` JSON."""

    record_id: int
    verdict: str
    currency: str | None
    approved: str
    pending: str
    disputed: str
    reason: str
    codes: str
    role: str | None
    cause: str | None = None
    due: str | None = None
    discount_until: str | None = None
    discount: str | None = None
    digest: str
    body: bytes
    body_digest: str
    version: int


class Touched(Struct, frozen=True):
    """A record and what connects it with others: its id as a fact, its kind, and its keys."""

    id: int
    document_id: int
    fact: str
    kind: str
    keys: list[str]


class Known(Struct, frozen=True, kw_only=True):
    """What is known of an earlier result: `digest` of what it says, `body_digest` of all of it."""

    digest: str
    body_digest: str
    verdict: str
    version: int


def stored_counts(connection: Connection, documents: Collection[int]) -> dict[int, int]:
    """Return how many records of each document are stored already; none of them out of order."""
    query = (
        select(record.c.document_id, func.count().label("stored"))
        .where(record.c.document_id.in_(documents))
        .group_by(record.c.document_id)
    )
    return {row.document_id: row.stored for row in connection.execute(query)}


def insert_records(
    connection: Connection, records: Sequence[tuple[int, str, ReadRecord]], at: str
) -> list[int]:
    """Store records, each with its document and its key as a fact; returns their numbers."""
    rows = [
        {
            "document_id": document,
            "position": one.position,
            "key": key,
            "kind": one.kind,
            "number": one.number[:128] if one.number else None,
            "supplier": one.supplier[:128] if one.supplier else None,
            "incomplete": one.incomplete,
            "test": one.test,
            "body": one.body,
            "trace": one.trace,
            "created_at": at,
        }
        for document, key, one in records
    ]
    query = insert(record).returning(record.c.id, sort_by_parameter_order=True)
    return list(connection.execute(query, rows).scalars()) if rows else []


def mend_records(connection: Connection, records: Mapping[int, ReadRecord]) -> None:
    """Store what was read again of records that were read in part, under their old numbers."""
    rows = [
        {
            "number_": number,
            "kind": one.kind,
            "number": one.number[:128] if one.number else None,
            "supplier": one.supplier[:128] if one.supplier else None,
            "incomplete": one.incomplete,
            "test": one.test,
            "body": one.body,
            "trace": one.trace,
        }
        for number, one in records.items()
    ]
    if rows:
        query = update(record).where(record.c.id == bindparam("number_"))
        columns: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "number_"}
        connection.execute(query.values(columns), rows)


def insert_touches(connection: Connection, touches: Mapping[int, Iterable[str]]) -> None:
    """Store the keys of records."""
    rows = [{"record_id": number, "key": key} for number, keys in touches.items() for key in keys]
    if rows:
        connection.execute(upsert(connection, touch).on_conflict_do_nothing(), rows)


def remove_touches(connection: Connection, number: int, keys: Collection[str]) -> None:
    """Remove keys of a record that no longer hold."""
    connection.execute(delete(touch).where(touch.c.record_id == number, touch.c.key.in_(keys)))


def touching(connection: Connection, keys: Collection[str]) -> set[int]:
    """Return the records that have one of `keys`."""
    found: set[int] = set()
    for some in _portions(sorted(keys)):
        query = select(touch.c.record_id).where(touch.c.key.in_(some))
        found.update(connection.execute(query).scalars())
    return found


def newest(connection: Connection, key: str, limit: int) -> list[int]:
    """Return the newest records that have `key`, however many have it."""
    query = select(touch.c.record_id).where(touch.c.key == key)
    found = connection.execute(query.order_by(touch.c.record_id.desc()).limit(limit))
    return list(found.scalars())


def having(connection: Connection, keys: Collection[str], limit: int) -> list[tuple[str, int]]:
    """Return at most `limit` pairs of a key and a record that has it."""
    found: list[tuple[str, int]] = []
    for some in _portions(sorted(keys)):
        query = select(touch.c.key, touch.c.record_id).where(touch.c.key.in_(some))
        rows = connection.execute(query.limit(limit - len(found)))
        found += [(row.key, row.record_id) for row in rows]
    return found


def touched(connection: Connection, numbers: Sequence[int]) -> list[Touched]:
    """Return records with their keys."""
    keys: dict[int, list[str]] = {number: [] for number in numbers}
    found: list[Touched] = []
    for some in _portions(numbers):
        pairs = select(touch.c.record_id, touch.c.key).where(touch.c.record_id.in_(some))
        for number, key in connection.execute(pairs.order_by(touch.c.record_id, touch.c.key)):
            keys[number].append(key)
        query = select(record.c.id, record.c.document_id, record.c.key, record.c.kind)
        found += [
            Touched(row.id, row.document_id, row.key, row.kind, keys[row.id])
            for row in connection.execute(query.where(record.c.id.in_(some)))
        ]
    return found


def _portions(several: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(several), _AT_ONCE):
        yield several[start : start + _AT_ONCE]


def bodies(connection: Connection, numbers: Sequence[int]) -> dict[int, bytes]:
    """Return the JSON of records."""
    found: dict[int, bytes] = {}
    for some in _portions(numbers):
        query = select(record.c.id, record.c.body).where(record.c.id.in_(some))
        found.update({row.id: row.body for row in connection.execute(query)})
    return found


def known_results(connection: Connection, numbers: Collection[int]) -> dict[int, Known]:
    """Return what is known of the results of records."""
    query = select(
        reconciliation.c.record_id,
        reconciliation.c.digest,
        reconciliation.c.body_digest,
        reconciliation.c.verdict,
        reconciliation.c.version,
    ).where(reconciliation.c.record_id.in_(numbers))
    return {
        row.record_id: convert(row, Known, from_attributes=True)
        for row in connection.execute(query)
    }


def result_bodies(connection: Connection, numbers: Collection[int]) -> dict[int, bytes]:
    """Return the JSON of the results of records, as far as there are any."""
    query = select(reconciliation.c.record_id, reconciliation.c.body).where(
        reconciliation.c.record_id.in_(numbers)
    )
    return {row.record_id: row.body for row in connection.execute(query)}


def amendments(connection: Connection, numbers: Sequence[int]) -> list[tuple[str, bytes]]:
    """Return what persons decided on these records: ids as facts, and amendments as JSON."""
    query = select(amendment.c.key, amendment.c.body)
    return [
        (row.key, row.body)
        for some in _portions(numbers)
        for row in connection.execute(query.where(amendment.c.record_id.in_(some)))
    ]


def write_results(connection: Connection, results: Sequence[Result], at: str) -> None:
    """Store results in place of earlier ones; what was decided about those stays."""
    names = [name for name in Result.__struct_fields__ if name != "record_id"]
    query = upsert(connection, reconciliation)
    query = query.on_conflict_do_update(
        index_elements=[reconciliation.c.record_id],
        set_={name: query.excluded[name] for name in (*names, "changed_at")},
    )
    rows = [asdict(one) | {"changed_at": at} for one in results]
    if rows:
        connection.execute(query, rows)
