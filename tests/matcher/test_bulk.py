"""Bulk matching says what single matching says, to the minor unit (Scale 3)."""

import datetime as dt
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.assess import assess
from matcher.bulk import CLAIMS, ORDER_LINES, STATEMENT, tables_of
from matcher.entries import Fact
from matcher.policy import policy_of
from matcher.short import short_facts

AS_OF = dt.date(2026, 6, 30)
PRICES = ("1.00", "2.50", "0.40", "3.3333", "0")
number = st.integers(1, 40)


@cache
def database() -> Any:
    """One database in memory for all examples: opening one takes longer than using it."""
    connection = duckdb.connect()
    connection.execute(ORDER_LINES)
    connection.execute(CLAIMS)
    return connection


def money_of(facts: list[Fact], policy: dict[str, Any]) -> dict[tuple[str, int], tuple[int, ...]]:
    """Run the statement over the tables of these facts."""
    tables = tables_of(facts, policy_of(policy), AS_OF)
    connection = database()
    for name, rows in (("order_lines", tables.order_lines), ("claims", tables.claims)):
        connection.execute(f"DELETE FROM {name}")  # noqa: S608
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)  # noqa: S608
    found = connection.execute(STATEMENT).fetchall()
    return {tables.keys[claim]: tuple(money) for claim, _, *money in found}


def check(facts: list[Fact], policy: dict[str, Any]) -> int:
    """Compare every claim line that was matched in bulk; return how many there were."""
    bulk = money_of(facts, policy)
    lines = {
        (one.invoice.id, index): line
        for one in assess(facts, policy_of(policy), AS_OF)
        for index, line in enumerate(one.lines)
    }
    for key, amounts in bulk.items():
        line = lines[key]
        single = (line.approved, line.pending, line.disputed)
        assert amounts == tuple(int(amount * 100) for amount in single), key
    return len(bulk)


@st.composite
def orders(draw: st.DrawFn) -> list[Fact]:
    line = {
        "n": 1,
        "qty": str(draw(number)),
        "uom": "EA",
        "price": draw(st.sampled_from(PRICES)),
        "way": draw(st.sampled_from((2, 3, 4))),
        "final": draw(st.booleans()),
    }
    documents: list[dict[str, Any]] = [
        {"type": "po", "id": "PO", "number": "9", "rev": 1, "currency": "USD", "lines": [line]}
    ]

    def goods(kind: str, index: int, **fields: Any) -> None:
        body = {"po_line": 1, "qty": str(draw(number)), **fields}
        documents.append({"type": kind, "id": f"{kind}{index}", "po": "9", "lines": [body]})

    for index in range(draw(st.integers(0, 3))):
        goods("receipt", index)
    for index in range(draw(st.integers(0, 1))):
        goods("return", index, **{"for": draw(st.sampled_from(("credit", "replacement")))})
        goods(
            "inspection", index, accepted=str(draw(number)), rejected=str(draw(st.integers(0, 9)))
        )
    for index in range(draw(st.integers(1, 5))):
        price, quantity = draw(st.sampled_from((line["price"], *PRICES))), draw(number)
        amount = (quantity * Decimal(price)).quantize(Decimal("0.01"))
        billed = {"n": 1, "qty": str(quantity), "uom": "EA", "amount": str(amount), "po_line": 1}
        documents.append(
            {
                "type": "invoice",
                "id": f"I{index}",
                "number": f"{chr(65 + index) * 3}{index}",
                "date": f"2026-05-{draw(st.integers(1, 28)):02}",
                "currency": "USD",
                "po": "9",
                "lines": [billed],
            }
        )
    return short_facts(documents)


policies = st.fixed_dictionaries(
    {
        "qty": st.sampled_from(
            ({}, {"ordered_pct": "5"}, {"received_pct": "4"}, {"ordered_pct": "unlimited"})
        ),
        "price": st.sampled_from(
            ({}, {"over_pct": "10"}, {"over_pct": "50", "cap_abs": "4"}, {"floor_abs": "3"})
        ),
        "rejected": st.sampled_from(("dispute", "await_replacement")),
    }
)


@settings(max_examples=150, deadline=None, print_blob=True)
@given(orders(), policies)
def test_bulk_equals_single(facts: list[Fact], policy: dict[str, Any]) -> None:
    check(facts, policy)


class TestScope:
    def test_plain_orders_are_in_the_tables(self, book: Any) -> None:
        book.order({"qty": "10", "price": "2.00"})
        book.receipt("6")
        book.invoice({"qty": "9", "price": "2.50"})
        assert check(book.facts(), {"price": {"over_pct": "5"}}) == 1

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
    def test_orders_that_need_more_are_left(self, book: Any, order: dict[str, Any]) -> None:
        book.order({"qty": "10", "price": "2.00"}, **order)
        book.invoice({"qty": "9", "price": "2.00"})
        tables = tables_of(book.facts(), policy_of({}), AS_OF)
        assert tables.singly == {"7700"}
        assert tables.claims == []

    @pytest.mark.parametrize(
        "line", [{"price": "2.0000001"}, {"qty": "0.00001"}, {"basis": "amount", "amount": "9"}]
    )
    def test_and_so_are_lines_that_they_cannot_hold(self, book: Any, line: dict[str, Any]) -> None:
        book.order({"qty": "10", "price": "2.00", **line})
        assert tables_of(book.facts(), policy_of({}), AS_OF).singly == {"7700"}

    def test_and_claims_that_are_no_plain_invoices(self, book: Any) -> None:
        book.order({"qty": "10", "price": "2.00"})
        book.receipt("10")
        book.invoice({"qty": "10", "price": "2.00"})
        book.credit({"qty": "1", "price": "2.00", "ref_line": 1})
        assert tables_of(book.facts(), policy_of({}), AS_OF).singly == {"7700"}
