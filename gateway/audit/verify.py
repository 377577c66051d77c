"""Whether anything that was written once has been altered.

Events are held against their seals, records against the hash that was announced when they came, and
results against their own.
"""

import hashlib
from collections.abc import Iterator

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, ScalarSelect, String, case, cast, func, literal, select

from gateway.flows.keeping import fact_key
from gateway.store import retention, seals
from gateway.store.corrections import base_key
from gateway.store.schema import document, event, partner, reconciliation, record

_AT_ONCE = 1000


class _Told(Struct):
    """What an event about a record says of it."""

    digest: str | None = None


class _Applied(Struct):
    """What an event about forgetting says."""

    digest: str | None = None


_applied = msgspec.json.Decoder(_Applied)
_told = msgspec.json.Decoder(_Told)


def faults(connection: Connection) -> Iterator[str]:
    """Yield what was altered, a sentence each."""
    yield from seals.broken(connection)
    yield from _forgotten(connection)
    yield from _results(connection)
    yield from _records(connection)


def _forgotten(connection: Connection) -> Iterator[str]:
    """Hold what is forgotten against the event that tells of it, which is sealed like any other."""
    told = select(event.c.id, event.c.body).where(event.c.type == "retention.applied")
    expected = {row.id: _applied.decode(row.body).digest for row in connection.execute(told)}
    for run, digest, number in retention.runs(connection):
        if expected.get(run) != digest:
            yield f"the data of {number} events is gone, and no retention says so ({run})"


def _results(connection: Connection) -> Iterator[str]:
    query = select(reconciliation.c.record_id, reconciliation.c.body_digest, reconciliation.c.body)
    for number, digest, body in connection.execute(query).yield_per(_AT_ONCE):
        if _hash(body) != digest:
            yield f"the result for record {number} does not fit its hash"


def _records(connection: Connection) -> Iterator[str]:
    query = (
        select(
            record.c.id,
            record.c.key,
            record.c.position,
            record.c.body,
            partner.c.name,
            document.c.sha256,
            event.c.body.label("told"),
        )
        .join(document, document.c.id == record.c.document_id)
        .join(partner, partner.c.id == document.c.partner_id)
        .outerjoin(event, event.c.sequence == _announced())
    )
    for row in connection.execute(query).yield_per(_AT_ONCE):
        if fact_key(row.name, row.sha256, row.position) != base_key(row.key):
            yield f"record {row.id} does not belong to the document that it names"
        if row.told is None:
            yield f"record {row.id} was never announced"
        elif _hash(row.body) != _told.decode(row.told).digest:
            yield f"record {row.id} is not what was announced of it"


def _hash(body: bytes | str) -> str:
    """Return the hash of a body; somebody may have put a text in its place."""
    return hashlib.sha256(body if isinstance(body, bytes) else body.encode()).hexdigest()


def _announced() -> ScalarSelect[int]:
    """Return the sequence of the event that announces what the record says.

    That of its last correction, and else the first about it.
    """
    subject = literal("record/") + cast(record.c.id, String)
    corrected = case((event.c.type == "document.corrected", event.c.sequence))
    announcing = func.coalesce(func.max(corrected), func.min(event.c.sequence))
    query = select(announcing).where(event.c.subject == subject)
    return query.correlate(record).scalar_subquery()
