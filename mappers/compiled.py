"""The quick pass: a table compiled, once for each form class, to plain functions. Values only.

Whatever does not convert is noted as trouble, and the slow pass (`mappers.walked`) tells it.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from msgspec import Struct

from mappers.moulded import can_be_cast, records
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
    free_name,
    has_required,
    kinds_of,
    pairs_spread,
    pairs_taken,
    paths_of,
)
from mappers.source import Source
from mappers.templates import builder_of_laid
from parsers.form import Form


class Reading:
    """One pass over a form: the reference year, and whether anything needs a second look.

    `computed` says that the record may have computed values, `trouble` that a text did not convert.
    """

    __slots__ = ("computed", "trouble", "year")

    def __init__(self, year: int) -> None:
        self.year = year
        self.computed = True
        self.trouble = False


Value = Callable[[Any, Reading], Any]
_Text = Callable[[Any], str | None]


@cache
def builder(table: Table, form_class: type[Form]) -> Value:
    """Compile `table` to the function that gives a form's record, None where all is absent.

    The function is written as source (`mappers.source`); where a text does not convert, the record
    is built once more row by row, and that notes the trouble. Forms that may be laid out like
    earlier ones (`mappers.templates.Laid`) are those of a class that has a `plain` one.
    """
    plain = getattr(form_class, "plain", None)
    if plain is not None:
        return builder_of_laid(table, form_class, builder(table, plain))
    return _executed(table, form_class, row_by_row(table, form_class))


def _executed(table: Table, form_class: type[Form], slow: Value, *, partial: bool = False) -> Value:
    source, names = Source(form_class, _row_value).function(table, slow, partial=partial)
    exec(compile(source, f"<table {table.name}>", "exec"), names)  # noqa: S102 - our own source
    build: Value = names["build"]
    return build


def row_by_row(table: Table, form_class: type[Form]) -> Value:
    """Return the slow function, which takes a table row by row and gives what `builder` gives."""
    fields, record, must = _fields_by_row(table, form_class), table.record, has_required(table)

    def build(form: Form, reading: Reading) -> Struct | None:
        found = fields(form, reading)
        return record(**found) if found or must else None

    return build


def _fields_by_row(table: Table, form_class: type[Form]) -> Value:
    values = [named for row in table.rows for named in _values(row, form_class)]
    kinds = kinds_of(table.record)

    def fields(form: Form, reading: Reading) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in values:
            if name in found and kinds[name] == "one":
                continue
            got = value(form, reading)
            if got is None or got == ():
                continue
            for each, given in ({name: got} if name else got).items():
                if given is not None:
                    _put(found, each, given)
        return found

    return fields


def value_of(row: Row, form: Form, reading: Reading) -> Any:
    """Return what the quick pass takes from `form` by one row."""
    return _row_value(row, type(form))(form, reading)


@cache
def text_getter(form_class: type[Any], path: str) -> _Text:
    """Return the compiled getter of the text at `path`."""
    getter: _Text = form_class.text_of(path)
    return getter


def _itself(form: Form) -> tuple[Form]:
    return (form,)


def _put(found: dict[str, Any], name: str, got: Any) -> None:
    """Add what a row gives: the first value stays, lists and dictionaries add up."""
    had = found.get(name)
    if had is None:
        found[name] = got
    elif isinstance(had, tuple):
        found[name] = had + got
    elif isinstance(had, dict):
        for key, value in got.items():
            had[free_name(key, had)] = value


def _values(row: Row, form_class: type[Form]) -> Iterator[tuple[str, Value]]:
    if isinstance(row, When):
        test = form_class.text_of(row.path)
        for inner in row.rows:
            for name, value in _values(inner, form_class):
                yield name, _guarded(test, row.values, value)
    elif isinstance(row, Spread | Inside):
        yield "", _row_value(row, form_class)
    else:
        field, _, key = row.field.partition(".")
        value = _row_value(row, form_class)
        yield field, _under(key, value) if key else value


def _under(key: str, value: Value) -> Value:
    """Put what `value` gives into a dictionary under `key`."""

    def under(form: Form, reading: Reading) -> Any:
        got = value(form, reading)
        return None if got is None else {key: got}

    return under


def _guarded(test: _Text, values: tuple[str, ...], value: Value) -> Value:
    def guarded(form: Form, reading: Reading) -> Any:
        got = test(form)
        if got is None or (values and got.strip() not in values):
            return None
        return value(form, reading)

    return guarded


def _take(row: Take, form_class: type[Form]) -> Value:
    getters = [form_class.text_of(path) for path in paths_of(row.path)]
    read, required = row.convert.read, row.required

    def take(form: Form, reading: Reading) -> Any:
        for getter in getters:
            raw = getter(form)
            if raw is not None and not raw.isspace():
                try:
                    return read(raw, reading.year)
                except ValueError:
                    reading.trouble = True
                    return None
        reading.trouble |= required
        return None

    return take


def _join(row: Join, form_class: type[Form]) -> Value:
    read, paths = row.convert.read, paths_of(row.path)
    groups: Callable[[Any], Iterable[Form]] = _itself
    if row.each:
        groups = form_class.groups_of(row.each)

    def join(form: Form, reading: Reading) -> Any:
        texts = [text_getter(type(group), path)(group) for group in groups(form) for path in paths]
        raw = " ".join(text for text in texts if text is not None and not text.isspace())
        if not raw:
            return None
        try:
            return read(raw, reading.year)
        except ValueError:
            reading.trouble = True
            return None

    return join


def _each(row: Each, form_class: type[Form]) -> Value:
    groups = form_class.groups_of(row.path)
    builder_of = _Builders(row.table)

    def each(form: Form, reading: Reading) -> Any:
        here = groups(form)
        if can_be_cast(here):
            found = list(records(row.table, here, reading, builder_of[type(here[0])]))
        else:
            found = [builder_of[type(group)](group, reading) for group in here]
        return tuple(one for one in found if one is not None)

    return each


class _Builders(dict[type[Form], Value]):
    """The builders of a table by form class, compiled when the first form of a class comes."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, form_class: type[Form]) -> Value:
        self[form_class] = built = builder(self._table, form_class)
        return built


