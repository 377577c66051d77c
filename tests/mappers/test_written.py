"""What we write we read back: every format that is written as XML."""

import datetime as dt
import io
import os
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from gateway.formats import read_documents
from gateway.writing import formats, write_document
from mappers.canonical import (
    Accounting,
    Acknowledgment,
    AcknowledgmentError,
    AcknowledgmentOf,
    Address,
    Adjustment,
    AnyRecord,
    Carrier,
    Cart,
    CartLine,
    DocumentRef,
    Invoice,
    InvoiceLine,
    Item,
    OrderLine,
    OrderRef,
    OrderResponse,
    Package,
    Party,
    PriceBasis,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    ResponseLine,
    Session,
    Source,
    Tax,
    Terms,
    Totals,
)
from mappers.writing import Outgoing, UnwritableError

DTDS = os.environ.get("DOCKMATCH_CXML_DTD")
DAY = dt.date(2026, 3, 2)
OUTGOING = Outgoing(
    identifier="1@test",
    sent_at=dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC),
    sender={"duns": "987654321"},
    receiver={"network_id": "AN-BUYER"},
)
ADDRESS = Address(
    deliver_to=("Ann",), street=("1 Quay",), city="Oakland", postal_code="94607", country="US"
)
SELLER = Party(name="Seller", ids={"duns": "987654321"}, address=ADDRESS)
BUYER = Party(name="Buyer", ids={"network_id": "AN-BUYER"})
DOCK = Party(name="Dock <7>", ids={"address_id": "D-7"}, address=ADDRESS, phone="+1 510 5550100")
ITEM = Item(
    supplier_part="P-1",
    supplier_part_aux="cart=1;line=2",
    buyer_part="B-1",
    manufacturer_part="M-1",
    manufacturer="Maker",
    gtin="4006381333931",
    description='Pens & "more"',
    classifications={"UNSPSC": "44121704"},
)
BASIS = PriceBasis(quantity=Decimal(100), uom="EA", factor=Decimal(1))
SPLIT = Accounting(
    cost_center="CC-1",
    gl_account="6100",
    percent=Decimal(60),
    amount=Decimal("15.00"),
    segments={"Region": "EU"},
)
ORDER = PurchaseOrder(
    number="PO-1",
    operation="new",
    type="standard",
    revision="2",
    date=DAY,
    currency="USD",
    contract="A-1",
    buyer=BUYER,
    supplier=SELLER,
    ship_to=DOCK,
    bill_to=replace(DOCK, ids={}),
    requested_date=DAY,
    terms=(Terms(net_days=30), Terms(discount_percent=Decimal(2), discount_days=10)),
    adjustments=(
        Adjustment(type="charge", code="shipping", reason="Ground", amount=Decimal(12)),
        Adjustment(type="allowance", code="loyalty", reason="Loyal", amount=Decimal(3)),
    ),
    taxes=(Tax(amount=Decimal("1.50")),),
    lines=(
        OrderLine(
            number="1",
            item=ITEM,
            quantity=Decimal(1000),
            uom="EA",
            unit_price=Decimal("2.50"),
            price_basis=BASIS,
            requested_date=DAY,
            accounting=(SPLIT,),
            fields={"Colour": "blue"},
            notes=("soon",),
        ),
    ),
    total=Decimal("25.00"),
    fields={"requisitionID": "R-9", "Extra": "x"},
    notes=("Call before noon",),
)
CART = Cart(
    buyer_cookie="k<1>",
    operation="edit",
    currency="USD",
    supplier=SELLER,
    total=Decimal("5.00"),
    shipping=Decimal("1.00"),
    lines=(
        CartLine(
            item=ITEM,
            quantity=Decimal(2),
            uom="EA",
            unit_price=Decimal("2.50"),
            lead_time_days=3,
            quote_status="pending",
        ),
    ),
)
RESPONSE = OrderResponse(
    order=OrderRef(number="PO-1", date=DAY),
    number="C-1",
    date=DAY,
    status="detail",
    lines=(
        ResponseLine(
            order_line="1", status="accepted", quantity=Decimal(6), uom="BX", promised_date=DAY
        ),
        ResponseLine(
            order_line="1",
            status="backordered",
            quantity=Decimal(4),
            uom="BX",
            fields={"reason": "short"},
        ),
    ),
)
NOTICE = Receipt(
    evidence="shipped",
    type="delivery",
    operation="new",
    number="S-1",
    date=DAY,
    shipped_at="2026-03-02T11:30:00-05:00",
    supplier=SELLER,
    buyer=BUYER,
    ship_to=DOCK,
    carrier=Carrier(name="UPS", scac="UPSN", mode="motor"),
    tracking=("1Z999",),
    bill_of_lading="BOL-1",
    packing_slip="PS-1",
    packages=(Package(id="003012345678901234", type="CTN"),),
    whole_orders=("PO-2",),
    lines=(
        ReceiptLine(
            number="1",
            order=OrderRef(number="PO-1", line="1"),
            item=ITEM,
            quantity=Decimal(6),
            uom="BX",
            lots=("L1", "L2"),
            serials=("SN1",),
            packages=("003012345678901234",),
        ),
    ),
)
TAKEN_IN = Receipt(
    evidence="received",
    type="delivery",
    operation="new",
    number="G-1",
    date=DAY,
    supplier=SELLER,
    buyer=BUYER,
    lines=(
        ReceiptLine(
            number="1",
            order=OrderRef(number="PO-1", line="1"),
            quantity=Decimal(6),
            uom="BX",
            amount=Decimal(60),
            final=True,
        ),
        ReceiptLine(
            number="2",
            order=OrderRef(number="PO-1", line="1"),
            type="return",
            quantity=Decimal(1),
            uom="BX",
            reason="torn",
        ),
    ),
)
TAXED = Tax(type="sales", rate=Decimal(10), taxable=Decimal("25.00"), amount=Decimal("2.50"))
INVOICE = Invoice(
    type="invoice",
    operation="new",
    number="R-1",
    date=DAY,
    due_date=dt.date(2026, 4, 1),
    currency="USD",
    orders=("PO-1", "PO-2"),
    supplier=SELLER,
    buyer=BUYER,
    bill_to=Party(name="Payer", ids={"duns": "1"}),
    ship_to=DOCK,
    remit_to=Party(name="Payee", bank_account="DE02120300000000202051"),
    terms=(Terms(net_days=30),),
    adjustments=(Adjustment(type="charge", code="special_handling", amount=Decimal(3)),),
    taxes=(TAXED,),
    lines=(
        InvoiceLine(
            number="1",
            type="goods",
            order=OrderRef(number="PO-1", line="1"),
            item=ITEM,
            quantity=Decimal(1000),
            uom="EA",
            unit_price=Decimal("2.50"),
            price_basis=BASIS,
            amount=Decimal("25.00"),
            taxes=(TAXED,),
            accounting=(SPLIT,),
            adjustments=(Adjustment(type="allowance", code="discount", amount=Decimal("0.50")),),
        ),
        InvoiceLine(
            number="2",
            type="goods",
            order=OrderRef(number="PO-2", line="4"),
            item=Item(supplier_part="P-2", description="Ink"),
            quantity=Decimal(1),
            uom="EA",
            unit_price=Decimal(5),
            amount=Decimal(5),
        ),
    ),
    totals=Totals(
        lines=Decimal(30),
        shipping=Decimal(4),
        tax=Decimal("2.50"),
        total=Decimal("39.00"),
        prepaid=Decimal(9),
        due=Decimal("30.00"),
    ),
)
CREDIT = replace(INVOICE, type="credit_memo", original=DocumentRef(number="R-0", date=DAY))
SESSION = Session(
    operation="create",
    buyer_cookie="k",
    return_url="https://b.example/h?a=1&b=2",
    ship_to=DOCK,
    selected_item=Item(supplier_part="P"),
    user="a@b.example",
    fields={"UserEmail": "a@b.example"},
)
REFUSED = Acknowledgment(
    of=AcknowledgmentOf(payload_id="9@b", number="R-1"),
    status="rejected",
    errors=(AcknowledgmentError(code="rejected", text="no order"),),
)

