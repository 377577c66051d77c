"""Courses: levels that follow each other in one order, recognised by one regular expression.

Ship notices of one sender mostly differ in how many packages and items they have. Where the same
order of layouts has come often, it is matched as a whole; which level holds which depends on the
numbers of the levels alone, and is remembered by them.
"""

import re
from collections.abc import Sequence
from itertools import chain
from operator import itemgetter

from parsers.x12.layouts import Layout

Values = tuple[str, ...]
Runs = list[tuple[Layout, list[Values]]]

COURSES_LIMIT = 4
_HOT = 16
_LEVELS_LIMIT = 48
_SEEN_LIMIT = 200
_ARRANGEMENTS_LIMIT = 64


class _Arrangement:
    """Which captures belong to which run of levels, and the level around each run."""

    def __init__(self, runs: Runs, parents: list[int]) -> None:
        self.parents = parents
        self._runs: list[tuple[Layout, list[slice]]] = []
        first = 0
        for layout, rows in runs:
            ends = range(first + layout.width, first + layout.width * len(rows) + 1, layout.width)
            self._runs.append((layout, [slice(end - layout.width, end) for end in ends]))
            first = ends[-1]

    def runs(self, values: Values) -> Runs:
        """Return the runs that have these captures."""
        return [(layout, [values[part] for part in parts]) for layout, parts in self._runs]


class Course:
    """Levels of these layouts, one after the other; they are so many `segments`."""

    def __init__(self, layouts: Sequence[Layout]) -> None:
        self.layouts = layouts
        self.segments = sum(layout.size for layout in layouts)
        terminator = re.escape(layouts[0].delimiters.terminator)
        self._pattern = re.compile("".join(one.source for one in layouts) + f"(?={terminator})")
        places: list[int] = []
        first = 0
        for layout in layouts:
            places += (first, first + 1) if layout.names_parent else (first,)
            first += layout.width
        self._numbers = itemgetter(*places)
        self._arrangements: dict[object, _Arrangement] = {}

    def take(self, text: str, first: int, last: int) -> tuple[Runs, list[int]] | None:
        """Return the runs of levels between two places and their parents; None where unlike."""
        found = self._pattern.match(text, first)
        if found is None or found.end() != last:
            return None
        values = found.groups()
        arrangement = self._arrangements.get(self._numbers(values))
        return (arrangement.runs(values), arrangement.parents) if arrangement else None

    def arrange(self, runs: Runs, parents: list[int]) -> None:
        """Remember how levels with the numbers of these belong together."""
        values = tuple(chain.from_iterable(one for _, rows in runs for one in rows))
        if len(self._arrangements) >= _ARRANGEMENTS_LIMIT:
            self._arrangements.clear()
        self._arrangements[self._numbers(values)] = _Arrangement(runs, parents)


class Courses:
    """The courses between one head and one tail."""

    def __init__(self) -> None:
        self._courses: list[Course] = []
        self._seen: dict[int, int] = {}

    def take(self, text: str, first: int, last: int) -> tuple[Runs, list[int], int] | None:
        """Return runs, their parents and how many segments they are, None where none is known."""
        for course in self._courses:
            taken = course.take(text, first, last)
            if taken is not None:
                return (*taken, course.segments)
        return None

    def learn(self, runs: Runs, parents: list[int]) -> None:
        """Look at levels that were recognised one by one."""
        layouts = tuple(layout for layout, rows in runs for _ in rows)
        for course in self._courses:
            if course.layouts == layouts:
                course.arrange(runs, parents)
                return
        if len(self._courses) == COURSES_LIMIT or not 1 < len(layouts) <= _LEVELS_LIMIT:
            return
        if len(self._seen) >= _SEEN_LIMIT:
            self._seen.clear()
        mark = hash(layouts)
        self._seen[mark] = self._seen.get(mark, 0) + 1
        if self._seen[mark] == _HOT:
            self._courses.append(Course(layouts))
