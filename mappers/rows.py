"""The rows of a table: what may be said of a field, read like an implementation guide."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, get_origin, get_type_hints

from msgspec import Struct

from mappers.convert import Convert, text
from parsers.form import Severity

_LAYOUTS_LIMIT = 1000


class Take(Struct, frozen=True, eq=False):
    """One value: the first of `path` (one, or several, the best first) that has text.

    `fields.change` puts it into the dictionary `fields` under `change`. Text that does not convert
    leaves the field empty and is a problem of `severity`: a warning where the record is complete
    without the field.
    """

    field: str
    path: str | tuple[str, ...]
    convert: Convert = text
    required: bool = False
    severity: Severity = "error"


class Join(Struct, frozen=True, eq=False):
    """One text put together with blanks: from each group at `each`, or here, every `path`."""

    field: str
    path: str | tuple[str, ...]
    convert: Convert = text
    each: str = ""
    severity: Severity = "error"


class Each(Struct, frozen=True, eq=False):
    """A tuple of sub-records, one for each group at `path`.

    A group whose rows are all absent is left out, unless its table has a required row: that is a
    problem then.
    """

    field: str
    path: str
    table: "Table"


class One(Struct, frozen=True, eq=False):
    """A sub-record from this form (no path) or from the first group at `path` that gives one.

    It is absent where all its rows are.
    """

    field: str
    table: "Table"
    path: str | tuple[str, ...] = ""


class Collect(Struct, frozen=True, eq=False):
    """A tuple of values: `value` of each group at `path` that has one.

    `distinct` keeps the first of equals.
    """

    field: str
    path: str
    value: str
    convert: Convert = text
    distinct: bool = False


class Pairs(Struct, frozen=True, eq=False):
    """A dictionary from each group at `path`: `key` to `value`.

    `names` translates keys; an unknown key is kept in lower case, or as written with `keep_case`,
    or left out with `only_named`. A repeated key gets a suffix (`DP`, `DP.2`): nothing is lost.
    """

    field: str
    path: str
    key: str
    value: str | tuple[str, ...]
    names: Mapping[str, str] = {}
    only_named: bool = False
    keep_case: bool = False


class Spread(Struct, frozen=True, eq=False):
    """Several fields from the pairs at `path`: each field takes the first of its qualifiers.

    `fields` names for each field the qualifiers that it takes, best first; pairs that no field
    takes go to the dictionary `rest` under their qualifier.
    """

    path: str
    key: str
    value: str
    fields: Mapping[str, tuple[str, ...]]
    rest: str


class Const(Struct, frozen=True, eq=False):
    """A value that the document kind itself says."""

    field: str
    value: object


class When(Struct, frozen=True, eq=False):
    """Rows that count only where the text at `path` is one of `values` (or is there at all)."""

    path: str
    values: tuple[str, ...]
    rows: tuple[Any, ...]


class Inside(Struct, frozen=True, eq=False):
    """Rows of the same record that are looked up in the first group at `path` instead of here."""

    path: str
    table: "Table"


class Compute(Struct, frozen=True, eq=False):
    """A value that no row can say: `function(form)` returns it or None.

    `sources` are the paths it rests on, for the trace; with none of them found the value counts as
    derived. `write(value)` gives the texts that say it, by their paths.
    """

    field: str
    function: Callable[[Any], object]
    sources: tuple[str, ...] = ()
    write: Callable[[Any], Mapping[str, str]] | None = None


Row = Take | Join | Each | One | Collect | Pairs | Spread | Const | When | Inside | Compute


class Table(Struct, frozen=True, eq=False):
    """The rows of one record type; `name` is how partner overrides and problems refer to it.

    Rows for the same field: the first that gives a value wins; lists and dictionaries add up.
    `finish(record, form)` returns the whole record once more, with what no row can say of it: the
    sign of a credit, sums that do not add up (as problems).
    """

    name: str
    record: type[Struct]
    rows: tuple[Row, ...]
    finish: Callable[[Any, Any], Any] | None = None


def paths_of(path: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return one path or several as a tuple."""
    return (path,) if isinstance(path, str) else path


def pair_name(row: Pairs, key: str, taken: Mapping[str, Any]) -> str | None:
    """Return the name under which a pair is kept, None where it is left out."""
    key = key.strip()
    name = row.names.get(key) or row.names.get(key.lower())
    if name is None:
        if row.only_named:
            return None
        name = key if row.keep_case else key.lower()
    return free_name(name, taken)


