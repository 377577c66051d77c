"""Reading PDF invoices: a digital page whole, and a scanned one.

The floor of the digital page is what pdfplumber takes for its words; reading is words, ruling
lines, hidden text and the invoice mapped with its trace. The floor of the scan is Tesseract alone
on the picture of the page; reading is rendering, straightening and recognising. Both run in this
process, without the start of the child that bounds them at intake. A long document goes the whole
way, child and all.
"""

import ctypes
import io
import resource
import subprocess
import sys
import tempfile

import pdfplumber
import pypdfium2.raw as pdfium
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from benchmarks.measure import report, seconds
from gateway.paper import documents
from mappers.canonical import Source
from mappers.pdf.invoice import invoice
from parsers.form import Page
from parsers.pdf.document import frames
from parsers.pdf.ocr import DPI, recognise
from parsers.pdf.reading import Order, PageRead

LINES = 32
LONG = 200
POINTS = 72
WIDTH, HEIGHT = 595, 842


def main() -> None:
    """Measure one digital page, a long document, and one scanned page."""
    data = _document(1)
    report(
        "pdf.digital_page_ms",
        value=1000 * seconds(lambda: _digital(data), repeats=15),
        unit="ms",
        floor=1000 * seconds(lambda: _plumbed(data), repeats=15),
    )
    report("pdf.long_document_mb", value=_peak(LONG), unit="MB", floor=_peak(1))
    image = _picture(data)
    report(
        "pdf.scanned_page_s",
        value=seconds(lambda: _scanned(data)),
        unit="s",
        floor=seconds(lambda: _tesseract(image)),
    )


def _peak(pages: int) -> float:
    """Return the most memory in MB that a process and its child take to read so many pages."""
    script = f"from benchmarks.pdf import held; print(held({pages}))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    return float(run.stdout)


def held(pages: int) -> float:
    """Return the most memory in MB of this process and its child after an invoice of `pages`."""
    source = io.BytesIO(_document(pages))
    for mapped in documents(source, Source(format="pdf"), lambda _: iter(())):
        mapped.trace()
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(one).ru_maxrss for one in who) / 1024


def _document(pages: int) -> bytes:
    """Return an invoice with many lines on each of its pages."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1)
    head = ["Kestrel Tools Ltd", "12 Mill Lane", "Leeds LS1 5AB", "INVOICE", "Invoice No KT-1"]
    head += ["Invoice Date 25/03/2026", "Customer PO 4500098812", "Bill To: Harrow plc"]
    for row, text in enumerate(head):
        canvas.drawString(50, 800 - 14 * row, text)
    total = 2.5 * sum(range(1, pages * LINES + 1))
    for page in range(pages):
        cells = [("Item No", "Description", "Qty", "Unit Price", "Amount")]
        cells += [
            (f"HX-{n}", "Hex bolt M10x60 zinc", f"{n}", "2.50", f"{2.5 * n:,.2f}")
            for n in range(page * LINES + 1, (page + 1) * LINES + 1)
        ]
        if page == pages - 1:
            sums = ("Subtotal", f"{total:,.2f}"), ("Total", f"{total:,.2f}")
            cells += [("", "", "", *one) for one in sums]
        for row, texts in enumerate(cells):
            for x, text in zip((50, 120, 350, 430, 520), texts, strict=True):
                canvas.drawString(x, 660 - 15 * row, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _digital(data: bytes) -> None:
    mapped = invoice(_pages(data), Source(format="pdf"))
    mapped.trace()


def _pages(data: bytes) -> list[Page]:
    found = frames(data, Order(), lambda: None)
    return [frame.page for frame in found if isinstance(frame, PageRead)]


def _plumbed(data: bytes) -> None:
    with pdfplumber.open(io.BytesIO(data)) as document:
        document.pages[0].extract_words()


def _picture(data: bytes) -> Image.Image:
    """Return the page as a grey picture at the resolution that scans are read at."""
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    page = pdfium.FPDF_LoadPage(document, 0)
    size = WIDTH * DPI // POINTS, HEIGHT * DPI // POINTS
    bitmap = pdfium.FPDFBitmap_CreateEx(*size, pdfium.FPDFBitmap_Gray, None, 0)
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, *size, 0xFFFFFFFF)
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, *size, 0, pdfium.FPDF_GRAYSCALE)
    stride = pdfium.FPDFBitmap_GetStride(bitmap)
    raw = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * size[1])
    return Image.frombytes("L", size, raw, "raw", "L", stride)


def _scanned(data: bytes) -> None:
    recognise(_picture(data), 1, DPI / POINTS, Order(), "columns")


def _tesseract(image: Image.Image) -> None:
    with tempfile.NamedTemporaryFile(suffix=".pgm") as file:
        image.save(file, format="PPM")
        file.flush()
        command = ["tesseract", file.name, "-", "--psm", "4", "--dpi", str(DPI), "tsv"]
        subprocess.run(command, capture_output=True, check=True)
