"""What we sent and its acknowledgments: which are due, which came, and what they said."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, convert
from sqlalchemy import ColumnElement, Connection, Select, func, select, update

from gateway.acknowledging.states import (
    ACCEPTING,
    AWAITED,
    DOCUMENT,
    PARTIALLY,
    REJECTED,
    SENT,
)
from gateway.store.acknowledgments import Sent
from gateway.store.schema import document, interchange, outgoing, outgoing_set, partner

_SENT = select(
    outgoing.c.id,
    partner.c.name.label("partner"),
    outgoing.c.kind,
    outgoing.c.control,
    outgoing.c.number,
    outgoing.c.name,
    outgoing.c.state,
    outgoing.c.created_at,
    outgoing.c.due_at,
).join(partner, partner.c.id == outgoing.c.partner_id)


class SentSet(Struct, frozen=True, kw_only=True):
    """A set of what we sent, by how acknowledgments name it."""

    outgoing_id: int
    position: int
    code: str
    group: str
    kind: str
    control: str
    state: str


def any_overdue(connection: Connection, now: str) -> bool:
    """Whether something should have been acknowledged by `now` and nobody was told."""
    query = select(outgoing.c.id).where(*_overdue(now)).limit(1)
    return connection.execute(query).first() is not None


def take_overdue(connection: Connection, now: str, limit: int = 1000) -> list[Sent]:
    """Return what should have been acknowledged by `now`, each once: it is marked as told."""
    query = _SENT.where(*_overdue(now))
    found = _read(connection, query.order_by(outgoing.c.id).limit(limit))
    numbers = [one.id for one in found]
    if numbers:
        mark = update(outgoing).where(outgoing.c.id.in_(numbers)).values(overdue_at=now)
        connection.execute(mark)
    return found


def _overdue(now: str) -> tuple[ColumnElement[bool], ...]:
    return (outgoing.c.state == AWAITED, outgoing.c.due_at <= now, outgoing.c.overdue_at.is_(None))


def _read(connection: Connection, query: "Select[*tuple[object, ...]]") -> list[Sent]:
    return [convert(row, Sent, from_attributes=True) for row in connection.execute(query)]


def by_control(connection: Connection, partner_id: int, syntax: str, control: str) -> Sent | None:
    """Return the newest interchange that we sent a partner under a control number."""
    query = _SENT.where(
        outgoing.c.partner_id == partner_id,
        outgoing.c.control == control,
        outgoing.c.syntax == syntax,
    )
    return next(iter(_read(connection, query.order_by(outgoing.c.id.desc()).limit(1))), None)


def by_group(connection: Connection, partner_id: int, code: str | None, group: str) -> Sent | None:
    """Return the newest interchange that we sent a partner with this group, of `code` if given."""
    query = _SENT.join(outgoing_set, outgoing_set.c.outgoing_id == outgoing.c.id).where(
        outgoing.c.partner_id == partner_id,
        outgoing_set.c.group == group,
    )
    if code is not None:
        query = query.where(outgoing_set.c.code == code)
    return next(iter(_read(connection, query.order_by(outgoing.c.id.desc()).limit(1))), None)


def by_number(connection: Connection, partner_id: int, number: str) -> Sent | None:
    """Return the newest interchange that we sent a partner with a document of this number."""
    query = _SENT.join(outgoing_set, outgoing_set.c.outgoing_id == outgoing.c.id).where(
        outgoing.c.partner_id == partner_id, outgoing_set.c.number == number
    )
    return next(iter(_read(connection, query.order_by(outgoing.c.id.desc()).limit(1))), None)


def sets_of(connection: Connection, number: int) -> list[SentSet]:
    """Return the sets of what went out, in order."""
    query = select(
        outgoing_set.c.outgoing_id,
        outgoing_set.c.position,
        outgoing_set.c.code,
        outgoing_set.c.group,
        outgoing_set.c.kind,
        outgoing_set.c.control,
        outgoing_set.c.state,
    ).where(outgoing_set.c.outgoing_id == number)
    rows = connection.execute(query.order_by(outgoing_set.c.position))
    return [convert(row, SentSet, from_attributes=True) for row in rows]


def write_sets(connection: Connection, number: int, states: Mapping[int, str]) -> None:
    """Note the states of sets, by their place."""
    for position, state in states.items():
        query = update(outgoing_set).where(
            outgoing_set.c.outgoing_id == number, outgoing_set.c.position == position
        )
        connection.execute(query.values(state=state))


class Settled(Struct, frozen=True, kw_only=True):
    """What an acknowledgment that came in as the file `by` says; `said` is JSON."""

    state: str
    said: bytes
    by: int
    at: str


def settle(connection: Connection, number: int, settled: Settled) -> None:
    """Note what was said of what we sent."""
    query = update(outgoing).where(outgoing.c.id == number)
    connection.execute(
        query.values(
            state=settled.state,
            said=settled.said,
            acknowledged_by=settled.by,
            acknowledged_at=settled.at,
        )
    )


class Shown(Struct, frozen=True, kw_only=True):
    """A row of the list of what went out; `of_file` is the file that an answer of ours is for.

    `said` is JSON: what came back.
    """

    id: int
    partner: str
    purpose: str
    kind: str
    control: str
    number: str | None
    test: bool
    name: str
    state: str
    created_at: str
    written_at: str | None
    due_at: str | None
    overdue_at: str | None
    acknowledged_at: str | None
    acknowledged_by: int | None
    of_file: str | None
    of_document: int | None
    said: bytes | None


View = Literal["overdue", "awaited", "rejected", "accepted", "answers"]
_VIEWS: dict[View, tuple[ColumnElement[bool], ...]] = {
    "overdue": (outgoing.c.state == AWAITED, outgoing.c.overdue_at.is_not(None)),
    "awaited": (outgoing.c.state == AWAITED, outgoing.c.overdue_at.is_(None)),
    "rejected": (outgoing.c.state.in_((REJECTED, PARTIALLY)),),
    "accepted": (outgoing.c.purpose == DOCUMENT, outgoing.c.state.in_((*ACCEPTING, SENT))),
    "answers": (outgoing.c.purpose != DOCUMENT,),
}


def untaken(connection: Connection) -> int:
    """Return how much of what we sent is overdue or was rejected."""
    overdue = (outgoing.c.state == AWAITED) & outgoing.c.overdue_at.is_not(None)
    query = select(func.count()).where(overdue | outgoing.c.state.in_((REJECTED, PARTIALLY)))
    return connection.execute(query).scalar() or 0


def tallies(connection: Connection) -> dict[View, int]:
    """Return how much there is in each view."""
    columns = [func.count().filter(*conditions).label(view) for view, conditions in _VIEWS.items()]
    row = connection.execute(select(*columns).select_from(outgoing)).one()
    return dict(zip(_VIEWS, row, strict=True))


def listed(
    connection: Connection, view: View, *, before: int | None = None, limit: int = 50
) -> list[Shown]:
    """Return what a view holds, newest first, from before the number `before`."""
    own = [
        name
        for name in Shown.__struct_fields__
        if name not in {"partner", "of_file", "of_document"}
    ]
    query = (
        select(
            *(outgoing.c[name] for name in own),
            partner.c.name.label("partner"),
            document.c.name.label("of_file"),
            document.c.id.label("of_document"),
        )
        .join(partner, partner.c.id == outgoing.c.partner_id)
        .outerjoin(interchange, interchange.c.id == outgoing.c.answers)
        .outerjoin(document, document.c.id == interchange.c.document_id)
        .where(*_VIEWS[view])
    )
    if before is not None:
        query = query.where(outgoing.c.id < before)
    rows = connection.execute(query.order_by(outgoing.c.id.desc()).limit(limit))
    return [convert(row, Shown, from_attributes=True) for row in rows]
