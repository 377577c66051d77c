"""Transaction sets that are being written: the counterpart of `parsers.x12.form`.

A draft answers the paths of `parsers.x12.paths` the other way round: `put` writes a text where
`find` would look for it, `add` makes a group that `each` would find. Loops and segments that a path
needs are made on the way, each in its place in the structure of the set, so that what is put in any
order comes out in the order of the standard. A draft says no (False, None) where the structure has
no such segment, the element is taken by another text or is too short for this one.

`parsers.x12.settled` puts what is in a draft into its final order.
"""

import re
from collections.abc import Iterable, Iterator

from parsers.x12.paths import Path, Step, parse_path
from parsers.x12.structure import MANY, Loop

Address = tuple[int, int]
"""An element and its component, both from 1."""


_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters and halves of characters, which no document carries."""


class Line:
    """A segment being written; `filled` once a text was put into it.

    `assumed` is where a qualifier stands that a path gave it, until a better one is put there.
    """

    __slots__ = ("assumed", "filled", "name", "texts")

    def __init__(self, name: str) -> None:
        self.name = name
        self.texts: dict[Address, str] = {}
        self.assumed: Address | None = None
        self.filled = False

    @property
    def is_hollow(self) -> bool:
        """Whether there is nothing to write."""
        return not self.filled


class Manner:
    """How a syntax counts: what a number in a path addresses, and what an element has room for.

    `refused` says of texts why they had no room.
    """

    def __init__(self) -> None:
        self.refused: dict[str, str] = {}

    def fits(self, name: str, address: Address, text: str) -> bool:
        """Whether an element of the segment `name` takes a text."""
        raise NotImplementedError

    def spelled(self, _line: Line, _address: Address, text: str) -> str:
        """Return a text as its element has it."""
        return text

    def ends(self, name: str) -> int:
        """Return the number of a segment's last element, where pairs or parts fill it."""
        raise NotImplementedError

    def late(self, _name: str) -> bool:
        """Whether segments of this name stand where the set has them last, not first."""
        return False

    def address(self, number: int, component: int) -> Address:
        """Return what the number in a path, and the component behind it, stand for."""
        return number, component or 1

    def within(self, start: Address, part: Address) -> Address:
        """Return the address of a part of the pair or element that begins behind `start`."""
        return start[0] + part[0], part[1]

    def starts(self, path: Path, name: str) -> Iterable[Address]:
        """Yield where each part begins that a path takes a segment apart into."""
        end = self.ends(name)
        places = range(path.element - 1, end - 1, 2) if path.pairs else range(end)
        return ((place, 0) for place in places)


