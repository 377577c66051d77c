"""Source code for what tables ask of a transaction set most: the quick way to texts.

A mapper that compiles its tables to source takes expressions from here (`Shortcuts` is the writer
of a `Group`, `SegmentShortcuts` that of a `Segment`). They fetch each segment once for a whole
table and are exact where a segment stands once; where it repeats or a path goes deeper, they call
the general getter, but only if the segment is there at all.
"""

from collections.abc import Callable
from typing import Any

from parsers.x12.paths import Path, Step, parse_path

Row = list[str]
_NO_ROW: Row = []
_NOTHING: list[Any] = []


class Shortcuts:
    """Expressions over `form`, a group; see `mappers.source.Writer` for what each means."""

    def __init__(self, text_of: Callable[[str], Callable[[Any], str | None]]) -> None:
        self.lines = ["members = form.members"]
        self.tidy = True
        self.names: dict[str, Any] = {
            "indexed": _indexed,
            "above": _above,
            "chosen": _chosen,
            "first_in": _first_in,
            "pairs_in": _pairs_in,
            "texts_in": _texts_in,
            "none": (_NO_ROW, False),
        }
        self._text_of = text_of
        self._fetched: set[str] = set()
        self._climbed: dict[tuple[Step, int], str] = {}

    def text(self, path: str) -> str:
        """Return an expression for the first text at `path`."""
        parsed = parse_path(path)
        slow = self._slow(path)
        if len(parsed.steps) != 1 or not parsed.element or parsed.component:
            return f"({self.present(path)} and {slow})"
        step = parsed.steps[0]
        if parsed.climbs:
            return self._climbing(step, parsed, slow)
        if parsed.pairs:
            self._row(step.name)
            asked = " or ".join(f"{one!r} in r_{step.name}" for one in parsed.qualifiers)
            return f"((k_{step.name} or {asked}) and {slow})"
        if step.values:
            return self._qualified(step, parsed.element, slow)
        self._row(step.name)
        row, at = f"r_{step.name}", parsed.element
        return f"((len({row}) > {at} and {row}[{at}]) or (k_{step.name} and {slow}))"

    def present(self, path: str) -> str:
        """Return an expression that is false only where nothing stands at `path`."""
        parsed = parse_path(path)
        if parsed.climbs or not parsed.steps or parsed.steps[0].optional:
            return "True"
        return self._entries(parsed.steps[0].name)

    def texts(self, path: str, value: str) -> str | None:
        """Return an expression for the texts of `value` in the segments at `path`."""
        parsed, inner = parse_path(path), parse_path(value)
        if len(parsed.steps) == 1 and parsed.climbs and _element_only(inner):
            step = parsed.steps[0]
            start = f"above(form, {step.name!r}, {self._step(parsed)}, {parsed.climbs})"
            return f"texts_in({start}, {self._step(parsed)}, {inner.element})"
        if parsed.pairs and parsed.qualifiers and inner.element in {1, 2} and _plain(parsed):
            return self._chosen(parsed, inner.element)
        if (
            parsed.apart
            and not parsed.element
            and len(parsed.steps) == 1
            and not parsed.climbs
            and inner.element == 1
        ):
            return self._elements(parsed.steps[0].name)
        if not _plain(parsed) or parsed.element or inner.steps or not _element_only(inner):
            return None
        step, element = parsed.steps[0], inner.element
        self._row(step.name)
        row, test = f"r_{step.name}", "True"
        if step.values:
            here = f"{row}[{step.at}]" if step.at <= element else repr(None)
            test = f"{here} in {self._named(step.values)}"
        single = (
            f"[{row}[{element}]] if len({row}) > {element} and {row}[{element}] and {test} else ()"
        )
        several = f"texts_in(s_{step.name}, {self._step(parsed)}, {element})"
        return f"({several} if k_{step.name} else {single})"

    def _chosen(self, path: Path, part: int) -> str:
        """Return an expression for a part of the pairs whose first is a qualifier of `path`."""
        name, wanted = path.steps[0].name, self._named(frozenset(path.qualifiers))
        self._row(name)
        asked = " or ".join(f"{one!r} in r_{name}" for one in path.qualifiers)
        return f"(chosen(s_{name}, {wanted}, {path.element}, {part - 1}) if {asked} else ())"

    def _elements(self, name: str) -> str:
        """Return an expression for all elements of the segments of a name."""
        self._row(name)
        several = f"[text for row in s_{name} for text in row[1:] if text]"
        return f"({several} if k_{name} else [text for text in r_{name}[1:] if text])"

    def pairs(self, path: str, key: str, values: tuple[str, ...]) -> str | None:
        """Return an expression for the pairs of texts in the segments at `path`."""
        parsed = parse_path(path)
        places = [parse_path(one) for one in (key, *values)]
        if not _plain(parsed) or not all(map(_element_only, places)):
            return None
        elements = [one.element for one in places]
        step = parsed.steps[0]
        if parsed.pairs:
            self._row(step.name)
            row, at = f"r_{step.name}", parsed.element
            quick = f"{row}[{at}:]"
            plain = elements == [1, 2] and not parsed.qualifiers and not step.values
            return f"({quick} if len({row}) > {at + 1} else None)" if plain else None
        if parsed.element:
            return None
        entries = self._entries(step.name)
        arguments = f"{entries}, {self._step(parsed)}, {elements[0]}, {tuple(elements[1:])}"
        return f"({entries} and pairs_in({arguments}))"

    def _climbing(self, step: Step, parsed: Path, slow: str) -> str:
        if parsed.pairs:
            return slow
        row = self._climbed.setdefault((step, parsed.climbs), f"u_{len(self._climbed)}")
        takes, at = self._step(parsed), parsed.element
        call = f"first_in(above(form, {step.name!r}, {takes}, {parsed.climbs}), {takes})"
        self._fetch(row, f"{row} = {call}")
        return f"((len({row}) > {at} and {row}[{at}]) or ({row} and {slow}))"

    def _qualified(self, step: Step, element: int, slow: str) -> str:
        entries = self._entries(step.name)
        if step.at != 1 or len(step.values) != 1:
            return f"({entries} and {slow})"
        index = f"q_{step.name}"
        self._fetch(index, f"{index} = indexed({entries}) if {entries} else {{}}")
        (value,) = step.values
        found = f"(row := {index}.get({value!r}))"
        return f"({found} and ((len(row) > {element} and row[{element}]) or {slow}))"

    def _entries(self, name: str) -> str:
        self._fetch(f"s_{name}", f"s_{name} = members.get({name!r})")
        return f"s_{name}"

    def _row(self, name: str) -> None:
        """Fetch the first segment of a name as `r_`, and as `k_` whether there are more."""
        entries = self._entries(name)
        row, more = f"r_{name}", f"k_{name}"
        self._fetch(
            row, f"{row}, {more} = ({entries}[0], len({entries}) > 1) if {entries} else none"
        )
        self._fetch(more, f"if type({row}) is not list: {row} = {row}.row")

    def _fetch(self, variable: str, line: str) -> None:
        if variable not in self._fetched:
            self._fetched.add(variable)
            self.lines.append(line)

    def _slow(self, path: str) -> str:
        return f"{self._named(self._text_of(path))}(form)"

    def _step(self, path: Path) -> str:
        """Return an expression for the test of a step, None where it takes all."""
        step = path.steps[0]
        if not step.values:
            return "None"
        return self._named(step.takes)

    def _named(self, value: Any) -> str:
        name = f"n_{len(self.names)}"
        self.names[name] = value
        return name


