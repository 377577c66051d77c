"""What people type into fields is read as they mean it, or asked for again."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.canonical import Adjustment, Invoice, Receipt
from mappers.reviewable import (
    SHEETS,
    Field,
    Sort,
    UnclearError,
    amount,
    day,
    field_at,
    sheet_of,
    typed,
    written,
)

D = Decimal


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234.50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1.234,50 €", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("USD 12", "12"),
        ("0,35", "0.35"),
        ("1.234.567", "1234567"),
        ("0.125", "0.125"),
        ("-7.00", "-7.00"),
        ("(7.00)", "-7.00"),
        ("7.00-", "-7.00"),
        ("\N{MINUS SIGN}7", "-7"),
    ],
)
def test_amounts_as_people_write_them(text: str, value: str) -> None:
    assert str(amount(text)) == value


@pytest.mark.parametrize("text", ["1,234", "abc", "1.2.3", "12,34,5", "--", "9" * 29])
def test_what_is_no_amount_or_two_is_asked_for_again(text: str) -> None:
    with pytest.raises(UnclearError):
        amount(text)


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9
    )
)
def test_an_amount_that_was_written_is_read_back(value: Decimal) -> None:
    assert amount(written(value)) == value


@given(st.text(max_size=40))
def test_any_text_is_a_value_or_unclear(text: str) -> None:
    for sort in ("text", "code", "day", "amount", "count", "choice"):
        field = Field(pointer="/x", label="X", sort=sort, choices=("invoice",))
        with suppress(UnclearError):
            assert typed(field, text) != ""


def test_days_are_never_guessed() -> None:
    assert day("2026-04-05") == date(2026, 4, 5)
    assert day("5 April 2026") == date(2026, 4, 5)
    assert day("25/04/2026") == date(2026, 4, 25)
    assert day("05/04/2026", "mdy") == date(2026, 5, 4)
    with pytest.raises(UnclearError, match="2026-04-05 or 2026-05-04"):
        day("05/04/2026")
    with pytest.raises(UnclearError, match="no day"):
        day("2026-02-31")


def test_codes_counts_and_choices() -> None:
    assert typed(Field(pointer="/currency", label="Currency", sort="code"), "eur") == "EUR"
    assert typed(Field(pointer="/d", label="Days", sort="count"), " 30 ") == 30
    assert typed(Field(pointer="/d", label="Days"), "   ") is None
    unclear: tuple[tuple[Sort, str], ...] = (
        ("code", "euro"),
        ("count", "-1"),
        ("choice", "statement"),
    )
    for sort, text in unclear:
        with pytest.raises(UnclearError):
            typed(Field(pointer="/x", label="X", sort=sort, choices=("invoice",)), text)


def test_a_sheet_has_a_place_for_one_more_order_and_charge() -> None:
    record = Invoice(orders=("A", "B"), adjustments=(Adjustment(type="charge", reason="Freight"),))
    sheet = sheet_of(record)
    pointers = [one.pointer for one in (*sheet.header, *sheet.totals)]
    assert "/orders/2" in pointers
    assert "/orders/3" not in pointers
    assert pointers.index("/adjustments/1/amount") < pointers.index("/totals/tax")
    assert next(one.label for one in sheet.totals if "/0/" in one.pointer) == "Charge: Freight"


def test_only_what_a_sheet_names_may_be_corrected() -> None:
    record = Invoice()
    assert field_at(record, "/lines/3/unit_price")
    for pointer in ("/source/sha256", "/problems/0/code", "/incomplete", "/lines/x/amount", ""):
        assert field_at(record, pointer) is None
    assert field_at(Receipt(), "/lines/0/quantity")
    assert field_at(Receipt(), "/lines/0/unit_price") is None
    assert set(SHEETS) == {"invoice", "purchase_order", "receipt", "order_response"}