class Draft:
    """A loop being written, or the whole set; `parent` is the level that holds this one.

    Drafts of loops hold `entries`; drafts of segments and of parts (`Part`) have none.
    """

    def __init__(
        self, manner: Manner, loop: Loop, line: Line, holder: "Draft | None" = None
    ) -> None:
        self.manner = manner
        self.loop = loop
        self.line = line
        self.holder = holder
        self.parent: Draft | None = None
        self.mergeable = False
        self.entries: list[tuple[int, Draft | Line]] = []
        self.start: Address | None = None

    # What a table asks.

    def text(self, path: str) -> str | None:
        """Return the first text at `path`, None where there is none yet."""
        parsed = parse_path(path)
        for here in self.climbed(parsed):
            lines = list(here.lines(parsed.steps))
            texts = (here.text_in(line, parsed) for line in lines)
            found = next(filter(None, texts), None)
            if lines:
                return found
        return None

    def texts(self, path: str, value: str) -> list[str]:
        """Return the texts of `value` in the segments and parts at `path`."""
        parsed = parse_path(path)
        for here in self.climbed(parsed):
            found = [text for part in here.parts(parsed) if (text := part.text(value))]
            if found:
                return found
        return []

    def put(self, *texts: tuple[str, str]) -> bool:
        """Put texts at their paths, all of them or none; True where they stand there now."""
        targets = []
        for path, raw in texts:
            text = " ".join(raw.split())
            found = self._target(parse_path(path))
            if found is None or not self._is_writable(text):
                return False
            text = self.manner.spelled(*found[:2], text)
            if not self._takes(*found[:2], text):
                return False
            targets.append((*found, text))
        for line, address, qualifier, text in targets:
            line.texts[address] = text
            line.filled = True
            line.assumed = None if line.assumed == address else line.assumed
            if qualifier:
                line.texts[address[0] - 1, address[1]] = qualifier
        return True

    def _is_writable(self, text: str) -> bool:
        if _UNWRITABLE.search(text):
            self.manner.refused.setdefault(text, "no document carries control characters")
            return False
        return bool(text)

    def add(self, path: str) -> "Draft | None":
        """Return a new group at `path`: a loop, a segment, or a part of one."""
        parsed = parse_path(path)
        here: Draft | None = self._owner(parsed) if parsed.climbs else self
        steps = parsed.steps
        if here is None or (steps and steps[-1].optional and len(steps) < 2):  # noqa: PLR2004
            return None
        for step in steps[:-1]:
            here = here.new(step) if steps[-1].optional else here.at(step)
            if here is None:
                return None
            here.mergeable = steps[-1].optional
        if parsed.pairs or parsed.apart:
            return here.new_part(parsed)
        return here.new(steps[-1]) if steps else here

    def group(self, path: str) -> "Draft | None":
        """Return the first group at `path`, made where there is none."""
        here: Draft | None = self
        for step in parse_path(path).steps:
            here = here.at(step) if here is not None else None
        return here

    def knows(self, path: str) -> bool:
        """Whether the structure has what the path leads to."""
        parsed = parse_path(path)
        owner = self._owner(parsed) if parsed.climbs else self
        if owner is None:
            return False
        loop = owner.loop
        for step in parsed.steps:
            nodes = [node for node in loop.nodes if step.name in node.names]
            if not nodes:
                return False
            loop = next((node.loop for node in nodes if node.loop), loop)
        return True

    # Segments and loops.

    def lines(self, steps: tuple[Step, ...]) -> Iterator[Line]:
        """Yield the segments at `steps`, this one's own for none."""
        if not steps:
            yield self.line
            return
        for entry in self.found(steps[0]):
            if len(steps) > 1:
                if not isinstance(entry, Line):
                    yield from entry.lines(steps[1:])
            else:
                yield entry if isinstance(entry, Line) else entry.line

    def found(self, step: Step) -> "list[Draft | Line]":
        """Return the segments and loops of this loop that a step means."""
        if self.names_itself(step):
            return [self.line] if self._means(step, self.line) else []
        return [
            entry
            for _, entry in self.entries
            if self._means(step, entry if isinstance(entry, Line) else entry.line)
        ]

    def at(self, step: Step) -> "Draft | None":
        """Return the first group that a step means, a new one where there is none."""
        found = next(iter(self.found(step)), None) or self._adopted(step)
        if found is None:
            return self.new(step)
        return Part(self, found, None) if isinstance(found, Line) else found

    def _adopted(self, step: Step) -> "Line | None":
        """Return a segment that says nothing yet where a step wants a qualifier, and give it one.

        Only behind the first element, which says what a segment is about.
        """
        place = self.manner.address(step.at, 0)
        lines = (one for _, one in self.entries if isinstance(one, Line) and one.name == step.name)
        line = next((one for one in lines if place not in one.texts), None)
        if line is None or not step.first or step.at == 1:
            return None
        line.texts[place] = step.first
        return line

    def new(self, step: Step) -> "Draft | None":
        """Return a new segment or loop in its place; a loop's first segment is there once."""
        if self.names_itself(step):
            return Part(self, self.line, None) if self._means(step, self.line) else None
        index = self._index(step.name)
        if index is None:
            return None
        line = Line(step.name)
        if step.first:
            line.assumed = self.manner.address(step.at, 0)
            line.texts[line.assumed] = step.first
        loop = self.loop.nodes[index].loop
        if loop is None:
            self.entries.append((index, line))
            return Part(self, line, None)
        draft = Draft(self.manner, loop, line, self)
        self.entries.append((index, draft))
        return draft

    def new_part(self, path: Path) -> "Draft | None":
        """Return the next free part of the last segment at `path`, or of a new one."""
        step = path.steps[-1] if path.steps else None
        lines = list(self.lines(path.steps[-1:])) if step else [self.line]
        for line in reversed(lines[-1:]):
            start = self.free_part(path, line)
            if start is not None:
                return Part(self, line, start, path)
        made = self.new(step) if step else None
        if made is None or made.line in lines:
            return None
        start = self.free_part(path, made.line)
        return None if start is None else Part(self, made.line, start, path)

    def parts(self, path: Path) -> "Iterator[Draft]":
        """Yield what stands at `path`, as drafts."""
        for line in self.lines(path.steps):
            if not (path.pairs or path.apart):
                yield Part(self, line, None)
                continue
            for start in self.manner.starts(path, line.name):
                first = line.texts.get(self.manner.within(start, (1, 1)))
                if first and (not path.qualifiers or first in path.qualifiers):
                    yield Part(self, line, start)

    def text_in(self, line: Line, path: Path) -> str | None:
        """Return the text that a path means in a segment."""
        if not path.qualifiers:
            return line.texts.get(self.address_of(path))
        starts = list(self.manner.starts(path, line.name))
        pairs = {line.texts.get((at + 1, 1)): line.texts.get((at + 2, 1)) for at, _ in starts}
        return next((pairs[one] for one in path.qualifiers if pairs.get(one)), None)

    def under(self, level: "Draft") -> "Draft":
        """Put this level into another."""
        self.parent = level
        return self

    def climbed(self, path: Path) -> "Iterator[Draft]":
        """Yield the drafts in which a path is looked up: this one, or the enclosing ones."""
        here: Draft | None = self
        for _ in range(path.climbs - 1):
            here = here.above() if here is not None else None
        while here is not None:
            yield here
            here = here.above() if path.climbs else None

    def above(self) -> "Draft | None":
        """Return the level that holds this one, or the loop around it."""
        return self.parent or self.holder

    def _owner(self, path: Path) -> "Draft | None":
        """Return the nearest loop whose structure has the first segment of a path."""
        for here in self.climbed(path):
            if (
                not path.steps
                or here.names_itself(path.steps[0])
                or here.knows_name(path.steps[0].name)
            ):
                return here
        return None

    def knows_name(self, name: str) -> bool:
        """Whether segments of this name may stand in this loop."""
        return any(name in node.names for node in self.loop.nodes)

    def _target(self, path: Path) -> tuple[Line, Address, str] | None:
        """Return the segment and address where a text at `path` goes, with a pair's qualifier.

        What belongs to the levels above is looked up there, and never made.
        """
        for here in self.climbed(path) if path.climbs else ():
            if any(here.lines(path.steps)):
                return here.spot(path)
        if path.climbs > 1:
            return None
        owner = self._owner(path) if path.climbs else self
        return owner.spot(path) if owner is not None else None

    def spot(self, path: Path) -> tuple[Line, Address, str] | None:
        """Return the segment and address of a text at a path from here, made where need be."""
        here: Draft | None = self
        for step in path.steps:
            here = here.at(step) if here is not None else None
        if here is None:
            return None
        if not path.qualifiers:
            return here.line, here.address_of(path), ""
        starts = [at for at, _ in self.manner.starts(path, here.line.name)]
        for at in starts:
            if here.line.texts.get((at + 1, 1)) == path.qualifiers[0]:
                return here.line, (at + 2, 1), ""
        free = here.free_part(path, here.line)
        return None if free is None else (here.line, (free[0] + 2, 1), path.qualifiers[0])

    def address_of(self, path: Path) -> Address:
        """Return which element and component a path means, seen from here."""
        address = self.manner.address(path.element, path.component)
        return address if path.steps or self.start is None else self._moved(path)

    def _moved(self, path: Path) -> Address:
        start = self.start or (0, 0)
        return self.manner.within(start, (path.element, path.component or 1))

    def _takes(self, line: Line, address: Address, text: str) -> bool:
        there = line.texts.get(address)
        free = there is None or address == line.assumed
        return there == text or (free and self.manner.fits(line.name, address, text))

    def names_itself(self, step: Step) -> bool:
        """Whether a step means the segment that this loop begins with."""
        return self.holder is not None and step.name == self.line.name

    def _means(self, step: Step, line: Line) -> bool:
        if line.name != step.name:
            return False
        here = line.texts.get(self.manner.address(step.at, 0), "")
        return not step.values or here in step.values

    def _index(self, name: str) -> int | None:
        """Return the place in the loop where one more segment of this name may stand."""
        nodes = list(enumerate(self.loop.nodes))
        is_late = self.holder is None and self.manner.late(name)
        for index, node in reversed(nodes) if is_late else nodes:
            if name in node.names and (index or self.holder is None):
                taken = sum(place == index for place, _ in self.entries)
                if node.loop is not None or node.limit == MANY or taken < node.limit:
                    return index
        return None

    def free_part(self, path: Path, line: Line) -> Address | None:
        """Return where the first part of a segment begins that has no text."""
        taken = {address[0] if path.pairs else address for address in line.texts}
        for start in self.manner.starts(path, line.name):
            first = self.manner.within(start, (1, 1))
            spots = {first[0], first[0] + 1} if path.pairs else {first}
            if taken.isdisjoint(spots):
                return start
        return None


class Part(Draft):
    """A plain segment, or a part of one, as a draft: other names belong to the loop around it."""

    def __init__(
        self, group: Draft, line: Line, start: Address | None, path: Path | None = None
    ) -> None:
        super().__init__(group.manner, group.loop, line, group)
        self.entries = group.entries
        self.start = start
        if path is not None and path.qualifiers and start is not None:
            self.pending: tuple[Address, str] | None = (
                self.manner.within(start, (1, 1)),
                path.qualifiers[0],
            )
        else:
            self.pending = None

    def put(self, *texts: tuple[str, str]) -> bool:
        """Put texts into the part, behind the qualifier that it was made with."""
        if not super().put(*texts):
            return False
        if self.pending:
            self.line.texts.setdefault(*self.pending)
        return True
