"""Remittances, profiles, copies and what senders add of their own."""

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from gateway.formats import read_documents
from mappers.canonical import AnyRecord, BankAccount, Invoice, Other, Payment

Record = Callable[[str], Any]
Request = Callable[..., str]
DETAIL = """<RemittanceDetail lineNumber="{n}"><PayableInfo><PayableInvoiceInfo>
<InvoiceReference invoiceID="R-{n}" invoiceDate="2026-02-01"><DocumentReference payloadID="x"/>
</InvoiceReference><PayableOrderInfo><OrderReference orderID="PO-7"><DocumentReference
payloadID="y"/></OrderReference></PayableOrderInfo></PayableInvoiceInfo></PayableInfo>
<NetAmount><Money currency="USD">{net}</Money></NetAmount>
<GrossAmount><Money currency="USD">100.00</Money></GrossAmount>
<DiscountAmount><Money currency="USD">2.00</Money></DiscountAmount>
<AdjustmentAmount><Money currency="USD">{adjusted}</Money></AdjustmentAmount></RemittanceDetail>"""
REMITTANCE = """<PaymentRemittanceRequest><PaymentRemittanceRequestHeader
paymentRemittanceID="RM-1" paymentDate="2026-03-02T12:00:00-08:00" paymentReferenceNumber="CHK-88">
<PaymentMethod type="ach"/>
<PaymentPartner><Contact role="payer"><Name>Tamarack</Name></Contact></PaymentPartner>
<PaymentPartner><Contact role="payee"><Name>Juniper</Name></Contact></PaymentPartner>
<PaymentPartner><Contact role="receivingBank"><Name>Bank</Name></Contact>
<IdReference domain="accountID" identifier="4411"/><IdReference domain="abaID"
identifier="021000021"/></PaymentPartner>
<Comments>batch 9</Comments></PaymentRemittanceRequestHeader>
<PaymentRemittanceSummary><NetAmount><Money currency="USD">{total}</Money></NetAmount>
<GrossAmount><Money currency="USD">200.00</Money></GrossAmount></PaymentRemittanceSummary>
{details}</PaymentRemittanceRequest>"""


def remittance(net: str = "93.00", adjusted: str = "5.00", total: str = "186.00") -> str:
    details = "".join(DETAIL.format(n=n, net=net, adjusted=adjusted) for n in (1, 2))
    return REMITTANCE.format(total=total, details=details)


def test_a_remittance_becomes_a_payment(record: Record, request_of: Request) -> None:
    found = record(request_of(remittance(), by_buyer=True))
    assert isinstance(found, Payment)
    assert (found.number, found.method, found.currency) == ("CHK-88", "ach", "USD")
    assert (found.amount, found.type) == (Decimal("186.00"), "credit")
    assert (found.payer.name, found.payee.name) == ("Tamarack", "Juniper")
    assert found.payee_account == BankAccount(number="4411", bank="021000021")
    line = found.lines[1]
    assert (line.invoice, line.order.number) == ("R-2", "PO-7")
    assert (line.gross, line.discount, line.paid) == (Decimal(100), Decimal(2), Decimal(93))
    assert [one.amount for one in line.adjustments] == [Decimal("-5.00")]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("told", "codes"),
    [
        (remittance("103.00", "5.00", "206.00"), []),
        (remittance("90.00", "5.00", "180.00"), ["cxml.remittance_line"] * 2),
        (remittance("93.00", "5.00", "100.00"), ["cxml.remittance_total"]),
    ],
)
def test_its_sums_are_done_again(
    record: Record, request_of: Request, told: str, codes: list[str]
) -> None:
    found = record(request_of(told, by_buyer=True))
    assert [problem.code for problem in found.problems] == codes


