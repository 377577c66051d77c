"""Places of a document in words: `IT1/04 unit price`, `DTM/1/2 date`, `Money/@currency`.

Parsers say where something stands by counting; these are the words beside the numbers. Where a
place has none, it is named by its address alone.
"""

import re
from collections.abc import Mapping

from msgspec import structs

from mappers.canonical import Traced
from parsers.edifact.names import NAMES as EDIFACT
from parsers.x12.names import NAMES as X12

SEGMENT = re.compile(
    r"segment (\d+) \(([A-Z][A-Z0-9]{1,2})\)(?: element (\d+))?(?: component (\d+))?"
)
"""A place in a segment as parsers tell it: its ordinal, its name, an element, a component."""
_XML = re.compile(r"/[^,]*")
_INDEX = re.compile(r"\[\d+\]")


def name_of_place(form: str, at: str) -> str | None:
    """Return the name of the place that `at` tells in a document of a format, if it has one."""
    if form in {"x12", "edifact"}:
        found = SEGMENT.match(at)
        return _segment_name(form, found) if found else None
    path = _XML.match(at)
    return "/".join(_INDEX.sub("", path[0]).split("/")[-2:]).lstrip("/") if path else None


def _segment_name(form: str, found: re.Match[str]) -> str:
    return name_of_element(form, found[2], int(found[3] or 0), int(found[4] or 0))


def name_of_element(form: str, segment: str, element: int = 0, component: int = 0) -> str:
    """Return the address and the words of a segment, an element or a component."""
    names = (X12 if form == "x12" else EDIFACT).segment(segment)
    if not element:
        return f"{segment} {names.name}".strip()
    known = names.element(element)
    parts = known.components if known else ()
    if form == "x12":
        address = f"{segment}/{element:02d}" + (f"-{component}" if component else "")
    else:
        is_simple = component == 1 and not parts
        address = f"{segment}/{element}" + (f"/{component}" if component and not is_simple else "")
    return f"{address} {names.named(element, component)}".strip()


def place_in_words(at: str) -> str:
    """Return a place as people read it: the element by its name, then where it stands.

    Only an element tells its standard: those of EDIFACT have components.
    """
    found = SEGMENT.match(at)
    if found is None or not found[3]:
        return at
    return f"{_segment_name('edifact' if found[4] else 'x12', found)}, {at}"


def named(form: str, trace: Mapping[str, Traced]) -> dict[str, Traced]:
    """Return a trace with the name of each place."""
    return {
        pointer: structs.replace(one, name=name_of_place(form, one.at))
        for pointer, one in trace.items()
    }
