"""Learning a layout: how many next invoices are right after one that a person has confirmed.

Invoices of made-up layouts with labels that no list knows, in other places and formats each. The
first of a layout is confirmed, the next ones are read with what it taught; the floor is how many of
the same ones are right without. Right is a head of which every value is: number, days, order,
currency, parties, net, tax and total. Scans are the same pages as pictures, tilted and noisy.
"""

import datetime as dt
import io
import random
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

import pypdfium2
from msgspec import Struct
from PIL import Image, ImageChops
from reportlab.pdfgen.canvas import Canvas

from benchmarks.measure import report
from mappers.canonical import Invoice, InvoiceLine, Item, Party, Source, Totals
from mappers.pdf.invoice import invoice
from mappers.pdf.learned import NOTHING, Learned, Memory
from mappers.pdf.teaching import learned_from
from parsers.form import Page
from parsers.pdf.read import read

LAYOUTS, NEXT = 16, 3
SCANNED, NEXT_SCANNED = 4, 1
DPI, TILT, NOISE = 200, 1.2, 18
WIDTH, HEIGHT = 595, 842

_LABELS = {
    "number": ("Folio mark", "Slip", "Our sheet", "Chit", "Docket"),
    "date": ("Struck on", "Made out", "Written", "Drawn up"),
    "due": ("Settle before", "Clears on", "Wanted by"),
    "order": ("Against your", "Upon your slip", "For your chit"),
    "buyer": ("Drawn upon", "Charged to", "For the house of"),
    "net": ("Sum of goods", "Goods", "Before levy"),
    "tax": ("Levy 20%", "Duty 20%"),
    "total": ("In all", "To settle", "All told"),
}
_SELLERS = ("Quill & Tansy Ltd", "Marrow Lane Supply", "Oak & Ember GmbH", "Pinion Works S.A.")
_BUYERS = ("Harrow Engineering plc", "Mill Street Bakery", "Tamarack Field Supply", "Norn & Sons")
_GOODS = ("Hex bolt M10", "Ball bearing", "Work gloves", "Masking tape", "Drill bit 6 mm")
_SHAPES = ("ZX-{:05}", "{:07}", "Q{:04}/26", "26-{:04}")
_HEADS = (("Item", "Tally", "Each", "Worth"), ("Goods", "Count", "Rate", "Sum"))


class Look(NamedTuple):
    """How one supplier lays out its invoices."""

    labels: dict[str, str]
    seller: str
    shape: str
    heads: tuple[str, ...]
    left: float
    top: float
    is_right: bool
    comma: bool
    currency: str


class Bill(Struct, frozen=True, kw_only=True):
    """One invoice: as it is confirmed, and as it is printed."""

    record: Invoice
    page: bytes


def main() -> None:
    """Measure how many next invoices are right, digital and scanned."""
    chance = random.Random(7)  # noqa: S311 - layouts need no secrecy
    looks = [_look(chance, n) for n in range(LAYOUTS)]
    _measure("learning.next_digital", looks, NEXT, chance, is_scan=False)
    _measure("learning.next_scanned", looks[:SCANNED], NEXT_SCANNED, chance, is_scan=True)


def _measure(
    name: str, looks: Sequence[Look], count: int, chance: random.Random, *, is_scan: bool
) -> None:
    before = after = every = 0
    for look in looks:
        bills = [_bill(look, chance, is_scan=is_scan) for _ in range(count + 1)]
        taught = learned_from(_pages(bills[0]), bills[0].record, _named(look))
        memory = Memory(layouts=(taught,), is_theirs=True)
        for bill in bills[1:]:
            pages = _pages(bill)
            every += 1
            before += _is_right(pages, bill.record, NOTHING)
            after += _is_right(pages, bill.record, memory)
    report(name, value=100 * after / every, unit="%", floor=100 * before / every)


def _named(look: Look) -> Learned:
    return Learned(
        name="one-1", version=1, by="a person", on=dt.date(2026, 5, 4), document=look.seller
    )


def _pages(bill: Bill) -> tuple[Page, ...]:
    return read(bill.page).pages


def _is_right(pages: Sequence[Page], truth: Invoice, memory: Memory) -> bool:
    """Whether every value of the head is what the invoice says."""
    found = invoice(pages, Source(), (), memory).record
    return isinstance(found, Invoice) and list(_head(found)) == list(_head(truth))


def _head(one: Invoice) -> Iterator[object]:
    totals = one.totals or Totals()
    yield from (one.number, one.date, one.due_date, one.orders, one.currency)
    yield from (party.name if party else None for party in (one.supplier, one.buyer))
    yield from (totals.net, totals.tax, totals.total)


def _look(chance: random.Random, number: int) -> Look:
    return Look(
        labels={name: chance.choice(words) for name, words in _LABELS.items()},
        seller=_SELLERS[number % len(_SELLERS)],
        shape=chance.choice(_SHAPES),
        heads=chance.choice(_HEADS),
        left=chance.uniform(300, 340),
        top=chance.uniform(80, 120),
        is_right=chance.choice((True, False)),
        comma=chance.choice((True, False)),
        currency=chance.choice(("EUR", "GBP", "USD")),
    )


