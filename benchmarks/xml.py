"""Reading XML documents: a large invoice whole, and many small carts one after the other.

The floor is lxml parsing the same bytes to a tree, with nothing asked of it. Reading is everything
that intake does: checks, parsing, mapping to the canonical record, and its sums. Tracing finds
where each of its values stood; telling puts all that into words, which are asked for line by line.
Garbage is collected as rarely as the program itself does.
"""

import gc
import io
import resource

from lxml import etree

from benchmarks.measure import report, seconds
from gateway.formats import read_documents
from mappers.rules import Mapped

LINES = 2_900
CARTS = 500
COLLECT_RARELY = (50_000, 50, 100)

_HEADER = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.069/InvoiceDetail.dtd">
<cXML payloadID="bench@seller.example" timestamp="2026-03-07T08:00:00-08:00" version="1.2.069">
<Header><From><Credential domain="DUNS"><Identity>987654321</Identity></Credential></From>
<To><Credential domain="NetworkID"><Identity>AN-BUYER</Identity></Credential></To>
<Sender><Credential domain="DUNS"><Identity>987654321</Identity></Credential>
<UserAgent>bench</UserAgent></Sender></Header>
"""
_LINE = """<InvoiceDetailItem invoiceLineNumber="{n}" quantity="6">
  <UnitOfMeasure>BX</UnitOfMeasure>
  <UnitPrice><Money currency="USD">8.45</Money></UnitPrice>
  <InvoiceDetailItemReference lineNumber="{n}">
    <ItemID><SupplierPartID>GL-{n}</SupplierPartID>
    <SupplierPartAuxiliaryID>cart=991;line={n}</SupplierPartAuxiliaryID>
    <BuyerPartID>B-{n}</BuyerPartID></ItemID>
    <Description xml:lang="en">Work gloves, size M, one hundred pairs, blue</Description>
    <Classification domain="UNSPSC">46181504</Classification>
    <ManufacturerPartID>K-50602</ManufacturerPartID>
    <ManufacturerName xml:lang="en">Handy</ManufacturerName>
  </InvoiceDetailItemReference>
  <SubtotalAmount><Money currency="USD">50.70</Money></SubtotalAmount>
  <Tax><Money currency="USD">4.44</Money><Description xml:lang="en">Tax</Description>
    <TaxDetail purpose="tax" category="sales" percentageRate="8.75">
      <TaxableAmount><Money currency="USD">50.70</Money></TaxableAmount>
      <TaxAmount><Money currency="USD">4.44</Money></TaxAmount>
      <TaxLocation xml:lang="en">CA</TaxLocation>
    </TaxDetail></Tax>
  <GrossAmount><Money currency="USD">55.14</Money></GrossAmount>
  <InvoiceDetailDiscount percentageRate="5">
    <Money currency="USD">2.54</Money></InvoiceDetailDiscount>
  <NetAmount><Money currency="USD">52.60</Money></NetAmount>
  <Distribution><Accounting name="DistributionCharge"><AccountingSegment id="CC-4410">
    <Name xml:lang="en">CostCenter</Name><Description xml:lang="en">West</Description>
  </AccountingSegment></Accounting>
  <Charge><Money currency="USD">52.60</Money></Charge></Distribution>
</InvoiceDetailItem>
"""


def _money(name: str, amount: str) -> str:
    return f'<{name}><Money currency="USD">{amount}</Money></{name}>'


def large_invoice(lines: int = LINES) -> bytes:
    """Return an InvoiceDetailRequest of so many lines, whose sums add up."""
    cents = {"SubtotalAmount": 5070, "Tax": 444, "GrossAmount": 5514}
    cents |= {"InvoiceDetailDiscount": 254, "NetAmount": 5260}
    sums = "".join(_money(name, f"{each * lines / 100:.2f}") for name, each in cents.items())
    return (
        f'{_HEADER}<Request><InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID="R-1" '
        'invoiceDate="2026-03-07" purpose="standard" operation="new">'
        "<InvoiceDetailHeaderIndicator/>"
        '<InvoiceDetailLineIndicator isTaxInLine="yes" isDiscountInLine="yes"/>'
        "</InvoiceDetailRequestHeader><InvoiceDetailOrder><InvoiceDetailOrderInfo>"
        '<OrderReference orderID="PO-311"/></InvoiceDetailOrderInfo>'
        f"{''.join(_LINE.format(n=n) for n in range(1, lines + 1))}</InvoiceDetailOrder>"
        f"<InvoiceDetailSummary>{sums}</InvoiceDetailSummary></InvoiceDetailRequest></Request>"
        "</cXML>"
    ).encode()


def small_cart() -> bytes:
    """Return a PunchOutOrderMessage of two lines."""
    item = (
        '<ItemIn quantity="{n}"><ItemID><SupplierPartID>P-{n}</SupplierPartID></ItemID>'
        "<ItemDetail>"
        '<UnitPrice><Money currency="USD">2.50</Money></UnitPrice><Description xml:lang="en">Pens'
        "</Description><UnitOfMeasure>EA</UnitOfMeasure>"
        '<Classification domain="UNSPSC">44121704</Classification></ItemDetail></ItemIn>'
    )
    return (
        f"{_HEADER}<Message><PunchOutOrderMessage><BuyerCookie>k</BuyerCookie>"
        f'<PunchOutOrderMessageHeader operationAllowed="edit">{_money("Total", "7.50")}'
        f"</PunchOutOrderMessageHeader>{item.format(n=1)}{item.format(n=2)}"
        "</PunchOutOrderMessage></Message></cXML>"
    ).encode()


def _read(data: bytes) -> Mapped:
    [mapped] = read_documents(io.BytesIO(data), name="bench.xml", sha256="", year=2026)
    return mapped


def _parse(data: bytes) -> object:
    return etree.fromstring(data, etree.XMLParser(no_network=True, resolve_entities=False))


def main() -> None:
    """Print the figures of reading XML."""
    gc.set_threshold(*COLLECT_RARELY)
    invoice, cart = large_invoice(), small_cart()
    kept = _read(invoice).trace()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    del kept
    floor = seconds(lambda: _parse(invoice))
    report("xml.read_large_invoice", value=seconds(lambda: _read(invoice)), unit="s", floor=floor)
    traced = seconds(lambda: _read(invoice).trace())
    report("xml.read_and_trace_large_invoice", value=traced, unit="s", floor=floor)
    told = seconds(lambda: dict(_read(invoice).trace().items()))
    report("xml.read_and_tell_large_invoice", value=told, unit="s", floor=floor)
    report("xml.peak_memory", value=peak, unit="MB", floor=len(invoice) / 1e6)
    report(
        "xml.small_documents_per_s",
        value=CARTS / seconds(lambda: [_read(cart) for _ in range(CARTS)]),
        unit="documents/s",
        floor=CARTS / seconds(lambda: [_parse(cart) for _ in range(CARTS)]),
    )
