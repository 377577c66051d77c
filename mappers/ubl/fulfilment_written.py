"""Order responses, despatch and receipt advices written as UBL 2.1 (Peppol BIS 3 where it has one).

Elements stand in the order of their schema. An order response names no parties: they are known by
the identifiers of its envelope.
"""

from collections.abc import Callable, Iterator

from mappers.canonical import (
    Item,
    OrderRef,
    OrderResponse,
    Package,
    Party,
    Receipt,
    ReceiptLine,
    ResponseLine,
)
from mappers.ubl.nodes import (
    address,
    day,
    group,
    instances,
    item,
    kept,
    moment,
    party,
    price,
    quantity,
    reference,
    text,
)
from mappers.writing import Outgoing, UnwritableError
from parsers.form import Node

_PEPPOL = "urn:fdc:peppol.eu:poacc:"
_RESPONSE_CODES = {
    "accepted": "AP",
    "accepted_with_changes": "CA",
    "rejected": "RE",
    "detail": "AB",
}
_NO_CURRENCY = "XXX"  # ISO 4217; the record does not say, and the schema asks
_LINE_CODES = {"accepted": "5", "changed": "3", "rejected": "7"}


def _kind(transaction: str, profile: str) -> tuple[Node | None, ...]:
    return (
        text("CustomizationID", f"{_PEPPOL}trns:{transaction}:3"),
        text("ProfileID", f"{_PEPPOL}bis:{profile}:3"),
    )


def ubl_order_response(answer: OrderResponse, outgoing: Outgoing) -> Node:
    """Return a supplier's answer to an order as a UBL OrderResponse.

    Raises `UnwritableError` where it does not say which order, or nobody is known by an identifier.
    """
    order = answer.order
    if order is None or order.number is None:
        message = "a UBL order response names its order"
        raise UnwritableError(message)
    return kept(
        "OrderResponse",
        *_kind("order_response", "ordering"),
        text("ID", answer.number or outgoing.identifier),
        text("SalesOrderID", answer.fields.get("sales_order")),
        text("IssueDate", f"{answer.date or outgoing.sent_at:%Y-%m-%d}"),
        text("OrderResponseCode", _RESPONSE_CODES.get(answer.status or "", "AB")),
        *(text("Note", note) for note in answer.notes),
        group("OrderReference", text("ID", order.number), day("IssueDate", order.date)),
        group("SellerSupplierParty", _known_by(outgoing.sender, "sender")),
        group("BuyerCustomerParty", _known_by(outgoing.receiver, "receiver")),
        *map(_answered, answer.lines),
    )


def _known_by(ids: dict[str, str], role: str) -> Node | None:
    if not ids:
        message = f"the {role} has no identifier (duns, gln, ...) to be addressed by"
        raise UnwritableError(message)
    return party(Party(ids=ids))


def _answered(line: ResponseLine) -> Node | None:
    period = group("PromisedDeliveryPeriod", day("EndDate", line.promised_date))
    currency = line.fields.get("currency", _NO_CURRENCY)
    return group(
        "OrderLine",
        group(
            "LineItem",
            text("ID", line.order_line or "NA"),
            text("Note", line.fields.get("reason")),
            text("LineStatusCode", _LINE_CODES.get(line.status or "")),
            quantity("Quantity", line.quantity, line.uom),
            group("Delivery", period),
            price(line.unit_price, None, currency),
            item(line.item or Item(), (), None) or Node("cac:Item", {}, ()),
        ),
        group("OrderLineReference", text("LineID", line.order_line)),
    )


def ubl_despatch_advice(notice: Receipt, _outgoing: Outgoing) -> Node:
    """Return what a supplier has shipped as a UBL DespatchAdvice.

    Raises `UnwritableError` where goods come back or were received, or a party is missing.
    """
    _refuse(notice, "shipped", "a UBL despatch advice")
    return kept(
        "DespatchAdvice",
        *_kind("despatch_advice", "despatch_advice"),
        *_head(notice),
        *_order_references(notice),
        group("DespatchSupplierParty", party(notice.ship_from or notice.supplier or Party())),
        group("DeliveryCustomerParty", party(notice.ship_to or notice.buyer or Party())),
        group("BuyerCustomerParty", party(notice.buyer or Party())),
        group("SellerSupplierParty", party(notice.supplier or Party())),
        _shipment(notice),
        *(_line(line, place, _shipped) for place, line in enumerate(notice.lines, 1)),
    )


