"""What the text of an element means: days, times, amounts and codes, in words.

X12 values by the type that the dictionary gives their element; EDIFACT values by the code that
tells their format. What has no other meaning than its text has none here.
"""

import datetime as dt
from decimal import Decimal

from mappers.codes import acknowledgment
from mappers.convert import clock_of, compact_day, number, plain
from parsers.edifact.meanings import MEANINGS as EDIFACT_MEANINGS
from parsers.x12.dictionary import facts_of, version_of
from parsers.x12.meanings import MEANINGS as X12_MEANINGS

MEANINGS = {"x12": X12_MEANINGS, "edifact": EDIFACT_MEANINGS}
"""What codes say, by the format of the document."""

_FAULTS = {
    ("AK3", 4): acknowledgment.SEGMENT_FAULTS,
    ("IK3", 4): acknowledgment.SEGMENT_FAULTS,
    ("AK4", 3): acknowledgment.ELEMENT_FAULTS,
    ("IK4", 3): acknowledgment.ELEMENT_FAULTS,
    ("TA1", 5): acknowledgment.INTERCHANGE_FAULTS,
    **{("AK5", place): acknowledgment.SET_FAULTS for place in range(2, 7)},
    **{("IK5", place): acknowledgment.SET_FAULTS for place in range(2, 7)},
    **{("AK9", place): acknowledgment.GROUP_FAULTS for place in range(5, 10)},
}
_SHORT_DAYS = {("ISA", 9): "DT", ("TA1", 2): "DT", ("GS", 4): "DT"}
_TIMES = {("ISA", 10), ("TA1", 3), ("GS", 5)}
_DAYS = {"101": 6, "102": 8, "201": 6, "203": 8, "202": 6, "204": 8}


def meaning_in_x12(segment: str, place: int, name: str, text: str, version: str | None) -> str:
    """Return what the text of an element means; `name` is the element's, in words."""
    faults = _FAULTS.get((segment, place))
    if faults is not None:
        return faults.get(text, "")
    said = X12_MEANINGS.meaning(f"{segment}/{place:02d}", name, text)
    return said or _typed(_type_of(segment, place, version), text)


def _type_of(segment: str, place: int, version: str | None) -> str:
    if (segment, place) in _TIMES:
        return "TM"
    if (segment, place) in _SHORT_DAYS:
        return "DT"
    facts = facts_of(segment, version_of(version))
    use = facts.uses[place - 1] if facts and 0 < place <= len(facts.uses) else None
    return use.element.type if use and use.element else ""


def _typed(kind: str, text: str) -> str:
    if kind == "DT":
        return _day(text)
    if kind == "TM":
        return clock_of(text) or ""
    if kind == "N2":
        return _implied(text, 2)
    return ""


def _day(text: str) -> str:
    try:
        return compact_day(text, dt.datetime.now(tz=dt.UTC).year).isoformat()
    except ValueError:
        return ""


def _implied(text: str, places: int) -> str:
    """Return a number with implied decimals as it is meant; a point in the text overrides them."""
    try:
        value = number(text)
    except ValueError:
        return ""
    return "" if "." in text else plain(value.scaleb(-places).quantize(Decimal("0.01")))


def meaning_in_edifact(place: str, name: str, text: str, form: str) -> str:
    """Return what the text of a component means; `form` is the date format beside it."""
    if place == "DTM/1/2":
        return _moment(text, form)
    if place in {"UNB/4/1", "UNG/4/1"}:
        return _day(text)
    if place in {"UNB/4/2", "UNG/4/2"}:
        return clock_of(text) or ""
    return EDIFACT_MEANINGS.meaning(place, name, text)


def _moment(text: str, form: str) -> str:
    digits = _DAYS.get(form, 0)
    day, clock = _day(text[:digits]), clock_of(text[digits:])
    return f"{day} {clock}" if day and clock else day
