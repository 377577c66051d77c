"""Dates as invoices print them.

In words and in numbers, day or month first as the document's evidence says.

A date in numbers can be read two ways. Which way a document writes is settled by all of its dates
together: one with a part above twelve decides, then the due date that lies the stated number of
days after the invoice date, then country and currency. What stays undecided is told by a low
confidence, not guessed away.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from mappers.canonical import Day
from mappers.pdf.vocabulary import fold, months

Order = Literal["dmy", "mdy"]

_SEPARATOR = r"\s?([./\-–])\s?"  # noqa: RUF001
_NUMERIC = re.compile(
    rf"(?<![\d/.\-])(\d{{1,4}}){_SEPARATOR}(\d{{1,2}})\2\s?(\d{{4}}|\d{{2}})(?![\d/]|[.\-]\d)"
)
_WORDED = re.compile(
    r"(?<![\w.])(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º|ª|,)?[\s\-/.,]{0,3}(?:de\s|of\s)?(?P<month>[^\W\d_]{3,12})"
    r"\.?[\s\-/.,]{0,3}(?:de\s|del\s)?['’]?(?P<year>\d{4}|\d{2})(?!\d)"  # noqa: RUF001
    r"|(?<!\w)(?P<month2>[^\W\d_]{3,12})\.?[\s\-/]{0,2}(?P<day2>\d{1,2})(?:st|nd|rd|th)?\s?[,.\s\-/]\s?\s?"
    r"(?P<year2>\d{4}|\d{2})(?!\d)",
    re.IGNORECASE,
)
_PLAIN_MAX = 12
_CENTURY, _PIVOT = 2000, 70
_FULL_YEAR = 100
_PREFIX, _LINKING = 3, 3
_WORD = re.compile(r"\w+")


class Date(NamedTuple):
    """A date in a text from `start` to `end`: as the parts stand, and how it reads by either order.

    `dmy` and `mdy` are the same where its own shape leaves no choice, and None where a reading is
    no date.
    """

    start: int
    end: int
    dmy: Day | None
    mdy: Day | None

    @property
    def is_open(self) -> bool:
        """Whether the two orders read it differently and both can."""
        return self.dmy is not None and self.mdy is not None and self.dmy != self.mdy

    def read(self, order: Order) -> Day | None:
        """Return the day by `order`, or by the other order where this one makes no date."""
        return (self.dmy or self.mdy) if order == "dmy" else (self.mdy or self.dmy)


def dates(text: str) -> Iterator[Date]:
    """Yield the dates in `text` from left to right."""
    found = [*_numeric(text), *_worded(text)]
    end = 0
    for date in sorted(found, key=lambda date: (date.start, -date.end)):
        if date.start >= end:
            yield date
            end = date.end


def is_period(text: str) -> bool:
    """Whether `text` is a date, or from when to when, and nothing else."""
    found = list(dates(text))
    rest = text
    for date in reversed(found):
        rest = rest[: date.start] + " " + rest[date.end :]
    words = _WORD.findall(rest)
    return bool(found) and all(
        len(word) <= _LINKING or word.isdigit() or _month(word) for word in words
    )


def settled(found: Iterable[Date]) -> tuple[Order | None, bool]:
    """Return the order that the dates themselves prove, and whether they contradict one another."""
    first = second = 0
    for date in found:
        if date.dmy is not None and date.mdy is None:
            first += 1
        elif date.mdy is not None and date.dmy is None:
            second += 1
    if first and second:
        return ("dmy" if first > second else "mdy"), True
    return ("dmy" if first else "mdy" if second else None), False


def _numeric(text: str) -> Iterator[Date]:
    for match in _NUMERIC.finditer(text):
        one, separator, two, three = match.groups()
        if len(one) > 2:  # noqa: PLR2004 - a year comes first
            day = _day(int(one), int(two), int(three)) if len(one) == 4 else None  # noqa: PLR2004
            dmy = mdy = day
        else:
            dmy = _day(_year(three), int(two), int(one))
            mdy = _day(_year(three), int(one), int(two))
            if separator == "." and dmy:
                mdy = dmy
        if dmy or mdy:
            yield Date(match.start(), match.end(), dmy, mdy)


def _worded(text: str) -> Iterator[Date]:
    for match in _WORDED.finditer(text):
        month = _month(match["month"] or match["month2"])
        if month:
            day = _day(
                _year(match["year"] or match["year2"]), month, int(match["day"] or match["day2"])
            )
            if day:
                yield Date(match.start(), match.end(), day, day)


def _month(name: str) -> int | None:
    """Return the month that `name` is.

    In full or shortened to three letters and more, in any language.
    """
    folded, known = fold(name), months()
    if folded in known:
        return known[folded]
    found = {number for month, number in known.items() if month.startswith(folded)}
    return found.pop() if len(found) == 1 and len(folded) >= _PREFIX else None


def _year(text: str) -> int:
    year = int(text)
    if year >= _FULL_YEAR:
        return year
    return year + (_CENTURY if year < _PIVOT else _CENTURY - 100)


def _day(year: int, month: int, day: int) -> Day | None:
    try:
        return Day(year, month, day) if 1950 <= year <= 2099 else None  # noqa: PLR2004
    except ValueError:
        return None
