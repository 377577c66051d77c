"""Which of the numbers on a page name the order that is billed."""

from types import SimpleNamespace

import pytest
from reportlab.pdfgen.canvas import Canvas

from mappers.canonical import Invoice, Source
from mappers.pdf.invoice import invoice
from parsers.pdf.read import read


@pytest.mark.parametrize(
    ("labels", "orders"),
    [
        ([("Your Order:", "A7450"), ("Your Reference:", "dept0815")], ("A7450",)),
        ([("Your Reference:", "Q-8815"), ("Reference:", "77120")], ("Q-8815",)),
        ([("Reference:", "77120")], ("77120",)),
        ([("Reference:", "06/2026")], ()),
        ([("Weitere Referenz:", "42389")], ()),
    ],
)
def test_a_reference_counts_where_no_order_is_named(
    paper: SimpleNamespace, labels: list[tuple[str, str]], orders: tuple[str, ...]
) -> None:
    def sheet(canvas: Canvas) -> None:
        paper.put(canvas, 50, 50, "Kestrel Tools Ltd", 14)
        paper.put(canvas, 420, 50, "INVOICE", 16)
        for row, (label, value) in enumerate([("Invoice No:", "KT-20417"), *labels]):
            paper.put(canvas, 350, 90 + 14 * row, label)
            paper.put(canvas, 460, 90 + 14 * row, value)

    reading = read(paper.made(sheet))
    record = invoice(reading.pages, Source(format=reading.format)).record
    assert isinstance(record, Invoice)
    assert record.orders == orders


@pytest.mark.parametrize(
    ("address", "currency"), [("Toledo, OH 43604", "USD"), ("Toledo 43604", None)]
)
def test_dollars_by_the_address_where_no_currency_is_named(
    paper: SimpleNamespace, address: str, currency: str | None
) -> None:
    def sheet(canvas: Canvas) -> None:
        paper.put(canvas, 50, 50, "Kestrel Tools LLC", 14)
        paper.put(canvas, 50, 66, "12 Mill Lane")
        paper.put(canvas, 50, 79, address)
        paper.put(canvas, 420, 50, "INVOICE", 16)

    reading = read(paper.made(sheet))
    found = invoice(reading.pages, Source(format=reading.format))
    assert isinstance(found.record, Invoice)
    assert found.record.currency == currency
    assert currency is None or found.trace()["/currency"].confidence < 0.9


@pytest.mark.parametrize("number", ["A 66832", "A66832"])
def test_a_number_may_begin_with_a_letter_that_is_a_word_too(
    paper: SimpleNamespace, number: str
) -> None:
    def sheet(canvas: Canvas) -> None:
        paper.put(canvas, 50, 50, "Kestrel Tools Ltd", 14)
        paper.put(canvas, 50, 90, f"Invoice #{number}")

    reading = read(paper.made(sheet))
    record = invoice(reading.pages, Source(format=reading.format)).record
    assert isinstance(record, Invoice)
    assert record.number == number
