"""Tables that turn a form into a record, and the one interpreter that runs them.

A document kind is a `Table`: rows of (field, path, convert) that read like its implementation
guide. It is compiled once for each form class into plain functions, so big files do not pay for it.
The trace is not carried along: the same table, walked again over the same form, says for every
value where it stood (`Mapped.trace`). Text that cannot be converted becomes a problem, the field
stays empty and the record incomplete; nothing is dropped silently.

    LINE = Table("850 line", OrderLine, (
        Take("number", "PO1/01"),
        Take("quantity", "PO1/02", decimal, required=True),
        One("item", ITEM),
    ))
    ORDER = Table("850", PurchaseOrder, (Take("number", "BEG/03"), Each("lines", "PO1", LINE)))
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from mappers.canonical import AnyRecord, Traced
from mappers.compiled import Reading, builder
from mappers.rows import (
    Collect,
    Compute,
    Const,
    Each,
    Inside,
    Join,
    One,
    Pairs,
    Row,
    Spread,
    Table,
    Take,
    When,
)
from mappers.traced import keeps_places, told_as, traced_in
from mappers.walked import computes, derived, walk, wanted_for
from parsers.form import Document, Form, Problem

__all__ = [
    "Collect",
    "Compute",
    "Const",
    "Each",
    "Inside",
    "Join",
    "Mapped",
    "One",
    "Pairs",
    "Row",
    "Spread",
    "Table",
    "Take",
    "When",
    "map_document",
    "trace",
]


class Mapped(Struct, frozen=True, eq=False):
    """A record and, on demand, where each of its values stood."""

    record: AnyRecord
    trace: Callable[[], Mapping[str, Traced]]


def map_document(table: Table, document: Document, source: Struct, year: int) -> Mapped:
    """Map `document` by `table`; `source` is the record's Source, `year` the year of arrival.

    The record carries the document's own problems and the table's; with an error among them it is
    incomplete.
    """
    form, reading = document.form, Reading(year)
    record: Any = builder(table, type(form))(form, reading) or table.record()
    if table.finish:
        record = table.finish(record, form)
    problems = (*document.problems, *_placed(record.problems, table, form, year))
    if reading.trouble:
        told = [step[2] for step in walk(table, form, year) if step[2]]
        problems = (*_not_told(problems, told), *told)
    known: dict[str, Any] = {"source": source}
    if problems:
        known["problems"] = problems
        known["incomplete"] = record.incomplete or "error" in {one.severity for one in problems}
    if reading.computed and computes(table):
        known["derived"] = (*record.derived, *derived(table, form, year))
    for name, value in known.items():  # the record is ours until it is returned
        msgspec.structs.force_setattr(record, name, value)
    if keeps_places(form) and not reading.trouble:
        return Mapped(record, lambda: traced_in(table, form, year))
    return Mapped(record, lambda: trace(table, form, year))


def _placed(
    problems: tuple[Problem, ...], table: Table, form: Form, year: int
) -> tuple[Problem, ...]:
    """Return the problems of a whole record with the places of the values that they point to."""
    if all(problem.at or not problem.pointer for problem in problems):
        return problems
    wanted = wanted_for(one.pointer for one in problems if one.pointer)
    steps = walk(table, form, year, wanted=wanted)
    places = {pointer: found for pointer, found, problem in steps if found and not problem}
    return tuple(
        msgspec.structs.replace(one, at=places[one.pointer].position.at)
        if not one.at and one.pointer in places
        else one
        for one in problems
    )


def _not_told(problems: Iterable[Problem], told: list[Problem]) -> Iterator[Problem]:
    """Yield the problems of a parser that the mapper has not told better, of the same value."""
    values = {problem.at: problem.found for problem in told if problem.found}
    missing = {place for problem in told if not problem.found for place in _missing_at(problem)}
    for one in problems:
        if one.found:
            is_told = values.get(one.at, "").startswith(one.found)
        else:
            is_told = one.at.partition(",")[0] in missing
        if one.is_error or not is_told:
            yield one


def _missing_at(problem: Problem) -> list[str]:
    """Return where a value is missing, as parsers of segments say it."""
    segment = problem.at.partition(",")[0]
    paths = (problem.expected or "").split(" or ")
    return [f"{segment} element {path.rpartition('/')[2]}" for path in paths]


def trace(table: Table, form: Form, year: int) -> dict[str, Traced]:
    """Walk `table` over `form` again and return where each value stood, by JSON pointer."""
    return {
        pointer: told_as(found)
        for pointer, found, problem in walk(table, form, year)
        if found and not problem
    }
