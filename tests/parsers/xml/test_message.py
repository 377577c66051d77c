"""MIME messages: the document in them, its attachments, and places in the file."""

from collections.abc import Callable

import pytest

from parsers.form import Document, ParseError
from parsers.xml.element import XmlForm

Read = Callable[[bytes], Document]
Envelope = Callable[..., bytes]


def message(
    document: bytes, *, kind: str = "related", start: str = "", extra: bytes = b""
) -> bytes:
    first = f'; start="{start}"' if start else ""
    return b"".join(
        (
            b"POST /in HTTP/1.1\r\n",
            f'Content-Type: multipart/{kind}; boundary="b b"{first}\r\n\r\n'.encode(),
            b"--b b\r\nContent-Type: text/xml; charset=UTF-8\r\nContent-ID: <main@x>\r\n\r\n",
            document,
            extra,
            b"\r\n--b b--\r\n",
        )
    )


def attachment(name: str, identifier: str = "a@x") -> bytes:
    return (
        f"\r\n--b b\r\nContent-Type: application/pdf\r\nContent-ID: <{identifier}>\r\n"
        f"Content-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\nSGVsbG8=\r\n'
    ).encode()


@pytest.fixture
def order(envelope: Envelope) -> bytes:
    return envelope("<Request><OrderRequest><A>v</A></OrderRequest></Request>")


@pytest.mark.parametrize("kind", ["related", "mixed"])
def test_the_first_part_is_the_document(read: Read, order: bytes, kind: str) -> None:
    data = message(order, kind=kind, extra=attachment("drawing.pdf"))
    document = read(data)
    assert document.kind == "OrderRequest"
    found = document.form.find("A")
    assert found
    assert data[found.position.start : found.position.end] == b"v"


def test_attachments_are_kept(read: Read, order: bytes) -> None:
    form = read(message(order, extra=attachment("drawing.pdf"))).form
    assert isinstance(form, XmlForm)
    [one] = form.origin.attachments
    assert (one.name, one.content_id, one.data) == ("drawing.pdf", "a@x", b"Hello")
    assert one.content_type == "application/pdf"


def test_start_names_the_document(read: Read, order: bytes) -> None:
    data = message(b"not this", start="<doc@x>")
    data = data.replace(
        b"\r\n--b b--", b"\r\n--b b\r\nContent-ID: <doc@x>\r\n\r\n" + order + b"\r\n--b b--"
    )
    assert read(data).kind == "OrderRequest"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\y.pdf", "y.pdf"),
        ("", "attachment-1"),
        ("..", "attachment-1"),
    ],
)
def test_names_of_files_are_harmless(read: Read, order: bytes, name: str, kept: str) -> None:
    form = read(message(order, extra=attachment(name))).form
    assert isinstance(form, XmlForm)
    assert form.origin.attachments[0].name == kept


def test_what_is_odd_about_parts_is_told(read: Read, order: bytes) -> None:
    document = read(message(order, extra=attachment("a/b.pdf") + attachment("c.pdf")))
    assert [one.code for one in document.problems] == ["mime.file_name", "mime.repeated_content_id"]


def test_a_document_alone_behind_its_headers(read: Read, order: bytes) -> None:
    data = b"Content-Type: application/xml; charset=utf-8\r\n\r\n" + order
    assert read(data).kind == "OrderRequest"


def test_the_charset_of_the_header_wins(read: Read, envelope: Envelope) -> None:
    body = envelope("<Request><OrderRequest n='Größe'/></Request>", declared="UTF-8")
    sent = body.decode().encode("iso-8859-1")
    document = read(b"Content-Type: text/xml; charset=ISO-8859-1\r\n\r\n" + sent)
    found = document.form.find("@n")
    assert found
    assert found.text == "Größe"


def test_a_broken_transfer_encoding_is_refused(read: Read) -> None:
    data = message(b"PGNYTUw", extra=attachment("x.pdf")).replace(
        b"Content-ID: <main@x>", b"Content-Transfer-Encoding: base64\r\nContent-ID: <main@x>"
    )
    with pytest.raises(ParseError) as caught:
        read(data)
    assert caught.value.problem.code == "mime.encoding"


def test_too_many_parts_are_refused(read: Read, order: bytes) -> None:
    with pytest.raises(ParseError) as caught:
        read(message(order, extra=attachment("x") * 120))
    assert caught.value.problem.code == "mime.too_many_parts"
