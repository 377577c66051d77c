"""The trace at speed: a table compiled to the function that says where each value stands.

It gives what `mappers.walked` would step over, for documents in which every text converts. Forms
that keep the places of their texts while they are read offer `placer`, and tell in words where
those are once all have been found (`told`). Rows that are rare are left to the slow pass.
"""

from collections import Counter
from collections.abc import (
    Callable,
    ItemsView,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    ValuesView,
)
from functools import cache, lru_cache
from typing import Any, Protocol

from mappers.canonical import Traced
from mappers.compiled import Reading, builder, text_getter, value_of
from mappers.moulded import can_be_cast, traced
from mappers.rows import (
    Collect,
    Const,
    Each,
    Inside,
    One,
    Pairs,
    Row,
    Spread,
    Table,
    Take,
    When,
    has_required,
    pair_name,
    paths_of,
)
from mappers.walked import escaped, walk
from parsers.form import Form, Found

Place = Any
"""Where a text stands, as the form's class keeps it; or a `Found` of the slow pass."""
Places = dict[str, Place]
Told = tuple[str, str, int, int]
"""Where a text stands in words, the text, and the bytes of the file from and to which it stands."""
_Given = dict[str, int]
"""How much earlier rows gave to the fields that several may fill."""
_Tracer = Callable[[Any, str, Places], bool]
"""Puts the places in a form under their JSON pointers; says whether a value is sure."""
_RowTracer = Callable[[Any, str, Places, _Given], bool]
_YEARS = 4


class Placing(Form, Protocol):
    """A form that keeps the places of its texts."""

    @classmethod
    def placer(cls, paths: Sequence[str]) -> Callable[[Any], Iterable[tuple[int, Place]]]:
        """Compile paths to a function that gives the number of each that has a text, and where."""

    @classmethod
    def told(
        cls, places: Iterable[tuple[str, Place]]
    ) -> Iterable[tuple[str, "Found | Told | Group"]]:
        """Say in words where places are; a group whose places are known tells them itself."""


class Group(Protocol):
    """A group whose places are all known, and told when somebody asks."""

    def __len__(self) -> int:
        """Return the number of its values."""

    def names(self) -> Iterable[str]:
        """Return the pointers of its values, within the group."""

    def fill(self, told: dict[str, Any], at: str, make: Any, made: Any) -> None:
        """Put what is made of each place under its name, which begins with `at`.

        `make` takes words, text, start and end of a place; `made` a `Found` from around the group.
        """


class Trace(Mapping[str, Traced]):
    """Where the values under each JSON pointer stand; those of a group are told on demand.

    A big document has far more values than anybody asks for at once.
    """

    def __init__(self, parts: dict[str, Traced | Group]) -> None:
        """Take each place under its pointer, and groups under theirs."""
        self._parts = parts
        self._asked: tuple[str, dict[str, Traced]] = ("", {})

    def __getitem__(self, pointer: str) -> Traced:
        """Return where a value stands. Raises `KeyError` where there is no such value."""
        part = self._parts.get(pointer)
        if isinstance(part, Traced):
            return part
        at = pointer
        while at:
            at = at.rpartition("/")[0]
            if at in self._parts:
                return self._told(at)[pointer]
        raise KeyError(pointer)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the pointers."""
        for at, part in self._parts.items():
            if isinstance(part, Traced):
                yield at
            else:
                yield from (at + name for name in part.names())

    def __len__(self) -> int:
        """Return the number of values."""
        return sum(1 if isinstance(part, Traced) else len(part) for part in self._parts.values())

    def __repr__(self) -> str:
        """Show all that is in it."""
        return f"Trace({dict(self.items())!r})"

    def items(self) -> "_Items":
        """Return the pointers and places, told group by group."""
        return _Items(self)

    def values(self) -> "_Values":
        """Return the places, told group by group."""
        return _Values(self)

    def pairs(self) -> Iterator[tuple[str, Traced]]:
        """Yield each pointer and place."""
        for at, part in self._parts.items():
            if isinstance(part, Traced):
                yield at, part
            else:
                told: dict[str, Traced] = {}
                part.fill(told, at, Traced, told_as)
                yield from told.items()

    def _told(self, at: str) -> dict[str, Traced]:
        """Return the places of a group; those of the last one are kept."""
        part = self._parts[at]
        if self._asked[0] != at and not isinstance(part, Traced):
            self._asked = (at, {})
            part.fill(self._asked[1], at, Traced, told_as)
        return self._asked[1] if self._asked[0] == at else {}


class _Items(ItemsView[str, Traced]):
    _mapping: Trace

    def __iter__(self) -> Iterator[tuple[str, Traced]]:
        return self._mapping.pairs()


class _Values(ValuesView[Traced]):
    _mapping: Trace

    def __iter__(self) -> Iterator[Traced]:
        return (place for _, place in self._mapping.pairs())


def traced_in(table: Table, form: Any, year: int) -> Mapping[str, Traced]:
    """Return where the values under each JSON pointer stand in a form that keeps places."""
    places: Places = {}
    kind: Any = type(form)
    _tracer(table, kind, year)(form, "", places)
    told = {
        name: Traced(at=found[0], text=found[1], start=found[2], end=found[3])
        if type(found) is tuple
        else told_as(found)
        if isinstance(found, Found)
        else found
        for name, found in kind.told(places.items())
    }
    return Trace(told) if hasattr(kind, "caster") else told


def told_as(found: Found) -> Traced:
    """Return what was found as a record's trace has it."""
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


