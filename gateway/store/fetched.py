"""What was dealt with at other people's servers, so that nothing is taken or sent twice."""

from collections.abc import Collection

from msgspec import Struct, structs
from sqlalchemy import Connection, select

from gateway.store.dialects import upsert
from gateway.store.doors_tables import fetched

TAKEN, REFUSED, SENT = "taken", "refused", "sent"


def outcomes(connection: Connection, source: str, items: Collection[str]) -> dict[str, str]:
    """Return what became of those of `items` that were dealt with."""
    query = select(fetched.c.item, fetched.c.outcome).where(
        fetched.c.source == source, fetched.c.item.in_(items)
    )
    return {row.item: row.outcome for row in connection.execute(query)}


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of an item of a source, and why."""

    source: str
    item: str
    outcome: str
    note: str | None = None


def remember(connection: Connection, one: Outcome, at: str) -> None:
    """Note what became of an item; what was noted first stays."""
    row = {**structs.asdict(one), "at": at}
    connection.execute(upsert(connection, fetched).on_conflict_do_nothing(), [row])
