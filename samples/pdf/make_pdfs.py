"""Draw the two PDF invoices of the samples: one made by a program, one that went through a scanner.

    python samples/pdf/make_pdfs.py

The files are committed; this script is how they came to be and makes them again, byte for byte.
It needs reportlab, Pillow and pypdfium2 (`pip install dockmatch[dev]`).
"""

import io
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

SAMPLES = Path(__file__).resolve().parent.parent
DIGITAL = SAMPLES / "07-digital-pdf-invoice" / "kestrel" / "KMW-3318.pdf"
SCANNED = SAMPLES / "08-scanned-invoice" / "old-mill" / "scan-2026-10-12.pdf"
WIDTH, HEIGHT = letter
SCAN_DPI, SCAN_SKEW_DEGREES, SCAN_NOISE, SCAN_QUALITY = 200, 0.8, 0.07, 42
SCANNED_AT = 1791793800  # 2026-10-12 08:30 UTC


@dataclass(frozen=True)
class Line:
    """One printed row: our part, the buyer's, what it is, and the figures as they are printed."""

    part: str
    buyer_part: str
    description: str
    quantity: str
    uom: str
    price: str
    amount: str


KESTREL = (
    Line(
        "KM-SRK-40", "TFS-88014", "Spindle repair kit, series 40", "4", "EA", "312.50", "1,250.00"
    ),
    Line("KM-GBX-12", "TFS-88020", "Gearbox assembly 12:1", "2", "EA", "875.00", "1,750.00"),
    Line("KM-SL-25", "TFS-88033", "Shaft seal 25 mm", "24", "EA", "9.75", "234.00"),
)
OLD_MILL = (
    Line(
        "OM-MFT-250", "TFS-90102", "Multifold towel, white, 16/cs", "36", "CA", "28.60", "1,029.60"
    ),
    Line("OM-DSC-4G", "TFS-90118", "Disinfectant cleaner, 4 gal/cs", "20", "CA", "41.25", "825.00"),
)


def _canvas(target: io.BytesIO, title: str, author: str) -> Canvas:
    canvas = Canvas(target, pagesize=letter, invariant=1, pageCompression=1)
    canvas.setTitle(title)
    canvas.setAuthor(author)
    return canvas


def _block(canvas: Canvas, x: float, y: float, lines: Sequence[str], leading: float = 12) -> None:
    for index, text in enumerate(lines):
        canvas.drawString(x, y - index * leading, text)


def _row(canvas: Canvas, y: float, cells: Sequence[tuple[float, str, str]]) -> None:
    for x, align, text in cells:
        (canvas.drawRightString if align == "right" else canvas.drawString)(x, y, text)


