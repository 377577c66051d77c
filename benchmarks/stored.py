"""What an arriving invoice costs in the gateway's database, among few orders and among a million.

The database holds so many orders, each known by its number and its item, of which 60 are whole
records with ten lines, a receipt and an invoice to come. Each invoice is stored, its case gathered
by its keys, judged and written, inside one transaction: all that a document costs after reading.
`one_invoice_ms` is the median among 1,000,000 orders, `orders_growth` that by the median among
10,000: 1 where the cost does not depend on what is stored. The floor of the first is the same
record stored and committed, with nothing judged.
"""

import datetime as dt
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, text

from benchmarks.measure import report
from gateway.flows.judging import Judge
from gateway.reading.child import record_of
from gateway.reading.wire import ReadRecord
from gateway.store import cases
from gateway.store.engine import Store
from gateway.store.migrate import upgrade
from mappers.canonical import AnyRecord
from mappers.rules import Mapped
from matcher.facts import Master
from matcher.policy import policy_of

FEW, MANY, ARRIVALS, LINES = 10_000, 1_000_000, 60, 10
TODAY, AT = dt.date(2026, 6, 1), "2026-06-01T08:00:00Z"
_FIRST = """
INSERT INTO partner (id, name, created_at) VALUES (1, 'acme', '');
INSERT INTO blob (sha256, size, stored_at) VALUES ('0', 0, '');
INSERT INTO document (id, claim, partner_id, sha256, name, door, state, version, truncated,
    received_at, answered) VALUES (1, '0', 1, '0', '0', 'folder', 'done', 1, 0, '', 1)
"""
_NUMBERS = """
CREATE TEMP TABLE numbers AS
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :orders) SELECT i FROM n
"""
_OTHERS = """
INSERT INTO record (id, document_id, position, key, kind, number, incomplete, test, body,
    created_at)
    SELECT i, 1, i, printf('o%09d', i), 'purchase_order', printf('77%08d', i), 0, 0, '', ''
    FROM numbers;
INSERT INTO touch (key, record_id) SELECT printf('order:77%08d', i), i FROM numbers;
INSERT INTO touch (key, record_id) SELECT printf('item:part:V%06d', i), i FROM numbers
"""


def main() -> None:
    """Measure among few orders, and among many."""
    few, _ = _measure(FEW)
    many, floor = _measure(MANY)
    report("stored.one_invoice_ms", value=many, unit="ms", floor=floor)
    report("stored.orders_growth", value=many / few, unit="times", floor=1.0)


def _measure(orders: int) -> tuple[float, float]:
    """Return the medians in milliseconds: stored and judged, and only stored."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "dockmatch.db")
        upgrade(store, Path(folder))
        with store.write() as connection:
            connection.execute(text(_NUMBERS), {"orders": orders})
            for statement in (*_FIRST.split(";"), *_OTHERS.split(";")):
                connection.execute(text(statement))
        judge = Judge(policy_of({}), Master())
        with store.write() as connection:
            for number in range(ARRIVALS):
                _keep(connection, _order(number), _receipt(number))
        judged = [_seconds(store, judge, number) for number in range(ARRIVALS // 2)]
        stored = [_seconds(store, None, number) for number in range(ARRIVALS // 2, ARRIVALS)]
        store.close()
    return statistics.median(judged) * 1e3, statistics.median(stored) * 1e3


def _seconds(store: Store, judge: Judge | None, number: int) -> float:
    invoice = _invoice(number)
    begin = time.process_time()
    with store.write() as connection:
        fresh = _keep(connection, invoice)
        if judge is not None:
            judge.judge(connection, fresh, TODAY, AT)
    return time.process_time() - begin


def _keep(connection: Connection, *records: ReadRecord) -> list[int]:
    rows = [(1, f"k{one.position}{one.kind[:1]}", one) for one in records]
    numbers = cases.insert_records(connection, rows, AT)
    touches = {n: one.touches for n, one in zip(numbers, records, strict=True)}
    cases.insert_touches(connection, touches)
    return numbers


def _record(kind: str, position: int, **fields: Any) -> ReadRecord:
    raw = {"kind": kind, "source": {"format": "cxml"}, **fields}
    record: AnyRecord = msgspec.convert(raw, AnyRecord, strict=False)
    return record_of(Mapped(record, dict), -position)


def _order(number: int) -> ReadRecord:
    lines = [{**_line(number, n), "unit_price": "2.50"} for n in range(LINES)]
    fields = {"operation": "new", "date": "2026-05-01", "currency": "USD", "lines": lines}
    return _record("purchase_order", 3 * number + 1, number=f"46{number:08}", **fields)


def _receipt(number: int) -> ReadRecord:
    lines = [
        {**_line(number, n), "order": {"number": f"46{number:08}", "line": f"{n + 1}"}}
        for n in range(LINES)
    ]
    fields = {"date": "2026-05-10", "evidence": "received", "lines": lines}
    return _record("receipt", 3 * number + 2, number=f"GR{number:08}", **fields)


def _invoice(number: int) -> ReadRecord:
    lines = [
        {
            **_line(number, n),
            "order": {"number": f"46{number:08}", "line": f"{n + 1}"},
            "unit_price": "2.60" if n == number % LINES else "2.50",
        }
        for n in range(LINES)
    ]
    fields = {"type": "invoice", "date": "2026-05-12", "currency": "USD", "lines": lines}
    orders = [f"46{number:08}"]
    return _record("invoice", 3 * number + 3, number=f"N{number:08}", orders=orders, **fields)


def _line(number: int, line: int) -> dict[str, Any]:
    part = f"P{number:06}{line}"
    return {
        "number": f"{line + 1}",
        "quantity": f"{20 + line}",
        "uom": "EA",
        "item": {"supplier_part": part},
    }
