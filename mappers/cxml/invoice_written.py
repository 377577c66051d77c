"""Invoices and credit memos written as InvoiceDetailRequest.

Credits are stated in negative amounts, lines of credits in negative quantities. In-line flags are
set for what the lines state.
"""

from collections.abc import Iterator
from decimal import Decimal

from msgspec.structs import replace

from mappers.canonical import Adjustment, Invoice, InvoiceLine, Item, Party, Totals
from mappers.credit import negated
from mappers.cxml.envelope import request
from mappers.cxml.nodes import (
    accounting_extrinsics,
    comments,
    contact,
    described,
    distribution,
    extrinsics,
    item_id,
    modification,
    money,
    node,
    noon,
    number,
    order_reference,
    payment_term,
    price_basis,
    priced,
    spoken,
    tax,
)
from mappers.writing import Outgoing, UnwritableError
from parsers.form import Node

_OWN_PLACE = ("isInformationOnly", "isERS", "shipNoticeID")
_LINE_OWN_PLACE = ("agreement", "shipNoticeLineNumber", "receiptLineNumber", "reason", "itemType")
_PURPOSES = {"credit_memo": "lineLevelCreditMemo", "debit_memo": "lineLevelDebitMemo"}


def invoice_detail_request(invoice: Invoice, outgoing: Outgoing) -> Node:
    """Return an invoice as an InvoiceDetailRequest, one InvoiceDetailOrder for each order.

    Raises `UnwritableError` without lines, or identifiers of both parties.
    """
    if not invoice.lines:
        message = "an InvoiceDetailRequest has at least one line"
        raise UnwritableError(message)
    written = negated(invoice) if invoice.type == "credit_memo" else invoice
    orders: dict[str, list[InvoiceLine]] = {}
    for line in written.lines:
        orders.setdefault((line.order.number if line.order else None) or "", []).append(line)
    payload = node(
        "InvoiceDetailRequest",
        _head(written),
        *(_order(written, lines) for lines in orders.values()),
        _summary(written),
    )
    return request(payload, outgoing, invoice.supplier, invoice.buyer)


def _head(invoice: Invoice) -> Node:
    def said(condition: object) -> str | None:
        return "yes" if condition else None

    lines = invoice.lines
    codes = {one.code for line in lines for one in line.adjustments}
    flags = node(
        "InvoiceDetailLineIndicator",
        isTaxInLine=said(any(line.taxes for line in lines)),
        isSpecialHandlingInLine=said("special_handling" in codes),
        isShippingInLine=said("shipping" in codes),
        isDiscountInLine=said("discount" in codes),
        isAccountingInLine=said(any(line.accounting for line in lines)),
    )
    return node(
        "InvoiceDetailRequestHeader",
        node("InvoiceDetailHeaderIndicator"),
        flags,
        *_partners(invoice),
        _original(invoice),
        _shipping(invoice),
        *map(payment_term, invoice.terms),
        node("PaymentInformation", paymentNetDueDate=noon(invoice.due_date))
        if invoice.due_date
        else None,
        *comments(invoice.notes[:1]),
        *extrinsics(invoice.fields, but=_OWN_PLACE),
        *accounting_extrinsics(invoice.accounting, invoice.fields),
        invoiceID=invoice.number or "",
        invoiceDate=noon(invoice.date) or "",
        purpose=_PURPOSES.get(invoice.type or "", "standard"),
        operation="delete" if invoice.operation == "cancel" else "new",
        isInformationOnly=invoice.fields.get("isInformationOnly"),
        isERS=invoice.fields.get("isERS"),
    )


def _partners(invoice: Invoice) -> Iterator[Node]:
    roles = (
        ("from", invoice.supplier),
        ("soldTo", invoice.buyer),
        ("billTo", invoice.bill_to),
        ("remitTo", invoice.remit_to),
    )
    for role, party in roles:
        if party is None or (role in {"from", "soldTo"} and not party.name):
            continue
        plain = replace(party, ids=_address_id(party)) if role in {"from", "soldTo"} else party
        account = party.bank_account
        yield node(
            "InvoicePartner",
            contact(role, plain),
            node("IdReference", domain="accountID", identifier=account) if account else None,
        )


def _address_id(party: Party) -> dict[str, str]:
    """Return the one identifier of a party that does not stand in the header of the envelope."""
    return {key: value for key, value in party.ids.items() if key == "address_id"}


def _original(invoice: Invoice) -> Node | None:
    if invoice.original is None:
        return None
    return node(
        "InvoiceIDInfo",
        invoiceID=invoice.original.number or "",
        invoiceDate=noon(invoice.original.date),
    )


