"""Order, receipt and invoice side by side: what is quiet, what is loud, and where it stands."""

from decimal import Decimal

from msgspec import structs

from gateway.web.cells import Held, Origin
from gateway.web.grid import LINES_SHOWN, Case, Grid, grid
from mappers.canonical import (
    Invoice,
    InvoiceLine,
    Item,
    OrderLine,
    OrderRef,
    PriceBasis,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    Tax,
    Totals,
)
from matcher.entries import Amendment, ClaimLine
from matcher.result import InvoiceRef, LineResult, Reconciliation

ORDER_ID, RECEIPT_ID, INVOICE_ID = 1, 2, 3
SCREW = Item(supplier_part="S-1", description="Screw")


def ordered(quantity: str = "100", price: str = "1.50", **more: object) -> PurchaseOrder:
    line = OrderLine(
        number="1",
        item=SCREW,
        quantity=Decimal(quantity),
        uom="EA",
        unit_price=Decimal(price),
        **more,  # type: ignore[arg-type]
    )
    return PurchaseOrder(number="45", lines=(line,), total=Decimal(150))


def received(quantity: str, **more: object) -> Receipt:
    reference = OrderRef(number="45", line="1")
    line = ReceiptLine(number="1", order=reference, quantity=Decimal(quantity), uom="EA")
    return Receipt(evidence="received", number="GR-1", lines=(line,), **more)  # type: ignore[arg-type]


def billed(quantity: str = "100", price: str = "1.50", uom: str = "EA") -> Invoice:
    line = InvoiceLine(
        number="1",
        order=OrderRef(number="45", line="1"),
        item=SCREW,
        quantity=Decimal(quantity),
        uom=uom,
        unit_price=Decimal(price),
        amount=Decimal(quantity) * Decimal(price),
    )
    return Invoice(
        number="INV-1",
        currency="USD",
        orders=("45",),
        lines=(line,),
        taxes=(Tax(rate=Decimal("7.0"), amount=Decimal("10.50")),),
        totals=Totals(total=Decimal("160.50")),
    )


def judged(verdict: str) -> Reconciliation:
    zero = Decimal("0.00")
    line = LineResult(
        number="1",
        order=OrderRef(number="45", line="1"),
        verdict=verdict,  # type: ignore[arg-type]
        approved=zero,
        pending=zero,
        disputed=zero,
        codes=(),
    )
    return Reconciliation(
        invoice=InvoiceRef(number="INV-1", id="k"),
        verdict=verdict,  # type: ignore[arg-type]
        approved=zero,
        pending=zero,
        disputed=zero,
        findings=(),
        lines=(line,),
        codes=(),
    )


def laid(
    order: PurchaseOrder | None,
    receipts: list[Receipt],
    invoice: Invoice,
    verdict: str = "exception",
) -> Grid:
    return grid(
        Case(
            invoice=Held(INVOICE_ID, invoice),
            orders=(Held(ORDER_ID, order),) if order else (),
            receipts=tuple(Held(RECEIPT_ID + 10 * n, one) for n, one in enumerate(receipts)),
            result=judged(verdict),
        )
    )


def test_what_agrees_is_quiet_and_every_value_has_its_origin() -> None:
    (line,) = laid(ordered(), [received("100")], billed(), "matched").lines
    assert line.agrees
    assert [value.text for value in line.order] == ["100 EA", "1.50", ""]
    assert [value.text for value in line.receipt] == ["100 EA"]
    assert [value.text for value in line.invoice] == ["100 EA", "1.50", "150.00"]
    assert line.order[0].origin == Origin(ORDER_ID, "/lines/0/quantity")
    assert line.receipt[0].origin == Origin(RECEIPT_ID, "/lines/0/quantity")
    assert line.invoice[1].origin == Origin(INVOICE_ID, "/lines/0/unit_price")
    assert not any(value.loud for value in (*line.order, *line.receipt, *line.invoice))


