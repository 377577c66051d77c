"""What is wrong with the elements of a message, by the codes that a CONTRL has for it.

As for X12, all of it is a warning: what endangers the meaning of a message is told again, as an
error, where the value is read. ISO 9735 (lengths, characters), element 0085.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from parsers.edifact.dictionary import Component, Place, places_of
from parsers.edifact.names import NAMES
from parsers.form import Problem
from parsers.x12.checks import FAULTS_LIMIT, SHOWN, is_day
from parsers.x12.form import Row, TransactionSet

UCD = {
    "edifact.element_date": "12",
    "edifact.element_missing": "13",
    "edifact.element_surplus": "16",
    "edifact.element_characters": "37",
    "edifact.element_long": "39",
}
"""The code of element 0085 (UCD) that each problem stands for."""

_REMEDIES = {
    "edifact.element_date": "Send the day as a calendar has it, in the format that follows it.",
    "edifact.element_missing": "Fill the element in.",
    "edifact.element_surplus": "Check the separators of the segment: one may be too many.",
    "edifact.element_characters": "Send digits with a decimal mark, a leading minus, nothing else.",
    "edifact.element_long": "Shorten the value, or check that a separator is not missing.",
}
_NUMBER = re.compile(r"-?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)")
_LETTERS = re.compile(r"[^\W\d_]+")
_DAYS = {"101": 6, "102": 8, "201": 10, "203": 12, "204": 14, "303": 15, "304": 17}
"""How long a day or moment is in each format (2379) that begins with one."""

_SHORT_FORMATS = frozenset({"101", "201"})
_COMPONENTS = range(1, 10)


class Fault(NamedTuple):
    """A fault at an address of two digits: element and component."""

    code: str
    address: int
    message: str
    found: str | None = None
    expected: str = ""


def element_problems(root: TransactionSet) -> list[Problem]:
    """Return what is wrong with the elements of a message, in their order."""
    problems: list[Problem] = []
    for index, row in enumerate(root.rows):
        name = row[0].strip()
        problems += [_problem(root, index, fault) for fault in faults(name, row)]
        if len(problems) >= FAULTS_LIMIT:
            return problems[:FAULTS_LIMIT]
    return problems


def faults(name: str, row: Row) -> Iterator[Fault]:
    """Yield what is wrong with a segment: its row has each component at its address."""
    places = places_of(name)
    for number, place in enumerate(places, 1):
        texts = [_text(row, 10 * number + component) for component in _COMPONENTS]
        if any(texts):
            yield from _composite_faults(name, number, place, texts)
        elif place.required:
            yield _missing(name, 10 * number + 1)
    if places and any(row[10 * (len(places) + 1) :]):
        message = f"{name} has more elements than the {len(places)} it may have"
        yield Fault("edifact.element_surplus", 10 * (len(places) + 1) + 1, message)
    if name == "DTM":
        yield from _date_faults(_text(row, 12), _text(row, 13))


def _composite_faults(name: str, number: int, place: Place, texts: list[str]) -> Iterator[Fault]:
    for component, (text, facts) in enumerate(zip(texts, place.components, strict=False), 1):
        address = 10 * number + component
        if text:
            yield from _value_faults(name, address, text, facts)
        elif facts.required:
            yield _missing(name, address)
    surplus = texts[len(place.components) :]
    if any(surplus):
        message = f"the element has more components than the {len(place.components)} it may have"
        address = 10 * number + len(place.components) + 1
        yield Fault("edifact.element_surplus", address, message, next(filter(None, surplus)))


def _value_faults(name: str, address: int, text: str, facts: Component) -> Iterator[Fault]:
    words = _words(name, address)
    length = len(text)
    if facts.type == "n":
        length -= sum(map(text.count, "-.,"))
        if not _NUMBER.fullmatch(text):
            message = f"{text[:40]!r} is no number for the {words}"
            yield Fault("edifact.element_characters", address, message, text, "a number")
    elif facts.type == "a" and not _LETTERS.fullmatch(text):
        message = f"{text[:40]!r} is not of letters alone, as the {words} is"
        yield Fault("edifact.element_characters", address, message, text, "letters")
    if length > facts.longest:
        message = f"the {words} has {length} characters, at most {facts.longest} are allowed"
        expected = f"at most {facts.longest} characters"
        yield Fault("edifact.element_long", address, message, text, expected)


def _date_faults(text: str, form: str) -> Iterator[Fault]:
    if not text or form not in _DAYS:
        return
    day = text[:6] if form in _SHORT_FORMATS else text[:8]
    if len(text) != _DAYS[form] or not is_day(day):
        message = f"{text[:40]!r} is no day or time in the format {form}"
        yield Fault("edifact.element_date", 12, message, text, f"{_DAYS[form]} characters")


def _missing(name: str, address: int) -> Fault:
    return Fault("edifact.element_missing", address, f"the {_words(name, address)} is missing")


def _words(name: str, address: int) -> str:
    element, component = divmod(address, 10)
    return NAMES.segment(name).named(element, component) or f"element {element} of {name}"


def _text(row: Row, place: int) -> str:
    return row[place].strip() if len(row) > place else ""


def _problem(root: TransactionSet, index: int, fault: Fault) -> Problem:
    element, component = divmod(fault.address, 10)
    if fault.found is None or fault.code == "edifact.element_surplus":
        segment, _, span = root.position(index).at.partition(", ")
        at = f"{segment} element {element:02d} component {component}, {span}"
    else:
        at = root.position(index, fault.address).at
    return Problem(
        code=fault.code,
        severity="warning",
        message=fault.message,
        at=at,
        found=fault.found and fault.found[:SHOWN],
        expected=fault.expected or None,
        remedy=_REMEDIES[fault.code],
    )
