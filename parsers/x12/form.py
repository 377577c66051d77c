"""Transaction sets as forms: loops of segments that answer the paths of `parsers.x12.paths`.

A segment is kept as the list of its elements, so that reading costs little; where an element stands
is found again in the raw text when somebody asks. A path is compiled once to a plain function.
"""

import weakref
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import accumulate
from typing import Any, Self

from msgspec import Struct

from parsers.form import Form, Found, Position
from parsers.x12.delimiters import Delimiters
from parsers.x12.paths import Path, Step, parse_path
from parsers.x12.quick import quick_groups, quick_text
from parsers.x12.segments import readable
from parsers.x12.shortcuts import SegmentShortcuts, Shortcuts

Row = list[str]
"""A segment: its name (with the blanks and line ends before it) and its elements from 1."""

Text = Callable[[Any], str | None]

_LEVELS = ("HL", "CPS")
"""The loops that name their parents themselves."""


class Home:
    """What all groups of a set share: the way from a group to the set and to the group around it.

    The set is held weakly until somebody asks its groups for more than texts: sets that are only
    mapped go at once, without waiting for a collection of cycles. Which group holds which is worked
    out when somebody asks.
    """

    __slots__ = ("_holders", "_kept", "_root")

    def __init__(self) -> None:
        self._holders: dict[int, Group] = {}
        self._kept: TransactionSet | None = None
        self._root: weakref.ref[TransactionSet] | None = None

    def own(self, root: "TransactionSet") -> None:
        """Make this the home of `root`."""
        self._root = weakref.ref(root)

    def root(self) -> "TransactionSet":
        """Return the transaction set; raises `LookupError` when it is gone."""
        root = self._root() if self._root else None
        if root is None:
            raise LookupError
        return root

    def keep(self) -> None:
        """Hold the set as long as any of its groups."""
        self._kept = self._kept or self.root()

    def holder_of(self, group: "Group") -> "Group | None":
        """Return the group that holds another; None for the set."""
        if not self._holders:
            self._fill(self.root())
        return self._holders.get(id(group))

    def _fill(self, holder: "Group") -> None:
        for entries in holder.members.values():
            for entry in entries:
                if isinstance(entry, Group):
                    self._holders[id(entry)] = holder
                    self._fill(entry)


class Group(Struct, eq=False):
    """A loop, or a whole transaction set; `members` holds its segments and loops by name.

    `row` is the segment that begins it and also a member; `parent` is the level that HL02 names.
    """

    home: Home
    row: Row
    members: dict[str, list[Any]]
    parent: Any = None

    def above(self) -> "Group | None":
        """Return the group that holds this one: its parent level, or the loop around it."""
        if self.parent is None and self.row[0].endswith(_LEVELS):
            return self.home.root()
        return self.parent or self.home.holder_of(self)

    def find(self, path: str) -> Found | None:
        """Return the first text at `path` and where it stands; for "" its first segment."""
        self.home.keep()
        return _found(self, parse_path(path))

    def each(self, path: str) -> "Sequence[Form]":
        """Return the loops, segments or pairs at `path`."""
        self.home.keep()
        return _groups(self, parse_path(path))

    @classmethod
    def text_of(cls, path: str) -> Callable[[Self], str | None]:
        """Compile `path` to a function that returns the first text at it, or None."""
        return _text_in_group(path)

    @classmethod
    def groups_of(cls, path: str) -> "Callable[[Self], Sequence[Form]]":
        """Compile `path` to a function that returns the loops, segments or pairs at it."""
        return _groups_in_group(path)

    @classmethod
    def writer(cls) -> Shortcuts:
        """Return a writer of source code for tables over groups."""
        return Shortcuts(cls.text_of)


class TransactionSet(Group, kw_only=True, eq=False, weakref=True):
    """A whole transaction set; `pieces` are its raw segments, `start` bytes into the file.

    `interchange` and `group` are the elements of the ISA and GS segments around it.
    """

    delimiters: Delimiters
    start: int
    rows: list[Row]
    pieces: list[str]
    interchange: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    indexes: dict[int, int] = {}
    offsets: list[int] = []

    def append(self, row: Row, piece: str) -> None:
        """Add a segment that belongs to no loop."""
        self.rows.append(row)
        self.pieces.append(piece)

    def index_of(self, row: Row) -> int:
        """Return the place of a segment in the set, from 0."""
        if len(self.indexes) != len(self.rows):
            self.indexes = {id(one): index for index, one in enumerate(self.rows)}
        return self.indexes[id(row)]

    def quote(self, index: int, element: int = 0) -> str:
        """Return a segment or its element as the file spells it."""
        start, end = self.span(index, element)
        return readable(self.pieces[index][start:end])

    def position(self, index: int, element: int = 0) -> Position:
        """Return where the segment `index` (from 0) stands, or its element (from 1)."""
        if len(self.offsets) <= len(self.pieces):
            width = len(self.delimiters.terminator)
            lengths = (len(piece) + width for piece in self.pieces)
            self.offsets = list(accumulate(lengths, initial=self.start))
        start, end = self.span(index, element)
        start, end = start + self.offsets[index], end + self.offsets[index]
        at = f"segment {index + 1} ({self.rows[index][0].strip()}){self.words(element)}"
        return Position(at=f"{at}, bytes {start}-{end}", start=start, end=end)

    def span(self, index: int, element: int) -> tuple[int, int]:
        """Return where an element begins and ends in its raw segment."""
        return span(self.pieces[index], element, self.delimiters.element)

    def words(self, element: int) -> str:
        """Name an element, "" for the segment itself."""
        return f" element {element:02d}" if element else ""


