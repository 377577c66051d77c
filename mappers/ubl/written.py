"""Orders, invoices and credit notes written as UBL 2.1 (Peppol BIS Order 3 and Billing 3)."""

from collections.abc import Iterator
from decimal import Decimal

from mappers.accounting import cost_text
from mappers.canonical import Invoice, InvoiceLine, Item, OrderLine, PurchaseOrder, Totals
from mappers.ubl.nodes import (
    adjustment,
    amount,
    day,
    delivery,
    group,
    item,
    kept,
    party,
    price,
    quantity,
    reference,
    tax_total,
    text,
)
from mappers.writing import Outgoing, UnwritableError
from parsers.form import Node

_BILLING = (
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
    "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
)
_ORDERING = (
    "urn:fdc:peppol.eu:poacc:trns:order:3",
    "urn:fdc:peppol.eu:poacc:bis:order_only:3",
)
_ORDER_TYPES = {"standard": "220", "blanket": "221", "release": "226"}


def ubl_invoice(invoice: Invoice, _outgoing: Outgoing) -> Node:
    """Return an invoice as a UBL Invoice, or a credit memo as a CreditNote."""
    is_credit = invoice.type == "credit_memo"
    if invoice.supplier is None or invoice.buyer is None:
        message = "a UBL invoice names its seller and its buyer"
        raise UnwritableError(message)
    parts = (*_invoice_head(invoice, is_credit=is_credit), *_invoice_body(invoice))
    lines = (_invoice_line(line, invoice, is_credit=is_credit) for line in invoice.lines)
    return kept("CreditNote" if is_credit else "Invoice", *parts, *lines)


def _invoice_head(invoice: Invoice, *, is_credit: bool) -> Iterator[Node | None]:
    yield from map(text, ("CustomizationID", "ProfileID"), _BILLING)
    yield text("ID", invoice.number)
    yield day("IssueDate", invoice.date)
    if is_credit:
        yield text("CreditNoteTypeCode", "381")
    else:
        yield day("DueDate", invoice.due_date)
        yield text("InvoiceTypeCode", "383" if invoice.type == "debit_memo" else "380")
    yield from (text("Note", note) for note in invoice.notes)
    yield text("DocumentCurrencyCode", invoice.currency)
    yield text("AccountingCost", cost_text(invoice.accounting))
    yield text("BuyerReference", invoice.fields.get("buyer_reference"))
    sales_order = invoice.fields.get("sales_order")
    yield group(
        "OrderReference",
        text("ID", invoice.orders[0] if invoice.orders else "NA" if sales_order else None),
        text("SalesOrderID", sales_order),
    )
    if invoice.original:
        yield group(
            "BillingReference",
            group(
                "InvoiceDocumentReference",
                text("ID", invoice.original.number),
                day("IssueDate", invoice.original.date),
            ),
        )
    yield reference("DespatchDocumentReference", invoice.fields.get("despatch_advice"))
    yield reference("ReceiptDocumentReference", invoice.fields.get("receiving_advice"))
    if not is_credit:
        yield reference("OriginatorDocumentReference", invoice.fields.get("tender"))
    yield reference("ContractDocumentReference", invoice.fields.get("contract"))
    if not is_credit:
        yield reference("ProjectReference", invoice.fields.get("project"))


def _invoice_body(invoice: Invoice) -> Iterator[Node | None]:
    currency, totals = invoice.currency, invoice.totals or Totals()
    yield group("AccountingSupplierParty", party(invoice.supplier) if invoice.supplier else None)
    yield group("AccountingCustomerParty", party(invoice.buyer) if invoice.buyer else None)
    if invoice.remit_to:
        payee = party(invoice.remit_to)
        yield Node("cac:PayeeParty", {}, payee.children) if payee else None
    yield delivery(invoice.ship_to) if invoice.ship_to else None
    yield _payment(invoice)
    notes = [term.text for term in invoice.terms if term.text]
    yield group("PaymentTerms", text("Note", notes[0] if notes else None))
    yield from (adjustment(one, currency) for one in invoice.adjustments)
    yield tax_total(invoice.taxes, totals.tax, currency)
    sums = (
        ("LineExtensionAmount", totals.lines),
        ("TaxExclusiveAmount", totals.net),
        ("TaxInclusiveAmount", totals.total),
        ("AllowanceTotalAmount", totals.allowances),
        ("ChargeTotalAmount", totals.charges),
        ("PrepaidAmount", totals.prepaid),
        ("PayableRoundingAmount", totals.rounding),
        ("PayableAmount", totals.total if totals.due is None else totals.due),
    )
    yield group("LegalMonetaryTotal", *(amount(name, value, currency) for name, value in sums))


