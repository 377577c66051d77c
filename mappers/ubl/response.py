"""UBL OrderResponse and ApplicationResponse: what the other side says of our documents."""

from mappers.canonical import (
    Acknowledgment,
    AcknowledgmentError,
    AcknowledgmentOf,
    OrderRef,
    OrderResponse,
    ResponseLine,
)
from mappers.convert import codes, decimal, identifier, iso_date, uom
from mappers.rules import Collect, Const, Each, One, Table, Take, When
from mappers.ubl.items import ITEM

_STATUS = codes(
    {"AP": "accepted", "CA": "accepted_with_changes", "RE": "rejected", "AB": "detail"},
)
_INDICATED = codes({"true": "accepted", "1": "accepted", "false": "rejected", "0": "rejected"})
_LINE_STATUS = codes(
    {"1": "changed", "3": "changed", "5": "accepted", "7": "rejected", "42": "accepted"},
    other=None,
)
_ITEM = "LineItem"
_PROMISED = f"{_ITEM}/Delivery/PromisedDeliveryPeriod"

LINE = Table(
    "UBL order response line",
    ResponseLine,
    (
        Take("order_line", ("OrderLineReference/LineID", f"{_ITEM}/ID"), identifier),
        Take("status", f"{_ITEM}/LineStatusCode", _LINE_STATUS),
        Take("quantity", f"{_ITEM}/Quantity", decimal),
        Take("uom", f"{_ITEM}/Quantity/@unitCode", uom),
        Take("unit_price", f"{_ITEM}/Price/PriceAmount", decimal),
        Take(
            "promised_date",
            (f"{_PROMISED}/EndDate", f"{_PROMISED}/StartDate"),
            iso_date,
            severity="warning",
        ),
        One("item", ITEM, ("SellerSubstitutedLineItem/Item", f"{_ITEM}/Item")),
        Take("fields.MaximumBackorderQuantity", f"{_ITEM}/MaximumBackorderQuantity"),
        Take("fields.reason", f"{_ITEM}/Note"),
    ),
)

ORDER_RESPONSE = Table(
    "UBL OrderResponse",
    OrderResponse,
    (
        One(
            "order",
            Table(
                "UBL order reference",
                OrderRef,
                (
                    Take("number", "OrderReference/ID", identifier),
                    Take("date", "OrderReference/IssueDate", iso_date, severity="warning"),
                ),
            ),
        ),
        Take("number", "ID", identifier),
        Take("date", "IssueDate", iso_date, severity="warning"),
        Take("status", "OrderResponseCode", _STATUS),
        Take("status", "AcceptedIndicator", _INDICATED),
        When("CustomizationID[.*=order_agreement]", (), (Const("status", "accepted"),)),
        Each("lines", "OrderLine", LINE),
        Take("fields.sales_order", "SalesOrderID", identifier),
        Collect("notes", "Note", "."),
    ),
)

_OUTCOME = codes(
    {
        "AP": "accepted",
        "AB": "accepted",
        "IP": "accepted",
        "PD": "accepted",
        "CA": "accepted_with_errors",
        "UQ": "accepted_with_errors",
        "RE": "rejected",
    },
)

FAULT = Table(
    "UBL response fault",
    AcknowledgmentError,
    (
        Take("at", ("LineReference/LineID", "Condition/AttributeID"), identifier),
        Take("code", ("Response/Status/StatusReasonCode", "StatusReasonCode"), identifier),
        Take(
            "text",
            (
                "Response/Description",
                "Response/Status/StatusReason",
                "StatusReason",
                "Condition/Description",
            ),
        ),
    ),
)

APPLICATION_RESPONSE = Table(
    "UBL ApplicationResponse",
    Acknowledgment,
    (
        One(
            "of",
            Table(
                "UBL response reference",
                AcknowledgmentOf,
                (Take("number", "DocumentResponse/DocumentReference/ID", identifier),),
            ),
        ),
        Take("status", "DocumentResponse/Response/ResponseCode", _OUTCOME, required=True),
        Each("errors", "DocumentResponse/LineResponse", FAULT),
        Each("errors", "DocumentResponse/Response/Status", FAULT),
        Take("fields.response_code", "DocumentResponse/Response/ResponseCode"),
        Collect("notes", "DocumentResponse/Response/Description|Note", "."),
    ),
)
