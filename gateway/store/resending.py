"""What is sent again to an endpoint, and when it is held back: what an operator asks for.

Events go again under the ids and numbers that they had. An event that the endpoint never got, since
it was declared later, gets the next of its numbers. What waits already is on its way, and left
alone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, convert
from sqlalchemy import ColumnElement, Connection, and_, bindparam, insert, select, update

from gateway.clock import stamp
from gateway.store.choosing import wanted_by
from gateway.store.deliveries import hasten
from gateway.store.endpoints import Endpoint, subject_of
from gateway.store.events import numbered
from gateway.store.schema import delivery, endpoint, event


class Window(Struct, frozen=True, kw_only=True):
    """Which events: one by its `id`, those of `first` to `last`, or those of a time.

    `since` is included and `until` is not, both UTC as the log has them; all that is given counts.
    """

    id: str | None = None
    first: int | None = None
    last: int | None = None
    since: str | None = None
    until: str | None = None


class Chosen(Struct, frozen=True, kw_only=True):
    """An event that goes again; `delivery` is its row at the endpoint, where it has been sent."""

    sequence: int
    type: str
    subject: str
    at: str
    delivery: int | None


def chosen(connection: Connection, to: Endpoint, window: Window, limit: int) -> list[Chosen]:
    """Return those of the first `limit` events of a window that go again, in their order."""
    at_endpoint = and_(
        delivery.c.event_sequence == event.c.sequence, delivery.c.endpoint_id == to.id
    )
    query = (
        select(
            event.c.sequence,
            event.c.type,
            event.c.subject,
            event.c.at,
            delivery.c.id.label("delivery"),
        )
        .select_from(event.outerjoin(delivery, at_endpoint))
        .where(event.c.sequence <= to.cursor, event.c.subject != subject_of(to.id))
        .where(delivery.c.state.is_(None) | (delivery.c.state != "waiting"))
        .where(*_within(window))
        .order_by(event.c.sequence)
        .limit(limit)
    )
    if to.types:
        query = query.where(event.c.type.in_(to.types))
    found = [convert(row, Chosen, from_attributes=True) for row in connection.execute(query)]
    return _unfiltered(connection, to, found) if to.how.filters else found


def _unfiltered(connection: Connection, to: Endpoint, found: Sequence[Chosen]) -> list[Chosen]:
    """Leave out what the endpoint's filters hold back now, unless it was sent before."""
    new = [one.sequence for one in found if one.delivery is None]
    told = wanted_by(connection, to.how, numbered(connection, new))
    passing = {one.sequence for one in told}
    return [one for one in found if one.delivery is not None or one.sequence in passing]


def _within(window: Window) -> list[ColumnElement[bool]]:
    bounds = (
        (window.id, event.c.id == window.id),
        (window.first, event.c.sequence >= (window.first or 0)),
        (window.last, event.c.sequence <= (window.last or 0)),
        (window.since, event.c.at >= (window.since or "")),
        (window.until, event.c.at < (window.until or "")),
    )
    return [bound for given, bound in bounds if given is not None]


def resend(
    connection: Connection, to: Endpoint, events: Sequence[Chosen], now: datetime, pause: timedelta
) -> None:
    """Make `events` due at an endpoint, one after the other with `pause` between them."""
    due = {one.sequence: stamp(now + pause * place) for place, one in enumerate(events)}
    again = [{"row": one.delivery, "due": due[one.sequence]} for one in events if one.delivery]
    if again:
        values = {"state": "waiting", "tries": 0, "due_at": bindparam("due"), "delivered_at": None}
        values |= {"batch": None}
        query = update(delivery).where(delivery.c.id == bindparam("row")).values(values)
        connection.execute(query, again)
    missing = [one for one in events if one.delivery is None]
    rows = [
        _first_time(to, one, number, due[one.sequence])
        for number, one in enumerate(missing, to.sequence + 1)
    ]
    if rows:
        connection.execute(insert(delivery), rows)
        last = to.sequence + len(rows)
        connection.execute(update(endpoint).where(endpoint.c.id == to.id).values(sequence=last))


def _first_time(to: Endpoint, one: Chosen, number: int, due_at: str) -> dict[str, Any]:
    return {
        "endpoint_id": to.id,
        "event_sequence": one.sequence,
        "sequence": number,
        "subject": one.subject,
        "state": "waiting",
        "due_at": due_at,
    }


def hold(connection: Connection, to: Endpoint, note: str) -> None:
    """Send an endpoint nothing until `release`; its events go on queueing."""
    connection.execute(
        update(endpoint)
        .where(endpoint.c.id == to.id)
        .values(state="held", probe_at=None, note=note)
    )


def release(connection: Connection, to: Endpoint, at: str) -> None:
    """Send to an endpoint again, and what waited there at once."""
    connection.execute(
        update(endpoint)
        .where(endpoint.c.id == to.id)
        .values(state="active", failures=0, probe_at=None, note=None)
    )
    hasten(connection, to.id, at)
