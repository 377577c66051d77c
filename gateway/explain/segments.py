"""An X12 or EDIFACT document explained: each segment in words, where its loops put it."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from gateway.explain.loops import depths_of
from gateway.explain.values import meaning_in_edifact, meaning_in_x12
from gateway.explain.view import Line, Value
from gateway.naming import SEGMENT
from mappers.canonical import Traced
from parsers.edifact.names import NAMES as EDIFACT_NAMES
from parsers.form import Document, Problem
from parsers.x12.form import Row, TransactionSet
from parsers.x12.names import NAMES as X12_NAMES

_Place = tuple[int, int, int]
"""The ordinal of a segment in its document, its element, its component; 0 is the whole."""

_Told = tuple[str, str, str, int, int]
"""A value: its address, its name, its text, its element and its component."""

_SYNTAX_LIMIT = 10  # components of EDIFACT are kept ten to an element
_DATE_FORMAT = 13


class _Notes(Struct, frozen=True):
    """What is to be said of places: the fields that their values became, and their problems."""

    fields: Mapping[_Place, str]
    problems: Mapping[_Place, tuple[Problem, ...]]


def lines_of(
    document: Document, trace: Mapping[str, Traced], problems: Sequence[Problem]
) -> tuple[tuple[Line, ...], tuple[Problem, ...]]:
    """Return the lines of a document, and the problems that belong to none of them."""
    form = _form(document)
    placed, rest = _placed(problems, [row[0].strip() for row in form.rows])
    notes, depths = _Notes(_fields(trace), placed), depths_of(form)
    lines = tuple(
        Line(
            depth=depths.get(id(row), 1),
            number=number,
            text=form.quote(number - 1).strip(),
            name=_name(document.format, row),
            values=tuple(_values(document, row, number, notes)),
            problems=placed.get((number, 0, 0), ()),
        )
        for number, row in enumerate(form.rows, 1)
    )
    return lines, rest


def envelope_of(document: Document, before: Document | None) -> Iterator[Line]:
    """Yield the header segments around a document that are not those of the one before it."""
    form, known = _form(document), _form(before) if before else None
    is_new = known is None or known.interchange != form.interchange
    if form.interchange and is_new:
        yield _header(document, form.interchange)
    if form.group and (is_new or known is None or known.group != form.group):
        yield _header(document, form.group)


def _header(document: Document, elements: Sequence[str]) -> Line:
    row, delimiters = list(elements), _form(document).delimiters
    values = tuple(_values(document, row, 0, _Notes({}, {})))
    parts = row if document.format == "x12" else _joined(row, delimiters.component or ":")
    text = delimiters.element.join(parts).strip()
    return Line(depth=0, text=text, name=_name(document.format, row), values=values)


def _joined(row: Row, separator: str) -> Iterator[str]:
    """Yield the elements of an EDIFACT segment, put together of their components."""
    yield row[0]
    for first in range(_SYNTAX_LIMIT + 1, len(row), _SYNTAX_LIMIT):
        parts = row[first : first + _SYNTAX_LIMIT - 1]
        yield separator.join(parts).rstrip(separator)


def _form(document: Document) -> TransactionSet:
    if not isinstance(document.form, TransactionSet):
        raise TypeError(type(document.form))
    return document.form


def _name(form: str, row: Row) -> str:
    names = X12_NAMES if form == "x12" else EDIFACT_NAMES
    return names.segment(row[0].strip()).name


# Values.


def _values(document: Document, row: Row, number: int, notes: _Notes) -> Iterator[Value]:
    tell: Callable[[Document, Row], Iterator[_Told]]
    tell = _elements if document.format == "x12" else _components
    for told in tell(document, row):
        address, name, text, element, component = told
        places = [(number, element, component)]
        if component == 1:  # what is told of the whole element stands with its first component
            places.insert(0, (number, element, 0))
        fields = [notes.fields[place] for place in places if place in notes.fields]
        problems = [one for place in places for one in notes.problems.get(place, ())]
        yield Value(
            place=address,
            name=name,
            text=text,
            means=_meaning(document, row, told),
            field=", ".join(fields),
            problems=tuple(problems),
        )


def _meaning(document: Document, row: Row, told: _Told) -> str:
    address, name, text, element, _ = told
    if document.format == "x12":
        return meaning_in_x12(row[0].strip(), element, name, text, document.version)
    form = row[_DATE_FORMAT] if len(row) > _DATE_FORMAT else ""
    return meaning_in_edifact(address, name, text, form)


def _elements(document: Document, row: Row) -> Iterator[_Told]:
    """Yield the elements of an X12 segment that are not empty, composites by their components."""
    segment, words = row[0].strip(), X12_NAMES.segment(row[0].strip())
    separator = _form(document).delimiters.component
    for element, text in enumerate(row[1:], 1):
        known = words.element(element)
        parts = text.split(separator) if separator and known and known.components else [text]
        for component, part in enumerate(parts, 1):
            if part.strip():
                place = component if len(parts) > 1 else 0
                address = f"{segment}/{element:02d}" + (f"-{place}" if place else "")
                name = words.named(element, component if known and known.components else 0)
                yield address, name, part.strip(), element, place


def _components(_document: Document, row: Row) -> Iterator[_Told]:
    """Yield the components of an EDIFACT segment that are not empty."""
    segment, words = row[0].strip(), EDIFACT_NAMES.segment(row[0].strip())
    for place in range(_SYNTAX_LIMIT + 1, len(row)):
        element, component = divmod(place, _SYNTAX_LIMIT)
        known = words.element(element)
        if component and row[place].strip():
            simple = component == 1 and not (known and known.components)
            address = f"{segment}/{element}" + ("" if simple else f"/{component}")
            yield address, words.named(element, component), row[place].strip(), element, component


# Places.


def _placed(
    problems: Sequence[Problem], names: Sequence[str]
) -> tuple[dict[_Place, tuple[Problem, ...]], tuple[Problem, ...]]:
    """Sort problems by their places; what stands in no segment of the document is left over."""
    placed: defaultdict[_Place, tuple[Problem, ...]] = defaultdict(tuple)
    rest: list[Problem] = []
    for problem in problems:
        found = SEGMENT.match(problem.at)
        ordinal = int(found[1]) if found else 0
        if found and 0 < ordinal <= len(names) and names[ordinal - 1] == found[2]:
            placed[_place(found)] += (problem,)
        else:
            rest.append(problem)
    return placed, tuple(rest)


def _fields(trace: Mapping[str, Traced]) -> dict[_Place, str]:
    fields: dict[_Place, str] = {}
    for pointer, one in trace.items():
        if found := SEGMENT.match(one.at):
            place = _place(found)
            fields[place] = f"{fields[place]}, {pointer}" if place in fields else pointer
    return fields


def _place(found: re.Match[str]) -> _Place:
    return int(found[1]), int(found[3] or 0), int(found[4] or 0)