def _bill(look: Look, chance: random.Random, *, is_scan: bool) -> Bill:
    record = _record(look, chance)
    page = _drawn(look, record)
    return Bill(record=record, page=_scanned(page, chance) if is_scan else page)


def _record(look: Look, chance: random.Random) -> Invoice:
    day = dt.date(2026, chance.randint(1, 9), chance.randint(13, 28))
    lines = tuple(_line(chance, chance.choice(_GOODS)) for _ in range(chance.randint(2, 7)))
    net = sum((line.amount for line in lines if line.amount), Decimal(0))
    tax = (net / 5).quantize(Decimal("0.01"))
    return Invoice(
        number=look.shape.format(chance.randint(10, 9999)),
        date=day,
        due_date=day + dt.timedelta(chance.choice((14, 30, 45))),
        currency=look.currency,
        orders=(f"K{chance.randint(1000, 9999)}-{chance.randint(1, 9)}",),
        supplier=Party(name=look.seller),
        buyer=Party(name=chance.choice(_BUYERS)),
        lines=lines,
        totals=Totals(net=net, tax=tax, total=net + tax),
    )


def _line(chance: random.Random, goods: str) -> InvoiceLine:
    quantity, price = Decimal(chance.randint(1, 40)), Decimal(chance.randint(105, 9900)) / 100
    return InvoiceLine(
        item=Item(description=goods),
        quantity=quantity,
        unit_price=price,
        amount=(quantity * price).quantize(Decimal("0.01")),
    )


def _drawn(look: Look, one: Invoice) -> bytes:
    """Return an invoice as a PDF of one page."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1)
    canvas.setFont("Helvetica", 10)
    buyer = one.buyer.name if one.buyer else ""
    for top, text in ((60, look.seller), (74, "Unit 4, Dock Road"), (88, "Hull HU1 2AB")):
        canvas.drawString(60, HEIGHT - top, text)
    canvas.drawString(look.left, HEIGHT - 60, "INVOICE")
    named = zip(("number", "date", "due", "order"), _printed(one), strict=True)
    for row, (name, text) in enumerate(named):
        y = HEIGHT - look.top - 15 * row
        canvas.drawString(look.left, y, look.labels[name])
        write = canvas.drawRightString if look.is_right else canvas.drawString
        write(540 if look.is_right else look.left + 110, y, text)
    for row, text in enumerate((look.labels["buyer"], buyer, "7 High Street", "Bristol BS1 6QS")):
        canvas.drawString(60, HEIGHT - 170 - 14 * row, text)
    _sums(canvas, look, one, _table(canvas, look, one))
    canvas.drawString(60, 60, f"All amounts in {look.currency}")
    canvas.save()
    return buffer.getvalue()


def _printed(one: Invoice) -> Iterator[str]:
    yield one.number or ""
    yield from (f"{day:%d/%m/%Y}" for day in (one.date, one.due_date) if day)
    yield from one.orders


def _table(canvas: Canvas, look: Look, one: Invoice) -> float:
    """Draw the lines; returns where they end."""
    rows = [look.heads]
    for line in one.lines:
        figures = (_money(look, line.unit_price), _money(look, line.amount))
        rows.append(((line.item and line.item.description) or "", f"{line.quantity}", *figures))
    for row, cells in enumerate(rows):
        canvas.drawString(60, HEIGHT - 270 - 17 * row, cells[0])
        for x, text in zip((370, 450, 540), cells[1:], strict=True):
            canvas.drawRightString(x, HEIGHT - 270 - 17 * row, text)
    return 270 + 17.0 * len(rows)


def _sums(canvas: Canvas, look: Look, one: Invoice, top: float) -> None:
    totals = one.totals or Totals()
    amounts = {"net": totals.net, "tax": totals.tax, "total": totals.total}
    for row, (name, amount) in enumerate(amounts.items()):
        y = HEIGHT - top - 15 - 15 * row
        canvas.drawRightString(450, y, look.labels[name])
        canvas.drawRightString(540, y, _money(look, amount))


def _money(look: Look, amount: Decimal | None) -> str:
    text = f"{amount or 0:,.2f}"
    return text.translate(str.maketrans(",.", ".,")) if look.comma else text


def _scanned(page: bytes, chance: random.Random) -> bytes:
    """Return a page as a scanner makes it: a picture, a little tilted, with noise."""
    drawn = pypdfium2.PdfDocument(page)[0].render(scale=DPI / 72, grayscale=True).to_pil()
    tilted = drawn.rotate(chance.uniform(-TILT, TILT), Image.Resampling.BICUBIC, fillcolor=255)
    noisy = ImageChops.add(tilted, Image.effect_noise(tilted.size, NOISE), offset=-128)
    target = io.BytesIO()
    noisy.save(target, "PNG", dpi=(DPI, DPI))
    return target.getvalue()
