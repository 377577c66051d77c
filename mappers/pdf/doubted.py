"""Where a scan should be looked at once more, closer: what a layout was taught and is not legible.

A value that should stand in its place and does not, or that is hardly legible, names the strip
that it stands in; so do words of the layout that were not found, with what stands beside them.
"""

from collections.abc import Iterator, Sequence

from mappers.pdf.landmarks import spots
from mappers.pdf.layout import Layout
from mappers.pdf.learned import Anchor, Learned, Memory
from mappers.pdf.recalling import SUMS, Fit, Recall, fit_of
from parsers.form import Box, Page, Word

REGIONS_MAX = 24
_FITS_PERHAPS = 0.3
_LEGIBLE = 0.85
_BESIDE, _AROUND, _ABOVE = 220.0, 14.0, 5.0
_LONGER = 40.0
_ROW = 12.0
_AMOUNT = 60.0


def doubted(pages: Sequence[Page], memory: Memory) -> list[tuple[int, Box]]:
    """Return strips of scanned pages that are worth a closer look, each with its page."""
    layout = Layout(pages)
    if not layout.is_scan:
        return []
    fits = [(fit_of(layout, one), one) for one in memory.layouts]
    fit, learned = max(fits, key=lambda pair: pair[0].share, default=(None, None))
    if fit is None or learned is None or fit.share < _FITS_PERHAPS:
        return []
    strips = [*_values(layout, learned, fit), *_words(layout, learned, fit)]
    return [(page, _clipped(box, layout.pages[page])) for page, box in strips][:REGIONS_MAX]


def _values(layout: Layout, learned: Learned, fit: Fit) -> Iterator[tuple[int, Box]]:
    for anchor in learned.anchors:
        if anchor.page not in layout.pages:
            continue
        if anchor.field in SUMS:
            yield from _amounts(layout, learned, anchor, fit)
        elif not _is_legible(layout, anchor, fit):
            yield anchor.page, _strip(anchor, fit)


def _strip(anchor: Anchor, fit: Fit) -> Box:
    x0, top, x1, bottom = anchor.box
    return (
        x0 + fit.dx - _AROUND,
        top + fit.dy - _ABOVE,
        x1 + fit.dx + _LONGER,
        bottom + fit.dy + _ABOVE,
    )


def _is_legible(layout: Layout, anchor: Anchor, fit: Fit) -> bool:
    """Whether the words in the place of a value are there and clear."""
    x0, top, x1, bottom = anchor.box
    place = (x0 + fit.dx, top + fit.dy, x1 + fit.dx, bottom + fit.dy)
    found = [word for word in layout.pages[anchor.page].words if _overlaps(word, place)]
    return bool(found) and min(word.confidence for word in found) >= _LEGIBLE


def _overlaps(word: Word, box: Box) -> bool:
    return word.x0 < box[2] and word.x1 > box[0] and word.top < box[3] and word.bottom > box[1]


def _amounts(
    layout: Layout, learned: Learned, anchor: Anchor, fit: Fit
) -> Iterator[tuple[int, Box]]:
    """Yield where a sum stands beside its words on this page; sums move with the lines."""
    right = anchor.box[2] + fit.dx
    recall = Recall(learned, layout, fit)
    for tag in anchor.tags:
        for cell in {spot.tag for spot in spots(recall.layout, tag)}:
            row = layout.rows[cell.row]
            beside = [word for word in row.words if abs(word.x1 - right) <= _AROUND]
            if not beside or min(word.confidence for word in beside) < _LEGIBLE:
                box = (right - _AMOUNT, row.top - _ABOVE, right + _AROUND, row.bottom + _ABOVE)
                yield cell.page, box


def _words(layout: Layout, learned: Learned, fit: Fit) -> Iterator[tuple[int, Box]]:
    """Yield the strips of words that were not found, with what stands right of them."""
    first = min(layout.pages)
    for mark in learned.landmarks:
        x, top = mark.x + fit.dx, mark.top + fit.dy
        box = (x - _ABOVE, top - _ABOVE, x + _BESIDE, top + _ROW + _ABOVE)
        here = (x, top, x + _ROW, top + _ROW)
        if not any(_overlaps(word, here) for word in layout.pages[first].words):
            yield first, box


def _clipped(box: Box, page: Page) -> Box:
    return (max(box[0], 0.0), max(box[1], 0.0), min(box[2], page.width), min(box[3], page.height))
