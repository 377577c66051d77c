"""What is read of an invoice: values, their places, how sure they are, and what is wrong."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from reportlab.pdfgen.canvas import Canvas

from mappers.canonical import Invoice, Source, Traced
from mappers.pdf.invoice import invoice
from parsers.pdf.read import read

D = Decimal


def mapped(data: bytes) -> tuple[Invoice, dict[str, Traced]]:
    reading = read(data)
    found = invoice(reading.pages, Source(format=reading.format), reading.problems)
    assert isinstance(found.record, Invoice)
    return found.record, found.trace()


def figures(record: Invoice) -> list[tuple[Decimal | None, ...]]:
    return [(line.quantity, line.unit_price, line.amount) for line in record.lines]


@pytest.mark.parametrize("layout", ["plain", "ruled"])
def test_a_digital_invoice_is_read_whole(paper: SimpleNamespace, layout: str) -> None:
    record, _ = mapped(paper.made(getattr(paper, layout)))
    assert record.number == "KT-20417"
    assert (record.date, record.due_date) == (date(2026, 3, 25), date(2026, 4, 24))
    assert record.orders == ("4500098812",)
    assert record.currency == "GBP"
    assert record.supplier is not None
    assert record.supplier.name == "Kestrel Tools Ltd"
    assert record.buyer is not None
    assert record.buyer.name == "Harrow Engineering plc"
    assert record.terms[0].discount_percent == 2
    assert (record.terms[0].discount_days, record.terms[0].net_days) == (10, 30)
    assert record.totals is not None
    assert (record.totals.lines, record.totals.tax) == (D("120.39"), D("26.08"))
    assert record.totals.total == D("156.47")
    assert [(one.type, one.amount) for one in record.adjustments] == [("charge", D("10.00"))]
    assert figures(record)[1] == (D(12), D("6.72"), D("80.64"))
    assert record.lines[0].item is not None
    assert record.lines[0].item.supplier_part == "HX-101"
    assert record.lines[0].item.description == "Hex bolt M10x60 zinc"
    assert not record.incomplete, record.problems


def test_german_numbers_dates_and_skonto(paper: SimpleNamespace) -> None:
    record, _ = mapped(paper.made(paper.german))
    assert record.number == "2026-0815"
    assert record.date == date(2026, 2, 3)
    assert record.orders == ("B-77120",)
    assert figures(record) == [
        (D(2), D("1149.50"), D("2299.00")),
        (D(1000), D("0.35"), D("350.00")),
    ]
    assert record.totals is not None
    assert record.totals.total == D("3152.31")
    assert record.terms[0].discount_percent == 2
    assert record.terms[0].net_days == 30
    assert record.supplier is not None
    assert record.supplier.tax_id == "DE136695976"


def test_two_pages_with_carried_sums(paper: SimpleNamespace) -> None:
    record, _ = mapped(paper.made(*paper.two_pages))
    assert len(record.lines) == 4
    assert sum(line.amount or 0 for line in record.lines) == D("139.89")
    assert record.totals is not None
    assert record.totals.total == D("167.87")


def test_a_scan_is_read(scan_pdf: bytes) -> None:
    record, _ = mapped(scan_pdf)
    assert record.source.format == "scan"
    assert record.number == "KT-20417"
    assert record.totals is not None
    assert record.totals.total == D("156.47")
    assert [line.amount for line in record.lines] == [D("24.00"), D("80.64"), D("15.75")]


def test_boxes_contain_their_text(plain_pdf: bytes) -> None:
    record, trace = mapped(plain_pdf)
    words = read(plain_pdf).pages[0].words
    for pointer in ("/number", "/date", "/orders/0", "/totals/total", "/lines/1/unit_price"):
        traced = trace[pointer]
        assert traced.box is not None
        x0, top, x1, bottom = traced.box
        inside = " ".join(
            word.text
            for word in words
            if x0 - 1 <= word.x0 and word.x1 <= x1 + 1 and top - 1 <= word.top < bottom
        )
        assert traced.text in inside
        assert traced.by == "text"
    assert trace["/number"].text == record.number


def test_what_is_sure_is_right_and_what_is_wrong_is_told(paper: SimpleNamespace) -> None:
    def misprinted(canvas: Canvas) -> None:
        paper.plain(canvas)
        canvas.setFillGray(1)
        canvas.rect(500, 842 - 355, 60, 14, fill=1, stroke=0)
        canvas.setFillGray(0)
        canvas.drawRightString(540, 842 - 351, "999.99")

    record, trace = mapped(paper.made(misprinted))
    assert record.incomplete
    assert trace["/totals/total"].confidence < 0.9
    assert "pdf.total_mismatch" in {problem.code for problem in record.problems}


def test_a_page_without_an_invoice_says_so(paper: SimpleNamespace) -> None:
    def letter(canvas: Canvas) -> None:
        paper.put(canvas, 50, 80, "Dear Sir or Madam, our office moves in May.")

    record, _ = mapped(paper.made(letter))
    assert record.incomplete
    assert [problem.code for problem in record.problems] == ["pdf.not_invoice"]
    assert record.number is None
    assert record.totals is None


def test_another_document_is_no_invoice(paper: SimpleNamespace) -> None:
    def note(canvas: Canvas) -> None:
        paper.put(canvas, 50, 60, "DELIVERY NOTE", 18)
        paper.put(canvas, 50, 90, "Delivery note no 4711")
        paper.put(canvas, 50, 110, "Total 20.00")

    record, _ = mapped(paper.made(note))
    assert "pdf.not_invoice" in {problem.code for problem in record.problems}


def test_no_pages_are_no_invoice() -> None:
    record = invoice((), Source()).record
    assert record.incomplete
