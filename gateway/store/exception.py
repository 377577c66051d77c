"""What the page of one invoice asks: its record and result, the documents it rests on, decisions.

A decision holds for the result that the person saw. So it is written only while that result is the
current one, and a later change of the result opens the invoice again.
"""

from collections.abc import Collection
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, Select, func, insert, select, update

from gateway.store.schema import decision, document, partner, reconciliation, record


class Kept(Struct, frozen=True, kw_only=True):
    """A record as the store has it: its JSON, its trace (zstd), and the file it came in.

    `key` is its id as a fact, by which results refer to it.
    """

    id: int
    key: str
    position: int
    kind: str
    number: str | None
    body: bytes
    trace: bytes | None
    document_id: int
    sha256: str
    file: str
    partner: str
    door: str
    received_at: str


class Result(Struct, frozen=True, kw_only=True):
    """The current result of an invoice; `open` while nobody has decided on it."""

    record_id: int
    digest: str
    version: int
    open: bool
    verdict: str
    reason: str
    body: bytes
    changed_at: str
    assigned: str | None


class Decided(Struct, frozen=True, kw_only=True):
    """What a person decided, why and when."""

    record_id: int
    action: str
    reason: str
    actor: str
    digest: str
    at: str


class NewDecision(Struct, frozen=True, kw_only=True):
    """A decision about to be written; the same `idempotency_key` is the same decision.

    `action` is accept, reject, repair, relink, allow, short_pay, withdraw or undo; `digest` names
    the result that the person saw.
    """

    record_id: int
    action: str
    reason: str
    actor: str
    digest: str
    idempotency_key: str


def kept(connection: Connection, record_id: int) -> Kept | None:
    """Return a record."""
    row = connection.execute(_kept().where(record.c.id == record_id)).mappings().first()
    return Kept(**row) if row else None


def kept_by_key(connection: Connection, keys: Collection[str]) -> list[Kept]:
    """Return the records with these ids as facts, oldest first."""
    query = _kept().where(record.c.key.in_(keys)).order_by(record.c.id)
    return [Kept(**row) for row in connection.execute(query).mappings()]


def _kept() -> Select[Any]:
    return (
        select(
            record.c.id,
            record.c.key,
            record.c.position,
            record.c.kind,
            record.c.number,
            record.c.body,
            record.c.trace,
            record.c.document_id,
            document.c.sha256,
            document.c.name.label("file"),
            partner.c.name.label("partner"),
            document.c.door,
            document.c.received_at,
        )
        .join(document, document.c.id == record.c.document_id)
        .join(partner, partner.c.id == document.c.partner_id)
    )


def result(connection: Connection, record_id: int) -> Result | None:
    """Return the current result of an invoice."""
    row = connection.execute(
        select(reconciliation).where(reconciliation.c.record_id == record_id)
    ).first()
    return _result(row) if row else None


def _result(row: Row[Any]) -> Result:
    return Result(
        record_id=row.record_id,
        digest=row.digest,
        version=row.version,
        open=row.decided != row.digest,
        verdict=row.verdict,
        reason=row.reason,
        body=row.body,
        changed_at=row.changed_at,
        assigned=row.assigned,
    )


def decisions(connection: Connection, record_id: int) -> list[Decided]:
    """Return what was decided about an invoice, oldest first."""
    query = select(decision).where(decision.c.record_id == record_id).order_by(decision.c.id)
    return [_decided(row) for row in connection.execute(query)]


def decided_with(connection: Connection, idempotency_key: str) -> Decided | None:
    """Return the decision that was made under `idempotency_key`."""
    query = select(decision).where(decision.c.idempotency_key == idempotency_key)
    row = connection.execute(query).first()
    return _decided(row) if row else None


def _decided(row: Row[Any]) -> Decided:
    return Decided(
        record_id=row.record_id,
        action=row.action,
        reason=row.reason,
        actor=row.actor,
        digest=row.digest,
        at=row.at,
    )


def decide(connection: Connection, new: NewDecision, at: str) -> bool:
    """Write a decision while its result is current and open; False where somebody was first."""
    won = connection.execute(
        update(reconciliation)
        .where(
            reconciliation.c.record_id == new.record_id,
            reconciliation.c.digest == new.digest,
            func.coalesce(reconciliation.c.decided, "") != new.digest,
        )
        .values(decided=new.digest)
    )
    if won.rowcount != 1:
        return False
    _write(connection, new, at)
    return True


def undo(connection: Connection, new: NewDecision, at: str) -> bool:
    """Open a result again; False where it is open, or another one by now. The log keeps both."""
    opened = connection.execute(
        update(reconciliation)
        .where(
            reconciliation.c.record_id == new.record_id,
            reconciliation.c.digest == new.digest,
            reconciliation.c.decided == new.digest,
        )
        .values(decided=None)
    )
    if opened.rowcount != 1:
        return False
    _write(connection, new, at)
    return True


def note(connection: Connection, new: NewDecision, at: str) -> None:
    """Write down a decision that changes what is matched, and leaves the result to matching."""
    _write(connection, new, at)


def close(connection: Connection, record_id: int) -> None:
    """Say that a person has settled what the current result leaves open."""
    query = update(reconciliation).where(reconciliation.c.record_id == record_id)
    connection.execute(query.values(decided=reconciliation.c.digest))


def reopen(connection: Connection, record_id: int) -> None:
    """Say that what a person settled is open again."""
    query = update(reconciliation).where(reconciliation.c.record_id == record_id)
    connection.execute(query.values(decided=None))


def assign(connection: Connection, record_id: int, to: str | None) -> bool:
    """Hand an invoice to a role; None hands it back to the one that its finding names."""
    query = update(reconciliation).where(reconciliation.c.record_id == record_id)
    return connection.execute(query.values(assigned=to)).rowcount == 1


def _write(connection: Connection, new: NewDecision, at: str) -> None:
    values = {name: getattr(new, name) for name in NewDecision.__struct_fields__}
    connection.execute(insert(decision).values(at=at, **values))
