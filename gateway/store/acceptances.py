"""What receivers made of events: the last that was said of each."""

from typing import Literal

from msgspec import Struct, convert
from sqlalchemy import Connection, select

from gateway.store.dialects import upsert
from gateway.store.schema import acceptance

State = Literal["accepted", "rejected"]


class Acceptance(Struct, frozen=True, kw_only=True):
    """A receiver's word about an event; `actor` is the endpoint, or whose key it was."""

    event_sequence: int
    subject: str
    state: State
    number: str | None
    reason: str | None
    actor: str
    at: str


def of_event(connection: Connection, sequence: int) -> Acceptance | None:
    """Return what was said of an event."""
    query = select(acceptance).where(acceptance.c.event_sequence == sequence)
    row = connection.execute(query).first()
    return convert(row, Acceptance, from_attributes=True) if row else None


def of_subject(connection: Connection, subject: str) -> Acceptance | None:
    """Return what was said of the newest event of a subject of which anything was."""
    query = (
        select(acceptance)
        .where(acceptance.c.subject == subject)
        .order_by(acceptance.c.event_sequence.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return convert(row, Acceptance, from_attributes=True) if row else None


def write(connection: Connection, new: Acceptance) -> None:
    """Write what a receiver says of an event, in the place of what it said before."""
    values = {name: getattr(new, name) for name in Acceptance.__struct_fields__}
    later = {name: value for name, value in values.items() if name != "event_sequence"}
    connection.execute(
        upsert(connection, acceptance)
        .values(values)
        .on_conflict_do_update(index_elements=["event_sequence"], set_=later)
    )
