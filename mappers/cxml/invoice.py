"""InvoiceDetailRequest: invoices, credit and debit memos, by line or by header (cXML 1.2).

In-line flags decide: tax, shipping, special handling, discount and accounting of a line count only
where InvoiceDetailLineIndicator says that they are given in the line. What the summary states is
always the total.
"""

from mappers.canonical import DocumentRef, Invoice, InvoiceLine, Party, Totals
from mappers.convert import codes, decimal, identifier, uom
from mappers.cxml.accounting import DISTRIBUTION, EXTRINSICS
from mappers.cxml.convert import amount, currency, day
from mappers.cxml.finish import finished
from mappers.cxml.items import PRICE_BASIS, item_table
from mappers.cxml.money import ADJUSTMENT, TAX, TERMS
from mappers.cxml.parties import ADDRESSED, PARTNER, credential_rows, party_rows
from mappers.cxml.references import order_line, order_number
from mappers.rules import Collect, Const, Each, One, Pairs, Table, Take, When

_HEAD = "InvoiceDetailRequestHeader"
_SUMMARY = "InvoiceDetailSummary"
_FLAGS = f"../../{_HEAD}/InvoiceDetailLineIndicator"
_PURPOSE = codes(
    {
        "standard": "invoice",
        "creditMemo": "credit_memo",
        "lineLevelCreditMemo": "credit_memo",
        "debitMemo": "debit_memo",
        "lineLevelDebitMemo": "debit_memo",
    },
    name="purpose",
)
_OPERATION = codes({"new": "new", "delete": "cancel"}, name="operation")
_GOODS = "InvoiceDetailItemReference/"
_SERVICE = "InvoiceDetailServiceItemReference/"
_ITEMS = (
    "InvoiceDetailOrder/InvoiceDetailItem|InvoiceDetailOrder/InvoiceDetailServiceItem"
    "|InvoiceDetailHeaderOrder/InvoiceDetailOrderSummary"
)


def _partner(role: str) -> str:
    return f"{_HEAD}/InvoicePartner[Contact/@role~={role}]"


def _header_partner(name: str, side: str, role: str) -> Table:
    """Return the table of a party by its role, with the identifiers of the header's `side`."""
    at = f"{_partner(role)}/Contact/"
    named = tuple(row for row in party_rows(at) if getattr(row, "field", "") != "ids")
    return Table(f"InvoiceDetailRequest {name}", Party, (*credential_rows(side), *named))


def _item(reference: str) -> Table:
    return item_table(f"cXML {reference}", f"{reference}ItemID/", reference)


_IN_LINE = {
    "isShippingInLine": "InvoiceDetailLineShipping",
    "isSpecialHandlingInLine": "InvoiceDetailLineSpecialHandling",
    "isDiscountInLine": "InvoiceDetailDiscount",
}


_AGREEMENT = {
    "MasterAgreementReference": "agreement",
    "MasterAgreementIDInfo": "agreement",
}
_LINE_FIELDS = (
    ("ShipNoticeLineItemReference", "ShipNoticeLineItemReference", "shipNoticeLineNumber"),
    ("ReceiptLineItemReference", "ReceiptLineItemReference", "receiptLineNumber"),
    (".", "InvoiceDetailItem", "reason"),
    (".", "InvoiceDetailItem", "itemType"),
)

LINE = Table(
    "InvoiceDetailRequest line",
    InvoiceLine,
    (
        Take("number", "@invoiceLineNumber", identifier),
        When(".[InvoiceDetailItemReference]/name()", (), (Const("type", "goods"),)),
        When(f".[{_SERVICE.rstrip('/')}]/name()", (), (Const("type", "service"),)),
        One(
            "order",
            order_line(
                "../InvoiceDetailOrderInfo/", (f"{_GOODS}@lineNumber", f"{_SERVICE}@lineNumber")
            ),
        ),
        Take(
            "receipt",
            (
                "../InvoiceDetailReceiptInfo/ReceiptReference/@receiptID",
                "../InvoiceDetailReceiptInfo/ReceiptIDInfo/@receiptID",
            ),
            identifier,
        ),
        One("item", _item(_GOODS)),
        One("item", _item(_SERVICE)),
        Take("quantity", "@quantity", decimal),
        Take("uom", ("UnitOfMeasure", "UnitRate/UnitOfMeasure"), uom),
        Take("unit_price", ("UnitPrice/Money", "UnitRate/Money"), amount),
        One("price_basis", PRICE_BASIS, ("PriceBasisQuantity", "UnitRate/PriceBasisQuantity")),
        Take("amount", ("SubtotalAmount/Money", "GrossAmount/Money", "NetAmount/Money"), amount),
        When(
            f"{_FLAGS}/@isTaxInLine",
            ("yes",),
            (Each("taxes", "Tax/TaxDetail|Tax[!TaxDetail]", TAX),),
        ),
        *(
            Each("adjustments", f"{name}[../{_FLAGS}/@{flag}=yes][Money!=0]", ADJUSTMENT)
            for flag, name in _IN_LINE.items()
        ),
        Each("adjustments", "InvoiceItemModifications/Modification", ADJUSTMENT),
        Each("accounting", "Distribution", DISTRIBUTION),
        Each("accounting", ".[!Distribution]", EXTRINSICS),
        Pairs("fields", "Extrinsic", "@name", ".", keep_case=True),
        Pairs(
            "fields",
            "|".join(f"../InvoiceDetailOrderInfo/{name}" for name in _AGREEMENT),
            "name()",
            ("@agreementID", "DocumentReference/@payloadID"),
            names=_AGREEMENT,
        ),
        *(
            Pairs("fields", path, "name()", f"@{value}", names={name: value})
            for path, name, value in _LINE_FIELDS
        ),
        Collect("notes", "Comments", "."),
    ),
)

