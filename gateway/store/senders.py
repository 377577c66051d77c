"""Partners as senders: who there is, since when, and what became of what they sent."""

from msgspec import Struct, convert
from sqlalchemy import Connection, func, select

from gateway.store.schema import document, partner


class Sender(Struct, frozen=True, kw_only=True):
    """A partner that has sent something, or has a folder; times are UTC ISO 8601."""

    name: str
    supplier: str | None
    since: str
    documents: int
    last_at: str | None


def senders(connection: Connection) -> dict[str, Sender]:
    """Return the partners that are known from what they sent, by name."""
    counted = (
        select(
            document.c.partner_id,
            func.count().label("documents"),
            func.max(document.c.received_at).label("last_at"),
        )
        .group_by(document.c.partner_id)
        .subquery()
    )
    query = select(
        partner.c.name,
        partner.c.supplier,
        partner.c.created_at.label("since"),
        func.coalesce(counted.c.documents, 0).label("documents"),
        counted.c.last_at,
    ).join(counted, counted.c.partner_id == partner.c.id, isouter=True)
    rows = connection.execute(query.order_by(partner.c.name))
    return {row.name: convert(row, Sender, from_attributes=True) for row in rows}


def states(connection: Connection, name: str) -> dict[str, int]:
    """Return how many documents of a partner are in each state."""
    query = (
        select(document.c.state, func.count().label("number"))
        .join(partner, partner.c.id == document.c.partner_id)
        .where(partner.c.name == name)
        .group_by(document.c.state)
        .order_by(document.c.state)
    )
    return {row.state: row.number for row in connection.execute(query)}
