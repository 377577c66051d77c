"""Numbers, dates and terms in the shapes that invoices print them in."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.pdf.arithmetic import product
from mappers.pdf.dates import dates, settled
from mappers.pdf.numbers import decimal_sign, parse

D = Decimal
amounts = st.decimals(min_value=0, max_value=10**9, places=2)
days = st.dates(min_value=date(1980, 1, 1), max_value=date(2068, 12, 31))


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        ("1.234,56", ".", "1234.56"),
        ("1,234.56", ",", "1234.56"),
        ("1 234,56", ",", "1234.56"),
        ("1'234.56", ".", "1234.56"),
        ("6,00,000.00", ".", "600000.00"),
        ("1,000", ".", "1000"),
        ("1,000", ",", "1.000"),
        ("$182,00", ".", "182.00"),
        ("1,269.12-", ".", "-1269.12"),
        ("(45.00)", ".", "-45.00"),
        ("45.00 CR", ".", "-45.00"),
        ("-$12.26", ".", "-12.26"),
        ("16,7%", ",", "16.7"),
    ],
)
def test_printed_numbers(text: str, sign: str, value: str) -> None:
    assert parse(text, "," if sign == "," else ".") == D(value)


@pytest.mark.parametrize("text", ["12.03.2024", "78.46.77.79", "INV-7", "", "-", "4711/2"])
def test_what_is_no_number(text: str) -> None:
    assert parse(text, ".") is None


@given(amounts)
def test_amounts_come_back_in_every_style(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    continental = english.translate(str.maketrans(",.", ".,"))
    assert parse(english, ".") == amount == parse(continental, ",")
    assert parse(english.replace(",", "'"), ".") == amount
    assert parse(f"({english})", ".") == -amount


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_none(text: str) -> None:
    assert parse(text, ".") is None or isinstance(parse(text, "."), Decimal)
    assert all(found.start < found.end for found in dates(text))


@given(st.lists(amounts.filter(lambda amount: amount >= 1000), min_size=1))
def test_the_sign_is_settled_by_the_document(found: list[Decimal]) -> None:
    english = [f"{amount:,.2f}" for amount in found]
    assert decimal_sign(english, ",") == "."
    assert decimal_sign([one.translate(str.maketrans(",.", ".,")) for one in english]) == ","


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("21, Juni 2021", date(2021, 6, 21)),
        ("August 3 , 2014", date(2014, 8, 3)),
        ("3rd August 2014", date(2014, 8, 3)),
        ("12-Mar-24", date(2024, 3, 12)),
        ("1 de mayo de 2023", date(2023, 5, 1)),
        ("1er février 2020", date(2020, 2, 1)),
        ("29 oktober 2015", date(2015, 10, 29)),
        ("2024-05-16", date(2024, 5, 16)),
    ],
)
def test_dates_in_words(text: str, day: date) -> None:
    assert [found.dmy for found in dates(text)] == [day]


@given(days)
def test_numeric_dates_read_both_ways(day: date) -> None:
    (found,) = dates(f"{day:%d/%m/%Y}")
    assert found.read("dmy") == day
    assert found.is_open == (day.day <= 12 and day.day != day.month)


def test_one_plain_date_settles_the_order() -> None:
    found = [*dates("11/02/2019"), *dates("26/02/2019")]
    assert settled(found) == ("dmy", False)
    assert settled(dates("11/02/2019")) == (None, False)


@given(st.integers(1, 5000), st.decimals(min_value="0.01", max_value=9999, places=2))
def test_what_multiplies_out_is_found(quantity: int, price: Decimal) -> None:
    how = product(D(quantity), price, quantity * price)
    assert how is not None
    assert how.basis == 1


def test_a_price_for_a_hundred_and_a_discount() -> None:
    hundred = product(D(250), D("18.40"), D("46.00"))
    assert hundred is not None
    assert hundred.basis == 100
    less = product(D(3), D("10.00"), D("27.00"), discount=D(10))
    assert less is not None
    assert less.discount == 10
    assert product(D(3), D("10.00"), D("29.00")) is None
