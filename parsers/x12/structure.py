"""Structures of transaction sets, and the machine that places each segment in its loop.

A structure is written as one line of segment names in their order:

    BEG! CUR REF* DTM:10 (N1 N2:2 N3:2 N4) (PO1 PID* (SLN PID*)) (CTT AMT)

`!` marks what must be there, `*` what repeats, `:10` how often it may; `A|B*` repeats in any
mixture; parentheses hold a loop, which is named by its first segment and may repeat. The text is
compiled to states: a state knows for each segment name which loops end, which begin and which
mandatory segments were passed over, so placing a segment costs one look-up. States are made when
they are first met.

A segment out of its place is still read: it goes to the nearest loop that knows it, or stays in the
innermost one, and the fault is told.
"""

import re
from collections.abc import Iterator
from typing import Literal

MANY = 0
"""No limit to how often a segment repeats."""

_TOKEN = re.compile(r"\(|\)|([A-Z][A-Z0-9|]+)(!?)(\*|:\d+)?")
_COUNTED_UP_TO = 12
_STEPS_LIMIT = 1000
Fault = Literal["order", "unknown", "repeated", "envelope", "empty"]


class Node:
    """A segment (or a mixture of several), or a loop of segments, in its place in a structure."""

    __slots__ = ("limit", "loop", "names", "required")

    def __init__(self, names: tuple[str, ...], limit: int, *, required: bool) -> None:
        self.names = names
        self.limit = limit
        self.required = required
        self.loop: Loop | None = None


class Loop:
    """A loop: its nodes in order, the first being the segment that begins it."""

    __slots__ = ("index", "nodes", "over")

    def __init__(self, over: "Loop | None", index: int) -> None:
        self.nodes: list[Node] = []
        self.over = over
        self.index = index


class Step:
    """What a segment does in a state: end `ends` loops, begin one or not, and go to `state`.

    `above` counts the loops over the innermost in which an out-of-place segment is kept. `smooth`
    is a step with nothing to tell.
    """

    __slots__ = ("above", "begins", "ends", "fault", "missing", "name", "plain", "smooth", "state")

    def __init__(  # noqa: PLR0913 - a step is what its caller says it is
        self,
        name: str,
        state: "State",
        *,
        ends: int = 0,
        begins: bool = False,
        above: int = 0,
        missing: tuple[str, ...] = (),
        fault: Fault | None = None,
    ) -> None:
        self.name = name
        self.state = state
        self.ends = ends
        self.begins = begins
        self.above = above
        self.missing = missing
        self.fault = fault
        self.smooth = not (above or missing or fault)
        self.plain = self.smooth and not (ends or begins)


Known = tuple[bool, str, "State", Step]
"""A step taken apart for the loop that needs it most: whether it is plain, its name, its state."""


class State:
    """A place in a structure; `steps` are those known so far, by segment name."""

    __slots__ = ("_count", "_loop", "_machine", "_missing", "_position", "steps")

    def __init__(self, machine: "Machine", loop: Loop, position: int, count: int) -> None:
        self._machine = machine
        self._loop = loop
        self._position = position
        self._count = count
        self._missing: tuple[str, ...] | None = None
        self.steps: dict[str, Known] = {}

    def step(self, name: str) -> Step:
        """Return the step of the segment `name`, which is worked out once."""
        known = self.steps.get(name)
        if known is not None:
            return known[3]
        step = self._forward(name) or self._out_of_order(name) or Step(name, self, fault="unknown")
        self.remember(name, step)
        return step

    def remember(self, written: str, step: Step) -> Known:
        """Keep the step of a segment under its name as it is written in files."""
        known = (step.plain, step.name, step.state, step)
        if len(self.steps) < _STEPS_LIMIT:  # names come from outside
            self.steps[written] = known
        return known

    def missing_at_end(self) -> tuple[str, ...]:
        """Name the mandatory segments that are still missing when the set ends here."""
        if self._missing is None:
            self._missing = self._behind()
        return self._missing

    def _behind(self) -> tuple[str, ...]:
        missing: list[str] = []
        loop: Loop | None = self._loop
        position = self._position
        while loop is not None:
            missing += _required(loop.nodes[position + 1 :])
            position, loop = loop.index, loop.over
        return tuple(missing)

    def _forward(self, name: str) -> Step | None:
        """Look for `name` from here on: in this loop, then behind it in each loop above."""
        loop: Loop | None = self._loop
        position, ends, missing = self._position, 0, []
        while loop is not None:
            first = max(position, 1 if loop.over else 0)  # a loop's first segment begins it anew
            for index in range(first, len(loop.nodes)):
                if name in loop.nodes[index].names:
                    missing += _required(loop.nodes[position + 1 : index])
                    return self._reach(name, loop, index, ends, tuple(missing))
            missing += _required(loop.nodes[position + 1 :])
            position, loop, ends = loop.index, loop.over, ends + 1
        return None

    def _reach(
        self, name: str, loop: Loop, index: int, ends: int, missing: tuple[str, ...]
    ) -> Step:
        node = loop.nodes[index]
        if node.loop is not None:
            state = self._machine.state(node.loop, 0, 1)
            return Step(name, state, ends=ends, begins=True, missing=missing)
        again = not ends and index == self._position
        count = min(self._count + 1, _COUNTED_UP_TO + 1) if again else 1
        over = again and MANY < node.limit < count
        state = self._machine.state(loop, index, count)
        return Step(name, state, ends=ends, missing=missing, fault="repeated" if over else None)

    def _out_of_order(self, name: str) -> Step | None:
        loop: Loop | None = self._loop
        above = 0
        while loop is not None:
            for node in loop.nodes[1:] if loop.over else loop.nodes:
                if name in node.names and node.loop is not None:
                    state = self._machine.state(node.loop, 0, 1)
                    return Step(name, state, ends=above, begins=True, fault="order")
                if name in node.names:
                    return Step(name, self, above=above, fault="order")
            loop, above = loop.over, above + 1
        return None


class Machine:
    """A compiled structure; `start` is its state before the first segment after ST.

    `root` is the set itself as a loop, for those who write segments in their order.
    """

    def __init__(self, structure: str) -> None:
        self._states: dict[tuple[int, int, int], State] = {}
        self.root = _parse(structure)
        self.start = self.state(self.root, -1, 0)

    def state(self, loop: Loop, position: int, count: int) -> State:
        """Return the one state at `position` of `loop`, reached `count` times running."""
        key = (id(loop), position, count)
        if key not in self._states:
            self._states[key] = State(self, loop, position, count)
        return self._states[key]


def _required(nodes: list[Node]) -> list[str]:
    return [node.names[0] for node in nodes if node.required]


def _parse(structure: str) -> Loop:
    root = Loop(None, 0)
    loop, opened = root, False
    for token, name, required, limit in _tokens(structure):
        if token == "(":  # noqa: S105 - a parenthesis, no password
            opened = True
        elif token == ")":  # noqa: S105
            loop = loop.over or root
        else:
            node = Node(tuple(name.split("|")), _limit(limit), required=bool(required))
            loop.nodes.append(node)
            if opened:
                node.loop = Loop(loop, len(loop.nodes) - 1)
                loop, opened = node.loop, False
                loop.nodes.append(Node((name,), 1, required=False))
    return root


def _tokens(structure: str) -> Iterator[tuple[str, str, str, str]]:
    return (
        (found[0], found[1] or "", found[2] or "", found[3] or "")
        for found in _TOKEN.finditer(structure)
    )


def _limit(written: str) -> int:
    if not written:
        return 1
    return MANY if written == "*" else int(written[1:])
