"""What a list of the inbox is narrowed to, and the conditions that say so to the database.

`NEEDS_PERSON` is the condition of the index `reconciliation_open`, which holds what ranking asks of
a result, of open ones alone. It is written without parameters: else no engine sees that it fits.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import ColumnElement, Row, Select, func, literal, or_, select

from gateway.store.schema import RECONCILIATION_OPEN, document, partner, reconciliation, record

OPEN_VERDICTS = ("exception", "unmatched", "duplicate", "waiting")
NEEDS_PERSON = RECONCILIATION_OPEN
INCOMPLETE = (record.c.incomplete, document.c.state != "quarantined")
Kind = Literal["invoice", "record", "file"]

_RESULT = reconciliation.c
_ON_WHOM = func.coalesce(_RESULT.assigned, _RESULT.role)
_AP = "ap"  # who completes what could be read in part only


class Place(Struct, frozen=True, kw_only=True, gc=False):
    """A row's place in a list, newest first: when it came, what it is, and its number."""

    at: str
    kind: Kind
    id: int


class Look(Struct, frozen=True, kw_only=True):
    """What a list is narrowed to; each text must be contained, each tuple offers alternatives.

    `mine` are the names of one person and their roles; the times bound the arrival.
    """

    verdicts: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    anywhere: tuple[str, ...] = ()
    mine: tuple[str, ...] = ()
    before: str | None = None
    since: str | None = None


def wanted(look: Look) -> tuple[str, ...]:
    """Return the verdicts that are looked for; without any, all that need a person."""
    return look.verdicts or (*OPEN_VERDICTS, "incomplete", "unreadable")


def open_results(look: Look) -> Select[Any]:
    """Select the places of results that need a person."""
    verdicts = [one for one in wanted(look) if one in OPEN_VERDICTS]
    query = results(look).where(NEEDS_PERSON)
    return query.where(_RESULT.verdict.in_(verdicts)) if look.verdicts else query


def unjudged(look: Look) -> list[Select[Any]]:
    """Select the places of what has no result: what was read in part, and what not at all."""
    parts = []
    asked = () if look.causes else wanted(look)
    of_nobody = look.roles or (look.mine and _AP not in look.mine)
    if "incomplete" in asked and not of_nobody:
        parts.append(_records(look).where(*INCOMPLETE))
    if "unreadable" in asked and not (look.suppliers or look.roles or look.mine):
        parts.append(_files(look))
    return parts


def results(look: Look) -> Select[Any]:
    """Select the places of invoices that have a result."""
    query = (
        select(document.c.received_at.label("at"), literal("invoice").label("kind"), record.c.id)
        .select_from(reconciliation)
        .join(record, record.c.id == _RESULT.record_id)
        .join(document, document.c.id == record.c.document_id)
    )
    for texts, column in (
        (look.reasons, _RESULT.reason + literal(" ") + func.coalesce(_RESULT.codes, "")),
        (look.roles, _ON_WHOM),
    ):
        query = query.where(*_contains(texts, column))
    for text in look.anywhere:
        query = query.where(_anywhere(text, record.c.supplier, record.c.number, _RESULT.reason))
    if look.causes:
        query = query.where(_RESULT.cause.in_([cause.upper() for cause in look.causes]))
    if look.mine:
        query = query.where(_ON_WHOM.in_(look.mine))
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
        *_arrived(look),
    ]


def _of_partners(look: Look) -> list[ColumnElement[bool]]:
    """Return the condition on the partner: none at all where none is asked for."""
    if not look.partners:
        return []
    named = select(partner.c.id).where(*_contains(look.partners, partner.c.name))
    return [document.c.partner_id.in_(named)]


def _arrived(look: Look) -> list[ColumnElement[bool]]:
    bounds = []
    if look.before is not None:
        bounds.append(document.c.received_at < look.before)
    if look.since is not None:
        bounds.append(document.c.received_at >= look.since)
    return bounds


def _files(look: Look) -> Select[Any]:
    query = (
        select(document.c.received_at.label("at"), literal("file").label("kind"), document.c.id)
        .join(partner, partner.c.id == document.c.partner_id)
        .where(document.c.state == "quarantined", *_arrived(look))
    )
    for text in (*look.reasons, *look.numbers, *look.anywhere):
        query = query.where(_anywhere(text, document.c.name, partner.c.name))
    return query.where(*_contains(look.partners, partner.c.name))


def _contains(texts: Sequence[str], column: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    return [column.icontains(text, autoescape=True) for text in texts]


def _anywhere(text: str, *columns: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


def places(rows: Iterable[Row[Any]]) -> list[Place]:
    """Return the places that rows name."""
    return [Place(at=row.at, kind=row.kind, id=row.id) for row in rows]
