"""Documents to read, and the reader as a function of bytes."""

import io
from collections.abc import Callable

import pytest

from parsers.form import Document
from parsers.xml.element import XmlForm
from parsers.xml.read import documents

HEADER = (
    "<Header>"
    '<From><Credential domain="NetworkID"><Identity>BUYER-1</Identity></Credential></From>'
    '<To><Credential domain="DUNS"><Identity>123456789</Identity></Credential></To>'
    '<Sender><Credential domain="NetworkID"><Identity>BUYER-1</Identity>'
    "<SharedSecret>hush</SharedSecret></Credential><UserAgent>test</UserAgent></Sender>"
    "</Header>"
)


def cxml(body: str, *, header: str = HEADER, doctype: str = "", declared: str = "UTF-8") -> bytes:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return (
        f"{declaration}{doctype}\n"
        '<cXML payloadID="1@test" timestamp="2026-03-02T09:00:00-08:00" version="1.2.060">'
        f"{header}{body}</cXML>"
    ).encode()


Read = Callable[[bytes], Document]
Envelope = Callable[..., bytes]


@pytest.fixture
def envelope() -> Envelope:
    return cxml


@pytest.fixture
def read() -> Read:
    def read(data: bytes) -> Document:
        [document] = documents(io.BytesIO(data))
        return document

    return read


@pytest.fixture
def form(read: Read) -> Callable[[str], XmlForm]:
    """The payload of a request that holds `inner`."""

    def form(inner: str) -> XmlForm:
        found = read(cxml(f"<Request>{inner}</Request>")).form
        assert isinstance(found, XmlForm)
        return found

    return form
