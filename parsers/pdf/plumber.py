"""The slow path.

Words by pdfplumber, for pages whose characters PDFium cannot name or cannot open.
"""

import io
from collections.abc import Iterator

import pdfplumber
from pdfminer.pdfexceptions import PDFException
from pdfplumber.page import Page as PlumberPage
from pdfplumber.utils.exceptions import PdfminerException

from parsers.form import Page, Word

_CID = "(cid:"


def plumb(data: bytes, number: int, password: str | None = None) -> Page | None:
    """Return page `number` (from 1) as pdfplumber reads it.

    None where it cannot or its letters mean nothing.
    """
    return next(iter(_pages(data, number, password)), None)


def plumb_all(data: bytes, limit: int, password: str | None = None) -> list[Page]:
    """Return the first `limit` pages that pdfplumber can read.

    None where the file defeats it too.
    """
    found = (_pages(data, number, password) for number in range(1, limit + 1))
    return [page for pages in found for page in pages]


def _pages(data: bytes, number: int, password: str | None) -> Iterator[Page]:
    try:
        with pdfplumber.open(io.BytesIO(data), pages=[number], password=password) as document:
            pages = (_page(page, number) for page in document.pages)
            yield from (page for page in pages if all(map(_is_text, page.words)))
    except (PDFException, PdfminerException, ValueError, KeyError, TypeError, RecursionError):
        return  # a broken file: pdfminer raises what its broken part makes of it


def _is_text(word: Word) -> bool:
    return _CID not in word.text and word.text.isprintable()


def _page(page: PlumberPage, number: int) -> Page:
    upright = page.filter(lambda thing: thing.get("upright", True))
    words = upright.extract_words(use_text_flow=True, extra_attrs=["size"], expand_ligatures=True)
    return Page(
        number=number,
        width=float(page.width),
        height=float(page.height),
        words=tuple(
            Word(
                text=word["text"],
                x0=float(word["x0"]),
                top=float(word["top"]),
                x1=float(word["x1"]),
                bottom=float(word["bottom"]),
                page=number,
                size=float(word["size"]),
            )
            for word in words
        ),
    )