def _payment(invoice: Invoice) -> Node | None:
    account = invoice.supplier.bank_account if invoice.supplier else None
    code = "30" if account else None
    due = day("PaymentDueDate", invoice.due_date) if invoice.type == "credit_memo" else None
    if code is None and due is None:
        return None
    return group(
        "PaymentMeans",
        text("PaymentMeansCode", code or "1"),
        due,
        text("PaymentID", invoice.fields.get("payment_reference")),
        group("PayeeFinancialAccount", text("ID", account)),
    )


def _invoice_line(line: InvoiceLine, invoice: Invoice, *, is_credit: bool) -> Node | None:
    currency, order = invoice.currency, line.order
    elsewhere = order and order.number and order.number not in invoice.orders[:1]
    order_line = group(
        "OrderLineReference",
        text("LineID", (order.line or "NA") if order and (order.line or elsewhere) else None),
        reference("OrderReference", order.number if order and elsewhere else None),
    )
    return group(
        "CreditNoteLine" if is_credit else "InvoiceLine",
        text("ID", line.number),
        *(text("Note", note) for note in line.notes),
        quantity("CreditedQuantity" if is_credit else "InvoicedQuantity", line.quantity, line.uom),
        amount("LineExtensionAmount", line.amount, currency),
        text("AccountingCost", cost_text(line.accounting)),
        order_line,
        *(adjustment(one, currency) for one in line.adjustments),
        item(line.item or Item(), line.taxes, line.fields.get("Description")),
        price(line.unit_price, line.price_basis, currency),
    )


def ubl_order(order: PurchaseOrder, _outgoing: Outgoing) -> Node:
    """Return a new purchase order as a UBL Order."""
    lines = (order_line(line, order) for line in order.lines)
    return kept("Order", *_order_head(order), *order_body(order), *lines)


def _order_head(order: PurchaseOrder) -> Iterator[Node | None]:
    yield from map(text, ("CustomizationID", "ProfileID"), _ORDERING)
    yield text("ID", order.number)
    yield text("SalesOrderID", order.fields.get("sales_order"))
    yield day("IssueDate", order.date)
    yield text("OrderTypeCode", _ORDER_TYPES.get(order.type or ""))
    yield from (text("Note", note) for note in order.notes)
    yield text("DocumentCurrencyCode", order.currency)
    yield text("CustomerReference", order.fields.get("customer_reference"))
    yield text("AccountingCost", cost_text(order.accounting))
    yield group("ValidityPeriod", day("EndDate", order.cancel_after))
    yield reference("QuotationDocumentReference", order.fields.get("quotation"))
    yield reference("OriginatorDocumentReference", order.fields.get("tender"))
    yield reference("CatalogueReference", order.fields.get("catalogue"))
    yield reference("Contract", order.contract)
    yield reference("ProjectReference", order.fields.get("project"))


def order_body(order: PurchaseOrder) -> Iterator[Node | None]:
    """Yield what an order and its change have in common behind their references."""
    currency = order.currency
    for name, told in (
        ("BuyerCustomerParty", order.buyer),
        ("SellerSupplierParty", order.supplier),
        ("AccountingCustomerParty", order.bill_to),
    ):
        yield group(name, party(told)) if told else None
    yield delivery(
        order.ship_to,
        group("RequestedDeliveryPeriod", day("EndDate", order.requested_date)),
    )
    yield reference("DeliveryTerms", order.freight.terms if order.freight else None)
    yield from (group("PaymentTerms", text("Note", one.text)) for one in order.terms)
    yield from (adjustment(one, currency) for one in order.adjustments)
    known = [one.amount for one in order.taxes if one.amount is not None]
    total = sum(known, Decimal(0)) if known else None
    yield tax_total(order.taxes, total, currency) if order.taxes else None
    yield group(
        "AnticipatedMonetaryTotal",
        amount("TaxInclusiveAmount", order.total, currency),
        amount("PayableAmount", order.total, currency),
    )


def order_line(line: OrderLine, order: PurchaseOrder) -> Node | None:
    """Return a line of an order or of its change."""
    currency = order.currency
    period = group("RequestedDeliveryPeriod", day("EndDate", line.requested_date))
    return group(
        "OrderLine",
        group(
            "LineItem",
            text("ID", line.number),
            *(text("Note", note) for note in line.notes),
            quantity("Quantity", line.quantity, line.uom),
            amount("LineExtensionAmount", line.amount, currency),
            text("AccountingCost", cost_text(line.accounting)),
            delivery(None, period),
            *(adjustment(one, currency) for one in line.adjustments),
            price(line.unit_price, line.price_basis, currency),
            item(line.item or Item(), line.taxes, line.fields.get("Description")),
        ),
    )
