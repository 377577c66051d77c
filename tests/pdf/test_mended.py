"""What a scan lost or spoilt of the sums and the number, and what the rest of the page says."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from mappers.canonical import Invoice, Source, Traced
from mappers.pdf.invoice import invoice
from parsers.form import Page, Word

D = Decimal
SURE = 0.9
HEAD = [("INVOICE",), ("Qty", "Description", "Unit Price", "Amount")]
LINES = [("4", "Welding wire", "2.50", "10.00"), ("2", "Work gloves", "45.00", "90.00")]
PLACES = (50.0, 120.0, 330.0, 450.0)


def scanned(rows: Sequence[tuple[str, ...]]) -> tuple[Invoice, dict[str, Traced]]:
    """Return what is read of a scan with `rows`, their cells at fixed places."""
    words = []
    for index, cells in enumerate(rows):
        places = PLACES if len(cells) == len(PLACES) else PLACES[2:]
        for left, text in zip(places, cells, strict=False):
            x = left
            for part in text.split(" "):
                if not part:
                    x += 30  # a wide gap
                    continue
                right = x + 6.0 * len(part)
                top = 100.0 + 16 * index
                word = Word(
                    text=part,
                    page=1,
                    x0=x,
                    top=top,
                    x1=right,
                    bottom=top + 10,
                    size=10.0,
                    confidence=0.96,
                    by="ocr",
                )
                words.append(word)
                x = right + 4
    page = Page(number=1, width=595.0, height=842.0, words=tuple(words), by="ocr")
    found = invoice([page], Source(format="pdf"))
    assert isinstance(found.record, Invoice)
    return found.record, found.trace()


@pytest.mark.parametrize(
    "sums",
    [
        [("Subtotal", "100.00"), ("VAT", "20.00"), ("Total", "720.00")],  # a 1 read as 7
        [("Subtotal", "100.00"), ("BIW9 %", "20.00"), ("Total", "120.00")],  # a label spoilt
        [("Subtotal", "100.00"), ("VAT", "20.00"), ("Tofa1 dve xx", "120.00")],
    ],
)
def test_what_adds_up_but_for_a_letter_is_read_and_not_sure(sums: list[tuple[str, ...]]) -> None:
    record, trace = scanned([*HEAD, *LINES, *sums])
    assert record.totals is not None
    assert (record.totals.net, record.totals.tax, record.totals.total) == (D(100), D(20), D(120))
    assert trace["/totals/total"].confidence < SURE


@pytest.mark.parametrize("total", ["131.00", "128.00"])
def test_what_two_digits_or_either_of_two_figures_explain_stays_as_printed(total: str) -> None:
    sums = [("Subtotal", "100.00"), ("VAT", "20.00"), ("Total", total)]
    record, trace = scanned([*HEAD, *LINES, *sums])
    assert record.totals is not None
    assert record.totals.total == D(total)
    assert trace["/totals/total"].confidence < SURE


def test_a_dollar_may_be_a_five() -> None:
    lines = [*LINES, ("24", "Copper pipe", "21.73", "$21.52")]
    record, trace = scanned([*HEAD, *lines, ("Subtotal", "621.52"), ("Total", "621.52")])
    assert record.lines[-1].amount == D("521.52")
    assert trace["/lines/2/amount"].confidence < SURE


@pytest.mark.parametrize("printed", ["$1266702", "S1266702", "SI266702"])
def test_the_number_of_a_sales_invoice(printed: str) -> None:
    record, trace = scanned([("INVOICE",), ("Invoice Number", printed), *HEAD[1:], *LINES])
    assert record.number == "SI266702"
    assert (trace["/number"].confidence > SURE) is (printed == "SI266702")


def test_one_digit_is_no_number_of_an_invoice() -> None:
    record, _ = scanned([("INVOICE",), ("Invoice Number", "4"), *HEAD[1:], *LINES])
    assert record.number is None


def test_a_subtotal_that_a_scan_lost_is_derived_from_lines_and_total() -> None:
    record, trace = scanned([*HEAD, *LINES, ("VAT", "20.00"), ("Total", "120.00")])
    assert record.totals is not None
    assert record.totals.net == D(100)
    assert "/totals/net" in record.derived
    assert "/totals/net" not in trace


def test_a_total_of_nothing_yields_to_another() -> None:
    sums = [("Total", "120.00"), ("Total GST", "0.00"), ("Total", "0.00")]
    record, _ = scanned([("INVOICE",), *sums])
    assert record.totals is not None
    assert record.totals.total == D(120)


def test_one_dollar_on_a_scan_may_be_a_five() -> None:
    _, trace = scanned([*HEAD, *LINES, ("Total", "$100.00")])
    assert trace["/currency"].confidence < SURE


def test_a_few_dollars_on_a_scan_are_fives_where_another_currency_is_named() -> None:
    record, _ = scanned([*HEAD, *LINES, ("VAT", "$32.32"), ("Total", "GBP", "132.32")])
    assert record.currency == "GBP"
    dollars, _ = scanned([*HEAD, *LINES, ("VAT", "$32.32"), ("Total", "132.32")])
    assert dollars.currency == "USD"


@pytest.mark.parametrize(("text", "is_sure"), [("HX-7 wire", True), ("HX-7  wire", False)])
def test_a_description_with_another_column_in_it_is_not_sure(text: str, *, is_sure: bool) -> None:
    lines = [("4", text, "2.50", "10.00"), LINES[1]]
    record, trace = scanned([*HEAD, *lines, ("Total", "100.00")])
    assert record.lines[0].amount == D(10)
    assert (trace["/lines/0/amount"].confidence >= SURE) is is_sure
