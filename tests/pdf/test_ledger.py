"""A scan's column of sums whose labels a stamp covers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest

from mappers.canonical import Invoice, Source, Traced
from mappers.pdf.invoice import invoice
from parsers.form import Page, Word

D = Decimal
AMOUNTS = 520.0
ROWS = [
    ("INVOICE KT-20417",),
    ("Qty", "Description", "Unit Price", "Amount"),
    ("4", "Welding wire", "2.50", "10.00"),
    ("2", "Work gloves", "45.00", "90.00"),
]


def page(sums: Sequence[tuple[str, str]], by: str) -> Page:
    rows = [*ROWS, *(("", "", label, amount) for label, amount in sums)]
    words: list[Word] = []
    for index, cells in enumerate(rows):
        for left, text in zip((50.0, 120.0, 330.0, AMOUNTS), cells, strict=False):
            x = left - (6.0 * len(text) if left == AMOUNTS else 0.0)
            for part in text.split():
                words.append(word(part, x, 100.0 + 16 * index, by))
                x += 6.0 * len(part) + 4
    return Page(number=1, width=595.0, height=842.0, words=tuple(words), by=by)


def word(text: str, x: float, top: float, by: str) -> Word:
    return Word(
        text=text,
        page=1,
        x0=x,
        top=top,
        x1=x + 6.0 * len(text),
        bottom=top + 10,
        size=10.0,
        confidence=0.97,
        by=by,
    )


def billed(
    sums: Sequence[tuple[str, str]], by: str = "ocr"
) -> tuple[Invoice, Mapping[str, Traced]]:
    found = invoice([page(sums, by)], Source(format="pdf"))
    assert isinstance(found.record, Invoice)
    return found.record, found.trace()


@pytest.mark.parametrize(
    ("sums", "tax", "changes"),
    [
        (
            [("Subtotal", "100.00"), ("", "-5.00"), ("MAR 11", "9.50"), ("Total", "104.50")],
            None,
            [("allowance", D("5.00")), ("charge", D("9.50"))],
        ),
        (
            [("Net", "100.00"), ("", "8.00"), ("VAT 7%", "3.50"), ("", "9.50"), ("x", "121.00")],
            D("13.00"),
            [("charge", D("8.00"))],
        ),
        (
            [("Net", "100.00"), ("Port", "8.00"), ("", "5.00"), ("Mwse", "6.18"), ("x", "109.18")],
            D("6.18"),
            [("charge", D("8.00")), ("allowance", D("5.00"))],
        ),
    ],
)  # fmt: skip
def test_what_adds_up_in_one_way_tells_what_each_amount_is(
    sums: list[tuple[str, str]], tax: D | None, changes: list[tuple[str, D]]
) -> None:
    record, trace = billed(sums)
    assert record.totals is not None
    assert (record.totals.net or record.totals.lines) == D(100)
    assert record.totals.tax == tax
    assert record.totals.total == D(sums[-1][1])
    assert [(one.type, one.amount) for one in record.adjustments] == changes
    assert trace["/totals/total"].confidence < 0.9


def test_a_column_that_adds_up_in_two_ways_is_left_open() -> None:
    record, _ = billed([("Subtotal", "100.00"), ("", "5.00"), ("", "5.00"), ("Total", "100.00")])
    assert not record.adjustments


def test_a_column_that_nothing_speaks_for_is_no_sum() -> None:
    record, _ = billed([("a", "40.00"), ("b", "8.00"), ("c", "48.00")])
    assert record.totals is None or record.totals.total is None


def test_a_clearly_printed_page_is_taken_by_its_labels_alone() -> None:
    sums = [("Subtotal", "100.00"), ("", "8.00"), ("VAT 7%", "7.56"), ("x", "115.56")]
    record, _ = billed(sums, by="text")
    assert not record.adjustments
