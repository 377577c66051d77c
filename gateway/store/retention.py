"""What may be forgotten: old, decided, held by nobody, and nothing that is still open.

Open is a record that waits for a person or a decision, and a delivery that has not arrived; nothing
of their documents goes. A legal hold keeps everything of a partner, or of one file. Of an event
only its data goes: that it happened stays, and the hash of the data, so that the chain of seals
verifies as before. The event that announces a record stays whole, because the record is held
against the hash in it.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    cast,
    exists,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)

from gateway.store import seals
from gateway.store.documents import RECEIVED
from gateway.store.retention_tables import GONE, forgotten, legal_hold
from gateway.store.schema import (
    RECONCILIATION_OPEN,
    blob,
    delivery,
    document,
    endpoint,
    event,
    partner,
    reconciliation,
    record,
)

ALL = "*"
_KEPT_TYPES = ("retention.applied", "retention.held", "retention.released", "audit.sealed")


class Content(Struct, frozen=True, kw_only=True):
    """A content of the archive that may go, with its size as it came."""

    sha256: str
    size: int


class Hold(Struct, frozen=True, kw_only=True):
    """A legal hold: on a partner, on one file of it, or on everything (`*`)."""

    id: int
    partner: str
    document_id: int | None
    reason: str
    actor: str
    at: str


def contents(connection: Connection, before: str, limit: int) -> list[Content]:
    """Return contents whose files all came before `before` and may go."""
    same = document.alias("same")
    kept = (
        select(1)
        .select_from(same.join(partner, partner.c.id == same.c.partner_id))
        .where(same.c.sha256 == blob.c.sha256)
        .where(or_(same.c.received_at >= before, _is_open(same.c), _is_held(same.c)))
    )
    query = (
        select(blob.c.sha256, blob.c.size)
        .where(blob.c.removed_at.is_(None), blob.c.stored_at < before, ~kept.exists())
        .order_by(blob.c.stored_at)
        .limit(limit)
    )
    return [Content(sha256=row.sha256, size=row.size) for row in connection.execute(query)]


def remove_contents(connection: Connection, found: Collection[Content], at: str) -> None:
    """Note that contents are no longer in the archive."""
    names = [one.sha256 for one in found]
    connection.execute(update(blob).where(blob.c.sha256.in_(names)).values(removed_at=at))


def is_removed(connection: Connection, name: str) -> str | None:
    """Return when a content was removed from the archive, None where it was not."""
    query = select(blob.c.removed_at).where(blob.c.sha256 == name)
    return connection.execute(query).scalar()


def answers(connection: Connection, before: str, limit: int) -> list[int]:
    """Return the deliveries that arrived before `before` and still have their answers."""
    query = (
        select(delivery.c.id)
        .where(delivery.c.state == "delivered", delivery.c.answer.is_not(None))
        .where(delivery.c.delivered_at < before, delivery.c.subject.not_in(_held_subjects()))
        .order_by(delivery.c.id)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def remove_answers(connection: Connection, ids: Collection[int]) -> None:
    """Forget what receivers answered; that they took the events stays."""
    connection.execute(update(delivery).where(delivery.c.id.in_(ids)).values(answer=None))


def events(connection: Connection, before: str, limit: int) -> Sequence[Row[Any]]:
    """Return sealed events of before `before` whose data may go, in their order."""
    sealed = seals.newest(connection)
    waiting = (
        select(1)
        .select_from(delivery.join(endpoint, endpoint.c.id == delivery.c.endpoint_id))
        .where(delivery.c.event_sequence == event.c.sequence)
        .where(delivery.c.state != "delivered", endpoint.c.state != "removed")
    )
    query = (
        select(event)
        .where(event.c.at < before, event.c.sequence <= (sealed.last if sealed else 0))
        .where(event.c.type.not_in(_KEPT_TYPES), event.c.body != GONE)
        .where(~_announces_a_record(), ~waiting.exists())
        .where(event.c.subject.not_in(_held_subjects()))
        .where(event.c.subject.not_in(_open_subjects()))
        .order_by(event.c.sequence)
        .limit(limit)
    )
    return connection.execute(query).all()


def forget(connection: Connection, rows: Sequence[Row[Any]], run: str) -> str:
    """Forget the data of events; return the digest over what was forgotten in this `run`."""
    found = [(row.sequence, sha256(bytes(row.body)).hexdigest()) for row in rows]
    connection.execute(
        insert(forgotten),
        [{"event_sequence": number, "hash": digest, "run": run} for number, digest in found],
    )
    with _alterable(connection):
        numbers = [number for number, _ in found]
        connection.execute(update(event).where(event.c.sequence.in_(numbers)).values(body=GONE))
    return digest_of(found)


def gone(connection: Connection, sequences: Collection[int]) -> dict[int, str]:
    """Return the hash of the data of those of `sequences` that were forgotten."""
    query = select(forgotten.c.event_sequence, forgotten.c.hash)
    found = connection.execute(query.where(forgotten.c.event_sequence.in_(sequences)))
    return {row.event_sequence: row.hash for row in found}


def digest_of(found: Sequence[tuple[int, str]]) -> str:
    """Return one digest over the numbers of events and the hashes of their data."""
    lines = "".join(f"{number} {digest}\n" for number, digest in found)
    return sha256(lines.encode()).hexdigest()


def runs(connection: Connection) -> Iterator[tuple[str, str, int]]:
    """Yield each run by its id, with the digest over what it forgot, and of how many events."""
    names = select(forgotten.c.run).distinct().order_by(forgotten.c.run)
    for run in connection.execute(names).scalars().all():
        query = select(forgotten.c.event_sequence, forgotten.c.hash)
        query = query.where(forgotten.c.run == run).order_by(forgotten.c.event_sequence)
        found = [(row.event_sequence, row.hash) for row in connection.execute(query)]
        yield run, digest_of(found), len(found)


@contextmanager
def _alterable(connection: Connection) -> Iterator[None]:
    """Let events be altered in this transaction, by nobody else and no longer."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE event DISABLE TRIGGER event_refuses"))
        yield
        connection.execute(text("ALTER TABLE event ENABLE TRIGGER event_refuses"))
        return
    name = "event_refuses_update"
    query = text("SELECT sql FROM sqlite_master WHERE name = :name").bindparams(name=name)
    made = connection.execute(query).scalar_one()
    connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    connection.exec_driver_sql(made)


