"""All that was ever judged, to judge it again by another policy."""

from collections.abc import Iterator

from msgspec import Struct
from sqlalchemy import Connection, or_, select

from gateway.store.schema import reconciliation, record

_MATCHED_KINDS = ("purchase_order", "receipt", "invoice")
_AT_ONCE = 1000


class Matched(Struct, frozen=True):
    """A record that takes part in matching: its id as a fact, and its JSON."""

    fact: str
    body: bytes


def matched_records(connection: Connection) -> Iterator[Matched]:
    """Yield every whole record that takes part in matching, in the order they came; no tests."""
    query = (
        select(record.c.key, record.c.body)
        .where(record.c.kind.in_(_MATCHED_KINDS), ~record.c.incomplete, ~record.c.test)
        .order_by(record.c.id)
    )
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(query):
        yield Matched(row.key, row.body)


def undecided(connection: Connection) -> frozenset[str]:
    """Return the ids of the claims whose latest result nobody has decided on."""
    query = (
        select(record.c.key)
        .join(reconciliation, reconciliation.c.record_id == record.c.id)
        .where(
            or_(
                reconciliation.c.decided.is_(None),
                reconciliation.c.decided != reconciliation.c.digest,
            )
        )
    )
    return frozenset(connection.execute(query).scalars())
