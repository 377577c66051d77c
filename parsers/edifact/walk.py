"""Walks through the segments of one interchange: groups open and close, messages become documents.

As in X12, what is wrong with a header is told on the document that follows, and what is wrong with
a trailer is yielded as a problem, which belongs to the document before.
ISO 9735: UNB, UNG, UNH, UNT, UNE, UNZ.
"""

from collections.abc import Callable, Iterator
from functools import cache

from msgspec import structs

from parsers.edifact import faults
from parsers.edifact.checks import element_problems
from parsers.edifact.levels import link_levels
from parsers.edifact.message import Message
from parsers.edifact.service import Service
from parsers.edifact.stream import rows_of
from parsers.edifact.structures import STRUCTURES
from parsers.form import Document, Problem
from parsers.x12.assembly import Assembly
from parsers.x12.form import Home, Row, TransactionSet
from parsers.x12.segments import Window
from parsers.x12.slips import slip_problems
from parsers.x12.structure import Machine

ENVELOPE = frozenset({"UNA", "UNB", "UNG", "UNH", "UNT", "UNE", "UNZ"})
Event = Document | Problem


@cache
def machine_of(kind: str) -> Machine | None:
    """Return the machine of a message type; None for one that has no structure here."""
    return Machine(STRUCTURES[kind]) if kind in STRUCTURES else None


