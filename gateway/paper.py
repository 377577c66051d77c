"""PDFs and scans.

Pages read in a bounded process, the invoice on them, and the XML that a PDF may carry.

An embedded electronic invoice wins and is held against the page; one that cannot be read is told
and the page used. A PDF within a PDF is a document of its own, and so is each invoice where the
pages bear several.
"""

import io
import os
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, NamedTuple

from msgspec import structs

from mappers.canonical import Invoice, Source
from mappers.pdf.apart import apart
from mappers.pdf.embedded import merged
from mappers.pdf.garbled import is_garbled, text_lies
from mappers.pdf.invoice import invoice
from mappers.pdf.learned import NOTHING, Memory
from mappers.rules import Mapped
from parsers.form import Page, ParseError, Problem
from parsers.pdf.embedded import is_invoice_xml, is_pdf
from parsers.pdf.read import read, read_again
from parsers.pdf.reading import Attachment, Order, Reading

Inner = Callable[[BinaryIO], Iterator[Mapped]]

_DEPTH = 2
_ENGLISH = "eng"


class _How(NamedTuple):
    """What is known of layouts, and how pages are to be read."""

    memory: Memory
    order: Order


def documents(
    source: BinaryIO,
    known: Source,
    inner: Inner,
    memory: Memory = NOTHING,
    languages: Sequence[str] = (),
) -> Iterator[Mapped]:
    """Yield the invoices of a PDF or a scanned image, `known` being what is known of the file.

    `inner` reads what is embedded in it, `memory` holds the layouts that were learned, `languages`
    are those of its scans besides English, as Tesseract names them. Raises ParseError where nothing
    of it can be read.
    """
    order = Order(languages="+".join((*languages, _ENGLISH)), workers=os.cpu_count() or 1)
    yield from _documents(source.read(), known, inner, _How(memory, order), depth=0)


def _documents(
    data: bytes, known: Source, inner: Inner, how: _How, *, depth: int
) -> Iterator[Mapped]:
    reading, order = _read(data, how.order)
    here = structs.replace(known, format=reading.format)
    found = _printed(reading, here, how.memory)
    is_scan = any(page.by == "ocr" and page.words for page in reading.pages)
    if is_scan and any(one.record.incomplete for one in found):
        reading = read_again(data, reading, order)
        found = _better(found, _printed(reading, here, how.memory))
    printed, *others = found
    for attached in filter(_is_coded, reading.attachments):
        embedded = _embedded(attached, inner)
        if isinstance(embedded, Mapped):
            kind = embedded.record.source.type
            yield merged(embedded, printed, reading.pages, structs.replace(known, type=kind))
            return  # what else is enclosed supports this invoice
        told = structs.replace(printed.record, problems=(*printed.record.problems, embedded))
        printed = Mapped(told, printed.trace)
    yield from (printed, *others)
    after = structs.replace(known, index=(known.index or 0) + len(others))
    yield from _enclosed(reading, after, inner, how, depth=depth + 1)


def _read(data: bytes, order: Order) -> tuple[Reading, Order]:
    """Return the pages and how they were read.

    As pictures where their text is gibberish and the pictures are none.
    """
    reading = read(data, order)
    if not is_garbled(reading.pages):
        return reading, order
    by_sight = structs.replace(order, distrust=True)
    shown = read(data, by_sight)
    if not any(page.words for page in shown.pages) or is_garbled(_as_text(shown.pages)):
        return reading, order
    return structs.replace(shown, problems=(*shown.problems, text_lies())), by_sight


def _as_text(pages: Sequence[Page]) -> list[Page]:
    return [structs.replace(page, by="text") for page in pages]


def _printed(reading: Reading, known: Source, memory: Memory) -> list[Mapped]:
    """Return the invoices on the pages: one where XML tells of it, else one for each number."""
    is_coded = any(map(_is_coded, reading.attachments))
    groups = [reading.pages] if is_coded else apart(reading.pages)
    first = known.index or 0
    return [
        invoice(pages, structs.replace(known, index=first + place), reading.problems, memory)
        for place, pages in enumerate(groups)
    ]


def _is_coded(found: Attachment) -> bool:
    """Whether an attachment is XML that may be the invoice, or says by its name that it is."""
    return is_invoice_xml(found.data) or found.name.casefold().endswith(".xml")


def _better(first: list[Mapped], second: list[Mapped]) -> list[Mapped]:
    """Return the reading of a scan with fewer errors, the second where both have as many.

    One by one where both tell as many invoices apart.
    """
    if len(first) != len(second):
        return first if _errors(first) < _errors(second) else second
    pairs = zip(first, second, strict=True)
    return [one if _errors([one]) < _errors([two]) else two for one, two in pairs]


def _errors(found: list[Mapped]) -> int:
    return sum(problem.is_error for one in found for problem in one.record.problems)


def _enclosed(
    reading: Reading, known: Source, inner: Inner, how: _How, *, depth: int
) -> Iterator[Mapped]:
    """Yield the invoices among the PDFs that are enclosed in a PDF.

    What else is enclosed is left.
    """
    found = [one for one in reading.attachments if is_pdf(one.data)] if depth <= _DEPTH else []
    for number, one in enumerate(found, 1):
        place = structs.replace(known, index=(known.index or 0) + number)
        for mapped in _documents(one.data, place, inner, how, depth=depth):
            if isinstance(mapped.record, Invoice) and mapped.record.number:
                yield mapped


def _embedded(found: Attachment, inner: Inner) -> Mapped | Problem:
    """Return the invoice that an attachment holds, or why there is none to be had."""
    try:
        mapped = next(inner(io.BytesIO(found.data)), None)
    except ParseError as error:
        return _unusable(found, error.problem.message)
    if mapped is None or not isinstance(mapped.record, Invoice) or mapped.record.number is None:
        return _unusable(found, "it holds no invoice")
    return mapped


def _unusable(found: Attachment, reason: str) -> Problem:
    return Problem(
        code="pdf.embedded_xml",
        severity="warning",
        message=f"the embedded {found.name} cannot be used: {reason}; the page was read instead",
        at=f"attachment {found.name}",
        found=found.data[:40].decode("utf-8", "replace"),
        remedy="Compare the record with the page; tell the supplier that the XML is broken.",
    )
