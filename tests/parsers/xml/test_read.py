"""Reading XML files: which documents they hold, and what is put right on the way."""

import io
from collections.abc import Callable

import pytest

from parsers.form import Document, ParseError
from parsers.xml.element import XmlForm
from parsers.xml.read import claims, documents

Read = Callable[[bytes], Document]
Envelope = Callable[..., bytes]

INVOICE = (
    '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" '
    'xmlns:c="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2" '
    'xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2">'
    "<c:CustomizationID>urn:cen.eu:en16931:2017</c:CustomizationID><c:ID>F-1</c:ID>"
    '<a:AccountingSupplierParty><a:Party><c:EndpointID schemeID="0088">4000001</c:EndpointID>'
    "</a:Party></a:AccountingSupplierParty></Invoice>"
)


def text(document: Document, path: str) -> str | None:
    return XmlForm.text_of(path)(document.form)  # type: ignore[arg-type]


def codes(document: Document) -> list[str]:
    return [problem.code for problem in document.problems]


def test_a_request_is_known_by_its_payload(read: Read, envelope: Envelope) -> None:
    document = read(envelope('<Request deploymentMode="test"><OrderRequest/></Request>'))
    assert (document.format, document.kind) == ("cxml", "OrderRequest")
    assert (document.sender, document.receiver) == ("BUYER-1", "123456789")
    assert (document.control, document.version, document.test) == ("1@test", "1.2.060", True)
    assert document.problems == ()


def test_a_bare_response_is_its_own_payload(read: Read, envelope: Envelope) -> None:
    document = read(envelope('<Response><Status code="200" text="OK"/></Response>', header=""))
    assert (document.kind, document.problems) == ("Response", ())


def test_the_version_may_stand_in_the_document_type_alone(read: Read) -> None:
    data = (
        b'<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/cXML.dtd">'
        b'<cXML payloadID="p" timestamp="2026-01-01T00:00:00Z"><Response/></cXML>'
    )
    assert read(data).version == "1.2.014"


def test_ubl_is_known_by_its_namespace(read: Read) -> None:
    document = read(INVOICE.encode())
    assert (document.format, document.kind, document.control) == ("ubl", "Invoice", "F-1")
    assert (document.version, document.sender) == ("urn:cen.eu:en16931:2017", "4000001")


def test_cii_is_known_by_its_root(read: Read) -> None:
    data = b"<r:CrossIndustryInvoice xmlns:r='urn:x'><r:ExchangedDocument><r:ID>9</r:ID>"
    document = read(data + b"</r:ExchangedDocument></r:CrossIndustryInvoice>")
    assert (document.format, document.control) == ("cii", "9")


@pytest.mark.parametrize(
    "wrapper",
    [
        "<Combined><Payload>{}</Payload></Combined>",
        "<s:Envelope xmlns:s='u'><s:Body>{}</s:Body></s:Envelope>",
    ],
)
def test_wrappers_are_opened(read: Read, envelope: Envelope, wrapper: str) -> None:
    inner = envelope("<Request><OrderRequest/></Request>", declared="").decode()
    assert read(wrapper.format(inner).encode()).kind == "OrderRequest"


