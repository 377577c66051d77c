"""810 as records: N2 amounts, signs, and what foots."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

Record = Callable[[str, str], Any]


def invoice(head: str = "BIG*20260110*INV-1*20260105*4500017***DI*00", **parts: str) -> str:
    parts = {"header": "", "lines": "IT1*1*24*EA*7.5**BP*A-100", "totals": "TDS*18000"} | parts
    return "\n".join((head, parts["header"], parts["lines"], parts["totals"]))


def test_an_invoice(record: Record) -> None:
    header = "REF*IA*53029\nN1*RE*ACME*92*77\nN1*SE*ACME TOOLS\nITD*14*3*2*20260120**20260209**360"
    totals = "TDS*19234\nTXI*ST*12.34*8.25***A**149.58\nSAC*C*D240***500\nCTT*1*24"
    found = record("810", invoice(header=header, totals=totals))
    assert found.problems == ()
    assert (found.number, found.date, found.type) == ("INV-1", date(2026, 1, 10), "invoice")
    assert (found.operation, found.orders) == ("new", ("4500017",))
    assert (found.remit_to.name, found.supplier.name) == ("ACME", "ACME TOOLS")
    assert found.totals.total == Decimal("192.34")
    (tax,) = found.taxes
    assert (tax.type, tax.amount, tax.rate) == ("ST", Decimal("12.34"), Decimal("8.25"))
    assert tax.taxable == Decimal("149.58")
    (terms,) = found.terms
    assert (terms.discount_date, terms.net_date) == (date(2026, 1, 20), date(2026, 2, 9))
    assert terms.discount_amount == Decimal("3.60")
    assert found.fields == {"IA": "53029"}


@pytest.mark.parametrize(
    ("written", "total"),
    [
        ("235712", "2357.12"),
        ("1000", "10.00"),
        ("7", "0.07"),
        ("-1250", "-12.50"),
        ("23.57", "23.57"),
    ],
)
def test_implied_decimals(written: str, total: str, record: Record) -> None:
    found = record("810", invoice(totals=f"TDS*{written}"))
    assert found.totals.total == Decimal(total)


@pytest.mark.parametrize(
    ("code", "kind"),
    [("CR", "credit_memo"), ("CN", "credit_memo"), ("DR", "debit_memo"), ("DI", "invoice")],
)
def test_the_type(code: str, kind: str, record: Record) -> None:
    assert record("810", invoice(f"BIG*20260110*I*20260105*P***{code}")).type == kind


def test_without_a_type_it_is_an_invoice(record: Record) -> None:
    assert record("810", invoice("BIG*20260110*I**P")).type == "invoice"


@pytest.mark.parametrize(("total", "quantity"), [("5000", "2"), ("-5000", "-2")])
def test_the_amounts_of_a_credit_are_positive(total: str, quantity: str, record: Record) -> None:
    found = record(
        "810",
        invoice(
            "BIG*20260110*C-1**P***CR",
            header="REF*OI*INV-1",
            lines=f"IT1*1*{quantity}*EA*25",
            totals=f"TDS*{total}",
        ),
    )
    assert found.totals.total == Decimal("50.00")
    assert found.lines[0].quantity == Decimal(2)
    assert found.original.number == "INV-1"


def test_a_negative_adjustment_is_a_magnitude(record: Record) -> None:
    found = record("810", invoice(totals="TDS*18000\nSAC*A*C310***-250*Z*1.5*****02"))
    (allowance,) = found.adjustments
    assert (allowance.type, allowance.amount) == ("allowance", Decimal("2.50"))
    assert (allowance.percent, allowance.handling) == (Decimal("1.5"), "02")


def test_a_rate_alone_gives_no_amount(record: Record) -> None:
    found = record("810", invoice(totals="TDS*18000\nSAC*A*F340******0.02*LB*500"))
    assert found.adjustments[0].amount is None


def test_a_consolidated_invoice_names_its_orders_on_the_lines(record: Record) -> None:
    lines = "IT1*1*1*EA*1**PO*P-1*PL*3\nIT1*2*1*EA*1\nREF*PO*P-2\nIT1*3*1*EA*1**PO*P-1"
    found = record("810", invoice("BIG*20260110*I****" + "*CI", lines=lines, totals="TDS*300"))
    assert found.orders == ("P-1", "P-2")
    assert [line.order.number for line in found.lines] == ["P-1", "P-2", "P-1"]
    assert found.lines[0].order.line == "3"


def test_several_terms_are_windows(record: Record) -> None:
    found = record("810", invoice(header="ITD***2**10\nITD***1**20\nITD*01*3*****60"))
    assert [
        (terms.discount_percent, terms.discount_days, terms.net_days) for terms in found.terms
    ] == [(Decimal(2), 10, None), (Decimal(1), 20, None), (None, None, 60)]


def test_accounting_of_a_line(record: Record) -> None:
    lines = "IT1*1*1*EA*180\nFA1*ZZ\nFA2*84*1395.5\nFA2*ZZ*45000-98"
    (line,) = record("810", invoice(lines=lines)).lines
    assert line.accounting[0].segments == {"84": "1395.5", "ZZ": "45000-98"}


def test_a_line_charge_stays_on_its_line(record: Record) -> None:
    lines = "IT1*1*1*EA*175\nSAC*C*D240***500"
    found = record("810", invoice(lines=lines))
    assert found.adjustments == ()
    assert found.lines[0].adjustments[0].amount == Decimal("5.00")


@pytest.mark.parametrize("missing", ["TDS", "BIG"])
def test_without_total_or_number_it_is_incomplete(missing: str, record: Record) -> None:
    lines = [one for one in invoice().splitlines() if one and not one.startswith(missing)]
    assert record("810", "\n".join(lines)).incomplete


def test_the_trace_quotes_every_value(mapped: Callable[[str, str], Any]) -> None:
    found = mapped("810", invoice(totals="TDS*18000\nTXI*ST*1.00"))
    trace = found.trace()
    assert trace["/totals/total"].text == "18000"
    assert trace["/lines/0/item/buyer_part"].text == "A-100"
    assert trace["/taxes/0/amount"].at.startswith("segment 5 (TXI) element 02, bytes ")
    assert {"/number", "/date", "/orders/0", "/lines/0/quantity"} <= trace.keys()
    assert "/type" in trace