class Segment(Struct, eq=False):
    """A segment, or some of its elements, as a form of its own.

    Its paths are `03` or `ITD/03` for its own elements; other names are looked up in the group that
    holds it. `before` is the element before its first: 0, or for a pair the one before it.
    """

    group: Group
    row: Row
    before: int = 0

    def above(self) -> Group:
        """Return the group that holds the segment."""
        return self.group

    def find(self, path: str) -> Found | None:
        """Return the text of an element and where it stands; for "" the whole segment."""
        return _found(self, parse_path(path))

    def each(self, path: str) -> "Sequence[Form]":
        """Return the groups at `path`: pairs or elements of the segment, or others beside it."""
        return _groups(self, parse_path(path))

    @classmethod
    def text_of(cls, path: str) -> Callable[[Self], str | None]:
        """Compile `path` to a function that returns the text at it, None where it is empty."""
        parsed = parse_path(path)
        if parsed.steps or parsed.climbs or parsed.component or parsed.pairs:
            return lambda segment: _text(segment, parsed)
        element = parsed.element

        def text(segment: Self) -> str | None:
            place, row = element + segment.before, segment.row
            return (row[place] or None) if len(row) > place else None

        return text

    @classmethod
    def groups_of(cls, path: str) -> "Callable[[Self], Sequence[Form]]":
        """Compile `path` to a function that returns the groups at it."""
        parsed = parse_path(path)
        return lambda segment: _groups(segment, parsed)

    @classmethod
    def writer(cls) -> SegmentShortcuts:
        """Return a writer of source code for tables over segments."""
        return SegmentShortcuts(cls.text_of)


def element_of(row: Row, place: int) -> str:
    """Return an element of a segment without outer blanks, "" where it has none."""
    return row[place].strip() if len(row) > place else ""


def span(piece: str, element: int, separator: str) -> tuple[int, int]:
    """Return where an element of a raw segment begins and ends; for 0 the segment itself."""
    if not element:
        return len(piece) - len(piece.lstrip()), len(piece)
    elements = piece.split(separator, element + 1)
    start = sum(map(len, elements[:element])) + element
    return start, start + len(elements[element])


# Any path, and where it leads; for the paths that tables use most there is `parsers.x12.quick`.

_Place = tuple[Row, int, int]


def _found(form: Group | Segment, path: Path) -> Found | None:
    at = _locate(form, path)
    root = _root(form)
    if at is None:
        return None
    row, element, component = at
    index = root.index_of(row)
    position, quote = root.position(index, element), root.quote(index, element)
    text = _component(root, row[element], component) if element else quote
    return Found(text=text, position=position, quote="" if quote == text else quote)


def _text(form: Group | Segment, path: Path) -> str | None:
    at = _locate(form, path)
    return _component(_root(form), at[0][at[1]], at[2]) if at else None


def outside(form: Any, path: str) -> str | None:
    """Return the path to ask the group around a whole line for, None where the line itself decides.

    `form` is the line's loop, or a group in it, in a set that has nothing else.
    """
    parsed, root = parse_path(path), _root(form)
    here, climbs = form, parsed.climbs
    while climbs > 1 and here is not root:
        here, climbs = here.above(), climbs - 1
    if not climbs:
        return None
    inner = Path(parsed.steps, climbs=1)
    if any(one is not root and any(_rows(one, inner.steps)) for one in _climb(here, inner)):
        return None
    return "^" * climbs + path.lstrip("^")


def _component(root: TransactionSet, text: str, component: int) -> str:
    separator = root.delimiters.component
    if not component or separator is None:
        return text
    parts = text.split(separator)
    return parts[component - 1] if len(parts) >= component else ""


def _root(form: Any) -> TransactionSet:
    group: Group = form.group if isinstance(form, Segment) else form
    return group.home.root()


