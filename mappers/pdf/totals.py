"""The sums of an invoice, solved together.

What adds up is taken, what does not is told as doubtful.

Labels offer candidates for subtotal, charges, allowances, tax and total. Of all the ways to pick
them, the one that satisfies subtotal + charges - allowances + tax = total, whose subtotal is what
the lines come to, and whose labels are the clearest, wins. Numbers are taken as printed; none is
made up to fit.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations, product
from typing import NamedTuple

from mappers.pdf.anchors import Label
from mappers.pdf.figures import Figures
from mappers.pdf.layout import Cell, Row
from mappers.pdf.numbers import Number
from mappers.pdf.repair import is_misread
from mappers.pdf.vocabulary import Match

KINDS = ("subtotal", "tax", "total", "due", "paid", "charge", "allowance", "rounding")
_CENT = Decimal("0.011")
_TOTALS_MAX, _TAXES_MAX, _CHANGES_MAX, _NETS_MAX = 8, 6, 6, 5
_FAR_EM = 60.0
UNNAMED = 0.4
_ACROSS = 3
_ABOVE = 2


class Sum(NamedTuple):
    """An amount that a label of a sum points at; `rate` is a percentage printed with it."""

    kind: str
    label: Label
    number: Number
    row: int
    weight: float
    rate: Decimal | None = None

    @property
    def value(self) -> Decimal:
        """The amount as printed."""
        return self.number.value


class Solved(NamedTuple):
    """The sums that were picked.

    `closes` tells that they add up, `by_lines` that the lines come to them.
    """

    net: Sum | None
    taxes: tuple[Sum, ...]
    changes: tuple[Sum, ...]
    total: Sum | None
    due: Sum | None
    paid: Sum | None
    closes: bool
    by_lines: bool
    rivals: int


class _Pick(NamedTuple):
    total: Sum
    net: Sum | None
    taxes: tuple[Sum, ...]
    changes: tuple[Sum, ...]
    closes: bool
    by_lines: bool
    score: float


def sums(figures: Figures, skipped: frozenset[int]) -> list[Sum]:
    """Return the amounts that labels of sums point at, outside the rows of the line table.

    After them those among the sums that no label points at.
    """
    named = [
        found
        for row in figures.layout.rows
        if row.index not in skipped
        for label in _labels(figures, row)
        for found in (*_amounts(figures, row, label), *_across(figures, row, label))
    ]
    return [*named, *_unnamed(figures, skipped, named)]


def _unnamed(figures: Figures, skipped: frozenset[int], named: Sequence[Sum]) -> list[Sum]:
    """Return the amounts among the sums that no label points at, as on a scan that lost it.

    What they are, only their adding up can tell.
    """
    first = min((one.row for one in named if one.kind in ("subtotal", "tax")), default=None)
    known = {id(one.number.span.words[0]) for one in named if one.kind in ("subtotal", "total")}
    return [
        _guessed(figures, row, number)
        for row in figures.layout.rows
        if first is not None and first - _ABOVE <= row.index and row.index not in skipped
        for number in figures.of_money(row)
        if id(number.span.words[0]) not in known
    ]


def _guessed(figures: Figures, row: Row, number: Number) -> Sum:
    """Return an amount without a label.

    On a scan, beside a rate it may be a tax, below nothing an allowance.
    """
    label = unlabelled(row, number)
    if number.span.by == "text":
        return Sum("unnamed", label, number, row.index, UNNAMED)
    rate = next((one.value for one in figures.of(row) if one.percent and one.x0 < number.x0), None)
    is_rated = any(word.text.endswith("%") and word.x0 < number.x0 for word in row.words)
    kind = "tax" if is_rated else "allowance" if number.value < 0 else "unnamed"
    return Sum(kind, label, number, row.index, UNNAMED, rate)


def unlabelled(row: Row, number: Number) -> Label:
    """Return the label of an amount that has none."""
    cell = next(cell for cell in row.cells if number.span.words[0] in cell.words)
    return Label("unnamed", cell, Match("unnamed", "", 0, 0, 0), UNNAMED)


def _labels(figures: Figures, row: Row) -> Iterator[Label]:
    for cell in row.cells:
        for label in figures.sums.by_cell.get(id(cell), ()):
            if label.kind in KINDS and label.weight > 0.8:  # noqa: PLR2004
                yield label


def _amounts(figures: Figures, row: Row, label: Label) -> Iterator[Sum]:
    """Yield the amounts to the right of a label, up to the next label of another sum.

    Or those below it.
    """
    start, end = _reach(figures, row, label)
    beside = [number for number in figures.of(row) if start < number.x1 and number.x0 < end]
    rate = next((number.value for number in beside if number.percent), None)
    money = [number for number in beside if not number.percent and not number.unit]
    for place, number in enumerate(money):
        last = place == len(money) - 1
        weight = label.weight * (1.0 if last else 0.8) * (1.0 if number.is_money else 0.7)
        yield Sum(label.kind, label, number, row.index, weight, rate)
    if not money and not rate:
        yield from _beneath(figures, row, label)


def _across(figures: Figures, row: Row, label: Label) -> Iterator[Sum]:
    """Yield what a row of totals under columns states, as far as it adds up: net, tax, gross."""
    money = figures.of_money(row)[-_ACROSS:]
    if label.kind != "total" or len(money) < _ACROSS or not all(one.value for one in money):
        return
    net, tax, gross = money
    if net.x0 > label.cell.x0 and net.value + tax.value == gross.value and tax.value < net.value:
        yield Sum("subtotal", label, net, row.index, label.weight)
        yield Sum("tax", label, tax, row.index, label.weight)


def _reach(figures: Figures, row: Row, label: Label) -> tuple[float, float]:
    """Return from where to where on the row the amounts of a label stand."""
    start = label.cell.span(label.match.start, label.match.end).box[2] - 2
    later = [
        other.cell.span(other.match.start, other.match.end).box[0]
        for cell in row.cells
        for other in figures.sums.by_cell.get(id(cell), ())
        if other.kind != label.kind and other.kind in KINDS and _is_after(other, label)
    ]
    return start, min(later, default=float("inf"))


def _is_after(other: Label, label: Label) -> bool:
    if other.cell is label.cell:
        return other.match.start >= label.match.end
    return other.cell.x0 > label.cell.x0


def _beneath(figures: Figures, row: Row, label: Label) -> Iterator[Sum]:
    """Yield the number under a label, where sums are printed as a table with its head above."""
    height = max(row.bottom - row.top, 1.0)
    for cell in figures.layout.below(label.cell, within=1.8 * height):
        for number in figures.of(figures.layout.rows[cell.row]):
            if _is_under(cell, number) and not number.percent:
                yield Sum(label.kind, label, number, cell.row, 0.6 * label.weight)
        return


def _is_under(cell: Cell, number: Number) -> bool:
    return cell.x0 - 1 <= number.x0 and number.x1 <= cell.x1 + 1


def solve(found: Sequence[Sum], lines: Decimal | None) -> Solved:
    """Pick the sums that fit together best; `lines` is what the lines come to, if there are any."""
    due, paid = _strongest(found, "due"), _strongest(found, "paid")
    picks = [pick for total in _totals(found) for pick in _fits(total, found, lines)]
    if not picks:
        return Solved(None, (), (), None, due, paid, closes=False, by_lines=False, rivals=0)
    best = _mended(max(picks, key=lambda pick: pick.score), lines)
    rivals = sum(
        pick.closes
        and abs(pick.total.value) != abs(best.total.value)
        and (pick.score > best.score - 1 or _is_twin(pick, best))
        for pick in picks
    )
    return Solved(
        net=best.net,
        taxes=best.taxes,
        changes=best.changes,
        total=best.total,
        due=due,
        paid=paid,
        closes=best.closes,
        by_lines=best.by_lines,
        rivals=rivals,
    )


def _is_twin(one: _Pick, two: _Pick) -> bool:
    """Whether two readings are those of two currencies: side by side, in the same rows."""
    if one.net is None or two.net is None:
        return False
    return (one.total.row, one.net.row) == (two.total.row, two.net.row) and (
        one.total.number.x0 != two.total.number.x0 and one.net.number.x0 != two.net.number.x0
    )


def is_guess(found: Iterable[Sum]) -> bool:
    """Whether one of the sums has no label, or was mended."""
    return any(one.weight <= UNNAMED for one in found)


def _mended(pick: _Pick, lines: Decimal | None) -> _Pick:
    """Return `pick` with the one figure that a scan has a digit wrong of, if that makes it close.

    Only where the lines come to the subtotal, and only one figure can be the one.
    """
    if pick.closes or pick.net is None or lines is None or abs(pick.net.value) != abs(lines):
        return pick
    change = sum((_signed(one) for one in pick.changes), Decimal(0))
    tax = sum((abs(one.value) for one in pick.taxes), Decimal(0))
    goal, base = abs(pick.total.value), abs(lines) + change
    mended = []
    if is_misread(pick.total.number, base + tax):
        mended.append(pick._replace(total=_read_as(pick.total, base + tax), closes=True))
    if len(pick.taxes) == 1 and is_misread(pick.taxes[0].number, goal - base):
        taxes = (_read_as(pick.taxes[0], goal - base),)
        mended.append(pick._replace(taxes=taxes, closes=True))
    return mended[0] if len(mended) == 1 else pick


def _read_as(one: Sum, value: Decimal) -> Sum:
    return one._replace(number=one.number._replace(value=value), weight=UNNAMED)


def _strongest(found: Sequence[Sum], kind: str) -> Sum | None:
    """Return the clearest amount of `kind`; a bare whole number may be a year or days."""
    named = (one for one in found if one.kind == kind and one.number.is_money)
    return max(named, key=lambda one: one.weight, default=None)


def _totals(found: Sequence[Sum]) -> list[Sum]:
    """Return the candidates for the total, one for each amount, the likeliest first."""
    offered = [one for one in found if one.kind in ("total", "due", "unnamed")]
    by_value: dict[Decimal, Sum] = {}
    for one in sorted(offered, key=_clarity, reverse=True):
        by_value.setdefault(abs(one.value), one)
    told = [one for one in by_value.values() if one.kind != "unnamed"][:_TOTALS_MAX]
    untold = [one for one in by_value.values() if one.kind == "unnamed"][-_TOTALS_MAX:]
    return [*told, *untold]


def _clarity(one: Sum) -> float:
    """Return how clearly a label says total.

    A longer one more than a short one, a total more than a due.
    """
    return one.weight + 0.15 * (one.label.match.size > 1) + 0.2 * (one.kind == "total")


def _fits(total: Sum, found: Sequence[Sum], lines: Decimal | None) -> Iterator[_Pick]:
    """Yield the ways to make up `total`, the one that does not add up among them."""
    nets = [one for one in found if one.kind == "subtotal"][-_NETS_MAX:]
    nets += [
        one for one in found if one.kind == "unnamed" and lines and abs(one.value) == abs(lines)
    ][:1]
    taxes = _tax_choices([one for one in found if one.kind == "tax"])
    changes = [
        one for one in found if one.kind in ("charge", "allowance", "rounding") and one.value
    ]
    changes = _distinct(changes)[-_CHANGES_MAX:]
    for net, tax, used in product((*nets, None), taxes, tuple(_subsets(changes))):
        base = abs(net.value) if net else abs(lines) if lines is not None else None
        pick = _pick(total, net, base, tax, used, changes, lines)
        if not is_guess((total, *tax, *used)) or (pick.closes and (tax or used)):
            yield pick


def _pick(  # noqa: PLR0913, PLR0917 - everything that speaks for one reading of the sums
    total: Sum,
    net: Sum | None,
    base: Decimal | None,
    taxes: tuple[Sum, ...],
    used: tuple[Sum, ...],
    changes: Sequence[Sum],
    lines: Decimal | None,
) -> _Pick:
    goal = abs(total.value)
    closes = base is not None and _adds_up(base, taxes, used, goal)
    start = abs(net.value) if net else goal
    by_lines = lines is not None and _is_near(abs(lines), start, goal, base, taxes, used)
    score = (
        _clarity(total) + (net.weight if net else 0.0) + 0.5 * sum(one.weight for one in taxes[:1])
    )
    if not goal:
        score -= 1.0  # nothing comes to nothing in any reading
    elif closes:
        score += 3.0 - 0.3 * (len(changes) - len(used))
    if by_lines:
        score += 2.0
    return _Pick(total, net, taxes, used, closes, by_lines, score)


def _adds_up(base: Decimal, taxes: Sequence[Sum], used: Sequence[Sum], goal: Decimal) -> bool:
    tax = sum((abs(one.value) for one in taxes), Decimal(0))
    change = sum((_signed(one) for one in used), Decimal(0))
    return abs(base + tax + change - goal) <= _CENT


def _signed(one: Sum) -> Decimal:
    """Return by how much a charge raises, or an allowance lowers, what is to be paid."""
    if one.kind == "rounding":
        return one.value
    return abs(one.value) if one.kind == "charge" else -abs(one.value)


def _is_near(  # noqa: PLR0913, PLR0917 - the same sums
    lines: Decimal,
    start: Decimal,
    goal: Decimal,
    base: Decimal | None,
    taxes: Sequence[Sum],
    used: Sequence[Sum],
) -> bool:
    """Whether the lines come to the subtotal (with or without the charges), or to the total."""
    if abs(lines - start) <= _CENT or abs(lines - goal) <= _CENT:
        return True
    return base is not None and _adds_up(lines, taxes, used, goal)


def _tax_choices(taxes: Sequence[Sum]) -> list[tuple[Sum, ...]]:
    """Return none, each of the taxes alone, and two or three with different rows together."""
    distinct = _distinct(taxes)[-_TAXES_MAX:]
    choices: list[tuple[Sum, ...]] = [()]
    choices += [(one,) for one in distinct]
    for size in (2, 3, 4):
        choices += [
            several
            for several in combinations(distinct, size)
            if len({one.row for one in several}) == size
        ]
    return choices


def _distinct(found: Sequence[Sum]) -> list[Sum]:
    """Return sums without those that repeat a row's amount under another label."""
    seen: set[tuple[int, float]] = set()
    kept: list[Sum] = []
    for one in sorted(found, key=lambda one: -one.weight):
        key = (one.row, one.number.x0)
        if key not in seen:
            seen.add(key)
            kept.append(one)
    return sorted(kept, key=lambda one: one.row)


def _subsets(changes: Sequence[Sum]) -> Iterator[tuple[Sum, ...]]:
    for size in range(len(changes), -1, -1):
        yield from combinations(changes, size)
