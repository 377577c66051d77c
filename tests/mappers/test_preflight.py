"""What partners will reject, told before anything is sent."""

import datetime as dt
from decimal import Decimal

import pytest
from msgspec.structs import replace

from mappers.canonical import (
    AnyRecord,
    DocumentRef,
    Invoice,
    InvoiceLine,
    Item,
    OrderLine,
    OrderRef,
    OrderResponse,
    Party,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    ResponseLine,
    Tax,
    Totals,
    Traced,
)
from mappers.preflight import at_their_places, foreseen

ORDER = PurchaseOrder(
    number="PO-1",
    currency="USD",
    lines=(OrderLine(number="00010", item=Item(supplier_part="P"), uom="BX"),),
)
LINE = InvoiceLine(
    number="1",
    order=OrderRef(number="PO-1", line="10"),
    item=Item(supplier_part="P"),
    quantity=Decimal(1),
    uom="BX",
    amount=Decimal(5),
)
INVOICE = Invoice(
    type="invoice",
    operation="new",
    number="R-1",
    date=dt.date(2026, 3, 2),
    currency="USD",
    orders=("PO-1",),
    supplier=Party(ids={"duns": "1"}),
    lines=(LINE,),
)


def codes(*records: AnyRecord) -> list[list[str]]:
    return [[problem.code for problem in problems] for problems in foreseen(records)]


def test_what_will_be_taken_is_not_talked_about() -> None:
    assert codes(ORDER, INVOICE) == [[], []]
    assert codes(INVOICE) == [[]]


def line(**changes: object) -> Invoice:
    return replace(INVOICE, lines=(replace(LINE, **changes),))


@pytest.mark.parametrize(
    ("invoice", "code"),
    [
        (replace(INVOICE, orders=()), "preflight.no_order"),
        (replace(INVOICE, currency="EUR"), "preflight.currency"),
        (replace(INVOICE, type="credit_memo"), "preflight.no_original"),
        (line(order=OrderRef(number="PO-1")), "preflight.no_order_line"),
        (line(order=OrderRef(number="PO-1", line="20")), "preflight.unknown_order_line"),
        (line(uom="EA"), "preflight.unit"),
        (line(uom=None), "preflight.no_unit"),
        (line(item=None), "preflight.no_part"),
        (replace(INVOICE, totals=Totals(tax=Decimal(1))), "preflight.tax_detail"),
        (
            replace(INVOICE, operation="cancel", fields={"isInformationOnly": "yes"}),
            "preflight.flags",
        ),
    ],
)
def test_each_rejection_is_foreseen(invoice: Invoice, code: str) -> None:
    assert codes(ORDER, invoice) == [[], [code]]


def test_an_agreement_or_a_detail_is_enough() -> None:
    agreed = replace(INVOICE, orders=(), fields={"contract": "A-1"})
    taxed = replace(INVOICE, totals=Totals(tax=Decimal(1)), taxes=(Tax(rate=Decimal(10)),))
    credit = replace(INVOICE, type="credit_memo", original=DocumentRef(number="R-0"))
    assert codes(agreed) == codes(taxed) == codes(credit) == [[]]


def test_a_number_is_used_once_by_a_supplier() -> None:
    other = replace(INVOICE, supplier=Party(ids={"duns": "2"}))
    cancelled = replace(INVOICE, operation="cancel")
    again = replace(INVOICE, number="r-1")
    assert codes(INVOICE, other, cancelled, again) == [
        [],
        [],
        [],
        ["preflight.duplicate_invoice"],
    ]


def test_ship_notices_and_confirmations_are_held_against_the_order() -> None:
    notice = Receipt(lines=(ReceiptLine(order=OrderRef(number="PO-1", line="7"), uom="BX"),))
    answer = OrderResponse(
        order=OrderRef(number="PO-1"), lines=(ResponseLine(order_line="10", uom="EA"),)
    )
    assert codes(notice, answer, ORDER) == [
        ["preflight.unknown_order_line"],
        ["preflight.unit"],
        [],
    ]


def test_a_finding_stands_at_its_value_or_next_to_it() -> None:
    [problems] = foreseen([line(order=OrderRef(number="PO-1"), uom=None)])
    trace = {
        "/lines/0/order/number": Traced(at="line 9", text="PO-1"),
        "/number": Traced(at="line 2", text="R-1"),
    }
    assert [problem.at for problem in at_their_places(problems, trace)] == ["line 9", "line 9"]
    assert [problem.at for problem in at_their_places(problems, {})] == [
        problem.at for problem in problems
    ]
