"""What a look at the tables says of the gateway's health, in numbers."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection, func, select

from gateway.clock import moment_of
from gateway.store.documents import RECEIVED
from gateway.store.endpoints import all_sealed
from gateway.store.schema import delivery, document, endpoint, event, partner, reconciliation


class Measure(Struct, frozen=True, kw_only=True):
    """A number with its name, what it means, and the labels that tell it from its likes."""

    name: str
    means: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()


def measures(connection: Connection, now: datetime) -> Iterator[Measure]:
    """Yield every number that the tables give at `now`."""
    yield from _counts(connection)
    yield from _ages(connection, now)
    for url, state in connection.execute(select(endpoint.c.url, endpoint.c.state)):
        if state != "removed":
            yield Measure(
                name="endpoint_active",
                means="Whether events are delivered to an endpoint (0: it is paused)",
                value=float(state == "active"),
                labels=(("url", url),),
            )
    yield Measure(
        name="secrets_sealed",
        means="Whether the signing secrets in the database are sealed with a key",
        value=float(all_sealed(connection)),
    )
    last = connection.execute(select(func.max(event.c.sequence))).scalar()
    yield Measure(
        name="events_last_sequence",
        means="The sequence of the newest event",
        value=float(last or 0),
    )


_COUNTED = {
    "documents": ("Files that came in, by what became of them", document.c.state, "state"),
    "reconciliations": ("Invoices by the verdict on them", reconciliation.c.verdict, "verdict"),
    "deliveries": ("Deliveries of events by their state", delivery.c.state, "state"),
}


def _counts(connection: Connection) -> Iterator[Measure]:
    for name, (means, column, label) in _COUNTED.items():
        query = select(column, func.count()).group_by(column)
        for value, number in connection.execute(query):
            labels = ((label, str(value)),)
            yield Measure(name=name, means=means, value=float(number), labels=labels)


def _ages(connection: Connection, now: datetime) -> Iterator[Measure]:
    query = select(func.min(document.c.received_at)).where(document.c.state == RECEIVED)
    oldest = connection.execute(query).scalar()
    yield Measure(
        name="oldest_undecided_seconds",
        means="How long the oldest file waits that nothing has become of yet",
        value=(now - moment_of(oldest)).total_seconds() if oldest else 0.0,
    )
    query = (
        select(partner.c.name, func.max(document.c.received_at).label("at"))
        .join(document, document.c.partner_id == partner.c.id)
        .group_by(partner.c.name)
    )
    for row in connection.execute(query).all():
        yield Measure(
            name="last_file_timestamp_seconds",
            means="When a partner last sent a file",
            value=moment_of(row.at).timestamp(),
            labels=(("partner", row.name),),
        )
