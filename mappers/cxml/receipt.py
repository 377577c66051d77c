"""ReceiptRequest and ServiceEntryRequest: goods taken in, services rendered.

A receipt is the buyer's word. A service entry is the supplier's claim until the buyer approves it:
evidence `shipped`, like a ship notice.
"""

from mappers.canonical import Receipt, ReceiptLine
from mappers.convert import codes, decimal, identifier, uom
from mappers.cxml.convert import amount, day
from mappers.cxml.items import item_table
from mappers.cxml.parties import ADDRESSED, header_party
from mappers.cxml.references import OPERATION, order_line
from mappers.rules import Collect, Const, Each, One, Pairs, Table, Take, When

_HEAD = "ReceiptRequestHeader"
_ITEM = "ReceiptOrder/ReceiptItem"
_REFERENCE = "ReceiptItemReference/"
_YES = codes({"yes": True}, other=False)

LINE = Table(
    "ReceiptRequest line",
    ReceiptLine,
    (
        Take("number", "@receiptLineNumber", identifier),
        One("order", order_line("../ReceiptOrderInfo/", "ReceiptItemReference/@lineNumber")),
        One(
            "item",
            item_table("cXML received item", f"{_REFERENCE}ItemID/", _REFERENCE),
        ),
        When("@type", ("returned",), (Const("type", "return"),)),
        Take("quantity", "@quantity", decimal, required=True),
        Take("uom", ("UnitRate/UnitOfMeasure", "UnitOfMeasure"), uom),
        Take("reason", "Comments"),
        Take("amount", "ReceivedAmount/Money", amount),
        Take("final", "@completedIndicator", _YES),
        Collect("lots", "Batch", "SupplierBatchID|BuyerBatchID", identifier),
        Collect("serials", "AssetInfo", "@serialNumber", identifier),
        Pairs("fields", "Extrinsic", "@name", ".", keep_case=True),
        Take(
            "fields.shipNoticeID",
            (
                f"{_REFERENCE}ShipNoticeReference/@shipNoticeID",
                f"{_REFERENCE}ShipNoticeIDInfo/@shipNoticeID",
            ),
            identifier,
        ),
    ),
)

RECEIPT = Table(
    "ReceiptRequest",
    Receipt,
    (
        Const("evidence", "received"),
        When(f"{_ITEM}[!@type=returned]/name()", (), (Const("type", "delivery"),)),
        When(f"{_ITEM}/name()", (), (Const("type", "return"),)),
        Const("type", "delivery"),
        Take("operation", f"{_HEAD}/@operation", OPERATION),
        Const("operation", "new"),
        Take("number", f"{_HEAD}/@receiptID", identifier, required=True),
        Take("date", f"{_HEAD}/@receiptDate", day, severity="warning"),
        One("supplier", header_party("supplier", "To", "Contact")),
        One("buyer", header_party("buyer", "From", "Contact")),
        One("ship_to", ADDRESSED, f"{_ITEM}/DeliveryAddress/Address"),
        Take("packing_slip", f"{_HEAD}/Extrinsic[@name~=packingSlip|packListID]", identifier),
        Each("lines", _ITEM, LINE),
        Pairs("fields", f"{_HEAD}/Extrinsic", "@name", ".", keep_case=True),
        Take("fields.shipNoticeID", f"{_HEAD}/ShipNoticeIDInfo/@shipNoticeID", identifier),
        Take("fields.closeForReceiving", "ReceiptOrder/@closeForReceiving", identifier),
        Collect("notes", f"{_HEAD}/Comments", "."),
    ),
)

_ENTRY = "ServiceEntryRequestHeader"
_CONTACT = f"{_ENTRY}/PartnerContact/Contact"

SERVICE_LINE = Table(
    "ServiceEntryRequest line",
    ReceiptLine,
    (
        Take("number", "@serviceLineNumber", identifier),
        One("order", order_line("../ServiceEntryOrderInfo/", "ItemReference/@lineNumber")),
        One("item", item_table("cXML service", "ItemReference/ItemID/", "ItemReference/")),
        Take("quantity", "@quantity", decimal),
        Take("uom", ("UnitOfMeasure", "UnitRate/UnitOfMeasure"), uom),
        Take("reason", "Comments"),
        Take("amount", ("SubtotalAmount/Money", "NetAmount/Money"), amount),
        Pairs("fields", "Extrinsic", "@name", ".", keep_case=True),
    ),
)

SERVICE_ENTRY = Table(
    "ServiceEntryRequest",
    Receipt,
    (
        Const("evidence", "shipped"),
        Const("type", "delivery"),
        Take("operation", f"{_ENTRY}/@operation", OPERATION),
        Const("operation", "new"),
        Take("number", f"{_ENTRY}/@serviceEntryID", identifier, required=True),
        Take("date", f"{_ENTRY}/@serviceEntryDate", day, severity="warning"),
        One("supplier", header_party("supplier", "From", f"{_CONTACT}[@role~=from]")),
        One("buyer", header_party("buyer", "To", f"{_CONTACT}[@role~=soldTo]")),
        Each("lines", "ServiceEntryOrder/ServiceEntryItem", SERVICE_LINE),
        Pairs("fields", f"{_ENTRY}/Extrinsic", "@name", ".", keep_case=True),
        Pairs("fields", f"{_ENTRY}/IdReference", "@domain", "@identifier", keep_case=True),
        Collect("notes", f"{_ENTRY}/Comments", "."),
    ),
)