def hold(
    connection: Connection, name: str, document_id: int | None, told: tuple[str, str], at: str
) -> int:
    """Hold everything of a partner, or one file; `told` is the reason, and who says so."""
    reason, actor = told
    values = {"partner": name, "document_id": document_id, "reason": reason, "actor": actor}
    made = connection.execute(insert(legal_hold).values(at=at, **values)).inserted_primary_key
    return int(made[0]) if made else 0


def release(connection: Connection, number: int, at: str) -> bool:
    """End a hold; False where there is none of that number."""
    query = update(legal_hold).where(legal_hold.c.id == number, legal_hold.c.ended_at.is_(None))
    return connection.execute(query.values(ended_at=at)).rowcount > 0


def holds(connection: Connection) -> list[Hold]:
    """Return the holds that stand."""
    query = select(legal_hold).where(legal_hold.c.ended_at.is_(None)).order_by(legal_hold.c.id)
    names = Hold.__struct_fields__
    return [
        Hold(**{name: getattr(row, name) for name in names}) for row in connection.execute(query)
    ]


def _is_held(same: Any) -> ColumnElement[bool]:
    """Whether a hold stands on a file, whose partner is in the query."""
    return exists().where(
        legal_hold.c.ended_at.is_(None),
        legal_hold.c.partner.in_((ALL, partner.c.name)),
        or_(legal_hold.c.document_id.is_(None), legal_hold.c.document_id == same.id),
    )


def _is_open(same: Any) -> ColumnElement[bool]:
    """Whether a file, or a record that was read from it, still waits for something."""
    of_record = exists().where(
        record.c.document_id == same.id,
        or_(
            record.c.incomplete,
            record.c.id.in_(select(reconciliation.c.record_id).where(RECONCILIATION_OPEN)),
            _subject("record", record.c.id).in_(_undelivered()),
        ),
    )
    return or_(
        same.state == RECEIVED,
        same.answered.is_(False),
        _subject("document", same.id).in_(_undelivered()),
        of_record,
    )


def _undelivered() -> Select[str]:
    """Ask for the subjects that an endpoint still waits for; one that is removed waits no more."""
    return (
        select(delivery.c.subject)
        .join(endpoint, endpoint.c.id == delivery.c.endpoint_id)
        .where(delivery.c.state != "delivered", endpoint.c.state != "removed")
    )


def _open_subjects() -> Select[str]:
    waits = or_(
        record.c.incomplete,
        record.c.id.in_(select(reconciliation.c.record_id).where(RECONCILIATION_OPEN)),
    )
    return select(_subject("record", record.c.id)).where(waits)


def _held_subjects() -> Any:
    files = select(document.c.id).join(partner).where(_is_held(document.c))
    return (
        select(_subject("document", document.c.id))
        .where(document.c.id.in_(files))
        .union_all(select(_subject("record", record.c.id)).where(record.c.document_id.in_(files)))
    )


def _announces_a_record() -> ColumnElement[bool]:
    earlier = event.alias("earlier")
    before = exists().where(
        earlier.c.subject == event.c.subject, earlier.c.sequence < event.c.sequence
    )
    return event.c.subject.like("record/%") & ~before


def _subject(kind: str, number: ColumnElement[int]) -> ColumnElement[str]:
    return literal(f"{kind}/") + cast(number, String)
