"""Which words a reader sees.

Not the tiny, the off-page, the white on white, nor what is painted over.

Only words that could be unseen (light ink, or something painted later on the same spot) are looked
up in a picture of the page, which is drawn once and only then.
"""

from collections.abc import Iterable
from typing import Any

from parsers.form import Box, Word
from parsers.pdf.glyphs import Run
from parsers.pdf.objects import Painted
from parsers.pdf.sheet import Sheet, render_grey

_SIZE_MIN = 1.2
_CONTRAST = 24
_PIXELS = 2_000_000
_SCALE = 1.5


def sift(
    pieces: Iterable[tuple[Word, Run]], page: Any, sheet: Sheet, painted: Painted
) -> tuple[list[Word], list[Word]]:
    """Divide words into those that can be seen on the page and those that cannot."""
    pieces = list(pieces)
    covers = [(step, sheet.turn(*box)) for step, box in painted.covers]
    written = [(painted.order.get(run.owner, 0), word) for word, run in pieces]
    seen: list[Word] = []
    unseen: list[Word] = []
    picture: _Picture | None = None
    for word, run in pieces:
        shows = run.size >= _SIZE_MIN and _is_on(sheet, word)
        over = _covers_of(word, painted.order.get(run.owner), covers)
        if shows and (run.light or over):
            picture = picture or _Picture(page, sheet)
            shows = picture.shows(word) and not _is_replaced(word, over, written)
        (seen if shows else unseen).append(word)
    return seen, unseen


def _middle(word: Word) -> tuple[float, float]:
    return (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2


def _is_on(sheet: Sheet, word: Word) -> bool:
    x, y = _middle(word)
    return 0 <= x <= sheet.width and 0 <= y <= sheet.height


def _covers_of(word: Word, step: int | None, covers: list[tuple[int, Box]]) -> list[int]:
    """Return the steps at which something was painted over the middle of `word`."""
    if step is None:
        return []
    x, y = _middle(word)
    return [
        later
        for later, (x0, top, x1, bottom) in covers
        if later > step and x0 <= x <= x1 and top <= y <= bottom
    ]


def _is_replaced(word: Word, over: list[int], written: list[tuple[int, Word]]) -> bool:
    """Whether other text was written on what covers `word`: that is what a reader sees."""
    if not over:
        return False
    x, y = _middle(word)
    return any(
        step > min(over) and other.x0 <= x <= other.x1 and other.top <= y <= other.bottom
        for step, other in written
        if other is not word
    )


class _Picture:
    """The page in grey, to see whether a word leaves a mark on it."""

    def __init__(self, page: Any, sheet: Sheet) -> None:
        self.scale = min(_SCALE, (_PIXELS / (sheet.width * sheet.height)) ** 0.5)
        self.width = max(1, round(sheet.width * self.scale))
        self.height = max(1, round(sheet.height * self.scale))
        self.pixels = render_grey(page, sheet, self.width, self.height)

    def shows(self, word: Word) -> bool:
        """Whether the pixels within the word's box differ enough to be read."""
        x0, x1 = (min(max(0, int(x * self.scale)), self.width - 1) for x in (word.x0, word.x1))
        top = max(0, int(word.top * self.scale))
        bottom = min(self.height, int(word.bottom * self.scale) + 1)
        starts = (y * self.width for y in range(top, bottom))
        spans = [self.pixels[start + x0 : start + x1 + 1] for start in starts]
        return bool(spans) and max(map(max, spans)) - min(map(min, spans)) >= _CONTRAST
