"""Reading the pages of an opened PDF.

The text layer where it can be trusted, Tesseract where it cannot.

Trust is decided page by page. Characters that mean no letter, a scan with an invisible layer behind
it, or hardly any text beside pictures and drawings send a page to Tesseract; what little text there
was is kept. PDFium is asked by one thread only; Tesseract's programs run beside it.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Literal, NamedTuple

import pypdfium2.raw as pdfium

from parsers.form import Box, Page, Problem, Word
from parsers.pdf import problems
from parsers.pdf.objects import Painted, painted
from parsers.pdf.reading import Order, PageRead, ProblemFound, Way
from parsers.pdf.sheet import Sheet, render_grey
from parsers.pdf.words import Text, read_text

_UNMAPPED_SHARE = 0.05
_FEW, _SOME = 30, 300
_COVER, _PICTURE = 0.5, 0.1
_DRAWN = 60
_QUOTED = 12
_DPI, _POINTS = 300, 72.0

Trust = Literal["text", "ocr", "both", "blank"]
Result = PageRead | ProblemFound
Waiting = Result | Future[Result]


class _Seen(NamedTuple):
    """A page that was looked at: its text, its upright sheet, and its drawings."""

    text: Text
    sheet: Sheet
    painted: Painted


def trust(text: Text, covered: float, drawn: int) -> Trust:
    """Return how a page is to be read.

    `covered` is the share of the page that its largest picture covers, `drawn` the number of its
    paths: letters may be drawn as such.
    """
    legible = text.inked - text.unmapped
    if text.unmapped > _UNMAPPED_SHARE * text.inked:
        return "ocr"
    if legible < _FEW and not text.invisible and covered < _PICTURE and drawn < _DRAWN:
        return "text" if legible else "blank"
    if legible < _FEW or (covered >= _COVER and legible < _SOME):
        return "both" if legible else "ocr"
    return "text"


def read_pages(
    document: Any, count: int, order: Order, step: Callable[[], None]
) -> Iterator[Result]:
    """Yield the first `count` pages of `document`, in order, and what is wrong with them.

    `step` is called before each page is looked at.
    """
    reader = _Reader(document, order)
    waiting: deque[Waiting] = deque()
    with ThreadPoolExecutor(order.workers) as pool:
        for number in range(1, count + 1):
            step()
            waiting.extend(reader.look(number, pool))
            while waiting and (len(waiting) > order.workers or _is_ready(waiting[0])):
                yield _awaited(waiting.popleft())
        yield from map(_awaited, waiting)


def _is_ready(waiting: Waiting) -> bool:
    return not isinstance(waiting, Future) or waiting.done()


def _awaited(waiting: Waiting) -> Result:
    return waiting.result() if isinstance(waiting, Future) else waiting


class _Reader:
    """Looks at one page after the other and counts the scans among them."""

    def __init__(self, document: Any, order: Order) -> None:
        self.document = document
        self.order = order
        self.scans = 0

    def look(self, number: int, pool: ThreadPoolExecutor) -> Iterator[Waiting]:
        """Yield page `number`, or the promise of it, and what is wrong with it."""
        handle = pdfium.FPDF_LoadPage(self.document, number - 1)
        if not handle:
            yield ProblemFound(problems.page_unreadable(number))
            return
        try:
            yield from self._page(handle, number, pool)
        finally:
            pdfium.FPDF_ClosePage(handle)

    def _page(self, handle: Any, number: int, pool: ThreadPoolExecutor) -> Iterator[Waiting]:
        limits = self.order.limits
        drawings = painted(handle)
        text, sheet = read_text(handle, number, drawings, chars=limits.chars)
        seen = _Seen(text, sheet, drawings)
        area = sheet.width * sheet.height
        covered = max((_area(picture.box) / area for picture in drawings.pictures), default=0.0)
        how = trust(text, covered, drawings.paths)
        if self.order.distrust and how == "text":
            how = "ocr"
        if text.hidden and covered < _COVER:
            yield ProblemFound(_hidden(text.hidden, number))
        excess = self._excess(seen, number) if how in ("ocr", "both") else None
        if how in ("text", "blank") or excess:
            if excess:
                yield ProblemFound(excess)
            yield PageRead(_text_page(seen, number, limits.words))
        else:
            kept = tuple(text.words) if how == "both" else ()
            yield from self._scan(handle, sheet, number, pool, kept)

    def _excess(self, seen: _Seen, number: int) -> Problem | None:
        """Return why the page must not go through Tesseract, if so."""
        limits = self.order.limits
        self.scans += 1
        pixels = max((picture.pixels for picture in seen.painted.pictures), default=0)
        if pixels > limits.image_pixels:
            return problems.image_too_large(number, pixels, limits.image_pixels)
        if self.scans > limits.pages_ocr:
            return problems.too_many_scans(number, limits.pages_ocr)
        return None

    def _scan(
        self,
        handle: Any,
        sheet: Sheet,
        number: int,
        pool: ThreadPoolExecutor,
        kept: tuple[Word, ...],
    ) -> Iterator[Future[Result]]:
        limit = self.order.limits.pixels
        scale = min(_DPI / _POINTS, (limit / (sheet.width * sheet.height)) ** 0.5)
        size = max(1, int(sheet.width * scale)), max(1, int(sheet.height * scale))
        grey = render_grey(handle, sheet, *size)
        for way in self.order.ways:
            yield pool.submit(_recognised, grey, size, number, scale, self.order, way, kept)


def _recognised(  # noqa: PLR0913, PLR0917 - it runs in a thread, with everything handed over
    grey: bytes,
    size: tuple[int, int],
    number: int,
    scale: float,
    order: Order,
    way: Way,
    kept: tuple[Word, ...],
) -> Result:
    from PIL import Image  # noqa: PLC0415 - only scans pay for it

    from parsers.pdf.ocr import OcrError, page_of, recognise  # noqa: PLC0415

    try:
        read = recognise(Image.frombytes("L", size, grey), number, scale, order, way)
    except OcrError as error:
        return ProblemFound(error.problem)
    return PageRead(page_of(read, number, kept))


def _text_page(seen: _Seen, number: int, limit: int) -> Page:
    sheet = seen.sheet
    return Page(
        number=number,
        width=sheet.width,
        height=sheet.height,
        words=tuple(seen.text.words[:limit]),
        rules=tuple(sheet.turn(*box) for box in seen.painted.rules),
    )


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _hidden(words: list[Word], number: int) -> Problem:
    first = words[0]
    box = ", ".join(f"{side:.1f}" for side in (first.x0, first.top, first.x1, first.bottom))
    quoted = " ".join(word.text for word in words[:_QUOTED])
    return problems.hidden_text(number, f"page {number}, box [{box}]", quoted)
