"""A partner's codes at their elements: the tables as they read when one code means another.

`[codes."REF/01"] ZA = "BM"` says that REF01 `ZA` means `BM`: wherever a table looks for a REF of
BM, it takes one of ZA as well, and a dictionary keeps the value under BM. `[codes."BEG/02"]`
translates the text of an element before it is converted, and back when the table writes. Elements
are addressed as X12 (`REF/01`, pairs by the element that begins them: `PO1/06`) or as EDIFACT
(`RFF/1/1`, `NAD/1`).
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, structs

from mappers.convert import Convert
from mappers.rows import (
    Collect,
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

_ADDRESS = re.compile(r"([A-Z][A-Z0-9]{1,2})/(?:(\d\d)|(\d)(?:/(\d))?)")
_STEP = re.compile(r"([A-Z][A-Z0-9]{1,2})\[(?:(\d\d)=)?([^\]]+)\]")
_PLACE = re.compile(r"(?:^|/)(?:\^*)(\d\d)(?:-(\d))?$")
_PAIRS = re.compile(r"(?:^|/)(\d\d)\+([^/]*)$")
_APART = re.compile(r"/(\d)\*$")
_NAME = re.compile(r"\^*\??([A-Z][A-Z0-9]{1,2})")

Codes = Mapping[str, str]


class Element(Struct, frozen=True):
    """An element whose codes are translated: its segment, and its place as paths count it."""

    segment: str
    places: frozenset[int]
    codes: Codes

    def aliases(self, ours: str) -> tuple[str, ...]:
        """Return the partner's codes that mean one of ours."""
        return tuple(theirs for theirs, meant in self.codes.items() if meant == ours)


