"""EDIFACT messages as records."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from mappers.canonical import Source
from mappers.edifact.tables import TABLES
from mappers.rules import Mapped, map_document
from parsers.edifact.read import documents


def mapped(kind: str, body: str) -> Mapped:
    segments = [line.strip() for line in body.splitlines() if line.strip()]
    lines = (
        "UNB+UNOC:3+BUYER:14+SELLER:14+260105:0930+77",
        f"UNH+M1+{kind}:D:96A:UN",
        *segments,
        f"UNT+{len(segments) + 2}+M1",
        "UNZ+1+77",
    )
    [document] = documents(BytesIO("".join(f"{line}'" for line in lines).encode()))
    return map_document(TABLES[kind], document, Source(format="edifact"), 2026)


def record(kind: str, body: str) -> Any:
    return mapped(kind, body).record


PARTIES = """
    NAD+BY+5412345000013::9++NORTHWIND:STORES+12 HARBOR WAY:DOCK 4+PORTLAND++04101+US
    RFF+VA:US77
    CTA+OC+:DANA DESK
    COM+5550100:TE
    COM+dana@example.com:EM
    NAD+SU+77::92
"""


def test_an_order() -> None:
    order = record(
        "ORDERS",
        f"""
        BGM+220+4500017+9
        DTM+137:20260105:102
        DTM+2:202601201200:203
        FTX+AAI+++RING:TWICE
        RFF+CT:C-9
        {PARTIES}
        CUX+2:USD:9
        LIN+1++0036000291452:EN
        PIA+1+A-100:BP+V-100:SA
        IMD+F++:::CLAW HAMMER
        QTY+21:24:PCE
        PRI+AAA:7,5:::100:PCE
        LIN+2++X9:ZZZ
        QTY+21:6
        UNS+S
        MOA+86:180.00
        CNT+2:2
        """,
    )
    assert order.problems == ()
    assert (order.number, order.operation, order.type) == ("4500017", "new", "standard")
    assert (order.date, order.requested_date) == (date(2026, 1, 5), date(2026, 1, 20))
    assert (order.currency, order.contract, order.total) == ("USD", "C-9", Decimal("180.00"))
    assert order.notes == ("RING", "TWICE")
    buyer = order.buyer
    assert (buyer.name, buyer.ids, buyer.tax_id) == (
        "NORTHWIND STORES",
        {"gln": "5412345000013"},
        "US77",
    )
    assert buyer.address.street == ("12 HARBOR WAY", "DOCK 4")
    assert (buyer.address.city, buyer.address.postal_code) == ("PORTLAND", "04101")
    assert (buyer.contact, buyer.phone) == ("DANA DESK", "5550100")
    assert order.supplier.ids == {"assigned_by_buyer": "77"}
    first, second = order.lines
    assert (first.number, first.quantity, first.uom) == ("1", Decimal(24), "PCE")
    assert (first.unit_price, first.price_basis.quantity) == (Decimal("7.5"), Decimal(100))
    assert (first.item.gtin, first.item.buyer_part) == ("0036000291452", "A-100")
    assert (first.item.supplier_part, first.item.description) == ("V-100", "CLAW HAMMER")
    assert second.item.other_ids == {"ZZZ": "X9"}


def test_an_order_change() -> None:
    change = record(
        "ORDCHG",
        "BGM+230+CH-1+4\nRFF+ON:4500017\nLIN+1+3+1:EN\nQTY+21:30:PCE\nUNS+S",
    )
    assert (change.number, change.operation, change.revision) == ("4500017", "change", "CH-1")
    assert change.lines[0].fields["change"] == "3"


def test_an_order_response() -> None:
    response = record(
        "ORDRSP",
        """
        BGM+231+R-1+4
        DTM+137:20260106:102
        RFF+ON:4500017
        LIN+1+5+0036000291452:EN
        QTY+21:24:PCE
        DTM+67:20260120:102
        LIN+2+7+X9:SA
        QTY+21:6
        UNS+S
        """,
    )
    assert (response.order.number, response.number) == ("4500017", "R-1")
    assert response.status == "accepted_with_changes"
    assert [(line.order_line, line.status) for line in response.lines] == [
        ("1", "accepted"),
        ("2", "rejected"),
    ]
    assert response.lines[0].promised_date == date(2026, 1, 20)


def test_a_ship_notice() -> None:
    notice = record(
        "DESADV",
        """
        BGM+351+SH-1+9
        DTM+137:20260110:102
        DTM+11:202601101421:203
        DTM+17:20260112:102
        RFF+ON:4500017
        RFF+BM:BOL-7
        NAD+DP+0042::92
        CPS+1
        PAC+1++201
        PCI+33E
        GIN+BJ+003600020000000010
        CPS+2+1
        PAC+1++CT
        PCI+33E
        GIN+BJ+003600020000000027
        LIN+1++0036000291452:EN
        QTY+12:20:PCE
        GIN+BX+L-5
        RFF+ON:4500018:3
        LIN+2++0036000291452:EN
        QTY+12:4
        CNT+2:2
        """,
    )
    assert notice.problems == ()
    assert (notice.evidence, notice.number, notice.bill_of_lading) == ("shipped", "SH-1", "BOL-7")
    assert (notice.shipped_at, notice.delivered_at) == ("2026-01-10T14:21:00", "2026-01-12")
    assert [package.id for package in notice.packages] == [
        "003600020000000010",
        "003600020000000027",
    ]
    first, second = notice.lines
    assert (first.order.number, first.order.line) == ("4500018", "3")
    assert second.order.number == "4500017"
    assert (first.quantity, first.lots) == (Decimal(20), ("L-5",))
    assert first.packages == ("003600020000000027",)


def test_a_receipt() -> None:
    receipt = record(
        "RECADV",
        """
        BGM+632+R-1+9
        DTM+50:20260113:102
        RFF+ON:4500017
        CPS+1
        LIN+1++0036000291452:EN
        QTY+48:20:PCE
        QTY+194:18:PCE
        QTY+195:2:PCE
        """,
    )
    assert (receipt.evidence, receipt.delivered_at) == ("received", "2026-01-13")
    (line,) = receipt.lines
    assert (line.quantity, line.accepted, line.rejected) == (Decimal(20), Decimal(18), Decimal(2))
    assert line.order.number == "4500017"


INVOICE = f"""
    BGM+380+INV-1+9
    DTM+137:20260110:102
    RFF+ON:4500017
    {PARTIES}
    CUX+2:EUR:4
    PAT+1++5:3:D:30
    PAT+22++5:3:D:10
    PCD+12:2
    ALC+C++++FC:::FREIGHT
    MOA+23:10.00
    LIN+1++0036000291452:EN
    QTY+47:24:PCE
    MOA+203:180.00
    PRI+AAA:7.5
    TAX+7+VAT+++:::21+S
    LIN+2++0036000291452:EN
    QTY+47:1
    MOA+203:5
    RFF+ON:4500018:4
    UNS+S
    MOA+79:185.00
    MOA+259:10.00
    MOA+389:195.00
    MOA+176:40.95
    MOA+388:235.95
    MOA+9:235.95
    TAX+7+VAT+++:::21+S
    MOA+125:195.00
    MOA+124:40.95
