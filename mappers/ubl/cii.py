"""UN/CEFACT CII invoices: Factur-X, XRechnung and ZUGFeRD 2, and ZUGFeRD 1 in its elder words.

The two dialects differ in the names of a few elements; one function writes both tables.
"""

from msgspec import Struct

from mappers.accounting import cost_rows
from mappers.canonical import (
    Accounting,
    Address,
    Adjustment,
    DocumentRef,
    Invoice,
    InvoiceLine,
    Item,
    OrderRef,
    Party,
    PriceBasis,
    Tax,
    Terms,
    Totals,
)
from mappers.convert import Convert, codes, date, decimal, identifier, magnitude, uom, upper
from mappers.rules import Collect, Const, Each, One, Pairs, Row, Table, Take
from mappers.ubl.codes import INVOICE_TYPES
from mappers.ubl.finish import Places, finisher
from mappers.ubl.items import GTINS, direction_rows
from mappers.ubl.parties import REGISTRATION, SCHEMES


class Words(Struct, frozen=True, kw_only=True):
    """The element names in which the dialects differ."""

    document: str
    trade: str
    agreement: str
    delivery: str
    settlement: str
    line_agreement: str
    line_delivery: str
    line_settlement: str
    summation: str
    line_summation: str


CURRENT = Words(
    document="ExchangedDocument",
    trade="SupplyChainTradeTransaction",
    agreement="ApplicableHeaderTradeAgreement",
    delivery="ApplicableHeaderTradeDelivery",
    settlement="ApplicableHeaderTradeSettlement",
    line_agreement="SpecifiedLineTradeAgreement",
    line_delivery="SpecifiedLineTradeDelivery",
    line_settlement="SpecifiedLineTradeSettlement",
    summation="SpecifiedTradeSettlementHeaderMonetarySummation",
    line_summation="SpecifiedTradeSettlementLineMonetarySummation",
)
ZUGFERD_1 = Words(
    document="HeaderExchangedDocument",
    trade="SpecifiedSupplyChainTradeTransaction",
    agreement="ApplicableSupplyChainTradeAgreement",
    delivery="ApplicableSupplyChainTradeDelivery",
    settlement="ApplicableSupplyChainTradeSettlement",
    line_agreement="SpecifiedSupplyChainTradeAgreement",
    line_delivery="SpecifiedSupplyChainTradeDelivery",
    line_settlement="SpecifiedSupplyChainTradeSettlement",
    summation="SpecifiedTradeSettlementMonetarySummation",
    line_summation="SpecifiedTradeSettlementMonetarySummation",
)

_TYPE = codes(INVOICE_TYPES, other="invoice")
_subject = Convert("text", lambda raw, _year: f"#{raw}#", str)

ADDRESS = Table(
    "CII address",
    Address,
    (
        Collect("street", "LineOne|LineTwo|LineThree", "."),
        Take("city", "CityName"),
        Take("region", "CountrySubDivisionName"),
        Take("postal_code", "PostcodeCode"),
        Take("country", "CountryID"),
    ),
)

_CONTACT = "DefinedTradeContact"


def _party_rows(at: str = "") -> tuple[Row, ...]:
    return (
        Take("name", f"{at}Name"),
        Pairs("ids", f"{at}ID|{at}GlobalID", "@schemeID|name()", ".", names=SCHEMES),
        Pairs(
            "ids", f"{at}URIUniversalCommunication/URIID", "@schemeID|name()", ".", names=SCHEMES
        ),
        Pairs(
            "ids",
            f"{at}SpecifiedLegalOrganization/ID",
            "@schemeID|name()",
            ".",
            names=REGISTRATION,
        ),
        Pairs("ids", f"{at}SpecifiedTaxRegistration/ID[!@schemeID=VA]", "@schemeID", "."),
        Take("tax_id", f"{at}SpecifiedTaxRegistration/ID[@schemeID=VA]", identifier),
        One("address", ADDRESS, f"{at}PostalTradeAddress"),
        Take("contact", (f"{at}{_CONTACT}/PersonName", f"{at}{_CONTACT}/DepartmentName")),
        Take("phone", f"{at}{_CONTACT}/TelephoneUniversalCommunication/CompleteNumber"),
        Take(
            "email",
            (
                f"{at}{_CONTACT}/EmailURIUniversalCommunication/URIID",
                f"{at}{_CONTACT}/EmailURIUniversalCommunication/CompleteNumber",
            ),
        ),
    )


PARTY = Table("CII party", Party, _party_rows())

ITEM = Table(
    "CII item",
    Item,
    (
        Take("supplier_part", "SellerAssignedID", identifier),
        Take("buyer_part", "BuyerAssignedID", identifier),
        Take("gtin", f"GlobalID[@schemeID={GTINS}]", identifier),
        Take("description", ("Name", "Description")),
        Pairs(
            "classifications",
            "DesignatedProductClassification/ClassCode",
            "@listID|name()",
            ".",
            keep_case=True,
        ),
        Pairs(
            "other_ids",
            f"GlobalID[!@schemeID={GTINS}]",
            "@schemeID|name()",
            ".",
            names={"GlobalID": "standard"},
        ),
    ),
)

