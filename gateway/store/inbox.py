"""What the inbox asks: what needs a person, how much of it there is, and the rows of one page.

Lists are read in two steps: first the keys of one page, from narrow indexed columns, then the rows
behind them. A page follows the last row of the one before it (`Place`), never a count of rows, so
it neither slows down nor repeats a row when new ones arrive.
"""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    RowMapping,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from gateway.store.schema import blob, decision, document, partner, reconciliation, record

OPEN_VERDICTS = ("exception", "unmatched", "duplicate", "waiting")
Kind = Literal["invoice", "record", "file"]

_RESULT = reconciliation.c
_INCOMPLETE = (record.c.incomplete, document.c.state != "quarantined")
_OPEN = or_(_RESULT.decided.is_(None), _RESULT.decided != _RESULT.digest)


class Place(Struct, frozen=True, kw_only=True):
    """A row's place in a list, newest first: when it came, what it is, and its number."""

    at: str
    kind: Kind
    id: int


class Look(Struct, frozen=True, kw_only=True):
    """What a list is narrowed to; each text must be contained, each tuple offers alternatives."""

    verdicts: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    anywhere: tuple[str, ...] = ()


class Stake(Struct, frozen=True, kw_only=True):
    """What waiting for a row may cost: amounts are decimals as text, days ISO 8601.

    `cause` is the code of the finding shown first, `digest` names the result; both only invoices
    have.
    """

    place: Place
    supplier: str = ""
    cause: str | None = None
    digest: str = ""
    currency: str | None = None
    pending: str | None = None
    disputed: str | None = None
    due: str | None = None
    discount_until: str | None = None
    discount: str | None = None


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
    parts = []
    wanted = _wanted(look)
    verdicts = [verdict for verdict in wanted if verdict in OPEN_VERDICTS]
    if verdicts:
        parts.append(_results(look).where(_RESULT.verdict.in_(verdicts), _OPEN))
    return _page(connection, [*parts, *_unjudged(look)], after, limit)


def stakes(connection: Connection, look: Look) -> list[Stake]:
    """Return what waiting may cost for everything that needs a person, in no order."""
    verdicts = [verdict for verdict in _wanted(look) if verdict in OPEN_VERDICTS]
    query = _results(look).where(_RESULT.verdict.in_(verdicts), _OPEN)
    found = _stakes(connection, query)
    for part in _unjudged(look):
        found += [Stake(place=place) for place in _places(connection.execute(part))]
    return found


def stake(connection: Connection, place: Place) -> Stake | None:
    """Return that of one row, needing a person or not; None where an invoice is not there."""
    if place.kind != "invoice":
        return Stake(place=place)
    found = _stakes(connection, _results(Look()).where(_RESULT.record_id == place.id))
    return found[0] if found else None


def _stakes(connection: Connection, query: Select[Any]) -> list[Stake]:
    query = query.add_columns(
        func.coalesce(record.c.supplier, "").label("supplier"),
        _RESULT.cause,
        _RESULT.digest,
        _RESULT.currency,
        _RESULT.pending,
        _RESULT.disputed,
        _RESULT.due,
        _RESULT.discount_until,
        _RESULT.discount,
    )
    names = Stake.__struct_fields__[1:]
    return [
        Stake(place=Place(at=at, kind=kind, id=id_), **dict(zip(names, rest, strict=True)))
        for at, kind, id_, *rest in connection.execute(query)
    ]


def _wanted(look: Look) -> tuple[str, ...]:
    return look.verdicts or (*OPEN_VERDICTS, "incomplete", "unreadable")


def _unjudged(look: Look) -> list[Select[Any]]:
    """Select what has no result: what was read in part, and what not at all."""
    parts = []
    wanted = () if look.causes else _wanted(look)
    if "incomplete" in wanted and not look.roles:
        parts.append(_records(look).where(*_INCOMPLETE))
    if "unreadable" in wanted and not (look.suppliers or look.roles):
        parts.append(_files(look))
    return parts


def invoices(
    connection: Connection, look: Look, *, after: Place | None = None, limit: int = 50
) -> list[Place]:
    """Return all invoices that have a result, decided or not, the last one read first.

    Their order is that of their records, which needs no sorting however many there are.
    """
    query = _results(look).order_by(_RESULT.record_id.desc()).limit(limit)
    if look.verdicts:
        chosen: list[ColumnElement[bool]] = [_RESULT.verdict.in_(look.verdicts)]
        if "decided" in look.verdicts:
            chosen.append(and_(_RESULT.decided.is_not(None), _RESULT.decided == _RESULT.digest))
        query = query.where(or_(*chosen))
    if after:
        query = query.where(_RESULT.record_id < after.id)
    return _places(connection.execute(query))


