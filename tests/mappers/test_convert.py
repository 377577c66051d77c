"""Converters: strict grammars, and back again."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers import convert
from mappers.convert import Convert

CONVERTERS = [value for value in vars(convert).values() if isinstance(value, Convert)]


@pytest.mark.parametrize(
    ("raw", "value"), [("7.50", "7.50"), (".58", "0.58"), ("-3", "-3"), (" 12 ", "12"), ("5.", "5")]
)
def test_numbers_keep_their_digits(raw: str, value: str) -> None:
    assert str(convert.decimal.read(raw, 2026)) == value


@pytest.mark.parametrize(
    "raw",
    ["", ".", "-", "1e5", "NaN", "inf", "Infinity", "1_000", "1,5", "+1", "1.2.3", "--1", "٣"],
)
def test_what_is_no_number(raw: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        convert.decimal.read(raw, 2026)


def test_numbers_have_thirty_digits_at_most() -> None:
    assert convert.decimal.read("9" * 30, 2026) == int("9" * 30)
    with pytest.raises(ValueError, match="9"):
        convert.decimal.read("9" * 33, 2026)


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9
    )
)
def test_implied_decimals_read_back(value: Decimal) -> None:
    assert convert.n2.read(convert.n2.write(value), 2026) == value


def test_implied_decimals_never_round() -> None:
    with pytest.raises(ValueError, match=r"1\.005"):
        convert.n2.write(Decimal("1.005"))


@given(st.dates(min_value=date(1000, 1, 1)))
def test_days_read_back(day: date) -> None:
    assert convert.date.read(convert.date.write(day), 2026) == day
    assert convert.iso_date.read(convert.iso_date.write(day), 2026) == day


@pytest.mark.parametrize(
    ("digits", "around", "year"),
    [(26, 2026, 2026), (75, 2026, 2075), (76, 2026, 1976), (95, 2026, 1995), (5, 1999, 2005)],
)
def test_two_digit_years(digits: int, around: int, year: int) -> None:
    assert convert.year_of(digits, around) == year


@given(st.integers(0, 99), st.integers(1950, 2150))
def test_the_window_is_fifty_years_each_way(digits: int, around: int) -> None:
    year = convert.year_of(digits, around)
    assert year % 100 == digits
    assert around - 50 <= year <= around + 49


def test_codes_translate_both_ways() -> None:
    purpose = convert.codes({"00": "new", "01": "cancel", "05": "new"}, name="purpose")
    assert purpose.read(" 01 ", 2026) == "cancel"
    assert purpose.write("new") == "00"
    with pytest.raises(ValueError, match="99"):
        purpose.read("99", 2026)
    assert convert.codes({"A": 1}, other=2).read("z", 2026) == 2
    assert convert.codes({"A": 1}, other=None).optional


@given(st.text(max_size=40))
def test_converters_raise_nothing_but_value_errors(raw: str) -> None:
    for converter in CONVERTERS:
        try:
            converter.read(raw, 2026)
        except ValueError:
            continue


@given(st.text(max_size=20))
def test_the_quick_way_reads_the_same(raw: str) -> None:
    for converter in CONVERTERS:
        if converter.quick:
            assert outcome(converter.quick, raw) == outcome(converter.read, raw, 2026)


def outcome(read: object, *arguments: object) -> object:
    assert callable(read)
    try:
        return read(*arguments)
    except ValueError:
        return ValueError
