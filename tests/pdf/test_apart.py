"""Several invoices in one file: told apart where each has its title and its number."""

import io
from collections.abc import Callable
from types import SimpleNamespace

from msgspec import structs
from reportlab.pdfgen.canvas import Canvas

from gateway.formats import read_documents
from mappers.canonical import AnyRecord, Invoice
from mappers.pdf.apart import apart
from parsers.pdf.read import read

Draw = Callable[[Canvas], None]
LINES = ["4", "Welding wire", "2.50", "10.00"], ["2", "Work gloves", "45.00", "90.00"]


def sheet(
    paper: SimpleNamespace, number: str, *, title: str = "Invoice", page: str = "1 of 1"
) -> Draw:
    def draw(canvas: Canvas) -> None:
        paper.put(canvas, 50, 50, "Kestrel Tools Ltd", 14)
        paper.put(canvas, 420, 50, title, 16)
        paper.put(canvas, 350, 90, f"{title} No: {number}")
        paper.put(canvas, 350, 104, "Invoice Date: 25/03/2026")
        paper.put(canvas, 350, 118, f"Page {page}")
        table = [("Qty", "Description", "Unit Price", "Amount"), *LINES]
        rows = [*table, ("", "", "Total", "100.00")]
        for row, cells in enumerate(rows):
            for x, text in zip((50, 120, 330, 450), cells, strict=True):
                paper.put(canvas, x, 200 + 16 * row, text)

    return draw


def records(data: bytes) -> list[AnyRecord]:
    found = read_documents(io.BytesIO(data), name="three.pdf", sha256="", year=2026)
    return [mapped.record for mapped in found]


def test_three_invoices_in_one_file_are_three_records(paper: SimpleNamespace) -> None:
    data = paper.made(
        sheet(paper, "KT-20417"),
        sheet(paper, "KT-20418", page="1 of 2"),
        sheet(paper, "KT-20418", page="2 of 2"),
        sheet(paper, "KT-20419"),
    )
    found = records(data)
    assert [one.number for one in found if isinstance(one, Invoice)] == [
        "KT-20417",
        "KT-20418",
        "KT-20419",
    ]
    assert [one.source.index for one in found if one.source] == [0, 1, 2]
    assert [len(group) for group in apart(read(data).pages)] == [1, 2, 1]


def test_another_number_on_a_page_that_is_no_invoice_divides_nothing(
    paper: SimpleNamespace,
) -> None:
    data = paper.made(sheet(paper, "KT-20417"), sheet(paper, "99-1", title="Delivery note"))
    assert [one.number for one in records(data) if isinstance(one, Invoice)] == ["KT-20417"]


def test_a_scan_of_one_invoice_whose_number_is_misread_stays_one(paper: SimpleNamespace) -> None:
    data = paper.made(sheet(paper, "KT-20417"), sheet(paper, "KT-2O417"))
    pages = read(data).pages
    assert len(apart(pages)) == 2
    assert len(apart([structs.replace(page, by="ocr") for page in pages])) == 1
