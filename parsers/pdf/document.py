"""A PDF as frames: opened by PDFium, its pages read, its embedded files handed on."""

from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2.raw as pdfium

from parsers.form import Page
from parsers.pdf import problems
from parsers.pdf.embedded import attachments
from parsers.pdf.pages import read_pages
from parsers.pdf.reading import AttachmentRead, Ended, Frame, Order, PageRead, ProblemFound


def frames(data: bytes, order: Order, step: Callable[[], None]) -> Iterator[Frame]:
    """Yield what `data`, a PDF, holds.

    `step` is called before each step that must not take long.
    """
    pdfium.FPDF_InitLibrary()
    document = _opened(data, order)
    if document:
        yield from _contents(document, order, step)
    elif pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD:
        yield ProblemFound(problems.password_needed(), fatal=True)
        yield Ended(0)
    else:
        yield from _by_plumber(data, order)


def _opened(data: bytes, order: Order) -> Any:
    """Return the document opened without a password, or with the first of ours that fits."""
    for password in (None, *order.passwords):
        secret = password.encode() if password else None
        document = pdfium.FPDF_LoadMemDocument64(data, len(data), secret)
        if document:
            return document
    return None


def _contents(document: Any, order: Order, step: Callable[[], None]) -> Iterator[Frame]:
    total, limit = pdfium.FPDF_GetPageCount(document), order.limits.pages
    if pdfium.FPDF_GetFormType(document) == pdfium.FORMTYPE_XFA_FULL:
        yield ProblemFound(problems.xfa(), fatal=True)
        yield Ended(total)
        return
    yield from (AttachmentRead(found) for found in attachments(document, order.limits))
    if total > limit:
        yield ProblemFound(problems.too_many_pages(total, limit))
    yield from read_pages(document, min(total, limit), order, step)
    yield Ended(total)


def _by_plumber(data: bytes, order: Order) -> Iterator[Frame]:
    """Yield the pages of a file that PDFium cannot open, as far as pdfplumber can."""
    from parsers.pdf.plumber import plumb_all  # noqa: PLC0415  (a slow import, for broken files only)

    pages: list[Page] = plumb_all(data, order.limits.pages)
    yield from (PageRead(page) for page in pages)
    if not any(page.words for page in pages):
        yield ProblemFound(problems.unreadable(), fatal=True)
    yield Ended(len(pages))
