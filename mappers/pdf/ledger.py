"""The sums of a scan whose labels are not all legible, settled by the column that they stand in.

From the subtotal down to the total every amount of the column counts once. A stamp across the
labels or a dropped minus leaves open what some of them are: that they add up, and in no other way,
tells. What was settled so has weak labels and is shown to a person.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import product
from typing import NamedTuple

from rapidfuzz.fuzz import ratio

from mappers.pdf.figures import Figures
from mappers.pdf.layout import Row
from mappers.pdf.numbers import Number
from mappers.pdf.totals import UNNAMED, Solved, Sum, unlabelled
from mappers.pdf.vocabulary import lexicon, tokens

_CENT = Decimal("0.011")
_APART = 4.0
_ALIGNED = 14.0
_MIDDLE_MAX, _OPEN_MAX = 6, 3
_SIGNS = {"charge": 1, "tax": 1, "allowance": -1}
_BEGINNINGS = {"subtotal", "unnamed", "paid"}  # PAID is what the stamp says
_ENDS = {"total", "due", "unnamed"}
_ALIKE = 74.0


class _Entry(NamedTuple):
    """An amount of the column, its row, and what a label says of it, "unnamed" where none does."""

    row: Row
    number: Number
    kind: str

    @property
    def signs(self) -> tuple[int, ...]:
        """The ways in which the amount may count: 1 where it is added, -1 where taken off."""
        if self.kind in _SIGNS:
            return (_SIGNS[self.kind],)
        if self.kind != "unnamed":
            return ()
        return (-1,) if self.number.value < 0 else (1, -1)


class _Reading(NamedTuple):
    """One way to read a stretch of the column: what counts how between subtotal and total."""

    net: _Entry
    middle: tuple[tuple[_Entry, int], ...]
    total: _Entry


def by_column(
    figures: Figures, skipped: frozenset[int], found: Sequence[Sum], lines: Decimal | None
) -> Solved | None:
    """Return the sums of a scan's column where they add up in one way only, or None."""
    readings = [
        reading
        for column in _columns(figures, skipped, found)
        for reading in _readings(column, lines)
    ]
    proven = [one for one in readings if _comes_to(one, lines)] or readings
    most = max((len(one.middle) for one in proven), default=0)
    longest = [one for one in proven if len(one.middle) == most]
    return _solved(figures, longest[0], lines) if len(longest) == 1 else None


def _columns(
    figures: Figures, skipped: frozenset[int], found: Sequence[Sum]
) -> Iterator[list[_Entry]]:
    """Yield the columns of amounts that stand right-aligned under one another."""
    named: dict[int, Sum] = {}
    for one in sorted(found, key=lambda one: one.weight):
        named[id(one.number.span.words[0])] = one
    column: list[_Entry] = []
    for row in figures.layout.rows:
        money = [] if row.index in skipped else figures.of_money(row)
        if not money:
            continue
        label = named.get(id(money[-1].span.words[0]))
        kind = label.kind if label and label.weight > UNNAMED else "unnamed"
        entry = _Entry(row, money[-1], kind)
        if column and not _continues(column[-1], entry):
            yield column
            column = []
        column.append(entry)
    yield column


def _continues(above: _Entry, below: _Entry) -> bool:
    height = above.row.bottom - above.row.top
    return (
        above.row.page == below.row.page
        and below.row.top - above.row.bottom < _APART * height
        and abs(above.number.x1 - below.number.x1) < _ALIGNED
    )


def _readings(column: Sequence[_Entry], lines: Decimal | None) -> Iterator[_Reading]:
    """Yield the ways in which stretches of a column add up."""
    for first, net in enumerate(column):
        for last in range(first + 2, min(first + 2 + _MIDDLE_MAX, len(column))):
            total, middle = column[last], column[first + 1 : last]
            if total.kind in _ENDS and _is_founded(net, total, lines):
                yield from _signed(net, middle, total)


def _is_founded(net: _Entry, total: _Entry, lines: Decimal | None) -> bool:
    """Whether something besides the adding up says where the column begins or ends."""
    if net.kind not in _BEGINNINGS:
        return False
    is_billed = lines is not None and abs(net.number.value) == abs(lines)
    return is_billed or net.kind == "subtotal" or total.kind != "unnamed"


def _signed(net: _Entry, middle: Sequence[_Entry], total: _Entry) -> Iterator[_Reading]:
    choices = [one.signs for one in middle]
    if sum(len(signs) > 1 for signs in choices) > _OPEN_MAX:
        return
    for signs in product(*choices):
        parts = tuple(zip(middle, signs, strict=True))
        change = sum((sign * abs(one.number.value) for one, sign in parts), Decimal(0))
        if abs(abs(net.number.value) + change - abs(total.number.value)) <= _CENT:
            yield _Reading(net, parts, total)


def _comes_to(reading: _Reading, lines: Decimal | None) -> bool:
    return lines is not None and abs(reading.net.number.value) == abs(lines)


def _solved(figures: Figures, reading: _Reading, lines: Decimal | None) -> Solved:
    sums = [_sum(figures, entry, sign) for entry, sign in _told(reading)]
    return Solved(
        net=_sum(figures, reading.net, 1)._replace(kind="subtotal"),
        taxes=tuple(one for one in sums if one.kind == "tax"),
        changes=tuple(one for one in sums if one.kind != "tax"),
        total=_sum(figures, reading.total, 1)._replace(kind="total"),
        due=None,
        paid=None,
        closes=True,
        by_lines=_comes_to(reading, lines),
        rivals=0,
    )


def _told(reading: _Reading) -> Iterator[tuple[_Entry, int]]:
    """Yield the amounts between with what they are: beneath a tax there are only taxes."""
    is_tax = False
    for entry, sign in reading.middle:
        is_tax = sign > 0 and entry.kind != "charge" and (is_tax or _says_tax(entry))
        kind = "tax" if is_tax else "charge" if sign > 0 else "allowance"
        yield entry._replace(kind=kind), sign


def _says_tax(entry: _Entry) -> bool:
    """Whether an amount's row names a tax, as far as it can be read, or a rate."""
    words = [token.text for token in tokens(entry.row.text)]
    return entry.kind == "tax" or "%" in words or any(map(_is_like_tax, words))


def _is_like_tax(word: str) -> bool:
    return any(len(known) > 2 and ratio(word, known) >= _ALIKE for known in _tax_words())  # noqa: PLR2004


@cache
def _tax_words() -> frozenset[str]:
    """Return the words that labels of taxes begin with."""
    known = lexicon("totals").by_first.values()
    return frozenset(label[0] for labels in known for label, kind, _ in labels if kind == "tax")


def _sum(figures: Figures, entry: _Entry, sign: int) -> Sum:
    rate = next((one.value for one in figures.of(entry.row) if one.percent), None)
    label = unlabelled(entry.row, entry.number)
    number = entry.number._replace(value=sign * abs(entry.number.value))
    return Sum(entry.kind, label, number, entry.row.index, UNNAMED, rate)