def _kestrel_head(canvas: Canvas) -> None:
    canvas.setFillColor(HexColor("#20405c"))
    canvas.rect(0, HEIGHT - 92, WIDTH, 92, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.setFont("Helvetica-Bold", 20)
    canvas.drawString(46, HEIGHT - 48, "Kestrel Machine Works")
    canvas.setFont("Helvetica", 9)
    canvas.drawString(46, HEIGHT - 66, "610 Lathe Road, Braddock Forge, OH 44972")
    canvas.drawString(46, HEIGHT - 78, "Phone 330 555 0151   billing@kestrelmachine.example")
    canvas.setFont("Helvetica-Bold", 22)
    canvas.drawRightString(WIDTH - 46, HEIGHT - 54, "INVOICE")
    canvas.setFillColor(HexColor("#000000"))


def _kestrel_parties(canvas: Canvas) -> None:
    canvas.setFont("Helvetica-Bold", 9)
    canvas.drawString(46, 668, "Bill to")
    canvas.drawString(206, 668, "Ship to")
    canvas.setFont("Helvetica", 9)
    bill_to = ("Tamarack Field Supply, Inc.", "2200 Quarry Bend Road", "Cedar Hollow, PA 17999")
    ship_to = ("Tamarack Distribution Center 4", "1180 Switchyard Road", "Marrow Falls, OH 44971")
    _block(canvas, 46, 654, bill_to)
    _block(canvas, 206, 654, ship_to)
    facts = (
        ("Invoice number", "KMW-3318"),
        ("Invoice date", "October 8, 2026"),
        ("Purchase order", "4500071207"),
        ("Terms", "Net 30"),
        ("Due date", "November 7, 2026"),
    )
    for index, (label, value) in enumerate(facts):
        canvas.setFont("Helvetica", 9)
        canvas.drawString(388, 668 - index * 14, label)
        canvas.setFont("Helvetica-Bold", 9)
        canvas.drawRightString(WIDTH - 46, 668 - index * 14, value)


def _kestrel_lines(canvas: Canvas) -> None:
    canvas.setFillColor(HexColor("#e6edf3"))
    canvas.rect(46, 566, WIDTH - 92, 20, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#000000"))
    canvas.setFont("Helvetica-Bold", 9)
    columns = ((50, "left"), (76, "left"), (150, "left"), (382, "right"), (398, "left"))
    money = ((482, "right"), (WIDTH - 50, "right"))
    places = (*columns, *money)
    heads = ("#", "Item", "Description", "Qty", "Unit", "Unit price", "Amount")
    _row(canvas, 572, [(x, how, head) for (x, how), head in zip(places, heads, strict=True)])
    canvas.setFont("Helvetica", 9)
    for index, line in enumerate(KESTREL):
        y = 550 - index * 30
        cells = (str(index + 1), line.part, line.description, line.quantity, line.uom)
        texts = (*cells, line.price, line.amount)
        _row(canvas, y, [(x, how, text) for (x, how), text in zip(places, texts, strict=True)])
        canvas.setFillColor(HexColor("#555555"))
        canvas.drawString(150, y - 11, f"Your part {line.buyer_part}")
        canvas.setFillColor(HexColor("#000000"))
        canvas.setStrokeColor(HexColor("#c3ced8"))
        canvas.line(46, y - 17, WIDTH - 46, y - 17)


def _kestrel_totals(canvas: Canvas) -> None:
    totals = (("Subtotal", "3,234.00"), ("Freight", "0.00"), ("Sales tax (resale exempt)", "0.00"))
    canvas.setFont("Helvetica", 9)
    for index, (label, value) in enumerate(totals):
        canvas.drawString(388, 446 - index * 15, label)
        canvas.drawRightString(WIDTH - 50, 446 - index * 15, value)
    canvas.setFont("Helvetica-Bold", 11)
    canvas.drawString(388, 396, "Total due (USD)")
    canvas.drawRightString(WIDTH - 50, 396, "$3,234.00")
    canvas.setFont("Helvetica", 8)
    remit = "Remit to Kestrel Machine Works, 610 Lathe Road, Braddock Forge, OH 44972."
    canvas.drawString(46, 60, remit)
    canvas.drawRightString(WIDTH - 46, 60, "Page 1 of 1")


def digital() -> bytes:
    """Return Kestrel's invoice as its billing program prints it: text on the page, no XML."""
    target = io.BytesIO()
    canvas = _canvas(target, "Invoice KMW-3318", "Kestrel Machine Works")
    _kestrel_head(canvas)
    _kestrel_parties(canvas)
    _kestrel_lines(canvas)
    _kestrel_totals(canvas)
    canvas.save()
    return target.getvalue()


def _old_mill_head(canvas: Canvas) -> None:
    canvas.setFont("Times-Bold", 19)
    canvas.drawString(60, 724, "OLD MILL JANITORIAL SUPPLY")
    canvas.setFont("Times-Roman", 11)
    canvas.drawString(60, 706, "12 Millrace Court, Cedar Hollow, PA 17998")
    canvas.drawString(60, 692, "Tel. (570) 555-0138")
    canvas.setFont("Times-Bold", 16)
    canvas.drawRightString(WIDTH - 60, 724, "INVOICE")
    canvas.setFont("Times-Roman", 11)
    facts = ("Invoice No.: 26-1447", "Date: 10/09/2026", "P.O. No.: 4500071208", "Terms: Net 30")
    for index, text in enumerate(facts):
        canvas.drawRightString(WIDTH - 60, 702 - index * 15, text)
    canvas.setFont("Times-Bold", 11)
    canvas.drawString(60, 650, "Sold to:")
    canvas.setFont("Times-Roman", 11)
    sold_to = ("Tamarack Field Supply, Inc.", "2200 Quarry Bend Road", "Cedar Hollow, PA 17999")
    _block(canvas, 60, 635, sold_to, leading=14)


def _old_mill_lines(canvas: Canvas) -> None:
    places = ((64, "left"), (106, "left"), (140, "left"), (222, "left"), (470, "right"))
    edges = (60, 100, 134, 216, 414, 476, WIDTH - 60)
    top, bottom = 580, 500
    for y in (top, top - 22, bottom):
        canvas.line(edges[0], y, edges[-1], y)
    for x in edges:
        canvas.line(x, bottom, x, top)
    canvas.setFont("Times-Bold", 11)
    heads = ("Qty", "Unit", "Item No.", "Description", "Price", "Amount")
    columns = (*places, (WIDTH - 66, "right"))
    _row(canvas, top - 15, [(x, how, head) for (x, how), head in zip(columns, heads, strict=True)])
    canvas.setFont("Times-Roman", 11)
    for index, line in enumerate(OLD_MILL):
        texts = (line.quantity, line.uom, line.part, line.description, line.price, line.amount)
        y = top - 40 - index * 24
        _row(canvas, y, [(x, how, text) for (x, how), text in zip(columns, texts, strict=True)])


def _old_mill_totals(canvas: Canvas) -> None:
    canvas.setFont("Times-Roman", 12)
    for index, (label, value) in enumerate((("Subtotal", "1,854.60"), ("Sales tax", "0.00"))):
        canvas.drawString(390, 476 - index * 18, label)
        canvas.drawRightString(WIDTH - 66, 476 - index * 18, value)
    canvas.setFont("Times-Bold", 13)
    canvas.drawString(390, 434, "TOTAL")
    canvas.drawRightString(WIDTH - 66, 434, "$1,854.60")
    canvas.setFont("Times-Italic", 11)
    canvas.drawString(60, 380, "Please pay from this invoice. Thank you for your business.")


def _paper() -> bytes:
    target = io.BytesIO()
    canvas = _canvas(target, "Invoice", "Old Mill Janitorial Supply")
    _old_mill_head(canvas)
    _old_mill_lines(canvas)
    _old_mill_totals(canvas)
    canvas.save()
    return target.getvalue()


def _scan(paper: bytes) -> Image.Image:
    """Return the page as an office scanner sees it: grey, a little skewed, with grain."""
    document = pypdfium2.PdfDocument(paper)
    page = document[0].render(scale=SCAN_DPI / 72).to_pil().convert("L")
    document.close()
    skewed = page.rotate(SCAN_SKEW_DEGREES, Image.Resampling.BICUBIC, fillcolor=255)
    grain = random.Random(8).randbytes(skewed.width * skewed.height)  # noqa: S311 - grain, no secret
    return Image.blend(skewed, Image.frombytes("L", skewed.size, grain), SCAN_NOISE)


def scanned() -> bytes:
    """Return Old Mill's paper invoice as a scan: one picture, no text behind it."""
    target = io.BytesIO()
    at = time.gmtime(SCANNED_AT)
    options = {"resolution": SCAN_DPI, "quality": SCAN_QUALITY, "creationDate": at, "modDate": at}
    _scan(_paper()).save(target, "PDF", **options)
    return target.getvalue()


if __name__ == "__main__":
    for path, content in ((DIGITAL, digital()), (SCANNED, scanned())):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        print(f"{path.relative_to(SAMPLES)}  {len(content)} bytes")  # noqa: T201 - says what it made
