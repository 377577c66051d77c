"""ShipNoticeRequest, both ways: what a supplier says has left; no proof that it has come."""

from mappers.canonical import Carrier, Item, OrderRef, Package, Receipt, ReceiptLine
from mappers.convert import decimal, identifier, uom, upper
from mappers.cxml.convert import day, moment
from mappers.cxml.envelope import request
from mappers.cxml.items import item_table
from mappers.cxml.nodes import (
    comments,
    contact,
    described,
    extrinsics,
    item_id,
    node,
    noon,
    optional,
    order_reference,
    spoken,
    timed,
)
from mappers.cxml.nodes import number as number_of
from mappers.cxml.parties import ADDRESSED, header_party
from mappers.cxml.references import OPERATION, order_line, order_number
from mappers.rules import Collect, Const, Each, One, Pairs, Table, Take, When
from mappers.writing import Outgoing
from parsers.form import Node

_HEAD = "ShipNoticeHeader"
_MODES = {"air", "motor", "rail", "ship", "mail", "multimodal"}
_SSCC = "ShippingContainerSerialCode"
_BILL = "billOfLading|bol|masterBillOfLading"
_SLIP = "packListID|packingSlip|deliveryNoteID|deliveryNoteNumber"
_SELLERS, _BUYERS = "supplierCorporate|from", "buyerCorporate|buyer"
_GOES_TO = "Contact[@role~=shipTo|deliverTo|consignee]"
CARRIER = Table(
    "cXML carrier",
    Carrier,
    (
        Take(
            "name",
            (
                "ShipControl/CarrierIdentifier[@domain~=companyName|name|carrierName]",
                "ShipControl/CarrierIdentifier[!@domain~=SCAC|IATA|AAR]",
            ),
        ),
        Take("scac", "ShipControl/CarrierIdentifier[@domain~=SCAC]", upper),
        Take(
            "mode",
            ("ShipControl/Route/@method", "ShipControl/TransportInformation/Route/@method"),
        ),
    ),
)

PACKAGE = Table(
    "cXML package",
    Package,
    (
        Take("id", _SSCC, identifier),
        Take("parent", f"{_SSCC}Reference", identifier),
        Take("type", ("PackageTypeCodeIdentifierCode", "PackagingCode")),
    ),
)

LINE = Table(
    "ShipNoticeRequest line",
    ReceiptLine,
    (
        Take("number", "@shipNoticeLineNumber", identifier),
        One("order", order_line("../", "@lineNumber")),
        One("item", item_table("cXML shipped item", "ItemID/", "ShipNoticeItemDetail/")),
        Take("quantity", "@quantity", decimal, required=True),
        Take("uom", ("UnitOfMeasure", "ShipNoticeItemDetail/UnitOfMeasure"), uom),
        Collect(
            "lots",
            "Batch|SupplierBatchID",
            ".[!SupplierBatchID][!BuyerBatchID]|SupplierBatchID|BuyerBatchID",
            identifier,
        ),
        Collect("serials", "AssetInfo", "@serialNumber", identifier),
        Collect("packages", f"Packaging[{_SSCC}]", _SSCC, identifier),
        Pairs("fields", "Extrinsic", "@name", ".", keep_case=True),
    ),
)

SHIP_NOTICE = Table(
    "ShipNoticeRequest",
    Receipt,
    (
        Const("evidence", "shipped"),
        When(f"{_HEAD}/@reason", ("return",), (Const("type", "return"),)),
        Const("type", "delivery"),
        Take("operation", f"{_HEAD}/@operation", OPERATION),
        Const("operation", "new"),
        Take("number", f"{_HEAD}/@shipmentID", identifier, required=True),
        Take("date", f"{_HEAD}/@noticeDate", day, severity="warning"),
        Take("shipped_at", f"{_HEAD}/@shipmentDate", moment, severity="warning"),
        Take("delivered_at", f"{_HEAD}/@deliveryDate", moment, severity="warning"),
        One("supplier", header_party("supplier", "From", f"{_HEAD}/Contact[@role~={_SELLERS}]")),
        One("buyer", header_party("buyer", "To", f"{_HEAD}/Contact[@role~={_BUYERS}]")),
        One("ship_from", ADDRESSED, f"{_HEAD}/Contact[@role~=shipFrom|consignor]"),
        One("ship_to", ADDRESSED, (f"{_HEAD}/{_GOES_TO}", f"ShipNoticePortion/{_GOES_TO}")),
        One("carrier", CARRIER),
        Collect(
            "tracking",
            f"ShipControl/ShipmentIdentifier[!@domain~={_BILL}]",
            ".",
            identifier,
            distinct=True,
        ),
        Take("bill_of_lading", f"ShipControl/ShipmentIdentifier[@domain~={_BILL}]", identifier),
        Take(
            "packing_slip",
            (
                f"{_HEAD}/IdReference[@domain~={_SLIP}]/@identifier",
                f"{_HEAD}/Extrinsic[@name~={_SLIP}]",
            ),
            identifier,
        ),
        Each("packages", f"{_HEAD}/Packaging[{_SSCC}]", PACKAGE),
        Each("packages", f"ShipNoticePortion/ShipNoticeItem/Packaging[{_SSCC}]", PACKAGE),
        Collect(
            "whole_orders",
            "ShipNoticePortion[!ShipNoticeItem]",
            "|".join(order_number()),
            identifier,
            distinct=True,
        ),
        Each("lines", "ShipNoticePortion/ShipNoticeItem", LINE),
        Pairs("fields", f"{_HEAD}/Extrinsic", "@name", ".", keep_case=True),
        Pairs(
            "fields",
            f"{_HEAD}/IdReference[!@domain~={_SLIP}]",
            "@domain",
            "@identifier",
            keep_case=True,
        ),
        Take("fields.shipmentType", f"{_HEAD}/@shipmentType", identifier),
        Take("fields.fulfillmentType", f"{_HEAD}/@fulfillmentType", identifier),
        Collect("notes", f"{_HEAD}/Comments", "."),
    ),
)