"""


def test_an_invoice() -> None:
    invoice = record("INVOIC", INVOICE)
    assert invoice.problems == ()
    assert (invoice.number, invoice.type, invoice.currency) == ("INV-1", "invoice", "EUR")
    assert invoice.orders == ("4500017", "4500018")
    net, discount = invoice.terms
    assert net.net_days == 30
    assert (discount.discount_percent, discount.discount_days) == (Decimal(2), 10)
    (charge,) = invoice.adjustments
    assert (charge.type, charge.code, charge.reason, charge.amount) == (
        "charge",
        "FC",
        "FREIGHT",
        Decimal("10.00"),
    )
    (tax,) = invoice.taxes
    assert (tax.rate, tax.taxable, tax.amount) == (
        Decimal(21),
        Decimal("195.00"),
        Decimal("40.95"),
    )
    totals = invoice.totals
    assert (totals.lines, totals.charges, totals.net) == (
        Decimal("185.00"),
        Decimal("10.00"),
        Decimal("195.00"),
    )
    assert (totals.tax, totals.total, totals.due) == (
        Decimal("40.95"),
        Decimal("235.95"),
        Decimal("235.95"),
    )
    first, second = invoice.lines
    assert (first.amount, first.unit_price, first.taxes[0].rate) == (
        Decimal("180.00"),
        Decimal("7.5"),
        Decimal(21),
    )
    assert (second.order.number, second.order.line) == ("4500018", "4")


def test_a_credit_is_positive() -> None:
    credit = record(
        "INVOIC",
        "BGM+381+C-1+9\nDTM+137:20260110:102\nRFF+IV:INV-1\nLIN+1\nQTY+47:-2\nUNS+S\nMOA+77:-50",
    )
    assert (credit.type, credit.original.number) == ("credit_memo", "INV-1")
    assert (credit.totals.total, credit.lines[0].quantity) == (Decimal(50), Decimal(2))


@pytest.mark.parametrize(
    ("value", "form", "day"),
    [
        ("20260105", "102", date(2026, 1, 5)),
        ("260105", "101", date(2026, 1, 5)),
        ("202601050930", "203", date(2026, 1, 5)),
        ("20260105-20260110", "718", date(2026, 1, 5)),
        ("202601", "610", None),
        ("20261301", "102", None),
    ],
)
def test_dates_by_their_format(value: str, form: str, day: date | None) -> None:
    order = record("ORDERS", f"BGM+220+1+9\nDTM+137:{value}:{form}\nLIN+1\nQTY+21:1\nUNS+S")
    assert order.date == day
    assert [one.severity for one in order.problems] == ([] if day else ["warning"])


def test_a_quantity_that_is_no_number() -> None:
    order = record("ORDERS", "BGM+220+1+9\nLIN+1\nQTY+21:12.5.1:PCE\nUNS+S")
    assert order.incomplete
    assert [one.pointer for one in order.problems] == ["/lines/0/quantity"]


def test_acknowledgments() -> None:
    syntax = record("CONTRL", "UCI+42+S+R+4+23")
    assert (syntax.of.interchange, syntax.status) == ("42", "rejected")
    assert [error.code for error in syntax.errors] == ["23"]
    answer = record("APERAK", "BGM+313+A-1+27\nRFF+ON:4500017\nERC+12\nFTX+AAO+++NO SUCH ITEM")
    assert (answer.of.number, answer.status) == ("4500017", "rejected")
    assert [(error.code, error.text) for error in answer.errors] == [("12", "NO SUCH ITEM")]


def test_the_trace_quotes_values() -> None:
    trace = mapped("INVOIC", INVOICE).trace()
    assert trace["/totals/total"].text == "235.95"
    assert trace["/lines/0/quantity"].text == "24"
    assert "component 2" in trace["/lines/0/quantity"].at
