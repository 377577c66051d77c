"""Invoices made for these tests: drawn with reportlab, scanned by rendering with tilt and noise."""

import io
import random
from collections.abc import Callable
from types import SimpleNamespace

import pypdfium2
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

PAGE = (595.0, 842.0)
Draw = Callable[[Canvas], None]


def put(canvas: Canvas, x: float, top: float, text: str, size: float = 10) -> None:
    """Write `text` at `x` points from the left and `top` from the top."""
    canvas.setFont("Helvetica", size)
    canvas.drawString(x, PAGE[1] - top, text)


def put_right(canvas: Canvas, x: float, top: float, text: str, size: float = 10) -> None:
    canvas.setFont("Helvetica", size)
    canvas.drawRightString(x, PAGE[1] - top, text)


def made(*pages: Draw) -> bytes:
    """Return a PDF of one page for each drawing."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=PAGE, invariant=1)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def head(canvas: Canvas) -> None:
    put(canvas, 50, 50, "Kestrel Tools Ltd", 15)
    put(canvas, 50, 66, "12 Mill Lane")
    put(canvas, 50, 79, "Leeds LS1 5AB")
    put(canvas, 420, 50, "INVOICE", 16)
    for row, (label, value) in enumerate(
        [
            ("Invoice No", "KT-20417"),
            ("Invoice Date", "25/03/2026"),
            ("Due Date", "24/04/2026"),
            ("Customer PO", "4500098812"),
        ]
    ):
        put(canvas, 360, 80 + 14 * row, label)
        put(canvas, 450, 80 + 14 * row, value)
    put(canvas, 50, 150, "Bill To:")
    put(canvas, 50, 164, "Harrow Engineering plc")
    put(canvas, 50, 177, "7 High Street")
    put(canvas, 50, 190, "Bristol BS1 6QS")


LINES = [
    ("HX-101", "Hex bolt M10x60 zinc", "100", "0.24", "24.00"),
    ("BR-6204", "Ball bearing 6204-2RS", "12", "6.72", "80.64"),
    ("GL-7", "Work gloves, size 9", "5", "3.15", "15.75"),
]
COLUMNS = (50, 120, 370, 450, 540)
HEADS = ("Item No", "Description", "Qty", "Unit Price", "Amount")


def heading(canvas: Canvas, top: float) -> None:
    for index, (x, text) in enumerate(zip(COLUMNS, HEADS, strict=True)):
        (put if index < 2 else put_right)(canvas, x, top, text)


def body(canvas: Canvas, top: float, lines: list[tuple[str, ...]] = LINES) -> float:
    for line in lines:
        for index, (x, text) in enumerate(zip(COLUMNS, line, strict=True)):
            (put if index < 2 else put_right)(canvas, x, top, text)
        top += 16
    return top


def sums(canvas: Canvas, top: float, rows: list[tuple[str, str]]) -> None:
    for label, value in rows:
        put_right(canvas, 450, top, label)
        put_right(canvas, 540, top, value)
        top += 15


TOTALS = [("Subtotal", "120.39"), ("Carriage", "10.00"), ("VAT 20%", "26.08"), ("Total", "156.47")]
FOOT = "Terms: 2% 10, Net 30. All amounts in GBP"


def plain(canvas: Canvas) -> None:
    """The invoice without rules."""
    head(canvas)
    heading(canvas, 230)
    sums(canvas, body(canvas, 248) + 10, TOTALS)
    put(canvas, 50, 700, FOOT)


def ruled(canvas: Canvas) -> None:
    """The same in a grid."""
    plain(canvas)
    for x in (46, 116, 330, 390, 460, 544):
        canvas.line(x, PAGE[1] - 218, x, PAGE[1] - 290)
    for top in (218, 236, 252, 268, 290):
        canvas.line(46, PAGE[1] - top, 544, PAGE[1] - top)


def german(canvas: Canvas) -> None:
    """A German letter with decimal commas, two tax rates left to one, and Skonto."""
    put(canvas, 50, 60, "Falkner Werkzeuge GmbH", 14)
    put(canvas, 50, 130, "Falkner Werkzeuge GmbH · Hauptstraße 4 · 20095 Hamburg", 7)
    for row, text in enumerate(("Moor Technik AG", "Am Ring 9", "80331 München")):
        put(canvas, 50, 150 + 13 * row, text)
    for row, (label, value) in enumerate(
        [
            ("Rechnungsnummer", "2026-0815"),
            ("Rechnungsdatum", "03.02.2026"),
            ("Ihre Bestellung", "B-77120"),
        ]
    ):
        put(canvas, 350, 150 + 13 * row, label)
        put(canvas, 460, 150 + 13 * row, value)
    put(canvas, 50, 220, "Rechnung", 14)
    for index, text in enumerate(("Art.-Nr.", "Bezeichnung", "Menge", "Einzelpreis", "Betrag €")):
        (put if index < 2 else put_right)(canvas, COLUMNS[index], 250, text)
    lines = [
        ("W-10", "Drehmomentschlüssel", "2", "1.149,50", "2.299,00"),
        ("W-22", "Schlauchschelle", "1.000", "0,35", "350,00"),
    ]
    rows = [("Nettobetrag", "2.649,00 €"), ("zzgl. 19 % MwSt.", "503,31 €")]
    sums(canvas, body(canvas, 268, lines) + 8, [*rows, ("Rechnungsbetrag", "3.152,31 €")])
    put(canvas, 50, 600, "Zahlbar innerhalb 10 Tagen mit 2 % Skonto, 30 Tage netto.")
    put(canvas, 50, 780, "USt-IdNr. DE136695976", 7)
    put(canvas, 50, 790, "IBAN DE12 7604 0061 0762 3614 00", 7)


def first_page(canvas: Canvas) -> None:
    head(canvas)
    heading(canvas, 230)
    top = body(canvas, 248)
    put_right(canvas, 450, top + 14, "Carried forward")
    put_right(canvas, 540, top + 14, "120.39")


def second_page(canvas: Canvas) -> None:
    put(canvas, 50, 50, "Kestrel Tools Ltd", 15)
    heading(canvas, 90)
    put_right(canvas, 450, 108, "Brought forward")
    put_right(canvas, 540, 108, "120.39")
    top = body(canvas, 126, [("TP-3", "Packing tape 50 mm", "10", "1.95", "19.50")])
    rows = [("Subtotal", "139.89"), ("VAT 20%", "27.98"), ("Total", "167.87")]
    sums(canvas, top + 10, rows)
    put(canvas, 50, 700, FOOT)


def scanned(data: bytes, *, skew: float = 0.0, turned: int = 0, noise: int = 8) -> bytes:
    """Return the first page of a PDF as a scan: one grey picture on the page, tilted and noisy."""
    chance = random.Random(7)  # noqa: S311 - specks, not secrets
    page = pypdfium2.PdfDocument(data)[0]
    image = page.render(scale=200 / 72, grayscale=True).to_pil()
    image = image.rotate(skew, Image.Resampling.BICUBIC, fillcolor=255)
    specks = image.load()
    for _ in range(noise * 100):
        specks[chance.randrange(image.width), chance.randrange(image.height)] = 60
    image = image.rotate(turned, expand=True)
    buffer = io.BytesIO()
    image.save(buffer, "PDF", resolution=200)
    return buffer.getvalue()


@pytest.fixture(scope="session")
def paper() -> SimpleNamespace:
    """The drawings of these tests and what makes documents of them."""
    return SimpleNamespace(
        made=made,
        put=put,
        scanned=scanned,
        plain=plain,
        ruled=ruled,
        german=german,
        two_pages=(first_page, second_page),
    )


@pytest.fixture(scope="session")
def plain_pdf() -> bytes:
    return made(plain)


@pytest.fixture(scope="session")
def scan_pdf(plain_pdf: bytes) -> bytes:
    return scanned(plain_pdf, skew=1.4)
