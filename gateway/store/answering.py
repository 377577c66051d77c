"""What an answer tells of a document: what it became, and what was found."""

from collections.abc import Collection, Sequence

from msgspec import Struct, convert
from sqlalchemy import Connection, Select, exists, func, or_, select, update

from gateway.store.doors_tables import member
from gateway.store.schema import document, partner, reconciliation, record


class Decided(Struct, frozen=True, kw_only=True):
    """A document that has been decided; `problems` is JSON, of the file as a whole.

    `namesake` is whether the partner sent another file of this name before.
    """

    id: int
    claim: str
    partner: str
    name: str
    door: str
    state: str
    repeat_of: int | None
    problems: bytes | None
    received_at: str
    decided_at: str
    namesake: bool
    packed: str | None = None


class Became(Struct, frozen=True, kw_only=True):
    """A record of a document with its result, if it has one; `body` and `result` are JSON."""

    document_id: int
    position: int
    kind: str
    number: str | None
    incomplete: bool
    body: bytes
    verdict: str | None
    reason: str | None
    result: bytes | None


def unanswered(connection: Connection, limit: int) -> list[Decided]:
    """Return decided documents whose answer is not out yet, oldest first.

    The answer to an archive waits until everything that lay in it is decided.
    """
    within = document.alias("within")
    undecided = exists().where(
        member.c.outermost_id == document.c.id,
        within.c.id == member.c.document_id,
        within.c.decided_at.is_(None),
    )
    query = _decided().where(
        document.c.answered.is_(False), document.c.decided_at.is_not(None), ~undecided
    )
    return _read(connection, query.order_by(document.c.id).limit(limit))


def decided(connection: Connection, numbers: Collection[int]) -> list[Decided]:
    """Return those of the documents `numbers` that are decided, in order."""
    query = _decided().where(document.c.id.in_(numbers), document.c.decided_at.is_not(None))
    return _read(connection, query.order_by(document.c.id))


def _read(connection: Connection, query: "Select[*tuple[object, ...]]") -> list[Decided]:
    return [convert(row, Decided, from_attributes=True) for row in connection.execute(query)]


def _decided() -> "Select[*tuple[object, ...]]":
    earlier = document.alias("earlier")
    namesake = exists().where(
        earlier.c.partner_id == document.c.partner_id,
        earlier.c.name == document.c.name,
        earlier.c.id < document.c.id,
    )
    return select(
        document.c.id,
        document.c.claim,
        partner.c.name.label("partner"),
        document.c.name,
        document.c.door,
        document.c.state,
        document.c.repeat_of,
        document.c.problems,
        document.c.received_at,
        document.c.decided_at,
        namesake.label("namesake"),
        document.c.packed,
    ).join(partner, partner.c.id == document.c.partner_id)


def became(connection: Connection, documents: Collection[int]) -> list[Became]:
    """Return the records of `documents` with their results, in order."""
    query = (
        select(
            record.c.document_id,
            record.c.position,
            record.c.kind,
            record.c.number,
            record.c.incomplete,
            record.c.body,
            reconciliation.c.verdict,
            reconciliation.c.reason,
            reconciliation.c.body.label("result"),
        )
        .outerjoin(reconciliation, reconciliation.c.record_id == record.c.id)
        .where(record.c.document_id.in_(documents))
        .order_by(record.c.document_id, record.c.position)
    )
    return [convert(row, Became, from_attributes=True) for row in connection.execute(query)]


def last_decided(connection: Connection) -> str | None:
    """Return when the last document was decided, None where none was."""
    return connection.execute(select(func.max(document.c.decided_at))).scalar()


def answer_again(connection: Connection, since: str, claims: Collection[str]) -> int:
    """Have documents answered again that were decided since then or have one of these claims."""
    again = or_(document.c.decided_at >= since, document.c.claim.in_(claims))
    query = update(document).where(document.c.answered.is_(True), again)
    return connection.execute(query.values(answered=False)).rowcount


def answered(connection: Connection, documents: Sequence[int]) -> None:
    """Note that the answers to `documents` are out."""
    query = update(document).where(document.c.id.in_(documents))
    connection.execute(query.values(answered=True))
