"""What arithmetic mends of a scan's figures, and what it leaves as printed."""

from decimal import Decimal

import pytest

from mappers.pdf.dates import is_period
from mappers.pdf.layout import Span
from mappers.pdf.numbers import Number
from mappers.pdf.repair import multiplied
from parsers.form import Word

D = Decimal


def number(text: str, *, by: str = "ocr") -> Number:
    word = Word(text=text, page=1, x0=0.0, top=0.0, x1=9.0, bottom=9.0, size=9.0, by=by)
    digits = text.partition(".")[2]
    return Number(value=D(text), span=Span(text, [word]), decimals=len(digits))


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        (("15", "98.80", "148.20"), ("1.5", "98.80", "148.20")),  # a lost point
        (("-50", "29.33", "1466.50"), ("50", "29.33", "1466.50")),  # dirt before a quantity
        (("2", "39.55", "-79.10"), ("2", "39.55", "-79.10")),  # a credit
    ],
)
def test_scanned_figures_are_mended(printed: tuple[str, ...], read: tuple[str, ...]) -> None:
    quantity, price, amount = map(number, printed)
    found = multiplied(quantity, price, amount, None, None)
    assert found is not None
    assert tuple(one.value for one in found[:3]) == tuple(map(D, read))


@pytest.mark.parametrize("printed", [("15", "98.80", "148.20"), ("3", "39.55", "79.10")])
def test_printed_figures_stay_as_they_are(printed: tuple[str, ...]) -> None:
    quantity, price, amount = (number(text, by="text") for text in printed)
    assert multiplied(quantity, price, amount, None, None) is None


@pytest.mark.parametrize(
    "text", ["(17.01.2026 - 16.02.2026)", "Apr 13 - May 13, 2026", "2026-03-01 to 2026-03-31"]
)
def test_periods(text: str) -> None:
    assert is_period(text)


@pytest.mark.parametrize("text", ["Service of 17.01.2026", "Work gloves", "12 x 14", ""])
def test_no_periods(text: str) -> None:
    assert not is_period(text)
