"""What is delivered to the endpoints, one by one.

An endpoint's `cursor` says up to which event it has delivery rows; the rows and the cursor are
written in one transaction, so no event is left out and none is queued twice. The oldest waiting
delivery of a subject at an endpoint is its head: only heads are sent, so the events of one document
arrive in order while other documents flow past. How several go together is told in `batches`.
"""

from collections.abc import Collection, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import (
    LABEL_STYLE_TABLENAME_PLUS_COL,
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    bindparam,
    func,
    insert,
    select,
    update,
)

from gateway.store.choosing import wanted_by
from gateway.store.endpoints import Endpoint, subject_of
from gateway.store.events import Event, after, last_sequence
from gateway.store.schema import acceptance, delivery, endpoint, event


class Due(Struct, frozen=True, kw_only=True):
    """A delivery that may go out now, with its event."""

    id: int
    endpoint_id: int
    sequence: int
    tries: int
    due_at: str
    event: Event
    batch: int | None = None


class Tried(Struct, frozen=True, kw_only=True):
    """What one try left behind, to be written to its delivery; `batch` where it stays in one."""

    id: int
    state: str
    tries: int
    due_at: str
    status: int | None
    answer: str
    delivered_at: str | None
    batch: int | None = None


class Delivery(Struct, frozen=True, kw_only=True):
    """A delivery as a person looks at it; `said` is what its receiver made of it, if it told.

    That is accepted, with the `number` of its document, or rejected, with the `reason`.
    """

    id: int
    url: str
    event_id: str
    event_type: str
    subject: str
    sequence: int
    state: str
    tries: int
    due_at: str
    status: int | None
    answer: str | None
    delivered_at: str | None
    paused: bool
    said: str | None = None
    number: str | None = None
    reason: str | None = None


class Narrowed(Struct, frozen=True, kw_only=True):
    """To which deliveries a list is narrowed: to the endpoint of a number, to a type of events."""

    endpoint: int | None = None
    type: str | None = None


_ALL = Narrowed()


def fan_out(connection: Connection, to: Endpoint, at: str, limit: int = 1000) -> int:
    """Queue the next events of the log for `to` and return how many; `at` is when they are due.

    Events about the endpoint itself are left out: news of a failure would feed the failure.
    """
    end = last_sequence(connection)
    found = after(connection, to.cursor, types=to.types, limit=limit)
    mine = [one for one in found if one.subject != subject_of(to.id)]
    rows = [
        {
            "endpoint_id": to.id,
            "event_sequence": one.sequence,
            "sequence": number,
            "subject": one.subject,
            "state": "waiting",
            "due_at": at,
        }
        for number, one in enumerate(wanted_by(connection, to.how, mine), to.sequence + 1)
    ]
    if rows:
        connection.execute(insert(delivery), rows)
    cursor = found[-1].sequence if len(found) == limit else end
    connection.execute(
        update(endpoint)
        .where(endpoint.c.id == to.id)
        .values(cursor=cursor, sequence=to.sequence + len(rows))
    )
    return len(rows)


def heads(
    connection: Connection, endpoint_id: int, at: str, flying: Collection[int], limit: int
) -> list[Due]:
    """Return the next deliveries that may go out at `at`, oldest first, but those in `flying`."""
    query = (
        due_query()
        .where(delivery.c.endpoint_id == endpoint_id, delivery.c.due_at <= at, _is_head())
        .where(delivery.c.id.not_in(flying))
        .order_by(delivery.c.event_sequence)
        .limit(limit)
    )
    return [due_of(row) for row in connection.execute(query)]


def probe(connection: Connection, endpoint_id: int) -> Due | None:
    """Return the delivery that tries whether a paused endpoint is back: the least tried head."""
    query = (
        due_query()
        .where(delivery.c.endpoint_id == endpoint_id, _is_head())
        .order_by(delivery.c.tries, delivery.c.event_sequence)
        .limit(1)
    )
    row = connection.execute(query).first()
    return due_of(row) if row else None


def due_query() -> Select[Any]:
    """Ask for waiting deliveries with their events; `due_of` reads the rows."""
    return (
        select(delivery, event)
        .join(event, event.c.sequence == delivery.c.event_sequence)
        .where(delivery.c.state == "waiting")
        .set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
    )


def _is_head() -> ColumnElement[bool]:
    earlier = delivery.alias("earlier")
    return ~(
        select(1)
        .where(
            earlier.c.endpoint_id == delivery.c.endpoint_id,
            earlier.c.subject == delivery.c.subject,
            earlier.c.state == "waiting",
            earlier.c.event_sequence < delivery.c.event_sequence,
        )
        .exists()
    )


def write_tries(connection: Connection, tried: Sequence[Tried]) -> None:
    """Write what the tries left behind."""
    rows = [
        {f"new_{name}": getattr(one, name) for name in Tried.__struct_fields__} for one in tried
    ]
    if rows:
        connection.execute(_WRITE_TRY, rows)


