"""Writes the source of the function that builds one record by a table.

Straight-line code: each row is an expression for a text and a line that puts the value into the
dictionary of its record. What a form can tell quickly it tells as source (`Writer`); everything
else calls the row's own getter, guarded by a test whether anything can stand at its path at all.
Text that does not convert raises `ValueError`: then the slow way is taken, which knows what to do.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from mappers.convert import Convert
from mappers.convert import text as as_text
from mappers.rows import (
    Collect,
    Const,
    Inside,
    Join,
    One,
    Pairs,
    Row,
    Spread,
    Table,
    Take,
    When,
    clean,
    free_name,
    has_required,
    kinds_of,
    pairs_spread,
    pairs_taken,
    paths_of,
)

Getter = Callable[[Any, Any], Any]
RowValue = Callable[[Any, Any], Getter]


class Writer(Protocol):
    """Source for a function over forms of one class, in which the form is called `form`.

    `lines` go to the head of the function and `names` into its globals. An expression may have any
    false value where nothing stands. `tidy` texts have no blanks outside and single ones inside.
    """

    lines: list[str]
    names: dict[str, Any]
    tidy: bool

    def text(self, path: str) -> str:
        """Return an expression for the first text at `path`."""

    def present(self, path: str) -> str:
        """Return an expression that is false only where nothing stands at `path`."""

    def texts(self, path: str, value: str) -> str | None:
        """Return an expression for the texts of `value` in the groups at `path`, or None."""

    def pairs(self, path: str, key: str, values: tuple[str, ...]) -> str | None:
        """Return an expression for a list of keys and values in turn, or None.

        They are `key` and the first of `values` in the groups at `path`; either may be empty.
        """


class _Plain:
    """The writer for forms that offer none: each text is asked for by its own getter."""

    def __init__(self, form_class: type[Any]) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {}
        self.tidy = False
        self._form_class = form_class

    def text(self, path: str) -> str:
        name = f"text{len(self.names)}"
        self.names[name] = _solid(self._form_class.text_of(path))
        return f"{name}(form)"

    def present(self, _path: str) -> str:
        return "True"

    def texts(self, _path: str, _value: str) -> None:
        return None

    def pairs(self, _path: str, _key: str, _values: tuple[str, ...]) -> None:
        return None


def _solid(getter: Callable[[Any], str | None]) -> Callable[[Any], str | None]:
    def solid(form: Any) -> str | None:
        text = getter(form)
        return None if text is None or text.isspace() else text

    return solid


class _Record:
    """A record that the source fills: the variable of its dictionary, and what fields there are."""

    def __init__(self, variable: str, record: Any) -> None:
        self.variable = variable
        self.kinds: dict[str, str] = kinds_of(record)
        self.filled: set[str] = set()


class Source:
    """The source of one function; `row_value` compiles a row to its slow getter."""

    def __init__(self, form_class: type[Any], row_value: RowValue) -> None:
        writer_of = getattr(form_class, "writer", None)
        self._writer: Writer = writer_of() if writer_of else _Plain(form_class)
        self._form_class = form_class
        self._row_value = row_value
        self._body: list[str] = []
        self._count = 0
        self._writer.names |= {"clean": clean, "merge": _merge, "put": _put}

    def function(
        self, table: Table, slow: Getter, *, partial: bool = False
    ) -> tuple[str, dict[str, Any]]:
        """Write `build(form, reading)`: it gives the record, or with `partial` its fields.

        Where a text does not convert, `slow` is asked instead.
        """
        found = self._rows(table)
        built = found if partial else self._built(table, found)
        self._writer.names["slow"] = slow
        lines = ["year = reading.year", *self._writer.lines, *self._body, f"return {built}"]
        head = "def build(form, reading):\n  try:\n    "
        tail = "\n  except ValueError:\n    return slow(form, reading)"
        return head + "\n    ".join(lines) + tail, self._writer.names

    def _rows(self, table: Table) -> str:
        """Write the rows of `table`; return the variable of the dictionary that they fill."""
        record = _Record(self._new("{}"), table.record)
        for row in table.rows:
            self._row(row, record)
        return record.variable

    def _row(self, row: Any, record: _Record) -> None:
        """Write one row; one that comes second to a field counts where that has no value yet."""
        field = getattr(row, "field", "").partition(".")[0]
        second, first = field in record.filled and record.kinds[field] == "one", len(self._body)
        _WRITE.get(type(row), Source._slowly)(self, row, record)
        if second:
            inner = [f"    {line}" for line in self._body[first:]]
            self._body[first:] = [f"if {field!r} not in {record.variable}:", *inner]

    def _built(self, table: Table, found: str) -> str:
        """Return the expression of the record, None where it has nothing."""
        built = f"{self._name(table.record)}(**{found})"
        return built if has_required(table) else f"({built} if {found} else None)"

    def _give(self, record: _Record, field: str, value: str, given: str) -> None:
        """Write: where `given` is true, the field gets `value`, or more of it."""
        field, _, key = field.partition(".")
        place = f"{record.variable}[{field!r}]"
        value = f"{{{key!r}: {value}}}" if key else value
        if field not in record.filled:
            self._body.append(f"if {given}: {place} = {value}")
        elif record.kinds[field] == "dict":
            self._body.append(f"if {given}: merge({record.variable}, {field!r}, {value})")
        elif record.kinds[field] == "tuple":
            more = f"{record.variable}.get({field!r}, ()) + {value}"
            self._body.append(f"if {given}: {place} = {more}")
        else:
            self._body.append(f"if {given}: {place} = {value}")
        record.filled.add(field)

    def _new(self, expression: str) -> str:
        self._count += 1
        variable = f"a{self._count}"
        self._body.append(f"{variable} = {expression}")
        return variable

    def _name(self, value: Any) -> str:
        name = f"x{len(self._writer.names)}"
        self._writer.names[name] = value
        return name

    def _call(self, convert: Convert, text: str) -> str:
        if convert is as_text and self._writer.tidy:
            return text
        if convert is as_text:
            return f"({text} if {text}.isalnum() else clean({text}))"
        if convert.quick:
            return f"{self._name(convert.quick)}({text})"
        return f"{self._name(convert.read)}({text}, year)"

    # One method for each kind of row.

    def _slowly(self, row: Any, record: _Record) -> None:
        """Call the row's own getter where something may stand at its paths."""
        value = self._new(self._slow(row))
        self._give(record, row.field, value, f"{value} is not None and {value} != ()")

    def _slow(self, row: Any) -> str:
        getter = self._name(self._row_value(row, self._form_class))
        paths = paths_of(getattr(row, "each", "") or getattr(row, "path", "") or ())
        present = " or ".join(dict.fromkeys(map(self._writer.present, paths))) or "True"
        return f"({getter}(form, reading) if {present} else None)"

    def _take(self, row: Take, record: _Record) -> None:
        text = self._new(" or ".join(map(self._writer.text, paths_of(row.path))))
        if row.required:
            self._body.append(f"if not {text}: reading.trouble = True")
        self._convert(row, text, record)

    def _convert(self, row: Take | Join, text: str, record: _Record) -> None:
        value = self._call(row.convert, text)
        if row.convert.optional:
            value = self._new(f"{value} if {text} else None")
            text = f"{value} is not None"
        self._give(record, row.field, value, text)

    def _join(self, row: Join, record: _Record) -> None:
        if row.each:
            texts = self._writer.texts(row.each, row.path) if isinstance(row.path, str) else None
        else:
            texts = f"filter(None, ({', '.join(map(self._writer.text, paths_of(row.path)))},))"
        if texts is None:
            self._slowly(row, record)
        else:
            self._convert(row, self._new(f"' '.join({texts} or ())"), record)

    def _collect(self, row: Collect, record: _Record) -> None:
        texts = self._writer.texts(row.path, row.value)
        if texts is None:
            self._slowly(row, record)
            return
        found = self._new(texts)
        value = self._call(row.convert, "text")
        values = found if value == "text" else f"[{value} for text in {found}]"
        values = f"dict.fromkeys({values})" if row.distinct else values
        self._give(record, row.field, f"tuple({values})", found)

    def _pairs(self, row: Pairs, record: _Record) -> None:
        pairs = self._writer.pairs(row.path, row.key, paths_of(row.value))
        if pairs is None:
            self._slowly(row, record)
            return
        found = self._new(pairs)
        take = self._name(pairs_taken(row, tidy=self._writer.tidy))
        value = self._new(f"({take}({found}) if {found} else None)")
        self._give(record, row.field, value, value)

    def _spread(self, row: Spread, record: _Record) -> None:
        pairs = self._writer.pairs(row.path, row.key, (row.value,))
        if pairs is None:
            given = self._new(self._slow(row))
        else:
            found = self._new(pairs)
            spread = self._name(pairs_spread(row, tidy=self._writer.tidy))
            given = self._new(f"({spread}({found}) if {found} else None)")
        self._several(given, (*row.fields, row.rest), record)

    def _inside(self, row: Inside, record: _Record) -> None:
        self._several(self._new(self._slow(row)), _fields_of(row.table.rows), record)

    def _several(self, given: str, fields: Iterable[str], record: _Record) -> None:
        """Write: the record gets all that a dictionary gives, fields that it has not first."""
        if not record.filled:
            self._body.append(f"if {given}: {record.variable} = {given}")
        elif record.filled.isdisjoint(fields):
            self._body.append(f"if {given}: {record.variable}.update({given})")
        else:
            self._body.append(f"if {given}: put({record.variable}, {given})")
        record.filled |= set(fields)

    def _one(self, row: One, record: _Record) -> None:
        if row.path:
            self._slowly(row, record)
            return
        found = self._rows(row.table)
        built = f"{self._name(row.table.record)}(**{found})"
        self._give(record, row.field, built, "True" if has_required(row.table) else found)

    def _const(self, row: Const, record: _Record) -> None:
        self._give(record, row.field, self._name(row.value), "True")

    def _when(self, row: When, record: _Record) -> None:
        """Write rows that count only under a condition."""
        text = self._new(self._writer.text(row.path))
        values = self._name(frozenset(row.values))
        test = f"{text}.strip() in {values}" if row.values else "True"
        applies = self._new(f"bool({text}) and {test}")
        first = len(self._body)
        for inner in row.rows:
            self._row(inner, record)
        inner_lines = [f"    {line}" for line in self._body[first:]]
        self._body[first:] = [f"if {applies}:", *inner_lines, "    pass"]


