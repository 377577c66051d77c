"""Orders, invoices and store deliveries of the grocery trade: 875, 880, 894."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

Record = Callable[[str, str], Any]

ORDER = """
    G50*N*20260105*4500017
    G62*02*20260120
    G62*10*20260118
    NTE*DEL*CHEP PALLETS
    G66*CC*M
    G23*08*3***2**10**30
    N1*BT*NORTHWIND STORES*9*0069220090000
    N1*ST*NORTHWIND DC 5*9*0069220090905
    N1*VN*ACME FOODS*9*4005163
    G72*54*02******-1250
    G68*112*CA*19.95*006121100201*IN*0042
    G69*APPLESAUCE
    G70*12*24*OZ
    G68*250*CA***UK*10036000291459
    G72*1*02****5*EA
    G76*362*CA*3179*LB*139*CF**223440
"""
INVOICE = """
    G01*20260110*INV-1*20260105*4500017
    NTE*INV*PAY ON TIME
    G23*08*3***2*20260120*10*20260209*30*4480
    N1*RE*ACME FOODS*9*4005163
    G72*504*06******2500
    G73*FREIGHT TO DC
    G17*112*CA*19.95*006121100201*UK*10061211002018
    G69*APPLESAUCE
    G31*112*CA*900*LB
    G33*{total}
"""


def test_an_order(record: Record) -> None:
    order = record("875", ORDER)
    assert order.problems == ()
    assert (order.number, order.operation, order.date) == ("4500017", "new", date(2026, 1, 5))
    assert order.requested_date == date(2026, 1, 20)
    assert order.fields["requested_ship_date"] == "20260118"
    assert order.notes == ("CHEP PALLETS",)
    assert order.supplier.name == "ACME FOODS"
    assert (order.terms[0].discount_percent, order.terms[0].net_days) == (Decimal(2), 30)
    assert [(one.type, one.amount) for one in order.adjustments] == [
        ("allowance", Decimal("12.50"))
    ]
    assert order.total == Decimal("2234.40")
    first, second = order.lines
    assert (first.quantity, first.uom, first.unit_price) == (Decimal(112), "CA", Decimal("19.95"))
    assert (first.item.gtin, first.item.buyer_part) == ("006121100201", "0042")
    assert first.item.description == "APPLESAUCE"
    assert (second.item.gtin, second.unit_price) == ("10036000291459", None)
    assert [(one.type, one.code) for one in second.adjustments] == [("allowance", "1")]


@pytest.mark.parametrize(("code", "operation"), [("R", "change"), ("F", "cancel"), ("X", None)])
def test_what_an_order_asks_for(code: str, operation: str | None, record: Record) -> None:
    assert record("875", ORDER.replace("G50*N", f"G50*{code}")).operation == operation


@pytest.mark.parametrize("code", ["", "FREIGHT", "2.5"])
def test_an_allowance_or_charge_that_cannot_be_told_is_left_to_a_person(
    code: str, record: Record
) -> None:
    order = record("875", ORDER.replace("G72*54*", f"G72*{code}*"))
    assert order.incomplete
    assert order.adjustments[0].amount == Decimal("12.50")


def test_an_invoice(record: Record) -> None:
    invoice = record("880", INVOICE.format(total="225940"))
    assert invoice.problems == ()
    assert (invoice.number, invoice.type, invoice.date) == ("INV-1", "invoice", date(2026, 1, 10))
    assert (invoice.orders, invoice.totals.total) == (("4500017",), Decimal("2259.40"))
    [charge] = invoice.adjustments
    assert (charge.type, charge.amount, charge.reason) == (
        "charge",
        Decimal("25.00"),
        "FREIGHT TO DC",
    )
    assert invoice.terms[0].discount_amount == Decimal("44.80")
    assert invoice.terms[0].net_date == date(2026, 2, 9)
    [line] = invoice.lines
    assert (line.quantity, line.unit_price) == (Decimal(112), Decimal("19.95"))
    assert line.item.gtin == "006121100201"


def test_a_negative_total_is_a_credit(record: Record) -> None:
    credit = record("880", INVOICE.format(total="-225940"))
    assert (credit.type, credit.totals.total) == ("credit_memo", Decimal("2259.40"))
    assert credit.lines[0].quantity == Decimal(112)


def test_an_invoice_without_total_is_left_to_a_person(record: Record) -> None:
    invoice = record("880", INVOICE.format(total=""))
    assert invoice.incomplete


@pytest.mark.parametrize(("flag", "kind"), [("D", "delivery"), ("C", "return")])
def test_a_store_delivery(flag: str, kind: str, record: Record) -> None:
    body = f"""
        G82*{flag}*D-77*006922009*0042*400516300*7*20260110**4500017*20260105
        N9*IA*77
        LS*0100
        G83*1*24*EA*003600029145******CEREAL
        G83*2*6*CA**VN*V-100
        LE*0100
        G84*30*12000
        G86*X
        G85*Y
    """
    receipt = record("894", body)
    assert receipt.problems == ()
    assert (receipt.evidence, receipt.type, receipt.number) == ("shipped", kind, "D-77")
    assert (receipt.date, receipt.delivered_at) == (date(2026, 1, 10), "2026-01-10")
    assert receipt.buyer.ids == {"duns": "006922009", "assigned_by_buyer": "0042"}
    assert receipt.supplier.ids == {"duns": "400516300", "assigned_by_seller": "7"}
    first, second = receipt.lines
    assert (first.quantity, first.item.gtin) == (Decimal(24), "003600029145")
    assert (first.item.description, first.order.number) == ("CEREAL", "4500017")
    assert (second.item.supplier_part, second.uom) == ("V-100", "CA")
