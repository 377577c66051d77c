"""What may be a name on a page, and what is a label, a street or the debris of a scan."""

from types import SimpleNamespace

import pytest
from reportlab.pdfgen.canvas import Canvas

from mappers.canonical import Invoice, Source
from mappers.pdf.invoice import invoice
from mappers.pdf.layout import Span
from mappers.pdf.names import is_debris, is_form, is_name, is_same, is_street, is_wording
from parsers.form import Word
from parsers.pdf.read import read


@pytest.mark.parametrize(
    "text", ["Kestrel Tools Ltd", "De Wit Groothandel B.V.", "kestrel.com b.v.", "Anna Holm", "EKS"]
)
def test_names(text: str) -> None:
    assert is_name(text)
    assert not is_wording(text)
    assert not is_street(text)


@pytest.mark.parametrize(
    "text",
    ["INGBNL2A", "SDN BHD", "State : Kerala", "info@kestrel.example", "kestrel.com", "7 Mill", ""],
)
def test_what_cannot_be_a_name(text: str) -> None:
    assert not is_name(text)


@pytest.mark.parametrize(
    "text",
    ["TOTAL", "Aantal", "Part No.", "I N V O I C E", "Company and Billing Information", "IVA"],
)
def test_wording_is_no_name(text: str) -> None:
    assert is_wording(text)


@pytest.mark.parametrize("text", ["Kerkstraat 166", "Bristol BS1 6QS", "Calle Mayor 8", "12 Mill"])
def test_streets(text: str) -> None:
    assert is_street(text)


def test_two_legal_forms_are_two_companies() -> None:
    assert not is_same("De Wit Groothandel B.V.", "De Wit Groothandel N.V.")
    assert is_same("De Wit Groothandel B.V.", "De Wit Groothande1 B.V.")
    assert is_same("Kestrel Tools", "Kestrel Tools Ltd")
    assert is_form("Pvt. Ltd.")


@pytest.mark.parametrize(
    ("text", "by", "is_lost"),
    [
        ("ah UR", "ocr", True),
        ("Ford", "ocr", False),
        ("EKS", "ocr", False),
        ("ah UR", "text", False),
    ],
)
def test_debris_of_a_scan(text: str, by: str, *, is_lost: bool) -> None:
    words = [
        Word(
            text=part, page=1, x0=0.0, top=0.0, x1=9.0, bottom=9.0, size=9.0, confidence=0.95, by=by
        )
        for part in text.split()
    ]
    assert is_debris(Span(text, words)) is is_lost


def test_names_without_labels(paper: SimpleNamespace) -> None:
    """A Dutch sheet: names that begin like a label, a table whose heads are no names."""

    def sheet(canvas: Canvas) -> None:
        paper.put(canvas, 50, 50, "De Wit Groothandel N.V.", 14)
        for row, text in enumerate(["Kerkstraat 97", "3511 AB Utrecht", "BTW-nr NL123456782B12"]):
            paper.put(canvas, 50, 66 + 12 * row, text)
        buyer = ["De Wit Groothandel B.V.", "Industrieweg 25", "5611 AZ Eindhoven"]
        for row, text in enumerate(buyer):
            paper.put(canvas, 50, 130 + 12 * row, text)
        for x, text in [(50, "Aantal"), (120, "Omschrijving"), (330, "Prijs"), (450, "Bedrag")]:
            paper.put(canvas, x, 240, text)
        for x, text in [(50, "4"), (120, "Werkhandschoenen"), (330, "2,50"), (450, "10,00")]:
            paper.put(canvas, x, 256, text)

    reading = read(paper.made(sheet))
    record = invoice(reading.pages, Source(format=reading.format)).record
    assert isinstance(record, Invoice)
    assert record.supplier is not None
    assert record.buyer is not None
    assert record.supplier.name == "De Wit Groothandel N.V."
    assert record.buyer.name == "De Wit Groothandel B.V."
