"""The slow pass: the same table walked over the same form, for positions and problems.

It is taken only when somebody asks for the trace, or when the quick pass stumbled. What a row gives
is asked of the quick pass, so that both agree on which values there are.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from mappers.compiled import Reading, builder, text_getter, value_of
from mappers.convert import Convert
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
    pair_name,
    paths_of,
    place_pair,
    spread_ranks,
)
from parsers.form import Form, Found, Problem, Severity

Step = tuple[str, Found | None, Problem | None]
"""A JSON pointer, the text that stands for it, and what is wrong with it."""


Wanted = frozenset[str] | None
"""The pointers of the values that are wanted, and of all that holds them; None for all."""


class _At(NamedTuple):
    """How many values earlier rows gave to the same field, and which are wanted."""

    first: int
    wanted: Wanted


def walk(
    table: Table, form: Form, year: int, pointer: str = "", wanted: Wanted = None
) -> Iterator[Step]:
    """Yield a step for every value that the quick pass takes, or would if it could.

    With `wanted` steps to other values may be left out.
    """
    yield from _walk_rows(table.rows, form, year, pointer, _Given(table.rows, wanted))


def wanted_for(pointers: Iterable[str]) -> frozenset[str]:
    """Return what to want of a walk to get the steps to these pointers."""
    found: set[str] = set()
    for pointer in pointers:
        parts = pointer.split("/")
        found.update("/".join(parts[:length]) for length in range(2, len(parts) + 1))
    return frozenset(found)


class _Given:
    """What earlier rows gave, kept for the fields that several rows may fill."""

    __slots__ = ("several", "values", "wanted")

    def __init__(self, rows: tuple[Row, ...], wanted: Wanted) -> None:
        self.wanted = wanted
        self.several = _filled_by_several(rows)
        self.values: dict[str, Any] = {}


@cache
def _filled_by_several(rows: tuple[Row, ...]) -> frozenset[str]:
    return frozenset(name for name, times in Counter(_fields(rows)).items() if times > 1)


def _fields(rows: tuple[Row, ...]) -> Iterator[str]:
    """Yield the fields of rows, once for each row that may fill them."""
    for row in rows:
        if isinstance(row, When):
            yield from _fields(row.rows)
        elif isinstance(row, Inside):
            yield from _fields(row.table.rows)
        elif not isinstance(row, Spread):
            yield row.field


def _walk_rows(
    rows: tuple[Row, ...], form: Form, year: int, pointer: str, given: _Given
) -> Iterator[Step]:
    """Walk rows in order; `given` holds for each field what earlier rows gave."""
    for row in rows:
        if isinstance(row, When):
            if _applies(row, form):
                yield from _walk_rows(row.rows, form, year, pointer, given)
        elif isinstance(row, Spread):
            yield from _walk_spread(row, form, pointer)
        elif isinstance(row, Inside):
            for group in islice(form.each(row.path), 1):
                yield from _walk_rows(row.table.rows, group, year, pointer, given)
        else:
            yield from _walk_row(row, form, year, pointer, given)


def _walk_row(row: Any, form: Form, year: int, pointer: str, given: _Given) -> Iterator[Step]:
    place = f"{pointer}/{row.field.replace('.', '/')}"
    if (given.wanted is not None and place not in given.wanted) or not _stands(row, form):
        return
    had = given.values.get(row.field)
    if had is None or isinstance(had, tuple | dict):
        at = _At(len(had) if isinstance(had, tuple) else 0, given.wanted)
        yield from _WALK[type(row)](row, form, year, place, at)
        if row.field in given.several:
            _give(given.values, row, form, year)


def _stands(row: Row, form: Form) -> bool:
    """Whether anything can come of a row, asked of the quick pass: most rows find nothing."""
    asked = _asked_of(row, type(form))
    return asked is None or any(ask(form) for ask in asked)


@cache
def _asked_of(row: Row, form_class: type[Form]) -> tuple[Callable[[Form], Any], ...] | None:
    """Return the getters of which one must find something; None where nothing can be said."""
    if isinstance(row, Take) and not row.required:
        return tuple(text_getter(form_class, path) for path in paths_of(row.path))
    if isinstance(row, Each | Collect | Pairs) or (isinstance(row, One) and row.path):
        return tuple(form_class.groups_of(path) for path in paths_of(row.path))
    return None


def _give(given: dict[str, Any], row: Any, form: Form, year: int) -> None:
    got, had = value_of(row, form, Reading(year)), given.get(row.field)
    if isinstance(got, tuple) and isinstance(had, tuple):
        given[row.field] = had + got
    elif got is not None and had is None:
        given[row.field] = got


def _applies(row: When, form: Form) -> bool:
    found = form.find(row.path)
    return found is not None and (not row.values or found.text.strip() in row.values)


def _walk_take(row: Take, form: Form, year: int, pointer: str, _at: _At) -> Iterator[Step]:
    for path in paths_of(row.path):
        found = form.find(path)
        if found is not None and found.text.strip():
            yield pointer, found, _unconverted(row.convert, found, pointer, year, row.severity)
            return
    if row.required:
        yield pointer, None, _missing(row, form, pointer)


def _walk_join(row: Join, form: Form, year: int, pointer: str, _at: _At) -> Iterator[Step]:
    groups = form.each(row.each) if row.each else (form,)
    texts = [
        found for group in groups for path in paths_of(row.path) if (found := group.find(path))
    ]
    if not texts:
        return
    whole = Found(text=" ".join(found.text for found in texts), position=texts[0].position)
    problem = _unconverted(row.convert, whole, pointer, year, row.severity)
    yield pointer, whole if problem else texts[0], problem


def _walk_each(row: Each, form: Form, year: int, pointer: str, at: _At) -> Iterator[Step]:
    for index, group in enumerate(_built(row, form, year), start=at.first):
        place = f"{pointer}/{index}"
        if at.wanted is None or place in at.wanted:
            yield from walk(row.table, group, year, place, at.wanted)


def _built(row: Each, form: Form, year: int) -> Iterator[Form]:
    for group in form.each(row.path):
        if builder(row.table, type(group))(group, Reading(year)) is not None:
            yield group


def _walk_one(row: One, form: Form, year: int, pointer: str, at: _At) -> Iterator[Step]:
    group = _one_group(row, form, year)
    if group is not None:
        yield from walk(row.table, group, year, pointer, at.wanted)


def _one_group(row: One, form: Form, year: int) -> Form | None:
    groups = (group for path in paths_of(row.path) for group in form.each(path))
    for group in groups if row.path else (form,):
        reading = Reading(year)
        if builder(row.table, type(group))(group, reading) is not None or reading.trouble:
            return group
    return None


def _walk_collect(row: Collect, form: Form, year: int, pointer: str, at: _At) -> Iterator[Step]:
    seen: set[str] = set()
    index = at.first
    for group in form.each(row.path):
        found = group.find(row.value)
        if found is None or not found.text.strip() or (row.distinct and found.text in seen):
            continue
        problem = _unconverted(row.convert, found, f"{pointer}/{index}", year, "error")
        yield f"{pointer}/{index}", found, problem
        seen.add(found.text)
        index += problem is None


def _walk_pairs(row: Pairs, form: Form, _year: int, pointer: str, _at: _At) -> Iterator[Step]:
    taken: dict[str, Found] = {}
    for group in form.each(row.path):
        key = group.find(row.key)
        value = next((got for path in paths_of(row.value) if (got := group.find(path))), None)
        name = pair_name(row, key.text, taken) if key and value else None
        if name and value:
            taken[name] = value
            yield f"{pointer}/{escaped(name)}", value, None


def _walk_spread(row: Spread, form: Form, pointer: str) -> Iterator[Step]:
    found: dict[str, tuple[int, str, Found]] = {}
    ranks = spread_ranks(row)
    for group in form.each(row.path):
        key, value = group.find(row.key), group.find(row.value)
        loser = place_pair(found, ranks, key.text.strip(), value) if key and value else None
        if loser:
            yield f"{pointer}/{row.rest}/{escaped(loser[0])}", loser[1], None
    for field, (_, _, text) in found.items():
        yield f"{pointer}/{field}", text, None


def escaped(name: str) -> str:
    """Return a name as a part of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _walk_compute(row: Compute, form: Form, _year: int, pointer: str, _at: _At) -> Iterator[Step]:
    if row.function(form) is not None:
        found = next((got for path in row.sources if (got := form.find(path))), None)
        if found is not None:
            yield pointer, found, None


