"""The sums of an invoice as a person checks them, and what keeps it from being whole."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec import structs

from mappers.canonical import (
    Adjustment,
    Invoice,
    InvoiceLine,
    PriceBasis,
    Receipt,
    Totals,
    Traced,
)
from mappers.completing import lacking, sums_of, unsure

D = Decimal


def line(quantity: str, price: str, amount: str, per: str | None = None) -> InvoiceLine:
    basis = PriceBasis(quantity=D(per)) if per else None
    return InvoiceLine(
        quantity=D(quantity), unit_price=D(price), amount=D(amount), price_basis=basis
    )


BILL = Invoice(
    number="A-1",
    date=date(2026, 5, 4),
    lines=(line("2", "50", "100.00"), line("500", "4.20", "21.00", "100")),
    totals=Totals(net=D("121.00"), tax=D("24.20"), total=D("145.20")),
)


def test_every_sum_of_a_bill_that_adds_up_holds() -> None:
    found = list(sums_of(BILL))
    assert [one.name for one in found] == ["line 1", "line 2", "lines", "total"]
    assert all(one.holds for one in found)
    assert found[-1].parts == "121.00 + 24.20 tax"


@pytest.mark.parametrize(
    ("changed", "name", "difference"),
    [
        ({"lines": (line("2", "50", "100.00"),)}, "lines", "21.00"),
        ({"totals": Totals(net=D(121), tax=D("24.20"), total=D("146.20"))}, "total", "1.00"),
        (
            {"totals": Totals(total=D("121.00"), prepaid=D(21), due=D("101.00"))},
            "due",
            "1.00",
        ),
        ({"lines": (*BILL.lines[:1], line("500", "4.20", "21.50", "100"))}, "line 2", "0.50"),
    ],
)
def test_what_is_wrong_is_told_with_its_difference(
    changed: dict[str, object], name: str, difference: str
) -> None:
    wrong = [one for one in sums_of(structs.replace(BILL, **changed)) if not one.holds]
    assert (name, D(difference)) in [(one.name, one.difference) for one in wrong]


@pytest.mark.parametrize(
    "totals",
    [
        Totals(lines=D("121.00"), tax=D("24.20"), total=D("155.20")),
        Totals(net=D("131.00"), tax=D("24.20"), total=D("155.20")),
    ],
)
def test_charges_stand_between_lines_and_total_or_in_the_net(totals: Totals) -> None:
    charged = structs.replace(
        BILL, totals=totals, adjustments=(Adjustment(type="charge", amount=D("10.00")),)
    )
    assert next(one for one in sums_of(charged) if one.name == "total").holds


def test_a_cent_of_each_line_may_be_lost_to_rounding() -> None:
    lines = (line("1", "0.336", "0.34"), line("1", "0.336", "0.34"))
    bill = structs.replace(BILL, lines=lines, totals=Totals(total=D("0.67")))
    assert next(one for one in sums_of(bill) if one.name == "lines").holds


def test_nothing_is_added_up_of_what_is_not_stated() -> None:
    assert not list(sums_of(Invoice(lines=(InvoiceLine(quantity=D(2)),))))


def test_missing_unsure_and_wrong_values_keep_an_invoice_from_being_whole() -> None:
    trace = {
        "/number": Traced(at="page 1", text="A-1", confidence=0.6),
        "/lines/1/amount": Traced(at="page 1", text="21.00", confidence=0.7),
    }
    assert unsure(BILL, trace) == ["/number", "/lines/1/amount"]
    broken = structs.replace(BILL, date=None, totals=Totals(net=D(1), total=D("2")))
    codes = [one.code for one in lacking(broken, trace, as_printed=False) if one.is_error]
    assert codes == ["pdf.missing", "pdf.lines_mismatch", "pdf.total_mismatch", "pdf.unsure"]
    assert not list(lacking(BILL, {}, as_printed=False))
    assert not list(lacking(Receipt(), trace, as_printed=False))


def test_sums_that_are_printed_wrong_are_told_and_stop_nothing() -> None:
    broken = structs.replace(BILL, totals=Totals(net=D(121), tax=D(1), total=D(200)))
    told = list(lacking(broken, {}, as_printed=True))
    assert [one.severity for one in told] == ["warning"]
    assert told[0].expected == "122: 121 + 1 tax"
