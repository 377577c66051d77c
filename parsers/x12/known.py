"""Transaction sets that look like ones read before: recognised at the speed of regular expressions.

Senders write their sets alike. What the exact way (`parsers.x12.walk`) has read without a fault is
taken apart into the head of the set, its line loops and its tail, and each becomes a `Layout` once
it has come a few times. A set that consists of known layouts, leads through its structure without
a fault and whose counts agree is recognised: the exact way would find the same, and nothing to
tell. All other sets are left to it. Nothing here knows a partner or a kind of document: any set
that has a structure is learned, in any delimiters.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from msgspec import Struct

from parsers.x12.courses import Courses
from parsers.x12.delimiters import Delimiters
from parsers.x12.form import Group, Row, TransactionSet
from parsers.x12.layouts import Layout, shape_of, slot_at
from parsers.x12.segments import is_tidy
from parsers.x12.sets.machines import machine_of
from parsers.x12.totals import LINES, agree, number_of

HOT = 8
"""How often a shape comes before it is worth a layout."""

LAYOUTS_LIMIT = 24
_SHAPES_LIMIT = 1000
_LESSONS, _LESSONS_APART = 256, 16  # from then on one set in so many is looked at
_SEGMENTS_LIMIT = 20_000
_ELEMENTS_LIMIT = 1000
_COUNT_DIGITS = 9
_LEVEL = "HL"
_CONTROL = 2
_LEVEL_CODE = 3

Values = tuple[str, ...]
Run = tuple[Layout, list[Values]]


class Frame:
    """The head and the tail of sets, which hold their lines between them."""

    def __init__(self, kind: str, head: Layout, tail: Layout) -> None:
        self.kind = kind
        self.head = head
        self.tail = tail
        self.width = head.width + tail.width
        self.courses = Courses()


class Recognised(Struct, frozen=True):
    """A set that was recognised: what its layouts captured, and where its text ends.

    `runs` are its line loops in their order, those of one layout that follow each other together.
    `parents` tells of each run of levels which line is around it, counted from 0, -1 for the set.
    """

    frame: Frame
    values: Values
    runs: list[Run]
    parents: list[int]
    end: int


class Known:
    """What is known of the sets of a kind, all written alike."""

    def __init__(self, kind: str, delimiters: Delimiters, version: int, blank: str) -> None:
        self._kind = kind
        self._delimiters = delimiters
        self._version = version
        self._blank = blank
        machine = machine_of(kind)
        self._start = machine.start if machine else None
        self._loop, self._counted, self._place = LINES.get(kind, ("", "", 0))
        self._loop_mark = self._mark(self._loop)
        self._end_mark = self._mark("SE")
        self._lessons = 0
        self._counts: dict[int, int] = {}
        self._heads: list[Layout] = []
        self._loops: list[Layout] = []
        self._tails: list[Layout] = []
        self._frames: dict[tuple[Layout, Layout], Frame] = {}

    def _mark(self, name: str) -> str:
        delimiters = self._delimiters
        return f"{delimiters.terminator}{self._blank}{name}{delimiters.element}"

    # Learning.

    def learn(self, root: TransactionSet) -> None:
        """Look at a set without fault, and make layouts of the shapes that have come often."""
        self._lessons += 1
        if self._lessons > _LESSONS and self._lessons % _LESSONS_APART:
            return
        if self._start is None or not self._is_plain(root):
            return
        loops = [one for one in root.members.get(self._loop, ()) if isinstance(one, Group)]
        starts = [root.index_of(one.row) for one in loops]
        ends = [start + _size(one) for start, one in zip(starts, loops, strict=True)]
        if (self._loop and not loops) or starts[1:] != ends[:-1]:
            return
        if self._loop == _LEVEL and not all(map(_is_level, loops)):
            return
        if self._loop != _LEVEL and _LEVEL in root.members:
            return  # its hierarchy is the exact way's to look at
        first, last = (starts[0], ends[-1]) if loops else (len(root.rows) - 1,) * 2
        self._learned(self._heads, root.rows[:first])
        for start, end, loop in zip(starts, ends, loops, strict=True):
            layout = self._learned(self._loops, root.rows[start:end])
            if layout is not None:
                counted = [root.index_of(row) - start for row in self._counted_rows(loop)]
                rows = [layout.rows[index] for index in counted]
                layout.quantities = tuple(slot_at(row, self._place) for row in rows)
        self._learned(self._tails, root.rows[last:])

    def _counted_rows(self, loop: Group) -> list[Row]:
        """Return the segments of a line whose quantities CTT02 adds up."""
        rows = loop.members.get(self._counted, ())
        return [row for row in rows if len(row) > self._place and row[self._place]]

    def _is_plain(self, root: TransactionSet) -> bool:
        """Whether the segments of a set are written as they are read, and all alike."""
        separator, terminator = self._delimiters.element, self._delimiters.terminator
        text = terminator.join([*root.pieces, ""])
        if len(root.row) <= _CONTROL or not all((root.row[_CONTROL], *root.rows[-1][1:])):
            return False
        return (
            len(root.rows) < _SEGMENTS_LIMIT
            and is_tidy(text, self._delimiters)
            and root.rows == [piece.split(separator) for piece in root.pieces]
            and len(root.rows[-1]) == _CONTROL + 1
            and all(row[0] == self._blank + row[0].strip() for row in root.rows)
        )

    def _learned(self, layouts: list[Layout], rows: Sequence[Row]) -> Layout | None:
        """Count the shape of `rows`; return their new layout where it has become hot."""
        if sum(map(len, rows)) > _ELEMENTS_LIMIT:
            return None
        shape = shape_of(rows, self._version)
        mark = hash(shape)  # what hostile files make us count is small
        count = self._counts.get(mark, 0) + 1
        if len(self._counts) >= _SHAPES_LIMIT:
            self._counts.clear()
        self._counts[mark] = count
        if count % HOT or any(shape_of(one.rows, self._version) == shape for one in layouts):
            return None
        layout = Layout(rows, self._delimiters, self._version)
        if not layout.is_sound():
            return None
        if len(layouts) >= LAYOUTS_LIMIT:
            forgotten = layouts.pop()
            self._frames = {
                pair: frame for pair, frame in self._frames.items() if forgotten not in pair
            }
        layouts.append(layout)
        return layout

    # Recognising.

    def recognise(self, text: str, start: int) -> Recognised | None:
        """Recognise the set whose text starts at `start`; None where the exact way must read it."""
        for rank, head in enumerate(self._heads):
            opened = head.opening.match(text, start)
            if opened is not None:
                found = self._closed(text, opened.end(), head, opened.groups())
                if found is not None:
                    _promote(self._heads, rank)
                    return found
        return None

    def _closed(self, text: str, first: int, head: Layout, values: Values) -> Recognised | None:
        """Recognise what follows a head: lines from `first` on, then a tail."""
        end = text.find(self._end_mark, first)
        if end < 0 or not (
            end == first or text.startswith(self._loop_mark, first) or not self._loop
        ):
            return None
        for rank, tail in enumerate(self._tails):
            last = end if tail.mark == self._end_mark else text.rfind(tail.mark, first, end)
            closed = tail.following.match(text, last) if last >= first else None
            if closed is not None:
                _promote(self._tails, rank)
                values = (*values, *closed.groups())
                frame = self._frames.get((head, tail))
                taken = frame.courses.take(text, first, last) if frame else None
                if frame and taken:
                    return self._agreed(frame, values, taken, closed.end())
                runs = self._runs(text, first, last, head) if last > first else []
                return self._checked(head, tail, values, runs, closed.end())
        return None

    def _checked(
        self, head: Layout, tail: Layout, values: Values, runs: list[Run] | None, end: int
    ) -> Recognised | None:
        """Compare structure, counts and hierarchy; None where anything is to be told."""
        if runs is None or not self._leads_through(head, runs, tail):
            return None
        parents = self._parents(runs)
        if parents is None:
            return None
        frame = self._frames.get((head, tail))
        if frame is None:
            frame = self._frames[head, tail] = Frame(self._kind, head, tail)
        segments = sum([one.size * len(rows) for one, rows in runs])
        found = self._agreed(frame, values, (runs, parents, segments), end)
        if found is not None and self._loop == _LEVEL:
            frame.courses.learn(runs, parents)
        return found

    def _agreed(
        self, frame: Frame, values: Values, lines: tuple[list[Run], list[int], int], end: int
    ) -> Recognised | None:
        """Compare the counts and the control number of a set whose lines and parents are known."""
        runs, parents, segments = lines
        head, tail = frame.head, frame.tail
        if values[-2] != str(head.size + tail.size + segments) or values[-1] != values[0]:
            return None
        if not self._agrees(tail, values[head.width :], runs):
            return None
        return Recognised(frame, values, runs, parents, end + len(self._delimiters.terminator))

    def _runs(self, text: str, first: int, last: int, head: Layout) -> list[Run] | None:
        """Take lines apart: all at once where they are all alike, or one by one."""
        terminator = self._delimiters.terminator
        layout = head.next
        if layout is not None and self._loop != _LEVEL:
            found = layout.following.findall(text, first, last + len(terminator))
            if len(found) * layout.size == text.count(terminator, first, last):
                return [(layout, found)]
        return self._one_by_one(text[first:last], head)

    def _one_by_one(self, text: str, before: Layout) -> list[Run] | None:
        """Take lines apart that differ; behind a layout mostly comes the one that came last."""
        runs: list[Run] = []
        for loop in text.split(self._loop_mark)[1:]:
            layout = before.next
            found = layout.loop.fullmatch(loop) if layout is not None else None
            if layout is None or found is None:
                known = self._layout_of(loop)
                if known is None:
                    return None
                layout, found = known
                before.next = layout
            values = found.groups()
            if before is layout and runs and self._are_siblings(layout, runs[-1][1][-1], values):
                runs[-1][1].append(values)
            else:
                runs.append((layout, [values]))
            before = layout
        return runs

    def _are_siblings(self, layout: Layout, one: Values, other: Values) -> bool:
        """Whether two lines of a layout, one behind the other, have the same around them."""
        return self._loop != _LEVEL or (layout.names_parent and one[1] == other[1])

    def _layout_of(self, loop: str) -> tuple[Layout, re.Match[str]] | None:
        for layout in self._loops:
            found = layout.loop.fullmatch(loop)
            if found is not None:
                return layout, found
        return None

    def _leads_through(self, head: Layout, runs: list[Run], tail: Layout) -> bool:
        """Whether the layouts in their order lead through the structure without a fault."""
        state = head.after(self._start) if self._start else None
        for layout, rows in runs:
            for _ in rows:
                if state is None:
                    return False
                after = layout.leads.get(state) or layout.after(state)
                if after is state:
                    break
                state = after
        state = tail.after(state) if state else None
        return state is not None and not state.missing_at_end()

    def _parents(self, runs: list[Run]) -> list[int] | None:
        """Find the level that holds each; None where `parsers.x12.levels` has something to tell."""
        if self._loop != _LEVEL:
            return []
        known: dict[str, int] = {}
        parents: list[int] = []
        for layout, rows in runs:
            parent = known.get(rows[0][1], -1) if layout.names_parent else -1
            if parent < 0 and not self._is_top(layout, rows, parents):
                return None
            before = len(known)
            for values in rows:
                known[values[0]] = len(known)
            if len(known) < before + len(rows):
                return None
            parents.append(parent)
        return parents

    def _is_top(self, layout: Layout, rows: list[Values], parents: list[int]) -> bool:
        """Whether a level without a level around it is the only one, and names none."""
        named = rows[0][1] if layout.names_parent else ""
        return -1 not in parents and len(rows) == 1 and not named.strip("0")

    def _agrees(self, tail: Layout, values: Values, runs: list[Run]) -> bool:
        """Whether CTT agrees with the lines, as `parsers.x12.totals` compares them."""
        if tail.totals is None or not self._loop:
            return True
        count, added = tail.totals
        promised = values[count] if count >= 0 else ""
        if not promised.isdigit() or len(promised) > _COUNT_DIGITS:
            return False
        if int(promised) not in self._line_counts(runs):
            return False
        return added < 0 or _adds_up(values[added], runs)

    def _line_counts(self, runs: list[Run]) -> tuple[int, ...]:
        if self._loop != _LEVEL:
            return (sum([len(rows) for _, rows in runs]),)
        items = [len(rows) for layout, rows in runs if layout.is_item]
        return sum([len(rows) for _, rows in runs]), sum(items)


@lru_cache(64)
def known_of(kind: str, delimiters: Delimiters, version: int, blank: str) -> Known:
    """Return what is known of the sets of a kind in a version, written in these delimiters.

    `blank` is what stands before the name of each segment: a line end, or nothing.
    """
    return Known(kind, delimiters, version, blank)


def _is_level(loop: Group) -> bool:
    row = loop.row
    return len(row) > _LEVEL_CODE and bool(row[1] and row[_LEVEL_CODE])


def _size(loop: Group) -> int:
    """Return how many segments a loop has."""
    entries = [entry for several in loop.members.values() for entry in several]
    return sum(_size(one) if isinstance(one, Group) else 1 for one in entries)


def _promote(layouts: list[Layout], rank: int) -> None:
    """Let a layout that was of use be tried earlier."""
    if rank:
        layouts[rank - 1], layouts[rank] = layouts[rank], layouts[rank - 1]


def _adds_up(promised: str, runs: list[Run]) -> bool:
    counted = [(one.quantities, rows) for one, rows in runs if one.quantities]
    texts = [values[at] for places, rows in counted for values in rows for at in places]
    if "".join(texts).isdigit():
        added = sum(map(int, texts))
        return promised == str(added) or agree(Decimal(promised), Decimal(added))
    total, numbers = number_of(promised), [number_of(text) for text in texts]
    known = [number for number in numbers if number is not None]
    if total is None or len(known) < len(numbers):
        return False
    return agree(total, sum(known, Decimal(0)))