def ubl_receipt_advice(receipt: Receipt, _outgoing: Outgoing) -> Node:
    """Return what a buyer has taken in as a UBL ReceiptAdvice.

    Raises `UnwritableError` where goods go back or were only shipped, or a party is missing.
    """
    _refuse(receipt, "received", "a UBL receipt advice")
    return kept(
        "ReceiptAdvice",
        *_head(receipt),
        *_order_references(receipt),
        reference("DespatchDocumentReference", receipt.packing_slip),
        group("DeliveryCustomerParty", party(receipt.ship_to or receipt.buyer or Party())),
        group("DespatchSupplierParty", party(receipt.supplier or Party())),
        group("BuyerCustomerParty", party(receipt.buyer or Party())),
        group("SellerSupplierParty", party(receipt.supplier or Party())),
        _shipment(receipt),
        *(_line(line, place, _received) for place, line in enumerate(receipt.lines, 1)),
    )


def _refuse(receipt: Receipt, evidence: str, name: str) -> None:
    """Raise `UnwritableError` for a receipt that is no such document."""
    goes_back = receipt.type == "return" or any(line.type == "return" for line in receipt.lines)
    reason = (
        f"tells of goods that are {evidence}"
        if receipt.evidence != evidence
        else "tells of deliveries, not of returns"
        if goes_back
        else "has at least one line"
        if not receipt.lines
        else "names its supplier and its buyer"
        if receipt.supplier is None or receipt.buyer is None
        else ""
    )
    if reason:
        message = f"{name} {reason}"
        raise UnwritableError(message)


def _head(receipt: Receipt) -> Iterator[Node | None]:
    yield text("ID", receipt.number)
    yield day("IssueDate", receipt.date)
    yield from (text("Note", note) for note in receipt.notes)


def _order_references(receipt: Receipt) -> Iterator[Node | None]:
    """Yield the one order of a receipt; lines of several name theirs themselves."""
    orders = {line.order.number for line in receipt.lines if line.order and line.order.number}
    if len(orders) == 1:
        yield reference("OrderReference", orders.pop())


def _shipment(receipt: Receipt) -> Node | None:
    """Return how the goods travel; packages that lines do not name are told here."""
    named = {package for line in receipt.lines for package in line.packages}
    carrier, where = receipt.carrier, receipt.ship_to.address if receipt.ship_to else None
    delivery = group(
        "Delivery",
        *moment("ActualDelivery", receipt.delivered_at),
        text("TrackingID", next(iter(receipt.tracking), None)),
        address("DeliveryAddress", where),
        group("Despatch", *moment("ActualDespatch", receipt.shipped_at)),
    )
    stage = group(
        "ShipmentStage",
        text("TransportModeCode", carrier.mode if carrier else None),
        group(
            "CarrierParty",
            group("PartyName", text("Name", carrier.name if carrier else None)),
        ),
    )
    units = [_unit(one) for one in receipt.packages if one.id not in named]
    consignment = reference("Consignment", receipt.bill_of_lading)
    if not any((consignment, stage, delivery, *units)):
        return None
    return group("Shipment", text("ID", "NA"), consignment, stage, delivery, *units)


def _unit(package: Package) -> Node | None:
    return group(
        "TransportHandlingUnit",
        text("ID", package.id),
        text("TransportHandlingUnitTypeCode", package.type),
    )


def _line(
    line: ReceiptLine, place: int, said: Callable[[ReceiptLine], Iterator[Node | None]]
) -> Node | None:
    order = line.order or OrderRef()
    name = "DespatchLine" if said is _shipped else "ReceiptLine"
    units = [_unit(Package(id=package)) for package in line.packages]
    return group(
        name,
        text("ID", line.number or str(place)),
        *said(line),
        group(
            "OrderLineReference",
            text("LineID", order.line or "NA"),
            reference("OrderReference", order.number),
        ),
        instances(item(line.item or Item(), (), None), line.lots, line.serials),
        group("Shipment", text("ID", "NA"), *units) if units else None,
    )


def _shipped(line: ReceiptLine) -> Iterator[Node | None]:
    yield quantity("DeliveredQuantity", line.quantity, line.uom)
    yield text("OutstandingQuantity", line.fields.get("OutstandingQuantity"))
    yield text("OutstandingReason", line.fields.get("OutstandingReason"))


def _received(line: ReceiptLine) -> Iterator[Node | None]:
    yield quantity("ReceivedQuantity", line.quantity, line.uom)
    yield text("ShortQuantity", line.fields.get("ShortQuantity"))
    yield quantity("RejectedQuantity", line.rejected, line.uom)
    yield text("RejectReason", line.reason)
