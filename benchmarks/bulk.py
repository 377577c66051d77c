"""How fast years of claims are matched again, and in how much memory, on two cores.

`judge_lines_per_s` runs the expression of bulk matching on DuckDB over 2 million order lines and 10
million claims made from a formula, a tenth of them too dear and a fifth beyond what came: amounts,
codes and the numbers of every rule for each. `peak_mb` is the most that the process ever held,
tables and results included. `sentences_per_s` writes out the explanation of exceptions. The floor
of the first is joining and summing the same tables, of the memory what the tables hold before.
"""

import datetime as dt
import resource
import tempfile
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from benchmarks.measure import report, seconds
from matcher.bulk_tables import Named
from matcher.policy import policy_of

CLAIMS, PER_LINE, MEMORY, SENTENCES = 10_000_000, 5, "2200MB", 5_000
AS_OF = dt.date(2026, 6, 30)
_ORDER_LINE = {
    "line": "range",
    "order_id": "range // 10",
    "way": "2 + range % 3",
    "parts": "1",
    "ordered": "100 + range % 7",
    "received": "90 + range % 11",
    "returned": "range % 7 // 6 * 5",
    "accepted": "80",
    "rejected": "3",
    "final": "range % 5 // 4",
    "price": "1230 + range % 1000",
    "value_parts": "1",
    "share_parts": "100",
    "over_share": "2",
    "under_share": "-1",
    "cap": "5000",
    "floor": "100",
    "value_limit": "2 ** 60",
    "wait_days": "30",
}
_CLAIM = {
    "claim": "range",
    "line": f"range // {PER_LINE}",
    "place": "range",
    "day": f"{AS_OF.toordinal()} - range % 60",
    "quantity": "20 + range % 3",
    "billed": f"(20 + range % 3) * (1230 + range // {PER_LINE} % 1000 + range % 10 // 9 * 50)",
}
_SCAN = "SELECT sum(quantity * price), sum(billed) FROM claims JOIN order_lines USING (line)"
_MEGABYTE = 1000
_CENT = Decimal("0.01")


def main() -> None:
    """Measure ten million claims, where the extra `bulk` is installed."""
    if not find_spec("ibis"):
        return
    with tempfile.TemporaryDirectory() as place:
        connection = import_module("duckdb").connect(f"{place}/years.duckdb")
        connection.execute(f"SET threads = 2; SET memory_limit = '{MEMORY}'")
        connection.execute("SET preserve_insertion_order = false; SET enable_progress_bar = false")
        _measure(connection)
        connection.close()


def _measure(connection: Any) -> None:
    ibis, bulk = import_module("ibis"), import_module("matcher.bulk")
    _fill(connection, "order_lines", bulk.ORDER_LINES, _ORDER_LINE, CLAIMS // PER_LINE)
    _fill(connection, "claims", bulk.CLAIMS, _CLAIM, CLAIMS)
    before = _peak()
    floor = CLAIMS / seconds(lambda: connection.execute(_SCAN).fetchall())
    judged = bulk.judged(
        ibis.table(bulk.ORDER_LINES, name="order_lines"),
        ibis.table(bulk.CLAIMS, name="claims"),
        AS_OF.toordinal(),
    )
    wanted = f"CREATE TABLE judged AS {ibis.to_sql(judged, dialect='duckdb')}"
    value = CLAIMS / seconds(lambda: connection.execute(wanted), repeats=1)
    report("bulk.judge_lines_per_s", value=value, unit="lines/s", floor=floor)
    report("bulk.peak_mb", value=_peak(), unit="MB", floor=before)
    _measure_sentences(connection)


def _fill(connection: Any, name: str, columns: Any, formulas: dict[str, str], rows: int) -> None:
    """Make a table from formulas; columns without one are nought."""
    values = ", ".join(f"({formulas.get(one, '0')})::BIGINT AS {one}" for one in columns)
    connection.execute(f"CREATE TABLE {name} AS SELECT {values} FROM range({rows})")  # noqa: S608


def _measure_sentences(connection: Any) -> None:
    words, policy = import_module("matcher.bulk_words"), policy_of({"price": {"over_pct": "2"}})
    found = connection.sql(f"SELECT * FROM judged WHERE codes > 0 LIMIT {SENTENCES}")  # noqa: S608 - all constants
    rows = found.to_arrow_table().to_pylist()
    wanted = ", ".join(str(row["line"]) for row in rows)
    lines = connection.sql(f"SELECT * FROM order_lines WHERE line IN ({wanted})")  # noqa: S608
    by_line = {line["line"]: line for line in lines.to_arrow_table().to_pylist()}
    named = Named(order="46", line="1", unit="EA", minor=_CENT, price=_CENT, limit=None)

    def write() -> None:
        for row in rows:
            words.findings_of(row, by_line[row["line"]], named, policy, AS_OF)

    value = len(rows) / seconds(write)
    floor = len(rows) / seconds(lambda: [f"{row['billed']} {row['start']}" for row in rows])
    report("bulk.sentences_per_s", value=value, unit="lines/s", floor=floor)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MEGABYTE
