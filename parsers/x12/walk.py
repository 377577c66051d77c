"""Walks through the segments of one interchange: groups open and close, sets become documents.

What is wrong with a header is told on the document that follows it; what is wrong with a trailer is
yielded as a problem of its own, which belongs to the document before.
"""

from collections.abc import Callable, Iterator

from parsers.form import Document, Problem
from parsers.x12 import faults
from parsers.x12.assembly import Assembly
from parsers.x12.checks import SHAPE_FAULTS, element_problems
from parsers.x12.dictionary import version_of
from parsers.x12.envelope import FunctionalGroup, Interchange, Spot, trailer_problems
from parsers.x12.form import Home, TransactionSet, element_of
from parsers.x12.glance import Glance, learn
from parsers.x12.laid import LaidSet, laid, standing_problems
from parsers.x12.levels import link_levels
from parsers.x12.lint import Lint
from parsers.x12.segments import Window, rows_of
from parsers.x12.sets.machines import machine_of
from parsers.x12.sieve import sieve_of
from parsers.x12.slips import loss_problems, slip_problems
from parsers.x12.totals import Tally

Event = Document | Problem


class Walk:
    """One interchange being read.

    `index` is that of the next document in the file, `start` the byte up to which it is read; once
    the interchange has `ended`, the next may begin there. With `exactly` no set is recognised.
    """

    def __init__(
        self,
        interchange: Interchange,
        problems: list[Problem],
        index: int,
        *,
        exactly: bool = False,
    ) -> None:
        self._exactly = exactly
        self.index = index
        self.ended = False
        self.start = interchange.start
        self._interchange = interchange
        self._delimiters = interchange.header.delimiters
        self._lint = Lint(self._delimiters)
        self._pending = problems
        self._told_before = 0
        self._first_index = index
        self._group: FunctionalGroup | None = None
        self._set: Assembly | None = None
        self._kind = ""
        self._control = ""
        self._handlers: dict[str, Callable[[Spot], Iterator[Event]]] = {
            "ISA": self._another,
            "GS": self._open_group,
            "ST": self._open_set,
            "SE": self._close_set,
            "GE": self._close_group,
            "IEA": self._close,
            "TA1": self._acknowledgment,
            "ISB": self._passed,
            "ISE": self._passed,
            "TA3": self._passed,
        }

    def take(self, window: Window) -> Iterator[Event]:
        """Take a window of segments: sets like earlier ones at a glance, all else exactly.

        The last set of a window may be left for the next one, where its end is not at hand.
        """
        self._pending += self._lint.problems(window)
        place, size = 0, len(window.text)
        glance = Glance(window, self._delimiters)
        while place < size and not self.ended:
            while (form := self._recognised(glance, place)) is not None:
                place += len(form.text)
                yield self._document(form.kind, form, form.values[0])
            if place and self._set is None and glance.is_open_at_end(place):
                break
            part = window.part(place, glance.next_set(place))
            place = part.end - window.start
            self.start = part.start
            yield from self._take_exactly(part)
        if not self.ended:
            self.start = window.start + place

    def _recognised(self, glance: Glance, place: int) -> LaidSet | None:
        group = self._group
        if self._exactly or group is None or self._set is not None:
            return None
        found = glance.at(place, group.edition)
        if found is None or not group.admits(found.frame.kind, found.values[0]):
            return None
        group.sets += 1
        self._pending += standing_problems(found, glance.window.start + place)
        elements = (self._interchange.header.elements, group.elements)
        return laid(found, glance.window, place, elements)

    def _take_exactly(self, window: Window) -> Iterator[Event]:
        rows, pieces = rows_of(window, self._delimiters), window.pieces
        index, start, width = 0, window.start, len(self._delimiters.terminator)
        while index < len(rows) and not self.ended:
            if self._set is not None:
                first, index = index, self._set.take(rows, pieces, index)
                start += sum(map(len, pieces[first:index])) + width * (index - first)
            if index < len(rows):
                spot = Spot(rows[index], pieces[index], start, self._delimiters.element)
                yield from self._handlers.get(spot.name, self._stray)(spot)
                if spot.name != "ISA":
                    index, start = index + 1, start + len(spot.piece) + width
        self.start = start

    def end(self, *, broken: bool = False) -> Iterator[Event]:
        """Close what is open where the interchange ends, its last segment read or not.

        `broken` says that reading cannot go on, whatever follows.
        """
        inside = self._group is not None
        yield from self._break_off()
        yield from self._end_group()
        if self.index == self._first_index:
            self._pending.append(faults.nothing_inside(self._interchange.start))
            yield self._document("interchange", self._nothing(), self._interchange.control)
        yield from self._pending
        if not self.ended and not broken and not self._interchange.guessed:
            yield faults.unterminated_interchange(self._interchange.control, lost=inside)

    # Headers.

    def _another(self, _spot: Spot) -> Iterator[Event]:
        yield from self.end()
        self.ended = True

    def _open_group(self, spot: Spot) -> Iterator[Event]:
        yield from self._break_off()
        yield from self._end_group()
        self._interchange.groups += 1
        self._group = FunctionalGroup(spot)
        self._pending += self._interchange.group_repeated(spot)

    def _open_set(self, spot: Spot) -> Iterator[Event]:
        yield from self._break_off()
        if self._group is None:
            self._pending.append(faults.no_group(spot))
            self._group = FunctionalGroup(spot, implicit=True)
        self._group.sets += 1
        self._told_before = len(self._pending)
        self._kind, self._control = spot.element(1), spot.element(2)
        self._pending += self._group.problems_of(self._kind, spot)
        root = self._root("ST", spot)
        self._set = Assembly(root, machine_of(self._kind))

    # Trailers.

    def _close_set(self, spot: Spot) -> Iterator[Event]:
        if self._set is None:
            yield from self._told(faults.stray(spot))
            return
        self._set.root.append(spot.row, spot.piece)
        segments = len(self._set.root.rows)
        tally = Tally(self._kind, self._set.root)
        problems = trailer_problems(spot, "set", segments, self._control)
        if problems or self._set.slips or tally.lacks_lines:
            self._pending += problems
            self._pending += loss_problems(self._set, tally, spot.element(1))
        yield self._finished(self._set, tally)

    def _close_group(self, spot: Spot) -> Iterator[Event]:
        yield from self._break_off()
        if self._group is None:
            yield from self._told(faults.stray(spot))
            return
        problems = trailer_problems(spot, "group", self._group.sets, self._group.control)
        self._group = None
        yield from problems

    def _close(self, spot: Spot) -> Iterator[Event]:
        yield from self._break_off()
        yield from self._end_group()
        self.ended = True
        if not self._interchange.guessed:
            self._pending += trailer_problems(
                spot, "interchange", self._interchange.groups, self._interchange.control
            )
        yield from self.end()

    # What is in between, and what is missing.

    def _acknowledgment(self, spot: Spot) -> Iterator[Event]:
        root = self._root("TA1", spot)
        yield self._document("TA1", root, spot.element(1))

    def _passed(self, _spot: Spot) -> Iterator[Event]:
        """Pass over the interchange service segments, which say nothing about documents."""
        yield from ()

    def _stray(self, spot: Spot) -> Iterator[Event]:
        if spot.name:
            yield from self._told(faults.stray(spot))

    def _told(self, problem: Problem) -> Iterator[Event]:
        """Tell a problem on the document before, or else on the next one."""
        if self.index == self._first_index:
            self._pending.append(problem)
        else:
            yield problem

    def _break_off(self) -> Iterator[Event]:
        if self._set is not None:
            self._pending.append(faults.unterminated_set(self._set.root, self._kind))
            yield self._finished(self._set, Tally(self._kind, self._set.root))

    def _end_group(self) -> Iterator[Event]:
        if self._group is not None and not self._group.implicit:
            yield from self._told(faults.unterminated_group(self._group.control))
        self._group = None

    def _finished(self, assembly: Assembly, tally: Tally) -> Document:
        """Make a document of the set that ends here."""
        self._set, root = None, assembly.root
        if not assembly.is_clean:
            self._pending += slip_problems(assembly)
        if "HL" in root.members:
            self._pending += link_levels(root)
        if "CTT" in root.members:
            self._pending += tally.problems()
        told = self._group.version if self._group else None
        version = version_of(element_of(root.row, 3), told)
        doubtful = sieve_of(self._delimiters, version).doubtful(root.rows)
        self._pending += element_problems(root, version, doubtful)
        faults_of_set = self._pending[self._told_before :]
        if self._group is not None and all(one.code in SHAPE_FAULTS for one in faults_of_set):
            learn(root, self._kind, self._group.edition)
        return self._document(self._kind, root, self._control)

    def _document(self, kind: str, root: TransactionSet, control: str) -> Document:
        interchange, group = self._interchange, self._group
        numbers = (interchange.control, group.control if group else "", control)
        document = Document(
            format="x12",
            kind=kind,
            form=root,
            index=self.index,
            version=group.version if group else None,
            sender=interchange.sender or None,
            receiver=interchange.receiver or None,
            control="/".join(numbers),
            test=interchange.test,
            problems=tuple(self._pending),
        )
        self._pending = []
        self.index += 1
        return document

    def _nothing(self) -> TransactionSet:
        elements = list(self._interchange.header.elements)
        piece = self._delimiters.element.join(elements)
        return self._root("ISA", Spot(elements, piece, self._interchange.start, ""))

    def _root(self, name: str, spot: Spot) -> TransactionSet:
        root = TransactionSet(
            home=Home(),
            row=spot.row,
            members={name: [spot.row]},
            delimiters=self._delimiters,
            start=spot.start,
            rows=[spot.row],
            pieces=[spot.piece],
            interchange=self._interchange.header.elements,
            group=self._group.elements if self._group else (),
        )
        root.home.own(root)
        return root
