"""Numbers, ages and pointers as people read them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from gateway.web import show

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("6320", "USD", "6,320.00"),
        ("6.4", "USD", "6.40"),
        ("0.12345", "USD", "0.12345"),
        ("-3.5", "EUR", "\N{MINUS SIGN}3.50"),
        ("1000", "JPY", "1,000"),
        ("1.5", "KWD", "1.500"),
        ("1E+3", "USD", "1,000.00"),
        ("1234567.1", None, "1,234,567.10"),
    ],
)
def test_money(amount: str, currency: str | None, text: str) -> None:
    assert show.money(Decimal(amount), currency) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("40.000", "40"),
        ("1.250", "1.25"),
        ("1E+3", "1,000"),
        ("0.00", "0"),
        ("-2", "\N{MINUS SIGN}2"),
    ],
)
def test_quantities(amount: str, text: str) -> None:
    assert show.quantity(Decimal(amount)) == text


def test_nothing_is_written_as_nothing() -> None:
    assert (show.money(None), show.quantity(None), show.day(None), show.role(None)) == ("",) * 4


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(seconds=-5), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=23, minutes=59), "23 h"),
        (timedelta(days=400), "400 d"),
    ],
)
def test_ages(passed: timedelta, text: str) -> None:
    assert show.age(NOW - passed, NOW) == text


def test_time_ahead() -> None:
    assert show.ahead(NOW + timedelta(minutes=5), NOW) == "in 5 min"
    assert show.ahead(NOW - timedelta(minutes=5), NOW) == "soon"
    assert show.ahead(NOW + timedelta(seconds=5), NOW) == "soon"


def test_time_since_to_the_second() -> None:
    assert show.ago(NOW - timedelta(seconds=4), NOW) == "4 s ago"
    assert show.ago(NOW + timedelta(seconds=4), NOW) == "0 s ago"
    assert show.ago(NOW - timedelta(hours=3), NOW) == "3 h ago"


def test_percentages_carry_their_sign() -> None:
    assert show.percent_of(Decimal("0.35"), Decimal("3.10")) == "+11.3 %"
    assert show.percent_of(Decimal(-1), Decimal(4)) == "\N{MINUS SIGN}25.0 %"
    assert show.percent_of(Decimal(1), Decimal(0)) == ""


@pytest.mark.parametrize(
    ("pointer", "text"),
    [
        ("/lines/1/unit_price", "line 2, unit price"),
        ("/orders/0", "order 1"),
        ("/totals/total", "totals, total"),
        ("/fields/A~1B", "fields, A/B"),
        ("", ""),
    ],
)
def test_pointers_in_words(pointer: str, text: str) -> None:
    assert show.pointer_words(pointer) == text
