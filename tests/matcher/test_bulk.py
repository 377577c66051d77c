"""Bulk matching says what single matching says, to the minor unit and word for word (Scale 3)."""

from functools import cache
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.bulk import CLAIMS, ORDER_LINES, judged
from matcher.bulk_tables import Tables, tables_of
from matcher.entries import Fact
from matcher.policy import Policy, policy_of
from tests.matcher.bulk_cases import AS_OF, random_facts, random_policy
from tests.matcher.bulk_comparison import compare

ORDERS = 60
EXAMPLES = 40


@cache
def database() -> Any:
    """One database in memory for all examples: opening one takes longer than using it."""
    return ibis.duckdb.connect().con


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


def rows_of(tables: Tables, *, has_value_limits: bool = True) -> list[dict[str, Any]]:
    """Evaluate the expression on DuckDB."""
    connection = database()
    for name, schema, rows in (
        ("order_lines", ORDER_LINES, tables.order_lines),
        ("claims", CLAIMS, tables.claims),
    ):
        connection.register(name, pa.Table.from_pylist(rows, schema=schema.to_pyarrow()))
    asked = connection.sql(statement(has_value_limits=has_value_limits))
    found: list[dict[str, Any]] = asked.to_arrow_table().to_pylist()
    return found


def check(facts: list[Fact], policy: Policy) -> int:
    """Compare every claim line that was matched in bulk; return how many there were."""
    tables = tables_of(facts, policy, AS_OF)
    return compare(facts, policy, tables, rows_of(tables))


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
