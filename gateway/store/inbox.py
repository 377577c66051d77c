"""What the inbox asks: what needs a person, how much of it there is, and the rows of one page.

Lists are read in two steps: first the keys of one page, from narrow indexed columns, then the rows
behind them. A page follows the last row of the one before it (`Place`), never a count of rows, so
it neither slows down nor repeats a row when new ones arrive.
"""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    case,
    func,
    or_,
    select,
    union_all,
)

from gateway.store.looking import (
    INCOMPLETE,
    NEEDS_PERSON,
    Kind,
    Look,
    Place,
    open_results,
    places,
    results,
    unjudged,
)
from gateway.store.schema import decision, document, partner, reconciliation, record

_RESULT = reconciliation.c
_BODY_MAX = 1 << 20  # a record of more bytes is not looked into for a list


class Listed(Struct, frozen=True, kw_only=True):
    """A row of a list. `id` is the record's, of a file that could not be read the document's."""

    place: Place
    document_id: int
    file: str
    partner: str
    kind: str | None = None
    number: str | None = None
    supplier: str | None = None
    verdict: str | None = None
    decided: str | None = None
    currency: str | None = None
    approved: str | None = None
    pending: str | None = None
    disputed: str | None = None
    reason: str | None = None
    digest: str | None = None
    role: str | None = None
    body: bytes | None = None
    problems: bytes | None = None


def attention(
    connection: Connection, look: Look, *, after: Place | None = None, limit: int = 50
) -> list[Place]:
    """Return what needs a person, newest first: open results, incomplete records, unread files."""
    return _page(connection, [open_results(look), *unjudged(look)], after, limit)


def invoices(
    connection: Connection, look: Look, *, after: Place | None = None, limit: int = 50
) -> list[Place]:
    """Return all invoices that have a result, decided or not, the last one read first.

    Their order is that of their records, which needs no sorting however many there are.
    """
    query = results(look).order_by(_RESULT.record_id.desc()).limit(limit)
    if look.verdicts:
        chosen: list[ColumnElement[bool]] = [_RESULT.verdict.in_(look.verdicts)]
        if "decided" in look.verdicts:
            chosen.append(and_(_RESULT.decided.is_not(None), _RESULT.decided == _RESULT.digest))
        query = query.where(or_(*chosen))
    if after:
        query = query.where(_RESULT.record_id < after.id)
    return places(connection.execute(query))


def place(connection: Connection, record_id: int) -> Place | None:
    """Return the place of a record in the list, whether it needs a person or not."""
    query = (
        select(document.c.received_at, _RESULT.record_id)
        .select_from(record)
        .join(document, document.c.id == record.c.document_id)
        .join(reconciliation, _RESULT.record_id == record.c.id, isouter=True)
        .where(record.c.id == record_id)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    kind: Kind = "record" if row.record_id is None else "invoice"
    return Place(at=row.received_at, kind=kind, id=record_id)


def newer(connection: Connection, look: Look, before: Place | None) -> Place | None:
    """Return what stands just above `before` in that order; without it, the last of all."""
    rows = union_all(open_results(look), *unjudged(look)).subquery()
    query = select(rows).order_by(rows.c.at, rows.c.kind.desc(), rows.c.id).limit(1)
    if before:
        same_kind = and_(rows.c.kind == before.kind, rows.c.id > before.id)
        same_time = and_(rows.c.at == before.at, or_(rows.c.kind < before.kind, same_kind))
        query = query.where(or_(rows.c.at > before.at, same_time))
    return next(iter(places(connection.execute(query))), None)


def _page(
    connection: Connection, parts: Sequence[Select[Any]], after: Place | None, limit: int
) -> list[Place]:
    rows = union_all(*parts).subquery()
    query = select(rows).order_by(rows.c.at.desc(), rows.c.kind, rows.c.id.desc()).limit(limit)
    if after:
        same_kind = and_(rows.c.kind == after.kind, rows.c.id < after.id)
        same_time = and_(rows.c.at == after.at, or_(rows.c.kind > after.kind, same_kind))
        query = query.where(or_(rows.c.at < after.at, same_time))
    return places(connection.execute(query))


def listed(connection: Connection, places: Sequence[Place]) -> list[Listed]:
    """Return the rows behind `places`, in their order."""
    records = _listed_records(connection, [place.id for place in places if place.kind != "file"])
    files = _listed_files(connection, [place.id for place in places if place.kind == "file"])
    found = []
    for place in places:
        row = (files if place.kind == "file" else records).get(place.id)
        if row:
            found.append(Listed(place=place, **row))
    return found


def _listed_records(connection: Connection, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    query = (
        select(
            record.c.id,
            record.c.document_id,
            document.c.name.label("file"),
            partner.c.name.label("partner"),
            record.c.kind,
            record.c.number,
            record.c.supplier,
            _RESULT.verdict,
            case((_RESULT.decided == _RESULT.digest, _last_action()), else_=None).label("decided"),
            _RESULT.currency,
            _RESULT.approved,
            _RESULT.pending,
            _RESULT.disputed,
            _RESULT.reason,
            _RESULT.digest,
            func.coalesce(_RESULT.assigned, _RESULT.role).label("role"),
            case((func.length(record.c.body) <= _BODY_MAX, record.c.body)).label("body"),
        )
        .join(document, document.c.id == record.c.document_id)
        .join(partner, partner.c.id == document.c.partner_id)
        .join(reconciliation, _RESULT.record_id == record.c.id, isouter=True)
        .where(record.c.id.in_(ids))
    )
    return {row["id"]: _without_id(row) for row in connection.execute(query).mappings()}


def _last_action() -> Any:
    return (
        select(decision.c.action)
        .where(decision.c.record_id == record.c.id)
        .order_by(decision.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _listed_files(connection: Connection, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    query = (
        select(
            document.c.id,
            document.c.id.label("document_id"),
            document.c.name.label("file"),
            partner.c.name.label("partner"),
            document.c.problems,
        )
        .join(partner, partner.c.id == document.c.partner_id)
        .where(document.c.id.in_(ids))
    )
    return {row["id"]: _without_id(row) for row in connection.execute(query).mappings()}


def _without_id(row: RowMapping) -> dict[str, Any]:
    return {str(name): value for name, value in row.items() if name != "id"}


def open_counts(connection: Connection) -> dict[str, int]:
    """Count what needs attention by verdict, with `incomplete` and `unreadable` beside them."""
    results = (
        select(_RESULT.verdict, func.count().label("number"))
        .where(NEEDS_PERSON)
        .group_by(_RESULT.verdict)
    )
    found = {row.verdict: row.number for row in connection.execute(results)}
    incomplete = (
        select(func.count())
        .select_from(record)
        .join(document, document.c.id == record.c.document_id)
        .where(*INCOMPLETE)
    )
    unreadable = select(func.count()).where(document.c.state == "quarantined")
    return found | {
        "incomplete": connection.execute(incomplete).scalar_one(),
        "unreadable": connection.execute(unreadable).scalar_one(),
    }


def invoice_count(connection: Connection) -> int:
    """Count the invoices that have a result."""
    return connection.execute(select(func.count()).select_from(reconciliation)).scalar_one()


def held(connection: Connection) -> dict[str, Decimal]:
    """Add up, by currency, the money that open results do not approve."""
    query = select(_RESULT.currency, _RESULT.pending, _RESULT.disputed).where(NEEDS_PERSON)
    sums: dict[str, Decimal] = {}
    for currency, pending, disputed in connection.execute(query):
        name = currency or ""
        sums[name] = sums.get(name, Decimal(0)) + Decimal(pending) + Decimal(disputed)
    return sums
