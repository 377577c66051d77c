"""InvoiceDetailRequest: invoices, credit and debit memos, by line or by header (cXML 1.2).

In-line flags decide: tax, shipping, special handling and discount of a line count only where
InvoiceDetailLineIndicator says that they are given in the line. What the summary states is always
the total, never an addition.
"""

from mappers.canonical import DocumentRef, Invoice, InvoiceLine, Party, Totals
from mappers.convert import codes, decimal, identifier, uom
from mappers.cxml.accounting import DISTRIBUTION, EXTRINSICS
from mappers.cxml.convert import amount, currency, day
from mappers.cxml.finish import finished
from mappers.cxml.items import PRICE_BASIS, item_table
from mappers.cxml.money import (
    DISCOUNT,
    MODIFICATION,
    SHIPPING,
    SPECIAL_HANDLING,
    TAX,
    TERMS,
)
from mappers.cxml.parties import ADDRESSED, PARTNER, credential_rows, partner_rows
from mappers.cxml.references import order_line, order_number
from mappers.rules import Collect, Const, Each, One, Pairs, Table, Take, When

_HEAD = "InvoiceDetailRequestHeader"
_SUMMARY = "InvoiceDetailSummary"
_FLAGS = f"../../{_HEAD}/InvoiceDetailLineIndicator"
_GOODS = "InvoiceDetailItemReference"
_SERVICE = "InvoiceDetailServiceItemReference"
_ORDER = "../InvoiceDetailOrderInfo/"
_RECEIPT = "../InvoiceDetailReceiptInfo"
_LINES = (
    "InvoiceDetailOrder/InvoiceDetailItem",
    "InvoiceDetailOrder/InvoiceDetailServiceItem",
    "InvoiceDetailHeaderOrder/InvoiceDetailOrderSummary",
)
_SELLER = "from|supplier|supplierCorporate|invoiceFrom|billFrom|issuerOfInvoice"
_BUYER = "soldTo|buyer|buyerCorporate"
_DUE_DAY = "paymentNetDueDate|netDueDate|dueDate|invoiceDueDate"

_PURPOSE = codes(
    {
        "standard": "invoice",
        "creditMemo": "credit_memo",
        "lineLevelCreditMemo": "credit_memo",
        "debitMemo": "debit_memo",
        "lineLevelDebitMemo": "debit_memo",
    },
)
_OPERATION = codes({"new": "new", "delete": "cancel"})
_KIND = codes({"InvoiceDetailItem": "goods", "InvoiceDetailServiceItem": "service"}, other=None)

_IN_LINE = {
    "isShippingInLine": ("InvoiceDetailLineShipping", SHIPPING),
    "isSpecialHandlingInLine": ("InvoiceDetailLineSpecialHandling", SPECIAL_HANDLING),
    "isDiscountInLine": ("InvoiceDetailDiscount", DISCOUNT),
}
_IN_SUMMARY = {
    "isSpecialHandlingInLine": ("SpecialHandlingAmount", SPECIAL_HANDLING),
    "isDiscountInLine": ("InvoiceDetailDiscount", DISCOUNT),
}
"""Sums of the summary that count only where the lines do not state them."""

ITEM = item_table(
    "InvoiceDetailRequest item",
    (f"{_GOODS}/ItemID/", f"{_SERVICE}/ItemID/"),
    (f"{_GOODS}/", f"{_SERVICE}/"),
)


def _partner(role: str) -> str:
    return f"{_HEAD}/InvoicePartner[Contact/@role~={role}]"


def _header_partner(name: str, side: str, role: str) -> Table:
    """Return the table of a party by its role, with the identifiers of the header's `side`."""
    return Table(
        f"InvoiceDetailRequest {name}",
        Party,
        (*credential_rows(side), *partner_rows(f"{_partner(role)}/")),
    )


LINE = Table(
    "InvoiceDetailRequest line",
    InvoiceLine,
    (
        Take("number", "@invoiceLineNumber", identifier),
        Take("type", "name()", _KIND),
        One("order", order_line(_ORDER, (f"{_GOODS}/@lineNumber", f"{_SERVICE}/@lineNumber"))),
        Take(
            "receipt",
            (f"{_RECEIPT}/ReceiptReference/@receiptID", f"{_RECEIPT}/ReceiptIDInfo/@receiptID"),
            identifier,
        ),
        One("item", ITEM),
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
            When(f"{_FLAGS}/@{flag}", ("yes",), (Each("adjustments", f"{name}[Money!=0]", table),))
            for flag, (name, table) in _IN_LINE.items()
        ),
        Each("adjustments", "InvoiceItemModifications/Modification", MODIFICATION),
        Each("accounting", "Distribution", DISTRIBUTION),
        Each("accounting", ".[Extrinsic][!Distribution]", EXTRINSICS),
        Pairs("fields", "Extrinsic", "@name", ".", keep_case=True),
        Take(
            "fields.agreement",
            tuple(
                f"{_ORDER}{name}/{at}"
                for name in ("MasterAgreementReference", "MasterAgreementIDInfo")
                for at in ("@agreementID", "DocumentReference/@payloadID")
            ),
            identifier,
        ),
        Take(
            "fields.shipNoticeLineNumber",
            "ShipNoticeLineItemReference/@shipNoticeLineNumber",
            identifier,
        ),
        Take("fields.receiptLineNumber", "ReceiptLineItemReference/@receiptLineNumber", identifier),
        Take("fields.reason", "@reason"),
        Take("fields.itemType", "@itemType"),
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
                f"{_HEAD}/Extrinsic[@name~={_DUE_DAY}]",
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
        One("original", ORIGINAL, f"{_HEAD}/InvoiceIDInfo"),
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
        When(
            f"{_HEAD}/InvoiceDetailLineIndicator/@isShippingInLine",
            ("yes",),
            (
                One(
                    "ship_to",
                    ADDRESSED,
                    f"{_LINES[0]}/InvoiceDetailLineShipping/InvoiceDetailShipping"
                    "/Contact[@role~=shipTo]",
                ),
            ),
        ),
        One("remit_to", PARTNER, _partner("remitTo")),
        Each("terms", f"{_HEAD}/PaymentTerm|{_HEAD}/InvoiceDetailPaymentTerm", TERMS),
        *(
            Each("adjustments", f"{_SUMMARY}/{name}[!{_FLAGS}/@{flag}=yes][Money!=0]", table)
            for flag, (name, table) in _IN_SUMMARY.items()
        ),
        Each("adjustments", f"{_SUMMARY}/InvoiceHeaderModifications/Modification", MODIFICATION),
        Each("taxes", f"{_SUMMARY}/Tax/TaxDetail|{_SUMMARY}/Tax[!TaxDetail][Money!=0]", TAX),
        Each("accounting", f"{_HEAD}[Extrinsic]", EXTRINSICS),
        Each("lines", "|".join(_LINES), LINE),
        One("totals", TOTALS, _SUMMARY),
        Pairs("fields", f"{_HEAD}/Extrinsic", "@name", ".", keep_case=True),
        Pairs("fields", f"{_HEAD}/IdReference", "@domain", "@identifier", keep_case=True),
        Take("fields.isInformationOnly", f"{_HEAD}/@isInformationOnly"),
        Take("fields.isERS", f"{_HEAD}/@isERS"),
        Take("fields.shipNoticeID", f"{_HEAD}/ShipNoticeIDInfo/@shipNoticeID", identifier),
        Collect("notes", f"{_HEAD}/Comments", "."),
    ),
    finish=finished,
)
