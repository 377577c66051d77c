"""The characters of a page as PDFium sees them, each with its box and how it is painted.

PDFium gives characters in content order, in the page's own coordinates (from the bottom left,
before /Rotate). `Glyph` keeps those; what belongs to a whole run of text (angle, size, paint) is
asked once per text object. Nothing is judged here: `words.py` drops what a reader would not see.
"""

import ctypes
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

_INVISIBLE = {pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP}
_LIGHT = 0.8
_HYPHEN = 0x02
_ASCENT, _DESCENT = 0.78, 0.22


class Run(NamedTuple):
    """What the characters of one text object share.

    `angle` is in degrees, counter-clockwise; `size` in points as drawn; `owner` the address of the
    text object, by which its place in the painting order is found.
    """

    angle: int
    size: float
    invisible: bool
    light: bool
    owner: int


class Glyph(NamedTuple):
    """One character with its box in page space, y upwards.

    A blank that PDFium put in has no run.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    run: Run | None


_GAP = Glyph(" ", 0.0, 0.0, 0.0, 0.0, None)


def glyphs(text_page: Any, limit: int) -> Iterator[Glyph]:
    """Yield the characters of `text_page` in content order, `limit` at most."""
    rect, runs = pdfium.FS_RECTF(), dict[int, Run]()
    for index in range(min(pdfium.FPDFText_CountChars(text_page), limit)):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        owner = pdfium.FPDFText_GetTextObject(text_page, index)
        if not owner:
            yield _GAP
            continue
        key = ctypes.addressof(owner.contents)
        run = runs.get(key)
        if run is None:
            run = runs[key] = _run(text_page, index, owner, key)
        pdfium.FPDFText_GetLooseCharBox(text_page, index, rect)
        x0, y0, x1, y1 = rect.left, rect.bottom, rect.right, rect.top
        across = x1 - x0 if run.angle in (90, 270) else y1 - y0
        if run.angle == 0 and not 0.6 * run.size <= across <= 1.8 * run.size:
            x0, y0, x1, y1 = _plain_box(text_page, index, run.size)
        text = "-" if code == _HYPHEN and pdfium.FPDFText_IsHyphen(text_page, index) else chr(code)
        yield Glyph(text, x0, y0, x1, y1, run)


def _run(text_page: Any, index: int, owner: Any, key: int) -> Run:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    painted = pdfium.FPDFPageObj_GetFillColor(owner, red, green, blue, alpha)
    mode = pdfium.FPDFTextObj_GetTextRenderMode(owner)
    brightness = (0.3 * red.value + 0.59 * green.value + 0.11 * blue.value) / 255
    angle = math.degrees(pdfium.FPDFText_GetCharAngle(text_page, index))
    return Run(
        angle=round(-angle) % 360,  # PDFium counts clockwise
        size=_size(text_page, index),
        invisible=mode in _INVISIBLE or (bool(painted) and alpha.value == 0),
        light=bool(painted) and brightness > _LIGHT and mode != pdfium.FPDF_TEXTRENDERMODE_STROKE,
        owner=key,
    )


def _size(text_page: Any, index: int) -> float:
    """Return the font size in points as drawn: the size in the font times the text's scale."""
    matrix = pdfium.FS_MATRIX()
    size: float = pdfium.FPDFText_GetFontSize(text_page, index)
    if pdfium.FPDFText_GetMatrix(text_page, index, matrix):
        size *= math.hypot(matrix.c, matrix.d)
    return size


def _plain_box(text_page: Any, index: int, size: float) -> tuple[float, float, float, float]:
    """Return a box from the baseline and the font size, for fonts that lie about their height."""
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    pdfium.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
    pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
    x0 = min(left.value, x.value) if right.value > left.value else x.value
    return x0, y.value - _DESCENT * size, max(right.value, x0), y.value + _ASCENT * size
