"""What could not be read, whole or in part: why, and putting it up to be read again.

A file that is read again keeps its receipt and the numbers of its records: what was read in part
gets the rest, what was whole stays as it is.
"""

from collections.abc import Collection, Mapping
from typing import Literal

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, and_, func, select, update

from gateway.store.documents import ANSWERED_BY_FILE, QUARANTINED, READ, RECEIVED
from gateway.store.doors_tables import member
from gateway.store.schema import blob, document, partner, record
from parsers.form import Problem

CAUSES_OF = 5000
Kind = Literal["unreadable", "partly"]

_TORN = (
    select(record.c.id).where(record.c.document_id == document.c.id, record.c.incomplete).exists()
)
_WHICH: dict[Kind, ColumnElement[bool]] = {
    "unreadable": document.c.state == QUARANTINED,
    "partly": and_(document.c.state == READ, _TORN),
}


class Unread(Struct, frozen=True, kw_only=True):
    """A file that could not be read, or only in part; `size` is in bytes."""

    id: int
    sha256: str
    name: str
    partner: str
    door: str
    size: int
    version: int
    state: str
    received_at: str
    problems: tuple[Problem, ...]

    @property
    def cause(self) -> str:
        """The code of its first problem; empty where none was kept."""
        return self.problems[0].code if self.problems else ""


class _Body(Struct):
    problems: tuple[Problem, ...] = ()


_body = msgspec.json.Decoder(_Body)
_problems = msgspec.json.Decoder(tuple[Problem, ...])


def unread(
    connection: Connection,
    kind: Kind,
    *,
    before: int | None = None,
    cause: str | None = None,
    limit: int = 50,
) -> list[Unread]:
    """Return files, newest first; those with a number below `before`, of a cause where one is said.

    Of those with a cause, the newest CAUSES_OF are looked through.
    """
    query = _unread(kind)
    if before is not None:
        query = query.where(document.c.id < before)
    found = _read(connection, query.limit(CAUSES_OF if cause else limit))
    return [one for one in found if not cause or one.cause == cause][:limit]


def causes(connection: Connection, kind: Kind) -> list[tuple[str, int]]:
    """Return the codes of first problems with how many files have each, the most first."""
    counted: dict[str, int] = {}
    for one in _read(connection, _unread(kind).limit(CAUSES_OF)):
        counted[one.cause] = counted.get(one.cause, 0) + 1
    return sorted(counted.items(), key=lambda each: (-each[1], each[0]))


def counts(connection: Connection) -> dict[Kind, int]:
    """Return how many files there are of each kind."""
    return {
        kind: connection.execute(
            select(func.count()).select_from(document).where(condition)
        ).scalar_one()
        for kind, condition in _WHICH.items()
    }


def by_number(connection: Connection, numbers: Collection[int]) -> list[Unread]:
    """Return those of `numbers` that could not be read, whole or in part, oldest first."""
    found = [
        one
        for kind in _WHICH
        for one in _read(connection, _unread(kind).where(document.c.id.in_(numbers)))
    ]
    return sorted(found, key=lambda one: one.id)


def _unread(kind: Kind) -> Select[tuple[object, ...]]:
    torn = (
        select(record.c.body)
        .where(record.c.document_id == document.c.id, record.c.incomplete)
        .order_by(record.c.position)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            document.c.id,
            document.c.sha256,
            document.c.name,
            partner.c.name.label("partner"),
            document.c.door,
            blob.c.size,
            document.c.version,
            document.c.state,
            document.c.received_at,
            document.c.problems,
            torn.label("body"),
        )
        .join(partner, partner.c.id == document.c.partner_id)
        .join(blob, blob.c.sha256 == document.c.sha256)
        .where(_WHICH[kind])
        .order_by(document.c.id.desc())
    )


def _read(connection: Connection, query: Select[tuple[object, ...]]) -> list[Unread]:
    found = []
    for row in connection.execute(query).mappings():
        values = {name: row[name] for name in Unread.__struct_fields__ if name != "problems"}
        found.append(Unread(**values, problems=_said(row["problems"], row["body"])))
    return found


def _said(problems: bytes | None, body: bytes | None) -> tuple[Problem, ...]:
    if problems:
        return _problems.decode(problems)
    return _body.decode(body).problems if body else ()


def requeue(connection: Connection, files: Collection[Unread]) -> list[Unread]:
    """Put files back to where they came in; returns those that nobody else has moved on.

    One whose bytes are kept no longer stays where it is. Where their answers are files, they are to
    be answered again.
    """
    within = document.c.id.in_(select(member.c.document_id))  # its archive is answered
    kept = select(blob.c.sha256).where(blob.c.removed_at.is_(None))
    won = []
    for one in files:
        query = update(document).where(
            document.c.id == one.id,
            document.c.state == one.state,
            document.c.version == one.version,
            document.c.sha256.in_(kept),
        )
        changed = query.values(
            state=RECEIVED,
            version=one.version + 1,
            decided_at=None,
            job_id=None,
            answered=True if one.door not in ANSWERED_BY_FILE else within,
        )
        if connection.execute(changed).rowcount == 1:
            won.append(one)
    return won


class Torn(Struct, frozen=True, kw_only=True):
    """A record that was read in part, as it is stored."""

    id: int
    body: bytes


def torn(connection: Connection, documents: Collection[int]) -> Mapping[tuple[int, int], Torn]:
    """Return the records that were read in part, by document and place, that nobody corrected."""
    query = select(record.c.id, record.c.document_id, record.c.position, record.c.body).where(
        record.c.document_id.in_(documents), record.c.incomplete, record.c.key.not_like("%.%")
    )
    return {
        (row.document_id, row.position): Torn(id=row.id, body=row.body)
        for row in connection.execute(query)
    }
