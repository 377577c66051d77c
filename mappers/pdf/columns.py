"""The columns of a line table: its header words, and the white gaps that the rows beneath share.

A header may run over several rows and over several words a column. Where one column ends and the
next begins is not read off the header but off the body: at the place between two headings that the
fewest words cross.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from mappers.pdf.landmarks import wording
from mappers.pdf.layout import Cell, Layout, Row
from mappers.pdf.numbers import currency_of
from mappers.pdf.vocabulary import find
from parsers.form import Box, Word

_HEADER_ROWS = 3
_ROW_GAP = 1.6
_COVERED = 0.5
_APART_EM = 0.45
_COLUMNS_MIN = 2
_MONEY = {"unit_price", "amount", "gross"}
_MONEY_KINDS = {"unit_price", "amount", "gross", "tax_amount"}
_THINGS = {"description", "quantity", "supplier_part", "position", "buyer_part"}
_WORTH = {"description": 2.0, "quantity": 2.0, "unit_price": 2.0, "amount": 2.0}
_WORDS_MAX = 7
_BESIDE = 0.6
_PHRASE = 3


class Column(NamedTuple):
    """A column of a table from `left` to `right`.

    `kinds` is what its heading may mean, the likeliest first.
    """

    kinds: tuple[str, ...]
    heading: str
    left: float
    right: float


class Header(NamedTuple):
    """A heading of a line table.

    Its columns as far as the heading goes, and the rows it takes, `last` included.
    """

    columns: tuple[Column, ...]
    first: int
    last: int
    score: float


def headers(layout: Layout, taught: Mapping[str, str]) -> list[Header]:
    """Return the headings of line tables in `layout`.

    From top to bottom, none overlapping another. `taught` says what this supplier's words mean.
    """
    found = [header for row in layout.rows for header in _at(layout, row, taught)]
    chosen: list[Header] = []
    for header in sorted(found, key=lambda one: (-one.score, one.last - one.first)):
        if not any(one.first <= header.last and header.first <= one.last for one in chosen):
            chosen.append(header)
    return sorted(chosen, key=lambda one: one.first)


def _at(layout: Layout, row: Row, taught: Mapping[str, str]) -> Iterator[Header]:
    """Yield the headings that begin at `row`, over one to three rows."""
    rows: list[Row] = []
    for following in layout.rows[row.index : row.index + _HEADER_ROWS]:
        if rows and (following.page != row.page or _is_apart(rows[-1], following)):
            return
        if any(
            word.text[-1:].isdigit() and any(c in word.text for c in ".,")
            for word in following.words
        ):
            return
        rows.append(following)
        known = _columns(rows, loose=layout.is_scan)
        columns = tuple(_as_taught(column, taught) for column in known)
        score = _score(columns)
        if score:
            yield Header(columns, row.index, following.index, score - 0.4 * (len(rows) - 1))


def _as_taught(column: Column, taught: Mapping[str, str]) -> Column:
    holds = taught.get(wording(column.heading)) if taught else None
    return column._replace(kinds=(holds,)) if holds else column


def _is_apart(above: Row, below: Row) -> bool:
    return below.top - above.bottom > _ROW_GAP * (below.bottom - below.top)


def _score(columns: Sequence[Column]) -> float:
    """Return how much a row looks like the heading of a line table, 0 where it does not."""
    named = [column for column in columns if column.kinds]
    kinds = {kind for column in named for kind in column.kinds}
    if len(named) < _COLUMNS_MIN or not kinds & _MONEY or not kinds & _THINGS:
        return 0.0
    strange = len(columns) - len(named)
    if strange > len(named):
        return 0.0
    firsts = {column.kinds[0] for column in named}
    return sum(_WORTH.get(kind, 1.0) for kind in firsts) - 0.8 * strange


def _columns(rows: Sequence[Row], *, loose: bool) -> Iterator[Column]:
    """Yield the columns of a heading.

    Words above one another belong together, and so do words of one label.
    """
    for stack in _stacks([cell for row in rows for cell in row.cells]):
        if len(stack) == 1:
            yield from _labels(stack[0], loose=loose)
        else:
            text = " ".join(cell.text for cell in stack)
            left, right = min(cell.x0 for cell in stack), max(cell.x1 for cell in stack)
            yield Column(_kinds(text, loose=loose), text, left, right)


def _stacks(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Return cells that overlap in width, top down, from left to right."""
    stacks: list[list[Cell]] = []
    for cell in sorted(cells, key=lambda cell: cell.x0):
        if stacks and cell.x0 < max(one.x1 for one in stacks[-1]) - 1:
            stacks[-1].append(cell)
        else:
            stacks.append([cell])
    return [sorted(stack, key=lambda cell: (cell.row, cell.x0)) for stack in stacks]


