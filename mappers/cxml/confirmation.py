"""ConfirmationRequest, both ways: what a supplier answers to an order, line by line."""

from decimal import Decimal

from mappers.canonical import OrderRef, OrderResponse, ResponseLine
from mappers.convert import codes, decimal, identifier, uom
from mappers.cxml.convert import amount, day
from mappers.cxml.envelope import request
from mappers.cxml.items import item_table
from mappers.cxml.nodes import (
    comments,
    extrinsics,
    node,
    noon,
    number,
    order_reference,
    priced,
)
from mappers.rules import Collect, Each, One, Pairs, Table, Take
from mappers.writing import Outgoing
from parsers.form import Node

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


def confirmation_request(answer: OrderResponse, outgoing: Outgoing) -> Node:
    """Return an answer to an order as a ConfirmationRequest, a status for each line told.

    The record names no parties: the identifiers are those of `outgoing`.
    """
    head = node(
        _HEAD,
        *comments(answer.notes),
        *extrinsics(answer.fields, but=("invoiceID",)),
        confirmID=answer.number,
        type=_WRITTEN.get(answer.status or "", "detail") if answer.lines else _whole(answer),
        noticeDate=noon(answer.date) or outgoing.sent_at.isoformat(timespec="seconds"),
        invoiceID=answer.fields.get("invoiceID"),
    )
    lines: dict[str, list[ResponseLine]] = {}
    for line in answer.lines:
        lines.setdefault(line.order_line or "", []).append(line)
    items = (_written_item(number, parts) for number, parts in lines.items())
    payload = node("ConfirmationRequest", head, order_reference(answer.order), *items)
    return request(payload, outgoing, None, None)


_WRITTEN = {"accepted": "allDetail", "accepted_with_changes": "except", "detail": "detail"}
_LINE_WRITTEN = {"accepted": "accept", "changed": "detail", "rejected": "reject"}


def _whole(answer: OrderResponse) -> str:
    """Return the type of a confirmation that speaks for the whole order."""
    return {"rejected": "reject", "accepted": "accept"}.get(answer.status or "", "detail")


def _written_item(line_number: str, parts: list[ResponseLine]) -> Node:
    known = [part.quantity for part in parts if part.quantity is not None]
    return node(
        "ConfirmationItem",
        node("UnitOfMeasure", parts[0].uom),
        *map(_written_status, parts),
        quantity=number(sum(known, Decimal(0))),
        lineNumber=line_number,
    )


def _written_status(part: ResponseLine) -> Node:
    return node(
        "ConfirmationStatus",
        node("UnitOfMeasure", part.uom),
        priced("UnitPrice", part.unit_price, part.fields.get("currency")),
        *comments([part.fields["reason"]] if "reason" in part.fields else []),
        *extrinsics(part.fields, but=("reason", "shipmentDate", "currency")),
        quantity=number(part.quantity) or "",
        type=_LINE_WRITTEN.get(part.status or "", part.status or "unknown"),
        shipmentDate=part.fields.get("shipmentDate"),
        deliveryDate=noon(part.promised_date),
    )
