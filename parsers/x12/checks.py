"""What is wrong with the elements of a segment, by the standard's own codes (X12 element 723).

`faults` compares one segment with its facts, exactly and slowly; `element_problems` tells what it
finds in a whole set. All of it is a warning: what endangers the meaning of a document (an order
without number, a day that is none) is told again, as an error, where the value is read. The codes
of these problems stand for AK403 one to one (`AK403`).
X12.6 (lengths, characters, conditions), 004010 and 005010 elements 723 and 725.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from parsers.form import Problem
from parsers.x12.delimiters import Delimiters
from parsers.x12.dictionary import Condition, Element, Facts, Use, facts_of
from parsers.x12.form import Row, TransactionSet

FAULTS_LIMIT = 100
"""How many faults of elements are told of a set; more help nobody."""

SHOWN = 120
"""How much of a faulty value is quoted, at most."""

AK403 = {
    "x12.element_missing": "1",
    "x12.element_condition": "2",
    "x12.element_surplus": "3",
    "x12.element_short": "4",
    "x12.element_long": "5",
    "x12.element_characters": "6",
    "x12.element_code": "7",
    "x12.element_date": "8",
    "x12.element_time": "9",
    "x12.element_exclusion": "10",
    "x12.element_repeated": "12",
    "x12.component_surplus": "13",
}
"""The code of AK403 and IK403 (X12 elements 723, 621) that each problem stands for."""

SHAPE_FAULTS = frozenset({"x12.element_missing", "x12.element_condition"})
"""Faults that depend on nothing but which elements of a segment are empty (not of a component)."""

_REMEDIES = {
    "x12.element_missing": "Fill the element in.",
    "x12.element_condition": "Send both, the qualifier and its value, or neither.",
    "x12.element_surplus": "Check the separators of the segment: one may be too many.",
    "x12.element_short": "Send the value in its full length.",
    "x12.element_long": "Shorten the value, or check that a separator is not missing.",
    "x12.element_characters": "Send digits and a leading minus; a point in type R only.",
    "x12.element_code": "Send a code of the standard's list.",
    "x12.element_date": "Send the day as a calendar has it.",
    "x12.element_time": "Send the time as HHMM or HHMMSS.",
    "x12.element_exclusion": "Send one of the elements only.",
    "x12.element_repeated": "Send the element once.",
    "x12.component_surplus": "Send the element without component separators.",
}
_LONG_DATE = 8
_NUMBERS = {
    "R": re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:E-?[0-9]+)?"),
    "N0": re.compile("-?[0-9]+"),
    "N2": re.compile("-?[0-9]+"),
}
_TIME = re.compile("([01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9](?:[0-9]{1,2})?)?")
_CONTROLS = re.compile("[\x00-\x1f\x7f]")


class Fault(Struct, frozen=True):
    """A fault at an element (from 1) and component (from 1, 0 for the whole)."""

    code: str
    element: int
    component: int
    message: str
    found: str | None = None
    expected: str = ""


def element_problems(
    root: TransactionSet, version: int, indexes: Iterable[int] | None = None
) -> list[Problem]:
    """Return what is wrong with the elements of a set, in their order.

    With `indexes` only those segments are looked at, by their places from 0.
    """
    problems: list[Problem] = []
    for index in range(len(root.rows)) if indexes is None else indexes:
        row = root.rows[index]
        facts = facts_of(row[0].strip(), version)
        if facts is None:
            continue
        problems += [
            _problem(root, index, fault)
            for fault in faults(row, facts, root.delimiters)
            if not _is_padded(root, index, fault)
        ]
        if len(problems) >= FAULTS_LIMIT:
            return problems[:FAULTS_LIMIT]
    return problems


def faults(row: Row, facts: Facts, delimiters: Delimiters) -> Iterator[Fault]:
    """Yield what is wrong with a segment by its facts, element after element."""
    for place, use in enumerate(facts.uses, 1):
        text = row[place].strip() if len(row) > place else ""
        if not text and use.required:
            yield _missing(place, 0, use)
        elif text and (use.parts or use.open):
            yield from _composite_faults(text, place, use, delimiters)
        elif text and use.element:
            yield from _element_faults(text, place, use.element, delimiters)
    if not facts.open:
        yield from _surplus(row, facts)
    for condition in facts.conditions:
        yield from _condition_faults(row, condition, facts)


def _composite_faults(text: str, place: int, use: Use, delimiters: Delimiters) -> Iterator[Fault]:
    parts = text.split(delimiters.component) if delimiters.component else [text]
    for component, inner in enumerate(use.parts, 1):
        part = parts[component - 1] if len(parts) >= component else ""
        if part and inner.element:
            for fault in value_faults(part, inner.element):
                yield Fault(fault[0], place, component, fault[1], part, fault[2])
        elif inner.required:
            yield _missing(place, component, inner)
    if len(parts) > len(use.parts) and not use.open:
        message = f"the element has {len(parts)} components"
        expected = f"at most {len(use.parts)}"
        yield Fault("x12.component_surplus", place, len(use.parts) + 1, message, text, expected)


def _element_faults(
    text: str, place: int, element: Element, delimiters: Delimiters
) -> Iterator[Fault]:
    found = list(value_faults(text, element))
    if found and element.type != "AN":
        found = _several(text, element, delimiters) or found
    for code, message, expected in found:
        yield Fault(code, place, 0, message, text, expected)


Found = tuple[str, str, str]
"""The code of a fault of a value, what is wrong with it in words, and what was expected."""


def value_faults(text: str, element: Element) -> Iterator[Found]:
    """Yield what is wrong with the text of an element that is neither empty nor composite."""
    numbers = _NUMBERS.get(element.type)
    if numbers and not numbers.fullmatch(text):
        yield (
            "x12.element_characters",
            f"{text[:40]!r} is no number of type {element.type}",
            "digits",
        )
        return
    digits = len(text) - text.count("-") - text.count(".") if numbers else len(text)
    if element.type == "DT":
        yield from _date_faults(text, element)
    elif digits < element.shortest and element.type != "TM":
        yield _length("short", digits, element)
    elif digits > element.longest:
        yield _length("long", digits, element)
    if element.type == "TM" and not _TIME.fullmatch(text):
        yield "x12.element_time", f"{text[:40]!r} is no time of day", "HHMM or HHMMSS"
    if element.codes and text not in element.codes:
        expected = ", ".join(sorted(element.codes))
        yield "x12.element_code", f"{text[:40]!r} is no code for the {element.words}", expected
    if _CONTROLS.search(text):
        yield "x12.element_characters", "the text has control characters", "printable characters"


def _length(which: str, digits: int, element: Element) -> Found:
    limit = element.longest if which == "long" else element.shortest
    bound = "at most" if which == "long" else "at least"
    message = f"the {element.words} has {digits} characters, {bound} {limit} are allowed"
    return f"x12.element_{which}", message, f"{element.shortest} to {element.longest} characters"


def _date_faults(text: str, element: Element) -> Iterator[Found]:
    """Yield what is wrong with a day; one of six digits where eight belong is told as too short."""
    expected = "CCYYMMDD" if element.longest == _LONG_DATE else "YYMMDD"
    if not is_day(text):
        yield "x12.element_date", f"{text[:40]!r} is no day of the calendar", expected
    elif len(text) < element.shortest:
        message = f"the day {text} has no century; the nearest one is taken"
        yield "x12.element_short", message, expected
    elif len(text) > element.longest:
        message = f"the day {text} has a century, which this version does not write"
        yield "x12.element_long", message, expected


def is_day(text: str) -> bool:
    """Whether a text of six or eight digits is a day of the calendar."""
    if not (text.isascii() and text.isdigit() and len(text) in {6, _LONG_DATE}):
        return False
    digits = text if len(text) == _LONG_DATE else f"20{text}"
    try:
        dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _several(text: str, element: Element, delimiters: Delimiters) -> list[Found]:
    """Say that a value is faulty because several stand in its place, each good by itself."""
    marks = (
        (delimiters.component, "x12.component_surplus", "components"),
        (delimiters.repetition, "x12.element_repeated", "repetitions"),
    )
    for mark, code, what in marks:
        parts = text.split(mark) if mark else [text]
        if len(parts) > 1 and not any(list(value_faults(part, element)) for part in parts if part):
            return [(code, f"the {element.words} has {len(parts)} {what}", "one value")]
    return []


def remedy_of(code: str) -> str:
    """Return what the sender is to do about a fault."""
    return _REMEDIES[code]


def _missing(place: int, component: int, use: Use) -> Fault:
    return Fault("x12.element_missing", place, component, f"the {use.words} is missing")


def _surplus(row: Row, facts: Facts) -> Iterator[Fault]:
    last = max((place for place, text in enumerate(row) if text.strip()), default=0)
    if last > len(facts.uses):
        message = f"{facts.name} has {last} elements"
        expected = f"at most {len(facts.uses)}"
        first = len(facts.uses) + 1
        yield Fault("x12.element_surplus", first, 0, message, row[first] or None, expected)


def _condition_faults(row: Row, condition: Condition, facts: Facts) -> Iterator[Fault]:
    """Yield the elements that are missing, or too many, by a condition."""
    places = condition.places
    there = [at for at in places if len(row) > at and row[at].strip()]
    absent = [at for at in places if at not in there]
    code, at = "x12.element_condition", absent[0] if absent else 0
    if condition.kind == "R" and not there:
        yield Fault(code, at, 0, f"one at least of {_named(facts, places)} must be there")
    elif condition.kind == "E" and len(there) > 1:
        message = f"not more than one of {_named(facts, places)} may be there"
        yield Fault("x12.element_exclusion", there[1], 0, message, row[there[1]])
    elif condition.kind == "P" and there and absent:
        yield Fault(code, at, 0, _together(facts, absent, there))
    elif condition.kind == "C" and places[0] in there and absent:
        yield Fault(code, at, 0, _together(facts, absent, there[:1]))
    elif condition.kind == "L" and there == [places[0]]:
        named = _named(facts, places[1:])
        yield Fault(code, at, 0, f"with {_named(facts, there)} one of {named} must be there")


def _together(facts: Facts, absent: list[int], there: list[int]) -> str:
    return f"{_named(facts, absent)} must be there too, because {_named(facts, there)} is"


def _named(facts: Facts, places: list[int] | tuple[int, ...]) -> str:
    return ", ".join(f"{facts.name}{at:02d} ({facts.uses[at - 1].words})" for at in places)


def _is_padded(root: TransactionSet, index: int, fault: Fault) -> bool:
    """Whether a value is too short only because the blanks that fill it up were taken away."""
    if fault.code != "x12.element_short" or fault.component:
        return False
    return len(root.quote(index, fault.element)) > len(fault.found or "")


def _problem(root: TransactionSet, index: int, fault: Fault) -> Problem:
    element = fault.element if len(root.rows[index]) > fault.element else 0
    at = root.position(index, element).at
    if not element or fault.component:
        segment, _, span = at.partition(", ")
        place = segment if element else f"{segment} element {fault.element:02d}"
        at = f"{place}{f' component {fault.component}' if fault.component else ''}, {span}"
    return Problem(
        code=fault.code,
        severity="warning",
        message=fault.message,
        at=at,
        found=fault.found and fault.found[:SHOWN],
        expected=fault.expected or None,
        remedy=remedy_of(fault.code),
    )