def test_a_wrapper_may_hold_several_documents(envelope: Envelope) -> None:
    inner = envelope("<Response/>", declared="").decode()
    found = list(documents(io.BytesIO(f"<Combined>{inner}{INVOICE}</Combined>".encode())))
    assert [(one.index, one.kind) for one in found] == [(0, "Response"), (1, "Invoice")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig", "iso-8859-1"])
def test_encodings(read: Read, envelope: Envelope, encoding: str) -> None:
    declared = encoding if encoding == "iso-8859-1" else ""
    plain = envelope("<Request><OrderRequest n='Größe'/></Request>", declared=declared)
    data = plain.decode().encode(encoding)
    document = read(data)
    assert text(document, "@n") == "Größe"
    assert document.problems == ()


@pytest.mark.parametrize(("declared", "sent"), [("UTF-8", "windows-1252"), ("UTF-16", "utf-8")])
def test_bytes_win_over_a_wrong_declaration(
    read: Read, envelope: Envelope, declared: str, sent: str
) -> None:
    data = envelope("<Request><OrderRequest n='Größe'/></Request>", declared=declared)
    document = read(data.decode().encode(sent))
    assert text(document, "@n") == "Größe"
    assert codes(document) == ["xml.encoding_corrected"]


def test_a_bare_ampersand_is_read_as_one(read: Read, envelope: Envelope) -> None:
    document = read(
        envelope("<Request><OrderRequest><A>Nuts & Bolts &amp; Co</A></OrderRequest></Request>")
    )
    assert text(document, "A") == "Nuts & Bolts & Co"
    assert codes(document) == ["xml.bare_ampersand"]
    assert "line 2" in document.problems[0].at


def test_control_characters_are_blanks(read: Read, envelope: Envelope) -> None:
    document = read(envelope("<Request><OrderRequest><A>a\x0bb</A></OrderRequest></Request>"))
    assert text(document, "A") == "a b"
    assert codes(document) == ["xml.control_character"]


def test_names_of_html_characters_are_those_characters(read: Read, envelope: Envelope) -> None:
    document = read(
        envelope("<Request><OrderRequest><A>5&nbsp;&euro;</A></OrderRequest></Request>")
    )
    assert text(document, "A") == "5\xa0€"
    assert codes(document) == ["xml.html_name"]


def test_what_is_not_markup_is_not_repaired(read: Read, envelope: Envelope) -> None:
    body = (
        "<Request><OrderRequest><A><![CDATA[A & B &x; <c>]]></A><!-- & --></OrderRequest></Request>"
    )
    document = read(envelope(body))
    assert text(document, "A") == "A & B &x; <c>"
    assert document.problems == ()


@pytest.mark.parametrize(
    ("attribute", "code"),
    [
        ('payloadID="1@test"', "cxml.missing_payload_id"),
        ('timestamp="2026-03-02T09:00:00-08:00"', "cxml.timestamp"),
    ],
)
def test_what_the_envelope_lacks_is_a_warning(
    read: Read, envelope: Envelope, attribute: str, code: str
) -> None:
    data = envelope("<Request><OrderRequest/></Request>").replace(attribute.encode(), b"")
    document = read(data)
    assert codes(document) == [code]
    assert not document.problems[0].is_error


def test_an_identity_may_be_a_reference(read: Read, envelope: Envelope) -> None:
    reference = '<IdReference domain="iso6523" identifier="9925:BE1"/>'
    data = envelope("<Request><OrderRequest/></Request>").replace(b"BUYER-1", reference.encode())
    document = read(data)
    assert (document.sender, document.problems) == ("9925:BE1", ())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<html><body>502 Bad Gateway</body></html>", "xml.web_page"),
        (b"<!doctype HTML><p>", "xml.web_page"),
        (b"<Catalog/>", "xml.unknown_root"),
        (b"<cXML><Request><OrderRequest>", "xml.truncated"),
        (b"<cXML><Response></Request></cXML>", "xml.not_well_formed"),
        (b"<cXML/>", "cxml.body"),
        (b"<cXML><Request/></cXML>", "cxml.payload"),
        (b"<cXML><Request><A/><B/></Request></cXML>", "cxml.payload"),
        (b"<cXML><Request><A/></Request><Response/></cXML>", "cxml.body"),
        (b"<cXML><Header/><Header/><Request><A/></Request></cXML>", "cxml.repeated"),
    ],
)
def test_what_is_no_document_says_why(read: Read, data: bytes, code: str) -> None:
    with pytest.raises(ParseError) as caught:
        read(data)
    problem = caught.value.problem
    assert problem.code == code
    assert problem.message
    assert problem.at
    assert problem.remedy


@pytest.mark.parametrize(
    ("head", "claimed"),
    [
        (b"<?xml version='1.0'?><cXML/>", True),
        (b"\xef\xbb\xbf\r\n <cXML/>", True),
        ("<cXML/>".encode("utf-16"), True),
        (b"POST /x HTTP/1.1\r\nContent-Type: text/xml\r\n\r\n<cXML/>", True),
        (b"a=1&cXML-Base64=PD94", True),
        (b"ISA*00*", False),
        (b"NEW_ITEM-PRICE[1]=1", False),
        (b"%PDF-1.7", False),
        (b"", False),
    ],
)
def test_claims(head: bytes, *, claimed: bool) -> None:
    assert claims(head) is claimed
