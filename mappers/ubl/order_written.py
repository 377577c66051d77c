"""Changes and cancellations of orders written as UBL 2.1 (Peppol BIS Advanced Ordering 3)."""

from mappers.accounting import cost_text
from mappers.canonical import Party, PurchaseOrder
from mappers.ubl.nodes import day, group, kept, party, reference, text
from mappers.ubl.written import order_body, order_line, ubl_order
from mappers.writing import Outgoing, UnwritableError
from parsers.form import Node

_ADVANCED = "urn:fdc:peppol.eu:poacc:bis:advanced_ordering:3"


def ubl_any_order(order: PurchaseOrder, outgoing: Outgoing) -> Node:
    """Return an order, its change or its cancellation as the UBL document that says so.

    Raises `UnwritableError` where a party is missing, or a change has no lines.
    """
    if order.operation == "change":
        return _order_change(order)
    if order.operation == "cancel":
        return _order_cancellation(order)
    return ubl_order(order, outgoing)


def _order_change(order: PurchaseOrder) -> Node:
    if not order.lines:
        message = "a UBL order change has at least one line"
        raise UnwritableError(message)
    revision = order.revision or "1"
    return kept(
        "OrderChange",
        text("CustomizationID", "urn:fdc:peppol.eu:poacc:trns:order_change:3"),
        text("ProfileID", _ADVANCED),
        text("ID", f"{order.number}-{revision}"),
        text("SalesOrderID", order.fields.get("sales_order")),
        day("IssueDate", order.date),
        text("SequenceNumberID", revision),
        *(text("Note", note) for note in order.notes),
        text("DocumentCurrencyCode", order.currency),
        text("CustomerReference", order.fields.get("customer_reference")),
        text("AccountingCost", cost_text(order.accounting)),
        group("ValidityPeriod", day("EndDate", order.cancel_after)),
        reference("OrderReference", order.number),
        reference("QuotationDocumentReference", order.fields.get("quotation")),
        reference("OriginatorDocumentReference", order.fields.get("tender")),
        reference("Contract", order.contract),
        *order_body(order),
        *(order_line(line, order) for line in order.lines),
    )


def _order_cancellation(order: PurchaseOrder) -> Node:
    if order.buyer is None or order.supplier is None:
        message = "a UBL order cancellation names its buyer and its seller"
        raise UnwritableError(message)
    notes = order.notes or ("The order is cancelled.",)
    return kept(
        "OrderCancellation",
        text("CustomizationID", "urn:fdc:peppol.eu:poacc:trns:order_cancellation:3"),
        text("ProfileID", _ADVANCED),
        text("ID", order.revision or f"{order.number}-cancelled"),
        day("IssueDate", order.date),
        *(text("CancellationNote", note) for note in notes),
        reference("OrderReference", order.number),
        reference("Contract", order.contract),
        group("BuyerCustomerParty", party(order.buyer or Party())),
        group("SellerSupplierParty", party(order.supplier or Party())),
    )
