"""The state at a moment of the past, read from the log of events: what had been announced by then.

An event about a result has the result; a decision has it with its money as decided. Big ones were
announced without their lines and findings, and say so as `shortened`.
"""

import json
from typing import Any

from sqlalchemy import Connection, select

from gateway.store.events import last_sequence
from gateway.store.feed import ResultRow
from gateway.store.schema import event

_ASIDE = ("document", "record", "version", "previous", "kind")
_CLOSING = ("invoice.exception_resolved", "invoice.rejected", "invoice.short_paid")
_EMPTY: dict[str, Any] = {"findings": [], "lines": [], "codes": []}


def result(connection: Connection, record_id: int, then: str) -> ResultRow | None:
    """Return the result for an invoice record as it had been judged by `then` (UTC)."""
    query = (
        select(event)
        .where(event.c.subject == f"record/{record_id}", event.c.at <= then)
        .order_by(event.c.sequence.desc())
    )
    decided: bool | None = None
    for row in connection.execute(query):
        told = json.loads(row.body)
        if "decision" in told and decided is None:
            decided = row.type in _CLOSING
        elif "verdict" in told and "decision" not in told:
            return _row(record_id, row.at, told, decided=bool(decided))
    return None


def last_by(connection: Connection, then: str) -> int:
    """Return the sequence of the last event that had been written by `then`, 0 where none had.

    The log has no gaps and goes forward in time, so it is looked up as in a book.
    """
    low, high = 0, last_sequence(connection)
    while low < high:
        middle = (low + high + 1) // 2
        query = select(event.c.at).where(event.c.sequence == middle)
        if connection.execute(query).scalar_one() <= then:
            low = middle
        else:
            high = middle - 1
    return low


def _row(record_id: int, at: str, told: dict[str, Any], *, decided: bool) -> ResultRow:
    body = {name: value for name, value in told.items() if name not in _ASIDE}
    if body.get("type") == "invoice":  # what a result leaves unsaid
        del body["type"]
    return ResultRow(
        record_id=record_id,
        version=told["version"],
        changed_at=at,
        decided=decided,
        body=json.dumps({"kind": "reconciliation", **_EMPTY, **body}).encode(),
    )
