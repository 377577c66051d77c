"""Learning what the columns of a line table hold from lines that a person has confirmed.

The figures of a line are found on its row; what stands above them in the heading is what this
supplier calls them. Where a column ends is not learned: the gaps between the rows tell it anew.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from mappers.canonical import InvoiceLine
from mappers.pdf.figures import Figures
from mappers.pdf.landmarks import wording
from mappers.pdf.layout import Layout, Row
from mappers.pdf.learned import Heading, Holds
from mappers.pdf.lines import Table, read_table
from mappers.pdf.vocabulary import fold
from parsers.form import Box

_FIGURES: tuple[Holds, ...] = ("amount", "unit_price", "quantity")
_WORDS: tuple[Holds, ...] = ("description", "supplier_part", "buyer_part")
_ROWS_ABOVE = 4
_NAMED_MIN = 2
_BESIDE = 12.0
_EDGE = 6.0
_FIGURES_MIN = 2


class _Billed(NamedTuple):
    line: InvoiceLine
    row: Row


def headings_of(
    layout: Layout, figures: Figures, lines: Sequence[InvoiceLine]
) -> tuple[Heading, ...]:
    """Return what the heading calls the columns of `lines`, nothing where that reads no better."""
    billed = list(_billed(layout, figures, lines))
    if not billed:
        return ()
    boxes = {holds: box for holds, box in _columns(figures, billed) if box is not None}
    found = _named(layout, billed[0].row, boxes)
    taught = {one.words: one.holds for one in found}
    before, after = (read_table(layout, figures, words) for words in ({}, taught))
    return found if _rightness(after, lines) >= _rightness(before, lines) else ()


def _rightness(table: Table, lines: Sequence[InvoiceLine]) -> int:
    amounts = Counter(line.amount for line in lines if line.amount is not None)
    read = Counter(line.amount.value for line in table.lines if line.amount)
    return (amounts & read).total() + table.proven - (read - amounts).total()


def _billed(layout: Layout, figures: Figures, lines: Sequence[InvoiceLine]) -> Iterator[_Billed]:
    """Yield the lines with the rows that state their figures, each row for one line."""
    taken: set[int] = set()
    for line in lines:
        wanted = {abs(one) for one in (line.quantity, line.unit_price, line.amount) if one}
        for row in layout.rows:
            values = {abs(number.value) for number in figures.of(row)}
            if row.index not in taken and len(wanted & values) >= min(_FIGURES_MIN, len(wanted)):
                taken.add(row.index)
                yield _Billed(line, row)
                break


def _columns(figures: Figures, billed: Sequence[_Billed]) -> Iterator[tuple[Holds, Box | None]]:
    """Yield each kind of column with the box of its first value, figures from the right."""
    taken: set[int] = set()
    for holds in _FIGURES:
        box = _commonest(figures, billed, holds, taken)
        yield holds, box
        if box is not None:
            taken.add(_edge(box))
    for holds in _WORDS:
        yield holds, next(_texts(billed, holds), None)


def _commonest(
    figures: Figures, billed: Sequence[_Billed], holds: str, taken: set[int]
) -> Box | None:
    """Return a box of the column where most lines have their value, the rightmost of equals."""
    found: dict[int, list[Box]] = {}
    for line, row in billed:
        value: Decimal | None = getattr(line, holds)
        for number in figures.of(row):
            edge = _edge(number.span.box)
            if value and abs(number.value) == abs(value) and edge not in taken:
                found.setdefault(edge, []).append(number.span.box)
    best = max(found, key=lambda edge: (len(found[edge]), edge), default=None)
    return found[best][0] if best is not None else None


def _edge(box: Box) -> int:
    return round(box[2] / _EDGE)


def _texts(billed: Sequence[_Billed], holds: str) -> Iterator[Box]:
    for line, row in billed:
        text = getattr(line.item, holds) if line.item else None
        first = fold(text).split(" ")[0] if text else ""
        for word in row.words:
            if first and fold(word.text) == first:
                yield word.x0, word.top, word.x1, word.bottom


def _named(layout: Layout, row: Row, boxes: dict[Holds, Box]) -> tuple[Heading, ...]:
    """Return the words above the columns, of the nearest row that names two of them or more."""
    for above in reversed(layout.rows[max(row.index - _ROWS_ABOVE, 0) : row.index]):
        found = [
            Heading(words=words, holds=holds)
            for holds, box in boxes.items()
            for words in [_over(above, box)]
            if words
        ]
        shared = Counter(one.words for one in found)
        own = tuple(one for one in found if shared[one.words] == 1)
        if len(own) >= _NAMED_MIN:
            return own
    return ()


def _over(row: Row, box: Box) -> str:
    """Return the words of the heading that stands over a box, or a little beside it."""
    apart = {max(cell.x0 - box[2], box[0] - cell.x1, 0.0): wording(cell.text) for cell in row.cells}
    nearest = min(apart, default=_BESIDE)
    return apart[nearest] if nearest < _BESIDE else ""
