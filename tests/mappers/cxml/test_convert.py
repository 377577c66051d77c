"""Converters of what cXML senders write."""

import datetime as dt
from decimal import Decimal

import pytest

from mappers.cxml.convert import amount, currency, day, moment, web_address


@pytest.mark.parametrize(
    "raw",
    [
        "2026-03-02",
        "2026-03-02T23:59:59-08:00",
        "2026-03-02T23:59:59-0800",
        "2026-03-02T23:59:59.123Z",
        "2026-03-02T23:59:59-10:47",
        "2026-03-02 23:59",
        "20260302",
        " 2026-03-02T00:00:00 ",
    ],
)
def test_days_are_days_as_written(raw: str) -> None:
    assert day.read(raw, 2026) == dt.date(2026, 3, 2)


@pytest.mark.parametrize(
    "raw", ["02.03.2026", "03/02/2026", "2026-13-01", "2026-3-2", "today", "2026-03-02 at noon"]
)
def test_no_day_is_guessed(raw: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        day.read(raw, 2026)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("2026-03-02T09:00:00-0800", "2026-03-02T09:00:00-08:00"),
        ("2026-03-02T09:00:00.5Z", "2026-03-02T09:00:00Z"),
        ("2026-03-02 09:00", "2026-03-02T09:00"),
        ("2026-03-02", "2026-03-02"),
        ("20260302", "2026-03-02"),
    ],
)
def test_moments_keep_their_offset(raw: str, told: str) -> None:
    assert moment.read(raw, 2026) == told


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("12.50", "12.50"),
        ("\n 12.50 \n", "12.50"),
        (".34", "0.34"),
        ("1,234.50", "1234.50"),
        ("-1,234,567.8", "-1234567.8"),
    ],
)
def test_amounts(raw: str, value: str) -> None:
    assert amount.read(raw, 2026) == Decimal(value)


@pytest.mark.parametrize(
    "raw", ["1,234", "1.234,50", "12,50", "1e3", "Infinity", "0x1", "+5", "5 EUR", "1,23.4"]
)
def test_no_amount_is_guessed(raw: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        amount.read(raw, 2026)


def test_currencies() -> None:
    assert currency.read("usd", 2026) == "USD"
    with pytest.raises(ValueError, match="EURO"):
        currency.read("EURO", 2026)


def test_web_addresses() -> None:
    assert web_address.read(" https://a.example/x?y=1 ", 2026) == "https://a.example/x?y=1"
    with pytest.raises(ValueError, match="javascript"):
        web_address.read("javascript:alert(1)", 2026)
