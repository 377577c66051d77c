"""Hostile XML: refused or read harmlessly, quickly, with no file and no network touched."""

import io
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.form import Document, ParseError, Problem
from parsers.xml.admit import MAX_BYTES
from parsers.xml.read import documents

Read = Callable[[bytes], Document]
Envelope = Callable[..., bytes]
REQUEST = "<Request><ProfileRequest/></Request>"
SECONDS = 5.0


@pytest.fixture
def trap() -> Iterator[tuple[str, socket.socket]]:
    """An address that nobody may call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)  # noqa: FBT003
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x.dtd", server


def refusal(read: Read, data: bytes) -> str:
    begin = time.perf_counter()
    with pytest.raises(ParseError) as caught:
        read(data)
    assert time.perf_counter() - begin < SECONDS
    return caught.value.problem.code


def doctype(inner: str) -> str:
    return f"<!DOCTYPE cXML [{inner}]>"


@pytest.mark.parametrize(
    "inner",
    [
        '<!ENTITY e SYSTEM "file:///etc/hostname">',
        '<!ENTITY e "&f;"><!ENTITY f "&e;">',
        '<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;',
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">',
    ],
)
def test_entities_are_refused(read: Read, envelope: Envelope, inner: str) -> None:
    assert refusal(read, envelope(REQUEST, doctype=doctype(inner))) == "xml.entity"


def test_entities_are_refused_in_wide_encodings(read: Read, envelope: Envelope) -> None:
    data = envelope(REQUEST, doctype=doctype('<!ENTITY e "x">'), declared="")
    assert refusal(read, data.decode().encode("utf-16")) == "xml.entity"


def test_an_undeclared_name_is_refused(read: Read, envelope: Envelope) -> None:
    remote = '<!DOCTYPE cXML SYSTEM "http://127.0.0.1:9/x.dtd">'
    data = envelope(
        "<Request><OrderRequest><A>&secret;</A></OrderRequest></Request>", doctype=remote
    )
    assert refusal(read, data) == "xml.entity"


def test_nothing_is_fetched(
    read: Read, envelope: Envelope, trap: tuple[str, socket.socket]
) -> None:
    address, server = trap
    include = f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="{address}"/>'
    body = f"<Request><ProfileRequest>{include}</ProfileRequest></Request>"
    for kind in ("SYSTEM", 'PUBLIC "-//x//y"'):
        data = envelope(body, doctype=f'<!DOCTYPE cXML {kind} "{address}">')
        read(data.replace(b"?>", f'?><?xml-stylesheet href="{address}"?>'.encode(), 1))
    with pytest.raises(BlockingIOError):
        server.accept()


def test_a_local_document_type_is_not_read(read: Read, envelope: Envelope, tmp_path: Path) -> None:
    local = tmp_path / "x.dtd"
    local.write_text('<!ATTLIST ProfileRequest secret CDATA "leaked">')
    document = read(envelope(REQUEST, doctype=f'<!DOCTYPE cXML SYSTEM "{local.as_uri()}">'))
    assert document.form.find("@secret") is None
    assert [problem.code for problem in document.problems] == ["cxml.local_doctype"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<cXML><a>\0</a></cXML>", "xml.zero_byte"),
        (b'<?xml version="1.0" encoding="UTF-7"?><cXML/>', "xml.encoding"),
        (b'<?xml version="1.0" encoding="x-klingon"?><cXML/>', "xml.encoding"),
        (b'<?xml version="1.0" encoding="rot13"?><cXML/>', "xml.encoding"),
        (b"<cXML>" + b"<a>" * 300 + b"</a>" * 300 + b"</cXML>", "xml.too_deep"),
        (b'<cXML payloadID="' + b"p" * 70_000 + b'"><Response/></cXML>', "xml.long_tag"),
        (b"<cXML " + b'a="1" ' * 20_000 + b"/>", "xml.long_tag"),
        (b"<cXML><Request>" + b"<x/>" * 50_000 + b"</Request></cXML>", "cxml.payload"),
        (b"<cXML>" + b"<" * 4_000_001, "xml.too_many_elements"),
        (b"<cXML>" + b" " * MAX_BYTES + b"</cXML>", "xml.too_big"),
        (b"\xff\xfe<\0c\0\xd8", "xml.encoding"),
        (b"POST / HTTP/1.1\r\nContent-Type: multipart/related\r\n\r\nx", "mime.no_parts"),
    ],
)
def test_limits(read: Read, data: bytes, code: str) -> None:
    assert refusal(read, data) == code


def test_a_comment_or_a_long_text_is_no_long_tag(read: Read, envelope: Envelope) -> None:
    body = (
        f"<!-- {'-x' * 40_000} --><Response><Status code='200'>{'y' * 90_000}</Status></Response>"
    )
    assert read(envelope(body)).kind == "Response"


def test_two_identities_in_one_credential_are_refused(read: Read, envelope: Envelope) -> None:
    data = envelope(REQUEST).replace(
        b"<Identity>BUYER-1</Identity></Credential></From>",
        b"<Identity>victim</Identity><Identity>attacker</Identity></Credential></From>",
    )
    assert refusal(read, data) == "cxml.repeated"


def test_a_payload_id_with_line_breaks_is_made_plain(read: Read, envelope: Envelope) -> None:
    document = read(envelope(REQUEST).replace(b"1@test", b"1&#13;&#10;Set-Cookie: x"))
    assert document.control == "1 Set-Cookie: x"
    assert [problem.code for problem in document.problems] == ["cxml.payload_id"]


SEED = (
    b'<?xml version="1.0" encoding="UTF-8"?><cXML payloadID="1" timestamp="2026-01-01T00:00:00Z">'
    b"<Header><From><Credential domain='D'><Identity>a &amp; b</Identity></Credential></From>"
    b"</Header>"
    b"<Request><OrderRequest><OrderRequestHeader orderID='1'><![CDATA[x]]></OrderRequestHeader>"
    b"<ItemOut quantity='1'/></OrderRequest></Request></cXML>"
)


def outcome(data: bytes) -> tuple[list[Document], Problem | None]:
    try:
        return list(documents(io.BytesIO(data))), None
    except ParseError as fault:
        return [], fault.problem


@given(st.data())
def test_any_mutilation_gives_documents_or_a_reason(data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(SEED)))
    until = data.draw(st.integers(cut, len(SEED)))
    junk = data.draw(st.binary(max_size=12) | st.sampled_from([b"<", b"&", b"]]>", b"\0", b"<!--"]))
    found, reason = outcome(SEED[:cut] + junk + SEED[until:])
    assert all(document.format == "cxml" for document in found)
    assert found or (reason and reason.code and reason.remedy)
