"""The event log: appended to in the transaction of the change it tells of, and never altered.

It is the source of the webhooks, the pull feed, the timeline on the screens and the audit at once.
`sequence` is its order and the cursor of everybody who reads it: it has no gaps, not even where a
transaction failed (those of PostgreSQL's own sequences would have), for there is one writer. An
event's `data` is JSON, already encoded, so that what was announced can never be told differently.
"""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, func, insert, select

from gateway.store.schema import event

_AT_ONCE = 500


class NewEvent(Struct, frozen=True, kw_only=True):
    """Something that happened: `type` as noun.past_participle, `subject` what it is ordered by.

    `actor` is who did it: `gateway`, or a person's name; `data` is JSON. With a `key`, which makes
    its id, it can be told once only.
    """

    type: str
    subject: str
    data: bytes
    actor: str = "gateway"
    key: str | None = None


class Event(Struct, frozen=True, kw_only=True):
    """An event as the log has it; `at` is UTC ISO 8601."""

    sequence: int
    id: str
    at: str
    actor: str
    type: str
    subject: str
    data: bytes


def announce(connection: Connection, events: Iterable[NewEvent], at: str) -> None:
    """Append `events` in their order, in the caller's transaction."""
    rows = [
        {
            "sequence": sequence,
            "id": f"evt_{new.key or uuid.uuid4().hex}",
            "at": at,
            "actor": new.actor,
            "type": new.type,
            "subject": new.subject,
            "body": new.data,
        }
        for sequence, new in enumerate(events, last_sequence(connection) + 1)
    ]
    if rows:
        connection.execute(insert(event), rows)


def after(
    connection: Connection, sequence: int, *, types: Sequence[str] = (), limit: int = 100
) -> list[Event]:
    """Return the next events behind `sequence`, in order; of `types` alone where some are given."""
    query = select(event).where(event.c.sequence > sequence).order_by(event.c.sequence).limit(limit)
    if types:
        query = query.where(event.c.type.in_(types))
    return [_event(row) for row in connection.execute(query)]


def one(connection: Connection, name: str) -> Event | None:
    """Return the event with that id."""
    row = connection.execute(select(event).where(event.c.id == name)).first()
    return _event(row) if row else None


def numbered(connection: Connection, sequences: Sequence[int]) -> list[Event]:
    """Return the events with these numbers, in order."""
    found: list[Event] = []
    for start in range(0, len(sequences), _AT_ONCE):
        some = sequences[start : start + _AT_ONCE]
        query = select(event).where(event.c.sequence.in_(some)).order_by(event.c.sequence)
        found += [_event(row) for row in connection.execute(query)]
    return found


def about(connection: Connection, subjects: Sequence[str], *, limit: int = 200) -> list[Event]:
    """Return what happened to `subjects`, oldest first."""
    query = (
        select(event)
        .where(event.c.subject.in_(subjects))
        .order_by(event.c.sequence.desc())
        .limit(limit)
    )
    return [_event(row) for row in connection.execute(query)][::-1]


def told_with(connection: Connection, key: str) -> bool:
    """Whether the event with this key was told already."""
    query = select(event.c.sequence).where(event.c.id == f"evt_{key}")
    return connection.execute(query).first() is not None


def last_sequence(connection: Connection) -> int:
    """Return the sequence of the newest event, 0 where there is none."""
    return connection.execute(select(func.max(event.c.sequence))).scalar() or 0


def _event(row: Row[Any]) -> Event:
    return Event(
        sequence=row.sequence,
        id=row.id,
        at=row.at,
        actor=row.actor,
        type=row.type,
        subject=row.subject,
        data=row.body,
    )
