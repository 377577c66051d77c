"""Layouts: runs of segments in one fixed shape, recognised by one regular expression.

A layout is made from segments that were read and found good. It fixes which segments follow each
other, how each name is written, how many elements each has and which of them are empty. Its pattern
matches the text of any run of the same shape whose elements are good by themselves, and such a run
is as good as the first one: order, repeats, conditions and mandatory elements depend on the shape
alone. What the elements say is captured.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache, cached_property

from parsers.form import Slot
from parsers.x12.delimiters import Delimiters
from parsers.x12.dictionary import Element, facts_of
from parsers.x12.form import Row
from parsers.x12.sieve import NUMBERS, element_at, may_have_components, text_pattern
from parsers.x12.standing import Measure, standing_faults
from parsers.x12.structure import State

Shape = tuple[tuple[object, ...], ...]
_FIXED = {"ST": (1, 3), "HL": (3,)}
"""Elements that are part of a shape: kind and version of a set, the code of a level."""
_GROUPS = 2
"""With fewer groups, `findall` gives no tuples."""


def shape_of(rows: Iterable[Row], version: int) -> Shape:
    """Return what makes two runs of segments alike: names, qualifiers, which elements are empty."""
    shape: list[tuple[object, ...]] = []
    for row in rows:
        alike: list[object] = [row[0], *map(bool, row[1:])]
        for place in fixed_places(row[0].strip(), version):
            alike[place : place + 1] = map(str, row[place : place + 1])
        shape.append(tuple(alike))
    return tuple(shape)


@cache
def fixed_places(name: str, version: int) -> tuple[int, ...]:
    """Return the elements of a segment whose texts are part of its shape.

    Beside the few of `_FIXED` these are qualifiers: codes that stand together with what follows.
    """
    facts = facts_of(name, version)
    pairs = (one.places for one in facts.conditions if one.kind == "P") if facts else ()
    firsts = {places[0] for places in pairs}
    qualifiers = (at for at in sorted(firsts) if _is_code(element_at(facts, at)))
    return (*_FIXED.get(name, ()), *qualifiers)


def _is_code(element: Element | None) -> bool:
    return element is not None and element.type == "ID"


class Layout:
    """A run of segments in one shape; `rows` is the run from which it was learned.

    Its elements that are not empty are `Slot`s, in the order in which the patterns capture them;
    `width` is the number of captures. `leads` is what is known of `after`, `next` the layout that
    came behind this one last. `quantities` are the captures that CTT02 adds up. `standing` are the
    faults that all such runs have, `whole` says how long they are. `totals` are the captures of
    CTT01 and CTT02, -1 where one is empty, None where there is no CTT. Of a level, `is_item` tells
    the code, and `names_parent` whether its second capture is the level around it.
    """

    def __init__(self, rows: Sequence[Row], delimiters: Delimiters, version: int) -> None:
        self.delimiters = delimiters
        self._version = version
        self.leads: dict[State, State | None] = {}
        self._written: list[str] = []
        self.rows: list[Row] = []
        self.slots: list[Slot] = []
        for row in rows:
            pattern, slotted = self._segment(row)
            self._written.append(pattern)
            self.rows.append(slotted)
        self.size = len(rows)
        measure = Measure(self.rows, {id(slot) for slot in self.slots}, delimiters)
        self.whole = measure.whole
        self._standing = standing_faults(self.rows, measure, delimiters, version)
        self.standing = self._standing or []
        self.names_parent = rows[0][0].strip() == "HL" and any(rows[0][2:3])
        self.is_item = rows[0][0].strip() == "HL" and rows[0][3:4] == ["I"]
        self.names = tuple(row[0].strip() for row in rows)
        self.totals = _totals(self.rows)
        self.mark = f"{delimiters.terminator}{rows[0][0]}{delimiters.element}"
        self.width = max(len(self.slots), _GROUPS)
        self.next: Layout | None = None
        self.quantities: tuple[int, ...] = ()

    @cached_property
    def opening(self) -> re.Pattern[str]:
        """The pattern of the run without a terminator before it, as it begins a set."""
        return self._compiled(re.escape(self.delimiters.terminator))

    @cached_property
    def following(self) -> re.Pattern[str]:
        """The pattern of the run behind the terminator of what stands before."""
        return self._compiled("")

    @cached_property
    def loop(self) -> re.Pattern[str]:
        """The pattern of the run as one of several that were split at `mark`."""
        return self._compiled(re.escape(self.mark), closed=False)

    def is_sound(self) -> bool:
        """Whether its faults are those of its shape, and its pattern recognises its own run."""
        if self._standing is None:
            return False
        delimiters = self.delimiters
        text = delimiters.terminator.join([delimiters.element.join(row) for row in self.rows])
        found = self.opening.match(text + delimiters.terminator)
        if found is None or found.end() != len(text):
            return False
        return list(found.groups("")[: len(self.slots)]) == list(map(str, self.slots))

    def sample_rows(self, values: Sequence[str], first: int = 0) -> list[Row]:
        """Return the rows with slots that hold `values`, counted from `first`."""
        return [[_renewed(text, values, first) for text in row] for row in self.rows]

    def after(self, state: State) -> State | None:
        """Return where in the structure the run leads from `state`, None where it has a fault."""
        if state not in self.leads:
            self.leads[state] = self._led(state)
        return self.leads[state]

    def _led(self, state: State) -> State | None:
        for name in self.names:
            if name not in {"ST", "SE"}:
                step = state.step(name)
                if not step.smooth:
                    return None
                state = step.state
        return state

    @property
    def source(self) -> str:
        """The source of the pattern of the run and the terminator of what stands before."""
        terminator = re.escape(self.delimiters.terminator)
        filled = "()" * (self.width - len(self.slots))
        return terminator + terminator.join(self._written) + filled

    def _compiled(self, without: str, *, closed: bool = True) -> re.Pattern[str]:
        """Compile the run, its beginning left out, mostly up to the terminator behind it."""
        ending = f"(?={re.escape(self.delimiters.terminator)})" if closed else ""
        return re.compile(self.source.removeprefix(without) + ending)

    def _segment(self, row: Row) -> tuple[str, Row]:
        """Return the pattern of a segment, and its row with slots."""
        separator = re.escape(self.delimiters.element)
        name = row[0].strip()
        facts = facts_of(name, self._version)
        fixed = fixed_places(name, self._version)
        pattern, slotted = re.escape(row[0]), [row[0]]
        for place, text in enumerate(row[1:], 1):
            pattern += separator
            if not text or place in fixed:
                pattern += re.escape(text)
                slotted.append(str(text))
                continue
            element = element_at(facts, place)
            pattern += f"({text_pattern(element, self.delimiters)})"
            whole = not may_have_components(element)
            digits = element is not None and element.type in NUMBERS
            slot = Slot(text, len(self.slots), whole=whole, digits=digits)
            self.slots.append(slot)
            slotted.append(slot)
        return pattern, slotted


def _totals(rows: Sequence[Row]) -> tuple[int, int] | None:
    found = next((row for row in rows if row[0].strip() == "CTT"), None)
    if found is None:
        return None
    count, added = (*found[1:3], "", "")[:2]
    return (
        count.place if isinstance(count, Slot) else -1,
        added.place if isinstance(added, Slot) else -1,
    )


def _renewed(text: str, values: Sequence[str], first: int) -> str:
    if not isinstance(text, Slot):
        return text
    return Slot(values[text.place], first + text.place, whole=text.whole, digits=text.digits)


def slot_at(row: Row, element: int) -> int:
    """Return the place of the slot that stands as an element of a row of a layout."""
    slot = row[element]
    if not isinstance(slot, Slot):
        raise TypeError(slot)
    return slot.place
