"""One purchase billed four times, as 810, cXML, UBL and PDF: one invoice, and one payable.

The documents are made here: three by our writers from one record, the 810 among them, and the page
by hand. What a form has no place for is absent; what two of them say, they say alike.
"""

import datetime as dt
import itertools
from decimal import Decimal
from io import BytesIO
from typing import Any

import msgspec
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from gateway.formats import read_documents
from gateway.writing import write_document
from mappers.canonical import (
    Address,
    Invoice,
    InvoiceLine,
    Item,
    OrderLine,
    OrderRef,
    Party,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    Tax,
    Totals,
)
from mappers.writing import Outgoing

SUPPLIER = Party(
    name="Marlowe & Finch",
    ids={"duns": "080155329"},
    address=Address(
        street=("4 Quay Street",), city="Portland", region="OR", postal_code="97209", country="US"
    ),
)
BUYER = Party(name="Tamarack Outfitters", ids={"duns": "079482615"})
ORDER = "4500071206"
DAY = dt.date(2026, 10, 12)
BOUGHT = (
    ("1", "MF-CH-810", "Task chair, mesh back", "6", "EA", "189.00", "1134.00"),
    ("2", "MF-PA-20", "Copy paper, letter", "40", "CT", "38.95", "1558.00"),
)
BESIDE = {"source", "problems", "derived", "notes", "fields", "other_ids"}  # of the form alone


def outgoing(number: int, sender: str, receiver: str) -> Outgoing:
    at = dt.datetime(2026, 10, 12, 9, tzinfo=dt.UTC)
    parties = {"sender": {"duns": sender}, "receiver": {"duns": receiver}}
    return Outgoing(identifier=f"{number}@host", sent_at=at, **parties)


def item(part: str, text: str) -> Item:
    return Item(supplier_part=part, description=text)


INVOICE = Invoice(
    type="invoice",
    operation="new",
    number="MF-118820",
    date=DAY,
    currency="USD",
    orders=(ORDER,),
    supplier=SUPPLIER,
    buyer=BUYER,
    lines=tuple(
        InvoiceLine(
            number=number,
            type="goods",
            order=OrderRef(number=ORDER, line=number),
            item=item(part, text),
            quantity=Decimal(quantity),
            uom=uom,
            unit_price=Decimal(price),
            amount=Decimal(amount),
        )
        for number, part, text, quantity, uom, price, amount in BOUGHT
    ),
    taxes=(
        Tax(
            type="sales",
            rate=Decimal(7),
            taxable=Decimal("2692.00"),
            amount=Decimal("188.44"),
        ),
    ),
    totals=Totals(
        lines=Decimal("2692.00"),
        tax=Decimal("188.44"),
        total=Decimal("2880.44"),
        due=Decimal("2880.44"),
    ),
)


