"""A page turned upright, and what it looks like.

PDF pages have coordinates from the bottom left, may be shown rotated (/Rotate), and may hold text
that runs sideways all the same. A `Sheet` is the page as it is read: from the top left, with most
of the text upright.
"""

import ctypes
from collections.abc import Callable
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from parsers.form import Box

Turn = Callable[[float, float, float, float], Box]


class Sheet(NamedTuple):
    """The upright page.

    Its size, the degrees (clockwise) it was turned, and how boxes are turned with it.
    """

    width: float
    height: float
    turned: int
    turn: Turn


def rotation_of(page: Any) -> int:
    """Return the degrees, clockwise, by which viewers turn `page` (/Rotate)."""
    return 90 * int(pdfium.FPDFPage_GetRotation(page))


def sheet_of(page: Any, turned: int) -> Sheet:
    """Return `page` as it looks when turned by `turned` degrees clockwise (0, 90, 180 or 270)."""
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, box)
    left, bottom, right, top = box.left, box.bottom, box.right, box.top
    turns: dict[int, Turn] = {
        0: lambda x0, y0, x1, y1: (x0 - left, top - y1, x1 - left, top - y0),
        90: lambda x0, y0, x1, y1: (y0 - bottom, x0 - left, y1 - bottom, x1 - left),
        180: lambda x0, y0, x1, y1: (right - x1, y0 - bottom, right - x0, y1 - bottom),
        270: lambda x0, y0, x1, y1: (top - y1, right - x1, top - y0, right - x0),
    }
    wide, high = right - left, top - bottom
    if turned in (90, 270):
        wide, high = high, wide
    return Sheet(max(wide, 1.0), max(high, 1.0), turned, turns[turned])


def render_grey(page: Any, sheet: Sheet, width: int, height: int) -> bytes:
    """Return `page` upright as `width` x `height` grey pixels, row by row without padding.

    Raises MemoryError where there is no room for so many pixels.
    """
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_Gray, None, 0)
    if not bitmap:
        raise MemoryError
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        extra = (sheet.turned - rotation_of(page)) // 90 % 4
        flags = pdfium.FPDF_GRAYSCALE | pdfium.FPDF_ANNOT
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, extra, flags)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        raw = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    if stride == width:
        return raw
    return b"".join(raw[y * stride : y * stride + width] for y in range(height))
