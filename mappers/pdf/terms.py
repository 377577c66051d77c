"""Payment terms from a sentence.

The discount, the days it is open for, and the days until the net amount is due.

"2% 10, Net 30", "2/15 N60", "Zahlbar innerhalb 10 Tagen mit 2 % Skonto, 30 Tage netto": the
languages differ in their words, not in what they say. Numbers are told apart by what stands next to
them, the words are data.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from mappers.pdf.layout import Cell, Layout, Span
from mappers.pdf.vocabulary import fold, phrases

_SHORTHAND = re.compile(
    r"\b(\d(?:[.,]\d+)?)\s*%?\s*/\s*(\d{1,3})\s*,?\s*(?:net|n)\s*/?\s*(\d{1,3})\b"
)
_PERCENT = re.compile(r"(\d{1,2}(?:[.,]\d{1,3})?)\s?%")
_DIGIT = re.compile(r"\d")
_DAYS_MAX = 180
_PERCENT_MAX = Decimal(15)
_REACH = 34


class Terms(NamedTuple):
    """Terms of payment and the text that states them."""

    percent: Decimal | None
    percent_days: int | None
    net_days: int | None
    span: Span

    @property
    def says(self) -> int:
        """How many of the three are stated."""
        return sum(part is not None for part in self[:3])


def terms(layout: Layout) -> Terms | None:
    """Return the terms that the document states most fully, None where it states none."""
    found = [one for cell in _passages(layout) for one in [_stated(cell)] if one and one.says]
    return max(found, key=lambda one: one.says, default=None)


def _passages(layout: Layout) -> Iterator[Cell]:
    """Yield the cells, and two rows of a sentence together."""
    for row in layout.rows:
        for cell in row.cells:
            yield cell
            following = next(layout.below(cell, within=cell.bottom - cell.top), None)
            if following and abs(following.x0 - cell.x0) < cell.size and len(cell.words) > 3:  # noqa: PLR2004
                yield Cell((*cell.words, *following.words), row.index)


def _stated(cell: Cell) -> Terms | None:
    if not _DIGIT.search(cell.text):
        return None
    text = fold(cell.text)
    short = _SHORTHAND.search(text)
    if short:
        percent, days, net = short.groups()
        return Terms(_decimal(percent), int(days), int(net), cell.whole)
    return _spelled(text, cell)


def _spelled(text: str, cell: Cell) -> Terms | None:
    """Read terms in words.

    Days belong to the percentage next to them, other days are the net days.
    """
    days = list(_days(text))
    percents = [(m.start(), m.end(), _decimal(m[1])) for m in _PERCENT.finditer(text)]
    percents = [one for one in percents if _is_discount(text, one) and one[2] <= _PERCENT_MAX]
    if not percents:
        net = next((day.number for day in days if _is_net(text, day.start)), None)
        return Terms(None, None, net, cell.whole) if net is not None else None
    start, end, percent = percents[0]
    inner = min(days, key=lambda day: max(start - day.end, day.start - end), default=None)
    if inner is None or max(start - inner.end, inner.start - end) > _REACH:
        return None
    rest = [day.number for day in days if day != inner and day.number > inner.number]
    return Terms(percent, inner.number, max(rest, default=None), cell.whole)


class _Days(NamedTuple):
    start: int
    end: int
    number: int


def _days(text: str) -> Iterator[_Days]:
    """Yield the numbers that count days."""
    for match in _day_pattern().finditer(text):
        digits = next(group for group in match.groups() if group)
        count = int(digits)
        if 0 < count <= _DAYS_MAX:
            yield _Days(match.start(), match.end(), count)


@cache
def _day_pattern() -> re.Pattern[str]:
    days = "|".join(map(re.escape, phrases("days")))
    net = "|".join(map(re.escape, phrases("net")))
    return re.compile(
        rf"(?<![\d.,/])(\d{{1,3}})\s?(?:{days})\b|\b(?:{net})\s?/?\s?(\d{{1,3}})(?!\d|[.,/]\d)"
        rf"|%\s?,?\s?(?:in\s|/\s?)?(\d{{1,3}})(?=[\s,;]|$)"
    )


def _is_discount(text: str, percent: tuple[int, int, Decimal]) -> bool:
    """Whether a percentage is taken off: a word says so, or net days follow at once."""
    around = text[max(0, percent[0] - _REACH) : percent[1] + _REACH]
    if re.search(
        r"\b(?:interest|late|fees?|monthly|per month|verzug|penalty"
        r"|tva|vat|mwst|ust|tax|iva|btw)\b",
        around,
    ):
        return False
    words = "|".join(map(re.escape, (*phrases("discount"), *phrases("net"))))
    return bool(re.search(rf"\b(?:{words})", text))


def _is_net(text: str, place: int) -> bool:
    """Whether days at `place` are days to pay in."""
    around = text[max(0, place - 2 * _REACH) : place + 2 * _REACH]
    words = "|".join(map(re.escape, phrases("payment")))
    return bool(re.search(rf"\b(?:{words})\b", around))


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))
