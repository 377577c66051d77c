"""Lines without a heading.

Rows whose own figures multiply out, and rows that stand in line with them.

"12 @ $48.50 $582.00" needs no heading. The amounts of such rows stand one under the other; other
rows with an amount in that place, between them or right beside them, are lines too. The description
is what else the row says, or the row above it.
"""

from collections.abc import Sequence
from itertools import permutations

from mappers.pdf.arithmetic import Product, product
from mappers.pdf.figures import Figures
from mappers.pdf.layout import Layout, Row, Span
from mappers.pdf.lines import Line, Table
from mappers.pdf.numbers import Number
from parsers.form import Word

_ALIGNED = 4.0
_ROW_GAP = 2.2
_NUMBERS_MAX = 8
_AMOUNT_RIGHT = 0.25
_BLANK = {"@", "x", "×", "=", "à", "a", "*"}  # noqa: RUF001


class _Anchor:
    """A row with an amount, and its quantity and price where these multiply out."""

    def __init__(
        self, row: Row, amount: Number, figures: tuple[Number, Number, Product] | None = None
    ) -> None:
        self.row = row
        self.amount = amount
        self.figures = figures


def read_rows(layout: Layout, figures: Figures) -> Table:
    """Return the lines that show by their own arithmetic.

    With those that stand in line with them.
    """
    proven = [anchor for row in layout.rows if (anchor := _proven(layout, figures, row))]
    group = _largest(proven)
    if not group:
        return Table((), frozenset())
    anchors = _between(layout, figures, group)
    lines = [_line(layout, figures, anchor) for anchor in anchors]
    return Table(tuple(lines), frozenset(row for line in lines for row in line.rows))


def _proven(layout: Layout, figures: Figures, row: Row) -> _Anchor | None:
    """Return `row` as a line if two of its figures multiply to a third on their right."""
    found = [number for number in figures.of(row) if not number.percent][:_NUMBERS_MAX]
    middle = _AMOUNT_RIGHT * layout.pages[row.page].width
    for amount in reversed(found):
        if not amount.is_money or amount.x1 < middle or figures.is_sum(row):
            continue
        others = [number for number in found if number.x1 <= amount.x0]
        for quantity, price in permutations(others, 2):
            how = product(quantity.value, price.value, amount.value)
            if how and price.is_money and quantity.value and not quantity.currency:
                return _Anchor(row, amount, (quantity, price, how))
    return None


def _largest(anchors: Sequence[_Anchor]) -> list[_Anchor]:
    """Return the most anchors whose amounts end at one place.

    A single one only if it is not trivial.
    """
    groups = [
        [one for one in anchors if abs(one.amount.x1 - anchor.amount.x1) < _ALIGNED]
        for anchor in anchors
    ]
    best = max(groups, key=len, default=[])
    if len(best) == 1 and best[0].figures and abs(best[0].figures[0].value) == 1:
        return []
    return best


def _between(layout: Layout, figures: Figures, group: Sequence[_Anchor]) -> list[_Anchor]:
    """Return the anchors of `group` with the rows around them whose amount is in their column."""
    known = {anchor.row.index: anchor for anchor in group}
    first, last = min(known), max(known)
    edge = group[0].amount.x1
    anchors: list[_Anchor] = []
    for row in layout.rows[max(first - 1, 0) : last + 2]:
        beside = _in_column(figures, row, edge)
        if row.index in known:
            anchors.append(known[row.index])
        elif beside and not figures.is_sum(row) and _has_words(figures, row):
            anchors.append(_Anchor(row, beside))
    return anchors


def _in_column(figures: Figures, row: Row, edge: float) -> Number | None:
    aligned = [n for n in figures.of(row) if n.is_money and abs(n.x1 - edge) < _ALIGNED]
    return aligned[-1] if aligned else None


def _has_words(figures: Figures, row: Row) -> bool:
    return bool(_words(figures, row))


def _words(figures: Figures, row: Row) -> list[Word]:
    """Return the words of `row` that are no figures, nor the signs between figures."""
    used = {id(word) for number in figures.of(row) for word in number.span.words if number.is_money}
    return [
        word
        for word in row.words
        if id(word) not in used and word.text not in _BLANK and any(map(str.isalnum, word.text))
    ]


def _line(layout: Layout, figures: Figures, anchor: _Anchor) -> Line:
    quantity, price, how = anchor.figures or (None, None, None)
    used = set(quantity.span.words) if quantity else set()
    words = [word for word in _words(figures, anchor.row) if word not in used]
    rows, unit = [anchor.row.index], None
    if quantity and words and _is_unit(words[0], quantity):
        unit, words = words[0], words[1:]
    above = layout.rows[anchor.row.index - 1] if anchor.row.index else None
    if (
        not _is_wordy(words)
        and above
        and _is_near(above, anchor.row)
        and not figures.of_money(above)
    ):
        words, rows = list(above.words), [above.index, anchor.row.index]
    position = (
        words[0] if words and words[0].text.rstrip(".)").isdigit() and len(words) > 1 else None
    )
    if position:
        words = words[1:]
    return Line(
        rows=tuple(rows),
        position=Span(position.text.rstrip(".)"), [position]) if position else None,
        description=(Span(" ".join(word.text for word in words), words),) if words else (),
        quantity=quantity,
        uom=Span(unit.text, [unit]) if unit else _glued(quantity),
        price=price,
        amount=anchor.amount,
        product=how,
    )


def _is_unit(word: Word, quantity: Number) -> bool:
    """Whether `word` stands right behind the quantity and is short, as units are."""
    last = quantity.span.words[-1]
    return word.x0 >= last.x1 and word.x0 - last.x1 < last.size and len(word.text) <= 6  # noqa: PLR2004


def _glued(quantity: Number | None) -> Span | None:
    return Span(quantity.unit, quantity.span.words) if quantity and quantity.unit else None


def _is_wordy(words: Sequence[Word]) -> bool:
    """Whether words say what was bought, rather than "Qty:" alone."""
    return sum(map(str.isalpha, "".join(word.text for word in words))) > 4  # noqa: PLR2004


def _is_near(above: Row, below: Row) -> bool:
    height = max(below.bottom - below.top, 1.0)
    return above.page == below.page and below.top - above.bottom < _ROW_GAP * height
