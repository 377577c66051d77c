"""What goes to an endpoint next: one by one, in batches, or nothing but a probe."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from gateway.clock import stamp
from gateway.delivering.lane import Lane
from gateway.delivering.parcel import Parcel, about
from gateway.store import batches, deliveries, feed
from gateway.store.deliveries import Due
from gateway.store.endpoints import Endpoint

_EVENTS = {"json", "csv"}
"""The formats that are made of events; all others are made of records."""


def next_parcels(
    connection: Connection, to: Endpoint, lane: Lane, flying: Collection[int], now: datetime
) -> list[Parcel]:
    """Return the parcels that may go to an endpoint at `now`, where `flying` are under way."""
    groups = _active(connection, to, lane, flying, now) if to.state == "active" else []
    if to.state == "paused" and not flying and not (to.probe_at and to.probe_at > stamp(now)):
        groups = [_probe(connection, to)]
    return [_packed(connection, to, group) for group in groups if group]


def _active(
    connection: Connection, to: Endpoint, lane: Lane, flying: Collection[int], now: datetime
) -> list[list[Due]]:
    room, at = lane.room(to.how, now, len(flying)), stamp(now)
    if room <= 0:
        return []
    if to.how.batch == 1 and to.how.order == "subject":
        return [[due] for due in deliveries.heads(connection, to.id, at, flying, room)]
    if flying:
        return []
    found = _together(connection, to, at, room)
    return [] if _wait_for_more(to, found, now) else [found]


def _together(connection: Connection, to: Endpoint, at: str, limit: int) -> list[Due]:
    """Return a batch that was bound, or what makes the next one."""
    if to.how.order == "all":
        return batches.oldest(connection, to.id, at, limit)
    bound = batches.bound(connection, to.id, at)
    return bound or batches.unbound(connection, to.id, at, limit)


def _wait_for_more(to: Endpoint, found: Sequence[Due], now: datetime) -> bool:
    """Whether a batch is neither full nor old enough, and was never sent."""
    if len(found) >= to.how.batch or not found or found[0].batch is not None:
        return False
    old = stamp(now - timedelta(milliseconds=to.how.batch_ms))
    return not any(due.due_at <= old or due.tries for due in found)


def _probe(connection: Connection, to: Endpoint) -> list[Due]:
    if to.how.batch > 1 or to.how.order == "all":
        return _together(connection, to, batches.EVER, to.how.batch)
    due = deliveries.probe(connection, to.id)
    return [due] if due else []


def _packed(connection: Connection, to: Endpoint, dues: Sequence[Due]) -> Parcel:
    needs_records = to.content == "record" or to.how.format not in _EVENTS
    numbers = about(dues) if needs_records else ()
    records = feed.bodies(connection, numbers) if numbers else {}
    return Parcel(to=to, dues=tuple(dues), records=records)
