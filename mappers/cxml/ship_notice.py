"""ShipNoticeRequest: what a supplier says has left, or will; no proof that it has come."""

from mappers.canonical import Carrier, Package, Receipt, ReceiptLine
from mappers.convert import decimal, identifier, uom, upper
from mappers.cxml.convert import day, moment
from mappers.cxml.items import item_table
from mappers.cxml.parties import ADDRESSED, header_party
from mappers.cxml.references import OPERATION, order_line, order_number
from mappers.rules import Collect, Const, Each, One, Pairs, Table, Take, When

_HEAD = "ShipNoticeHeader"
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
        Pairs("fields", f"{_HEAD}/IdReference", "@domain", "@identifier", keep_case=True),
        Take("fields.shipmentType", f"{_HEAD}/@shipmentType", identifier),
        Take("fields.fulfillmentType", f"{_HEAD}/@fulfillmentType", identifier),
        Collect("notes", f"{_HEAD}/Comments", "."),
    ),
)