def test_a_profile_names_what_a_server_takes(record: Record, request_of: Request) -> None:
    request = record(request_of("<ProfileRequest/>"))
    answer = record(
        request_of(
            '<Status code="200" text="OK"/><ProfileResponse effectiveDate="2026-03-02">'
            '<Transaction requestName="OrderRequest"><URL>https://s.example/cxml</URL></Transaction>'
            "</ProfileResponse>",
            element="Response",
        )
    )
    assert (request.problems, answer.problems) == ((), ())
    assert isinstance(request, Other)
    assert answer.fields == {"OrderRequest": "https://s.example/cxml"}


ORDER = (
    '<OrderRequest><OrderRequestHeader orderID="PO-1" orderDate="2026-03-02"><Total>'
    '<Money currency="USD">5</Money></Total></OrderRequestHeader><ItemOut quantity="1">{inner}'
    "</ItemOut></OrderRequest>"
)


def read(data: bytes) -> list[AnyRecord]:
    found = read_documents(io.BytesIO(data), name="x", sha256="", year=2026)
    return [mapped.record for mapped in found]


@pytest.mark.parametrize(("mode", "is_copy"), [("info", True), ("process", False)])
def test_the_copy_in_a_request_is_read(request_of: Request, mode: str, *, is_copy: bool) -> None:
    inner = request_of(ORDER.format(inner=""), by_buyer=True).replace('"1@t"', '"inner@t"')
    outer, copy = read(
        request_of(f'<CopyRequest processingMode="{mode}">{inner}</CopyRequest>').encode()
    )
    assert (outer.source.type, outer.source.control, outer.source.index) == (
        "CopyRequest",
        "1@t",
        0,
    )
    assert (copy.source.type, copy.source.control, copy.source.index) == (
        "OrderRequest",
        "inner@t",
        1,
    )
    assert copy.incomplete is is_copy
    assert ("cxml.copy" in {problem.code for problem in copy.problems}) is is_copy


def test_the_copy_in_an_attachment_is_read(request_of: Request) -> None:
    outer = request_of(
        '<CopyRequest processingMode="process"><cXMLAttachment><Attachment><URL>cid:a%40b</URL>'
        "</Attachment></cXMLAttachment></CopyRequest>"
    )
    inner = request_of(ORDER.format(inner=""), by_buyer=True)
    parts = "".join(
        f"--b\r\nContent-Type: text/xml\r\nContent-ID: <{name}>\r\n\r\n{body}\r\n"
        for name, body in (("main", outer), ("a@b", inner))
    )
    message = f'Content-Type: multipart/related; boundary="b"\r\n\r\n{parts}--b--\r\n'
    _, copy = read(message.encode())
    assert copy.source.type == "OrderRequest"
    assert copy.source.index == 1


def test_copies_within_copies_end(request_of: Request) -> None:
    inner = request_of(ORDER.format(inner=""))
    for _ in range(12):
        inner = request_of(f'<CopyRequest processingMode="process">{inner}</CopyRequest>')
    assert len(read(inner.encode())) < 8


def test_what_the_standard_does_not_have_is_kept(record: Record, request_of: Request) -> None:
    inner = (
        "<AcmeRouting>east</AcmeRouting><Zone7><Bay no='3'/><Dock>D<Name>nine</Name></Dock></Zone7>"
    )
    found = record(request_of(ORDER.format(inner=inner), by_buyer=True))
    item = "/cXML/Request/OrderRequest/ItemOut"
    assert found.fields == {
        f"{item}/AcmeRouting": "east",
        f"{item}/Zone7/Bay": 'no="3"',
        f"{item}/Zone7/Dock/Name": "nine",
    }


def test_a_ubl_extension_is_kept(record: Record) -> None:
    found = record(
        '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"'
        ' xmlns:a="urn:acme">'
        "<ID>R-1</ID><IssueDate>2026-03-02</IssueDate><a:Gate>4</a:Gate></Invoice>"
    )
    assert isinstance(found, Invoice)
    assert found.fields == {"/Invoice/Gate": "4"}
