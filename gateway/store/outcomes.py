"""What became of everything that came in: asked by a rehearsal that looks at the whole."""

from msgspec import Struct, convert
from sqlalchemy import Connection, func, select

from gateway.store.documents import RECEIVED
from gateway.store.schema import document, event, partner


class Outcome(Struct, frozen=True, kw_only=True):
    """A file and its state; `problems` is JSON, of the file as a whole."""

    id: int
    partner: str
    name: str
    state: str
    repeat_of: int | None
    problems: bytes | None
    answered: bool


def outcomes(connection: Connection) -> list[Outcome]:
    """Return all files that have a receipt, in the order of their receipts."""
    query = (
        select(
            document.c.id,
            partner.c.name.label("partner"),
            document.c.name,
            document.c.state,
            document.c.repeat_of,
            document.c.problems,
            document.c.answered,
        )
        .join(partner, partner.c.id == document.c.partner_id)
        .order_by(document.c.id)
    )
    return [convert(row, Outcome, from_attributes=True) for row in connection.execute(query)]


def decided_count(connection: Connection) -> int:
    """Count the files that are decided."""
    query = select(func.count()).where(document.c.state != RECEIVED)
    return connection.execute(query).scalar_one()


def event_ids(connection: Connection) -> list[str]:
    """Return the id of every event that was ever announced, in their order."""
    return list(connection.execute(select(event.c.id).order_by(event.c.sequence)).scalars())
