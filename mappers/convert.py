"""Converters: a text of a document to a typed value, and back.

Each is a `Convert` with both directions, so that one table reads and writes. `read(text, year)`
raises `ValueError` where the text is not what it expects; `year` is the reference year for years
of two digits (a window of 50 years around it). No floats, no guesses: what fits no converter is a
problem.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from msgspec import Struct

DIGITS_LIMIT = 30
_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)", re.ASCII)
_INTEGER = re.compile(r"-?[0-9]{1,9}", re.ASCII)
_ISO_DAY = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ][0-9:.,]+)?(?: ?(?:Z|[+-][0-9]{2}:?[0-9]{2}))?"
)
_CACHED = 32_768
_MISSING = object()


class Convert(Struct, frozen=True):
    """A named pair of directions; `expected` says in words what `read` accepts.

    `quick` reads like `read` where the reference year does not matter; it may remember results.
    `optional` says that a text may mean no value at all. `of_digits` reads like `read` a text that
    is known to have but digits, with a point in or before them and a minus ahead.
    """

    name: str
    read: Callable[[str, int], Any]
    write: Callable[[Any], str]
    expected: str = "text"
    quick: Callable[[str], Any] | None = None
    optional: bool = False
    of_digits: Callable[[str], Any] | None = None


def _text(raw: str, _year: int) -> str:
    return " ".join(raw.split())


def _identifier(raw: str, _year: int) -> str:
    return raw.strip()


@lru_cache(_CACHED)
def _upper(raw: str) -> str:
    return raw.strip().upper()


@lru_cache(_CACHED)
def number(raw: str) -> Decimal:
    """Return the exact number that `raw` writes; ValueError for all but digits, sign and point.

    No exponent, no thousands separator, no `+`, no NaN or infinity, at most 30 digits.
    """
    if raw.isascii() and len(raw) <= DIGITS_LIMIT and raw.replace(".", "", 1).isdigit():
        return Decimal(raw)  # what most numbers look like
    trimmed = raw.strip()
    if not _NUMBER.fullmatch(trimmed) or len(trimmed) > DIGITS_LIMIT + 2:
        raise ValueError(raw)
    return Decimal(trimmed)


def plain(value: Decimal) -> str:
    """Write `value` in digits, never with an exponent."""
    return format(value, "f")


def implied(places: int, *, signed: bool = True) -> Convert:
    """Return the converter of numbers whose last `places` digits are decimals (X12 type N2: 2).

    A point in the text overrides the implied one, as senders mean it: `23.57` is 23.57. Without
    `signed` the sign is dropped where a field of its own says the direction.
    """

    @lru_cache(_CACHED)
    def read(raw: str) -> Decimal:
        value = number(raw)
        scaled = value if "." in raw else value.scaleb(-places)
        return scaled if signed else abs(scaled)

    def write(value: Decimal) -> str:
        scaled = value.scaleb(places)
        if scaled != scaled.to_integral_value():
            raise ValueError(value)
        return plain(scaled.to_integral_value())

    expected = f"a number with {places} implied decimals"

    def read_digits(raw: str) -> Decimal:
        value = Decimal(raw)
        scaled = value if "." in raw else value.scaleb(-places)
        return scaled if signed else abs(scaled)

    return Convert(
        "number", lambda raw, _year: read(raw), write, expected, read, of_digits=read_digits
    )


def year_of(two_digits: int, around: int) -> int:
    """Return the year ending in `two_digits` from 50 years before `around` to 49 after."""
    century = (around - 50) // 100 * 100
    year = century + two_digits
    return year if year >= around - 50 else year + 100


@lru_cache(_CACHED)
def compact_day(raw: str, year: int) -> dt.date:
    """Return the day written `CCYYMMDD` or `YYMMDD`; ValueError for any other text."""
    digits = raw.strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in {6, 8}:
        raise ValueError(raw)
    if len(digits) == 6:  # noqa: PLR2004 - YYMMDD
        digits = f"{year_of(int(digits[:2]), year):04d}{digits[2:]}"
    return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def _iso_day(raw: str, _year: int) -> dt.date:
    found = _ISO_DAY.fullmatch(raw.strip())
    if not found:
        raise ValueError(raw)
    return dt.date.fromisoformat(found[1])


def _moment(raw: str, year: int) -> str:
    """Read `CCYYMMDD`, and after a blank `HHMM[SS[d[d]]]` where there is a time."""
    day, _, time = raw.strip().partition(" ")
    date = compact_day(day, year).isoformat()
    clock = clock_of(time)
    return f"{date}T{clock}" if clock else date


def compact_moment(value: str) -> str:
    """Write a day or a time as ISO 8601 has it as `CCYYMMDD`, and after a blank `HHMM[SS]`.

    An offset is left away: where it is written, X12 and EDIFACT have elements of their own.
    """
    if "T" not in value:
        return f"{dt.date.fromisoformat(value):%Y%m%d}"
    when = dt.datetime.fromisoformat(value)
    return f"{when:%Y%m%d %H%M%S}" if when.second else f"{when:%Y%m%d %H%M}"


def clock_of(raw: str) -> str | None:
    """Return `HHMM[SS[d[d]]]` as `HH:MM:SS`, or None where it is no time of day."""
    digits = raw.strip()
    if len(digits) in {3, 5}:  # a leading zero was lost
        digits = f"0{digits}"
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in {4, 6, 7, 8}:
        return None
    hour, minute, second = (int(part or "0") for part in (digits[:2], digits[2:4], digits[4:6]))
    if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004 - a clock's limits
        return None
    return f"{hour:02d}:{minute:02d}:{second:02d}"


def _iso_moment(raw: str, _year: int) -> str:
    trimmed = raw.strip()
    dt.datetime.fromisoformat(trimmed)
    return trimmed.replace(" ", "T", 1)


@lru_cache(_CACHED)
def _integer(raw: str) -> int:
    trimmed = raw.strip()
    if not _INTEGER.fullmatch(trimmed):
        raise ValueError(raw)
    return int(trimmed)


def _positive(raw: str, _year: int) -> Decimal:
    return abs(number(raw))


def codes(
    names: Mapping[str, Any], *, other: Any = _MISSING, name: str = "code", expected: str = ""
) -> Convert:
    """Return the converter that translates a code by `names`, without regard to case.

    A code that is not there becomes `other`, or a problem where no `other` is given. Writing takes
    the first code that means the value.
    """
    known = {key.upper(): value for key, value in names.items()}
    back: dict[Any, str] = {}
    for key, value in names.items():
        back.setdefault(value, key)

    @lru_cache(1024)
    def read(raw: str) -> Any:
        value = known.get(raw.strip().upper(), other)
        if value is _MISSING:
            raise ValueError(raw)
        return value

    return Convert(
        name,
        lambda raw, _year: read(raw),
        lambda value: back[value],
        expected or f"one of {', '.join(sorted(known))}",
        read,
        optional=other is None,
    )


text = Convert("text", _text, str)
identifier = Convert("identifier", _identifier, str, "an identifier", str.strip)
upper = Convert("code", lambda raw, _year: _upper(raw), str, "a code", _upper)
uom = Convert("unit", lambda raw, _year: _upper(raw), str, "a unit of measure", _upper)
decimal = Convert(
    "number", lambda raw, _year: number(raw), plain, "a number", number, of_digits=Decimal
)
magnitude = Convert("number", _positive, plain, "a number")
integer = Convert("integer", lambda raw, _year: _integer(raw), str, "a whole number", _integer)
n2 = implied(2)
date = Convert(
    "date",
    compact_day,
    lambda day: f"{day:%Y%m%d}",
    "a day as CCYYMMDD (or YYMMDD, as older versions)",
)
iso_date = Convert("date", _iso_day, lambda day: f"{day:%Y-%m-%d}", "a day as CCYY-MM-DD")
moment = Convert(
    "date", _moment, compact_moment, "a day as CCYYMMDD, with a time HHMM where there is one"
)
iso_moment = Convert("time", _iso_moment, str, "a day or a time as ISO 8601 writes it")