def ship_notice_request(receipt: Receipt, outgoing: Outgoing) -> Node:
    """Return what has been shipped as a ShipNoticeRequest, a portion for each order."""
    portions: dict[str, list[ReceiptLine]] = {number: [] for number in receipt.whole_orders}
    for line in receipt.lines:
        number = (line.order.number if line.order else None) or ""
        portions.setdefault(number, []).append(line)
    payload = node(
        "ShipNoticeRequest",
        _written_head(receipt, outgoing),
        _written_control(receipt),
        *(_written_portion(number, lines, receipt) for number, lines in portions.items()),
    )
    return request(payload, outgoing, receipt.supplier, receipt.buyer)


def _written_head(receipt: Receipt, outgoing: Outgoing) -> Node:
    return node(
        _HEAD,
        contact("shipFrom", receipt.ship_from) if receipt.ship_from else None,
        contact("shipTo", receipt.ship_to) if receipt.ship_to else None,
        *comments(receipt.notes),
        *extrinsics(receipt.fields, but=("shipmentType", "fulfillmentType")),
        node("IdReference", domain="packListID", identifier=receipt.packing_slip)
        if receipt.packing_slip
        else None,
        shipmentID=receipt.number or "",
        operation=OPERATION.write(receipt.operation or "new"),
        noticeDate=noon(receipt.date) or outgoing.sent_at.isoformat(timespec="seconds"),
        shipmentDate=timed(receipt.shipped_at),
        deliveryDate=timed(receipt.delivered_at),
        shipmentType=receipt.fields.get("shipmentType"),
        fulfillmentType=receipt.fields.get("fulfillmentType"),
        reason="return" if receipt.type == "return" else None,
    )


def _written_control(receipt: Receipt) -> Node | None:
    carrier = receipt.carrier
    if carrier is None and not receipt.tracking and receipt.bill_of_lading is None:
        return None
    told = carrier or Carrier()
    return node(
        "ShipControl",
        optional("CarrierIdentifier", told.scac, domain="SCAC"),
        node("CarrierIdentifier", told.name, domain="companyName"),
        *(node("ShipmentIdentifier", number) for number in receipt.tracking or ("",)),
        optional("ShipmentIdentifier", receipt.bill_of_lading, domain="billOfLading"),
        node("Route", method=told.mode) if told.mode in _MODES else None,
    )


def _written_portion(number: str, lines: list[ReceiptLine], receipt: Receipt) -> Node:
    first = lines[0].order if lines else OrderRef(number=number)
    return node(
        "ShipNoticePortion",
        order_reference(first),
        *(_written_line(place, line, receipt) for place, line in enumerate(lines, 1)),
    )


def _written_line(place: int, line: ReceiptLine, receipt: Receipt) -> Node:
    item, kinds = line.item or Item(), {one.id: one for one in receipt.packages}
    detail = node("ShipNoticeItemDetail", spoken("Description", item.description), *described(item))
    return node(
        "ShipNoticeItem",
        item_id(item),
        detail,
        node("UnitOfMeasure", line.uom),
        *(_written_package(kinds.get(one) or Package(id=one)) for one in line.packages),
        *(node("Batch", node("SupplierBatchID", lot)) for lot in line.lots),
        *(node("AssetInfo", serialNumber=serial) for serial in line.serials),
        *extrinsics(line.fields),
        quantity=number_of(line.quantity) or "",
        lineNumber=(line.order.line if line.order else None) or "",
        shipNoticeLineNumber=line.number or str(place),
    )


def _written_package(package: Package) -> Node:
    return node(
        "Packaging",
        spoken("PackagingCode", package.type),
        node(_SSCC, package.id),
        optional(f"{_SSCC}Reference", package.parent),
    )
