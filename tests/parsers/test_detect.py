"""Exactly one format claims a file."""

from importlib import import_module

import pytest

from parsers.detect import _PARSERS, detect

HEADS = {
    "x12": [
        b"ISA*00*          *00*          *ZZ*A",
        b"\xef\xbb\xbf\r\nISA|00|",
        b"ST*850*0001~BEG*00",
    ],
    "edifact": [b"UNA:+.? 'UNB+UNOC:3+", b"UNB+UNOA:1+A+B", b"UNH+1+ORDERS:D:96A:UN'"],
    "xml": [
        b'<?xml version="1.0"?><cXML payloadID="1">',
        b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">',
    ],
    "pdf": [b"%PDF-1.7\n%\xe2\xe3", b"\n%PDF-1.4"],
}


@pytest.mark.parametrize(
    ("name", "head"), [(name, head) for name, heads in HEADS.items() for head in heads]
)
def test_exactly_one_format_says_yes(name: str, head: bytes) -> None:
    claims = [one for one, module in _PARSERS.items() if import_module(module).claims(head)]
    assert claims == [name]
    assert detect(head) == name


@pytest.mark.parametrize("head", [b"", b"   ", b"hello, world", b"\x00\x01\x02", b"ISABELLA,DESK"])
def test_nobody_claims_what_nobody_knows(head: bytes) -> None:
    assert detect(head) is None
