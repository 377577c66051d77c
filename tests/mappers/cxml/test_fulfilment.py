"""Carts, confirmations, ship notices, receipts, status updates and punchout set-up."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

Record = Callable[[str], Any]
Request = Callable[..., str]

CART = """<PunchOutOrderMessage><BuyerCookie>c&lt;1&gt;</BuyerCookie>
<PunchOutOrderMessageHeader operationAllowed="edit" quoteStatus="pending">
<Total><Money currency="USD">5.00</Money></Total>
<Shipping><Money currency="USD">1.00</Money><Description/></Shipping></PunchOutOrderMessageHeader>
<ItemIn quantity="2"><ItemID><SupplierPartID>A</SupplierPartID></ItemID><ItemDetail>
<UnitPrice><Money currency="USD">2.50</Money></UnitPrice><Description>Box</Description>
<UnitOfMeasure>BX</UnitOfMeasure><Classification domain="UNSPSC">1</Classification>
<LeadTime>3</LeadTime></ItemDetail></ItemIn></PunchOutOrderMessage>"""


def test_a_cart(record: Record, request_of: Request) -> None:
    cart = record(request_of(CART, element="Message"))
    assert not cart.problems
    assert (cart.buyer_cookie, cart.operation, cart.currency) == ("c<1>", "edit", "USD")
    assert (cart.total, cart.shipping, cart.supplier.ids) == (
        Decimal("5.00"),
        Decimal("1.00"),
        {"duns": "987654321"},
    )
    [line] = cart.lines
    assert (line.quantity, line.uom, line.lead_time_days) == (Decimal(2), "BX", 3)
    assert line.quote_status == "pending"


def test_an_empty_cart_says_that_nothing_was_chosen(record: Record, request_of: Request) -> None:
    start, end = CART.index("<ItemIn"), CART.index("</PunchOutOrderMessage>")
    inner = '<Status code="204" text="No Content"/>' + CART[:start] + CART[end:]
    cart = record(request_of(inner, element="Message"))
    assert (cart.lines, cart.fields) == ((), {"status": "204"})


CONFIRMATION = """<ConfirmationRequest><ConfirmationHeader confirmID="C-1" type="{kind}"
noticeDate="2026-03-02"/><OrderReference orderID="PO-1"/>
<ConfirmationItem lineNumber="1" quantity="10"><UnitOfMeasure>BX</UnitOfMeasure>
<ConfirmationStatus type="accept" quantity="6" deliveryDate="2026-03-06">
<UnitOfMeasure>BX</UnitOfMeasure>
</ConfirmationStatus><ConfirmationStatus type="backordered" quantity="4">
<UnitOfMeasure>BX</UnitOfMeasure>
<Comments>short</Comments></ConfirmationStatus></ConfirmationItem>
<ConfirmationItem lineNumber="2" quantity="1"><UnitOfMeasure>EA</UnitOfMeasure>
<ConfirmationStatus type="detail" quantity="1"><ItemIn quantity="1"><ItemID>
<SupplierPartID>N</SupplierPartID>
</ItemID><ItemDetail><UnitPrice><Money currency="USD">9</Money></UnitPrice>
<Description>New</Description>
</ItemDetail></ItemIn></ConfirmationStatus></ConfirmationItem></ConfirmationRequest>"""


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("accept", "accepted"),
        ("reject", "rejected"),
        ("except", "accepted_with_changes"),
        ("allDetail", "detail"),
    ],
)
def test_a_confirmation(record: Record, request_of: Request, kind: str, status: str) -> None:
    found = record(request_of(CONFIRMATION.format(kind=kind)))
    assert (found.status, found.number, found.order.number) == (status, "C-1", "PO-1")
    told = [(one.order_line, one.status, one.quantity, one.uom) for one in found.lines]
    assert told == [
        ("1", "accepted", Decimal(6), "BX"),
        ("1", "backordered", Decimal(4), "BX"),
        ("2", "changed", Decimal(1), "EA"),
    ]
    assert found.lines[0].promised_date == dt.date(2026, 3, 6)
    assert found.lines[1].fields == {"reason": "short"}
    assert (found.lines[2].unit_price, found.lines[2].item.supplier_part) == (Decimal(9), "N")


SHIP_NOTICE = """<ShipNoticeRequest>
<ShipNoticeHeader shipmentID="S-1" noticeDate="2026-03-05T10:00:00Z"
shipmentDate="2026-03-05T11:30:00-0500" deliveryDate="2026-03-08"/>
<ShipControl><CarrierIdentifier domain="SCAC">upsn</CarrierIdentifier>
<CarrierIdentifier domain="companyName">UPS</CarrierIdentifier>
<ShipmentIdentifier>1Z 999</ShipmentIdentifier>
<ShipmentIdentifier domain="billOfLading">BOL-7</ShipmentIdentifier></ShipControl>
<ShipNoticePortion><OrderReference orderID="PO-1"/>
<ShipNoticeItem quantity="6" lineNumber="1" shipNoticeLineNumber="10"><ItemID>
<SupplierPartID>A</SupplierPartID>
</ItemID><UnitOfMeasure>BX</UnitOfMeasure><Packaging><PackagingCode>CTN</PackagingCode>
<ShippingContainerSerialCode>003012345678901234</ShippingContainerSerialCode></Packaging>
<Batch><SupplierBatchID>L1</SupplierBatchID></Batch><SupplierBatchID>L2</SupplierBatchID>
<AssetInfo serialNumber="SN1"/></ShipNoticeItem></ShipNoticePortion>
<ShipNoticePortion><OrderReference orderID="PO-2"/></ShipNoticePortion></ShipNoticeRequest>"""


def test_a_ship_notice(record: Record, request_of: Request) -> None:
    found = record(request_of(SHIP_NOTICE))
    assert not found.problems
    assert (found.evidence, found.type, found.operation) == ("shipped", "delivery", "new")
    assert (found.shipped_at, found.delivered_at) == ("2026-03-05T11:30:00-05:00", "2026-03-08")
    assert (found.carrier.name, found.carrier.scac) == ("UPS", "UPSN")
    assert (found.tracking, found.bill_of_lading) == (("1Z 999",), "BOL-7")
    assert (found.supplier.ids, found.buyer.ids) == (
        {"duns": "987654321"},
        {"network_id": "AN-BUYER"},
    )
    [line] = found.lines
    assert (line.number, line.order.number, line.order.line) == ("10", "PO-1", "1")
    assert (line.quantity, line.lots, line.serials) == (Decimal(6), ("L1", "L2"), ("SN1",))
    assert line.packages == ("003012345678901234",)
    assert [one.id for one in found.packages] == ["003012345678901234"]


def test_a_portion_without_items_ships_the_whole_order(record: Record, request_of: Request) -> None:
    assert record(request_of(SHIP_NOTICE)).whole_orders == ("PO-2",)


RECEIPT = """<ReceiptRequest><ReceiptRequestHeader receiptID="G-1" receiptDate="2026-03-06"/>
<ReceiptOrder closeForReceiving="yes"><ReceiptOrderInfo><OrderReference orderID="PO-1"/>
</ReceiptOrderInfo>
<ReceiptItem receiptLineNumber="1" quantity="6" type="{first}" completedIndicator="yes">
<ReceiptItemReference lineNumber="3"><ItemID><SupplierPartID>A</SupplierPartID></ItemID>
</ReceiptItemReference>
<UnitRate><Money currency="USD">1</Money><UnitOfMeasure>bx</UnitOfMeasure></UnitRate></ReceiptItem>
<ReceiptItem receiptLineNumber="2" quantity="1" type="returned">
<ReceiptItemReference lineNumber="3"/>
<UnitRate><Money currency="USD">1</Money><UnitOfMeasure>BX</UnitOfMeasure></UnitRate>
<Comments>torn</Comments>
</ReceiptItem></ReceiptOrder></ReceiptRequest>"""


def test_a_receipt(record: Record, request_of: Request) -> None:
    found = record(request_of(RECEIPT.format(first="received"), by_buyer=True))
    assert (found.evidence, found.type, found.number) == ("received", "delivery", "G-1")
    assert (found.buyer.ids, found.supplier.ids) == (
        {"network_id": "AN-BUYER"},
        {"duns": "987654321"},
    )
    first, back = found.lines
    assert (first.order.number, first.order.line, first.uom) == ("PO-1", "3", "BX")
    assert (first.type, first.final, back.type, back.reason) == (None, True, "return", "torn")
    assert found.fields == {"closeForReceiving": "yes"}


def test_a_receipt_of_returns_alone_is_a_return(record: Record, request_of: Request) -> None:
    found = record(request_of(RECEIPT.format(first="returned"), by_buyer=True))
    assert found.type == "return"


@pytest.mark.parametrize(
    ("inner", "status"),
    [
        ('<Status code="200" text="OK"/>', "accepted"),
        ('<Status code="200 " text="OK"/>', "accepted"),
        ('<Status code="406" text="Not Acceptable">no</Status>', "rejected"),
        ('<Status code="200" text="OK"/><InvoiceStatus type="rejected"/>', "rejected"),
        ('<Status code="200" text="OK"/><InvoiceStatus type="paid"/>', "accepted"),
        ('<Status code="200" text="OK"/><DocumentStatus type="Declined"/>', "rejected"),
    ],
)
def test_the_inner_status_decides(
    record: Record, request_of: Request, inner: str, status: str
) -> None:
    found = record(
        request_of(
            f'<StatusUpdateRequest><DocumentReference payloadID="9@b"/>{inner}'
            "</StatusUpdateRequest>"
        )
    )
    assert (found.status, found.of.payload_id) == (status, "9@b")
    assert bool(found.errors) is (status == "rejected")


def test_a_response_is_an_acknowledgment(record: Record) -> None:
    found = record(
        '<cXML payloadID="1" timestamp="2026-01-01T00:00:00Z"><Response>'
        '<Status code="401" text="Unauthorized">who?</Status></Response></cXML>'
    )
    assert (found.status, found.errors[0].code) == ("rejected", "401")
    assert found.errors[0].text == "Unauthorized: who?"


def test_a_session(record: Record, request_of: Request) -> None:
    found = record(
        request_of(
            '<PunchOutSetupRequest operation="create"><BuyerCookie>k</BuyerCookie>'
            '<Extrinsic name="UserEmail">a@b.example</Extrinsic>'
            "<BrowserFormPost><URL>https://b.example/hook?x=1&amp;y=2</URL></BrowserFormPost>"
            "</PunchOutSetupRequest>",
            by_buyer=True,
        )
    )
    assert (found.operation, found.buyer_cookie, found.user) == ("create", "k", "a@b.example")
    assert found.return_url == "https://b.example/hook?x=1&y=2"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "//x", "https://a b"])
def test_an_address_that_is_no_web_page_is_refused(
    record: Record, request_of: Request, url: str
) -> None:
    found = record(
        request_of(
            '<PunchOutSetupRequest operation="create"><BuyerCookie>k</BuyerCookie>'
            f"<BrowserFormPost><URL>{url}</URL></BrowserFormPost></PunchOutSetupRequest>"
        )
    )
    assert (found.return_url, found.incomplete) == (None, True)
    assert [one.code for one in found.problems] == ["value.not_web_address"]
