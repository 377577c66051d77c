"""Tables read backwards: what they take from a form, they put into a draft.

A draft is a form that is being written (`put` where `find` looks, `add` what `each` finds), so a
mapper that writes needs no writer, as one that reads needs no parser. Each value of a record goes
through the converter of its row, backwards, to the best path of the row that has a place for it;
rows under a condition come last, and make it true where nothing stands yet. What no row can put
stays out: who writes reads the outcome by the same table and tells what is not there.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import msgspec
from msgspec import Struct

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


class Draft(Protocol):
    """A document, or a repeating group of one, that is being written."""

    def put(self, *texts: tuple[str, str]) -> bool:
        """Put texts at their paths, all or none; whether they stand there now."""

    def add(self, path: str) -> "Draft | None":
        """Return a new group at `path`; None where there can be no further one."""

    def group(self, path: str) -> "Draft | None":
        """Return the first group at `path`, made where there is none."""

    def knows(self, path: str) -> bool:
        """Whether the structure has what `path` leads to."""

    def under(self, level: Any) -> "Draft":
        """Put this level into another; returns this one."""

    def text(self, path: str) -> str | None:
        """Return the text that stands at `path` by now."""

    def texts(self, path: str, value: str) -> list[str]:
        """Return the texts of `value` in all groups at `path`."""


Prefer = Callable[[str, str, str], str | None]
"""Which qualifier a field is written under: of the path of its row, the field and its value."""

NOTES = "notes"
"""Texts that may be broken: what counts is their words."""

NOT_HERE = ""
"""What `Prefer` says of a field that another row is to write."""


class Way(Struct, frozen=True, kw_only=True):
    """How a document kind is written beyond its rows.

    `prefer` chooses among the qualifiers that a field may stand under (None: the first). `groups`
    are drafts made beforehand for the elements of a field of the record itself, in their order.
    `refused` gathers the values that a row's converter cannot write, each with the reason.
    """

    prefer: Prefer = lambda _path, _field, _value: None
    groups: Mapping[str, Sequence[Draft]] = {}
    refused: dict[str, str] = msgspec.field(default_factory=dict)

    def below(self) -> "Way":
        """Return the way to write what the record holds."""
        return Way(prefer=self.prefer, refused=self.refused)


Given = dict[str, Any]


def made(draft: Draft, path: str) -> Draft:
    """Return a new group at `path`; raises `LookupError` where the structure has none."""
    group = draft.add(path)
    if group is None:
        raise LookupError(path)
    return group


def fill(table: Table, record: Struct, draft: Draft, way: Way) -> None:
    """Put what `record` says where the rows of `table` look for it."""
    given = {name: value for name, value in _fields(record) if _says(value)}
    _fill_rows(table.rows, given, draft, way)


def _fields(record: Struct) -> Iterable[tuple[str, Any]]:
    return ((name, getattr(record, name)) for name in record.__struct_fields__)


def _says(value: Any) -> bool:
    return value is not None and value is not False and value not in ((), "", {})


def _fill_rows(rows: Iterable[Row], given: Given, draft: Draft, way: Way) -> None:
    """Put the fields among `given` that rows have a place for, and take them out of it."""
    known = tuple(rows)
    for row in sorted(known, key=lambda one: _LAST.get(type(one), 0)):
        if isinstance(row, When | Inside | Spread):
            _FILL[type(row)](row, given, draft, way)
        elif isinstance(row, Each) and row.field in given:
            rivals = [one for one in known if isinstance(one, Each) and one.field == row.field]
            _each(row, rivals, given, draft, way)
        elif row.field.partition(".")[0] in given:
            _FILL[type(row)](row, given, draft, way)


_LAST: dict[type, int] = {Spread: 1, When: 2}
"""Rows that come behind the others: a field with a row of its own, as partners add them, has that
before a qualifier among many, and a condition looks at what stands there."""


def _when(row: When, given: Given, draft: Draft, way: Way) -> None:
    if row.values:
        there = draft.text(row.path)
        if there is None and given.keys() & fields_of(row.rows):
            draft.put((row.path, row.values[0]))
            there = draft.text(row.path)
        if there not in row.values:
            return
    _fill_rows(row.rows, given, draft, way)


def _inside(row: Inside, given: Given, draft: Draft, way: Way) -> None:
    group = draft.group(row.path)
    if group is not None:
        _fill_rows(row.table.rows, given, group, way)


def _take(row: Take, given: Given, draft: Draft, way: Way) -> None:
    field, _, name = row.field.partition(".")
    value = given[field].get(name) if name else given[field]
    raw, paths = _text(row.convert, value, way), paths_of(row.path)
    if raw is None:
        return
    said = raw in map(draft.text, paths[1:])
    if not said and not any(draft.put((path, raw)) for path in paths):
        way.refused.update({str(value): way.refused[raw]} if raw in way.refused else {})
        return
    if name:
        _leave(given, field, {key: one for key, one in given[field].items() if key != name})
    else:
        del given[field]


def _text(convert: Convert, value: Any, way: Way) -> str | None:
    """Return the text that reads as `value`, None where there is none."""
    try:
        return None if value is None else convert.write(value)
    except LookupError:
        return None
    except ValueError:
        way.refused[str(value)] = f"what stands there is {convert.expected}"
        return None


def _join(row: Join, given: Given, draft: Draft, way: Way) -> None:
    raw, paths = _text(row.convert, given[row.field], way), paths_of(row.path)
    if raw is None or (row.each and not draft.knows(row.each)):
        return
    words = raw.split()
    if row.convert is not text:
        done = draft.put(*zip(paths, words, strict=False))
    else:
        done = _poured(words, paths, lambda: draft.add(row.each) if row.each else draft)
    if done:
        del given[row.field]


def _poured(words: list[str], paths: tuple[str, ...], more: Callable[[], Draft | None]) -> bool:
    """Put words into one path after the other, as many as each has room for."""
    words, group = list(words), more()
    while group is not None and words:
        before = len(words)
        for path in paths:
            words = words[_most(words, path, group) :]
        if words and len(words) == before:
            cut = _most_of(words[0], paths[0], group)
            if not cut:
                return False
            words[0] = words[0][cut:]
        group = more() if words else group
    return group is not None


def _most(words: list[str], path: str, draft: Draft) -> int:
    """Put as many words at `path` as it has room for; return how many."""
    fitting = (n for n in range(len(words), 0, -1) if draft.put((path, " ".join(words[:n]))))
    return next(fitting, 0)


def _most_of(word: str, path: str, draft: Draft) -> int:
    """Put the beginning of a word that is longer than any place for it; return its length."""
    fitting = (n for n in range(len(word) - 1, 0, -1) if draft.put((path, word[:n])))
    return next(fitting, 0)


def _each(row: Each, rivals: list[Each], given: Given, draft: Draft, way: Way) -> None:
    """Put the records of a field that `row` says best among the rows for it."""
    made, left = way.groups.get(row.field), []
    for index, record in enumerate(given[row.field]):
        best = made is not None or _best(rivals, record, draft) is row
        group = made[index] if made is not None else draft.add(row.path) if best else None
        if group is None:
            left.append(record)
        else:
            fill(row.table, record, group, way.below())
    _leave(given, row.field, tuple(left))


def _best(rows: list[Each], record: Struct, draft: Draft) -> Each | None:
    """Return the first row that leaves the least of a record unsaid."""
    said = {name for name, value in _fields(record) if _says(value)}
    known = (row for row in rows if draft.knows(row.path))
    return min(known, key=lambda row: len(said - fields_of(row.table.rows)), default=None)


def _leave(given: Given, field: str, left: Any) -> None:
    if left:
        given[field] = left
    else:
        del given[field]


def _one(row: One, given: Given, draft: Draft, way: Way) -> None:
    paths = paths_of(row.path) if row.path else ()
    groups = (draft.add(path) for path in paths) if paths else iter((draft,))
    group = next((one for one in groups if one is not None), None)
    if group is not None:
        fill(row.table, given.pop(row.field), group, way.below())


def _collect(row: Collect, given: Given, draft: Draft, way: Way) -> None:
    texts = [_text(row.convert, value, way) for value in given[row.field]]
    if texts == draft.texts(row.path, row.value):
        del given[row.field]
        return
    done = 0
    for raw in texts:
        if raw is None or not _told(row, raw, draft):
            break  # what follows would come before it
        done += 1
    _leave(given, row.field, given[row.field][done:])


def _told(row: Collect, raw: str, draft: Draft) -> bool:
    """Put one of several texts in a group of its own; a long note in as many as it takes."""
    if row.field != NOTES:
        group = _room(draft, row.path)
        return group is not None and not group.text(row.value) and group.put((row.value, raw))
    known = draft.knows(row.path)
    return known and _poured(raw.split(), (row.value,), lambda: _room(draft, row.path))


def _room(draft: Draft, path: str) -> Draft | None:
    """Return a new group at `path`, or the only one that there can be."""
    return draft.add(path) or draft.group(path)


def _put_in(group: Draft | None, *texts: tuple[str, str]) -> bool:
    return group is not None and group.put(*texts)


def _pairs(row: Pairs, given: Given, draft: Draft, _way: Way) -> None:
    codes = {name: code for code, name in reversed([*row.names.items()])}
    found: dict[str, str] = given[row.field]
    said = list(
        zip(
            draft.texts(row.path, row.key),
            draft.texts(row.path, paths_of(row.value)[0]),
            strict=False,
        )
    )
    left = {}
    for name, value in found.items():
        key = codes.get(name) or _written_key(name, found, keep_case=row.keep_case)
        if (key, value) not in said and not _pair(row, key, value, draft):
            left[name] = value
    _leave(given, row.field, left)


def _pair(row: Pairs, key: str, value: str, draft: Draft) -> bool:
    group = _room(draft, row.path)
    return any(_put_in(group, (row.key, key), (path, value)) for path in paths_of(row.value))


def _written_key(name: str, among: Mapping[str, Any], *, keep_case: bool = True) -> str:
    """Return the qualifier of a pair: its name, without the suffix of one that was taken."""
    first, point, _ = name.rpartition(".")
    bare = first if point and first in among else name
    return bare if keep_case else bare.upper()


def _spread(row: Spread, given: Given, draft: Draft, way: Way) -> None:
    for field, qualifiers in row.fields.items():
        if field in given:
            wanted = way.prefer(row.path, field, given[field])
            key = qualifiers[0] if wanted is None else wanted
            texts = ((row.key, key), (row.value, given[field]))
            if key in qualifiers and _put_in(draft.add(row.path), *texts):
                del given[field]
    rest = given.pop(row.rest, {})
    left = {
        name: value
        for name, value in rest.items()
        if way.prefer(row.path, row.rest, value) == NOT_HERE
        or not _put_in(draft.add(row.path), (row.key, _written_key(name, rest)), (row.value, value))
    }
    if left:
        given[row.rest] = left


def _const(row: Const, given: Given, _draft: Draft, _way: Way) -> None:
    if given[row.field] == row.value:
        del given[row.field]


def _compute(row: Compute, given: Given, draft: Draft, _way: Way) -> None:
    if row.write is not None and draft.put(*row.write(given[row.field]).items()):
        del given[row.field]


def fields_of(rows: Iterable[Row]) -> frozenset[str]:
    """Name the fields that rows can say."""
    fields: set[str] = set()
    for row in rows:
        if isinstance(row, Spread):
            fields |= {*row.fields, row.rest}
        elif isinstance(row, When):
            fields |= fields_of(row.rows)
        elif isinstance(row, Inside):
            fields |= fields_of(row.table.rows)
        else:
            fields.add(row.field.partition(".")[0])
    return frozenset(fields)


_FILL: dict[type, Callable[[Any, Given, Draft, Way], None]] = {
    Take: _take,
    Join: _join,
    One: _one,
    Collect: _collect,
    Pairs: _pairs,
    Spread: _spread,
    Const: _const,
    Compute: _compute,
    When: _when,
    Inside: _inside,
}
