"""UBL and CII invoices to canonical ones: the same invoice in both gives the same record."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from mappers.canonical import Source, Terms

Record = Callable[[str], Any]

UBL = """<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:b="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
 xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2">
<b:CustomizationID>urn:cen.eu:en16931:2017</b:CustomizationID>
<b:ID>R-7</b:ID><b:IssueDate>2026-03-01</b:IssueDate><b:DueDate>2026-03-31</b:DueDate>
<b:InvoiceTypeCode>380</b:InvoiceTypeCode><b:Note>#AAI#Thank you</b:Note>
<b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode><b:BuyerReference>LW-1</b:BuyerReference>
<a:OrderReference><b:ID>PO-5</b:ID></a:OrderReference>
<a:AccountingSupplierParty><a:Party><b:EndpointID schemeID="0088">4000001000005</b:EndpointID>
<a:PostalAddress><b:StreetName>Hof 1</b:StreetName><b:CityName>Bonn</b:CityName>
<b:PostalZone>53113</b:PostalZone><a:Country><b:IdentificationCode>DE</b:IdentificationCode>
</a:Country>
</a:PostalAddress><a:PartyTaxScheme><b:CompanyID>DE99</b:CompanyID><a:TaxScheme><b:ID>VAT</b:ID>
</a:TaxScheme></a:PartyTaxScheme><a:PartyLegalEntity>
<b:RegistrationName>Hof GmbH</b:RegistrationName>
</a:PartyLegalEntity><a:Contact><b:Name>Ida</b:Name></a:Contact></a:Party>
</a:AccountingSupplierParty>
<a:AccountingCustomerParty><a:Party><a:PartyLegalEntity><b:RegistrationName>Amt</b:RegistrationName>
</a:PartyLegalEntity></a:Party></a:AccountingCustomerParty>
<a:PaymentMeans><a:PayeeFinancialAccount><b:ID>DE02120300000000202051</b:ID>
</a:PayeeFinancialAccount>
</a:PaymentMeans><a:PaymentTerms><b:Note>#SKONTO#TAGE=14#PROZENT=2.00#</b:Note></a:PaymentTerms>
<a:AllowanceCharge><b:ChargeIndicator>false</b:ChargeIndicator>
<b:AllowanceChargeReasonCode>95</b:AllowanceChargeReasonCode>
<b:AllowanceChargeReason>Loyal</b:AllowanceChargeReason><b:Amount currencyID="EUR">10.00</b:Amount>
</a:AllowanceCharge>
<a:TaxTotal><b:TaxAmount currencyID="EUR">17.10</b:TaxAmount><a:TaxSubtotal>
<b:TaxableAmount currencyID="EUR">90.00</b:TaxableAmount>
<b:TaxAmount currencyID="EUR">17.10</b:TaxAmount>
<a:TaxCategory><b:ID>S</b:ID><b:Percent>19</b:Percent><a:TaxScheme><b:ID>VAT</b:ID></a:TaxScheme>
</a:TaxCategory></a:TaxSubtotal></a:TaxTotal>
<a:TaxTotal><b:TaxAmount currencyID="SEK">190.00</b:TaxAmount></a:TaxTotal>
<a:LegalMonetaryTotal><b:LineExtensionAmount currencyID="EUR">100.00</b:LineExtensionAmount>
<b:TaxExclusiveAmount currencyID="EUR">90.00</b:TaxExclusiveAmount>
<b:TaxInclusiveAmount currencyID="EUR">107.10</b:TaxInclusiveAmount>
<b:AllowanceTotalAmount currencyID="EUR">10.00</b:AllowanceTotalAmount>
<b:PrepaidAmount currencyID="EUR">7.10</b:PrepaidAmount>
<b:PayableAmount currencyID="EUR">100.00</b:PayableAmount></a:LegalMonetaryTotal>
<a:InvoiceLine><b:ID>A [1]</b:ID><b:InvoicedQuantity unitCode="C62">20</b:InvoicedQuantity>
<b:LineExtensionAmount currencyID="EUR">100.00</b:LineExtensionAmount>
<b:AccountingCost>KST-9</b:AccountingCost>
<a:OrderLineReference><b:LineID>3</b:LineID></a:OrderLineReference>
<a:Item><b:Description>Blue, large</b:Description><b:Name>Crate</b:Name>
<a:SellersItemIdentification><b:ID>S-1</b:ID></a:SellersItemIdentification>
<a:StandardItemIdentification><b:ID schemeID="0160">4006381333931</b:ID>
</a:StandardItemIdentification>
<a:ClassifiedTaxCategory><b:ID>S</b:ID><b:Percent>19</b:Percent><a:TaxScheme><b:ID>VAT</b:ID>
</a:TaxScheme></a:ClassifiedTaxCategory></a:Item>
<a:Price><b:PriceAmount currencyID="EUR">50.00</b:PriceAmount>
<b:BaseQuantity unitCode="C62">10</b:BaseQuantity></a:Price></a:InvoiceLine></Invoice>"""

CII = """<r:CrossIndustryInvoice
xmlns:r="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100">
<ExchangedDocumentContext><GuidelineSpecifiedDocumentContextParameter>
<ID>urn:cen.eu:en16931:2017</ID>
</GuidelineSpecifiedDocumentContextParameter></ExchangedDocumentContext>
<ExchangedDocument><ID>R-7</ID><TypeCode>380</TypeCode><IssueDateTime>
<DateTimeString format="102">20260301</DateTimeString></IssueDateTime>
<IncludedNote><Content>Thank you</Content><SubjectCode>AAI</SubjectCode></IncludedNote>
</ExchangedDocument>
<SupplyChainTradeTransaction><IncludedSupplyChainTradeLineItem>
<AssociatedDocumentLineDocument><LineID>A [1]</LineID></AssociatedDocumentLineDocument>
<SpecifiedTradeProduct><GlobalID schemeID="0160">4006381333931</GlobalID>
<SellerAssignedID>S-1</SellerAssignedID><Name>Crate</Name><Description>Blue, large</Description>
</SpecifiedTradeProduct><SpecifiedLineTradeAgreement><BuyerOrderReferencedDocument>
<LineID>3</LineID>
</BuyerOrderReferencedDocument><NetPriceProductTradePrice><ChargeAmount>50.00</ChargeAmount>
<BasisQuantity unitCode="C62">10</BasisQuantity></NetPriceProductTradePrice>
</SpecifiedLineTradeAgreement>
<SpecifiedLineTradeDelivery><BilledQuantity unitCode="C62">20</BilledQuantity>
</SpecifiedLineTradeDelivery>
<SpecifiedLineTradeSettlement><ApplicableTradeTax><TypeCode>VAT</TypeCode>
<CategoryCode>S</CategoryCode>
<RateApplicablePercent>19</RateApplicablePercent></ApplicableTradeTax>
<SpecifiedTradeSettlementLineMonetarySummation><LineTotalAmount>100.00</LineTotalAmount>
</SpecifiedTradeSettlementLineMonetarySummation><ReceivableSpecifiedTradeAccountingAccount>
<ID>KST-9</ID>
</ReceivableSpecifiedTradeAccountingAccount></SpecifiedLineTradeSettlement>
</IncludedSupplyChainTradeLineItem>
<ApplicableHeaderTradeAgreement><BuyerReference>LW-1</BuyerReference><SellerTradeParty>
<Name>Hof GmbH</Name>
<DefinedTradeContact><PersonName>Ida</PersonName></DefinedTradeContact><PostalTradeAddress>
<PostcodeCode>53113</PostcodeCode><LineOne>Hof 1</LineOne><CityName>Bonn</CityName>
<CountryID>DE</CountryID>
</PostalTradeAddress><URIUniversalCommunication><URIID schemeID="0088">4000001000005</URIID>
</URIUniversalCommunication><SpecifiedTaxRegistration><ID schemeID="VA">DE99</ID>
</SpecifiedTaxRegistration>
</SellerTradeParty><BuyerTradeParty><Name>Amt</Name></BuyerTradeParty><BuyerOrderReferencedDocument>
<IssuerAssignedID>PO-5</IssuerAssignedID></BuyerOrderReferencedDocument>
</ApplicableHeaderTradeAgreement>
<ApplicableHeaderTradeDelivery/><ApplicableHeaderTradeSettlement>
<InvoiceCurrencyCode>EUR</InvoiceCurrencyCode>
<SpecifiedTradeSettlementPaymentMeans><PayeePartyCreditorFinancialAccount>
<IBANID>DE02120300000000202051</IBANID></PayeePartyCreditorFinancialAccount>
</SpecifiedTradeSettlementPaymentMeans>
<ApplicableTradeTax><CalculatedAmount>17.10</CalculatedAmount><TypeCode>VAT</TypeCode>
<BasisAmount>90.00</BasisAmount>
<CategoryCode>S</CategoryCode><RateApplicablePercent>19</RateApplicablePercent></ApplicableTradeTax>
<SpecifiedTradeAllowanceCharge><ChargeIndicator><Indicator>false</Indicator></ChargeIndicator>
<ActualAmount>10.00</ActualAmount><ReasonCode>95</ReasonCode><Reason>Loyal</Reason>
</SpecifiedTradeAllowanceCharge>
<SpecifiedTradePaymentTerms><Description>#SKONTO#TAGE=14#PROZENT=2.00#</Description>
<DueDateDateTime>
<DateTimeString format="102">20260331</DateTimeString></DueDateDateTime>
</SpecifiedTradePaymentTerms>
<SpecifiedTradeSettlementHeaderMonetarySummation><LineTotalAmount>100.00</LineTotalAmount>
<AllowanceTotalAmount>10.00</AllowanceTotalAmount><TaxBasisTotalAmount>90.00</TaxBasisTotalAmount>
<TaxTotalAmount currencyID="EUR">17.10</TaxTotalAmount>
<TaxTotalAmount currencyID="SEK">190.00</TaxTotalAmount>
<GrandTotalAmount>107.10</GrandTotalAmount><TotalPrepaidAmount>7.10</TotalPrepaidAmount>
<DuePayableAmount>100.00</DuePayableAmount></SpecifiedTradeSettlementHeaderMonetarySummation>
</ApplicableHeaderTradeSettlement></SupplyChainTradeTransaction></r:CrossIndustryInvoice>"""

ELDER = (
    ("CrossIndustryInvoice", "CrossIndustryDocument"),
    ("ExchangedDocumentContext", "SpecifiedExchangedDocumentContext"),
    ("<ExchangedDocument>", "<HeaderExchangedDocument>"),
    ("</ExchangedDocument>", "</HeaderExchangedDocument>"),
    ("<SupplyChainTradeTransaction", "<SpecifiedSupplyChainTradeTransaction"),
    ("</SupplyChainTradeTransaction", "</SpecifiedSupplyChainTradeTransaction"),
    ("ApplicableHeaderTrade", "ApplicableSupplyChainTrade"),
    ("SpecifiedLineTrade", "SpecifiedSupplyChainTrade"),
    ("SettlementHeaderMonetary", "SettlementMonetary"),
    ("SettlementLineMonetary", "SettlementMonetary"),
    ("RateApplicablePercent", "ApplicablePercent"),
)


def elder(data: str) -> str:
    for word, before in ELDER:
        data = data.replace(word, before)
    return data


def test_a_ubl_invoice(record: Record) -> None:
    found = record(UBL)
    assert not found.problems
    assert (found.number, found.date, found.due_date) == (
        "R-7",
        dt.date(2026, 3, 1),
        dt.date(2026, 3, 31),
    )
    assert (found.supplier.name, found.supplier.tax_id) == ("Hof GmbH", "DE99")
    assert found.supplier.ids == {"gln": "4000001000005"}
    assert found.supplier.bank_account == "DE02120300000000202051"
    assert (found.orders, found.notes) == (("PO-5",), ("Thank you",))
    assert found.fields["buyer_reference"] == "LW-1"
    totals = found.totals
    assert (totals.lines, totals.allowances, totals.net) == (Decimal(100), Decimal(10), Decimal(90))
    assert (totals.tax, totals.total, totals.due) == (
        Decimal("17.10"),
        Decimal("107.10"),
        Decimal(100),
    )
    [line] = found.lines
    assert (line.number, line.order.number, line.order.line) == ("A [1]", "PO-5", "3")
    assert (line.price_basis.quantity, line.item.gtin) == (Decimal(10), "4006381333931")
    assert line.accounting[0].segments == {"accounting_cost": "KST-9"}


def test_discounts_in_words_become_terms(record: Record) -> None:
    [discount, whole] = record(UBL).terms
    assert discount == Terms(discount_percent=Decimal("2.00"), discount_days=14)
    assert whole.net_date == dt.date(2026, 3, 31)


@pytest.mark.parametrize("other", [CII, elder(CII)], ids=["cii", "zugferd-1"])
def test_both_syntaxes_give_the_same_record(record: Record, other: str) -> None:
    ours, theirs = (replace(record(data), source=Source()) for data in (UBL, other))
    assert ours == theirs


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("380", "invoice"),
        ("381", "credit_memo"),
        ("384", "invoice"),
        ("383", "debit_memo"),
        ("389", "invoice"),
    ],
)
def test_type_codes(record: Record, code: str, kind: str) -> None:
    assert record(UBL.replace(">380<", f">{code}<")).type == kind
    assert record(CII.replace(">380<", f">{code}<")).type == kind


def test_a_credit_note_is_a_credit_by_its_root(record: Record) -> None:
    data = UBL.replace("Invoice-2", "CreditNote-2").replace("InvoiceLine", "CreditNoteLine")
    data = data.replace("<Invoice ", "<CreditNote ").replace("</Invoice>", "</CreditNote>")
    data = data.replace("InvoicedQuantity", "CreditedQuantity").replace(
        "InvoiceTypeCode", "CreditNoteTypeCode"
    )
    found = record(data)
    assert (found.type, found.totals.total) == ("credit_memo", Decimal("107.10"))
    assert found.lines[0].quantity == Decimal(20)


def test_a_negative_allowance_is_a_charge(record: Record) -> None:
    data = UBL.replace('<b:Amount currencyID="EUR">10.00', '<b:Amount currencyID="EUR">-10.00')
    [adjustment] = record(data).adjustments
    assert (adjustment.type, adjustment.amount) == ("charge", Decimal(10))


@pytest.mark.parametrize(
    ("old", "new", "code", "expected"),
    [
        (
            '<b:PriceAmount currencyID="EUR">50.00',
            '<b:PriceAmount currencyID="EUR">51.00',
            "ubl.line_amount",
            "102",
        ),
        (
            '<b:PrepaidAmount currencyID="EUR">7.10',
            '<b:PrepaidAmount currencyID="EUR">7.00',
            "ubl.totals",
            "100.1",
        ),
        (
            "<b:Percent>19</b:Percent><a:TaxScheme><b:ID>VAT</b:ID></a:TaxScheme>\n</a:TaxCategory>",
            "<b:Percent>7</b:Percent></a:TaxCategory>",
            "ubl.tax",
            "6.3",
        ),
        (
            'AllowanceTotalAmount currencyID="EUR">10.00',
            'AllowanceTotalAmount currencyID="EUR">9.00',
            "ubl.totals",
            "10",
        ),
    ],
)
def test_sums_that_do_not_add_up_are_told(
    record: Record, old: str, new: str, code: str, expected: str
) -> None:
    assert old in UBL
    found = record(UBL.replace(old, new))
    problem = next(one for one in found.problems if one.code == code)
    assert (problem.expected, problem.severity, found.incomplete) == (expected, "warning", False)


def test_na_is_no_order_number(record: Record) -> None:
    found = record(UBL.replace("<b:ID>PO-5</b:ID>", "<b:ID>NA</b:ID>"))
    assert (found.orders, found.lines[0].order.number) == ((), None)


def test_the_trace_quotes_its_source(mapped: Callable[[str], Any]) -> None:
    trace = mapped(UBL).trace()
    assert trace["/lines/0/unit_price"].text == "50.00"
    assert trace["/supplier/ids/gln"].text == "4000001000005"
    for traced in trace.values():
        if traced.start is not None:
            assert UBL.encode()[traced.start : traced.end].decode() == traced.text


def test_the_base_of_a_tax_is_held_against_its_lines(record: Record) -> None:
    wrong = UBL.replace(">90.00</b:TaxableAmount>", ">80.00</b:TaxableAmount>")
    assert [one.code for one in record(UBL).problems if one.code == "ubl.tax_base"] == []
    [problem] = [one for one in record(wrong).problems if one.code == "ubl.tax_base"]
    assert (problem.found, problem.expected) == ("80.00", "90")
    assert "BR-S-08" in problem.message


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("<b:DueDate>2026-03-31</b:DueDate>", "", "BR-CO-25"),
        ("<b:CompanyID>DE99</b:CompanyID>", "<b:CompanyID>99</b:CompanyID>", "BR-CO-9"),
        ('<b:EndpointID schemeID="0088">4000001000005</b:EndpointID>', "", "BR-CO-26"),
    ],
)
def test_what_the_norm_asks_for_besides_is_told(
    record: Record, old: str, new: str, rule: str
) -> None:
    assert old in UBL
    data = UBL.replace(old, new)
    if rule == "BR-CO-25":
        data = data.replace("<b:Note>#SKONTO#TAGE=14#PROZENT=2.00#</b:Note>", "")
    if rule == "BR-CO-26":
        data = data.replace("<b:CompanyID>DE99</b:CompanyID>", "")
    told = [one for one in record(data).problems if one.code == "ubl.rule"]
    assert any(rule in problem.message and problem.at for problem in told)
    assert not any(rule in one.message for one in record(UBL).problems)