def keeps_places(form: Form) -> bool:
    """Whether a form is of a class that keeps the places of its texts."""
    return hasattr(form, "placer")


class _Rows:
    """The rows of a table for one form class; `several` are fields that more than one may fill."""

    def __init__(self, table: Table, form_class: Any, year: int) -> None:
        self.table = table
        self.form_class = form_class
        self.year = year
        times = Counter(_fields_of(table.rows))
        self.several = frozenset(field for field, count in times.items() if count > 1)

    def compiled(self, row: Row) -> _RowTracer:
        """Return the tracer of one row."""
        return _COMPILE.get(type(row), _slow)(self, row)

    def groups(self, path: str) -> Callable[[Any], Sequence[Any]]:
        """Return the compiled getter of groups."""
        groups: Callable[[Any], Sequence[Any]] = self.form_class.groups_of(path)
        return groups


@lru_cache(maxsize=1024)
def _tracer(table: Table, form_class: Any, year: int) -> _Tracer:
    """Compile `table` for a form class; rows that alone fill their field are asked all at once."""
    rows = _Rows(table, form_class, year)
    alone = [row for row in table.rows if isinstance(row, Take) and row.field not in rows.several]
    placed = form_class.placer(["|".join(paths_of(row.path)) for row in alone])
    pointers = [_pointer(row.field) for row in alone]
    sure_ones = [not row.convert.optional for row in alone]
    others = [rows.compiled(row) for row in table.rows if not any(row is one for one in alone)]

    def trace(form: Any, at: str, places: Places) -> bool:
        sure = False
        for number, place in placed(form):
            places[at + pointers[number]] = place
            sure = sure or sure_ones[number]
        given: _Given = {}
        for other in others:
            sure = other(form, at, places, given) or sure
        return sure

    return trace


