"""XML that a PDF carries: told where it cannot be used, and never a way in."""

import io
from types import SimpleNamespace

import pypdfium2
import pytest

from gateway.formats import read_documents
from mappers.canonical import Invoice

ENTITIES = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Invoice>&a;</Invoice>'


def carrying(data: bytes, name: str, content: bytes) -> bytes:
    document = pypdfium2.PdfDocument(data)
    document.new_attachment(name).set_data(content)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def records(data: bytes) -> list[Invoice]:
    found = read_documents(io.BytesIO(data), name="a.pdf", sha256="", year=2026)
    return [mapped.record for mapped in found if isinstance(mapped.record, Invoice)]


@pytest.mark.parametrize("content", [b"<CrossIndustryInvoice>", b"no xml at all", ENTITIES])
def test_xml_that_cannot_be_used_is_told_and_the_page_read(
    plain_pdf: bytes, content: bytes
) -> None:
    (record,) = records(carrying(plain_pdf, "factur-x.xml", content))
    assert record.number == "KT-20417"
    assert "pdf.embedded_xml" in {problem.code for problem in record.problems}
    assert "root:" not in str(record)


def test_an_enclosed_invoice_is_a_document_of_its_own(
    paper: SimpleNamespace, plain_pdf: bytes
) -> None:
    found = records(carrying(plain_pdf, "other.pdf", paper.made(paper.german)))
    assert [record.number for record in found] == ["KT-20417", "2026-0815"]
