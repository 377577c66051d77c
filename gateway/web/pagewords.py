"""The words of a file's pages, for people to point at and for layouts to be learned from.

Read again by whoever first asks, in the bounded process that reading takes, and kept in memory: a
scan takes seconds, so pages are shown without their words until these are there.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import BinaryIO

from msgspec import Struct

from mappers.pdf.layout import Layout
from parsers.form import Box, Page, ParseError, Word
from parsers.pdf.read import claims, read

WORDS_KEPT = 100_000
FILE_BYTES_MAX = 64 << 20


class PageWords(Struct, frozen=True, kw_only=True):
    """The words of a page as they stand on its picture, each with its box, in reading order.

    Everything is in points from the top left: (text, x0, top, x1, bottom).
    """

    number: int
    width: float
    height: float
    words: tuple[tuple[str, float, float, float, float], ...]


class Readings:
    """Reads pages of archived files; `contents` opens one by its hash."""

    def __init__(self, contents: Callable[[str], BinaryIO]) -> None:
        self._contents = contents
        self._kept: OrderedDict[str, tuple[Page, ...]] = OrderedDict()
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def pages(self, sha256: str) -> tuple[Page, ...]:
        """Return the pages of a PDF or a scan; nothing where they cannot be read."""
        with self._turn:  # who asks for the same file meanwhile finds it read
            with self._lock:
                known = self._kept.get(sha256)
            if known is not None:
                return known
            pages = self._read(sha256)
        self._keep(sha256, pages)
        return pages

    def words(self, sha256: str) -> tuple[PageWords, ...]:
        """Return the words of a file's pages as they stand on their pictures."""
        pages = self.pages(sha256)
        layout = Layout(pages)
        return tuple(
            PageWords(
                number=page.number,
                width=page.width,
                height=page.height,
                words=tuple(
                    (word.text, *layout.box_on_page(page.number, _box(word))) for word in page.words
                ),
            )
            for page in pages
        )

    def _read(self, sha256: str) -> tuple[Page, ...]:
        with self._contents(sha256) as file:
            data = file.read(FILE_BYTES_MAX)
        try:
            return read(data).pages if claims(data) else ()
        except ParseError:
            return ()

    def _keep(self, sha256: str, pages: tuple[Page, ...]) -> None:
        with self._lock:
            self._kept[sha256] = pages
            while len(self._kept) > 1 and self._held() > WORDS_KEPT:
                self._kept.popitem(last=False)

    def _held(self) -> int:
        return sum(len(page.words) for pages in self._kept.values() for page in pages)


def _box(word: Word) -> Box:
    return word.x0, word.top, word.x1, word.bottom
