"""ReceiptRequest and ServiceEntryRequest: goods taken in, services rendered.

A receipt is the buyer's word. A service entry is the supplier's claim until the buyer approves it:
evidence `shipped`, like a ship notice.
"""

from decimal import Decimal

from mappers.canonical import Receipt, ReceiptLine
from mappers.convert import codes, decimal, identifier, uom
from mappers.cxml.convert import amount, day
from mappers.cxml.envelope import request
from mappers.cxml.items import item_table
from mappers.cxml.nodes import (
    comments,
    extrinsics,
    item_id,
    money,
    node,
    noon,
    number,
    order_reference,
    spoken,
)
from mappers.cxml.parties import ADDRESSED, header_party
from mappers.cxml.references import OPERATION, order_line
from mappers.rules import Collect, Const, Each, One, Pairs, Table, Take, When
from mappers.writing import Outgoing, UnwritableError
from parsers.form import Node

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


def receipt_request(receipt: Receipt, outgoing: Outgoing) -> Node:
    """Return what the buyer took in as a ReceiptRequest, a ReceiptOrder for each order.

    Raises `UnwritableError` without lines, or identifiers of both parties.
    """
    if not receipt.lines:
        message = "a ReceiptRequest has at least one line"
        raise UnwritableError(message)
    orders: dict[str, list[ReceiptLine]] = {}
    for line in receipt.lines:
        orders.setdefault((line.order.number if line.order else None) or "", []).append(line)
    head = node(
        _HEAD,
        *comments(receipt.notes[:1]),
        *extrinsics(receipt.fields, but=("closeForReceiving",)),
        receiptID=receipt.number or "",
        receiptDate=noon(receipt.date) or outgoing.sent_at.isoformat(timespec="seconds"),
        operation="delete" if receipt.operation == "cancel" else "new",
    )
    currency = receipt.fields.get("currency")
    total = sum((_signed(receipt, line) for line in receipt.lines), Decimal(0))
    payload = node(
        "ReceiptRequest",
        head,
        *(_written_order(receipt, lines) for lines in orders.values()),
        money("Total", total, currency),
    )
    return request(payload, outgoing, receipt.buyer, receipt.supplier)


def _signed(receipt: Receipt, line: ReceiptLine) -> Decimal:
    amount = line.amount or Decimal(0)
    return -amount if (line.type or receipt.type) == "return" else amount


def _written_order(receipt: Receipt, lines: list[ReceiptLine]) -> Node:
    return node(
        "ReceiptOrder",
        node("ReceiptOrderInfo", order_reference(lines[0].order)),
        *(_written_line(place, line, receipt) for place, line in enumerate(lines, 1)),
        closeForReceiving=receipt.fields.get("closeForReceiving"),
    )


def _written_line(place: int, line: ReceiptLine, receipt: Receipt) -> Node:
    is_return = (line.type or receipt.type) == "return"
    currency = receipt.fields.get("currency")
    description = line.item.description if line.item else None
    return node(
        "ReceiptItem",
        node(
            _REFERENCE.rstrip("/"),
            item_id(line.item) if line.item else None,
            spoken("Description", description) if description else None,
            lineNumber=(line.order.line if line.order else None) or "",
        ),
        money("UnitRate", None, currency, node("UnitOfMeasure", line.uom)),
        money("ReceivedAmount", line.amount, currency),
        *(node("AssetInfo", serialNumber=serial) for serial in line.serials),
        spoken("Comments", line.reason) if line.reason else None,
        *(node("Batch", node("SupplierBatchID", lot)) for lot in line.lots[:1]),
        *extrinsics(line.fields),
        receiptLineNumber=line.number or str(place),
        quantity=number(line.quantity) or "",
        type="returned" if is_return else "received",
        completedIndicator="yes" if line.final else None,
    )