def free_name(name: str, taken: Mapping[str, Any]) -> str:
    """Return `name`, or with the first free suffix where it is taken."""
    if name not in taken:
        return name
    return next(f"{name}.{n}" for n in range(2, len(taken) + 3) if f"{name}.{n}" not in taken)


def spread_ranks(row: Spread) -> dict[str, tuple[str, int]]:
    """Return for each qualifier the field that takes it, and how much that field prefers it."""
    return {
        qualifier: (field, rank)
        for field, qualifiers in row.fields.items()
        for rank, qualifier in enumerate(qualifiers)
    }


def place_pair(
    found: dict[str, tuple[int, str, Any]],
    ranks: Mapping[str, tuple[str, int]],
    qualifier: str,
    value: Any,
) -> tuple[str, Any] | None:
    """Put a pair where its qualifier belongs; return the pair that no field takes, if any."""
    field, rank = ranks.get(qualifier, ("", 0))
    if not field:
        return qualifier, value
    had = found.get(field)
    if had is None:
        found[field] = (rank, qualifier, value)
        return None
    if rank < had[0]:
        found[field] = (rank, qualifier, value)
        return had[1], had[2]
    return qualifier, value


def has_required(table: Table) -> bool:
    """Whether the record is built even where all is absent, so that what is missing is told."""
    return any(isinstance(row, Take) and row.required for row in table.rows)


@cache
def kinds_of(record: Any) -> dict[str, str]:
    """Say for each field of a record whether it holds a tuple, a dict, or one value."""
    kinds = {tuple: "tuple", dict: "dict"}
    types = get_type_hints(record)
    return {name: kinds.get(get_origin(kind) or kind, "one") for name, kind in types.items()}


def pairs_taken(
    row: Pairs, *, tidy: bool = False
) -> Callable[[Iterable[str]], dict[str, str] | None]:
    """Return the function that makes the dictionary of `row` from keys and values in turn."""
    known = dict(row.names)

    def take(flat: Iterable[str]) -> dict[str, str] | None:
        found: dict[str, str] = {}
        texts = iter(flat)
        for key, value in zip(texts, texts, strict=False):
            if key and value:
                name = known.get(key)
                if name is None or name in found:
                    name = pair_name(row, key, found)
                if name:
                    found[name] = value if tidy else clean(value)
        return found or None

    return take


def pairs_spread(row: Spread, *, tidy: bool = False) -> Callable[[Sequence[str]], dict[str, Any]]:
    """Return the function that spreads keys and values in turn over the fields of `row`.

    Lines of a document mostly bring the same keys in the same order, so the fields of a layout are
    worked out once. `tidy` texts have no blanks that need cleaning.
    """
    ranks = spread_ranks(row)
    layouts: dict[tuple[str, ...], tuple[str, ...]] = {}

    def spread(flat: Sequence[str]) -> dict[str, Any]:
        keys, values = tuple(flat[::2]), flat[1::2]
        fields = layouts.get(keys) or _layout(keys, ranks, layouts)
        if fields and len(values) == len(keys) and "" not in values:
            return dict(zip(fields, values if tidy else map(clean, values), strict=True))
        return contested(flat)

    def contested(flat: Sequence[str]) -> dict[str, Any]:
        found: dict[str, tuple[int, str, str]] = {}
        rest: dict[str, str] = {}
        texts = iter(flat)
        for key, value in zip(texts, texts, strict=False):
            loser = None
            if key and value:
                loser = place_pair(found, ranks, key.strip(), clean(value))
            if loser:
                rest[free_name(loser[0], rest)] = loser[1]
        fields: dict[str, Any] = {field: kept[2] for field, kept in found.items()}
        return fields | {row.rest: rest} if rest else fields

    return spread


def _layout(
    keys: tuple[str, ...],
    ranks: Mapping[str, tuple[str, int]],
    layouts: dict[tuple[str, ...], tuple[str, ...]],
) -> tuple[str, ...]:
    """Return the field of each key, () where they contest a field or belong to none."""
    fields = tuple(ranks[key][0] for key in keys if key in ranks)
    plain = len(fields) == len(set(fields)) == len(keys)
    if len(layouts) < _LAYOUTS_LIMIT:  # keys come from outside
        layouts[keys] = fields if plain else ()
    return fields if plain else ()


def clean(raw: str) -> str:
    """Return `raw` with its runs of blanks made one."""
    return raw if raw.isalnum() else " ".join(raw.split())
