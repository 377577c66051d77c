"""InvoiceDetailRequest to invoice: references, in-line flags, credits and sums."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

Record = Callable[[str], Any]
Request = Callable[..., str]

PARTNERS = """<InvoicePartner><Contact role="remitTo" addressID="R-1"><Name>Payee Ltd</Name>
</Contact>
<IdReference domain="ibanID" identifier="DE02120300000000202051"/>
<IdReference domain="vatID" identifier="DE111"/></InvoicePartner>
<InvoicePartner><Contact role="billTo"><Name>Payer</Name></Contact></InvoicePartner>
<InvoicePartner><Contact role="from"><Name>Seller GmbH</Name></Contact></InvoicePartner>"""

LINE = """<InvoiceDetailItem invoiceLineNumber="{number}" quantity="{quantity}">
<UnitOfMeasure>EA</UnitOfMeasure><UnitPrice><Money currency="EUR">{price}</Money></UnitPrice>
<InvoiceDetailItemReference lineNumber="{line}"><ItemID><SupplierPartID>P</SupplierPartID></ItemID>
<Description>Pens</Description></InvoiceDetailItemReference>
<SubtotalAmount><Money currency="EUR">{amount}</Money></SubtotalAmount>{more}</InvoiceDetailItem>"""

TAX = """<Tax><Money currency="EUR">1.90</Money><Description/><TaxDetail category="vat"
percentageRate="19"><TaxableAmount><Money currency="EUR">10.00</Money></TaxableAmount>
<TaxAmount><Money currency="EUR">1.90</Money></TaxAmount></TaxDetail></Tax>"""


def money(name: str, amount: str) -> str:
    return f'<{name}><Money currency="EUR">{amount}</Money></{name}>'


def line(**given: str) -> str:
    usual = {"number": "1", "quantity": "4", "price": "2.50", "amount": "10.00"}
    return LINE.format(**({"line": "1", "more": ""} | usual | given))


def part(order: str, *lines: str) -> str:
    return (
        f"<InvoiceDetailOrder><InvoiceDetailOrderInfo>{order}</InvoiceDetailOrderInfo>"
        f"{''.join(lines)}</InvoiceDetailOrder>"
    )


BY_NUMBER = '<OrderReference orderID="PO-1"><DocumentReference payloadID="1@b"/></OrderReference>'
SUMMARY = money("SubtotalAmount", "10.00") + money("Tax", "1.90") + money("NetAmount", "11.90")


def invoice(
    request_of: Request,
    *parts: str,
    head: str = "",
    flags: str = "",
    summary: str = SUMMARY,
    inner: str = "",
) -> str:
    return request_of(
        f'<InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID="R-1" '
        f'invoiceDate="2026-03-07T00:00:00Z" {head}><InvoiceDetailHeaderIndicator/>'
        f"<InvoiceDetailLineIndicator {flags}/>{inner}</InvoiceDetailRequestHeader>"
        f"{''.join(parts)}<InvoiceDetailSummary>{summary}</InvoiceDetailSummary>"
        "</InvoiceDetailRequest>"
    )


def codes(found: Any) -> list[str]:
    return [problem.code for problem in found.problems]


def test_an_invoice(record: Record, request_of: Request) -> None:
    found = record(invoice(request_of, part(BY_NUMBER, line()), inner=PARTNERS))
    assert not found.problems
    assert (found.type, found.operation, found.number) == ("invoice", "new", "R-1")
    assert (found.date, found.currency, found.orders) == (dt.date(2026, 3, 7), "EUR", ("PO-1",))
    assert (found.supplier.name, found.supplier.ids) == ("Seller GmbH", {"duns": "987654321"})
    assert found.buyer.ids == {"network_id": "AN-BUYER"}
    assert (found.remit_to.name, found.remit_to.bank_account) == (
        "Payee Ltd",
        "DE02120300000000202051",
    )
    assert (found.remit_to.tax_id, found.bill_to.name) == ("DE111", "Payer")
    assert "iban" not in repr(found.remit_to.ids).lower()
    [one] = found.lines
    assert (one.type, one.order.number, one.order.line) == ("goods", "PO-1", "1")
    assert (one.quantity, one.unit_price, one.amount) == (
        Decimal(4),
        Decimal("2.50"),
        Decimal("10.00"),
    )
    assert (found.totals.lines, found.totals.tax) == (Decimal("10.00"), Decimal("1.90"))
    assert (found.totals.total, found.totals.due) == (Decimal("11.90"), None)


@pytest.mark.parametrize(
    ("reference", "number"),
    [
        (BY_NUMBER, "PO-1"),
        ('<OrderIDInfo orderID="PO-2"/>', "PO-2"),
        ('<MasterAgreementIDInfo agreementID="A-1"/><OrderIDInfo orderID="PO-3"/>', "PO-3"),
        ('<OrderReference><DocumentReference payloadID="PO-4"/></OrderReference>', "PO-4"),
        ('<OrderReference><DocumentReference payloadID="1.2@hub"/></OrderReference>', None),
        (
            (
                "<MasterAgreementReference>"
                '<DocumentReference payloadID="A"/></MasterAgreementReference>'
            ),
            None,
        ),
    ],
)
def test_the_order_number_follows_the_chain(
    record: Record, request_of: Request, reference: str, number: str | None
) -> None:
    found = record(invoice(request_of, part(reference, line())))
    assert found.orders == ((number,) if number else ())
    assert found.lines[0].order.number == number
    assert found.lines[0].order.line == "1"


def test_several_orders_are_named_once_each(record: Record, request_of: Request) -> None:
    other = '<OrderIDInfo orderID="PO-2"/>'
    found = record(
        invoice(
            request_of,
            part(BY_NUMBER, line()),
            part(other, line(number="2")),
            part(BY_NUMBER, line(number="3")),
        )
    )
    assert found.orders == ("PO-1", "PO-2")
    assert [one.order.number for one in found.lines] == ["PO-1", "PO-2", "PO-1"]


DISCOUNT = """<InvoiceDetailDiscount percentageRate="5">
<Money currency="EUR">0.50</Money></InvoiceDetailDiscount>"""


def test_line_amounts_count_only_with_their_flag(record: Record, request_of: Request) -> None:
    parts = part(BY_NUMBER, line(more=TAX + DISCOUNT))
    silent = record(invoice(request_of, parts))
    assert (silent.lines[0].taxes, silent.lines[0].adjustments) == ((), ())
    assert codes(silent) == ["cxml.not_in_line", "cxml.not_in_line"]
    flagged = record(invoice(request_of, parts, flags='isTaxInLine="yes" isDiscountInLine="yes"'))
    [tax], [discount] = flagged.lines[0].taxes, flagged.lines[0].adjustments
    assert (tax.rate, tax.amount) == (Decimal(19), Decimal("1.90"))
    assert (discount.type, discount.code, discount.amount) == (
        "allowance",
        "discount",
        Decimal("0.50"),
    )


def test_what_the_summary_totals_is_not_told_twice(record: Record, request_of: Request) -> None:
    summary = (
        money("SubtotalAmount", "10.00")
        + money("Tax", "0")
        + money("SpecialHandlingAmount", "3.00")
        + DISCOUNT
        + money("NetAmount", "12.50")
    )
    parts = part(BY_NUMBER, line(more=DISCOUNT))
    by_summary = record(invoice(request_of, part(BY_NUMBER, line()), summary=summary))
    assert sorted((one.type, one.code) for one in by_summary.adjustments) == [
        ("allowance", "discount"),
        ("charge", "special_handling"),
    ]
    by_line = record(invoice(request_of, parts, summary=summary, flags='isDiscountInLine="yes"'))
    assert [one.code for one in by_line.adjustments] == ["special_handling"]
    assert not by_line.problems


CREDIT_SUMMARY = (
    money("SubtotalAmount", "-10.00") + money("Tax", "-1.90") + money("NetAmount", "-11.90")
)
ORIGINAL = '<InvoiceIDInfo invoiceID="R-0" invoiceDate="2026-02-01T00:00:00Z"/>'


def test_a_header_credit(record: Record, request_of: Request) -> None:
    whole = (
        "<InvoiceDetailHeaderOrder><InvoiceDetailOrderInfo><OrderIDInfo orderID='PO-1'/>"
        "</InvoiceDetailOrderInfo><InvoiceDetailOrderSummary invoiceLineNumber='1'>"
        f"{money('SubtotalAmount', '-10.00')}</InvoiceDetailOrderSummary>"
        "</InvoiceDetailHeaderOrder>"
    )
    data = invoice(
        request_of, whole, head='purpose="creditMemo"', summary=CREDIT_SUMMARY, inner=ORIGINAL
    ).replace(
        "<InvoiceDetailHeaderIndicator/>", '<InvoiceDetailHeaderIndicator isHeaderInvoice="yes"/>'
    )
    found = record(data)
    assert not found.problems
    assert (found.type, found.original.number) == ("credit_memo", "R-0")
    assert (found.totals.total, found.totals.tax) == (Decimal("11.90"), Decimal("1.90"))
    assert (found.lines[0].amount, found.lines[0].order.number) == (Decimal("10.00"), "PO-1")


@pytest.mark.parametrize(
    ("quantity", "price", "amount"), [("-4", "2.50", "-10.00"), ("4", "-2.50", "-10.00")]
)
def test_a_line_credit_is_positive(
    record: Record, request_of: Request, quantity: str, price: str, amount: str
) -> None:
    parts = part(BY_NUMBER, line(quantity=quantity, price=price, amount=amount))
    found = record(
        invoice(request_of, parts, head='purpose="lineLevelCreditMemo"', summary=CREDIT_SUMMARY)
    )
    assert not found.problems
    [one] = found.lines
    assert (one.quantity, one.unit_price, one.amount) == (
        Decimal(4),
        Decimal("2.50"),
        Decimal("10.00"),
    )


def test_a_credit_in_positive_amounts_is_taken_at_its_word(
    record: Record, request_of: Request
) -> None:
    found = record(invoice(request_of, part(BY_NUMBER, line()), head='purpose="creditMemo"'))
    assert (found.type, found.totals.total) == ("credit_memo", Decimal("11.90"))
    assert codes(found) == ["cxml.credit_sign"]
    assert not found.incomplete


def test_a_cancelled_invoice(record: Record, request_of: Request) -> None:
    found = record(invoice(request_of, part(BY_NUMBER, line()), head='operation="delete"'))
    assert (found.operation, found.type) == ("cancel", "invoice")


def test_an_empty_amount_is_none(record: Record, request_of: Request) -> None:
    summary = money("SubtotalAmount", "10.00") + money("Tax", "") + money("NetAmount", "")
    totals = record(invoice(request_of, part(BY_NUMBER, line()), summary=summary)).totals
    assert (totals.tax, totals.total, totals.due) == (None, None, None)


@pytest.mark.parametrize(
    ("summary", "code"),
    [
        (money("SubtotalAmount", "10.01") + money("NetAmount", "10.01"), "cxml.subtotal"),
        (SUMMARY + money("GrossAmount", "12.00"), "cxml.gross"),
        (money("SubtotalAmount", "10.00") + money("NetAmount", "10.01"), "cxml.net"),
        (SUMMARY + money("DepositAmount", "5") + money("DueAmount", "11.90"), "cxml.due"),
        (SUMMARY.replace(money("Tax", "1.90"), TAX.replace("1.90", "1.80", 1)), "cxml.tax_details"),
    ],
)
def test_sums_that_do_not_add_up_are_told(
    record: Record, request_of: Request, summary: str, code: str
) -> None:
    found = record(invoice(request_of, part(BY_NUMBER, line()), summary=summary))
    assert code in codes(found)
    problem = next(one for one in found.problems if one.code == code)
    assert (problem.severity, found.incomplete) == ("warning", False)
    assert problem.found != problem.expected


def test_a_line_that_does_not_multiply_is_told(record: Record, request_of: Request) -> None:
    found = record(invoice(request_of, part(BY_NUMBER, line(quantity="3"))))
    assert codes(found) == ["cxml.line_amount"]
    assert found.lines[0].amount == Decimal("10.00")


def test_header_invoices_have_no_lines(record: Record, request_of: Request) -> None:
    data = invoice(request_of, part(BY_NUMBER, line())).replace(
        "<InvoiceDetailHeaderIndicator/>", '<InvoiceDetailHeaderIndicator isHeaderInvoice="yes"/>'
    )
    assert codes(record(data)) == ["cxml.header_and_detail"]


def test_an_unreadable_day_makes_it_incomplete(record: Record, request_of: Request) -> None:
    data = invoice(request_of, part(BY_NUMBER, line())).replace("2026-03-07T00:00:00Z", "tomorrow")
    found = record(data)
    assert found.incomplete
    assert found.date is None
    assert codes(found) == ["value.not_date"]


def test_the_trace_quotes_what_stood_there(
    mapped: Callable[[str], Any], request_of: Request
) -> None:
    data = invoice(
        request_of,
        part(BY_NUMBER, line(quantity="-4", amount="-10.00", more=TAX)),
        head='purpose="lineLevelCreditMemo"',
        flags='isTaxInLine="yes"',
        summary=CREDIT_SUMMARY,
        inner=PARTNERS,
    )
    trace = mapped(data).trace()
    assert trace["/lines/0/amount"].text == "-10.00"
    assert trace["/lines/0/order/number"].text == "PO-1"
    assert trace["/lines/0/taxes/0/rate"].text == "19"
    assert trace["/remit_to/bank_account"].text == "DE02120300000000202051"
    for pointer, traced in trace.items():
        assert traced.start is not None, pointer
        assert data.encode()[traced.start : traced.end].decode() == traced.text
