"""The quick trace says what the slow one says, value by value."""

import io
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from mappers.canonical import Source
from mappers.rules import Mapped, map_document, trace
from mappers.traced import keeps_places
from parsers.xml.read import documents

SAMPLES = Path(__file__).parents[2] / "samples"
TABLES = {"cxml": "mappers.cxml.tables", "ubl": "mappers.ubl.tables", "cii": "mappers.ubl.tables"}
XML = sorted(path for path in SAMPLES.rglob("*.xml") if "unreadable" not in str(path))
INVOICE = """<InvoiceDetailRequest>
<InvoiceDetailRequestHeader invoiceID="R-1" invoiceDate="2026-03-02" purpose="standard">
<InvoiceDetailLineIndicator isTaxInLine="yes" isDiscountInLine="yes"/>
<InvoicePartner><Contact role="from"><Name>Hill &amp; Sons</Name>
<PostalAddress><Street>1 Quay</Street><Street>Dock 2</Street><City>Oakland</City></PostalAddress>
<Phone><TelephoneNumber><CountryCode>1</CountryCode><AreaOrCityCode>510</AreaOrCityCode>
<Number>5550100</Number></TelephoneNumber></Phone></Contact></InvoicePartner>
<PaymentTerm payInNumberOfDays="30"/>
<Extrinsic name="Cost Center">CC-1</Extrinsic><Extrinsic name="a/b~c">x</Extrinsic>
</InvoiceDetailRequestHeader>
<InvoiceDetailOrder><InvoiceDetailOrderInfo><OrderReference orderID="PO-1"/>
</InvoiceDetailOrderInfo>{lines}</InvoiceDetailOrder>
<InvoiceDetailSummary><SubtotalAmount><Money currency="USD">20</Money></SubtotalAmount>
<Tax><Money currency="USD">2</Money></Tax><NetAmount><Money currency="USD">22</Money></NetAmount>
</InvoiceDetailSummary></InvoiceDetailRequest>"""
LINE = """<InvoiceDetailItem invoiceLineNumber="{n}" quantity="2">
<UnitOfMeasure>EA</UnitOfMeasure><UnitPrice><Money currency="USD">5.00</Money></UnitPrice>
<InvoiceDetailItemReference lineNumber="{n}"><ItemID><SupplierPartID>P-{n}</SupplierPartID></ItemID>
<Classification domain="UNSPSC">44121704</Classification></InvoiceDetailItemReference>
<SubtotalAmount><Money currency="USD">10</Money></SubtotalAmount>
<Tax><Money currency="USD">1</Money><TaxDetail category="sales" percentageRate="10"><TaxAmount>
<Money currency="USD">1</Money></TaxAmount></TaxDetail></Tax>
<InvoiceDetailDiscount percentageRate="5"><Money currency="USD">{n}</Money></InvoiceDetailDiscount>
<Distribution><Accounting name="DistributionCharge"><AccountingSegment id="CC-4410">
<Name xml:lang="en">CostCenter</Name></AccountingSegment>
<Segment type="Region" id="EU"/></Accounting>
<Charge><Money currency="USD">11</Money></Charge></Distribution>
<Comments>first</Comments><Comments>first</Comments></InvoiceDetailItem>"""


def compare(data: bytes) -> int:
    found = 0
    for document in documents(io.BytesIO(data)):
        tables = import_module(TABLES[document.format]).TABLES
        table = tables.get(document.kind)
        if table is None or not keeps_places(document.form):
            continue
        told = map_document(table, document, Source(), 2026).trace()
        assert told == trace(table, document.form, 2026)
        found += len(told)
    return found


@pytest.mark.parametrize("path", XML, ids=[path.name for path in XML])
def test_on_every_sample(path: Path) -> None:
    compare(path.read_bytes())


def test_where_rows_share_fields(request_of: Callable[[str], str]) -> None:
    lines = "".join(LINE.format(n=number) for number in range(3))
    assert compare(request_of(INVOICE.format(lines=lines)).encode()) > 70


@pytest.fixture
def long_one(request_of: Callable[[str], str]) -> Mapped:
    """Return an invoice whose lines are told on demand."""
    lines = "".join(LINE.format(n=number) for number in range(20))
    data = request_of(INVOICE.format(lines=lines)).encode()
    [document] = documents(io.BytesIO(data))
    return map_document(import_module(TABLES["cxml"]).TABLES[document.kind], document, Source(), 26)


def test_a_trace_is_a_mapping_of_all_its_values(long_one: Mapped) -> None:
    told = long_one.trace()
    whole = dict(told.items())
    assert len(told) == len(whole) == len(list(told)) == len(list(told.values()))
    assert list(told) == list(whole)
    assert list(told.values()) == list(whole.values())
    assert {pointer: told[pointer] for pointer in told} == whole == told
    assert told["/lines/17/item/supplier_part"].text == "P-17"
    assert repr(whole["/lines/17/quantity"]) in repr(told)


@pytest.mark.parametrize(
    "pointer", ["", "/", "/lines", "/lines/17", "/lines/17/x", "/lines/20/quantity", "quantity"]
)
def test_a_trace_has_no_other_value(long_one: Mapped, pointer: str) -> None:
    told = long_one.trace()
    assert pointer not in told
    assert told.get(pointer) is None


def test_where_a_text_does_not_convert(request_of: Callable[[str], str]) -> None:
    data = request_of(INVOICE.format(lines=LINE.format(n=1))).replace(">5.00<", ">five<")
    assert compare(data.encode()) > 30
