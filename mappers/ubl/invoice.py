"""UBL Invoice and CreditNote (EN 16931, Peppol BIS Billing 3, XRechnung)."""

import re

from mappers.canonical import DocumentRef, Invoice, InvoiceLine, OrderRef, Party, Terms, Totals
from mappers.convert import Convert, codes, decimal, identifier, iso_date, uom, upper
from mappers.rules import Collect, Const, Each, One, Row, Table, Take
from mappers.ubl.codes import INVOICE_TYPES
from mappers.ubl.finish import Places, finisher
from mappers.ubl.items import ACCOUNTING, ADJUSTMENT, ITEM, PRICE_BASIS, TAX
from mappers.ubl.parties import DELIVERY, PARTY, party_rows

_SUBJECT = re.compile(r"^\s*#[A-Z]{3}#")
_TYPE = codes(INVOICE_TYPES, other="invoice")
_NOTE = Convert("text", lambda raw, _year: " ".join(_SUBJECT.sub("", raw).split()), str)
_ORDER = "OrderReference[!ID=NA]/ID"

LINE = Table(
    "UBL invoice line",
    InvoiceLine,
    (
        Take("number", "ID", identifier),
        One(
            "order",
            Table(
                "UBL invoice order line",
                OrderRef,
                (
                    Take("number", (f"OrderLineReference/{_ORDER}", f"../{_ORDER}"), identifier),
                    Take("line", "OrderLineReference[!LineID=NA]/LineID", identifier),
                ),
            ),
        ),
        Take(
            "receipt",
            ("ReceiptLineReference/DocumentReference/ID", "../ReceiptDocumentReference/ID"),
            identifier,
        ),
        One("item", ITEM, "Item"),
        Take("quantity", "InvoicedQuantity|CreditedQuantity", decimal),
        Take("uom", "InvoicedQuantity/@unitCode|CreditedQuantity/@unitCode", uom),
        Take("unit_price", "Price/PriceAmount", decimal),
        One("price_basis", PRICE_BASIS, "Price/BaseQuantity"),
        Take("amount", "LineExtensionAmount", decimal),
        Each("adjustments", "AllowanceCharge", ADJUSTMENT),
        Each("taxes", "Item/ClassifiedTaxCategory", TAX),
        Each("accounting", ".", ACCOUNTING),
        Take("fields.Description", "Item/Description"),
        Take("fields.object", "DocumentReference/ID", identifier),
        Collect("notes", "Note", "."),
    ),
)

_TOTALS = {
    "lines": "LegalMonetaryTotal/LineExtensionAmount",
    "allowances": "LegalMonetaryTotal/AllowanceTotalAmount",
    "charges": "LegalMonetaryTotal/ChargeTotalAmount",
    "net": "LegalMonetaryTotal/TaxExclusiveAmount",
    "tax": "TaxTotal[TaxSubtotal]/TaxAmount|TaxTotal/TaxAmount",
    "rounding": "LegalMonetaryTotal/PayableRoundingAmount",
    "total": "LegalMonetaryTotal/TaxInclusiveAmount",
    "prepaid": "LegalMonetaryTotal/PrepaidAmount",
    "due": "LegalMonetaryTotal/PayableAmount",
}
TOTALS = Table(
    "UBL totals", Totals, tuple(Take(name, path, decimal) for name, path in _TOTALS.items())
)
"""BG-22; the tax total in the tax currency (BT-111) has no subtotals and is not the one meant."""

TERMS = Table(
    "UBL payment terms",
    Terms,
    (
        Take("net_date", ("DueDate", "PaymentMeans/PaymentDueDate"), iso_date, severity="warning"),
        Take("text", "PaymentTerms/Note"),
    ),
)

_ACCOUNT = "PaymentMeans/PayeeFinancialAccount/ID"
_SUPPLIER = Table(
    "UBL invoice supplier",
    Party,
    (*party_rows("AccountingSupplierParty/Party/"), Take("bank_account", _ACCOUNT, identifier)),
)

_REFERENCES = {
    "ContractDocumentReference/ID": "contract",
    "ProjectReference/ID": "project",
    "OriginatorDocumentReference/ID": "tender",
    "DespatchDocumentReference/ID": "despatch_advice",
    "ReceiptDocumentReference/ID": "receiving_advice",
    "OrderReference/SalesOrderID": "sales_order",
    "PaymentMeans/PaymentID": "payment_reference",
}


def reference_rows(paths: dict[str, str]) -> tuple[Row, ...]:
    """Return the rows that keep the first text at each path under its name in `fields`."""
    return tuple(Take(f"fields.{name}", path, identifier) for path, name in paths.items())


_BODY: tuple[Row, ...] = (
    Const("operation", "new"),
    Take("number", "ID", identifier, required=True),
    Take("date", "IssueDate", iso_date, required=True),
    Take("due_date", ("DueDate", "PaymentMeans/PaymentDueDate"), iso_date, severity="warning"),
    Take("currency", "DocumentCurrencyCode", upper),
    One(
        "original",
        Table(
            "UBL preceding invoice",
            DocumentRef,
            (
                Take("number", "ID", identifier),
                Take("date", "IssueDate", iso_date, severity="warning"),
            ),
        ),
        (
            "BillingReference/InvoiceDocumentReference",
            "BillingReference/CreditNoteDocumentReference",
        ),
    ),
    Collect(
        "orders",
        "OrderReference[!ID=NA]|InvoiceLine/OrderLineReference/OrderReference[!ID=NA]"
        "|CreditNoteLine/OrderLineReference/OrderReference[!ID=NA]",
        "ID",
        identifier,
        distinct=True,
    ),
    One("supplier", _SUPPLIER),
    One("buyer", PARTY, "AccountingCustomerParty/Party"),
    One("ship_to", DELIVERY, "Delivery"),
    One("remit_to", PARTY, "PayeeParty"),
    Each("terms", ".", TERMS),
    Each("adjustments", "AllowanceCharge", ADJUSTMENT),
    Each("taxes", "TaxTotal/TaxSubtotal", TAX),
    Each("accounting", ".", ACCOUNTING),
    Each("lines", "InvoiceLine|CreditNoteLine", LINE),
    One("totals", TOTALS),
    Take("fields.buyer_reference", "BuyerReference", identifier),
    *reference_rows(_REFERENCES),
    Collect("notes", "Note", ".", _NOTE),
)

_finished = finisher(
    Places(
        totals=_TOTALS,
        lines="InvoiceLine|CreditNoteLine",
        line_amount="LineExtensionAmount",
        taxes="TaxTotal/TaxSubtotal",
        tax_amount="TaxAmount",
    )
)

INVOICE = Table(
    "UBL Invoice",
    Invoice,
    (Take("type", "InvoiceTypeCode", _TYPE), Const("type", "invoice"), *_BODY),
    finish=_finished,
)
CREDIT_NOTE = Table(
    "UBL CreditNote", Invoice, (Const("type", "credit_memo"), *_BODY), finish=_finished
)
