"""Fonts that map their letters falsely: what the page shows is read, and the lie is told."""

import io
import re
from types import SimpleNamespace

import pytest

from gateway.formats import read_documents
from mappers.canonical import Invoice
from mappers.pdf.garbled import is_garbled
from parsers.pdf.read import read


def lying(data: bytes) -> bytes:
    """Return a PDF whose fonts say of every letter that it is the one five places on."""
    pairs = [
        f"<{ord(letter):02x}> <{ord('a') + (ord(letter) - ord('a') + 5) % 26:04x}>"
        for letter in map(chr, range(ord("a"), ord("z") + 1))
    ]
    table = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff>"
        f" endcodespacerange {len(pairs)} beginbfchar {' '.join(pairs)} endbfchar endcmap end"
    )
    told = data.replace(b"/BaseFont /Helvetica ", b"/ToUnicode 99 0 R /BaseFont /Helvetica ")
    assert told != data
    stream = f"99 0 obj << /Length {len(table)} >> stream\n{table}\nendstream endobj\n".encode()
    body, trailer = told.split(b"\nxref\n")
    rest = re.sub(rb"startxref\n\d+", b"startxref\n0", trailer[trailer.index(b"trailer") :])
    return body + b"\n" + stream + rest


@pytest.mark.parametrize(("name", "number"), [("plain", "KT-20417"), ("german", "2026-0815")])
def test_what_the_page_shows_is_read_where_its_text_is_gibberish(
    paper: SimpleNamespace, name: str, number: str
) -> None:
    draw = getattr(paper, name)
    data = lying(paper.made(draw))
    assert is_garbled(read(data).pages)
    found = read_documents(io.BytesIO(data), name="lie.pdf", sha256="", year=2026)
    (record,) = [mapped.record for mapped in found]
    assert isinstance(record, Invoice)
    assert record.number == number
    assert "pdf.text_lies" in {problem.code for problem in record.problems}


def test_honest_text_of_any_kind_is_trusted(paper: SimpleNamespace) -> None:
    for draw in (paper.plain, paper.german):
        assert not is_garbled(read(paper.made(draw)).pages)
