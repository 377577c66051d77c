"""The shelf: which parser and which tables turn the bytes of a format into canonical records.

A format of forms and tables is one row in `_TABLES` (by the format its documents carry) and one in
`_READERS` (by the name under which `parsers.detect` knows its syntax). A format that tables cannot
tell, as PDF, brings a reader of its own. Each is loaded when the first file needs it.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from importlib import import_module
from typing import BinaryIO, TypeVar

from msgspec import Struct, structs

from gateway.acknowledging.agreed import as_agreed
from gateway.partners import BY_SENDER, Agreed, agreed_with, senders
from mappers.canonical import AnyRecord, Other, Source
from mappers.partners import PartnerError
from mappers.rules import Mapped, Table, map_document
from parsers.detect import HEAD_BYTES, detect
from parsers.form import Document, ParseError, Problem


class Arrival(Struct, frozen=True, kw_only=True):
    """What is known of a file before it is read; `year` is the year in which it arrived.

    `watch` is told of each document of an interchange and of its record; `agreed` is what holds
    instead of the partner's own file, `senders` are partners by their formats and senders.
    """

    name: str
    sha256: str
    year: int
    partner: str | None = None
    agreed: Agreed | None = None
    senders: Mapping[tuple[str, str], str] = {}
    watch: Callable[[Document, AnyRecord], None] | None = None


_T = TypeVar("_T")
Reader = Callable[[BinaryIO, Arrival], Iterator[Mapped]]

_ARCHIVED = Table("archived", Other, ())

_TABLES = {
    "x12": "mappers.x12.tables",
    "edifact": "mappers.edifact.tables",
    "cxml": "mappers.cxml.tables",
    "ubl": "mappers.ubl.tables",
    "cii": "mappers.ubl.tables",
    "oci": "mappers.oci.tables",
}


def read_documents(
    source: BinaryIO, *, name: str, sha256: str, year: int, partner: str | None = None
) -> Iterator[Mapped]:
    """Yield the documents of a file as records, in their order, each with `source` filled in.

    `source` must be seekable and is read as a stream where the format allows it. Raises
    `ParseError` when the bytes are no document we know; what was read before has been yielded.
    """
    return read_arrived(source, Arrival(name=name, sha256=sha256, year=year, partner=partner))


def read_arrived(source: BinaryIO, arrival: Arrival) -> Iterator[Mapped]:
    """Yield the documents of a file that arrived, as `read_documents` does."""
    head = source.read(HEAD_BYTES)
    source.seek(-len(head), 1)
    syntax = detect(head)
    if syntax is None:
        raise ParseError(_unknown(head))
    if arrival.partner == BY_SENDER:
        arrival = structs.replace(arrival, senders=_told(senders))
    elif arrival.agreed is None:
        arrival = structs.replace(arrival, agreed=_told(partial(agreed_with, arrival.partner)))
    yield from _READERS[syntax](source, arrival)


def _unknown(head: bytes) -> Problem:
    if not head.strip():
        return Problem(
            code="file.empty",
            message="the file is empty",
            expected="a document",
            remedy="Send the file again, and look at its size before you do.",
        )
    return Problem(
        code="file.unknown_format",
        message="this is no document that we can read",
        at="byte 0",
        found=head[:20].decode("ascii", "backslashreplace"),
        expected="an X12 or EDIFACT interchange, a cXML, UBL or CII document, an OCI form or a PDF",
        remedy="Send it in one of these formats: a spreadsheet or a letter printed to PDF, a ZIP "
        "or an e-mail unpacked.",
    )


def _reader_of_forms(parser: str) -> Reader:
    def read(source: BinaryIO, arrival: Arrival) -> Iterator[Mapped]:
        documents: Iterator[Document] = import_module(parser).documents(source)
        return (_watched(document, arrival) for document in documents)

    return read


def _reader_of_paper(source: BinaryIO, arrival: Arrival) -> Iterator[Mapped]:
    known = Source(file=arrival.name, sha256=arrival.sha256, format="pdf", type="invoice", index=0)

    def inner(embedded: BinaryIO) -> Iterator[Mapped]:
        documents: Iterator[Document] = import_module("parsers.xml.read").documents(embedded)
        return (_mapped(document, arrival) for document in documents)

    partner = None if arrival.partner == BY_SENDER else arrival.partner
    memory = _told(partial(import_module("gateway.layouts").memory_for, partner))
    paper = import_module("gateway.paper")
    languages = arrival.agreed.profile.languages if arrival.agreed else ()
    found: Iterator[Mapped] = paper.documents(source, known, inner, memory, languages)
    return (_meant(mapped, arrival) for mapped in found)


def _watched(document: Document, arrival: Arrival) -> Mapped:
    if arrival.senders:
        partner = arrival.senders.get((document.format, document.sender or ""))
        arrival = structs.replace(arrival, agreed=_told(partial(agreed_with, partner)))
    if document.problems and arrival.agreed is not None:
        document = as_agreed(document, arrival.agreed.profile)
    mapped = _meant(_mapped(document, arrival), arrival)
    if arrival.watch is not None:
        arrival.watch(document, mapped.record)
    return mapped


def _mapped(document: Document, arrival: Arrival) -> Mapped:
    own = arrival.agreed.tables(document.format) if arrival.agreed else None
    table = (own or _tables(document.format)).get(document.kind)
    source = _source(document, arrival)
    if table is None or table.record is Other:
        document = structs.replace(document, problems=(*document.problems, _unmapped(document)))
    return map_document(table or _ARCHIVED, document, source, arrival.year)


def _meant(mapped: Mapped, arrival: Arrival) -> Mapped:
    """Return a document as its partner means it."""
    if arrival.agreed is None:
        return mapped
    return Mapped(arrival.agreed.adjusted(mapped.record), mapped.trace)


def _told(ask: Callable[[], _T]) -> _T:
    """Return what profiles say; a faulty one makes the file unreadable."""
    try:
        return ask()
    except PartnerError as fault:
        problem = Problem(
            code="partner.faulty_rows",
            message=str(fault),
            expected="rows for tables and fields that there are",
            remedy="Correct the partner's file; the sender need not do anything.",
        )
        raise ParseError(problem) from fault


@cache
def _tables(form: str) -> dict[str, Table]:
    tables: dict[str, Table] = import_module(_TABLES[form]).TABLES
    return tables


def _unmapped(document: Document) -> Problem:
    return Problem(
        code="document.not_mapped",
        severity="warning",
        message=f"{document.kind} documents are archived and shown; nothing follows from them",
        at=f"document {document.index + 1} of the file",
        found=document.kind,
        remedy="Nothing to do, unless this should have been an order, a receipt or an invoice.",
    )


def _source(document: Document, arrival: Arrival) -> Source:
    return Source(
        file=arrival.name,
        sha256=arrival.sha256,
        format=document.format,
        type=document.kind,
        version=document.version,
        index=document.index,
        sender=document.sender,
        receiver=document.receiver,
        control=document.control,
        test=document.test,
    )


_READERS: dict[str, Reader] = {
    "x12": _reader_of_forms("parsers.x12.read"),
    "edifact": _reader_of_forms("parsers.edifact.read"),
    "xml": _reader_of_forms("parsers.xml.read"),
    "pdf": _reader_of_paper,
    "oci": _reader_of_forms("parsers.oci"),
}
