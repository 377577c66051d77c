"""What a table reads, said flat: one entry for each field and the places it is taken from.

The same rows that read a document are its implementation guide; here they are listed for whoever
prints or checks them. Paths are as the rows have them, relative to the groups in `within`.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct, structs

from mappers.convert import Convert, text
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
    paths_of,
)


class Entry(Struct, frozen=True, kw_only=True):
    """A field of a record and the places it comes from, the best first.

    `within` are the paths of the groups around it from the outside in; `names` translate the codes
    at `key` where the field is a dictionary, `qualifiers` are the codes there that are meant;
    `conditions` are paths and the values that they must have; `fixed` is a value that no text says.
    """

    table: str
    field: str
    paths: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    convert: Convert = text
    required: bool = False
    key: str | None = None
    names: Mapping[str, str] = {}
    qualifiers: tuple[str, ...] = ()
    conditions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    fixed: object = None


def entries(table: Table) -> Iterator[Entry]:
    """Yield an entry for every field that `table` and the tables in it may fill."""
    yield from _rows(table.rows, Entry(table=table.name, field=""))


def _rows(rows: tuple[Row, ...], around: Entry) -> Iterator[Entry]:
    for row in rows:
        yield from _row(row, around)


def _row(row: Row, around: Entry) -> Iterator[Entry]:
    if isinstance(row, When):
        conditions = (*around.conditions, (row.path, row.values))
        yield from _rows(row.rows, structs.replace(around, conditions=conditions))
    elif isinstance(row, Each | One | Inside):
        inner = around if isinstance(row, Inside) else _named(around, row.field)
        for path in paths_of(row.path) or ("",):
            within = (*around.within, path) if path else around.within
            here = structs.replace(inner, within=within, table=row.table.name)
            yield from _rows(row.table.rows, here)
    elif isinstance(row, Spread):
        yield from _spread(row, _grouped(around, row.path))
    else:
        yield _value(row, _named(around, row.field))


def _value(row: Take | Join | Collect | Pairs | Const | Compute, entry: Entry) -> Entry:
    if isinstance(row, Take):
        paths = paths_of(row.path)
        return structs.replace(entry, paths=paths, convert=row.convert, required=row.required)
    if isinstance(row, Join):
        entry = _grouped(entry, row.each)
        return structs.replace(entry, paths=paths_of(row.path), convert=row.convert)
    if isinstance(row, Collect):
        entry = _grouped(entry, row.path)
        return structs.replace(entry, paths=(row.value,), convert=row.convert)
    if isinstance(row, Pairs):
        entry = _grouped(entry, row.path)
        return structs.replace(entry, paths=paths_of(row.value), key=row.key, names=row.names)
    if isinstance(row, Const):
        return structs.replace(entry, fixed=row.value)
    return structs.replace(entry, paths=row.sources)


def _spread(row: Spread, around: Entry) -> Iterator[Entry]:
    for field, qualifiers in row.fields.items():
        entry = _named(around, field)
        yield structs.replace(entry, paths=(row.value,), key=row.key, qualifiers=qualifiers)
    yield structs.replace(_named(around, row.rest), paths=(row.value,), key=row.key)


def _named(around: Entry, field: str) -> Entry:
    return structs.replace(around, field=f"{around.field}.{field}" if around.field else field)


def _grouped(around: Entry, path: str) -> Entry:
    return structs.replace(around, within=(*around.within, path)) if path else around
