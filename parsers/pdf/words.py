"""The fast path: a page's words, upright and visible, from the characters that PDFium knows.

Words are built in content order, which keeps watermarks and neighbouring cells apart better than
their places would. Text that does not run with the page (diagonal stamps, notes up the margin) is
left out.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from parsers.form import Word
from parsers.pdf.glyphs import Glyph, Run, glyphs
from parsers.pdf.objects import Painted
from parsers.pdf.sheet import Sheet, rotation_of, sheet_of
from parsers.pdf.visible import sift

_GAP, _GAP_BETWEEN_RUNS = 0.28, 0.105
_LIGATURES = range(0xFB00, 0xFB07)
_PRIVATE = range(0xE000, 0xF900)
_REPLACEMENT = 0xFFFD
_SOFT_HYPHEN = "\xad"

Piece = tuple[Word, Run]


class Text(NamedTuple):
    """A page's text layer.

    The words one sees, those one does not, and how many characters speak for it.

    `inked` counts visible characters, `unmapped` those of them that mean no letter, `invisible`
    those that are drawn without ink, as behind a scan.
    """

    words: list[Word]
    hidden: list[Word]
    inked: int
    unmapped: int
    invisible: int


def read_text(page: Any, number: int, painted: Painted, *, chars: int) -> tuple[Text, Sheet]:
    """Return the text layer of `page`, `chars` characters at most.

    The page turned upright by it.
    """
    text_page = pdfium.FPDFText_LoadPage(page)
    try:
        found = list(glyphs(text_page, chars))
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    sheet = sheet_of(page, _turned(page, found))
    shown = [glyph for glyph in found if glyph.run is None or not glyph.run.invisible]
    ghostly = [glyph for glyph in found if glyph.run is None or glyph.run.invisible]
    ghosts = [word for word, _ in _pieces(ghostly, sheet, number)]
    seen, unseen = sift(_pieces(shown, sheet, number), page, sheet, painted)
    inked = [glyph for glyph in shown if glyph.run and not glyph.text.isspace()]
    return Text(
        words=seen,
        hidden=[*unseen, *ghosts],
        inked=len(inked),
        unmapped=sum(_is_unmapped(glyph.text) for glyph in inked),
        invisible=sum(len(word.text) for word in ghosts),
    ), sheet


def _turned(page: Any, found: Iterable[Glyph]) -> int:
    """Return how far the page must be turned.

    By most of its text, or by /Rotate where it has none.
    """
    angles = Counter(glyph.run.angle for glyph in found if glyph.run and glyph.run.angle % 90 == 0)
    return angles.most_common(1)[0][0] if angles else rotation_of(page)


def _is_unmapped(text: str) -> bool:
    code = ord(text)
    return code < ord(" ") or code in _PRIVATE or code >= _REPLACEMENT


def _pieces(found: Iterable[Glyph], sheet: Sheet, number: int) -> Iterator[Piece]:
    """Join characters to words in content order."""
    letters: list[str] = []
    box: list[float] = []
    run: Run | None = None
    last: Run | None = None
    for glyph in found:
        here = glyph.run
        if here is None or glyph.text.isspace() or here.angle != sheet.turned:
            if letters and run:
                yield _piece(letters, box, run, number)
            letters = []
            continue
        x0, top, x1, bottom = sheet.turn(glyph.x0, glyph.y0, glyph.x1, glyph.y1)
        gap = (_GAP if here is last else _GAP_BETWEEN_RUNS) * here.size
        if letters and run and not _continues(box, run.size, gap, x0, top, bottom):
            yield _piece(letters, box, run, number)
            letters = []
        if letters:
            box = [min(box[0], x0), min(box[1], top), max(box[2], x1), max(box[3], bottom)]
        else:
            box, run = [x0, top, x1, bottom], here
        letters.append(glyph.text)
        last = here
    if letters and run:
        yield _piece(letters, box, run, number)


def _continues(  # noqa: PLR0913, PLR0917 - a box against a box
    box: list[float], size: float, gap: float, x0: float, top: float, bottom: float
) -> bool:
    return -size <= x0 - box[2] <= gap and box[1] < (top + bottom) / 2 < box[3]


def _piece(letters: list[str], box: list[float], run: Run, number: int) -> Piece:
    text = "".join(letters).replace(_SOFT_HYPHEN, "-")
    if any(ord(letter) in _LIGATURES for letter in text):
        text = unicodedata.normalize("NFKC", text)
    x0, top, x1, bottom = box
    return Word(text=text, x0=x0, top=top, x1=x1, bottom=bottom, page=number, size=run.size), run