_WRITE_TRY = (
    update(delivery)
    .where(delivery.c.id == bindparam("new_id"))
    .values({n: bindparam(f"new_{n}") for n in Tried.__struct_fields__ if n != "id"})
)


def due_of(row: Row[Any]) -> Due:
    """Return a row of `due_query`."""
    return Due(
        id=row.delivery_id,
        endpoint_id=row.delivery_endpoint_id,
        sequence=row.delivery_sequence,
        tries=row.delivery_tries,
        due_at=row.delivery_due_at,
        batch=row.delivery_batch,
        event=Event(
            sequence=row.event_sequence,
            id=row.event_id,
            at=row.event_at,
            actor=row.event_actor,
            type=row.event_type,
            subject=row.event_subject,
            data=row.event_body,
        ),
    )


def hasten(connection: Connection, endpoint_id: int, at: str) -> None:
    """Make everything that waits at an endpoint due: it is back."""
    connection.execute(
        update(delivery)
        .where(delivery.c.endpoint_id == endpoint_id, delivery.c.state == "waiting")
        .where(delivery.c.due_at > at)
        .values(due_at=at)
    )


def replay(connection: Connection, ids: Collection[int], at: str) -> int:
    """Send deliveries again under their old ids, with a fresh schedule; return how many."""
    found = connection.execute(
        update(delivery)
        .where(delivery.c.id.in_(ids), delivery.c.state != "waiting")
        .values(state="waiting", tries=0, due_at=at, delivered_at=None, batch=None)
    )
    return found.rowcount


def counts(connection: Connection) -> dict[int, dict[str, int]]:
    """Return how many deliveries each endpoint has in each state."""
    query = select(delivery.c.endpoint_id, delivery.c.state, func.count()).group_by(
        delivery.c.endpoint_id, delivery.c.state
    )
    found: dict[int, dict[str, int]] = {}
    for endpoint_id, state, number in connection.execute(query):
        found.setdefault(endpoint_id, {})[state] = number
    return found


def dead_count(connection: Connection) -> int:
    """Return how many deliveries were given up, without counting the others."""
    ids = select(endpoint.c.id)
    query = select(func.count()).where(delivery.c.endpoint_id.in_(ids), delivery.c.state == "dead")
    return connection.execute(query).scalar_one()


def said_counts(connection: Connection) -> dict[str, int]:
    """Return of how many events receivers said that they accepted or rejected them."""
    number = func.count().label("number")
    query = select(acceptance.c.state, number).group_by(acceptance.c.state)
    return {row.state: row.number for row in connection.execute(query)}


def listed(
    connection: Connection,
    state: str,
    *,
    narrowed: Narrowed = _ALL,
    before: int | None = None,
    limit: int = 50,
) -> list[Delivery]:
    """Return deliveries in `state`, newest first; those with an id below `before`.

    A state is also what their receivers said: accepted, or refused.
    """
    query = (
        select(
            delivery,
            endpoint.c.url,
            endpoint.c.state.label("health"),
            event.c.id.label("event_id"),
            event.c.type,
            acceptance.c.state.label("said"),
            acceptance.c.number.label("said_number"),
            acceptance.c.reason.label("said_reason"),
        )
        .select_from(_joined())
        .where(*_within(state, narrowed))
        .order_by(delivery.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(delivery.c.id < before)
    return [_listed(row) for row in connection.execute(query)]


def chosen(connection: Connection, state: str, narrowed: Narrowed, limit: int) -> list[int]:
    """Return the numbers of deliveries in `state`, oldest first."""
    query = select(delivery.c.id).select_from(_joined()).where(*_within(state, narrowed))
    return list(connection.execute(query.order_by(delivery.c.id).limit(limit)).scalars())


def _joined() -> FromClause:
    said = acceptance.c.event_sequence == delivery.c.event_sequence
    return (
        delivery.join(endpoint, endpoint.c.id == delivery.c.endpoint_id)
        .join(event, event.c.sequence == delivery.c.event_sequence)
        .outerjoin(acceptance, said)
    )


def _within(state: str, narrowed: Narrowed) -> list[ColumnElement[bool]]:
    said = {"accepted": "accepted", "refused": "rejected"}.get(state)
    own = acceptance.c.state == said if said else delivery.c.state == state
    conditions: list[ColumnElement[bool]] = [own]
    if narrowed.endpoint is not None:
        conditions.append(delivery.c.endpoint_id == narrowed.endpoint)
    if narrowed.type is not None:
        conditions.append(event.c.type == narrowed.type)
    return conditions


def _listed(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        url=row.url,
        event_id=row.event_id,
        event_type=row.type,
        subject=row.subject,
        sequence=row.sequence,
        state=row.state,
        tries=row.tries,
        due_at=row.due_at,
        status=row.status,
        answer=row.answer,
        delivered_at=row.delivered_at,
        paused=row.health in {"paused", "held"},
        said=row.said,
        number=row.said_number,
        reason=row.said_reason,
    )