TAX = Table(
    "CII tax",
    Tax,
    (
        Take("type", "TypeCode"),
        Take("rate", ("RateApplicablePercent", "ApplicablePercent"), decimal, severity="warning"),
        Take("taxable", "BasisAmount", decimal, severity="warning"),
        Take("amount", "CalculatedAmount", decimal),
        Take("exempt", ("ExemptionReasonCode", "ExemptionReason")),
    ),
)

ADJUSTMENT = Table(
    "CII allowance or charge",
    Adjustment,
    (
        *direction_rows("ChargeIndicator", "ActualAmount"),
        Take("code", "ReasonCode", identifier),
        Take("reason", "Reason"),
        Take("amount", "ActualAmount", magnitude),
        Take("percent", "CalculationPercent", decimal, severity="warning"),
    ),
)

PRICE_BASIS = Table(
    "CII price basis",
    PriceBasis,
    (Take("quantity", ".", decimal), Take("uom", "@unitCode", uom)),
)

ACCOUNTING = Table(
    "CII accounting account",
    Accounting,
    cost_rows("ID"),
)

_DISCOUNT = "ApplicableTradePaymentDiscountTerms"
TERMS = Table(
    "CII payment terms",
    Terms,
    (
        Take("discount_percent", f"{_DISCOUNT}/CalculationPercent", decimal, severity="warning"),
        Take("discount_amount", f"{_DISCOUNT}/ActualDiscountAmount", decimal, severity="warning"),
        Take(
            "discount_days",
            f"{_DISCOUNT}/BasisPeriodMeasure[@unitCode=DAY]",
            decimal,
            severity="warning",
        ),
        Take("net_date", "DueDateDateTime/DateTimeString", date, severity="warning"),
        Take("text", "Description"),
    ),
)


def _line(words: Words) -> Table:
    agreement, delivery, settlement = (
        words.line_agreement,
        words.line_delivery,
        words.line_settlement,
    )
    price = f"{agreement}/NetPriceProductTradePrice"
    order = f"{agreement}/BuyerOrderReferencedDocument"
    return Table(
        f"CII line of {words.trade}",
        InvoiceLine,
        (
            Take("number", "AssociatedDocumentLineDocument/LineID", identifier),
            One("order", _order_line(words, order)),
            Take(
                "receipt",
                (
                    f"{delivery}/ReceivingAdviceReferencedDocument/IssuerAssignedID",
                    f"../{words.delivery}/ReceivingAdviceReferencedDocument/IssuerAssignedID",
                ),
                identifier,
            ),
            One("item", ITEM, "SpecifiedTradeProduct"),
            Take("quantity", f"{delivery}/BilledQuantity", decimal),
            Take("uom", f"{delivery}/BilledQuantity/@unitCode", uom),
            Take("unit_price", f"{price}/ChargeAmount", decimal),
            One("price_basis", PRICE_BASIS, f"{price}/BasisQuantity"),
            Take("amount", f"{settlement}/{words.line_summation}/LineTotalAmount", decimal),
            Each("adjustments", f"{settlement}/SpecifiedTradeAllowanceCharge", ADJUSTMENT),
            Each("taxes", f"{settlement}/ApplicableTradeTax", TAX),
            Each(
                "accounting", f"{settlement}/ReceivableSpecifiedTradeAccountingAccount", ACCOUNTING
            ),
            Take("fields.Description", "SpecifiedTradeProduct[Name]/Description"),
            Take(
                "fields.object",
                f"{settlement}/AdditionalReferencedDocument/IssuerAssignedID",
                identifier,
            ),
            Collect("notes", "AssociatedDocumentLineDocument/IncludedNote", "Content"),
        ),
    )


def _order_line(words: Words, order: str) -> Table:
    whole = f"../{words.agreement}/BuyerOrderReferencedDocument"
    return Table(
        "CII order line",
        OrderRef,
        (
            Take(
                "number",
                tuple(
                    f"{at}/{name}" for at in (order, whole) for name in ("IssuerAssignedID", "ID")
                ),
                identifier,
            ),
            Take("line", f"{order}/LineID", identifier),
        ),
    )


_TOTALS = {
    "lines": "LineTotalAmount",
    "allowances": "AllowanceTotalAmount",
    "charges": "ChargeTotalAmount",
    "net": "TaxBasisTotalAmount",
    "tax": "TaxTotalAmount",
    "rounding": "RoundingAmount",
    "total": "GrandTotalAmount",
    "prepaid": "TotalPrepaidAmount",
    "due": "DuePayableAmount",
}
TOTALS = Table(
    "CII totals", Totals, tuple(Take(name, path, decimal) for name, path in _TOTALS.items())
)


