"""Deliveries that go together: which, and that they stay together until they have arrived.

A batch is bound before it is sent, so that it goes again whole, under the same id and as the same
file. Inside, events stand in their order; one of a subject is never sent before an earlier one that
waits for its time or goes with another batch. With `order` "all", nothing passes the oldest one.
"""

from collections.abc import Sequence
from itertools import takewhile

from msgspec.structs import replace
from sqlalchemy import Connection, select, update

from gateway.store.deliveries import Due, due_of, due_query
from gateway.store.schema import delivery

EVER = "9999"
"""Later than any time: what is due by then is all that waits."""


def bound(connection: Connection, endpoint_id: int, at: str) -> list[Due]:
    """Return the oldest batch that may go out at `at`, in order; empty where there is none."""
    first = (
        select(delivery.c.batch)
        .where(delivery.c.endpoint_id == endpoint_id, delivery.c.batch.is_not(None))
        .where(delivery.c.state == "waiting", delivery.c.due_at <= at)
        .order_by(delivery.c.batch)
        .limit(1)
    )
    number = connection.execute(first).scalar()
    if number is None:
        return []
    query = due_query().where(delivery.c.endpoint_id == endpoint_id, delivery.c.batch == number)
    return [due_of(row) for row in connection.execute(query.order_by(delivery.c.event_sequence))]


def unbound(connection: Connection, endpoint_id: int, at: str, limit: int) -> list[Due]:
    """Return what may go together in a new batch at `at`, in order."""
    earlier = delivery.alias("earlier")
    waits = (
        select(1)
        .where(
            earlier.c.endpoint_id == delivery.c.endpoint_id,
            earlier.c.subject == delivery.c.subject,
            earlier.c.state == "waiting",
            earlier.c.event_sequence < delivery.c.event_sequence,
            earlier.c.batch.is_not(None) | (earlier.c.due_at > at),
        )
        .exists()
    )
    query = (
        due_query()
        .where(delivery.c.endpoint_id == endpoint_id, delivery.c.batch.is_(None))
        .where(delivery.c.due_at <= at, ~waits)
        .order_by(delivery.c.event_sequence)
        .limit(limit)
    )
    return [due_of(row) for row in connection.execute(query)]


def oldest(connection: Connection, endpoint_id: int, at: str, limit: int) -> list[Due]:
    """Return the oldest that wait and may go at `at`: no more than the first that may not."""
    query = due_query().where(delivery.c.endpoint_id == endpoint_id)
    query = query.order_by(delivery.c.event_sequence).limit(limit)
    found = [due_of(row) for row in connection.execute(query)]
    if found and found[0].batch is not None:
        return bound(connection, endpoint_id, at)
    return list(takewhile(lambda one: one.batch is None and one.due_at <= at, found))


def bind(connection: Connection, dues: Sequence[Due]) -> tuple[Due, ...]:
    """Have `dues` go together from now on, and return them so."""
    number = dues[0].sequence
    ids = [one.id for one in dues]
    connection.execute(update(delivery).where(delivery.c.id.in_(ids)).values(batch=number))
    return tuple(replace(one, batch=number) for one in dues)
