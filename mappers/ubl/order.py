"""UBL Order, OrderChange and OrderCancellation (Peppol BIS Order 3)."""

from mappers.canonical import Freight, OrderLine, PurchaseOrder, Terms
from mappers.convert import codes, decimal, identifier, iso_date, uom, upper
from mappers.rules import Collect, Const, Each, One, Row, Table, Take
from mappers.ubl.codes import ORDER_TYPES
from mappers.ubl.invoice import reference_rows
from mappers.ubl.items import ACCOUNTING, ADJUSTMENT, ITEM, PRICE_BASIS, TAX
from mappers.ubl.parties import DELIVERY, PARTY

_PERIOD = "Delivery/RequestedDeliveryPeriod"

LINE = Table(
    "UBL order line",
    OrderLine,
    (
        Take("number", "LineItem/ID", identifier),
        One("item", ITEM, "LineItem/Item"),
        Take("quantity", "LineItem/Quantity", decimal),
        Take("uom", "LineItem/Quantity/@unitCode", uom),
        Take("unit_price", "LineItem/Price/PriceAmount", decimal),
        One("price_basis", PRICE_BASIS, "LineItem/Price/BaseQuantity"),
        Take("amount", "LineItem/LineExtensionAmount", decimal),
        Take(
            "requested_date",
            (f"LineItem/{_PERIOD}/EndDate", f"LineItem/{_PERIOD}/StartDate"),
            iso_date,
            severity="warning",
        ),
        Each("adjustments", "LineItem/AllowanceCharge", ADJUSTMENT),
        Each("taxes", "LineItem/Item/ClassifiedTaxCategory", TAX),
        Each("accounting", "LineItem", ACCOUNTING),
        Take("fields.Description", "LineItem/Item/Description"),
        Take("fields.LineStatusCode", "LineItem/LineStatusCode"),
        Collect("notes", "LineItem/Note|Note", "."),
    ),
)

_REFERENCES = {
    "CustomerReference": "customer_reference",
    "ProjectReference/ID": "project",
    "OriginatorDocumentReference/ID": "tender",
    "QuotationDocumentReference/ID": "quotation",
    "CatalogueReference/ID": "catalogue",
    "SalesOrderID": "sales_order",
}

_BODY: tuple[Row, ...] = (
    Take("type", "OrderTypeCode", codes(ORDER_TYPES, other="other")),
    Const("type", "standard"),
    Take("date", "IssueDate", iso_date, severity="warning"),
    Take(
        "currency",
        ("DocumentCurrencyCode", "AnticipatedMonetaryTotal/PayableAmount/@currencyID"),
        upper,
    ),
    Take("contract", "Contract/ID", identifier),
    One("buyer", PARTY, "BuyerCustomerParty/Party"),
    One("supplier", PARTY, "SellerSupplierParty/Party"),
    One("ship_to", DELIVERY, "Delivery"),
    One("bill_to", PARTY, "AccountingCustomerParty/Party"),
    Take(
        "requested_date",
        (f"{_PERIOD}/EndDate", f"{_PERIOD}/StartDate"),
        iso_date,
        severity="warning",
    ),
    Take("cancel_after", "ValidityPeriod/EndDate", iso_date, severity="warning"),
    One("freight", Table("UBL delivery terms", Freight, (Take("terms", "DeliveryTerms/ID"),))),
    Each("terms", "PaymentTerms", Table("UBL terms", Terms, (Take("text", "Note"),))),
    Each("adjustments", "AllowanceCharge", ADJUSTMENT),
    Each("taxes", "TaxTotal/TaxSubtotal|TaxTotal[!TaxSubtotal]", TAX),
    Each("accounting", ".", ACCOUNTING),
    Each("lines", "OrderLine", LINE),
    Take(
        "total",
        (
            "AnticipatedMonetaryTotal/TaxInclusiveAmount",
            "AnticipatedMonetaryTotal/PayableAmount",
        ),
        decimal,
    ),
    *reference_rows(_REFERENCES),
    Collect("notes", "Note|CancellationNote", "."),
)

ORDER = Table(
    "UBL Order",
    PurchaseOrder,
    (Take("number", "ID", identifier, required=True), Const("operation", "new"), *_BODY),
)


def _amendment(name: str, operation: str) -> Table:
    """Return the table of a document that changes or cancels an earlier order."""
    return Table(
        f"UBL {name}",
        PurchaseOrder,
        (
            Take("number", "OrderReference/ID", identifier, required=True),
            Const("operation", operation),
            Take("revision", ("SequenceNumberID", "ID"), identifier),
            *_BODY,
        ),
    )


ORDER_CHANGE = _amendment("OrderChange", "change")
ORDER_CANCELLATION = _amendment("OrderCancellation", "cancel")
