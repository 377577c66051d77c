"""Patterns for texts that pass the checks of their elements, at the speed of regular expressions.

`parsers.x12.checks` says exactly, and slowly, what is wrong with an element. A pattern here is
narrower: what it matches has no fault, what it does not match must be asked there.
"""

import re
from functools import cache

from parsers.x12.checks import value_faults
from parsers.x12.dictionary import Element, Facts

NUMBERS = frozenset({"R", "N0", "N2"})
CONTROLS = r"\x00-\x1f\x7f"
_DAY = (
    "(?:(?:0[1-9]|1[0-2])(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])(?:29|30)|(?:0[13578]|1[02])31)"
)
_YEARS = {6: "[0-9][0-9]", 8: "(?:19|20)[0-9][0-9]"}
_TIMES = {4: "", 6: "[0-5][0-9]", 8: "[0-5][0-9][0-9][0-9]"}
_PLACES = 6
_NEVER = "(?!)"
_BLANK_AHEAD, _BLANK_BEHIND = "(?! )", "(?<! )"


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
        return f"{_BLANK_AHEAD}[^{shut}{CONTROLS}]{lengths}{_BLANK_BEHIND}"
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
