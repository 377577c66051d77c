"""A document without segments explained by what was read of it: a tree of XML, or a list of places.

The trace says for each value where it stood; in XML the places are put back into the tree that they
came from, in the order of the document. Pages and posted forms give a plain list.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from gateway.explain.view import Line, Value
from mappers.canonical import Traced
from parsers.form import Problem

_PATH = re.compile(r"(/[^,]*)")
_Entry = tuple[str, Traced]


def tree_of(trace: Mapping[str, Traced], problems: Sequence[Problem]) -> tuple[Line, ...]:
    """Return the elements that values were read from, as they hold one another."""
    found = sorted(trace.items(), key=lambda entry: (entry[1].start or 0, entry[0]))
    return tuple(_branches(found, _by_place(problems)))


def _branches(
    found: Sequence[_Entry], problems: Mapping[str, tuple[Problem, ...]]
) -> Iterator[Line]:
    """Yield a line for each element on the way to a value, once, and the values at its end."""
    above: list[str] = []
    for at, entries in _grouped(found):
        steps, end = _steps(at)
        same = _shared(above, steps)
        for depth in range(same, len(steps) - 1):
            yield Line(depth=depth, text=steps[depth])
        values = tuple(_values(entries, end, problems))
        yield Line(depth=max(len(steps) - 1, 0), text=steps[-1] if steps else end, values=values)
        above = steps


def _grouped(found: Sequence[_Entry]) -> Iterator[tuple[str, list[_Entry]]]:
    """Yield neighbours that stand at the same element together."""
    group: list[_Entry] = []
    for entry in found:
        if group and _element(entry[1].at) != _element(group[0][1].at):
            yield group[0][1].at, group
            group = []
        group.append(entry)
    if group:
        yield group[0][1].at, group


def _element(at: str) -> str:
    steps, _ = _steps(at)
    return "/".join(steps)


def _steps(at: str) -> tuple[list[str], str]:
    """Return the elements of a place from the outside in, and what of the last one is meant."""
    path = _PATH.match(at)
    parts = path[1].strip("/").split("/") if path else [at]
    return (parts[:-1], parts[-1]) if parts[-1].startswith("@") else (parts, "text")


def _shared(above: Sequence[str], steps: Sequence[str]) -> int:
    same = 0
    while same < min(len(above), len(steps) - 1) and above[same] == steps[same]:
        same += 1
    return same


def _values(
    entries: Sequence[_Entry], end: str, problems: Mapping[str, tuple[Problem, ...]]
) -> Iterator[Value]:
    """Yield the texts of an element, each once with all the fields that it became."""
    places: dict[tuple[str, str], list[str]] = {}
    for pointer, one in entries:
        places.setdefault((_steps(one.at)[1] or end, one.text), []).append(pointer)
    for (place, text), pointers in places.items():
        told = tuple(one for pointer in pointers for one in problems.get(pointer, ()))
        yield Value(place=place, name="", text=text, field=", ".join(pointers), problems=told)


def list_of(trace: Mapping[str, Traced], problems: Sequence[Problem]) -> tuple[Line, ...]:
    """Return a line without a text of its own that holds all values, with how sure each is."""
    told = _by_place(problems)
    values = tuple(
        Value(
            place=one.at,
            name=one.by,
            text=one.text,
            field=pointer,
            confidence=one.confidence,
            page=one.page,
            box=one.box,
            problems=told.get(pointer, ()),
        )
        for pointer, one in trace.items()
    )
    return (Line(depth=0, text="", values=values),) if values else ()


def _by_place(problems: Sequence[Problem]) -> dict[str, tuple[Problem, ...]]:
    placed: dict[str, tuple[Problem, ...]] = {}
    for problem in problems:
        if problem.pointer:
            placed[problem.pointer] = (*placed.get(problem.pointer, ()), problem)
    return placed


def without_place(trace: Mapping[str, Traced], problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return the problems of values that were not read: they have no line of their own."""
    return tuple(one for one in problems if one.pointer not in trace)
