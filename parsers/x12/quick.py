"""Quick getters for the paths that tables use most: segments in loops, without climbing.

They give what `parsers.x12.form` gives in general, from lists and dictionaries alone.
"""

from collections.abc import Callable, Sequence
from typing import Any

from parsers.x12.paths import Path, Step

Row = list[str]
Text = Callable[[Any], str | None]


def quick_text(path: Path) -> Text | None:
    """Return the getter of the first text at `path`, None where the path is none of the quick."""
    if not path.element or path.component or not _is_quick(path):
        return None
    rows, element = _rows_at(path.steps), path.element
    if path.pairs:
        return _text_of_pair(rows, path)

    def text(group: Any) -> str | None:
        for row in rows(group):
            if len(row) > element and row[element]:
                return row[element]
        return None

    return text


def quick_groups(
    path: Path, segment: Callable[[Any, Row], Any]
) -> Callable[[Any], Sequence[Any]] | None:
    """Return the getter of the loops at `path`, or of its segments, each made by `segment`."""
    if path.element or path.apart or not _is_quick(path):
        return None
    outer, last = path.steps[:-1], path.steps[-1]

    def groups(group: Any) -> Sequence[Any]:
        if not outer and not last.values:
            entries = group.members.get(last.name, ())
            plain = entries and type(entries[0]) is not list
            return entries if plain else [segment(group, row) for row in entries]
        return [
            segment(holder, entry) if type(entry) is list else entry
            for holder in _loops(group, outer)
            for entry in holder.members.get(last.name, ())
            if last.takes(entry if type(entry) is list else entry.row)
        ]

    return groups


def _is_quick(path: Path) -> bool:
    return bool(path.steps) and not path.climbs and not any(step.optional for step in path.steps)


def _loops(group: Any, steps: Sequence[Step]) -> list[Any]:
    """Return the loops at `steps`."""
    loops = [group]
    for step in steps:
        loops = [
            inner
            for loop in loops
            for inner in loop.members.get(step.name, ())
            if type(inner) is not list and step.takes(inner.row)
        ]
    return loops


def _rows_at(steps: Sequence[Step]) -> Callable[[Any], list[Row]]:
    """Return the function that finds the segments at `steps`, or those that begin loops there."""
    outer, last = steps[:-1], steps[-1]

    def rows(group: Any) -> list[Row]:
        return [
            row
            for loop in (_loops(group, outer) if outer else (group,))
            for entry in loop.members.get(last.name, ())
            if last.takes(row := entry if type(entry) is list else entry.row)
        ]

    return rows


def _text_of_pair(rows: Callable[[Any], list[Row]], path: Path) -> Text:
    wanted, first = path.qualifiers, path.element

    def text(group: Any) -> str | None:
        for row in rows(group):
            places = range(first, len(row) - 1, 2)
            pairs = ((one, at) for one in wanted for at in places if row[at] == one)
            found = next((row[at + 1] for _, at in pairs if row[at + 1]), None)
            if found:
                return found
        return None

    return text
