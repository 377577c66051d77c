"""A file is whole when its format says so, and every cut is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.doors.complete import HEAD_BYTES, TAIL_BYTES, shape

ISA = (
    b"ISA*00*          *00*          *ZZ*ACME           *ZZ*BUYER          "
    b"*260302*0900*U*00401*000000007*0*P*>~"
)
X12 = ISA + b"GS*IN*A*B*20260302*0900*7*X*004010~GE*0*7~IEA*1*000000007~"
WHOLE = {
    "x12": X12,
    "x12 lines": X12.replace(b"~", b"~\r\n"),
    "x12 newline": X12.replace(b"~", b"\n"),
    "x12 other delimiters": X12.replace(b"*", b"|").replace(b"~", b"'"),
    "x12 no last terminator": X12[:-1] + b"~\x1a",
    "edifact": b"UNB+UNOA:1+A+B+260302:0900+7'UNZ+1+7'",
    "edifact una": b"UNA:+.? '\nUNB+UNOA:1+A+B+260302:0900+7'\nUNZ+1+7'\n",
    "edifact una other": b"UNA:*.? ~UNB*UNOA:1*A*B*260302:0900*7~UNZ*1*7~",
    "xml": b"<cXML a='1'>x</cXML>",
    "xml prolog": b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- </cXML> -->\n'
    b'<!DOCTYPE cXML SYSTEM "http://x/cXML.dtd">\n<cXML>x</cXML>\n<!-- end -->\n<?pi?>',
    "xml subset": b"<!DOCTYPE a [<!ELEMENT a (b>c)>]><a><b/></a >",
    "xml prefix": b"<ns:Invoice xmlns:ns='urn:x'>1</ns:Invoice>",
    "xml alone": b"<a b='c'/>",
    "pdf": b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n9\n%%EOF\n",
}


def ends(content: bytes) -> tuple[bytes, bytes]:
    return content[:HEAD_BYTES], content[-TAIL_BYTES:]


@pytest.mark.parametrize("content", WHOLE.values(), ids=WHOLE.keys())
def test_whole_files_are_complete(content: bytes) -> None:
    assert shape(*ends(content)) == "complete"


@pytest.mark.parametrize("content", WHOLE.values(), ids=WHOLE.keys())
def test_every_cut_is_noticed(content: bytes) -> None:
    core = content.rstrip().removesuffix(b"\x1a").rstrip()
    for trailing in (b"<!-- end -->\n<?pi?>",):
        core = core.removesuffix(trailing).rstrip()
    for length in range(8, len(core) - 2):
        assert shape(*ends(core[:length])) != "complete", core[:length]


@pytest.mark.parametrize("content", WHOLE.values(), ids=WHOLE.keys())
def test_reserved_but_unwritten_space_is_noticed(content: bytes) -> None:
    assert shape(*ends(content[: len(content) // 2] + b"\0" * 5000)) != "complete"


@pytest.mark.parametrize("content", [b"", b"  \r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_not_there_yet(content: bytes) -> None:
    assert shape(content, content) == "incomplete"


@pytest.mark.parametrize(
    "content", [b"PK\x01\x02", b"hello", b'{"a": 1}', b"a,b\n1,2\n", b"\0" * 9]
)
def test_other_formats_are_unknown(content: bytes) -> None:
    assert shape(content, content) == "unknown"


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_nothing_breaks_it(head: bytes, tail: bytes) -> None:
    for start in (b"", b"ISA", b"UNA", b"<", b"%PDF-"):
        assert shape(start + head, tail) in {"complete", "incomplete", "unknown"}


def test_a_zip_ends_with_its_directory() -> None:
    end = b"PK\x05\x06" + bytes(16) + b"\x02\x00"
    assert shape(b"PK\x03\x04...", b"..." + end + b"ok") == "complete"
    assert shape(b"PK\x03\x04...", b"..." + end) == "incomplete"  # its comment is to come
    assert shape(b"PK\x03\x04...", b"...") == "incomplete"
