"""A partner's oddities: rows of our tables changed by data, never by code.

    [[x12]]
    table = "850"                         # the name of the table, as `Table.name` has it
    field = "requested_date"
    path = ["DTM[010]/02", "DTM[002]/02"] # where the partner writes it, best first
    convert = "date"                      # only for fields that have no row of their own

A row for a field that the table has takes its place and keeps its converter; a row for another
field of the record is added. What names no table or no field is refused: a rule that never applies
is worse than none.
"""

import operator
from collections.abc import Iterable, Mapping

from msgspec import Struct, structs

from mappers import convert
from mappers.convert import Convert
from mappers.rows import Each, Inside, Join, One, Row, Table, Take, When, kinds_of

CONVERTERS: Mapping[str, Convert] = {
    "text": convert.text,
    "code": convert.upper,
    "unit": convert.uom,
    "number": convert.decimal,
    "n2": convert.n2,
    "integer": convert.integer,
    "date": convert.date,
}
"""The converters that a partner's row may name."""


class RowChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One changed or added row of a table."""

    table: str
    field: str
    path: str | tuple[str, ...]
    convert: str | None = None
    required: bool | None = None


class PartnerError(Exception):
    """A partner's file asks for what no table has; the message says which row and why."""


def changed(tables: Mapping[str, Table], changes: Iterable[RowChange]) -> dict[str, Table]:
    """Return `tables` as `changes` have them; raises `PartnerError` where one fits none."""
    result = dict(tables)
    for change in changes:
        after = {kind: _changed(table, change) for kind, table in result.items()}
        if all(after[kind] is table for kind, table in result.items()):
            known = sorted({name for table in tables.values() for name in _names(table)})
            message = f"there is no table {change.table!r}; there are {', '.join(known)}"
            raise PartnerError(message)
        result = after
    return result


def _changed(table: Table, change: RowChange) -> Table:
    """Return `table` with a change in it or inside of it; the same object where it is not meant."""
    rows = tuple(_inside(row, change) for row in table.rows)
    if table.name == change.table:
        rows = _replaced(table, rows, change)
    same = len(rows) == len(table.rows) and all(map(operator.is_, rows, table.rows))
    return table if same else structs.replace(table, rows=rows)


def _inside(row: Row, change: RowChange) -> Row:
    """Return a row with the change in the table or rows that it holds."""
    if isinstance(row, Each | One | Inside):
        table = _changed(row.table, change)
        return row if table is row.table else structs.replace(row, table=table)
    if isinstance(row, When):
        rows = tuple(_inside(inner, change) for inner in row.rows)
        same = all(map(operator.is_, rows, row.rows))
        return row if same else structs.replace(row, rows=rows)
    return row


def _replaced(table: Table, rows: tuple[Row, ...], change: RowChange) -> tuple[Row, ...]:
    """Put the row of a change in the place of the first row for its field, or behind all."""
    place, old = next(
        (
            (index, row)
            for index, row in enumerate(rows)
            if isinstance(row, Take | Join) and row.field == change.field
        ),
        (len(rows), None),
    )
    if old is None and change.field.partition(".")[0] not in kinds_of(table.record):
        message = f"{change.table!r} has no field {change.field!r}"
        raise PartnerError(message)
    new = _row(change, old)
    others = (row for row in rows[place:] if getattr(row, "field", None) != change.field)
    return (*rows[:place], new, *others)


def _row(change: RowChange, old: Take | Join | None) -> Take:
    if change.convert is not None and change.convert not in CONVERTERS:
        known = ", ".join(CONVERTERS)
        message = f"there is no converter {change.convert!r}; there are {known}"
        raise PartnerError(message)
    named = CONVERTERS.get(change.convert or "")
    had_required = isinstance(old, Take) and old.required
    return Take(
        change.field,
        change.path,
        named or (old.convert if old else convert.text),
        required=had_required if change.required is None else change.required,
        severity=old.severity if old else "error",
    )


def _names(table: Table) -> Iterable[str]:
    yield table.name
    for row in table.rows:
        if isinstance(row, Each | One | Inside):
            yield from _names(row.table)