def _fields_of(rows: Iterable[Row]) -> list[str]:
    """Name the fields that rows may fill."""
    fields: list[str] = []
    for row in rows:
        if isinstance(row, Spread):
            fields += (*row.fields, row.rest)
        elif isinstance(row, When):
            fields += _fields_of(row.rows)
        elif isinstance(row, Inside):
            fields += _fields_of(row.table.rows)
        else:
            fields.append(row.field.partition(".")[0])
    return fields


def _merge(found: dict[str, Any], field: str, more: dict[str, Any]) -> None:
    """Add to a dictionary among the fields found."""
    had = found.setdefault(field, {})
    for key, value in more.items():
        had[free_name(key, had)] = value


def _put(found: dict[str, Any], more: dict[str, Any]) -> None:
    """Add fields to those found: the first value stays, lists and dictionaries add up."""
    for field, value in more.items():
        had = found.get(field)
        if had is None:
            found[field] = value
        elif isinstance(had, tuple):
            found[field] = had + value
        elif isinstance(had, dict):
            _merge(found, field, value)


_WRITE: dict[type, Callable[[Source, Any, _Record], None]] = {
    Take: Source._take,  # noqa: SLF001 - its own methods
    Join: Source._join,  # noqa: SLF001
    Collect: Source._collect,  # noqa: SLF001
    Pairs: Source._pairs,  # noqa: SLF001
    Spread: Source._spread,  # noqa: SLF001
    Inside: Source._inside,  # noqa: SLF001
    One: Source._one,  # noqa: SLF001
    Const: Source._const,  # noqa: SLF001
    When: Source._when,  # noqa: SLF001
}