def _kinds(text: str, *, loose: bool) -> tuple[str, ...]:
    """Return what a heading may mean, where a label makes up most of it."""
    matches = find(text, "columns", loose=loose)
    letters = sum(letter.isalnum() or letter in "#%" for letter in text)
    if not matches or len(text.split()) > _WORDS_MAX:
        return ()
    longest = max(match.end - match.start for match in matches)
    if longest < _COVERED * letters and sum(match.end - match.start for match in matches) < letters:
        return ()
    best = [match for match in matches if match.end - match.start == longest]
    rest = [match for match in matches if match.end - match.start < longest]
    kinds = tuple(dict.fromkeys(match.kind for match in (*best, *rest)))
    return _monetary(kinds) if any(currency_of(word) for word in text.split()) else kinds


def _monetary(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a heading with a currency in it may mean: money, whatever else its words say."""
    money = tuple(kind for kind in kinds if kind in _MONEY_KINDS)
    return money or ("amount", *kinds)


def _labels(cell: Cell, *, loose: bool) -> Iterator[Column]:
    """Yield the columns that one cell of a heading names.

    Several where labels stand apart a little.
    """
    groups: list[list[Word]] = [[cell.words[0]]]
    for word in cell.words[1:]:
        last = groups[-1][-1]
        if word.x0 - last.x1 > _APART_EM * cell.size and _kinds(word.text, loose=loose):
            groups.append([word])
        else:
            groups[-1].append(word)
    named = [_kinds(_text(group), loose=loose) for group in groups]
    if not all(named):
        groups, named = [list(cell.words)], [_kinds(cell.text, loose=loose)]
    for group, kinds in zip(groups, named, strict=True):
        yield Column(kinds, _text(group), group[0].x0, group[-1].x1)


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def spread(columns: Sequence[Column], rows: Sequence[Row]) -> tuple[Column, ...]:
    """Return `columns` widened to where the `rows` beneath leave the clearest gaps between them."""
    ordered = sorted(columns, key=lambda column: column.left)
    words = [word for row in rows for word in row.words]
    cells = [cell for row in rows for cell in row.cells]
    edges = [float("-inf")]
    for left, right in pairwise(ordered):
        edges.append(max(edges[-1], _gap(left, right, words, cells)))
    edges.append(float("inf"))
    return tuple(
        column._replace(left=edges[index], right=edges[index + 1])
        for index, column in enumerate(ordered)
    )


def _gap(left: Column, right: Column, words: Sequence[Word], cells: Sequence[Cell]) -> float:
    """Return where between two headings the fewest words and cells cross.

    Nearest to the gap between them.
    """
    low, high = (left.left + min(left.right, right.left)) / 2, (right.left + right.right) / 2
    near = [word for word in words if word.x1 > low and word.x0 < high]
    close = [c for c in cells if c.x1 > low and c.x0 < high and len(c.words) >= _PHRASE]
    places = {(left.right + right.left) / 2}
    places |= {word.x0 - _BESIDE for word in near} | {word.x1 + _BESIDE for word in near}

    def badness(place: float) -> tuple[int, int, float]:
        crossed = sum(word.x0 < place < word.x1 for word in near)
        torn = sum(cell.x0 < place < cell.x1 for cell in close)
        outside = max(left.right - place, place - right.left, 0.0)
        return crossed, torn, outside

    within = (place for place in places if low <= place <= high)
    return min(within, key=badness, default=(low + high) / 2)


def shifted(
    columns: Sequence[Column], kinds: set[str], rows: Sequence[Sequence[Box]]
) -> tuple[Column, ...]:
    """Return `columns` with those of `kinds` moved onto the figures beneath them.

    These stand beside them.

    `rows` are the boxes of the figures of each row. Only where most rows have a figure for each
    such column, in order, is it clear which belongs to which.
    """
    numeric = sorted((c for c in columns if kinds & set(c.kinds[:1])), key=lambda c: c.left)
    if len(numeric) < _COLUMNS_MIN:
        return tuple(columns)
    start = numeric[0].left - _BESIDE
    right = [sorted(box for box in boxes if box[2] > start) for boxes in rows]
    full = [boxes for boxes in right if len(boxes) == len(numeric)]
    if len(full) <= len(rows) / 2:
        return tuple(columns)
    spans = [(min(b[0] for b in each), max(b[2] for b in each)) for each in zip(*full, strict=True)]
    if any(one[1] > two[0] for one, two in pairwise(spans)):
        return tuple(columns)
    moved = {
        column: column._replace(left=left, right=right)
        for column, (left, right) in zip(numeric, spans, strict=True)
    }
    return tuple(moved.get(column, column) for column in columns)