def _shipping(invoice: Invoice) -> Node | None:
    if invoice.ship_to is None:
        return None
    sender = replace(invoice.supplier or Party(), ids={}, tax_id=None)
    return node(
        "InvoiceDetailShipping", contact("shipFrom", sender), contact("shipTo", invoice.ship_to)
    )


def _order(invoice: Invoice, lines: list[InvoiceLine]) -> Node:
    return node(
        "InvoiceDetailOrder",
        node("InvoiceDetailOrderInfo", order_reference(lines[0].order)),
        *(_line(invoice, place, line) for place, line in enumerate(lines, 1)),
    )


def _line(invoice: Invoice, place: int, line: InvoiceLine) -> Node:
    currency, item = invoice.currency, line.item or Item()
    reference = node(
        "InvoiceDetailItemReference",
        item_id(item),
        spoken("Description", item.description),
        *described(item),
        lineNumber=(line.order.line if line.order else None) or "",
    )
    return node(
        "InvoiceDetailItem",
        node("UnitOfMeasure", line.uom),
        money("UnitPrice", line.unit_price, currency),
        price_basis(line.price_basis),
        reference,
        priced("SubtotalAmount", line.amount, currency),
        tax(line.taxes, None, currency),
        *_line_adjustments(line, currency),
        *(distribution(split, currency) for split in line.accounting),
        *comments(line.notes[:1]),
        *extrinsics(line.fields, but=_LINE_OWN_PLACE),
        invoiceLineNumber=line.number or str(place),
        quantity=number(line.quantity) or "",
        reason=line.fields.get("reason"),
    )


def _line_adjustments(line: InvoiceLine, currency: str | None) -> Iterator[Node]:
    """Yield what the line adds and takes off, in the order of the content model."""
    by_code = {one.code: one for one in line.adjustments}
    handling, shipping = by_code.get("special_handling"), by_code.get("shipping")
    if handling:
        yield _charge("InvoiceDetailLineSpecialHandling", handling, currency)
    if shipping:
        ship = node("InvoiceDetailShipping", *(contact(role, Party()) for role in _SHIPPING_ROLES))
        amount = node("Money", number(shipping.amount), currency=currency or "")
        yield node("InvoiceDetailLineShipping", ship, amount)
    if "discount" in by_code:
        yield _discount(by_code["discount"], currency)
    others = [one for one in line.adjustments if one.code not in _OWN_ELEMENTS]
    if others:
        yield node("InvoiceItemModifications", *(modification(one, currency) for one in others))


_OWN_ELEMENTS = {"special_handling", "shipping", "discount"}
_SHIPPING_ROLES = ("shipFrom", "shipTo")


def _charge(name: str, one: Adjustment, currency: str | None) -> Node:
    return node(
        name,
        spoken("Description", one.reason) if one.reason else None,
        node("Money", number(one.amount), currency=currency or ""),
    )


def _discount(one: Adjustment, currency: str | None) -> Node:
    return node(
        "InvoiceDetailDiscount",
        node("Money", number(one.amount), currency=currency or ""),
        percentageRate=number(one.percent),
    )


def _summary(invoice: Invoice) -> Node:
    currency, totals = invoice.currency, invoice.totals or Totals()
    by_code = {one.code: one for one in invoice.adjustments}
    handling, discount = by_code.get("special_handling"), by_code.get("discount")
    others = [one for one in invoice.adjustments if one.code not in _OWN_ELEMENTS]
    modifications = [modification(one, currency) for one in others]
    taxes = tax(invoice.taxes, totals.tax, currency) or money(
        "Tax", None, currency, spoken("Description", None)
    )
    return node(
        "InvoiceDetailSummary",
        money("SubtotalAmount", _subtotal(invoice), currency),
        taxes,
        priced("SpecialHandlingAmount", handling.amount, currency) if handling else None,
        priced("ShippingAmount", totals.shipping, currency),
        _discount(discount, currency) if discount else None,
        node("InvoiceHeaderModifications", *modifications) if modifications else None,
        priced("TotalCharges", totals.charges, currency),
        priced("TotalAllowances", totals.allowances, currency),
        priced("TotalAmountWithoutTax", totals.net, currency),
        money("NetAmount", totals.total, currency),
        priced("DepositAmount", totals.prepaid, currency),
        priced("DueAmount", totals.due, currency),
    )


def _subtotal(invoice: Invoice) -> Decimal | None:
    """Return the sum of the lines as stated, or as they add up."""
    if invoice.totals and invoice.totals.lines is not None:
        return invoice.totals.lines
    amounts = [line.amount for line in invoice.lines]
    if not amounts or None in amounts:
        return None
    return sum((amount for amount in amounts if amount is not None), Decimal(0))
