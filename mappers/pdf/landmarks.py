"""Finding the words beside a value again, on the page they came from and on the next one."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from rapidfuzz.fuzz import ratio

from mappers.pdf.layout import Cell, Layout
from mappers.pdf.learned import Side, Tag
from mappers.pdf.vocabulary import tokens

_RATE = re.compile(r"\(?\d+(?:[.,]\d+)?\s?%\)?")
_WORDS_MAX = 5
_LETTERS_MIN = 2
_ABOVE_HEIGHTS, _BELOW_HEIGHTS = 2.5, 4.0
_RIGHT_CELLS = 2
_SIMILAR = 86.0
_SHORT = 4


class Spot(NamedTuple):
    """Where a value may begin: at `start` in `cell`; `tag` is the cell of the words beside it."""

    cell: Cell
    start: int
    tag: Cell


def wording(text: str) -> str:
    """Return the words of `text` as tags have them, without a rate; empty where they are no label.

    What has digits is a value, unless it is a percentage: VAT 20 %.
    """
    words = [token.text for token in tokens(_RATE.sub("", text))]
    letters = sum(letter.isalpha() for word in words for letter in word)
    if not words or len(words) > _WORDS_MAX or letters < _LETTERS_MIN:
        return ""
    return "" if any(letter.isdigit() for word in words for letter in word) else " ".join(words)


def tags_at(layout: Layout, cell: Cell, start: int) -> Iterator[Tag]:
    """Yield the words beside what begins at `start` in `cell`: before it, left of it, above it."""
    beside: list[tuple[str, Side]] = [(_last_words(cell.text[:start]), "after")]
    row = layout.rows[cell.row]
    left = row.cells[: row.cells.index(cell)] if cell in row.cells else ()
    beside += [(wording(one.text), "right") for one in reversed(left[-_RIGHT_CELLS:])]
    beside += [(wording(one.text), "below") for one in _above(layout, cell)]
    yield from (Tag(words=words, value=side) for words, side in beside if words)


def _last_words(text: str) -> str:
    words = text.split()
    return next(filter(None, (wording(" ".join(words[i:])) for i in range(len(words)))), "")


def _above(layout: Layout, cell: Cell) -> list[Cell]:
    """Return the nearest cell that stands over `cell`."""
    height = _ABOVE_HEIGHTS * max(cell.bottom - cell.top, 1.0)
    for row in reversed(layout.rows[: cell.row]):
        if row.page != cell.page or cell.top - row.bottom > height:
            return []
        over = [one for one in row.cells if min(one.x1, cell.x1) > max(one.x0, cell.x0)]
        if over:
            return over[:1]
    return []


def occurrence(cell: Cell, words: str, *, loose: bool) -> tuple[int, int] | None:
    """Return where `words` stand in `cell`, None where they do not; `loose` forgives OCR."""
    wanted, found = words.split(" "), tokens(cell.text)
    for place in range(len(found) - len(wanted) + 1):
        run = found[place : place + len(wanted)]
        if _agree([token.text for token in run], wanted, loose=loose):
            return run[0].start, run[-1].end
    return None


def _agree(found: list[str], wanted: list[str], *, loose: bool) -> bool:
    if found == wanted:
        return True
    text, goal = "".join(found), "".join(wanted)
    return loose and len(goal) >= _SHORT and ratio(text, goal) >= _SIMILAR


def spots(layout: Layout, tag: Tag) -> Iterator[Spot]:
    """Yield where the value beside `tag` may begin, for each place where its words stand.

    Where they are all that a cell says, cells that only hold them (Levy in Before levy) are none.
    """
    places = ((cell, occurrence(cell, tag.words, loose=layout.is_scan)) for cell in layout.cells)
    found = [(cell, place[1]) for cell, place in places if place is not None]
    alone = [(cell, end) for cell, end in found if wording(cell.text) == tag.words]
    for cell, end in alone if alone and tag.value != "after" else found:
        yield from _spots_at(layout, tag.value, cell, end)


def _spots_at(layout: Layout, side: Side, cell: Cell, end: int) -> Iterator[Spot]:
    rest = next((i for i in range(end, len(cell.text)) if cell.text[i].isalnum()), None)
    if rest is not None:
        yield Spot(cell, rest, cell)
    if side != "below":
        cells = layout.rows[cell.row].cells
        place = cells.index(cell)
        yield from (Spot(one, 0, cell) for one in cells[place + 1 : place + 1 + _RIGHT_CELLS])
    if side == "below":
        height = max(cell.bottom - cell.top, 1.0)
        under = layout.below(cell, within=_BELOW_HEIGHTS * height)
        yield from (Spot(one, 0, cell) for one in under)