def page() -> bytes:
    """The invoice as a page."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawString(50, 790, "Marlowe & Finch")
    canvas.setFont("Helvetica", 10)
    for y, text in ((774, "4 Quay Street"), (761, "Portland, OR 97209")):
        canvas.drawString(50, y, text)
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawString(400, 790, "INVOICE")
    canvas.setFont("Helvetica", 10)
    told = (
        ("Invoice Number:", "MF-118820"),
        ("Invoice Date:", "12 Oct 2026"),
        ("PO Number:", ORDER),
        ("Currency:", "USD"),
    )
    for row, (word, value) in enumerate(told):
        canvas.drawString(350, 765 - 14 * row, word)
        canvas.drawString(450, 765 - 14 * row, value)
    canvas.drawString(50, 700, "Bill To:")
    canvas.drawString(50, 686, "Tamarack Outfitters")
    _table(canvas)
    canvas.save()
    return out.getvalue()


def _table(canvas: Canvas) -> None:
    columns = (50, 80, 160, 330, 380, 450, 540)
    heads = ("Line", "Item", "Description", "Qty", "Unit", "Unit Price", "Amount")
    canvas.setFont("Helvetica-Bold", 10)
    for x, head in zip(columns, heads, strict=True):
        (canvas.drawRightString if x > 440 else canvas.drawString)(x, 640, head)
    canvas.setFont("Helvetica", 10)
    for row, (number, part, text, quantity, uom, price, amount) in enumerate(BOUGHT):
        cells = (number, part, text, quantity, uom, price, f"{Decimal(amount):,}")
        for x, cell in zip(columns, cells, strict=True):
            (canvas.drawRightString if x > 440 else canvas.drawString)(x, 620 - 16 * row, cell)
    sums = (("Subtotal", "2,692.00"), ("Sales Tax 7%", "188.44"), ("Total", "2,880.44"))
    for row, (word, amount) in enumerate(sums):
        canvas.drawString(400, 570 - 16 * row, word)
        canvas.drawRightString(540, 570 - 16 * row, amount)


def documents() -> dict[str, bytes]:
    envelope = outgoing(1, "080155329", "079482615")
    forms = ("x12-810", "cxml-invoice", "ubl-invoice")
    return {form: write_document(INVOICE, form, envelope) for form in forms} | {"pdf": page()}


@pytest.fixture(scope="module")
def records() -> dict[str, Any]:
    found = {}
    for form, content in documents().items():
        (read,) = read_documents(BytesIO(content), name=form, sha256="0" * 64, year=2026)
        found[form] = msgspec.json.decode(msgspec.json.encode(read.record))
    return found


def contradictions(one: Any, other: Any, where: str = "") -> list[str]:
    """Where two records say different things of one."""
    if isinstance(one, dict):
        both = one.keys() & other.keys() - BESIDE
        return [
            text for key in both for text in contradictions(one[key], other[key], f"{where}/{key}")
        ]
    if isinstance(one, list):
        if len(one) != len(other):
            return [f"{where}: {len(one)} and {len(other)}"]
        pairs = enumerate(zip(one, other, strict=True))
        return [text for n, (a, b) in pairs for text in contradictions(a, b, f"{where}/{n}")]
    is_code = where.startswith("/taxes/") and where.endswith("/type")  # each form has its own list
    return [] if is_code or alike(one, other) else [f"{where}: {one!r} and {other!r}"]


def alike(one: Any, other: Any) -> bool:
    try:
        return bool(Decimal(one) == Decimal(other))
    except (ArithmeticError, TypeError, ValueError):
        return bool(one == other)


def test_four_forms_say_one_thing(records: dict[str, Any]) -> None:
    for one, other in itertools.combinations(records, 2):
        found = contradictions(records[one], records[other])
        assert found == [], f"{one} and {other}: {found}"


@pytest.mark.parametrize("form", ["x12-810", "cxml-invoice", "ubl-invoice", "pdf"])
def test_each_form_says_what_is_to_be_paid_for_what(records: dict[str, Any], form: str) -> None:
    record = records[form]
    assert "incomplete" not in record
    told = {name: record[name] for name in ("type", "number", "date", "currency", "orders")}
    assert told == {
        "type": "invoice",
        "number": "MF-118820",
        "date": "2026-10-12",
        "currency": "USD",
        "orders": [ORDER],
    }
    assert record["supplier"]["name"] == "Marlowe & Finch"
    assert Decimal(record["totals"]["total"]) == Decimal("2880.44")
    lines = [
        (line["item"]["supplier_part"], Decimal(line["quantity"]), Decimal(line["unit_price"]))
        for line in record["lines"]
    ]
    assert lines == [("MF-CH-810", 6, Decimal("189.00")), ("MF-PA-20", 40, Decimal("38.95"))]


def order() -> PurchaseOrder:
    return PurchaseOrder(
        number=ORDER,
        operation="new",
        date=dt.date(2026, 9, 28),
        currency="USD",
        buyer=BUYER,
        supplier=SUPPLIER,
        lines=tuple(
            OrderLine(
                number=number,
                item=item(part, text),
                quantity=Decimal(quantity),
                uom=uom,
                unit_price=Decimal(price),
            )
            for number, part, text, quantity, uom, price, _amount in BOUGHT
        ),
        total=Decimal("2692.00"),
    )


def receipt() -> Receipt:
    return Receipt(
        evidence="received",
        type="delivery",
        number="GR-60465",
        date=dt.date(2026, 10, 9),
        supplier=SUPPLIER,
        buyer=BUYER,
        lines=tuple(
            ReceiptLine(
                number=number,
                order=OrderRef(number=ORDER, line=number),
                item=item(part, text),
                type="delivery",
                quantity=Decimal(quantity),
                uom=uom,
            )
            for number, part, text, quantity, uom, _price, _amount in BOUGHT
        ),
    )


def test_one_of_four_is_paid(pair: Any, clock: Any) -> None:
    clock.now = dt.datetime(2026, 10, 20, 9, tzinfo=dt.UTC)
    side = pair.buyer
    envelope = outgoing(2, "079482615", "080155329")
    take = side.desk.intake.take
    take("erp", "order.xml", BytesIO(write_document(order(), "cxml-order", envelope)), "folder")
    came = write_document(receipt(), "cxml-receipt", outgoing(3, "079482615", "080155329"))
    take("warehouse", "receipt.xml", BytesIO(came), "folder")
    for form, content in documents().items():
        name = f"{form}.pdf" if form == "pdf" else form
        take("marlowe-finch", name, BytesIO(content), "folder")
        side.read_everything()
    query = "SELECT verdict, approved FROM reconciliation ORDER BY record_id"
    results = [(verdict, Decimal(approved)) for verdict, approved in side.rows(query)]
    assert [verdict for verdict, _ in results].count("duplicate") == 3
    assert sum(approved for _, approved in results) == Decimal("2880.44")
