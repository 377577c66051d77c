"""The forms in which carts come back, and their faults."""

import base64
from urllib.parse import quote, urlencode

import pytest

from gateway.punchout.opening import cart_body, record_of, with_type
from mappers.canonical import Cart
from parsers.form import ParseError

FORM = "application/x-www-form-urlencoded"
DOCUMENT = (
    '<?xml version="1.0" encoding="ISO-8859-1"?><cXML payloadID="1" '
    'timestamp="2026-03-02T09:00:00+00:00"><Header/><Message><PunchOutOrderMessage>'
    '<BuyerCookie>c</BuyerCookie><PunchOutOrderMessageHeader operationAllowed="edit"><Total>'
    '<Money currency="EUR">2.00</Money></Total></PunchOutOrderMessageHeader><ItemIn quantity="1">'
    "<ItemID><SupplierPartID>A+1</SupplierPartID></ItemID><ItemDetail><UnitPrice>"
    '<Money currency="EUR">2.00</Money></UnitPrice><Description xml:lang="de">M\u00fcller &amp; Co'
    "</Description><UnitOfMeasure>EA</UnitOfMeasure></ItemDetail></ItemIn></PunchOutOrderMessage>"
    "</Message></cXML>"
)
LATIN = DOCUMENT.encode("iso-8859-1")
UTF8 = DOCUMENT.encode()
PACKED = base64.b64encode(LATIN).decode()
WRAPPED = "\r\n".join(PACKED[start : start + 76] for start in range(0, len(PACKED), 76))


def parts(name: str, value: bytes) -> bytes:
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
    return head + value + b"\r\n--x--\r\n"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (urlencode({"cxml-base64": PACKED}).encode(), FORM),
        (urlencode({"cXML-Base64": PACKED}).encode(), f"{FORM}; charset=UTF-8"),
        (f"cxml-base64={PACKED}".encode(), FORM),  # its + signs have become blanks
        (urlencode({"cxml-base64": WRAPPED}).encode(), FORM),
        (urlencode({"cxml-urlencoded": DOCUMENT}).encode(), FORM),
        (urlencode({"CXML-URLENCODED": LATIN}).encode(), FORM),  # the page was in Latin-1
        (urlencode({"cxml-urlencoded": "nonsense", "cxml-base64": PACKED}).encode(), FORM),
        (f"cxml-urlencoded={quote(quote(DOCUMENT))}".encode(), FORM),
        (urlencode({"cXML": DOCUMENT}).encode(), FORM),
        (urlencode({"oracleCart": DOCUMENT}).encode(), FORM),
        (UTF8.replace(b"ISO-8859-1", b"UTF-8"), "text/xml"),
        (LATIN, "application/xml"),
        (UTF8, "text/xml; charset=utf-8"),
        (LATIN, None),
        (LATIN, FORM),  # a raw document under the wrong name
        (parts("cxml-base64", PACKED.encode()), "multipart/form-data; boundary=x"),
        (parts("cxml-urlencoded", UTF8), "multipart/form-data; boundary=x"),
    ],
)
def test_every_form_brings_the_same_cart(body: bytes, kind: str | None) -> None:
    cart = record_of(cart_body(body, kind), 2026, "osprey")
    assert isinstance(cart, Cart)
    assert cart.lines[0].item
    assert cart.lines[0].item.description == "M\u00fcller & Co"
    assert (cart.lines[0].item.supplier_part, cart.buyer_cookie) == ("A+1", "c")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"cxml-base64=%%%", FORM),
        (b"x" * 100, FORM),
        (parts("other", b"value"), "multipart/form-data; boundary=x"),
        (b"nothing", "multipart/form-data"),
        (b"a=1&" * 3000, FORM),
    ],
)
def test_what_holds_no_cart_is_refused(body: bytes, kind: str) -> None:
    with pytest.raises(ParseError):
        record_of(cart_body(body, kind), 2026, "osprey")


def test_a_type_that_could_break_out_of_its_line_is_left_out() -> None:
    assert with_type(b"<a/>", "text/xml; charset=utf-8\r\nX: 1") == b"<a/>"
    assert with_type(b"<a/>", "text/xml") == b"<a/>"