def _places(words: Words) -> Places:
    settlement = f"{words.trade}/{words.settlement}"
    return Places(
        totals={name: f"{settlement}/{words.summation}/{path}" for name, path in _TOTALS.items()},
        lines=f"{words.trade}/IncludedSupplyChainTradeLineItem",
        line_amount=f"{words.line_settlement}/{words.line_summation}/LineTotalAmount",
        taxes=f"{settlement}/ApplicableTradeTax",
        tax_amount="CalculatedAmount",
        of_en_16931=words is CURRENT,
    )


def _reference_rows(words: Words) -> tuple[Row, ...]:
    agreement, delivery, settlement = (
        f"{words.trade}/{part}" for part in (words.agreement, words.delivery, words.settlement)
    )
    texts = {
        "buyer_reference": f"{agreement}/BuyerReference",
        "project": f"{agreement}/SpecifiedProcuringProject/ID",
        "payment_reference": f"{settlement}/PaymentReference",
    }
    documents = {
        "contract": f"{agreement}/ContractReferencedDocument",
        "sales_order": f"{agreement}/SellerOrderReferencedDocument",
        "tender": f"{agreement}/AdditionalReferencedDocument[TypeCode=50]",
        "despatch_advice": f"{delivery}/DespatchAdviceReferencedDocument",
        "receiving_advice": f"{delivery}/ReceivingAdviceReferencedDocument",
    }
    return (
        *(Take(f"fields.{name}", path, identifier) for name, path in texts.items()),
        *(
            Take(f"fields.{name}", (f"{path}/IssuerAssignedID", f"{path}/ID"), identifier)
            for name, path in documents.items()
        ),
    )


def _supplier(words: Words) -> Table:
    account = (
        f"{words.trade}/{words.settlement}/SpecifiedTradeSettlementPaymentMeans"
        "/PayeePartyCreditorFinancialAccount"
    )
    return Table(
        "CII supplier",
        Party,
        (
            *_party_rows(f"{words.trade}/{words.agreement}/SellerTradeParty/"),
            Take("ids.sepa", f"{words.trade}/{words.settlement}/CreditorReferenceID", identifier),
            Take("bank_account", (f"{account}/IBANID", f"{account}/ProprietaryID"), identifier),
        ),
    )


def invoice_table(words: Words) -> Table:
    """Return the table of a CII invoice in one of its dialects."""
    agreement, delivery, settlement = (
        f"{words.trade}/{part}" for part in (words.agreement, words.delivery, words.settlement)
    )
    original = f"{settlement}/InvoiceReferencedDocument"
    return Table(
        f"CII {words.document}",
        Invoice,
        (
            Take("type", f"{words.document}/TypeCode", _TYPE),
            Const("type", "invoice"),
            Const("operation", "new"),
            Take("number", f"{words.document}/ID", identifier, required=True),
            Take("date", f"{words.document}/IssueDateTime/DateTimeString", date, required=True),
            Take(
                "due_date",
                f"{settlement}/SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString",
                date,
                severity="warning",
            ),
            Take("currency", f"{settlement}/InvoiceCurrencyCode", upper),
            One("original", _ORIGINAL, original),
            Collect(
                "orders",
                f"{agreement}/BuyerOrderReferencedDocument"
                f"|{words.trade}/IncludedSupplyChainTradeLineItem/{words.line_agreement}"
                "/BuyerOrderReferencedDocument",
                "IssuerAssignedID|ID",
                identifier,
                distinct=True,
            ),
            One("supplier", _supplier(words)),
            One("buyer", PARTY, f"{agreement}/BuyerTradeParty"),
            One("ship_to", PARTY, f"{delivery}/ShipToTradeParty"),
            One("remit_to", PARTY, f"{settlement}/PayeeTradeParty"),
            Each("terms", f"{settlement}/SpecifiedTradePaymentTerms", TERMS),
            Each("adjustments", f"{settlement}/SpecifiedTradeAllowanceCharge", ADJUSTMENT),
            Each("taxes", f"{settlement}/ApplicableTradeTax", TAX),
            Each(
                "accounting", f"{settlement}/ReceivableSpecifiedTradeAccountingAccount", ACCOUNTING
            ),
            Each("lines", f"{words.trade}/IncludedSupplyChainTradeLineItem", _line(words)),
            One("totals", TOTALS, f"{settlement}/{words.summation}"),
            *_reference_rows(words),
            Collect("notes", f"{words.document}/IncludedNote", "Content"),
        ),
        finish=finisher(_places(words)),
    )


_ORIGINAL = Table(
    "CII preceding invoice",
    DocumentRef,
    (
        Take("number", ("IssuerAssignedID", "ID"), identifier),
        Take("date", "FormattedIssueDateTime/DateTimeString", date),
    ),
)

INVOICE = invoice_table(CURRENT)
ELDER_INVOICE = invoice_table(ZUGFERD_1)