_WALK: dict[type, Callable[[Any, Form, int, str, _At], Iterator[Step]]] = {
    Take: _walk_take,
    Join: _walk_join,
    Each: _walk_each,
    One: _walk_one,
    Collect: _walk_collect,
    Pairs: _walk_pairs,
    Const: lambda _row, _form, _year, _pointer, _first: iter(()),
    Compute: _walk_compute,
}


def _unconverted(
    convert: Convert, found: Found, pointer: str, year: int, severity: Severity
) -> Problem | None:
    try:
        convert.read(found.text, year)
    except ValueError:
        return Problem(
            code=f"value.not_{convert.name}",
            severity=severity,
            message=f"{found.text!r} is not {convert.expected}",
            at=found.position.at,
            found=found.text,
            expected=convert.expected,
            pointer=pointer,
            remedy="Correct the value and send the document again.",
        )
    return None


def _missing(row: Take, form: Form, pointer: str) -> Problem:
    path = " or ".join(paths_of(row.path))
    around = (form.find(one.rpartition("/")[0]) for one in paths_of(row.path))
    here = next(filter(None, around), None) or form.find("")
    return Problem(
        code="value.missing",
        severity=row.severity,
        message=f"{row.field.replace('_', ' ')} is missing",
        at=here.position.at if here else path,
        expected=path,
        pointer=pointer,
        remedy="Add the value and send the document again.",
    )


# Values that rest on no text.


def derived(table: Table, form: Form, year: int, pointer: str = "") -> Iterator[str]:
    """Yield the pointers of computed values that rest on no text of the document."""
    if not computes(table):
        return
    for row in table.rows:
        if isinstance(row, Compute):
            yield from _derived_here(row, form, year, f"{pointer}/{row.field}")
        elif isinstance(row, Each):
            for index, group in enumerate(_built(row, form, year)):
                yield from derived(row.table, group, year, f"{pointer}/{row.field}/{index}")
        elif isinstance(row, One):
            inner = _one_group(row, form, year)
            if inner is not None:
                yield from derived(row.table, inner, year, f"{pointer}/{row.field}")


def _derived_here(row: Compute, form: Form, year: int, place: str) -> Iterator[str]:
    at = _At(0, None)
    if row.function(form) is not None and not any(_walk_compute(row, form, year, place, at)):
        yield place


@cache
def computes(table: Table) -> bool:
    """Whether the table, or one inside it, has computed values."""
    return any(
        isinstance(row, Compute) or (isinstance(row, Each | One) and computes(row.table))
        for row in table.rows
    )
