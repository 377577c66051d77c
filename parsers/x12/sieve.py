"""Patterns for texts that pass the checks of their elements, at the speed of regular expressions.

`parsers.x12.checks` says exactly, and slowly, what is wrong with an element. A pattern here is
narrower: what it matches has no fault, what it does not match must be asked there.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from parsers.x12.checks import SHAPE_FAULTS, faults, value_faults
from parsers.x12.delimiters import Delimiters
from parsers.x12.dictionary import Element, Facts, facts_of
from parsers.x12.form import Row

NUMBERS = frozenset({"R", "N0", "N2"})
CONTROLS = r"\x00-\x1f\x7f"
_DAY = (
    "(?:(?:0[1-9]|1[0-2])(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])(?:29|30)|(?:0[13578]|1[02])31)"
)
_YEARS = {6: "[0-9][0-9]", 8: "(?:19|20)[0-9][0-9]"}
_TIMES = {4: "", 6: "[0-5][0-9]", 8: "[0-5][0-9][0-9][0-9]"}
_PLACES = 6
_NEVER = "(?!)"
_SHORTEST_WITH_BLANK = 3  # once its blanks are made one, a text with any has so many characters
_NOTHING = re.compile(_NEVER)
_SHAPES_LIMIT = 4000
_BLANK_AHEAD, _BLANK_BEHIND = "(?! )", "(?<! )"


class Sieve:
    """Tells segments whose elements may have faults from those that have none."""

    def __init__(self, delimiters: Delimiters, version: int) -> None:
        self._delimiters = delimiters
        self._version = version
        self._patterns: dict[tuple[object, ...], re.Pattern[str]] = {}

    def doubtful(self, rows: list[Row]) -> Iterator[int]:
        """Yield the places of the segments that the exact checks must look at."""
        separator, patterns = self._delimiters.element, self._patterns
        for index, row in enumerate(rows):
            pattern = patterns.get((row[0], *map(bool, row[1:]))) or self._learned(row)
            if not pattern.fullmatch(separator.join(row)):
                yield index

    def _learned(self, row: Row) -> re.Pattern[str]:
        """Return the pattern of good segments of this shape, one that never matches if none is."""
        facts = facts_of(row[0].strip(), self._version)
        found = list(faults(row, facts, self._delimiters)) if facts else []
        if any(fault.code not in SHAPE_FAULTS or fault.component for fault in found):
            return _NOTHING  # what this one text lacks says nothing of others
        pattern = _NOTHING if found else self._pattern(row, facts)
        if len(self._patterns) < _SHAPES_LIMIT:
            self._patterns[row[0], *map(bool, row[1:])] = pattern
        return pattern

    def _pattern(self, row: Row, facts: Facts | None) -> re.Pattern[str]:
        texts = [
            text_pattern(element_at(facts, place), self._delimiters) if text else ""
            for place, text in enumerate(row[1:], 1)
        ]
        return re.compile(re.escape(self._delimiters.element).join([re.escape(row[0]), *texts]))


@lru_cache(64)
def sieve_of(delimiters: Delimiters, version: int) -> Sieve:
    """Return the sieve of segments in these delimiters, by the facts of a version."""
    return Sieve(delimiters, version)


def text_pattern(element: Element | None, delimiters: Delimiters) -> str:
    """Return the pattern of good texts of an element; only AN may have component separators."""
    shut = {delimiters.element, *delimiters.terminator}
    if delimiters.component and not may_have_components(element):
        shut.add(delimiters.component)
    return pattern_of(element, "".join(map(re.escape, sorted(shut))))


def may_have_components(element: Element | None) -> bool:
    """Whether good texts of an element may have the component separator in them."""
    return element is not None and element.type == "AN"


@cache
def pattern_of(element: Element | None, shut: str) -> str:
    """Return the pattern of good texts of an element without blanks before or behind.

    `shut` are characters that it never has.
    """
    if element is None:
        return f"{_BLANK_AHEAD}[^{shut}{CONTROLS}]++{_BLANK_BEHIND}"
    if element.codes:
        good = (code for code in element.codes if not any(value_faults(code, element)))
        return f"(?>{'|'.join(map(re.escape, sorted(good, key=len, reverse=True))) or _NEVER})"
    if element.type in _KINDS:
        return _KINDS[element.type](element)
    lengths = f"{{{max(element.shortest, 1)},{element.longest}}}+"
    if element.type == "AN":
        single = f"(?![^{shut}]*  )" if element.shortest > _SHORTEST_WITH_BLANK else ""
        return f"{single}{_BLANK_AHEAD}[^{shut}{CONTROLS}]{lengths}{_BLANK_BEHIND}"
    return f"[^ {shut}{CONTROLS}]{lengths}"


def element_at(facts: Facts | None, place: int) -> Element | None:
    """Return what is known of an element, the first component where it is a composite."""
    uses = facts.uses[place - 1 : place] if facts else ()
    if not uses:
        return None
    return uses[0].parts[0].element if uses[0].parts else uses[0].element


def _whole(element: Element) -> str:
    return f"-?+[0-9]{{{max(element.shortest, 1)},{element.longest}}}+"


def _decimal(element: Element) -> str:
    """Match digits with a point in most of the ways that are short enough, or without one."""
    places = min(_PLACES, element.longest // 2)
    if element.shortest > 1 or not places:
        return _whole(element)
    pointed = rf"[0-9]{{0,{element.longest - places}}}\.[0-9]{{1,{places}}}+"
    return rf"-?+(?>{pointed}|[0-9]{{1,{element.longest}}}+)"


def _date(element: Element) -> str:
    lengths = [one for one in _YEARS if element.shortest <= one <= element.longest]
    return f"(?>{'|'.join(_YEARS[one] + _DAY for one in reversed(lengths)) or _NEVER})"


def _time(element: Element) -> str:
    tails = [_TIMES[one] for one in reversed(_TIMES) if one <= element.longest]
    return f"(?:[01][0-9]|2[0-3])[0-5][0-9](?>{'|'.join(tails) or _NEVER})"


_KINDS = {"R": _decimal, "N0": _whole, "N2": _whole, "DT": _date, "TM": _time}
