"""The seals of the event log: what was sealed, and what is not yet."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, insert, select

from gateway.audit.offline import NOTHING, event_hash, seal_digest
from gateway.store.retention_tables import GONE, forgotten
from gateway.store.schema import event, seal

_AT_ONCE = 1000


class Seal(Struct, frozen=True, kw_only=True):
    """A block of events, from sequence `first` to `last`, chained to the digest `before` it."""

    first: int
    last: int
    before: str
    digest: str
    at: str


def newest(connection: Connection) -> Seal | None:
    """Return the newest seal."""
    row = connection.execute(select(seal).order_by(seal.c.last.desc()).limit(1)).mappings().first()
    return Seal(**row) if row else None


def seals_from(connection: Connection, sequence: int) -> list[Seal]:
    """Return the seals of the events from `sequence` on, oldest first."""
    query = select(seal).where(seal.c.last >= sequence).order_by(seal.c.last)
    return [Seal(**row) for row in connection.execute(query).mappings()]


def add(connection: Connection, limit: int, at: str) -> Seal | None:
    """Seal at most `limit` events that are not sealed yet; None where there are none."""
    before = newest(connection)
    last = before.last if before else 0
    query = select(event).where(event.c.sequence > last).order_by(event.c.sequence).limit(limit)
    rows = connection.execute(query).all()
    if not rows:
        return None
    chained = before.digest if before else NOTHING
    new = Seal(
        first=rows[0].sequence,
        last=rows[-1].sequence,
        before=chained,
        digest=seal_digest(chained, [hash_of(row) for row in rows]),
        at=at,
    )
    names = Seal.__struct_fields__
    connection.execute(insert(seal).values(**{name: getattr(new, name) for name in names}))
    return new


def hashes(connection: Connection, first: int, last: int) -> dict[int, str]:
    """Return the hashes of the events from sequence `first` to `last`."""
    query = (
        select(event, forgotten.c.hash.label("gone"))
        .outerjoin(forgotten, forgotten.c.event_sequence == event.c.sequence)
        .where(event.c.sequence.between(first, last))
        .order_by(event.c.sequence)
    )
    return {row.sequence: _sealed(row) for row in connection.execute(query).yield_per(_AT_ONCE)}


def _sealed(row: Row[Any]) -> str:
    """Return the hash that an event had when it was sealed, also where its data is forgotten."""
    told = dict(row._mapping)  # noqa: SLF001 - its public name is this
    if row.gone is not None and bytes(row.body) == GONE:
        return event_hash(told, digest=row.gone)
    return event_hash(told, bytes(row.body))


def broken(connection: Connection) -> Iterator[str]:
    """Yield what is wrong with the chain, a sentence each: every seal is computed again."""
    before, expected = NOTHING, 1
    for one in seals_from(connection, 0):
        told = f"the seal of events {one.first} to {one.last}, made at {one.at},"
        if one.before != before:
            yield f"{told} does not continue the one before it"
        if one.first != expected:
            yield f"{told} begins behind a gap: {expected} was expected"
        inside = hashes(connection, one.first, one.last)
        if len(inside) != one.last - one.first + 1:
            yield f"{told} holds {len(inside)} events now"
        if seal_digest(one.before, list(inside.values())) != one.digest:
            yield f"{told} does not fit its events: one of them was altered"
        before, expected = one.digest, one.last + 1


def hash_of(row: Row[Any]) -> str:
    """Return the hash of an event's row."""
    return event_hash(dict(row._mapping), bytes(row.body))  # noqa: SLF001 - its public name is this
