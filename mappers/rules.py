"""Tables that turn a form into a record, and the one interpreter that runs them.

A document kind is a `Table`: rows of (field, path, convert) that read like its implementation guide.
The table is compiled once for each form class into plain functions, so big files do not pay for it.
The trace is not carried along: the same table, walked again over the same form, says for every value
where it stood (`Mapped.trace`). Text that cannot be converted becomes a problem and leaves the field
empty and the record incomplete; nothing is dropped silently.

    LINE = Table("850 line", OrderLine, (
        Take("number", "PO1/01"),
        Take("quantity", "PO1/02", decimal, required=True),
        One("item", ITEM),
    ))
    ORDER = Table("850", PurchaseOrder, (Take("number", "BEG/03"), Each("lines", "PO1", LINE)))
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from mappers.canonical import AnyRecord, Traced
from mappers.convert import Convert, text
from parsers.form import Document, Form, Found, Problem


class Take(Struct, frozen=True):
    """One value: the first of `path` (a path, or several in order of preference) that has text."""

    field: str
    path: str | tuple[str, ...]
    convert: Convert = text
    required: bool = False


class Each(Struct, frozen=True):
    """A tuple of sub-records, one for each group at `path`.

    A group whose rows are all absent is left out, unless its table has a required row: that is a problem then.
    """

    field: str
    path: str
    table: "Table"


class One(Struct, frozen=True):
    """A sub-record from this form (no path) or from the first group at `path`; absent when all its rows are."""

    field: str
    table: "Table"
    path: str | tuple[str, ...] = ""


class Collect(Struct, frozen=True):
    """A tuple of values: `value` of each group at `path` that has one; `distinct` keeps the first of equals."""

    field: str
    path: str
    value: str
    convert: Convert = text
    distinct: bool = False


class Pairs(Struct, frozen=True):
    """A dictionary from each group at `path`: `key` to `value`.

    `names` translates keys; an unknown key is kept in lower case, or as written with `keep_case`, or left out
    with `only_named`. A repeated key gets a suffix (`DP`, `DP.2`): nothing is overwritten.
    """

    field: str
    path: str
    key: str
    value: str | tuple[str, ...]
    names: Mapping[str, str] = {}
    only_named: bool = False
    keep_case: bool = False


class Const(Struct, frozen=True):
    """A value that the document kind itself says."""

    field: str
    value: object


class When(Struct, frozen=True):
    """Rows that count only where the text at `path` is one of `values` (or merely there, with no values)."""

    path: str
    values: tuple[str, ...]
    rows: tuple[Any, ...]


class Compute(Struct, frozen=True):
    """A value that no row can say: `function(form)` returns it or None.

    `sources` are the paths it rests on, for the trace; with none of them found the value counts as derived.
    """

    field: str
    function: Callable[[Any], object]
    sources: tuple[str, ...] = ()


Row = Take | Each | One | Collect | Pairs | Const | When | Compute


class Table(Struct, frozen=True, eq=False):
    """The rows of one record type; `name` is how partner overrides and problems refer to it.

    `finish(record, form)` returns the whole record once more, with what no row can say of it: the
    sign of a credit, sums that do not add up (as problems).
    """

    name: str
    record: type[Struct]
    rows: tuple[Row, ...]
    finish: Callable[[Any, Any], Any] | None = None


class Mapped(Struct, frozen=True, eq=False):
    """A record and, on demand, where each of its values stood."""

    record: AnyRecord
    trace: Callable[[], dict[str, Traced]]


class _Reading:
    """What one pass over a form carries: the reference year, and whether anything needs a second look."""

    __slots__ = ("trouble", "year")

    def __init__(self, year: int) -> None:
        self.year = year
        self.trouble = False


_Value = Callable[[Form, _Reading], Any]


def map_document(table: Table, document: Document, source: Struct, year: int) -> Mapped:
    """Map `document` by `table`; `source` is the record's Source, `year` the year of arrival.

    The record carries the document's own problems and the table's; with an error among them it is incomplete.
    """
    form, reading = document.form, _Reading(year)
    record: Any = _builder(table, type(form))(form, reading) or table.record()
    if table.finish:
        record = table.finish(record, form)
    problems = (*document.problems, *record.problems)
    if reading.trouble:
        problems = (*problems, *_problems(table, form, year))
    record = msgspec.structs.replace(
        record,
        source=source,
        problems=problems,
        derived=(*record.derived, *_derived(table, form, "", year)),
        incomplete=record.incomplete or any(problem.is_error for problem in problems),
    )
    return Mapped(record, lambda: trace(table, form, year))


def trace(table: Table, form: Form, year: int) -> dict[str, Traced]:
    """Walk `table` over `form` again and return where each value stood, by JSON pointer."""
    return {
        pointer: _traced(found)
        for pointer, found, problem in _walk(table, form, "", year)
        if found and not problem
    }


def _traced(found: Found) -> Traced:
    place = found.position
    return Traced(
        at=place.at,
        text=found.quote or found.text,
        page=place.page,
        box=place.box,
        confidence=found.confidence,
        by=found.by,
        start=place.start,
        end=place.end,
    )


# The quick pass: compiled once for each table and form class, values only.


@cache
def _builder(table: Table, form_class: type[Form]) -> _Value:
    fields = [(name, value) for row in table.rows for name, value in _values(row, form_class)]
    record, must = table.record, _has_required(table)

    def build(form: Form, reading: _Reading) -> Struct | None:
        found: dict[str, Any] = {}
        for name, value in fields:
            got = value(form, reading)
            if got is not None and got != ():
                found.setdefault(name, got)
        return record(**found) if found or must else None

    return build


def _has_required(table: Table) -> bool:
    return any(isinstance(row, Take) and row.required for row in table.rows)


def _values(row: Row, form_class: type[Form]) -> Iterator[tuple[str, _Value]]:
    if isinstance(row, When):
        test = form_class.text_of(row.path)
        for inner in row.rows:
            for name, value in _values(inner, form_class):
                yield name, _guarded(test, row.values, value)
    else:
        yield row.field, _COMPILE[type(row)](row, form_class)


def _guarded(test: Callable[[Any], str | None], values: tuple[str, ...], value: _Value) -> _Value:
    def guarded(form: Form, reading: _Reading) -> Any:
        got = test(form)
        return value(form, reading) if got is not None and (not values or got in values) else None

    return guarded


def _take(row: Take, form_class: type[Form]) -> _Value:
    getters = [form_class.text_of(path) for path in _paths(row.path)]
    read, required = row.convert.read, row.required

    def take(form: Form, reading: _Reading) -> Any:
        for getter in getters:
            raw = getter(form)
            if raw is not None:
                try:
                    return read(raw, reading.year)
                except ValueError:
                    reading.trouble = True
                    return None
        reading.trouble |= required
        return None

    return take


def _each(row: Each, form_class: type[Form]) -> _Value:
    groups = form_class.groups_of(row.path)

    def each(form: Form, reading: _Reading) -> Any:
        built = [_builder(row.table, type(group))(group, reading) for group in groups(form)]
        return tuple(one for one in built if one is not None)

    return each


def _one(row: One, form_class: type[Form]) -> _Value:
    if not row.path:
        return lambda form, reading: _builder(row.table, form_class)(form, reading)
    getters = [form_class.groups_of(path) for path in _paths(row.path)]

    def one(form: Form, reading: _Reading) -> Any:
        for groups in getters:
            for group in groups(form):
                return _builder(row.table, type(group))(group, reading)
        return None

    return one


def _collect(row: Collect, form_class: type[Form]) -> _Value:
    groups, read = form_class.groups_of(row.path), row.convert.read

    def collect(form: Form, reading: _Reading) -> Any:
        found = []
        for group in groups(form):
            raw = type(group).text_of(row.value)(group)
            if raw is not None:
                try:
                    found.append(read(raw, reading.year))
                except ValueError:
                    reading.trouble = True
        return tuple(dict.fromkeys(found) if row.distinct else found)

    return collect


def _pairs(row: Pairs, form_class: type[Form]) -> _Value:
    groups = form_class.groups_of(row.path)
    values = _paths(row.value)

    def pairs(form: Form, _reading: _Reading) -> Any:
        found: dict[str, str] = {}
        for group in groups(form):
            here = type(group)
            key = here.text_of(row.key)(group)
            raw = next((got for got in (here.text_of(path)(group) for path in values) if got), None)
            if key and raw:
                name = _pair_name(row, key, found)
                if name:
                    found[name] = " ".join(raw.split())
        return found or None

    return pairs


def _pair_name(row: Pairs, key: str, taken: Mapping[str, Any]) -> str | None:
    key = key.strip()
    name = row.names.get(key) or row.names.get(key.lower())
    if name is None:
        if row.only_named:
            return None
        name = key if row.keep_case else key.lower()
    if name not in taken:
        return name
    return next(f"{name}.{n}" for n in range(2, len(taken) + 3) if f"{name}.{n}" not in taken)


_COMPILE: dict[type, Callable[[Any, type[Form]], _Value]] = {
    Take: _take,
    Each: _each,
    One: _one,
    Collect: _collect,
    Pairs: _pairs,
    Const: lambda row, _form_class: lambda _form, _reading: row.value,
    Compute: lambda row, _form_class: lambda form, _reading: row.function(form),
}


def _paths(path: str | tuple[str, ...]) -> tuple[str, ...]:
    return (path,) if isinstance(path, str) else path


# The slow pass: positions and problems, walked only when somebody asks or the quick pass stumbled.

_Step = tuple[str, Found | None, Problem | None]


def _problems(table: Table, form: Form, year: int) -> Iterator[Problem]:
    return (problem for _, _, problem in _walk(table, form, "", year) if problem)


def _walk(
    table: Table, form: Form, pointer: str, year: int, seen: set[str] | None = None
) -> Iterator[_Step]:
    """Yield (pointer, found, problem) for every value that the quick pass would take."""
    seen = set() if seen is None else seen
    for row in table.rows:
        if isinstance(row, When):
            found = form.find(row.path)
            if found and (not row.values or found.text.strip() in row.values):
                yield from _walk(
                    Table(table.name, table.record, row.rows), form, pointer, year, seen
                )
        elif row.field not in seen:
            steps = list(_WALK[type(row)](row, form, f"{pointer}/{row.field}", year))
            if steps:
                seen.add(row.field)
            yield from steps


def _walk_take(row: Take, form: Form, pointer: str, year: int) -> Iterator[_Step]:
    for path in _paths(row.path):
        found = form.find(path)
        if found is not None:
            yield pointer, found, _conversion_problem(row.convert, found, pointer, year)
            return
    if row.required:
        yield pointer, None, _missing_problem(row, form, pointer)


def _conversion_problem(convert: Convert, found: Found, pointer: str, year: int) -> Problem | None:
    try:
        convert.read(found.text, year)
    except ValueError:
        return Problem(
            code=f"value.not_{convert.name}",
            message=f"{found.text!r} is not {convert.expected}",
            at=found.position.at,
            found=found.text,
            expected=convert.expected,
            pointer=pointer,
            remedy="Correct the value and send the document again.",
        )
    return None


def _missing_problem(row: Take, form: Form, pointer: str) -> Problem:
    path = " or ".join(_paths(row.path))
    here = form.find("")
    return Problem(
        code="value.missing",
        message=f"{row.field.replace('_', ' ')} is missing",
        at=here.position.at if here else path,
        expected=path,
        pointer=pointer,
        remedy="Add the value and send the document again.",
    )


def _walk_each(row: Each, form: Form, pointer: str, year: int) -> Iterator[_Step]:
    index = 0
    for group in form.each(row.path):
        if _builder(row.table, type(group))(group, _Reading(year)) is not None:
            yield from _walk(row.table, group, f"{pointer}/{index}", year)
            index += 1


def _walk_one(row: One, form: Form, pointer: str, year: int) -> Iterator[_Step]:
    if not row.path:
        yield from _walk(row.table, form, pointer, year)
        return
    for path in _paths(row.path):
        for group in form.each(path):
            yield from _walk(row.table, group, pointer, year)
            return


def _walk_collect(row: Collect, form: Form, pointer: str, year: int) -> Iterator[_Step]:
    seen: set[str] = set()
    for group in form.each(row.path):
        found = group.find(row.value)
        if found is None or (row.distinct and found.text in seen):
            continue
        problem = _conversion_problem(row.convert, found, pointer, year)
        yield f"{pointer}/{len(seen)}", found, problem
        seen.add(found.text if row.distinct else str(len(seen)))


def _walk_pairs(row: Pairs, form: Form, pointer: str, _year: int) -> Iterator[_Step]:
    taken: dict[str, Found] = {}
    for group in form.each(row.path):
        key = group.find(row.key)
        value = next((got for got in (group.find(path) for path in _paths(row.value)) if got), None)
        name = _pair_name(row, key.text, taken) if key and value else None
        if name and value:
            taken[name] = value
            yield f"{pointer}/{_escape(name)}", value, None


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _walk_compute(row: Compute, form: Form, pointer: str, _year: int) -> Iterator[_Step]:
    if row.function(form) is not None:
        for path in row.sources:
            found = form.find(path)
            if found is not None:
                yield pointer, found, None
                return


_WALK: dict[type, Callable[[Any, Form, str, int], Iterator[_Step]]] = {
    Take: _walk_take,
    Each: _walk_each,
    One: _walk_one,
    Collect: _walk_collect,
    Pairs: _walk_pairs,
    Const: lambda _row, _form, _pointer, _year: iter(()),
    Compute: _walk_compute,
}


def _derived(table: Table, form: Form, pointer: str, year: int) -> Iterator[str]:
    """Yield the pointers of computed values that rest on no text of the document."""
    for row in table.rows:
        if isinstance(row, Compute):
            place = f"{pointer}/{row.field}"
            if row.function(form) is not None and not any(_walk_compute(row, form, place, year)):
                yield place
