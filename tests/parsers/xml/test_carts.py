"""Carts in form posts: every way that shops and browsers spoil them."""

import base64
from collections.abc import Callable
from urllib.parse import quote_plus

import pytest

from parsers.form import Document, ParseError

Read = Callable[[bytes], Document]
Envelope = Callable[..., bytes]
CART = (
    "<Message><PunchOutOrderMessage><BuyerCookie>Größe+1</BuyerCookie>"
    "</PunchOutOrderMessage></Message>"
)


@pytest.fixture
def cart(envelope: Envelope) -> bytes:
    return envelope(CART)


def cookie(document: Document) -> str:
    assert document.kind == "PunchOutOrderMessage"
    found = document.form.find("BuyerCookie")
    assert found
    return found.text


def codes(document: Document) -> list[str]:
    return [problem.code for problem in document.problems]


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_urlencoded(read: Read, cart: bytes) -> None:
    document = read(f"cxml-urlencoded={quote_plus(cart)}".encode())
    assert (cookie(document), document.problems) == ("Größe+1", ())


def test_the_declared_encoding_of_urlencoded_counts_for_nothing(
    read: Read, envelope: Envelope
) -> None:
    cart = envelope(CART, declared="UTF-16").decode()
    for encoding in ("utf-8", "windows-1252"):
        document = read(f"cxml-urlencoded={quote_plus(cart.encode(encoding))}".encode())
        assert (cookie(document), document.problems) == ("Größe+1", ())


def test_base64_honours_the_declaration(read: Read, envelope: Envelope) -> None:
    cart = envelope(CART, declared="ISO-8859-1").decode().encode("iso-8859-1")
    document = read(f"cxml-base64={quote_plus(encoded(cart))}".encode())
    assert (cookie(document), document.problems) == ("Größe+1", ())


def test_base64_wins_whatever_the_case(read: Read, cart: bytes) -> None:
    body = f"cxml-urlencoded=%3Cno%2F%3E&CXML-BASE64={quote_plus(encoded(cart))}&x=1"
    assert cookie(read(body.encode())) == "Größe+1"


def test_plus_signs_that_became_blanks(read: Read, cart: bytes) -> None:
    body = encoded(cart + b"<!-->>>>>-->" * 3)
    assert "+" in body
    document = read(f"cxml-base64={body}".encode())
    assert cookie(document) == "Größe+1"
    assert "form.plus_as_blank" in codes(document)


def test_wrapped_lines(read: Read, cart: bytes) -> None:
    body = quote_plus(base64.encodebytes(cart).decode().replace("\n", "\r\n"))
    assert cookie(read(f"cxml-base64={body}".encode())) == "Größe+1"


def test_encoded_twice(read: Read, cart: bytes) -> None:
    document = read(f"cxml-urlencoded={quote_plus(quote_plus(cart))}".encode())
    assert (cookie(document), codes(document)) == ("Größe+1", ["form.encoded_twice"])


def test_escaped_twice(read: Read, cart: bytes) -> None:
    escaped = cart.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    document = read(f"cxml-urlencoded={quote_plus(escaped)}".encode())
    assert (cookie(document), codes(document)) == ("Größe+1", ["form.escaped_twice"])


def test_positions_name_the_field(read: Read, cart: bytes) -> None:
    document = read(f"cXML-urlencoded={quote_plus(cart)}".encode())
    found = document.form.find("BuyerCookie")
    assert found
    assert found.position.start is None
    assert found.position.at.startswith("field cXML-urlencoded, /cXML/Message/")


def test_what_is_not_base64_is_refused(read: Read) -> None:
    with pytest.raises(ParseError) as caught:
        read(b"cxml-base64=%24%24%24%24")
    assert caught.value.problem.code == "form.not_base64"


def test_too_many_fields_are_refused(read: Read) -> None:
    with pytest.raises(ParseError) as caught:
        read(b"cxml-base64=PD94&" + b"a=1&" * 3000)
    assert caught.value.problem.code == "form.too_big"
