"""An invoice on paper in words of its own, which no list of labels knows."""

import io
from collections.abc import Mapping

from reportlab.pdfgen.canvas import Canvas

PAGE = (595.0, 842.0)
FIRST = {"number": "ZX-20417", "day": "05/04/2026", "order": "K8812-4"}
NEXT = {"number": "ZX-20533", "day": "25/05/2026", "order": "K9120-1"}
LINES = (
    ("HX-101", "Hex bolt M10x60 zinc", "100", "0.24", "24.00"),
    ("BR-6204", "Ball bearing 6204-2RS", "12", "6.72", "80.64"),
    ("GL-7", "Work gloves, size 9", "5", "3.15", "15.75"),
)
HEADS = ("Item No", "Description", "Qty", "Unit Price", "Amount")
COLUMNS = (50, 120, 370, 450, 540)
SUMS = (("Subtotal", "120.39"), ("VAT 20%", "24.08"), ("Total", "144.47"))


def drawn(values: Mapping[str, str] = FIRST) -> bytes:
    """Return the invoice as a PDF."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=PAGE, invariant=1)
    canvas.setFont("Helvetica", 10)
    for top, text in ((60, "Quill & Tansy Ltd"), (74, "Unit 4, Dock Road, Hull HU1 2AB")):
        canvas.drawString(60, PAGE[1] - top, text)
    canvas.drawString(330, PAGE[1] - 60, "INVOICE")
    named = (("Folio mark", "number"), ("Struck on", "day"), ("Against your", "order"))
    for row, (label, name) in enumerate(named):
        canvas.drawString(330, PAGE[1] - 90 - 15 * row, label)
        canvas.drawString(440, PAGE[1] - 90 - 15 * row, values[name])
    for top, text in ((150, "Drawn upon"), (165, "Harrow Engineering plc")):
        canvas.drawString(60, PAGE[1] - top, text)
    _table(canvas)
    canvas.save()
    return buffer.getvalue()


def _table(canvas: Canvas) -> None:
    for row, cells in enumerate((HEADS, *LINES)):
        for column, (x, text) in enumerate(zip(COLUMNS, cells, strict=True)):
            write = canvas.drawString if column < 2 else canvas.drawRightString
            write(x, PAGE[1] - 230 - 17 * row, text)
    for row, (label, value) in enumerate(SUMS):
        canvas.drawRightString(450, PAGE[1] - 310 - 15 * row, label)
        canvas.drawRightString(540, PAGE[1] - 310 - 15 * row, value)
    canvas.drawString(50, PAGE[1] - 700, "All amounts in GBP")
