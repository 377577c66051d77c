"""Invoices and credit memos written as UN/CEFACT CII: Factur-X, ZUGFeRD 2 and XRechnung (D16B).

The profile is EN 16931; an invoice whose lines name further orders needs the extended one of
Factur-X. Elements stand in the order of their schema.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from mappers.accounting import cost_text
from mappers.canonical import Accounting, Adjustment, Invoice, InvoiceLine, Item, Party, Tax, Totals
from mappers.convert import plain
from mappers.ubl.nodes import category_of, scheme_of
from mappers.writing import Outgoing, UnwritableError
from parsers.form import Node

NAMESPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": ("urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"),
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
_EN_16931 = "urn:cen.eu:en16931:2017"
_EXTENDED = f"{_EN_16931}#conformant#urn:factur-x.eu:1p0:extended"
_NOT_PARTY_IDS = {"registration", "fc", "endpoint", "sepa"}
_TYPES = {"credit_memo": "381", "debit_memo": "383"}
_IBAN_LETTERS = 2


def cii_invoice(invoice: Invoice, _outgoing: Outgoing) -> Node:
    """Return an invoice as a CrossIndustryInvoice.

    Raises `UnwritableError` where a party is missing.
    """
    if invoice.supplier is None or invoice.buyer is None:
        message = "a CII invoice names its seller and its buyer"
        raise UnwritableError(message)
    profile = _EXTENDED if _names_further_orders(invoice) else _EN_16931
    context = _group("GuidelineSpecifiedDocumentContextParameter", _text("ID", profile))
    trade = (
        *(_line(line, invoice) for line in invoice.lines),
        _agreement(invoice),
        _delivery(invoice),
        _settlement(invoice),
    )
    return Node(
        "rsm:CrossIndustryInvoice",
        {},
        (
            Node("rsm:ExchangedDocumentContext", {}, _kept(context)),
            Node("rsm:ExchangedDocument", {}, _kept(*_head(invoice))),
            Node("rsm:SupplyChainTradeTransaction", {}, _kept(*trade)),
        ),
    )


def _kept(*parts: Node | None) -> tuple[Node | str, ...]:
    return tuple(part for part in parts if part is not None)


def _group(name: str, *parts: Node | None) -> Node | None:
    kept = _kept(*parts)
    return Node(f"ram:{name}", {}, kept) if kept else None


def _always(name: str, *parts: Node | None) -> Node:
    """Return a group that the schema asks for even where it has nothing to say."""
    return Node(f"ram:{name}", {}, _kept(*parts))


def _text(name: str, value: str | None, **attributes: str | None) -> Node | None:
    if value is None:
        return None
    told = {key: one for key, one in attributes.items() if one is not None}
    return Node(f"ram:{name}", told, (value,))


def _number(name: str, value: Decimal | None, **attributes: str | None) -> Node | None:
    return _text(name, None if value is None else plain(value), **attributes)


def _day(name: str, value: dt.date | None, kind: str = "udt") -> Node | None:
    if value is None:
        return None
    return _group(name, Node(f"{kind}:DateTimeString", {"format": "102"}, (f"{value:%Y%m%d}",)))


def _document(name: str, number: str | None, *more: Node | None) -> Node | None:
    return _group(name, _text("IssuerAssignedID", number), *more) if number else None


def _note(text: str) -> Node | None:
    return _group("IncludedNote", _text("Content", text))


def _names_further_orders(invoice: Invoice) -> bool:
    orders = {line.order.number for line in invoice.lines if line.order}
    return bool(orders - {*invoice.orders[:1], None})


def _head(invoice: Invoice) -> Iterator[Node | None]:
    yield _text("ID", invoice.number)
    yield _text("TypeCode", _TYPES.get(invoice.type or "", "380"))
    yield _day("IssueDateTime", invoice.date)
    yield from map(_note, invoice.notes)


def _line(line: InvoiceLine, invoice: Invoice) -> Node | None:
    item, order, basis = line.item or Item(), line.order, line.price_basis
    further = order.number if order and order.number not in invoice.orders[:1] else None
    number = _text("LineID", order.line if order else None)
    return _group(
        "IncludedSupplyChainTradeLineItem",
        _group(
            "AssociatedDocumentLineDocument",
            _text("LineID", line.number),
            *map(_note, line.notes),
        ),
        _product(item, line.fields.get("Description")),
        _always(
            "SpecifiedLineTradeAgreement",
            _group("BuyerOrderReferencedDocument", _text("IssuerAssignedID", further), number),
            _group(
                "NetPriceProductTradePrice",
                _number("ChargeAmount", line.unit_price),
                _number("BasisQuantity", basis.quantity, unitCode=basis.uom) if basis else None,
            ),
        ),
        _always(
            "SpecifiedLineTradeDelivery",
            _number("BilledQuantity", line.quantity, unitCode=line.uom),
        ),
        _line_settlement(line),
    )


def _product(item: Item, description: str | None) -> Node | None:
    return _group(
        "SpecifiedTradeProduct",
        _text("GlobalID", item.gtin, schemeID="0160"),
        _text("SellerAssignedID", item.supplier_part),
        _text("BuyerAssignedID", item.buyer_part),
        _text("Name", item.description),
        _text("Description", description),
        *(
            _group("DesignatedProductClassification", _text("ClassCode", code, listID=domain))
            for domain, code in item.classifications.items()
        ),
    )


def _line_settlement(line: InvoiceLine) -> Node:
    return _always(
        "SpecifiedLineTradeSettlement",
        *(_tax(tax) for tax in line.taxes),
        *map(_adjustment, line.adjustments),
        _group(
            "SpecifiedTradeSettlementLineMonetarySummation",
            _number("LineTotalAmount", line.amount),
        ),
        _cost(line.accounting),
    )


def _cost(splits: tuple[Accounting, ...]) -> Node | None:
    return _group("ReceivableSpecifiedTradeAccountingAccount", _text("ID", cost_text(splits)))


def _tax(tax: Tax) -> Node | None:
    """Return a tax, of a line by its rate alone or of the whole with its amount."""
    return _group(
        "ApplicableTradeTax",
        _number("CalculatedAmount", tax.amount),
        _text("TypeCode", tax.type or "VAT"),
        _text("ExemptionReason", tax.exempt),
        _number("BasisAmount", tax.taxable),
        _text("CategoryCode", category_of(tax)),
        _number("RateApplicablePercent", tax.rate),
    )


def _adjustment(one: Adjustment) -> Node | None:
    is_charge = "true" if one.type == "charge" else "false"
    return _group(
        "SpecifiedTradeAllowanceCharge",
        Node("ram:ChargeIndicator", {}, (Node("udt:Indicator", {}, (is_charge,)),)),
        _number("CalculationPercent", one.percent),
        _number("ActualAmount", one.amount),
        _text("ReasonCode", one.code),
        _text("Reason", one.reason),
    )


def _party(name: str, party: Party | None) -> Node | None:
    if party is None:
        return None
    ids = {key: value for key, value in party.ids.items() if key not in _NOT_PARTY_IDS}
    where = party.address
    lines = (*(where.street if where else ()), None, None, None)[:3]
    names = ("LineOne", "LineTwo", "LineThree")
    return _group(
        name,
        _text("ID", ids.get("id")),
        *(
            _text("GlobalID", value, schemeID=scheme_of(key))
            for key, value in ids.items()
            if key != "id"
        ),
        _text("Name", party.name),
        _group("SpecifiedLegalOrganization", _text("ID", party.ids.get("registration"))),
        _contact(party),
        _group(
            "PostalTradeAddress",
            _text("PostcodeCode", where.postal_code),
            *(_text(each, line) for each, line in zip(names, lines, strict=True)),
            _text("CityName", where.city),
            _text("CountryID", where.country),
            _text("CountrySubDivisionName", where.region),
        )
        if where
        else None,
        _group("URIUniversalCommunication", _text("URIID", party.ids.get("endpoint"))),
        *(
            _group("SpecifiedTaxRegistration", _text("ID", value, schemeID=scheme))
            for scheme, value in (("VA", party.tax_id), ("FC", party.ids.get("fc")))
            if value
        ),
    )


def _contact(party: Party) -> Node | None:
    return _group(
        "DefinedTradeContact",
        _text("PersonName", party.contact),
        _group("TelephoneUniversalCommunication", _text("CompleteNumber", party.phone)),
        _group("EmailURIUniversalCommunication", _text("URIID", party.email)),
    )


def _agreement(invoice: Invoice) -> Node:
    fields = invoice.fields
    project = fields.get("project")
    return _always(
        "ApplicableHeaderTradeAgreement",
        _text("BuyerReference", fields.get("buyer_reference")),
        _party("SellerTradeParty", invoice.supplier),
        _party("BuyerTradeParty", invoice.buyer),
        _document("SellerOrderReferencedDocument", fields.get("sales_order")),
        _document("BuyerOrderReferencedDocument", next(iter(invoice.orders), None)),
        _document("ContractReferencedDocument", fields.get("contract")),
        _document("AdditionalReferencedDocument", fields.get("tender"), _text("TypeCode", "50")),
        _group(
            "SpecifiedProcuringProject",
            _text("ID", project),
            _text("Name", "Project reference" if project else None),
        ),
    )


def _delivery(invoice: Invoice) -> Node:
    return _always(
        "ApplicableHeaderTradeDelivery",
        _party("ShipToTradeParty", invoice.ship_to),
        _document("DespatchAdviceReferencedDocument", invoice.fields.get("despatch_advice")),
        _document("ReceivingAdviceReferencedDocument", invoice.fields.get("receiving_advice")),
    )


def _settlement(invoice: Invoice) -> Node:
    supplier = invoice.supplier or Party()
    terms = [one.text for one in invoice.terms if one.text]
    original = invoice.original
    return _always(
        "ApplicableHeaderTradeSettlement",
        _text("CreditorReferenceID", supplier.ids.get("sepa")),
        _text("PaymentReference", invoice.fields.get("payment_reference")),
        _text("InvoiceCurrencyCode", invoice.currency),
        _party("PayeeTradeParty", invoice.remit_to),
        _means(supplier.bank_account),
        *(_tax(tax) for tax in invoice.taxes),
        *map(_adjustment, invoice.adjustments),
        _group(
            "SpecifiedTradePaymentTerms",
            _text("Description", next(iter(terms), None)),
            _day("DueDateDateTime", invoice.due_date),
        ),
        _summation(invoice.totals or Totals(), invoice.currency),
        _document(
            "InvoiceReferencedDocument",
            original.number if original else None,
            _day("FormattedIssueDateTime", original.date if original else None, "qdt"),
        ),
        _cost(invoice.accounting),
    )


def _means(account: str | None) -> Node | None:
    if account is None:
        return None
    kind = "IBANID" if account[:_IBAN_LETTERS].isalpha() else "ProprietaryID"
    return _group(
        "SpecifiedTradeSettlementPaymentMeans",
        _text("TypeCode", "30"),
        _group("PayeePartyCreditorFinancialAccount", _text(kind, account)),
    )


def _summation(totals: Totals, currency: str | None) -> Node | None:
    return _group(
        "SpecifiedTradeSettlementHeaderMonetarySummation",
        _number("LineTotalAmount", totals.lines),
        _number("ChargeTotalAmount", totals.charges),
        _number("AllowanceTotalAmount", totals.allowances),
        _number("TaxBasisTotalAmount", totals.net),
        _number("TaxTotalAmount", totals.tax, currencyID=currency),
        _number("RoundingAmount", totals.rounding),
        _number("GrandTotalAmount", totals.total),
        _number("TotalPrepaidAmount", totals.prepaid),
        _number("DuePayableAmount", totals.total if totals.due is None else totals.due),
    )
