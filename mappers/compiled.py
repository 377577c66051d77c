"""The quick pass: a table compiled, once for each form class, to plain functions. Values only.

Whatever does not convert is noted as trouble, and the slow pass (`mappers.walked`) tells it.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, get_origin, get_type_hints

from msgspec import Struct

from mappers.rows import (
    Collect,
    Compute,
    Const,
    Each,
    Join,
    One,
    Pairs,
    Row,
    Spread,
    Table,
    Take,
    When,
    free_name,
    pair_name,
    paths_of,
    place_pair,
    spread_ranks,
)
from parsers.form import Form


class Reading:
    """One pass over a form: the reference year, and whether anything needs a second look."""

    __slots__ = ("trouble", "year")

    def __init__(self, year: int) -> None:
        self.year = year
        self.trouble = False


Value = Callable[[Any, Reading], Any]
_Text = Callable[[Any], str | None]


@cache
def builder(table: Table, form_class: type[Form]) -> Value:
    """Compile `table` to the function that gives a form's record, None where all is absent."""
    fields = [named for row in table.rows for named in _values(row, form_class)]
    record, must, single = table.record, _has_required(table), _single_fields(table)

    def build(form: Form, reading: Reading) -> Struct | None:
        found: dict[str, Any] = {}
        for name, value in fields:
            if name in found and name in single:
                continue
            got = value(form, reading)
            if got is None or got == ():
                continue
            if name:
                _put(found, name, got)
            else:
                for each, value_of_each in got.items():
                    _put(found, each, value_of_each)
        return record(**found) if found or must else None

    return build


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


def _single_fields(table: Table) -> frozenset[str]:
    """Name the fields that take one value: neither lists nor dictionaries, which add up."""
    types = get_type_hints(table.record)
    return frozenset(
        name for name, kind in types.items() if get_origin(kind) not in {tuple, dict, list}
    )


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


def _has_required(table: Table) -> bool:
    return any(isinstance(row, Take) and row.required for row in table.rows)


def _values(row: Row, form_class: type[Form]) -> Iterator[tuple[str, Value]]:
    if isinstance(row, When):
        test = form_class.text_of(row.path)
        for inner in row.rows:
            for name, value in _values(inner, form_class):
                yield name, _guarded(test, row.values, value)
    elif isinstance(row, Spread):
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

    def each(form: Form, reading: Reading) -> Any:
        built = [builder(row.table, type(group))(group, reading) for group in groups(form)]
        return tuple(one for one in built if one is not None)

    return each


def _one(row: One, form_class: type[Form]) -> Value:
    if not row.path:
        return builder(row.table, form_class)
    getters = [form_class.groups_of(path) for path in paths_of(row.path)]

    def one(form: Form, reading: Reading) -> Any:
        for groups in getters:
            for group in groups(form):
                built = builder(row.table, type(group))(group, reading)
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
    groups, values = form_class.groups_of(row.path), paths_of(row.value)

    def pairs(form: Form, _reading: Reading) -> Any:
        found: dict[str, str] = {}
        for group in groups(form):
            here = type(group)
            key = text_getter(here, row.key)(group)
            texts = (text_getter(here, path)(group) for path in values)
            raw = next((got for got in texts if got and not got.isspace()), None)
            name = pair_name(row, key, found) if key and raw else None
            if name and raw:
                found[name] = " ".join(raw.split())
        return found or None

    return pairs


def _spread(row: Spread, form_class: type[Form]) -> Value:
    groups, ranks = form_class.groups_of(row.path), spread_ranks(row)

    def spread(form: Form, _reading: Reading) -> Any:
        found: dict[str, tuple[int, str, str]] = {}
        rest: dict[str, str] = {}
        for group in groups(form):
            here = type(group)
            key, raw = text_getter(here, row.key)(group), text_getter(here, row.value)(group)
            if key and raw and not raw.isspace():
                loser = place_pair(found, ranks, key.strip(), " ".join(raw.split()))
                if loser:
                    rest[free_name(loser[0], rest)] = loser[1]
        fields: dict[str, Any] = {field: text for field, (_, _, text) in found.items()}
        if rest:
            fields[row.rest] = rest
        return fields or None

    return spread


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
    Const: lambda row, _form_class: lambda _form, _reading: row.value,
    Compute: lambda row, _form_class: lambda form, _reading: row.function(form),
}
