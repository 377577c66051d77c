"""Pages as a person scans them.

Rows of words at one height, and in each row cells set apart by white space.

Labels and values are looked for in cells and between neighbouring cells. Every span of a cell's
text knows the words it came from, and so its box on the page and how sure the reader was of it.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from statistics import median

from parsers.form import Box, Page, Word

_GAP_EM = 0.7
_OCR_EM = 1.25
_SHARED = 0.5
_SPACED = 4
_ONE_SIZE = 1.6


class Span:
    """A piece of a cell's text, with what it takes to point at it."""

    __slots__ = ("text", "words")

    def __init__(self, text: str, words: Sequence[Word]) -> None:
        self.text = text
        self.words = tuple(words)

    @property
    def page(self) -> int:
        """The page it stands on, from 1."""
        return self.words[0].page

    @property
    def box(self) -> Box:
        """Its box: (x0, top, x1, bottom) in points."""
        return box_of(self.words)

    @property
    def confidence(self) -> float:
        """How sure the reader of the words was of the least sure of them."""
        return min(word.confidence for word in self.words)

    @property
    def by(self) -> str:
        """Who read it: text or ocr."""
        return self.words[0].by


class Cell:
    """Words of one row that stand close together; `text` joins them by single blanks."""

    def __init__(self, words: Sequence[Word], row: int) -> None:
        self.words = tuple(words)
        self.row = row
        self.text = " ".join(word.text for word in words)
        self.x0, self.top, self.x1, self.bottom = box_of(words)
        self.page = words[0].page
        self.size = max(word.size for word in words)

    @cached_property
    def _starts(self) -> list[int]:
        starts, place = [], 0
        for word in self.words:
            starts.append(place)
            place += len(word.text) + 1
        return starts

    def span(self, start: int, end: int) -> Span:
        """Return the text from `start` to `end`.

        As offsets into `text`, with the words it touches.
        """
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, max(end - 1, start))
        return Span(self.text[start:end], self.words[first:last])

    @property
    def whole(self) -> Span:
        """All of it as a span."""
        return Span(self.text, self.words)


class Row:
    """The cells that stand at one height of one page, from left to right.

    `index` counts rows of the document.
    """

    def __init__(self, cells: Sequence[Cell], index: int) -> None:
        self.cells = tuple(cells)
        self.index = index
        self.page = cells[0].page
        self.top = min(cell.top for cell in cells)
        self.bottom = max(cell.bottom for cell in cells)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """All its words from left to right."""
        return tuple(word for cell in self.cells for word in cell.words)

    @property
    def text(self) -> str:
        """Its text; a double blank stands between cells."""
        return "  ".join(cell.text for cell in self.cells)


class Layout:
    """The rows of all pages in reading order."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self.pages = {page.number: page for page in pages}
        self.rows: list[Row] = []
        for page in pages:
            for words in _rows(page.words):
                self.rows.append(Row(_cells(words, page, len(self.rows)), len(self.rows)))
        self.is_scan = any(page.by == "ocr" for page in pages)

    @cached_property
    def cells(self) -> list[Cell]:
        """The cells of all rows."""
        return [cell for row in self.rows for cell in row.cells]

    def below(self, cell: Cell, *, within: float) -> Iterator[Cell]:
        """Yield the nearest cells that stand under `cell`.

        At most `within` points below it, top down.
        """
        for row in self.rows[cell.row + 1 :]:
            if row.page != cell.page or row.top > cell.bottom + within:
                return
            yield from (
                under for under in row.cells if min(under.x1, cell.x1) > max(under.x0, cell.x0)
            )

    def box_on_page(self, number: int, box: Box) -> Box:
        """Return `box` of the straightened page `number` as it stands on the page itself."""
        page = self.pages.get(number)
        if page is None or not page.skew:
            return box
        angle = math.radians(page.skew)
        middle = page.width / 2, page.height / 2
        corners = [_turned(x, y, middle, angle) for x in box[::2] for y in box[1::2]]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return min(xs), min(ys), max(xs), max(ys)


def box_of(words: Sequence[Word]) -> Box:
    """Return the box around `words`."""
    if len(words) == 1:
        word = words[0]
        return word.x0, word.top, word.x1, word.bottom
    return (
        min(word.x0 for word in words),
        min(word.top for word in words),
        max(word.x1 for word in words),
        max(word.bottom for word in words),
    )


def em_of(words: Sequence[Word]) -> float:
    """Return the usual font size of `words` in points.

    A scan's words only show the height of their ink.
    """
    scale = _OCR_EM if words[0].by == "ocr" else 1.0
    return scale * median(word.size for word in words)


def _turned(x: float, y: float, middle: tuple[float, float], angle: float) -> tuple[float, float]:
    dx, dy = x - middle[0], y - middle[1]
    sine, cosine = math.sin(angle), math.cos(angle)
    return middle[0] + dx * cosine - dy * sine, middle[1] + dx * sine + dy * cosine


def _rows(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Yield the words of a page in rows, each from left to right."""
    row: list[Word] = []
    top = bottom = 0.0
    for word in sorted(words, key=lambda word: (word.top + word.bottom, word.x0)):
        shared = min(bottom, word.bottom) - max(top, word.top)
        if row and shared < _SHARED * min(bottom - top, word.bottom - word.top):
            yield sorted(row, key=lambda word: word.x0)
            row = []
        row.append(word)
        count = len(row)
        top = word.top if count == 1 else top + (word.top - top) / count
        bottom = word.bottom if count == 1 else bottom + (word.bottom - bottom) / count
    if row:
        yield sorted(row, key=lambda word: word.x0)


def _cells(words: Sequence[Word], page: Page, row: int) -> list[Cell]:
    """Divide a row at wide gaps and at vertical rules."""
    usual = em_of(words)
    middle = median((word.top + word.bottom) / 2 for word in words)
    walls = [
        x0 for x0, top, x1, bottom in page.rules if x1 - x0 < bottom - top and top < middle < bottom
    ]
    groups: list[list[Word]] = [[words[0]]]
    for word in words[1:]:
        last = groups[-1][-1]
        is_walled = any(last.x1 - 1 <= wall <= word.x0 + 1 for wall in walls)
        if is_walled or word.x0 - last.x1 > _GAP_EM * _em_between(last, word, usual):
            groups.append([word])
        else:
            groups[-1].append(word)
    return [Cell(_unspaced(group), row) for group in groups]


def _em_between(left: Word, right: Word, usual: float) -> float:
    """Return the font size at a gap.

    That of its neighbours where they are of one size, else the smaller.
    """
    scale = _OCR_EM if left.by == "ocr" else 1.0
    small, large = sorted((left.size, right.size))
    if large <= _ONE_SIZE * small:
        return max(scale * large, usual) if left.by == "ocr" else scale * large
    return scale * small


def _unspaced(words: list[Word]) -> list[Word]:
    """Return a letter-spaced title (R E C H N U N G) as one word."""
    if len(words) < _SPACED or any(len(word.text) > 1 or not word.text.isalpha() for word in words):
        return words
    x0, top, x1, bottom = box_of(words)
    first = words[0]
    return [
        Word(
            text="".join(word.text for word in words),
            x0=x0,
            top=top,
            x1=x1,
            bottom=bottom,
            page=first.page,
            size=first.size,
            confidence=min(word.confidence for word in words),
            by=first.by,
        )
    ]
