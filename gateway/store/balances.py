"""The balance of a day: what came in is delivered, open or rejected, and nothing is left over.

What is counted is each record of each file that came in on that day (UTC), and each file from which
no record was read. What came in is counted by the event log; where it went, by three questions to
the other tables, none of which is the rest of the others. So a difference is a fault: something is
stored and was never announced, or was lost on its way.

* rejected: a duplicate, a file that nothing could be read from, or what a receiver refused;
* open: what is being read, waits for a person, or for a delivery (one that was given up too);
* delivered: everything announced of it has arrived, or a receiver has accepted it.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from msgspec import Struct, convert
from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.sql.selectable import FromClause

from gateway.store.documents import DUPLICATE, QUARANTINED, RECEIVED
from gateway.store.endpoints import endpoints
from gateway.store.schema import acceptance, delivery, document, event, partner, record

OPEN_MAX = 1000


class Day(Struct, frozen=True, kw_only=True):
    """The balance of a day; `accepted` are those delivered that have a receiver's number."""

    day: str
    received: int
    delivered: int
    accepted: int
    open: int
    rejected: int

    @property
    def difference(self) -> int:
        """What came in and is nowhere, or is somewhere and never came in: zero."""
        return self.received - self.delivered - self.open - self.rejected


class Open(Struct, frozen=True, kw_only=True):
    """What is open, and why; `document` is its receipt number."""

    day: str
    document: int
    partner: str
    name: str
    record: int | None
    kind: str | None
    number: str | None
    why: str


def balance(connection: Connection, first: date, last: date) -> list[Day]:
    """Return the balance of each day from `first` to `last` on which anything came in."""
    asked = _Asked(connection)
    query = (
        select(
            asked.day.label("day"),
            _count(asked.announced).label("received"),
            _count(asked.delivered).label("delivered"),
            _count(and_(asked.delivered, asked.last_word == "accepted")).label("accepted"),
            _count(asked.open).label("open"),
            _count(asked.rejected).label("rejected"),
        )
        .select_from(asked.units)
        .where(*_between(first, last))
        .group_by(asked.day)
        .order_by(asked.day)
    )
    return [convert(row, Day, from_attributes=True) for row in connection.execute(query)]


def still_open(
    connection: Connection, first: date, last: date, limit: int = OPEN_MAX
) -> list[Open]:
    """Return what came in from `first` to `last` and is open, oldest first."""
    asked = _Asked(connection)
    query = (
        select(
            asked.day.label("day"),
            document.c.id.label("document"),
            partner.c.name.label("partner"),
            document.c.name,
            record.c.id.label("record"),
            record.c.kind,
            record.c.number,
            asked.why.label("why"),
        )
        .select_from(asked.units.join(partner, partner.c.id == document.c.partner_id))
        .where(asked.open, *_between(first, last))
        .order_by(document.c.id, record.c.id)
        .limit(limit)
    )
    return [convert(row, Open, from_attributes=True) for row in connection.execute(query)]


def _between(first: date, last: date) -> Iterator[ColumnElement[bool]]:
    yield document.c.received_at >= first.isoformat()
    yield document.c.received_at < (last + timedelta(days=1)).isoformat()


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


class _Asked:
    """The questions to the tables about one thing that came in, a record or a file without any."""

    def __init__(self, connection: Connection) -> None:
        self._to = endpoints(connection)
        self.units: FromClause = document.outerjoin(record, record.c.document_id == document.c.id)
        self.day = func.substr(document.c.received_at, 1, 10)
        as_file = or_(record.c.id.is_(None), document.c.state == QUARANTINED)  # told as a file
        self._subject = case(
            (as_file, literal("document/") + cast(document.c.id, String)),
            else_=literal("record/") + cast(record.c.id, String),
        )
        self._is_incomplete = func.coalesce(record.c.incomplete, False)
        self.last_word = func.coalesce(
            select(acceptance.c.state)
            .where(acceptance.c.subject == self._subject)
            .order_by(acceptance.c.event_sequence.desc())
            .limit(1)
            .scalar_subquery(),
            "",
        )

    @property
    def announced(self) -> ColumnElement[bool]:
        """Whether the log tells of it."""
        return self._some(event.c.subject == self._subject)

    @property
    def rejected(self) -> ColumnElement[bool]:
        """Whether it was refused, by us or by a receiver."""
        return or_(document.c.state.in_((DUPLICATE, QUARANTINED)), self.last_word == "rejected")

    @property
    def delivered(self) -> ColumnElement[bool]:
        """Whether all of it arrived."""
        return and_(
            not_(self.rejected),
            document.c.state != RECEIVED,
            not_(self._is_incomplete),
            not_(self._at("waiting")),
            not_(self._at("dead")),
            not_(self._unqueued),
            or_(self._at("delivered"), self.last_word == "accepted"),
        )

    @property
    def open(self) -> ColumnElement[bool]:
        """Whether anything of it is still to be done."""
        reasons = [condition for condition, _ in self._reasons]
        return and_(not_(self.rejected), or_(*reasons))

    @property
    def why(self) -> ColumnElement[str]:
        """Return why it is open, in words."""
        return case(*self._reasons, else_="nothing")

    @property
    def _reasons(self) -> list[tuple[ColumnElement[bool], str]]:
        nobody = and_(not_(self._at("delivered")), self.last_word != "accepted")
        return [
            (document.c.state == RECEIVED, "is being read"),
            (self._is_incomplete, "waits for a person"),
            (self._at("dead"), "a delivery was given up"),
            (self._at("waiting"), "waits for a delivery"),
            (self._unqueued, "is about to be delivered"),
            (nobody, "no receiver has got it"),
        ]

    @property
    def _unqueued(self) -> ColumnElement[bool]:
        behind = min((one.cursor for one in self._to), default=None)
        if behind is None:
            return literal(value=False).is_(True)
        return self._some(and_(event.c.subject == self._subject, event.c.sequence > behind))

    def _at(self, state: str) -> ColumnElement[bool]:
        """Whether a delivery of it is in a state; found by subject: of one there are few."""
        found = func.coalesce(delivery.c.state, "")  # SQLite would go through all in that state
        return self._some(
            and_(
                delivery.c.endpoint_id.in_([one.id for one in self._to]),
                delivery.c.subject == self._subject,
                found == state,
            )
        )

    @staticmethod
    def _some(condition: Any) -> ColumnElement[bool]:
        return exists().where(condition).correlate(document, record)
