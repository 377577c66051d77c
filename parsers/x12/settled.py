"""What is in a draft, in its final order: each segment where the structure has it.

What no text was put into is left out, except levels (HL, CPS), which stand in the order of their
tree. Neighbours that say the same and differ in a loop within become one: the answers of an 855 to
parts of one order line.
"""

from collections.abc import Iterable
from typing import Any

from parsers.x12.drafts import Draft, Line

LEVELS = frozenset({"HL", "CPS"})
"""The loops that name the loop which holds them."""


def lines_of(draft: Draft) -> list[Line]:
    """Return the segments of a whole set in their order, hollow ones left out."""
    lines: list[Line] = []
    _gather(draft, lines)
    return lines


def elements_of(line: Line) -> list[tuple[str, ...]]:
    """Return the components of each element of a segment, up to its last text."""
    parts: dict[int, dict[int, str]] = {}
    for (element, component), text in line.texts.items():
        parts.setdefault(element, {})[component] = text
    return [
        tuple(inner.get(component, "") for component in range(1, max(inner) + 1))
        for element in range(1, max(parts, default=0) + 1)
        for inner in (parts.get(element) or {1: ""},)
    ]


def _gather(draft: Draft, lines: list[Line]) -> None:
    for entry in _settled(draft):
        lines.append(entry if isinstance(entry, Line) else entry.line)
        if not isinstance(entry, Line):
            _gather(entry, lines)


def _settled(draft: Draft) -> list[Draft | Line]:
    """Return what is written of a loop, in its order for good."""
    entries = sorted(draft.entries, key=lambda entry: entry[0])
    kept = _merged(_ordered([entry for _, entry in entries if not _is_hollow(entry)]))
    draft.entries = list(enumerate(kept))
    return kept


def _is_hollow(entry: Draft | Line) -> bool:
    if isinstance(entry, Line):
        return entry.is_hollow
    levelled = entry.line.name in LEVELS
    return (
        not levelled and entry.line.is_hollow and all(_is_hollow(one) for _, one in entry.entries)
    )


def _ordered(entries: list[Draft | Line]) -> list[Draft | Line]:
    """Put levels into the order of their tree."""
    levels = [one for one in entries if isinstance(one, Draft) and one.line.name in LEVELS]
    if not levels:
        return entries
    below: dict[int, list[Draft]] = {}
    for level in levels:
        below.setdefault(id(level.parent), []).append(level)
    tree: list[Draft] = []
    trail = list(reversed(below.get(id(None), [])))
    while trail:
        level = trail.pop()
        tree.append(level)
        trail += reversed(below.get(id(level), []))
    first = next(index for index, one in enumerate(entries) if one is levels[0])
    rest = [one for one in entries if one not in levels]
    return [*rest[:first], *tree, *rest[first:]]


def _merged(entries: Iterable[Draft | Line]) -> list[Draft | Line]:
    """Join neighbours that say the same of the same thing, and differ in a loop within."""
    kept: list[Draft | Line] = []
    for entry in entries:
        before = kept[-1] if kept else None
        if isinstance(entry, Draft) and isinstance(before, Draft) and _says_same(before, entry):
            before.entries += [one for one in entry.entries if isinstance(one[1], Draft)]
        else:
            kept.append(entry)
    return kept


def _says_same(first: Draft, second: Draft) -> bool:
    same_name = first.line.name == second.line.name
    return second.mergeable and same_name and _own(first) == _own(second)


def _own(draft: Draft) -> list[Any]:
    """Return what a loop says itself, without the loops in it."""
    plain = [(index, one.texts) for index, one in draft.entries if isinstance(one, Line)]
    return [draft.line.texts, plain]
