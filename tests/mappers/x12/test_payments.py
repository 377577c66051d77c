"""What an 820 pays, and for which documents."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

Record = Callable[[str, str], Any]

ADVICE = """
    BPR*I*925.00*C*ACH*CTX*01*053000219*DA*20001480*9991000700**01*072000326*DA*99887766*20260110
    TRN*1*ADV-7
    CUR*PR*USD
    REF*GT*865500938
    N1*PR*NORTHWIND STORES*9*0091372090000
    N1*PE*ACME TOOLS*92*0042
    N4*AUSTIN*TX*78701*US
    ENT*1
    ADX*-50*CS*CM*CM-2
    NTE*ADD*SHORT SHIPMENT OF 5 JAN
    RMR*IV*INV-1*PI*980*1000*20
    REF*PO*4500017
    DTM*003*20251201
    ADX*-5*01
    RMR*PO*4500018**0*0**CS*-1
"""


def test_an_advice(record: Record) -> None:
    payment = record("820", ADVICE)
    assert payment.problems == ()
    assert (payment.number, payment.type, payment.amount) == ("ADV-7", "credit", Decimal(925))
    assert (payment.date, payment.currency, payment.method) == (date(2026, 1, 10), "USD", "ACH")
    assert payment.payer.name == "NORTHWIND STORES"
    assert (payment.payee.name, payment.payee.address.city) == ("ACME TOOLS", "AUSTIN")
    payer, payee = payment.payer_account, payment.payee_account
    assert (payer.bank, payer.type, payer.number) == ("053000219", "DA", "20001480")
    assert (payee.bank, payee.type, payee.number) == ("072000326", "DA", "99887766")


def test_its_lines_and_adjustments(record: Record) -> None:
    payment = record("820", ADVICE)
    first, second = payment.lines
    assert (first.invoice, first.type, first.date) == ("INV-1", "IV", date(2025, 12, 1))
    assert first.order.number == "4500017"
    assert (first.gross, first.discount, first.paid) == (Decimal(1000), Decimal(20), Decimal(980))
    assert [(one.amount, one.code) for one in first.adjustments] == [(Decimal(-5), "01")]
    assert (second.invoice, second.order.number) == (None, "4500018")
    assert [(one.amount, one.code) for one in second.adjustments] == [(Decimal(-1), "CS")]
    [whole] = payment.adjustments
    assert (whole.amount, whole.code, whole.reference) == (Decimal(-50), "CS", "CM-2")
    assert whole.reason == "SHORT SHIPMENT OF 5 JAN"


def test_lines_without_an_entity(record: Record) -> None:
    payment = record("820", "BPR*D*10*D*NON\nRMR*IV*INV-9**10")
    assert (payment.type, payment.number) == ("debit", None)
    assert [line.invoice for line in payment.lines] == ["INV-9"]


def test_an_advice_without_an_amount_is_left_to_a_person(record: Record) -> None:
    payment = record("820", "BPR*I**C*ACH\nRMR*IV*INV-9**10")
    assert payment.incomplete
    assert [one.pointer for one in payment.problems if one.is_error] == ["/amount"]
