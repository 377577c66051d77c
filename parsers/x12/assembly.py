"""Puts the segments of one transaction set together as loops of a form.

`take` is called with window after window of segments until the set has ended. What is out of place
is kept and noted as a `Slip`; its position is worked out only when the problem is told.
"""

from itertools import islice
from typing import Any

from msgspec import Struct

from parsers.x12.form import Group, Row, TransactionSet
from parsers.x12.structure import Known, Machine, State, Step

SEGMENTS_LIMIT = 400_000
SLIPS_LIMIT = 100
Members = dict[str, list[Any]]
ENVELOPE = frozenset({"ISA", "TA1", "GS", "ST", "SE", "GE", "IEA"})
_BLANKS = " \t\r\n\ufeff\xa0\0"


class Slip(Struct, frozen=True):
    """Something out of place at the segment `row`."""

    row: Row
    fault: str
    name: str


class Assembly:
    """A transaction set that grows segment by segment under the `root` of its form."""

    def __init__(
        self,
        root: TransactionSet,
        machine: Machine | None,
        envelope: frozenset[str] = ENVELOPE,
    ) -> None:
        self.root = root
        self._envelope = envelope
        self.slips: list[Slip] = []
        self.indented = False
        self.too_long = False
        self._flat = machine is None
        self._state = machine.start if machine else Machine("").start
        self._open: list[Group] = [root]

    def take(self, rows: list[Row], pieces: list[str], first: int) -> int:
        """Take the segments from `first` on up to an envelope segment; return where it stopped."""
        if self.too_long:
            return self._next_envelope(rows, first)
        state, last = self._state, first
        members, steps = self._open[-1].members, state.steps
        for row in islice(rows, first, None):
            plain, name, after, step = steps.get(row[0]) or self._unfamiliar(state, row)
            if plain:
                if name in members:
                    members[name].append(row)
                else:
                    members[name] = [row]
            elif step.fault == "envelope":
                break
            else:
                members = self._enter(step, row) if step.smooth else self._place(step, row)
            last += 1
            if after is not state:
                state = after
                steps = state.steps
        self._state = state
        self.root.rows += rows[first:last]
        self.root.pieces += pieces[first:last]
        self.too_long = len(self.root.rows) > SEGMENTS_LIMIT
        return last

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong with the segments so far."""
        return not (self.slips or self.indented or self.too_long or self.missing_at_end())

    def missing_at_end(self) -> tuple[str, ...]:
        """Name the mandatory segments that the set lacks when it ends here."""
        return () if self._flat else self._state.missing_at_end()

    def _unfamiliar(self, state: State, row: Row) -> Known:
        """Find the step of a segment whose name this state has not met as it is written here."""
        written = row[0]
        name = written.strip(_BLANKS)
        if name in self._envelope:
            step = Step(name, state, fault="envelope")
        elif not name and len(row) == 1:
            return (False, name, state, Step(name, state, fault="empty"))
        else:
            step = Step(name, state) if self._flat else state.step(name)
        if written in {name, f"\n{name}", f"\r\n{name}"}:
            return state.remember(written, step)
        self.indented = True
        return (step.plain, name, step.state, step)

    def _enter(self, step: Step, row: Row) -> Members:
        """End and begin loops as a step says, and add its segment; return the innermost members."""
        levels = self._open
        if step.ends:
            del levels[-step.ends :]
        members = levels[-1].members
        if not step.begins:
            members.setdefault(step.name, []).append(row)
            return members
        inner: Members = {step.name: [row]}
        levels.append(Group(levels[0].home, row, inner))
        members.setdefault(step.name, []).append(levels[-1])
        return inner

    def _place(self, step: Step, row: Row) -> Members:
        """Note what is wrong with a segment and keep it; return the innermost members then."""
        self._note(step, row)
        if step.fault == "empty":
            return self._open[-1].members
        if not step.above:
            return self._enter(step, row)
        holder = self._open[-1 - step.above]
        holder.members.setdefault(step.name, []).append(row)
        return self._open[-1].members

    def _note(self, step: Step, row: Row) -> None:
        faults = [(name, "missing") for name in step.missing]
        if step.fault:
            faults.append((step.name, step.fault))
        room = SLIPS_LIMIT - len(self.slips)
        self.slips += [Slip(row, fault, name) for name, fault in faults[:room]]

    def _next_envelope(self, rows: list[Row], first: int) -> int:
        names = (row[0].strip(_BLANKS) for row in islice(rows, first, None))
        ahead = next((index for index, name in enumerate(names) if name in self._envelope), None)
        return len(rows) if ahead is None else first + ahead