def test_more_than_ordered_is_loud_with_sign_and_unit() -> None:
    (line,) = laid(ordered("96"), [received("96")], billed()).lines
    assert (line.difference[0].text, line.difference[0].note) == ("+4 EA", "over the order")
    assert line.invoice[0].loud
    assert not line.agrees


def test_more_than_received_is_loud_where_receipts_are_booked() -> None:
    (line,) = laid(ordered(), [received("40"), received("20")], billed()).lines
    assert (line.difference[0].text, line.difference[0].note) == ("+40 EA", "over the receipt")
    assert [value.text for value in line.receipt] == ["40 EA", "20 EA"]


def test_a_return_takes_away() -> None:
    (line,) = laid(ordered(), [received("100"), received("10", type="return")], billed()).lines
    assert line.difference[0].text == "+10 EA"
    assert line.receipt[1].text == "\N{MINUS SIGN}10 EA"


def test_a_dearer_price_tells_by_how_much_and_how_many_percent() -> None:
    (line,) = laid(ordered(price="1.25"), [], billed()).lines
    assert (line.difference[1].text, line.difference[1].note) == ("+0.25", "+20.0 %")
    assert line.invoice[1].loud


def test_units_that_differ_are_not_subtracted() -> None:
    (line,) = laid(ordered(), [], billed(uom="BX")).lines
    assert line.difference[0].text == "another unit"
    assert line.difference[1].text == ""


def test_prices_of_other_bases_are_not_compared() -> None:
    basis = PriceBasis(quantity=Decimal(100), uom="EA")
    (line,) = laid(ordered(price="150", price_basis=basis), [], billed()).lines
    assert line.order[1].text == "150.00 per 100 EA"
    assert line.difference[1].text == ""


def test_a_line_without_an_order_line_leaves_a_gap() -> None:
    (line,) = laid(None, [], billed(), "unmatched").lines
    assert line.order[0].text == "not ordered"
    assert line.receipt[0].text == "nothing"
    assert not line.agrees


def test_ship_notices_stand_in_only_where_nothing_is_booked() -> None:
    notice = Receipt(evidence="shipped", number="SH-1", lines=received("100").lines)
    only = laid(ordered(), [notice], billed())
    assert (only.received, only.receipts) == (False, ("SH-1",))
    assert only.lines[0].receipt[0].note == "shipped"
    assert only.lines[0].difference[0].text == ""
    both = laid(ordered(), [notice, received("60")], billed())
    assert both.receipts == ("GR-1",)
    assert both.lines[0].difference[0].text == "+40 EA"


def test_a_receipt_that_names_no_line_is_found_by_its_part() -> None:
    line = ReceiptLine(order=OrderRef(number="45"), item=SCREW, quantity=Decimal(100), uom="EA")
    receipt = Receipt(evidence="received", number="GR-2", lines=(line,))
    assert laid(ordered(), [receipt], billed(), "matched").lines[0].receipt[0].text == "100 EA"


def test_a_later_order_counts_for_the_lines_that_it_has() -> None:
    case = Case(
        invoice=Held(INVOICE_ID, billed(price="1.75")),
        orders=(Held(1, ordered()), Held(9, ordered(price="1.75"))),
    )
    (line,) = grid(case).lines
    assert line.order[1].origin == Origin(9, "/lines/0/unit_price")
    assert line.difference[1].text == ""


def test_of_a_long_invoice_the_lines_that_differ_are_shown() -> None:
    lines = tuple(
        InvoiceLine(
            number=str(n),
            order=OrderRef(number="45", line=str(n)),
            quantity=Decimal(2 if n % 100 == 0 else 1),
            uom="EA",
        )
        for n in range(1, 2001)
    )
    order = PurchaseOrder(
        number="45",
        lines=tuple(
            OrderLine(number=str(n), quantity=Decimal(1), uom="EA") for n in range(1, 2001)
        ),
    )
    case = Case(invoice=Held(INVOICE_ID, Invoice(lines=lines)), orders=(Held(ORDER_ID, order),))
    long = grid(case)
    assert len(long.lines) == LINES_SHOWN
    assert sum(not line.agrees for line in long.lines) == 20
    assert (long.left_out, long.left_out_open) == (1800, 0)
    numbers = [int(line.number) for line in long.lines]
    assert numbers == sorted(numbers)