class SegmentShortcuts:
    """Expressions over `form`, a segment or a pair of its elements."""

    def __init__(self, text_of: Callable[[str], Callable[[Any], str | None]]) -> None:
        self.lines = ["row, before = form.row, form.before"]
        self.tidy = True
        self.names: dict[str, Any] = {"no_row": _NO_ROW}
        self._text_of = text_of
        self._own: set[str] = set()

    def text(self, path: str) -> str:
        """Return an expression for the first text at `path`."""
        parsed = parse_path(path)
        if _element_only(parsed):
            inner = f"{parsed.element} + before"
            return f"(len(row) > {inner} and row[{inner}])"
        slow = f"n_{len(self.names)}"
        self.names[slow] = self._text_of(path)
        if not _plain(parsed) or parsed.steps[0].values or not parsed.element or parsed.component:
            return f"{slow}(form)"
        own, at = self._own_row(parsed.steps[0].name), parsed.element
        return f"((len({own}) > {at} and {own}[{at}]) or ({own} is no_row and {slow}(form)))"

    def present(self, _path: str) -> str:
        """Return an expression that is always true: what stands beside is not known here."""
        return "True"

    def texts(self, _path: str, _value: str) -> None:
        """Return None: the general way serves."""

    def pairs(self, _path: str, _key: str, _values: tuple[str, ...]) -> None:
        """Return None: the general way serves."""

    def _own_row(self, name: str) -> str:
        """Fetch the segment's elements, provided that it has this name."""
        if name not in self._own:
            self._own.add(name)
            self.lines.append(f"o_{name} = row if row[0].strip() == {name!r} else no_row")
        return f"o_{name}"


