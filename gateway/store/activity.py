"""Is there anything left to do now? What waits for its time does not count."""

from sqlalchemy import Connection, Select, and_, exists, or_, select

from gateway.store.documents import RECEIVED
from gateway.store.schema import delivery, document, endpoint, event, outgoing


def is_busy(connection: Connection, now: str) -> bool:
    """Whether a document is undecided or unanswered, or a file or delivery could go out now."""
    queries = (
        select(document.c.id).where(
            or_(document.c.state == RECEIVED, document.c.answered.is_(False))
        ),
        select(endpoint.c.id).where(
            endpoint.c.state != "removed", exists().where(event.c.sequence > endpoint.c.cursor)
        ),
        select(outgoing.c.id).where(outgoing.c.written_at.is_(None)),
        _deliverable(now),
    )
    return any(connection.execute(query.limit(1)).first() for query in queries)


def _deliverable(now: str) -> Select[int]:
    earlier = delivery.alias("earlier")
    blocked = exists().where(
        and_(
            earlier.c.endpoint_id == delivery.c.endpoint_id,
            earlier.c.subject == delivery.c.subject,
            earlier.c.state == "waiting",
            earlier.c.event_sequence < delivery.c.event_sequence,
        )
    )
    return (
        select(delivery.c.id)
        .join(endpoint, endpoint.c.id == delivery.c.endpoint_id)
        .where(
            endpoint.c.state == "active",
            delivery.c.state == "waiting",
            delivery.c.due_at <= now,
            ~blocked,
        )
    )