def _one(row: One, form_class: type[Form]) -> Value:
    if not row.path:
        return builder(row.table, form_class)
    getters = [form_class.groups_of(path) for path in paths_of(row.path)]
    builder_of = _Builders(row.table)

    def one(form: Form, reading: Reading) -> Any:
        for groups in getters:
            for group in groups(form):
                built = builder_of[type(group)](group, reading)
                if built is not None:
                    return built
        return None

    return one


def _collect(row: Collect, form_class: type[Form]) -> Value:
    groups, read = form_class.groups_of(row.path), row.convert.read

    def collect(form: Form, reading: Reading) -> Any:
        found = []
        for group in groups(form):
            raw = text_getter(type(group), row.value)(group)
            if raw is not None and not raw.isspace():
                try:
                    found.append(read(raw, reading.year))
                except ValueError:
                    reading.trouble = True
        return tuple(dict.fromkeys(found) if row.distinct else found)

    return collect


def _pairs(row: Pairs, form_class: type[Form]) -> Value:
    groups, values, take = form_class.groups_of(row.path), paths_of(row.value), pairs_taken(row)

    def pairs(form: Form, _reading: Reading) -> Any:
        return take(_pairs_in(groups(form), row.key, values))

    return pairs


def _spread(row: Spread, form_class: type[Form]) -> Value:
    groups, spread = form_class.groups_of(row.path), pairs_spread(row)

    def value(form: Form, _reading: Reading) -> Any:
        return spread(list(_pairs_in(groups(form), row.key, (row.value,)))) or None

    return value


def _pairs_in(groups: Iterable[Form], key_at: str, values: tuple[str, ...]) -> Iterator[str]:
    """Yield key and first value that has text, in turn, of each group that has both."""
    for group in groups:
        here = type(group)
        key = text_getter(here, key_at)(group)
        texts = (text_getter(here, path)(group) for path in values)
        text = next((got for got in texts if got and not got.isspace()), None)
        if key and text:
            yield key
            yield text


def _inside(row: Inside, form_class: type[Form]) -> Value:
    groups = form_class.groups_of(row.path)

    def inside(form: Form, reading: Reading) -> Any:
        group = next(iter(groups(form)), None)
        return None if group is None else _inner(row, type(group))(group, reading)

    return inside


@cache
def _inner(row: Inside, form_class: type[Form]) -> Value:
    """Return the function that gives the fields of the rows inside, looked up in their group."""
    slow = _fields_by_row(row.table, form_class)
    return _executed(row.table, form_class, slow, partial=True)


@cache
def _row_value(row: Row, form_class: type[Form]) -> Value:
    return _COMPILE[type(row)](row, form_class)


_COMPILE: dict[type, Callable[[Any, type[Form]], Value]] = {
    Take: _take,
    Join: _join,
    Each: _each,
    One: _one,
    Collect: _collect,
    Pairs: _pairs,
    Spread: _spread,
    Inside: _inside,
    Const: lambda row, _form_class: lambda _form, _reading: row.value,
    Compute: lambda row, _form_class: lambda form, _reading: row.function(form),
}
