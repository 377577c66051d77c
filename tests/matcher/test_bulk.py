"""Bulk matching says what single matching says, to the minor unit and word for word (Scale 3)."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.bulk import CLAIMS, ORDER_LINES, judged
from matcher.bulk_documents import CHARGES, DOCUMENTS, documents_judged
from matcher.bulk_tables import Tables, tables_of
from matcher.entries import Fact
from matcher.policy import Policy, policy_of
from tests.matcher.bulk_cases import AS_OF, random_facts, random_policy
from tests.matcher.bulk_comparison import compare, compare_documents

ORDERS = 60
EXAMPLES = 25
COUNTS: Counter[str] = Counter()


@cache
def database() -> Any:
    """One database in memory for all examples: opening one takes longer than using it."""
    return ibis.duckdb.connect().con


SCHEMAS = {
    "order_lines": ORDER_LINES,
    "claims": CLAIMS,
    "documents": DOCUMENTS,
    "charges": CHARGES,
}


@cache
def statement(*, has_value_limits: bool) -> str:
    """The expression as DuckDB is asked it; made once, since that takes longest."""
    expression = judged(
        ibis.table(ORDER_LINES, name="order_lines"),
        ibis.table(CLAIMS, name="claims"),
        AS_OF.toordinal(),
        has_value_limits=has_value_limits,
    )
    return str(ibis.to_sql(expression, dialect="duckdb"))


@cache
def document_statement() -> str:
    """The expression for whole invoices, over the lines that were judged before."""
    lines = judged(*(ibis.table(SCHEMAS[one], name=one) for one in ("order_lines", "claims")), 0)
    expression = documents_judged(
        ibis.table(lines.schema(), name="lines"),
        *(ibis.table(SCHEMAS[one], name=one) for one in ("claims", "documents", "charges")),
    )
    return str(ibis.to_sql(expression, dialect="duckdb"))


def rows_of(tables: Tables, *, has_value_limits: bool = True) -> list[dict[str, Any]]:
    """Evaluate the expression on DuckDB."""
    connection = database()
    for name, schema in SCHEMAS.items():
        rows = getattr(tables, name)
        connection.register(name, pa.Table.from_pylist(rows, schema=schema.to_pyarrow()))
    asked = connection.sql(statement(has_value_limits=has_value_limits)).to_arrow_table()
    connection.register("lines", asked)
    found: list[dict[str, Any]] = asked.to_pylist()
    return found


def document_rows() -> list[dict[str, Any]]:
    """Evaluate the expression for whole invoices, after `rows_of` its tables."""
    found: list[dict[str, Any]] = database().sql(document_statement()).to_arrow_table().to_pylist()
    return found


def check(facts: list[Fact], policy: Policy) -> int:
    """Compare every line and invoice that was matched in bulk; return how many lines there were."""
    tables = tables_of(facts, policy, AS_OF)
    count = compare(facts, policy, tables, rows_of(tables))
    by_expression, singly = compare_documents(facts, policy, tables, document_rows())
    COUNTS.update(by_expression=by_expression, singly=singly)
    return count


@pytest.fixture(autouse=True, scope="module")
def counted(request: pytest.FixtureRequest) -> Iterator[None]:
    """Print how many invoices the expressions judged, and how many were left to `assess`."""
    yield
    plugins = request.config.pluginmanager
    terminal = plugins.get_plugin("terminalreporter")
    capture = plugins.get_plugin("capturemanager")
    if terminal and capture:
        with capture.global_and_fixture_disabled():
            terminal.write_line(f"\ninvoices judged in bulk: {dict(COUNTS)}")


@settings(max_examples=EXAMPLES, deadline=None, print_blob=True)
@given(st.integers(0, 2**32))
def test_bulk_equals_single(seed: int) -> None:
    assert check(random_facts(seed, ORDERS), random_policy(seed)) > ORDERS


def test_a_pass_is_saved_where_no_order_has_a_limit(book: Any) -> None:
    book.order({"qty": "10", "price": "2.00"})
    book.receipt("6")
    book.invoice({"qty": "9", "price": "2.50"})
    tables = tables_of(book.facts(), policy_of({}), AS_OF)
    assert rows_of(tables, has_value_limits=False) == rows_of(tables)


LINE = {"qty": "10", "price": "2.00"}
FREIGHT = [{"type": "freight", "amount": "6.00"}]


class TestWholeInvoices:
    def judged(self, book: Any) -> list[dict[str, int]]:
        """Judge the invoices of a book in bulk, having compared them; one charge, one place."""
        check(book.facts(), policy_of({"charge": {"over_pct": "10"}}))
        return sorted(document_rows(), key=lambda row: row["document"])

    def test_what_is_planned_is_shared_in_canonical_order(self, book: Any) -> None:
        book.order({**LINE, "qty": "20"}, charges=[{"type": "freight", "amount": "10.00"}])
        book.receipt("20")
        book.invoice(LINE, id_="B", charges=FREIGHT, at="2026-05-12")
        book.invoice(LINE, id_="A", charges=FREIGHT, number="77", at="2026-05-11")
        assert [(row["approved"], row["disputed"]) for row in self.judged(book)] == [
            (2600, 0),
            (2500, 100),
        ]

    def test_tax_follows_its_goods(self, book: Any) -> None:
        book.order({**LINE, "tax": "0.10"})
        book.receipt("6")
        book.invoice(LINE, tax=[{"rate": "0.10", "amount": "2.50"}])
        assert [
            (row["approved"], row["pending"], row["disputed"]) for row in self.judged(book)
        ] == [(1320, 880, 50)]

    def test_those_that_share_charges_over_orders_are_left(self, book: Any) -> None:
        for number, place in (("7700", "PO1"), ("7701", "PO2")):
            book.order(LINE, id_=place, number=number)
            book.receipt("10", id_=f"GR-{number}", po=number)
        book.invoice(
            {**LINE, "po": "7700"},
            {**LINE, "po": "7701", "po_line": 1},
            charges=FREIGHT,
        )
        book.invoice({**LINE, "qty": "1"}, id_="A", number="77", charges=FREIGHT)
        book.invoice({**LINE, "qty": "2"}, id_="B", number="99")
        tables = tables_of(book.facts(), policy_of({}), AS_OF)
        assert set(tables.invoices.values()) == {"B"}
        assert len(self.judged(book)) == 1


class TestScope:
    def test_plain_orders_are_in_the_tables(self, book: Any) -> None:
        book.order({"qty": "10", "price": "2.00"})
        book.receipt("6")
        book.invoice({"qty": "9", "price": "2.50"})
        assert check(book.facts(), policy_of({"price": {"over_pct": "5"}})) == 1

    @pytest.mark.parametrize(
        "order",
        [
            {"status": "closed"},
            {"limit": "5.00"},
            {"valid_to": "2026-01-31"},
            {"currency": "EUR"},
            {"ers": True},
        ],
    )
    def test_and_so_are_those_whose_state_stops_payment(
        self, book: Any, order: dict[str, Any]
    ) -> None:
        book.order({"qty": "10", "price": "2.00"}, **order)
        book.receipt("10")
        book.invoice({"qty": "9", "price": "2.00"})
        in_bulk = 0 if order == {"currency": "EUR"} else 1
        assert check(book.facts(), policy_of({})) == in_bulk

    def test_weights_and_amounts_are_quantities(self, book: Any) -> None:
        catch = {"uom": "KG", "ratio": "2.5", "tol_pct": "10"}
        book.order(
            {"qty": "10", "price": "6.00", "catch": catch}, {"basis": "amount", "amount": "500.00"}
        )
        book.goods(
            "receipt",
            "GR1",
            {"po_line": 1, "qty": "10", "weight": "26.4"},
            {"po_line": 2, "amount": "300.00"},
        )
        book.invoice(
            {"qty": "10", "weight": "28", "uom": "EA", "amount": "168.00"},
            {"qty": None, "amount": "450.00"},
        )
        assert check(book.facts(), policy_of({})) == 2

    @pytest.mark.parametrize(
        "line", [{"price": "2.00", "per": "3"}, {"qty": "9999999999999999.5"}, {"price": None}]
    )
    def test_lines_that_they_cannot_hold_are_left(self, book: Any, line: dict[str, Any]) -> None:
        book.order({"qty": "10", "price": "2.00", **line})
        assert tables_of(book.facts(), policy_of({}), AS_OF).singly == {"7700"}

    def test_and_claims_that_are_no_plain_invoices(self, book: Any) -> None:
        book.order({"qty": "10", "price": "2.00"})
        book.receipt("10")
        book.invoice({"qty": "10", "price": "2.00"})
        book.credit({"qty": "1", "price": "2.00", "ref_line": 1})
        assert tables_of(book.facts(), policy_of({}), AS_OF).singly == {"7700"}