def _plain(path: Path) -> bool:
    return len(path.steps) == 1 and not (path.climbs or path.apart or path.steps[0].optional)


def _element_only(path: Path) -> bool:
    return bool(path.element) and not (path.steps or path.climbs or path.component or path.pairs)


def _indexed(entries: list[Any]) -> dict[str, Row]:
    """Return the first segment for each value of element 01."""
    found: dict[str, Row] = {}
    for entry in entries:
        row = entry if type(entry) is list else entry.row
        if len(row) > 1:
            found.setdefault(row[1], row)
    return found


def _above(form: Any, name: str, takes: Callable[[Row], bool] | None, climbs: int) -> list[Any]:
    """Return the segments of a name in the nearest group around that has one that is meant."""
    for _ in range(climbs - 1):
        form = form.parent or form.above()
    while form is not None:
        entries: list[Any] = form.members.get(name, _NOTHING)
        for entry in entries:
            if takes is None or takes(entry if type(entry) is list else entry.row):
                return entries
        form = form.parent or form.above()
    return _NOTHING


def _rows(entries: list[Any]) -> list[Row]:
    return [entry if type(entry) is list else entry.row for entry in entries]


def _first_in(entries: list[Any], takes: Callable[[Row], bool] | None) -> Row:
    for entry in entries:
        row: Row = entry if type(entry) is list else entry.row
        if takes is None or takes(row):
            return row
    return _NO_ROW


def _chosen(entries: list[Any], wanted: frozenset[str], first: int, part: int) -> list[str]:
    """Return a part (0 or 1) of the pairs from element `first` on whose first is wanted."""
    return [
        row[at + part]
        for row in _rows(entries)
        for at in range(first, len(row) - 1, 2)
        if row[at] in wanted and row[at + part]
    ]


def _texts_in(entries: list[Any], takes: Callable[[Row], bool] | None, element: int) -> list[str]:
    return [
        row[element]
        for row in _rows(entries)
        if len(row) > element and row[element] and (takes is None or takes(row))
    ]


def _pairs_in(
    entries: list[Any], takes: Callable[[Row], bool] | None, key: int, values: tuple[int, ...]
) -> list[str]:
    found: list[str] = []
    for entry in entries:
        row = entry if type(entry) is list else entry.row
        if len(row) > key and row[key] and (takes is None or takes(row)):
            text = next((row[at] for at in values if len(row) > at and row[at]), None)
            if text:
                found += (row[key], text)
    return found