def _locate(form: Any, path: Path) -> _Place | None:
    """Find the segment, element and component of the first text at `path`."""
    root = _root(form)
    for here in _climb(form, path):
        rows = list(_rows(here, path.steps))
        places = (_element(row, before, path, root) for row, before in rows)
        found = next(filter(None, places), None)
        if rows:
            return found
    return None


def _climb(form: Any, path: Path) -> Iterator[Any]:
    """Yield the forms in which a path is looked up: this one, or the enclosing ones."""
    here = form
    for _ in range(path.climbs - 1):
        here = here.above() if here is not None else None
    if isinstance(here, Segment) and path.climbs:
        here = here.above()
    while here is not None:
        yield here
        here = here.above() if path.climbs else None


def _element(row: Row, before: int, path: Path, root: TransactionSet) -> _Place | None:
    if not path.element:
        return row, 0, 0
    places = _qualified(row, path) if path.qualifiers else [path.element + before]
    for element in places:
        if len(row) > element and _component(root, row[element], path.component).strip():
            return row, element, path.component
    return None


def _qualified(row: Row, path: Path) -> list[int]:
    """Return the elements of the values behind the qualifiers, in order of the qualifiers."""
    pairs = range(path.element, len(row) - 1, 2)
    return [at + 1 for one in path.qualifiers for at in pairs if row[at].strip() == one]


def _rows(form: Any, steps: tuple[Step, ...]) -> Iterator[tuple[Row, int]]:
    """Yield the segments at `steps`, each with the element before its first."""
    if not steps:
        yield form.row, form.before if isinstance(form, Segment) else 0
        return
    for _, entry in _entries(form, steps):
        yield (entry if isinstance(entry, list) else entry.row), 0


def _entries(form: Any, steps: tuple[Step, ...]) -> Iterator[tuple[Group, Any]]:
    """Yield the segments and loops at `steps`, each with the group that holds it."""
    step, deeper = steps[0], steps[1:]
    group: Group = form.group if isinstance(form, Segment) else form
    entries: Sequence[Any] = group.members.get(step.name, ())
    if isinstance(form, Segment) and form.row[0].strip() == step.name:
        entries = [form.row]
    if step.optional and not entries:
        yield group, group
    for entry in entries:
        if not step.takes(entry if isinstance(entry, list) else entry.row):
            continue
        if not deeper:
            yield group, entry
        elif isinstance(entry, Group):
            yield from _entries(entry, deeper)


def _groups(form: Any, path: Path) -> "Sequence[Form]":
    for here in _climb(form, path):
        found = _groups_here(here, path)
        if found or (path.climbs and _is_taken_apart(here, path)):
            return found
    return ()


def _is_taken_apart(form: Any, path: Path) -> bool:
    """Whether the segment is here whose parts a path asks for, if it has none of them."""
    return (path.pairs or path.apart) and any(True for _ in _rows(form, path.steps))


def _groups_here(form: Any, path: Path) -> "list[Form]":
    if path.pairs or path.apart:
        return [
            Segment(group, row, before)
            for group, row, first in _held(form, path.steps)
            for before in _parts(row, first, path)
        ]
    if not path.steps:
        return [form]
    return [
        Segment(group, entry) if isinstance(entry, list) else entry
        for group, entry in _entries(form, path.steps)
    ]


def _held(form: Any, steps: tuple[Step, ...]) -> Iterator[tuple[Group, Row, int]]:
    """Yield the segments at `steps`, each with its group and the element before its first."""
    if not steps:
        is_segment = isinstance(form, Segment)
        yield (form.group if is_segment else form), form.row, form.before if is_segment else 0
        return
    for group, entry in _entries(form, steps):
        yield (group, entry, 0) if isinstance(entry, list) else (entry, entry.row, 0)


def _parts(row: Row, first: int, path: Path) -> list[int]:
    """Return the elements before each part that a path takes a segment apart into."""
    if path.apart and path.element:
        composites = range(10 * path.element, len(row), 10)
        return [at for at in composites if any(row[at + 1 : at + 10])]
    if path.apart:
        return [at - 1 for at in range(first + 1, len(row)) if row[at]]
    pairs = range(first + path.element, len(row) - 1, 2)
    wanted = path.qualifiers
    return [at - 1 for at in pairs if row[at] and (not wanted or row[at].strip() in wanted)]


@lru_cache(4096)
def _text_in_group(path: str) -> Text:
    parsed = parse_path(path)
    return quick_text(parsed) or partial(_text, path=parsed)


@lru_cache(4096)
def _groups_in_group(path: str) -> "Callable[[Any], Sequence[Form]]":
    parsed = parse_path(path)
    return quick_groups(parsed, Segment) or partial(_groups, path=parsed)