CASES = {
    "cxml-order": ORDER,
    "cxml-cart": CART,
    "cxml-confirmation": RESPONSE,
    "cxml-ship-notice": NOTICE,
    "cxml-receipt": TAKEN_IN,
    "cxml-invoice": INVOICE,
    "cxml-punchout-setup": SESSION,
    "cxml-punchout-start": Session(start_url="https://s.example/go", fields={"status": "200"}),
    "cxml-status": REFUSED,
    "cxml-response": Acknowledgment(status="accepted", fields={"status": "200"}),
}
LOSES = {"cxml-status": {"fields", "errors", "notes"}}
"""Fields that a format has no room for, or says in other words."""


def back(data: bytes) -> AnyRecord:
    [mapped] = read_documents(io.BytesIO(data), name="x", sha256="", year=2026)
    return mapped.record


def plainly(record: AnyRecord, *, without: set[str] = frozenset()) -> AnyRecord:  # type: ignore[assignment]
    blank = {name: type(getattr(record, name))() for name in without}
    return replace(record, source=Source(), problems=(), derived=(), **blank)


@pytest.mark.parametrize("to", CASES)
def test_what_we_write_we_read_back(to: str) -> None:
    found = back(write_document(CASES[to], to, OUTGOING))
    assert not found.incomplete
    assert [problem for problem in found.problems if problem.is_error] == []
    lost = LOSES.get(to, set())
    assert plainly(found, without=lost) == plainly(CASES[to], without=lost)


def test_a_credit_is_negative_on_the_wire_and_positive_again() -> None:
    data = write_document(CREDIT, "cxml-invoice", OUTGOING)
    assert b">-39.00<" in data
    assert b'quantity="-1000"' in data
    assert plainly(back(data)) == plainly(CREDIT)