TOTALS = Table(
    "InvoiceDetailSummary",
    Totals,
    (
        Take("lines", "SubtotalAmount/Money", amount),
        Take("allowances", "TotalAllowances/Money", amount),
        Take("charges", "TotalCharges/Money", amount),
        Take("shipping", "ShippingAmount/Money", amount),
        Take("net", "TotalAmountWithoutTax/Money", amount),
        Take("tax", "Tax/Money", amount),
        Take("total", ("NetAmount/Money", "GrossAmount/Money"), amount),
        Take("prepaid", "DepositAmount/Money", amount),
        Take("due", "DueAmount/Money", amount),
    ),
)

ORIGINAL = Table(
    "InvoiceDetailRequest original",
    DocumentRef,
    (
        Take("number", "@invoiceID", identifier),
        Take("date", "@invoiceDate", day, severity="warning"),
    ),
)

_SELLER = "from|supplier|supplierCorporate|invoiceFrom|billFrom|issuerOfInvoice"
_BUYER = "soldTo|buyer|buyerCorporate"
_IN_SUMMARY = {
    "isSpecialHandlingInLine": "SpecialHandlingAmount",
    "isDiscountInLine": "InvoiceDetailDiscount",
}
"""Sums of the summary that count only where the lines do not state them."""

_HEADER_FIELDS = (
    (_HEAD, _HEAD, "isInformationOnly"),
    (_HEAD, _HEAD, "isERS"),
    (f"{_HEAD}/ShipNoticeIDInfo", "ShipNoticeIDInfo", "shipNoticeID"),
)

INVOICE = Table(
    "InvoiceDetailRequest",
    Invoice,
    (
        Take("type", f"{_HEAD}/@purpose", _PURPOSE),
        Const("type", "invoice"),
        Take("operation", f"{_HEAD}/@operation", _OPERATION),
        Const("operation", "new"),
        Take("number", f"{_HEAD}/@invoiceID", identifier, required=True),
        Take("date", f"{_HEAD}/@invoiceDate", day, required=True),
        Take(
            "due_date",
            (
                f"{_HEAD}/PaymentInformation/@paymentNetDueDate",
                f"{_HEAD}/Extrinsic[@name~=paymentNetDueDate|netDueDate|dueDate|invoiceDueDate]",
            ),
            day,
            severity="warning",
        ),
        Take(
            "currency",
            tuple(
                f"{_SUMMARY}/{name}/Money/@currency"
                for name in ("NetAmount", "DueAmount", "GrossAmount", "SubtotalAmount")
            ),
            currency,
        ),
        One(
            "original",
            ORIGINAL,
            (f"{_HEAD}/InvoiceIDInfo", "InvoiceDetailOrder/InvoiceDetailOrderInfo/InvoiceIDInfo"),
        ),
        Collect(
            "orders",
            "InvoiceDetailOrder/InvoiceDetailOrderInfo"
            "|InvoiceDetailHeaderOrder/InvoiceDetailOrderInfo",
            "|".join(order_number()),
            identifier,
            distinct=True,
        ),
        One("supplier", _header_partner("supplier", "From", _SELLER)),
        One("buyer", _header_partner("buyer", "To", _BUYER)),
        One("bill_to", PARTNER, _partner("billTo")),
        One("ship_to", ADDRESSED, f"{_HEAD}/InvoiceDetailShipping/Contact[@role~=shipTo]"),
        One("ship_to", PARTNER, _partner("shipTo")),
        One(
            "ship_to",
            ADDRESSED,
            "InvoiceDetailOrder/InvoiceDetailItem/InvoiceDetailLineShipping"
            "/InvoiceDetailShipping/Contact[@role~=shipTo]",
        ),
        One("remit_to", PARTNER, _partner("remitTo")),
        Each("terms", f"{_HEAD}/PaymentTerm|{_HEAD}/InvoiceDetailPaymentTerm", TERMS),
        *(
            Each("adjustments", f"{_SUMMARY}/{name}[!{_FLAGS}/@{flag}=yes][Money!=0]", ADJUSTMENT)
            for flag, name in _IN_SUMMARY.items()
        ),
        Each("adjustments", f"{_SUMMARY}/InvoiceHeaderModifications/Modification", ADJUSTMENT),
        Each("taxes", f"{_SUMMARY}/Tax/TaxDetail|{_SUMMARY}/Tax[!TaxDetail][Money!=0]", TAX),
        Each("accounting", _HEAD, EXTRINSICS),
        Each("lines", _ITEMS, LINE),
        One("totals", TOTALS, _SUMMARY),
        Pairs("fields", f"{_HEAD}/Extrinsic", "@name", ".", keep_case=True),
        Pairs("fields", f"{_HEAD}/IdReference", "@domain", "@identifier", keep_case=True),
        *(
            Pairs("fields", path, "name()", f"@{value}", names={name: value})
            for path, name, value in _HEADER_FIELDS
        ),
        Collect("notes", f"{_HEAD}/Comments", "."),
    ),
    finish=finished,
)