class Walk:
    """One interchange being read; `start` is the byte up to which it is, once it has `ended`."""

    def __init__(self, service: Service, index: int, start: int) -> None:
        self.index = index
        self.ended = False
        self.start = start
        self.delimiters = service.delimiters
        self._service = service
        self._pending = list(service.problems)
        self._first_index = index
        self._header: Row = []
        self._outer: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())  # UNB, UNG
        self._habits: set[str] = set()
        self._groups = self._messages = self._in_group = 0
        self._group: Row | None = None
        self._set: Assembly | None = None
        self._message: Row = []
        self._references: set[str] = set()
        self._handlers: dict[str, Callable[[Row, str, int], Iterator[Event]]] = {
            "UNA": self._another,
            "UNB": self._open,
            "UNG": self._open_group,
            "UNH": self._open_message,
            "UNT": self._close_message,
            "UNE": self._close_group,
            "UNZ": self._close,
            "UNO": self._passed,
            "UNP": self._passed,
        }

    def take(self, window: Window) -> Iterator[Event]:
        """Take a window of segments."""
        rows, pieces = rows_of(window, self._service), window.pieces
        self._pending += self._lint(window)
        index, start, width = 0, window.start, len(self._service.delimiters.terminator)
        while index < len(rows) and not self.ended:
            if self._set is not None:
                first, index = index, self._set.take(rows, pieces, index)
                start += sum(map(len, pieces[first:index])) + width * (index - first)
            if index < len(rows):
                name = _name(rows[index])
                yield from self._handlers.get(name, self._stray)(rows[index], pieces[index], start)
                if self.ended and name != "UNZ":
                    break
                start += len(pieces[index]) + width
                index += 1
        self.start = start

    def end(self, *, broken: bool = False) -> Iterator[Event]:
        """Close what is open where the interchange ends, its last segment read or not."""
        inside = self._set is not None
        yield from self._break_off()
        yield from self._end_group()
        if self.index == self._first_index:
            self._pending.append(faults.empty(f"byte {self.start}"))
            yield self._document("interchange", self._root(self._header or ["UNB"], "UNB", 0), "")
        yield from self._pending
        self._pending = []
        if not self.ended and not broken and self._header:
            reference = _element(self._header, 51)
            at = f"interchange {reference}"
            yield faults.unterminated("interchange", "UNZ", at, is_error=inside)

    # Headers.

    def _open(self, row: Row, piece: str, start: int) -> Iterator[Event]:
        if self._header:
            yield from self._another(row, piece, start)
        self._header = row
        self._outer = (tuple(row), ())

    def _another(self, _row: Row, _piece: str, _start: int) -> Iterator[Event]:
        yield from self.end()
        self.ended = True

    def _open_group(self, row: Row, _piece: str, _start: int) -> Iterator[Event]:
        yield from self._break_off()
        yield from self._end_group()
        self._groups += 1
        self._in_group = 0
        self._group = row
        self._outer = (self._outer[0], tuple(row))

    def _open_message(self, row: Row, piece: str, start: int) -> Iterator[Event]:
        yield from self._break_off()
        if not self._header and not self._messages:
            self._pending.append(faults.no_interchange(f"byte {start}"))
        self._messages += 1
        self._in_group += 1
        self._message = row
        reference = _element(row, 11)
        if reference in self._references:
            self._pending.append(faults.repeated(reference, _at(row, piece, start)))
        if len(self._references) < 100_000:  # noqa: PLR2004 - a memory, not a ledger
            self._references.add(reference)
        root = self._root(row, piece, start)
        self._set = Assembly(root, machine_of(_element(row, 21)), ENVELOPE)

    # Trailers.

    def _close_message(self, row: Row, piece: str, start: int) -> Iterator[Event]:
        if self._set is None:
            yield from self._stray(row, piece, start)
            return
        self._set.root.append(row, piece)
        segments, reference = len(self._set.root.rows), _element(self._message, 11)
        at = _at(row, piece, start)
        self._pending += faults.trailer_problems(row, at, segments, reference)
        self._pending += faults.loss_problems(self._set.root, _element(row, 11), at)
        yield self._finished(self._set)

    def _close_group(self, row: Row, piece: str, start: int) -> Iterator[Event]:
        yield from self._break_off()
        if self._group is None:
            yield from self._stray(row, piece, start)
            return
        reference, self._group = _element(self._group, 51), None
        at = _at(row, piece, start)
        yield from faults.trailer_problems(row, at, self._in_group, reference)

    def _close(self, row: Row, piece: str, start: int) -> Iterator[Event]:
        yield from self._break_off()
        yield from self._end_group()
        self.ended = True
        if self._header:
            counted = self._groups or self._messages
            at, reference = _at(row, piece, start), _element(self._header, 51)
            self._pending += faults.trailer_problems(row, at, counted, reference)
        yield from self.end()

    # What is in between, and what is missing.

    def _stray(self, row: Row, piece: str, start: int) -> Iterator[Event]:
        if row[0].strip():
            yield from self._told(faults.stray(row[0].strip(), _at(row, piece, start)))

    def _passed(self, _row: Row, _piece: str, _start: int) -> Iterator[Event]:
        """Pass over the packages of syntax 4, which hold attachments and no message."""
        yield from ()

    def _told(self, problem: Problem) -> Iterator[Event]:
        """Tell a problem on the document before, or else on the next one."""
        if self.index == self._first_index:
            self._pending.append(problem)
        else:
            yield problem

    def _break_off(self) -> Iterator[Event]:
        if self._set is not None:
            root = self._set.root
            at = root.position(len(root.pieces) - 1).at
            self._pending.append(faults.unterminated("message", "UNT", at, is_error=True))
            yield self._finished(self._set)

    def _end_group(self) -> Iterator[Event]:
        if self._group is not None:
            at = f"group {_element(self._group, 51)}"
            yield from self._told(faults.unterminated("group", "UNE", at, is_error=False))
        self._group = None

    def _finished(self, assembly: Assembly) -> Document:
        """Make a document of the message that ends here."""
        self._set, root = None, assembly.root
        self._pending += [
            structs.replace(problem, code=f"edifact.{problem.code.removeprefix('x12.')}")
            for problem in slip_problems(assembly)
        ]
        self._pending += link_levels(root)
        self._pending += element_problems(root)
        return self._document(_element(self._message, 21), root, _element(self._message, 11))

    def _document(self, kind: str, root: TransactionSet, control: str) -> Document:
        message, header = self._message, self._header
        document = Document(
            format="edifact",
            kind=kind,
            form=root,
            index=self.index,
            version=_version(message),
            sender=_element(header, 21) or None,
            receiver=_element(header, 31) or None,
            control="/".join(filter(None, (_element(header, 51), control))),
            test=_element(header, 111) == "1",
            problems=tuple(self._pending),
        )
        self._pending = []
        self.index += 1
        return document

    def _root(self, row: Row, piece: str, start: int) -> Message:
        root = Message(
            home=Home(),
            row=row,
            members={row[0].strip(): [row]},
            delimiters=self._service.delimiters,
            service=self._service,
            start=start,
            rows=[row],
            pieces=[piece],
            interchange=self._outer[0],
            group=self._outer[1],
        )
        root.home.own(root)
        return root

    def _lint(self, window: Window) -> Iterator[Problem]:
        """Tell what is unusual in how segments are written, each once."""
        tests = (
            (
                "edifact.not_ascii",
                "there are characters that are not ASCII",
                self._service.encoding is None and _is_foreign(window),
            ),
            (
                "edifact.line_break",
                "lines break inside of segments; they are joined",
                window.broken,
            ),
        )
        for code, message, applies in tests:
            if applies and code not in self._habits:
                self._habits.add(code)
                yield faults.habit(code, message, f"byte {window.start}")


def _name(row: Row) -> str:
    """Return a segment's name; in UNA it runs on into the characters that it gives."""
    name = row[0].strip()
    return "UNA" if name.startswith("UNA") else name


def _is_foreign(window: Window) -> bool:
    return not window.text.isascii() and any("\x7f" < sign < "\u0100" for sign in window.text)


def _element(row: Row, place: int) -> str:
    return row[place] if len(row) > place else ""


def _version(message: Row) -> str | None:
    """Return the directory of a message, and the association's code behind a slash."""
    directory = ".".join(filter(None, (_element(message, 22), _element(message, 23))))
    return "/".join(filter(None, (directory, _element(message, 25)))) or None


def _at(row: Row, piece: str, start: int) -> str:
    before = len(piece) - len(piece.lstrip())
    return f"segment {row[0].strip()}, bytes {start + before}-{start + len(piece)}"