def _fields_of(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the fields of rows, once for each row that may fill them."""
    for row in rows:
        if isinstance(row, When):
            yield from _fields_of(row.rows)
        elif isinstance(row, Inside):
            yield from _fields_of(row.table.rows)
        elif not isinstance(row, Spread):
            yield row.field


def _pointer(field: str) -> str:
    return f"/{field.replace('.', '/')}"


def _take(rows: _Rows, row: Take) -> _RowTracer:
    """Compile one of several rows for a field: the first that gives a value counts."""
    placed = rows.form_class.placer(["|".join(paths_of(row.path))])
    pointer, field, year = _pointer(row.field), row.field, rows.year

    def take(form: Any, at: str, places: Places, given: _Given) -> bool:
        if given.get(field):
            return False
        for _, place in placed(form):
            places[at + pointer] = place
            given[field] = value_of(row, form, Reading(year)) is not None
        return bool(given.get(field))

    return take


def _const(_rows: _Rows, row: Const) -> _RowTracer:
    def const(_form: Any, _at: str, _places: Places, given: _Given) -> bool:
        given[row.field] = given.get(row.field) or 1
        return True

    return const


def _when(rows: _Rows, row: When) -> _RowTracer:
    test, inner = rows.form_class.text_of(row.path), [rows.compiled(one) for one in row.rows]

    def when(form: Any, at: str, places: Places, given: _Given) -> bool:
        text = test(form)
        if text is None or (row.values and text.strip() not in row.values):
            return False
        sure = False
        for one in inner:
            sure = one(form, at, places, given) or sure
        return sure

    return when


def _each(rows: _Rows, row: Each) -> _RowTracer:
    groups, pointer, year = rows.groups(row.path), _pointer(row.field), rows.year

    def each(form: Any, at: str, places: Places, given: _Given) -> bool:
        count = given.get(row.field, 0)
        here = groups(form)
        found = traced(row.table, here, exact) if can_be_cast(here) else map(exact, here)
        for places_here in found:
            for name, place in (places_here or {}).items():
                places[f"{at}{pointer}/{count}{name}"] = place
            count += places_here is not None
        given[row.field] = count
        return count > 0

    def exact(group: Any) -> Places | None:
        places: Places = {}
        return places if _traced(row.table, group, year, "", places) else None

    return each


def _one(rows: _Rows, row: One) -> _RowTracer:
    ways = [rows.groups(path) for path in paths_of(row.path)] if row.path else [_itself]
    pointer, year = _pointer(row.field), rows.year

    def one(form: Any, at: str, places: Places, given: _Given) -> bool:
        if given.get(row.field):
            return False
        groups = (group for way in ways for group in way(form))
        found = any(_traced(row.table, group, year, at + pointer, places) for group in groups)
        given[row.field] = found
        return found

    return one


def _itself(form: Any) -> Sequence[Any]:
    return (form,)


def _traced(table: Table, group: Any, year: int, at: str, places: Places) -> bool:
    """Trace the record that a group may be; say whether it is one, and keep nothing if not."""
    before = len(places)
    kind: Any = type(group)
    sure = _tracer(table, kind, year)(group, at, places)
    if sure or has_required(table) or builder(table, kind)(group, Reading(year)):
        return True
    for pointer in list(places)[before:]:
        del places[pointer]
    return False


def _collect(rows: _Rows, row: Collect) -> _RowTracer:
    groups, pointer = rows.groups(row.path), _pointer(row.field)

    def collect(form: Any, at: str, places: Places, given: _Given) -> bool:
        seen: set[str] = set()
        count = first = given.get(row.field, 0)
        for group in groups(form):
            kind: Any = type(group)
            for _, place in _placer(kind, row.value)(group):
                text = text_getter(kind, row.value)(group) or ""
                if row.distinct and text in seen:
                    continue
                seen.add(text)
                places[f"{at}{pointer}/{count}"] = place
                count += 1
        given[row.field] = count
        return count > first

    return collect


@cache
def _placer(form_class: Any, path: str) -> Callable[[Any], Iterable[tuple[int, Place]]]:
    placer: Callable[[Any], Iterable[tuple[int, Place]]] = form_class.placer([path])
    return placer


def _pairs(rows: _Rows, row: Pairs) -> _RowTracer:
    groups, pointer = rows.groups(row.path), _pointer(row.field)
    value = "|".join(paths_of(row.value))

    def pairs(form: Any, at: str, places: Places, _given: _Given) -> bool:
        taken: dict[str, Place] = {}
        for group in groups(form):
            kind: Any = type(group)
            key = text_getter(kind, row.key)(group)
            found = next(iter(_placer(kind, value)(group)), None)
            name = pair_name(row, key, taken) if key and found else None
            if name and found:
                taken[name] = places[f"{at}{pointer}/{escaped(name)}"] = found[1]
        return bool(taken)

    return pairs


def _slow(rows: _Rows, row: Any) -> _RowTracer:
    """Leave a row to the slow pass."""
    alone = Table(rows.table.name, rows.table.record, (row,))
    field, year = getattr(row, "field", ""), rows.year

    def slow(form: Any, at: str, places: Places, given: _Given) -> bool:
        if field and given.get(field):
            return False
        found = {pointer: found for pointer, found, _ in walk(alone, form, year, at) if found}
        places.update(found)
        given[field] = bool(found)
        return bool(found)

    return slow


_COMPILE: dict[type, Callable[[_Rows, Any], _RowTracer]] = {
    Take: _take,
    Const: _const,
    When: _when,
    Each: _each,
    One: _one,
    Collect: _collect,
    Pairs: _pairs,
}
