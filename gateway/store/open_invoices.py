"""Which invoices are open: judged, not settled by matching, and not decided by a person."""

from typing import Final

from sqlalchemy import Connection, or_, select

from gateway.store.schema import reconciliation, record

OPEN: Final = ("exception", "waiting", "unmatched", "duplicate")


def numbers(connection: Connection, like: int | None = None, limit: int | None = None) -> list[int]:
    """Return open invoices, newest first; of the same supplier as the invoice `like`."""
    result = reconciliation.c
    query = select(result.record_id).where(
        result.verdict.in_(OPEN),
        or_(result.decided.is_(None), result.decided != result.digest),
    )
    if like is not None:
        supplier = select(record.c.supplier).where(record.c.id == like).scalar_subquery()
        query = query.join(record, record.c.id == result.record_id).where(
            record.c.supplier == supplier
        )
    found = connection.execute(query.order_by(result.record_id.desc()).limit(limit))
    return list(found.scalars())
