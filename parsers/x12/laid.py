"""Transaction sets that were recognised: texts are at hand, loops are put together late.

A `LaidSet` is a transaction set like all others. Until somebody asks for its segments or loops it
holds nothing but its text and what the layouts captured; then it is put together the exact way.
Whoever has learned from a sample what the elements of a layout mean needs only the captures.
"""

from typing import Any, ClassVar

from parsers.form import Problem
from parsers.x12.assembly import Assembly
from parsers.x12.delimiters import Delimiters
from parsers.x12.form import Group, Home, Row, TransactionSet, outside
from parsers.x12.known import Frame, Recognised, Run
from parsers.x12.layouts import Layout
from parsers.x12.levels import link_levels
from parsers.x12.segments import Window, tidied
from parsers.x12.sets.machines import machine_of
from parsers.x12.standing import told

_LATE = ("home", "row", "members", "rows", "pieces")
_NOTHING: Any = None
_DOUBLE_BLANK = "  "


class LaidSet(TransactionSet, kw_only=True, eq=False):
    """A recognised set; `text` reaches from its ST segment to its last terminator.

    `laid` says that it has not been put together yet. `values` are the captures of its frame,
    `runs` its line loops with theirs, `parents` the line around each run where lines are levels.
    """

    plain: ClassVar[type[TransactionSet]] = TransactionSet

    kind: str
    text: str
    frame: Frame
    values: tuple[str, ...]
    runs: list[Run]
    parents: list[int]
    laid: bool = True

    def __getattr__(self, name: str) -> Any:
        """Put the set together when its segments or loops are asked for."""
        if name not in _LATE or not self.laid:
            raise AttributeError(name)
        self.laid = False
        separator, terminator = self.delimiters.element, self.delimiters.terminator
        pieces = self.text.split(terminator)[:-1]
        rows = [piece.split(separator) for piece in pieces]
        if _DOUBLE_BLANK in self.text:
            rows = [tidied(row) for row in rows]
        _put_together(self, self.kind, rows, pieces)
        for _ in link_levels(self):
            raise AssertionError(self.text)
        return getattr(self, name)

    @classmethod
    def sample_of(cls, frame: Frame, values: tuple[str, ...]) -> TransactionSet:
        """Return a set that has the head and the tail of a frame and no lines, with slots."""
        head, tail = frame.head, frame.tail
        rows = head.sample_rows(values)
        rows += tail.sample_rows(values[head.width :], head.width)
        return _sample(frame.kind, rows, head.delimiters)

    @classmethod
    def sample_of_loop(
        cls, frame: Frame, layout: Layout, values: tuple[str, ...]
    ) -> tuple[TransactionSet, Group]:
        """Return a set that has one line loop and nothing else, with slots, and that loop."""
        rows = [["ST"], *layout.sample_rows(values), ["SE"]]
        sample = _sample(frame.kind, rows, layout.delimiters)
        entries = (one for several in sample.members.values() for one in several)
        return sample, next(one for one in entries if isinstance(one, Group))

    outside = staticmethod(outside)


def laid(
    found: Recognised, window: Window, place: int, elements: tuple[tuple[str, ...], ...]
) -> LaidSet:
    """Return the form of the set that was recognised at a place of a window.

    `elements` are those of the ISA and GS segments around it.
    """
    text, values, runs = window.text[place : found.end], found.values, found.runs
    if _DOUBLE_BLANK in text:
        values = _single_blanks(values)
        runs = [(layout, [_single_blanks(row) for row in rows]) for layout, rows in runs]
    form = LaidSet(
        home=_NOTHING,
        row=_NOTHING,
        members=_NOTHING,
        rows=_NOTHING,
        pieces=_NOTHING,
        delimiters=found.frame.head.delimiters,
        start=window.start + place,
        interchange=elements[0],
        group=elements[1],
        kind=found.frame.kind,
        text=text,
        frame=found.frame,
        values=values,
        runs=runs,
        parents=found.parents,
    )
    del form.home, form.row, form.members, form.rows, form.pieces
    return form


def _single_blanks(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([" ".join(text.split()) if _DOUBLE_BLANK in text else text for text in values])


def standing_problems(found: Recognised, start: int) -> list[Problem]:
    """Return what is wrong with a recognised set because its layouts are so; mostly nothing."""
    head, tail = found.frame.head, found.frame.tail
    if not (head.standing or tail.standing or any(one.standing for one, _ in found.runs)):
        return []
    runs = [(head, [found.values[: head.width]]), *found.runs, (tail, [found.values[head.width :]])]
    return told([(one.standing, one.whole, one.size, rows) for one, rows in runs], start)


def _put_together(root: TransactionSet, kind: str, rows: list[Row], pieces: list[str]) -> None:
    """Give a set its segments and loops."""
    root.home, root.row = Home(), rows[0]
    root.members, root.rows, root.pieces = {"ST": [rows[0]]}, rows[:1], pieces[:1]
    root.home.own(root)
    last = Assembly(root, machine_of(kind)).take(rows, pieces, 1)
    root.append(rows[last], pieces[last])


def _sample(kind: str, rows: list[Row], delimiters: Delimiters) -> TransactionSet:
    sample = TransactionSet(
        home=Home(), row=rows[0], members={}, rows=[], pieces=[], delimiters=delimiters, start=0
    )
    _put_together(sample, kind, rows, [delimiters.element.join(row) for row in rows])
    return sample