@pytest.mark.parametrize("to", CASES)
@pytest.mark.skipif(not DTDS, reason="DOCKMATCH_CXML_DTD names no folder of cXML 1.2.069 DTDs")
def test_what_we_write_is_valid(to: str) -> None:
    data = write_document(CASES[to], to, OUTGOING)
    tree = etree.fromstring(data)
    address = tree.getroottree().docinfo.system_url or ""
    dtd = etree.DTD(str(Path(DTDS or "") / address.rpartition("/")[2]))
    assert dtd.validate(tree), dtd.error_log


def test_every_xml_format_is_tested() -> None:
    assert {name for name in formats() if name.startswith("cxml-")} == set(CASES)


EUROPEAN = replace(
    INVOICE,
    orders=("PO-1",),
    supplier=Party(name="Hof", ids={"gln": "4000001000005"}, tax_id="DE99", address=ADDRESS),
    buyer=Party(name="Amt", ids={"id": "B-7"}),
    bill_to=None,
    ship_to=None,
    remit_to=None,
    terms=(Terms(net_date=dt.date(2026, 4, 1), text="30 days"),),
    adjustments=(Adjustment(type="allowance", code="95", reason="Loyal", amount=Decimal(5)),),
    taxes=(replace(TAXED, type="VAT", taxable=Decimal(25)),),
    lines=(
        InvoiceLine(
            number="1",
            order=OrderRef(number="PO-1", line="3"),
            item=Item(supplier_part="S", gtin="4006381333931", description="Crate"),
            quantity=Decimal(1000),
            uom="C62",
            unit_price=Decimal(3),
            price_basis=PriceBasis(quantity=Decimal(100), uom="C62"),
            amount=Decimal(30),
            taxes=(Tax(type="VAT", rate=Decimal(10)),),
        ),
    ),
    totals=Totals(
        lines=Decimal(30),
        allowances=Decimal(5),
        net=Decimal(25),
        tax=Decimal("2.50"),
        total=Decimal("27.50"),
        due=Decimal("27.50"),
    ),
)


def european(record: Invoice) -> Invoice:
    lines = (replace(line, item=replace(line.item, description="Crate")) for line in record.lines)  # type: ignore[type-var]
    address = replace(ADDRESS, deliver_to=())
    supplier = replace(record.supplier, address=address)  # type: ignore[type-var]
    return replace(record, lines=tuple(lines), supplier=supplier)


@pytest.mark.parametrize("kind", ["invoice", "credit_memo"])
def test_a_ubl_invoice(kind: str) -> None:
    wanted = european(replace(EUROPEAN, type=kind))
    found = back(write_document(wanted, "ubl-invoice", OUTGOING))
    assert found.problems == ()
    assert plainly(found) == plainly(wanted)


def test_a_ubl_order() -> None:
    wanted = PurchaseOrder(
        number="O-1",
        operation="new",
        type="standard",
        date=DAY,
        currency="EUR",
        buyer=Party(name="Amt", ids={"gln": "1"}),
        supplier=Party(name="Hof", ids={"gln": "2"}),
        ship_to=Party(name="Lager", address=Address(city="Bonn", country="DE")),
        requested_date=DAY,
        total=Decimal(50),
        notes=("soon",),
        lines=(
            OrderLine(
                number="1",
                item=Item(supplier_part="S", description="Crate"),
                uom="C62",
                quantity=Decimal(5),
                unit_price=Decimal(10),
                amount=Decimal(50),
            ),
        ),
    )
    found = back(write_document(wanted, "ubl-order", OUTGOING))
    assert plainly(found) == plainly(wanted)


@pytest.mark.parametrize(
    ("record", "to", "reason"),
    [
        (ORDER, "cxml-invoice", "kind purchase order"),
        (replace(ORDER, incomplete=True), "cxml-order", "incomplete"),
        (replace(ORDER, lines=()), "cxml-order", "at least one line"),
        (replace(SESSION, operation="VALIDATE"), "cxml-punchout-setup", "no operation"),
        (replace(INVOICE, supplier=None), "ubl-invoice", "names its seller"),
    ],
)
def test_what_cannot_be_written_says_why(record: AnyRecord, to: str, reason: str) -> None:
    with pytest.raises(UnwritableError, match=reason):
        write_document(record, to, OUTGOING)


def test_a_party_without_identifiers_cannot_be_addressed() -> None:
    nobody = Outgoing(identifier="1", sent_at=OUTGOING.sent_at)
    with pytest.raises(UnwritableError, match="receiver has no identifier"):
        write_document(replace(ORDER, supplier=Party(name="x")), "cxml-order", nobody)


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1).map(
    lambda text: " ".join(text.split())
)
sure = words.filter(bool)


@given(sure, sure, st.decimals(-(10**9), 10**9, places=4), sure)
def test_any_text_survives(note: str, part: str, price: Decimal, key: str) -> None:
    item = Item(supplier_part=part, description=note)
    line = OrderLine(number="1", item=item, quantity=Decimal(1), uom="EA", unit_price=price)
    wanted = replace(ORDER, lines=(line,), notes=(note,), fields={key: note}, total=price)
    found = back(write_document(wanted, "cxml-order", OUTGOING))
    assert isinstance(found, PurchaseOrder)
    assert found.lines[0].item == item
    assert found.lines[0].unit_price == price
    assert found.notes == (note,)
    assert found.fields.get(key) == note
