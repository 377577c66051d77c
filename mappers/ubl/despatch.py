"""UBL DespatchAdvice (what the supplier says has left) and ReceiptAdvice (what has come)."""

from mappers.canonical import Carrier, OrderRef, Package, Party, Receipt, ReceiptLine
from mappers.convert import Convert, decimal, identifier, iso_date, iso_moment, uom
from mappers.rules import Collect, Const, Each, Join, One, Pairs, Row, Table, Take
from mappers.ubl.items import ITEM
from mappers.ubl.parties import ADDRESS, PARTY, SCHEMES, party_rows

_DELIVERY = "Shipment/Delivery"
_UNIT = "Shipment/TransportHandlingUnit"


def _order(line_at: str) -> Table:
    return Table(
        "UBL order line reference",
        OrderRef,
        (
            Take(
                "number",
                ("OrderLineReference/OrderReference[!ID=NA]/ID", "../OrderReference[!ID=NA]/ID"),
                identifier,
            ),
            Take("line", line_at, identifier),
        ),
    )


_LINE: tuple[Row, ...] = (
    Take("number", "ID", identifier),
    One("order", _order("OrderLineReference[!LineID=NA]/LineID")),
    One("item", ITEM, "Item"),
    Collect("lots", "Item/ItemInstance/LotIdentification", "LotNumberID", identifier),
    Collect("serials", "Item/ItemInstance", "SerialID", identifier),
    Collect("packages", _UNIT, "ID", identifier),
)

SHIPPED_LINE = Table(
    "UBL despatch line",
    ReceiptLine,
    (
        *_LINE,
        Take("quantity", "DeliveredQuantity", decimal),
        Take("uom", "DeliveredQuantity/@unitCode", uom),
        Take("fields.OutstandingQuantity", "OutstandingQuantity"),
        Take("fields.OutstandingReason", "OutstandingReason"),
    ),
)

RECEIVED_LINE = Table(
    "UBL receipt line",
    ReceiptLine,
    (
        *_LINE,
        Take("quantity", "ReceivedQuantity", decimal),
        Take("uom", "ReceivedQuantity/@unitCode", uom),
        Take("rejected", "RejectedQuantity", decimal),
        Take("reason", ("RejectReason", "RejectReasonCode", "Note")),
        Take("fields.ShortQuantity", "ShortQuantity"),
    ),
)

PACKAGE = Table(
    "UBL handling unit",
    Package,
    (Take("id", "ID", identifier), Take("type", "TransportHandlingUnitTypeCode")),
)

CARRIER = Table(
    "UBL carrier",
    Carrier,
    (
        Take(
            "name",
            tuple(
                f"Shipment/{at}/CarrierParty/{name}"
                for at in ("Consignment", "ShipmentStage", "Delivery")
                for name in ("PartyName/Name", "PartyLegalEntity/RegistrationName")
            ),
        ),
        Take("mode", "Shipment/ShipmentStage/TransportModeCode"),
    ),
)

_SHIP_TO = Table(
    "UBL ship to",
    Party,
    (
        *party_rows("DeliveryCustomerParty/Party/"),
        One("address", ADDRESS, f"{_DELIVERY}/DeliveryAddress"),
        Take("contact", "DeliveryCustomerParty/DeliveryContact/Name"),
        Take("phone", "DeliveryCustomerParty/DeliveryContact/Telephone"),
        Take("email", "DeliveryCustomerParty/DeliveryContact/ElectronicMail"),
        Pairs("ids", f"{_DELIVERY}/DeliveryLocation/ID", "@schemeID|name()", ".", names=SCHEMES),
    ),
)

_at_time = Convert(
    "time",
    lambda raw, year: iso_moment.read(raw.replace(" ", "T", 1), year),
    str,
    "a day and a time",
)


def _moment(field: str, day: str, time: str) -> Row:
    return Join(field, (day, time), _at_time)


_BODY: tuple[Row, ...] = (
    Const("type", "delivery"),
    Const("operation", "new"),
    Take("number", "ID", identifier, required=True),
    Take("date", "IssueDate", iso_date, severity="warning"),
    One("supplier", PARTY, ("SellerSupplierParty/Party", "DespatchSupplierParty/Party")),
    One("buyer", PARTY, ("BuyerCustomerParty/Party", "DeliveryCustomerParty/Party")),
    One("ship_to", _SHIP_TO),
    One("carrier", CARRIER),
    Collect("tracking", f"{_DELIVERY}|Shipment/Consignment", "TrackingID", identifier),
    Take("bill_of_lading", "Shipment/Consignment/ID", identifier),
    Each("packages", _UNIT, PACKAGE),
    Collect("notes", "Note", "."),
)

DESPATCH_ADVICE = Table(
    "UBL DespatchAdvice",
    Receipt,
    (
        Const("evidence", "shipped"),
        *_BODY,
        One("ship_from", PARTY, "DespatchSupplierParty/Party"),
        _moment(
            "shipped_at",
            f"{_DELIVERY}/Despatch/ActualDespatchDate",
            f"{_DELIVERY}/Despatch/ActualDespatchTime",
        ),
        _moment(
            "delivered_at",
            f"{_DELIVERY}/ActualDeliveryDate",
            f"{_DELIVERY}/ActualDeliveryTime",
        ),
        _moment(
            "delivered_at",
            f"{_DELIVERY}/EstimatedDeliveryPeriod/EndDate",
            f"{_DELIVERY}/EstimatedDeliveryPeriod/EndTime",
        ),
        _moment(
            "delivered_at",
            f"{_DELIVERY}/EstimatedDeliveryPeriod/StartDate",
            f"{_DELIVERY}/EstimatedDeliveryPeriod/StartTime",
        ),
        Each("packages", f"DespatchLine/{_UNIT}", PACKAGE),
        Each("lines", "DespatchLine", SHIPPED_LINE),
    ),
)

RECEIPT_ADVICE = Table(
    "UBL ReceiptAdvice",
    Receipt,
    (
        Const("evidence", "received"),
        *_BODY,
        _moment(
            "delivered_at",
            f"{_DELIVERY}/ActualDeliveryDate",
            f"{_DELIVERY}/ActualDeliveryTime",
        ),
        Take("packing_slip", "DespatchDocumentReference/ID", identifier),
        Each("lines", "ReceiptLine", RECEIVED_LINE),
    ),
)
