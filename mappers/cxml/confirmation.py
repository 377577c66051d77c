"""ConfirmationRequest: what a supplier answers to an order, line by line and part by part."""

from mappers.canonical import OrderRef, OrderResponse, ResponseLine
from mappers.convert import codes, decimal, identifier, uom
from mappers.cxml.convert import amount, day
from mappers.cxml.items import item_table
from mappers.rules import Collect, Each, One, Pairs, Table, Take

_HEAD = "ConfirmationHeader"
_STATUS = codes(
    {
        "accept": "accepted",
        "reject": "rejected",
        "except": "accepted_with_changes",
        "backordered": "accepted_with_changes",
        "replace": "accepted_with_changes",
        "detail": "detail",
        "allDetail": "detail",
        "requestToPay": "detail",
    },
)
_LINE_STATUS = codes(
    {
        "accept": "accepted",
        "detail": "changed",
        "allDetail": "changed",
        "backordered": "backordered",
        "reject": "rejected",
        "unknown": None,
        "requestToPay": None,
    },
)

ORDER_REF = Table(
    "cXML order reference",
    OrderRef,
    (
        Take(
            "number",
            ("@orderID", "DocumentReference[!@payloadID*=@]/@payloadID"),
            identifier,
        ),
        Take("date", "@orderDate", day, severity="warning"),
    ),
)

LINE = Table(
    "ConfirmationRequest line",
    ResponseLine,
    (
        Take("order_line", "../@lineNumber", identifier),
        Take("status", "@type", _LINE_STATUS, required=True),
        Take("quantity", ("@quantity", "../@quantity"), decimal),
        Take("uom", ("UnitOfMeasure", "../UnitOfMeasure"), uom),
        Take("unit_price", ("UnitPrice/Money", "ItemIn/ItemDetail/UnitPrice/Money"), amount),
        Take("promised_date", "@deliveryDate", day, severity="warning"),
        One("item", item_table("cXML substitute", "ItemIn/ItemID/", "ItemIn/ItemDetail/")),
        Pairs("fields", "Extrinsic", "@name", ".", keep_case=True),
        Take("fields.reason", "Comments"),
        Take("fields.shipmentDate", "@shipmentDate", identifier),
    ),
)

CONFIRMATION = Table(
    "ConfirmationRequest",
    OrderResponse,
    (
        One("order", ORDER_REF, "OrderReference"),
        Take("number", f"{_HEAD}/@confirmID", identifier),
        Take("date", f"{_HEAD}/@noticeDate", day, severity="warning"),
        Take("status", f"{_HEAD}/@type", _STATUS, required=True),
        Each("lines", "ConfirmationItem/ConfirmationStatus", LINE),
        Pairs("fields", f"{_HEAD}/Extrinsic", "@name", ".", keep_case=True),
        Pairs("fields", f"{_HEAD}/IdReference", "@domain", "@identifier", keep_case=True),
        Take("fields.invoiceID", f"{_HEAD}/@invoiceID", identifier),
        Collect("notes", f"{_HEAD}/Comments", "."),
    ),
)
