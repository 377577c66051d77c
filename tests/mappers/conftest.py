"""XML documents to records."""

import io
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from mappers.canonical import Source
from mappers.rules import Mapped, map_document
from parsers.xml.read import documents

_TABLES = {"cxml": "mappers.cxml.tables", "ubl": "mappers.ubl.tables", "cii": "mappers.ubl.tables"}
_HEADER = """<Header>
<From><Credential domain="{0}"><Identity>{1}</Identity></Credential></From>
<To><Credential domain="{2}"><Identity>{3}</Identity></Credential></To>
<Sender><Credential domain="{0}"><Identity>{1}</Identity></Credential></Sender></Header>"""
_BUYER, _SUPPLIER = ("NetworkID", "AN-BUYER"), ("DUNS", "987654321")


def mapped_xml(data: str | bytes) -> Mapped:
    raw = data.encode() if isinstance(data, str) else data
    [document] = documents(io.BytesIO(raw))
    table = import_module(_TABLES[document.format]).TABLES[document.kind]
    return map_document(table, document, Source(format=document.format), 2026)


@pytest.fixture
def mapped() -> Callable[[str], Mapped]:
    return mapped_xml


@pytest.fixture
def record() -> Callable[[str], Any]:
    return lambda data: mapped_xml(data).record


@pytest.fixture
def request_of() -> Callable[..., str]:
    """A cXML request or message with its header; suppliers send it unless told otherwise."""

    def request_of(inner: str, *, by_buyer: bool = False, element: str = "Request") -> str:
        first, second = (_BUYER, _SUPPLIER) if by_buyer else (_SUPPLIER, _BUYER)
        return (
            '<cXML payloadID="1@t" timestamp="2026-03-02T09:00:00-08:00">'
            f"{_HEADER.format(*first, *second)}<{element}>{inner}</{element}></cXML>"
        )

    return request_of
