"""Shipment and billing in one: an 857 is read as an invoice."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

Record = Callable[[str, str], Any]

BILLED = """
    BHT*0001*00*SB-1*20260110*0900
    HL*1**S
    G05*3*CT*24*LB
    N9*BM*4512345
    N1*VN*ACME TOOLS*92*0042
    N1*ST*PORTLAND DC*92*0007
    N1*RE*ACME TREASURY
    HL*2*1*O
    TDS*{first}
    PRF*4500017**R1*20260105
    ITD*01*3*2**10**30
    SAC*C*D240***250
    HL*3*2*P
    PAL*6
    MAN*GM*00006141411234567890
    HL*4*3*I
    IT1*1*3*EA*10.00**VP*V-100*UP*036000291452
    PID*F****CLAW HAMMER
    ITA*A**XP*02***150
    HL*5*1*O
    TDS*{second}
    PRF*4500018
    HL*6*5*I
    IT1*1*2*EA*5**VP*V-200
"""


def test_its_orders_add_up(record: Record) -> None:
    invoice = record("857", BILLED.format(first="3100", second="1000"))
    assert [one.code for one in invoice.problems if one.is_error] == []
    assert (invoice.number, invoice.type) == ("SB-1", "invoice")
    assert invoice.orders == ("4500017", "4500018")
    assert invoice.totals.total == Decimal("41.00")
    assert (invoice.supplier.name, invoice.remit_to.name) == ("ACME TOOLS", "ACME TREASURY")
    assert invoice.ship_to.name == "PORTLAND DC"
    assert invoice.terms[0].net_days == 30
    assert [(one.type, one.amount) for one in invoice.adjustments] == [("charge", Decimal("2.50"))]
    assert invoice.fields["BM"] == "4512345"


def test_its_lines_know_their_orders(record: Record) -> None:
    first, second = record("857", BILLED.format(first="3100", second="1000")).lines
    assert (first.order.number, second.order.number) == ("4500017", "4500018")
    assert (first.quantity, first.unit_price) == (Decimal(3), Decimal("10.00"))
    assert (first.item.supplier_part, first.item.gtin) == ("V-100", "036000291452")
    assert first.item.description == "CLAW HAMMER"
    assert [(one.type, one.amount) for one in first.adjustments] == [("allowance", Decimal("1.50"))]


def test_negative_totals_are_a_credit(record: Record) -> None:
    credit = record("857", BILLED.format(first="-3100", second="-1000"))
    assert (credit.type, credit.totals.total) == ("credit_memo", Decimal("41.00"))
    assert [line.quantity for line in credit.lines] == [Decimal(3), Decimal(2)]


@pytest.mark.parametrize(("first", "second"), [("X", "1000"), ("", "1000"), ("1000", "X")])
def test_a_total_that_is_no_number_is_left_to_a_person(
    first: str, second: str, record: Record
) -> None:
    assert record("857", BILLED.format(first=first, second=second)).incomplete
