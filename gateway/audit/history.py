"""The history of a number: every version of the documents that bear it, and what happened to them.

`as_of` shows what was known at a moment: later documents and events are left out, and the result of
an invoice is the one that had been announced by then.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, or_, select

from gateway.store import events
from gateway.store.events import Event
from gateway.store.exception import Decided, Kept, decisions, kept_by_key
from gateway.store.schema import record, touch

_ASIDE = {"source", "problems", "kind"}
_LATEST = "9999"


class Change(Struct, frozen=True, kw_only=True):
    """A field that differs from the version before; None where it is missing on one side."""

    pointer: str
    before: Any = None
    after: Any = None


class Version(Struct, frozen=True, kw_only=True):
    """A document about the number: who sent it when, what its bytes hash to, and what it changes.

    `changes` compares with the version before of the same kind and number.
    """

    record: int
    kind: str
    number: str | None
    at: str
    partner: str
    door: str
    file: str
    sha256: str
    changes: tuple[Change, ...] = ()


class Happened(Struct, frozen=True, kw_only=True):
    """Something that happened: who did it, and the data of the event."""

    at: str
    actor: str
    type: str
    subject: str
    sequence: int
    data: Any


class History(Struct, frozen=True, kw_only=True):
    """All of it, oldest first."""

    number: str
    versions: tuple[Version, ...]
    events: tuple[Happened, ...]
    decisions: tuple[Decided, ...]


def history(connection: Connection, number: str, as_of: str = _LATEST) -> History:
    """Return what is known of an order, receipt or invoice by its number, up to `as_of` (UTC)."""
    kept = [one for one in _about(connection, number) if one.received_at <= as_of]
    happened = events.about(connection, _subjects(kept), limit=10_000)
    decided = (one for record_id in _own(kept, number) for one in decisions(connection, record_id))
    return History(
        number=number,
        versions=tuple(_versions(kept)),
        events=tuple(_happened(one) for one in happened if one.at <= as_of),
        decisions=tuple(one for one in decided if one.at <= as_of),
    )


def _about(connection: Connection, number: str) -> list[Kept]:
    """Return the records that bear the number, and those that touch the order of that number."""
    touching = select(touch.c.record_id).where(touch.c.key == f"order:{number.strip().upper()}")
    query = select(record.c.key).where(or_(record.c.number == number, record.c.id.in_(touching)))
    return kept_by_key(connection, list(connection.execute(query).scalars()))


def _own(kept: Sequence[Kept], number: str) -> Iterator[int]:
    yield from (one.id for one in kept if one.number == number)


def _subjects(kept: Sequence[Kept]) -> list[str]:
    records = [f"record/{one.id}" for one in kept]
    return records + sorted({f"document/{one.document_id}" for one in kept})


def _versions(kept: Sequence[Kept]) -> Iterator[Version]:
    before: dict[tuple[str, str | None], Any] = {}
    for one in kept:
        body, key = json.loads(one.body), (one.kind, one.number)
        changes = tuple(changes_between(before[key], body)) if key in before else ()
        before[key] = body
        yield Version(
            record=one.id,
            kind=one.kind,
            number=one.number,
            at=one.received_at,
            partner=one.partner,
            door=one.door,
            file=one.file,
            sha256=one.sha256,
            changes=changes,
        )


def changes_between(before: Any, after: Any, pointer: str = "") -> Iterator[Change]:
    """Yield the fields in which two records as JSON differ, each at its pointer."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(one for one in after if one not in before)]:
            if pointer or name not in _ASIDE:
                yield from changes_between(before.get(name), after.get(name), f"{pointer}/{name}")
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            one, other = (some[index] if index < len(some) else None for some in (before, after))
            yield from changes_between(one, other, f"{pointer}/{index}")
    elif before != after:
        yield Change(pointer=pointer, before=before, after=after)


def _happened(one: Event) -> Happened:
    return Happened(
        at=one.at,
        actor=one.actor,
        type=one.type,
        subject=one.subject,
        sequence=one.sequence,
        data=json.loads(one.data),
    )