def _results(look: Look) -> Select[Any]:
    query = (
        select(document.c.received_at.label("at"), literal("invoice").label("kind"), record.c.id)
        .select_from(reconciliation)
        .join(record, record.c.id == _RESULT.record_id)
        .join(document, document.c.id == record.c.document_id)
    )
    for texts, column in (
        (look.reasons, _RESULT.reason + literal(" ") + func.coalesce(_RESULT.codes, "")),
        (look.roles, func.coalesce(_RESULT.assigned, _RESULT.role)),
    ):
        query = query.where(*_contains(texts, column))
    for text in look.anywhere:
        query = query.where(_anywhere(text, record.c.supplier, record.c.number, _RESULT.reason))
    if look.causes:
        query = query.where(_RESULT.cause.in_([cause.upper() for cause in look.causes]))
    return query.where(*_record_filters(look))


def _records(look: Look) -> Select[Any]:
    query = select(
        document.c.received_at.label("at"), literal("record").label("kind"), record.c.id
    ).join(record, record.c.document_id == document.c.id)
    for text in (*look.reasons, *look.anywhere):
        query = query.where(_anywhere(text, record.c.supplier, record.c.number, document.c.name))
    return query.where(*_record_filters(look))


def _record_filters(look: Look) -> list[ColumnElement[bool]]:
    return [
        *_contains(look.suppliers, record.c.supplier),
        *_contains(look.numbers, record.c.number),
        *_of_partners(look),
    ]


def _of_partners(look: Look) -> list[ColumnElement[bool]]:
    """Return the condition on the partner: none at all where none is asked for."""
    if not look.partners:
        return []
    named = select(partner.c.id).where(*_contains(look.partners, partner.c.name))
    return [document.c.partner_id.in_(named)]


def _files(look: Look) -> Select[Any]:
    query = (
        select(document.c.received_at.label("at"), literal("file").label("kind"), document.c.id)
        .join(partner, partner.c.id == document.c.partner_id)
        .where(document.c.state == "quarantined")
    )
    for text in (*look.reasons, *look.numbers, *look.anywhere):
        query = query.where(_anywhere(text, document.c.name, partner.c.name))
    return query.where(*_contains(look.partners, partner.c.name))


def _contains(texts: Sequence[str], column: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    return [column.icontains(text, autoescape=True) for text in texts]


def _anywhere(text: str, *columns: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


def _page(
    connection: Connection, parts: Sequence[Select[Any]], after: Place | None, limit: int
) -> list[Place]:
    if not parts:
        return []
    rows = union_all(*parts).subquery()
    query = select(rows).order_by(rows.c.at.desc(), rows.c.kind, rows.c.id.desc()).limit(limit)
    if after:
        same_kind = and_(rows.c.kind == after.kind, rows.c.id < after.id)
        same_time = and_(rows.c.at == after.at, or_(rows.c.kind > after.kind, same_kind))
        query = query.where(or_(rows.c.at < after.at, same_time))
    return _places(connection.execute(query))


def _places(rows: Iterable[Row[Any]]) -> list[Place]:
    return [Place(at=row.at, kind=row.kind, id=row.id) for row in rows]


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
            case((record.c.incomplete, record.c.body), else_=None).label("body"),
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
        .where(_RESULT.verdict.in_(OPEN_VERDICTS), _OPEN)
        .group_by(_RESULT.verdict)
    )
    found = {row.verdict: row.number for row in connection.execute(results)}
    incomplete = (
        select(func.count())
        .select_from(record)
        .join(document, document.c.id == record.c.document_id)
        .where(*_INCOMPLETE)
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
    query = select(_RESULT.currency, _RESULT.pending, _RESULT.disputed).where(
        _RESULT.verdict.in_(OPEN_VERDICTS), _OPEN
    )
    sums: dict[str, Decimal] = {}
    for currency, pending, disputed in connection.execute(query):
        name = currency or ""
        sums[name] = sums.get(name, Decimal(0)) + Decimal(pending) + Decimal(disputed)
    return sums


class Unread(Struct, frozen=True, kw_only=True):
    """A file that could not be read; `problems` is JSON, `size` in bytes."""

    id: int
    name: str
    partner: str
    door: str
    size: int
    received_at: str
    problems: bytes | None


def unread(connection: Connection, *, before: int | None = None, limit: int = 50) -> list[Unread]:
    """Return the files that could not be read, newest first; those with a number below `before`."""
    query = (
        select(
            document.c.id,
            document.c.name,
            partner.c.name.label("partner"),
            document.c.door,
            blob.c.size,
            document.c.received_at,
            document.c.problems,
        )
        .join(partner, partner.c.id == document.c.partner_id)
        .join(blob, blob.c.sha256 == document.c.sha256)
        .where(document.c.state == "quarantined")
        .order_by(document.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(document.c.id < before)
    return [Unread(**row) for row in connection.execute(query).mappings()]
