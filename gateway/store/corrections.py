"""Corrections of records by people: each makes a revision, and nothing that was read is lost.

A record's key as a fact names its revision (`...-0.2`), so that whoever knows the record by its key
never takes one revision for another. The row of the record is what it says now; the rows of
corrections are what it said before each, the first of them what was read.
"""

from collections.abc import Collection

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, delete, func, insert, select, update

from gateway.reading.wire import ReadRecord
from gateway.store.cases import insert_touches
from gateway.store.corrections_tables import correction
from gateway.store.schema import document, record, touch
from mappers.corrected import Change

_json = msgspec.json.Encoder()
_changes = msgspec.json.Decoder(tuple[Change, ...])


class Made(Struct, frozen=True, kw_only=True):
    """A correction that was made: the revision it made, by whom, when, and of which values."""

    record_id: int
    revision: int
    actor: str
    at: str
    changes: tuple[Change, ...]
    idempotency_key: str


class NewRevision(Struct, frozen=True, kw_only=True):
    """A correction about to be written, made of the record's revision `revision` (0 as read)."""

    record_id: int
    revision: int
    record: ReadRecord
    changes: tuple[Change, ...]
    actor: str
    idempotency_key: str


def made(connection: Connection, record_id: int) -> list[Made]:
    """Return the corrections of a record, oldest first."""
    query = select(correction).where(correction.c.record_id == record_id)
    rows = connection.execute(query.order_by(correction.c.revision)).mappings()
    return [_made(dict(row)) for row in rows]


def made_with(connection: Connection, idempotency_key: str) -> Made | None:
    """Return the correction that was made under `idempotency_key`."""
    query = select(correction).where(correction.c.idempotency_key == idempotency_key)
    row = connection.execute(query).mappings().first()
    return _made(dict(row)) if row else None


def _made(row: dict[str, object]) -> Made:
    values = {name: row[name] for name in Made.__struct_fields__ if name != "changes"}
    return Made(changes=_changes.decode(row["changes"]), **values)  # type: ignore[arg-type]


def revision_of(connection: Connection, record_id: int) -> int:
    """Return how often a record was corrected."""
    query = select(func.max(correction.c.revision)).where(correction.c.record_id == record_id)
    return connection.execute(query).scalar_one() or 0


def is_open(connection: Connection, record_id: int) -> bool:
    """Whether a record may be corrected: that of a file that breaks off has to come again whole."""
    query = (
        select(document.c.state)
        .join(record, record.c.document_id == document.c.id)
        .where(record.c.id == record_id)
    )
    return connection.execute(query).scalar_one_or_none() == "read"


def first_record(connection: Connection, document_id: int) -> int | None:
    """Return the first record of a document that waits for a person, or else the first of all."""
    query = select(record.c.id).where(record.c.document_id == document_id)
    query = query.order_by(record.c.incomplete.desc(), record.c.position).limit(1)
    return connection.execute(query).scalar_one_or_none()


def first_bodies(connection: Connection, numbers: Collection[int]) -> dict[int, bytes]:
    """Return what was read of those of `numbers` that were corrected since."""
    query = select(correction.c.record_id, correction.c.body).where(
        correction.c.record_id.in_(numbers), correction.c.revision == 1
    )
    return {row.record_id: row.body for row in connection.execute(query)}


def revise(connection: Connection, new: NewRevision, at: str) -> bool:
    """Write a revision in the caller's transaction; False where another one was first."""
    row = connection.execute(select(record).where(record.c.id == new.record_id)).one()
    if revision_of(connection, new.record_id) != new.revision:
        return False
    key = f"{base_key(row.key)}.{new.revision + 1}"
    told = new.record
    won = connection.execute(
        update(record)
        .where(record.c.id == new.record_id, record.c.key == row.key)
        .values(
            key=key,
            number=told.number[:128] if told.number else None,
            supplier=told.supplier[:128] if told.supplier else None,
            incomplete=told.incomplete,
            body=told.body,
            trace=told.trace,
        )
    )
    if won.rowcount != 1:
        return False
    connection.execute(
        insert(correction).values(
            record_id=new.record_id,
            revision=new.revision + 1,
            idempotency_key=new.idempotency_key,
            changes=_json.encode(new.changes),
            actor=new.actor,
            at=at,
            body=row.body,
            trace=row.trace,
        )
    )
    connection.execute(delete(touch).where(touch.c.record_id == new.record_id))
    insert_touches(connection, {new.record_id: told.touches})
    return True


def base_key(key: str) -> str:
    """Return the key of a record as it was read, whatever its revision."""
    return key.partition(".")[0]
