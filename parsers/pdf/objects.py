"""What is painted on a page besides its text: ruling lines, pictures, and what lies over what.

The page's objects are walked once in painting order, forms included. Coordinates are page space
(from the bottom left, before /Rotate); `words.py` turns them upright together with the text.
"""

import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from parsers.form import Box

_THIN = 2.0
_LENGTH_MIN = 8.0
_SEGMENTS = 2_000
_DEPTH = 8

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Picture(NamedTuple):
    """An image on the page.

    `box` is (x0, y0, x1, y1) in page space, `pixels` its size as it claims.
    """

    box: Box
    pixels: int


class Painted(NamedTuple):
    """The objects of a page.

    `order` is the painting order of text objects by address, `covers` of fills.
    """

    rules: list[Box]
    pictures: list[Picture]
    covers: list[tuple[int, Box]]
    order: dict[int, int]
    paths: int


def painted(page: Any, limit: int = 20_000) -> Painted:
    """Walk the objects of `page`, `limit` at most."""
    result = Painted([], [], [], {}, 0)
    paths = 0
    for step, (found, matrix) in enumerate(_walk(page)):
        if step >= limit:
            break
        kind = pdfium.FPDFPageObj_GetType(found)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            result.order[ctypes.addressof(found.contents)] = step
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            paths += 1
            _path(found, matrix, step, result)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            box = _bounds(found, matrix)
            result.pictures.append(Picture(box, _pixels(found)))
            result.covers.append((step, box))
        elif kind == pdfium.FPDF_PAGEOBJ_SHADING:
            result.covers.append((step, _bounds(found, matrix)))
    return result._replace(paths=paths)


def _walk(page: Any) -> Iterator[tuple[Any, Matrix]]:
    for index in range(pdfium.FPDFPage_CountObjects(page)):
        yield from _unfold(pdfium.FPDFPage_GetObject(page, index), _IDENTITY, 0)


def _unfold(found: Any, matrix: Matrix, depth: int) -> Iterator[tuple[Any, Matrix]]:
    if pdfium.FPDFPageObj_GetType(found) != pdfium.FPDF_PAGEOBJ_FORM:
        yield found, matrix
    elif depth < _DEPTH:
        inner = _times(_matrix(found), matrix)
        for index in range(pdfium.FPDFFormObj_CountObjects(found)):
            yield from _unfold(pdfium.FPDFFormObj_GetObject(found, index), inner, depth + 1)


def _matrix(found: Any) -> Matrix:
    got = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(found, got):
        return _IDENTITY
    return (got.a, got.b, got.c, got.d, got.e, got.f)


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, *_ = then
    return (
        (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, *_at(then, e, f))
        if (then != _IDENTITY)
        else first
    )


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _bounds(found: Any, matrix: Matrix) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(found, left, bottom, right, top)
    corners = (
        _at(matrix, left.value, bottom.value),
        _at(matrix, right.value, top.value),
    )
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _pixels(found: Any) -> int:
    width, height = ctypes.c_uint(), ctypes.c_uint()
    if not pdfium.FPDFImageObj_GetImagePixelSize(found, width, height):
        return 0
    return width.value * height.value


def _path(found: Any, matrix: Matrix, step: int, result: Painted) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(found, fill, stroke)
    box = _bounds(found, matrix)
    if _is_thin(box):
        result.rules.append(box)
        return
    if fill.value:
        result.covers.append((step, box))
    if stroke.value:
        result.rules.extend(_straight(found, matrix))


def _is_thin(box: Box) -> bool:
    x0, y0, x1, y1 = box
    return min(x1 - x0, y1 - y0) <= _THIN and max(x1 - x0, y1 - y0) >= _LENGTH_MIN


def _straight(found: Any, matrix: Matrix) -> Iterator[Box]:
    """Yield the horizontal and vertical strokes of a path."""
    own = _times(_matrix(found), matrix)
    start = here = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(min(pdfium.FPDFPath_CountSegments(found), _SEGMENTS)):
        segment = pdfium.FPDFPath_GetPathSegment(found, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        there = _at(own, x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = there
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield from _line(here, there)
            if pdfium.FPDFPathSegment_GetClose(segment):
                yield from _line(there, start)
        here = there


def _line(one: tuple[float, float], two: tuple[float, float]) -> Iterator[Box]:
    box = (min(one[0], two[0]), min(one[1], two[1]), max(one[0], two[0]), max(one[1], two[1]))
    if _is_thin(box):
        yield box
