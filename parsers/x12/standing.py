"""Faults that all runs of a layout have, because its shape has them: told at their places.

A sender who leaves out a mandatory element leaves it out every time. Such a fault hinders nobody to
recognise the set; only where it stands differs, and follows from the lengths of the captures.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from parsers.form import Problem
from parsers.x12.checks import FAULTS_LIMIT, SHAPE_FAULTS, Fault, faults, remedy_of
from parsers.x12.delimiters import Delimiters
from parsers.x12.dictionary import facts_of
from parsers.x12.form import Row

Values = Sequence[str]


class Edge(Struct, frozen=True):
    """A place in a run: behind so many captures and so many other characters."""

    captures: int
    characters: int

    def offset(self, values: Values) -> int:
        """Return how many characters stand before it where the captures are `values`."""
        return self.characters + len("".join(values[: self.captures]))


class Standing(Struct, frozen=True):
    """A fault at the segment `row` of a run (from 0), between two edges; mostly they are one."""

    row: int
    words: str
    start: Edge
    end: Edge
    code: str
    message: str
    expected: str | None
    remedy: str


class Measure:
    """Measures the rows of a layout: where each begins, and how long a run is."""

    def __init__(self, rows: Sequence[Row], slots: set[int], delimiters: Delimiters) -> None:
        self._rows = rows
        self._slots = slots
        self._delimiters = delimiters

    def edge(self, index: int, element: int) -> Edge:
        """Return where an element (0: the name) of a row begins."""
        width = len(self._delimiters.terminator)
        before = [one for row in self._rows[:index] for one in row]
        row = self._rows[index][:element] if element else []
        separators = sum(len(one) - 1 for one in self._rows[:index]) + len(row)
        fixed = [one for one in (*before, *row) if id(one) not in self._slots]
        captures = len(before) + len(row) - len(fixed)
        return Edge(captures, separators + index * width + sum(map(len, fixed)))

    @property
    def whole(self) -> Edge:
        """The edge behind a run and its last terminator."""
        return self.edge(len(self._rows), 0)


def standing_faults(
    rows: Sequence[Row], measure: Measure, delimiters: Delimiters, version: int
) -> list[Standing] | None:
    """Return the faults of a layout's rows; None where one depends on what a text says."""
    found: list[Standing] = []
    for index, row in enumerate(rows):
        name = row[0].strip()
        facts = facts_of(name, version)
        for fault in faults([str(text) for text in row], facts, delimiters) if facts else ():
            if fault.code not in SHAPE_FAULTS or fault.component:
                return None
            found.append(_standing(index, row, fault, measure))
    return found


def _standing(index: int, row: Row, fault: Fault, measure: Measure) -> Standing:
    words = f"({row[0].strip()}) element {fault.element:02d}"
    if len(row) > fault.element:
        start = end = measure.edge(index, fault.element)
        return _told_between(start, end, index, words, fault)
    start, end = measure.edge(index, 0), measure.edge(index, len(row))
    blank = len(row[0]) - len(row[0].lstrip())
    start = Edge(start.captures, start.characters + blank)
    end = Edge(end.captures, end.characters - 1)
    return _told_between(start, end, index, words, fault)


def _told_between(start: Edge, end: Edge, row: int, words: str, fault: Fault) -> Standing:
    return Standing(
        row=row,
        words=words,
        start=start,
        end=end,
        code=fault.code,
        message=fault.message,
        expected=fault.expected or None,
        remedy=remedy_of(fault.code),
    )


Runs = Iterable[tuple[Sequence[Standing], Edge, int, Iterable[Values]]]
"""Runs of one layout each: its standing faults, its whole edge, its segments, what was captured."""


def told(runs: Runs, start: int) -> list[Problem]:
    """Return the standing faults of a set that begins at byte `start`."""
    problems: list[Problem] = []
    ordinal = 1
    for standing, whole, size, rows in runs:
        for values in rows:
            for one in standing:
                problems.append(_problem(one, values, start, ordinal))  # noqa: PERF401 - quicker
            start += whole.characters + len("".join(values))
            ordinal += size
    return problems[:FAULTS_LIMIT]


def _problem(standing: Standing, values: Values, start: int, ordinal: int) -> Problem:
    edge = standing.start
    first = last = start + edge.characters + len("".join(values[: edge.captures]))
    if standing.end is not edge:
        last = start + standing.end.offset(values)
    return Problem(
        code=standing.code,
        severity="warning",
        message=standing.message,
        at=f"segment {ordinal + standing.row} {standing.words}, bytes {first}-{last}",
        expected=standing.expected,
        remedy=standing.remedy,
    )