def test_taxes_and_totals_stand_below() -> None:
    totals = laid(ordered(), [], billed()).totals
    assert [(one.label, one.invoice.text, one.order.text) for one in totals] == [
        ("Tax 7 %", "10.50", ""),
        ("Total", "160.50", "150.00"),
    ]


# Lines that do not stand one to one.


def order_of(*numbers: str) -> PurchaseOrder:
    (line,) = ordered().lines
    lines = tuple(
        structs.replace(line, number=number, item=Item(supplier_part=f"S-{number}"))
        for number in numbers
    )
    return structs.replace(ordered(), lines=lines)


def test_lines_that_bill_one_order_line_are_tied_on_its_side() -> None:
    (line,) = billed("60").lines
    lines = (line, structs.replace(line, number="2", quantity=Decimal(40)))
    laid = grid(
        Case(
            invoice=Held(INVOICE_ID, structs.replace(billed(), lines=lines)),
            orders=(Held(ORDER_ID, ordered()),),
        )
    )
    assert [one.order_tie for one in laid.lines] == ["first", "last"]
    assert {one.invoice_tie for one in laid.lines} == {""}
    assert {one.together for one in laid.lines} == {"Lines 1 and 2 bill one order line"}


def test_a_line_that_bills_several_is_tied_on_the_invoices_side() -> None:
    merged = Amendment(
        id="a",
        claim="k",
        shape="merged_lines",
        remove=("1",),
        add=tuple(ClaimLine(number=f"2.{n}", po="45", po_line=n) for n in ("1", "2", "3")),
    )
    laid = grid(
        Case(
            invoice=Held(INVOICE_ID, billed()),
            orders=(Held(ORDER_ID, order_of("1", "2", "3")),),
            amended=(merged,),
        )
    )
    assert [one.invoice_tie for one in laid.lines] == ["first", "middle", "last"]
    assert [one.number for one in laid.lines] == ["1", "", ""]
    assert laid.lines[0].together == "Line 1 read as order line 1 and 2 and 3"
    assert all(one.order[0].origin for one in laid.lines)


def test_lines_that_are_read_as_one_are_tied_on_the_orders_side() -> None:
    (line,) = billed("60").lines
    lines = (line, structs.replace(line, number="2", quantity=Decimal(40)))
    split = Amendment(
        id="a",
        claim="k",
        shape="split_lines",
        remove=("1", "2"),
        add=(ClaimLine(number="3.1", po="45", po_line="1"),),
    )
    laid = grid(
        Case(
            invoice=Held(INVOICE_ID, structs.replace(billed(), lines=lines)),
            orders=(Held(ORDER_ID, ordered()),),
            amended=(split,),
        )
    )
    assert [one.order_tie for one in laid.lines] == ["first", "last"]
    assert [one.invoice[0].text for one in laid.lines] == ["60 EA", "40 EA"]
    assert laid.lines[1].order[0].text == ""


def test_order_lines_that_nothing_bills_are_gaps_where_a_line_found_none() -> None:
    (line,) = billed().lines
    lost = structs.replace(line, order=None, item=Item(supplier_part="X"))
    case = Case(
        invoice=Held(INVOICE_ID, structs.replace(billed(), lines=(lost,))),
        orders=(Held(ORDER_ID, order_of("1", "2")),),
    )
    laid = grid(case)
    assert [one.is_gap for one in laid.lines] == [False, True, True]
    assert laid.lines[1].invoice[0].text == "not billed"
    whole = structs.replace(case, invoice=Held(INVOICE_ID, billed()))
    assert not any(one.is_gap for one in grid(whole).lines)