def element_of(address: str, codes: Codes) -> Element | None:
    """Return the element at an address; None where it is no address of one."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return None
    if found[2]:
        return Element(found[1], frozenset({int(found[2])}), codes)
    element, component = int(found[3]), int(found[4] or 1)
    first = {element} if component == 1 and element == 1 else set()
    return Element(found[1], frozenset({10 * element + component, *first}), codes)


def translated(tables: Mapping[str, Table], elements: tuple[Element, ...]) -> dict[str, Table]:
    """Return `tables` as they read where the codes of `elements` mean others."""
    result = dict(tables)
    for element in elements:
        translator = _Translator(element)
        result = {kind: translator.table(table, "") for kind, table in result.items()}
    return result


def touches(tables: Mapping[str, Table], element: Element) -> bool:
    """Whether any of `tables` looks at the codes of `element`."""
    translator = _Translator(element)
    for table in tables.values():
        translator.table(table, "")
    return translator.found


class _Translator:
    """Changes rows for one element; `within` is the segment that relative paths begin at.

    `found` becomes true where a row looks at the element.
    """

    def __init__(self, element: Element) -> None:
        self._element = element
        self.found = False

    def table(self, table: Table, within: str) -> Table:
        """Return a table with its rows changed."""
        return structs.replace(table, rows=tuple(self._row(row, within) for row in table.rows))

    def _row(self, row: Row, within: str) -> Row:
        change = _CHANGE.get(type(row))
        return change(self, row, within) if change else row

    # Paths.

    def _path(self, path: str, within: str) -> str:
        """Return a path that takes the partner's codes beside ours."""
        path = _STEP.sub(self._step, path)
        pairs = _PAIRS.search(path)
        if pairs and pairs[2] and self._is_here(path, within, int(pairs[1])):
            path = path[: pairs.start(2)] + "|".join(self._with(pairs[2].split("|")))
        return path

    def _step(self, found: re.Match[str]) -> str:
        place = int(found[2] or 1)
        if found[1] != self._element.segment or place not in self._element.places:
            return found[0]
        self.found = True
        values = "|".join(self._with(found[3].split("|")))
        return f"{found[1]}[{found[2] + '=' if found[2] else ''}{values}]"

    def _with(self, values: list[str]) -> tuple[str, ...]:
        """Put the partner's codes before ours, which they are read like and written instead of."""
        return tuple(code for one in values for code in (*self._element.aliases(one), one))

    def _paths(self, path: str | tuple[str, ...], within: str) -> str | tuple[str, ...]:
        if isinstance(path, str):
            return self._path(path, within)
        return tuple(self._path(one, within) for one in path)

    def _is_here(self, path: str, within: str, place: int) -> bool:
        is_here = _segment(path, within) == self._element.segment
        is_here = is_here and place in self._element.places
        self.found = self.found or is_here
        return is_here

    def _ends_here(self, path: str, within: str) -> bool:
        found = _PLACE.search(path)
        return found is not None and self._is_here(path, within, int(found[1]))

    def _converted(self, convert: Convert, paths: str | tuple[str, ...], within: str) -> Convert:
        if any(self._ends_here(path, within) for path in paths_of(paths)):
            return _after(convert, self._element.codes)
        return convert

    # Rows.

    def _take(self, row: Take | Join, within: str) -> Row:
        here = within if isinstance(row, Take) else _segment(row.each, within)
        convert = self._converted(row.convert, row.path, here)
        changed = structs.replace(row, path=self._paths(row.path, here), convert=convert)
        if isinstance(row, Join):
            return structs.replace(changed, each=self._path(row.each, within))
        return changed

    def _collect(self, row: Collect, within: str) -> Row:
        here = _segment(row.path, within)
        convert = self._converted(row.convert, row.value, here)
        return structs.replace(row, path=self._path(row.path, within), convert=convert)

    def _pairs(self, row: Pairs, within: str) -> Row:
        path = self._path(row.path, within)
        if not self._is_key(row.path, row.key, within):
            return structs.replace(row, path=path)
        kept: Callable[[str], str] = str if row.keep_case else str.lower
        codes = self._element.codes.items()
        named = {theirs: row.names.get(ours, kept(ours)) for theirs, ours in codes}
        if row.only_named:
            named = {theirs: name for theirs, name in named.items() if name in row.names.values()}
        return structs.replace(row, path=path, names=named | {**row.names, **named})

    def _spread(self, row: Spread, within: str) -> Row:
        path = self._path(row.path, within)
        if not self._is_key(row.path, row.key, within):
            return structs.replace(row, path=path)
        fields = {field: self._with(list(codes)) for field, codes in row.fields.items()}
        return structs.replace(row, path=path, fields=fields)

    def _is_key(self, path: str, key: str, within: str) -> bool:
        """Whether the keys of pairs stand at the element: by their place, or where pairs begin."""
        pairs, apart = _PAIRS.search(path), _APART.search(path)
        if pairs:
            return self._is_here(path, within, int(pairs[1]))
        if apart:
            return self._is_here(path, within, 10 * int(apart[1]) + int(key))
        return self._ends_here(key, _segment(path, within))

    def _inner(self, row: Each | One | Inside, within: str) -> Row:
        first = paths_of(row.path)[0] if row.path else ""
        table = self.table(row.table, _segment(first, within))
        return structs.replace(row, path=self._paths(row.path, within), table=table)

    def _when(self, row: When, within: str) -> Row:
        rows = tuple(self._row(inner, within) for inner in row.rows)
        values = row.values
        if self._ends_here(row.path, within):
            values = self._with(list(values))
        return structs.replace(row, path=self._path(row.path, within), values=values, rows=rows)


_CHANGE: dict[type, Callable[[_Translator, Any, str], Row]] = {
    Take: _Translator._take,  # noqa: SLF001 - its own methods
    Join: _Translator._take,  # noqa: SLF001
    Collect: _Translator._collect,  # noqa: SLF001
    Pairs: _Translator._pairs,  # noqa: SLF001
    Spread: _Translator._spread,  # noqa: SLF001
    Each: _Translator._inner,  # noqa: SLF001
    One: _Translator._inner,  # noqa: SLF001
    Inside: _Translator._inner,  # noqa: SLF001
    When: _Translator._when,  # noqa: SLF001
}


def _segment(path: str, within: str) -> str:
    """Return the segment that a path ends in, or the one around it."""
    names = [found[1] for part in path.split("/") if (found := _NAME.match(part))]
    return names[-1] if names else within


def _after(convert: Convert, codes: Codes) -> Convert:
    """Return a converter that reads the partner's codes as ours, and writes them."""
    theirs = {ours: their for their, ours in reversed(list(codes.items()))}

    def meant(raw: str) -> str:
        return codes.get(raw.strip(), raw)

    def write(value: Any) -> str:
        written = str(convert.write(value))
        return theirs.get(written, written)

    quick = convert.quick
    return structs.replace(
        convert,
        read=lambda raw, year: convert.read(meant(raw), year),
        write=write,
        quick=None if quick is None else lambda raw: quick(meant(raw)),
    )
