"""UBL orders, responses, despatch and receipt advices."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

Record = Callable[[str], Any]


def ubl(root: str, inner: str) -> str:
    return f'<{root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{root}-2">{inner}</{root}>'


PARTIES = """<BuyerCustomerParty><Party><PartyName><Name>Clinic</Name></PartyName></Party>
</BuyerCustomerParty>
<SellerSupplierParty><Party><EndpointID schemeID="0088">73</EndpointID></Party>
</SellerSupplierParty>"""
DELIVERY = """<Delivery><DeliveryLocation><ID schemeID="0088">74</ID><Address>
<CityName>Oslo</CityName>
</Address></DeliveryLocation><RequestedDeliveryPeriod><StartDate>2026-04-01</StartDate>
<EndDate>2026-04-02</EndDate></RequestedDeliveryPeriod></Delivery>"""
ORDER_LINE = """<OrderLine><LineItem><ID>1</ID><Quantity unitCode="EA">5</Quantity>
<LineExtensionAmount currencyID="NOK">50</LineExtensionAmount><Price>
<PriceAmount currencyID="NOK">10</PriceAmount>
</Price><Item><Name>Mask</Name><BuyersItemIdentification><ID>B1</ID></BuyersItemIdentification>
</Item>
</LineItem></OrderLine>"""
BODY = (
    "<IssueDate>2026-03-01</IssueDate><OrderTypeCode>220</OrderTypeCode>"
    "<DocumentCurrencyCode>NOK</DocumentCurrencyCode>"
    f"{PARTIES}{DELIVERY}<AnticipatedMonetaryTotal><TaxInclusiveAmount>62.50</TaxInclusiveAmount>"
    f"<PayableAmount>60</PayableAmount></AnticipatedMonetaryTotal>{ORDER_LINE}"
)


def test_an_order(record: Record) -> None:
    found = record(ubl("Order", f"<ID>O-1</ID>{BODY}"))
    assert not found.problems
    assert (found.number, found.operation, found.type) == ("O-1", "new", "standard")
    assert (found.buyer.name, found.supplier.ids) == ("Clinic", {"gln": "73"})
    assert (found.ship_to.ids, found.ship_to.address.city) == ({"gln": "74"}, "Oslo")
    assert (found.requested_date, found.total) == (dt.date(2026, 4, 2), Decimal("62.50"))
    [line] = found.lines
    assert (line.quantity, line.uom, line.unit_price) == (Decimal(5), "EA", Decimal(10))
    assert (line.item.buyer_part, line.amount) == ("B1", Decimal(50))


@pytest.mark.parametrize(
    ("root", "operation"), [("OrderChange", "change"), ("OrderCancellation", "cancel")]
)
def test_an_amendment_names_the_order(record: Record, root: str, operation: str) -> None:
    inner = (
        "<ID>X-1</ID><SequenceNumberID>2</SequenceNumberID>"
        f"<OrderReference><ID>O-1</ID></OrderReference>{BODY}"
    )
    found = record(ubl(root, inner))
    assert (found.number, found.operation, found.revision) == ("O-1", operation, "2")


RESPONSE_LINE = """<OrderLine><LineItem><ID>9</ID><LineStatusCode>{code}</LineStatusCode>
<Quantity unitCode="EA">4</Quantity><Delivery><PromisedDeliveryPeriod><EndDate>2026-04-09</EndDate>
</PromisedDeliveryPeriod></Delivery><Item><Name>Mask</Name></Item></LineItem>
<OrderLineReference><LineID>1</LineID></OrderLineReference></OrderLine>"""


@pytest.mark.parametrize(
    ("header", "code", "status", "line_status"),
    [
        ("AP", "5", "accepted", "accepted"),
        ("CA", "3", "accepted_with_changes", "changed"),
        ("RE", "7", "rejected", "rejected"),
    ],
)
def test_a_response(record: Record, header: str, code: str, status: str, line_status: str) -> None:
    inner = (
        f"<ID>A-1</ID><IssueDate>2026-03-02</IssueDate><OrderResponseCode>{header}</OrderResponseCode>"
        f"<OrderReference><ID>O-1</ID></OrderReference>{RESPONSE_LINE.format(code=code)}"
    )
    found = record(ubl("OrderResponse", inner))
    assert (found.status, found.order.number) == (status, "O-1")
    [line] = found.lines
    assert (line.order_line, line.status, line.quantity) == ("1", line_status, Decimal(4))
    assert line.promised_date == dt.date(2026, 4, 9)


SHIPMENT = """<Shipment><ID>1</ID><Consignment><ID>CN-9</ID><CarrierParty><PartyName>
<Name>Post</Name>
</PartyName></CarrierParty></Consignment><Delivery><TrackingID>T1</TrackingID>
<EstimatedDeliveryPeriod><EndDate>2026-03-16</EndDate><EndTime>12:00:00</EndTime>
</EstimatedDeliveryPeriod>
</Delivery></Shipment>"""
DESPATCH_LINE = """<DespatchLine><ID>1</ID><DeliveredQuantity unitCode="EA">4</DeliveredQuantity>
<OrderLineReference><LineID>2</LineID></OrderLineReference><Item><Name>Mask</Name><ItemInstance>
<SerialID>S1</SerialID><LotIdentification><LotNumberID>L1</LotNumberID></LotIdentification>
</ItemInstance></Item>
<Shipment><TransportHandlingUnit><ID>173111000000000013</ID></TransportHandlingUnit></Shipment>
</DespatchLine>"""


def test_a_despatch_advice(record: Record) -> None:
    inner = (
        "<ID>D-1</ID><IssueDate>2026-03-15</IssueDate><OrderReference><ID>O-1</ID></OrderReference>"
        "<DespatchSupplierParty><Party><PartyName><Name>Seller</Name></PartyName></Party></DespatchSupplierParty>"
        f"{SHIPMENT}{DESPATCH_LINE}"
    )
    found = record(ubl("DespatchAdvice", inner))
    assert not found.problems
    assert (found.evidence, found.delivered_at) == ("shipped", "2026-03-16T12:00:00")
    assert (found.carrier.name, found.tracking, found.supplier.name) == ("Post", ("T1",), "Seller")
    [line] = found.lines
    assert (line.order.number, line.order.line, line.quantity) == ("O-1", "2", Decimal(4))
    assert (line.lots, line.serials, line.packages) == (("L1",), ("S1",), ("173111000000000013",))
    assert [one.id for one in found.packages] == ["173111000000000013"]


def test_a_receipt_advice(record: Record) -> None:
    inner = (
        "<ID>E-1</ID><IssueDate>2026-03-17</IssueDate><ReceiptLine><ID>1</ID>"
        '<ReceivedQuantity unitCode="EA">4</ReceivedQuantity>'
        '<RejectedQuantity unitCode="EA">1</RejectedQuantity>'
        "<RejectReason>torn</RejectReason><OrderLineReference><LineID>2</LineID><OrderReference><ID>O-1</ID>"
        "</OrderReference></OrderLineReference><Item><Name>Mask</Name></Item></ReceiptLine>"
    )
    found = record(ubl("ReceiptAdvice", inner))
    [line] = found.lines
    assert (found.evidence, line.order.number) == ("received", "O-1")
    assert (line.quantity, line.rejected, line.reason) == (Decimal(4), Decimal(1), "torn")


@pytest.mark.parametrize(
    ("code", "status"), [("AP", "accepted"), ("UQ", "accepted_with_errors"), ("RE", "rejected")]
)
def test_an_application_response(record: Record, code: str, status: str) -> None:
    inner = (
        f"<ID>R-1</ID><DocumentResponse><Response><ResponseCode>{code}</ResponseCode><Status>"
        "<StatusReasonCode>REF</StatusReasonCode><StatusReason>no order number</StatusReason>"
        "</Status></Response>"
        "<DocumentReference><ID>INV-1</ID></DocumentReference></DocumentResponse>"
    )
    found = record(ubl("ApplicationResponse", inner))
    assert (found.status, found.of.number) == (status, "INV-1")
    assert [(one.code, one.text) for one in found.errors] == [("REF", "no order number")]
