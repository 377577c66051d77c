"""What an acknowledgment says of the interchanges of a file, however its standard writes it.

A collector takes documents in their order and sorts what is wrong with each by the level at which
the standards tell it: interchange, group, set, segment or element. The result is plain data, which
can be kept until the answer is written; who writes it decides what is accepted all the same.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from msgspec import Struct

from parsers.edifact.message import Message
from parsers.form import Document, Problem
from parsers.x12.delimiters import Delimiters
from parsers.x12.form import TransactionSet

FAULTS_LIMIT = 99
"""How many faults of a set are told; more help nobody."""

Level = Literal["interchange", "group", "set", "segment", "element"]
_PLACE = re.compile(
    r"segment (\d+) \(([A-Z0-9]+)\)"
    r"(?: element (\d+))?(?:(?: component |-)(\d+))?(?: repetition (\d+))?"
)
_COPY_LIMIT = 99
_MESSAGE_TYPE = 21  # where S009 begins in a row of UNH


class Told(Struct, frozen=True):
    """How a standard tells a problem: at which level, by which code, of which service segment."""

    level: Level
    code: str
    tag: str = ""


Codes = Mapping[str, Told | None]


class Fault(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing to be told: our `problem`, the standard's `code`, and where (all from 1).

    `segment` stands at `ordinal` in its set, the header included; `copy` is the bad data.
    """

    problem: str
    level: Level
    code: str
    is_error: bool = False
    tag: str = ""
    segment: str = ""
    ordinal: int = 0
    element: int = 0
    component: int = 0
    repetition: int = 0
    copy: str = ""


class ReceivedSet(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A transaction set or message, the document `index` of its file.

    `version` is that of its header, as it stood there.
    """

    index: int
    kind: str
    control: str
    version: tuple[str, ...] = ()
    supported: bool = True
    faults: tuple[Fault, ...] = ()


class ReceivedGroup(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A functional group: its header segment and its sets."""

    header: tuple[str, ...]
    sets: list[ReceivedSet] = []
    faults: list[Fault] = []


class Received(Struct, kw_only=True, omit_defaults=True):
    """An interchange: its header segment and its groups.

    Its documents stand in the file from `first` on, `count` of them; `answers` counts the TA1
    segments among them.
    """

    syntax: str
    header: tuple[str, ...]
    delimiters: Delimiters
    release: str | None = None
    first: int = 0
    count: int = 0
    test: bool = False
    answers: int = 0
    groups: list[ReceivedGroup] = []
    faults: list[Fault] = []


class Collector:
    """Gathers what is told of each interchange; `codes` are the tables by syntax."""

    def __init__(self, codes: Mapping[str, Codes]) -> None:
        self.interchanges: list[Received] = []
        self._codes = codes
        self._header: tuple[str, ...] | None = None
        self._group: tuple[str, ...] | None = None

    def take(self, document: Document, problems: Iterable[Problem], *, supported: bool) -> None:
        """Take the next document of the file, with all that is wrong with it."""
        form = document.form
        codes = self._codes.get(document.format)
        if codes is None or not isinstance(form, TransactionSet):
            return
        if form.interchange is not self._header:
            self._open(document, form)
        interchange = self.interchanges[-1]
        interchange.count = document.index + 1 - interchange.first
        faults = list(_faults(problems, codes, document.format))
        interchange.faults += [one for one in faults if one.level == "interchange"]
        interchange.answers += document.kind == "TA1"
        if document.kind in {"interchange", "TA1"}:
            return
        group = self._group_of(form)
        group.faults.extend(one for one in faults if one.level == "group")
        group.sets.append(_received(document, form, faults, supported=supported))

    def break_off(self, problem: Problem) -> None:
        """Say that reading the file could not go on."""
        for interchange in self.interchanges[-1:]:
            code = "024" if interchange.syntax == "x12" else "18"
            interchange.faults.append(
                Fault(problem=problem.code, level="interchange", code=code, is_error=True)
            )

    def _open(self, document: Document, form: TransactionSet) -> None:
        self._header, self._group = form.interchange, None
        self.interchanges.append(
            Received(
                syntax=document.format,
                header=_trimmed(form.interchange),
                delimiters=form.delimiters,
                release=form.service.release if isinstance(form, Message) else None,
                first=document.index,
                test=document.test,
            )
        )

    def _group_of(self, form: TransactionSet) -> ReceivedGroup:
        groups = self.interchanges[-1].groups
        if form.group is not self._group:
            self._group = form.group
            groups.append(ReceivedGroup(header=_trimmed(form.group)))
        return groups[-1]


def _received(
    document: Document, form: TransactionSet, faults: list[Fault], *, supported: bool
) -> ReceivedSet:
    inside = [one for one in faults if one.level not in {"interchange", "group"}]
    control = (document.control or "").rpartition("/")[2]
    return ReceivedSet(
        index=document.index,
        kind=document.kind,
        control=control,
        version=_version(form),
        supported=supported,
        faults=tuple(_limited(inside)),
    )


def _version(form: TransactionSet) -> tuple[str, ...]:
    """Return ST03, or UNH S009: type, version, release, agency and association."""
    first = _MESSAGE_TYPE if isinstance(form, Message) else 3
    return _trimmed(form.row[first : first + 5])


def _trimmed(row: Iterable[str]) -> tuple[str, ...]:
    """Leave empty elements at the end away."""
    elements = list(row)
    while elements and not elements[-1].strip():
        elements.pop()
    return tuple(elements)


def _limited(faults: list[Fault]) -> list[Fault]:
    """Leave out what is too much, but no kind of fault altogether."""
    if len(faults) <= FAULTS_LIMIT:
        return faults
    first = {id(one) for one in {(one.problem, one.is_error): one for one in faults}.values()}
    others = iter([one for one in faults if id(one) not in first][: FAULTS_LIMIT - len(first)])
    kept = first | {id(one) for one in others}
    return [one for one in faults if id(one) in kept]


def _faults(problems: Iterable[Problem], codes: Codes, syntax: str) -> Iterator[Fault]:
    for problem in problems:
        told = codes.get(problem.code)
        if told is not None:
            yield _fault(problem, told, syntax)


def _fault(problem: Problem, told: Told, syntax: str) -> Fault:
    """Put a problem where its standard tells it; what has no place is told of its set."""
    place = _PLACE.search(problem.at)
    level = told.level
    if place is None and level in {"segment", "element"}:
        level = "set"
    element, component, repetition = _element(problem, place, syntax) if place else (0, 0, 0)
    return Fault(
        problem=problem.code,
        level=level,
        code=told.code,
        is_error=problem.is_error,
        tag=told.tag,
        segment=_segment(problem, place[2]) if place else "",
        ordinal=int(place[1]) if place else 0,
        element=element,
        component=component,
        repetition=repetition,
        copy=(problem.found or "")[:_COPY_LIMIT],
    )


def _segment(problem: Problem, name: str) -> str:
    """Name the segment; one that is missing by what was expected."""
    is_missing = problem.code.endswith(".segment_missing")
    return (problem.expected or name) if is_missing else name


def _element(problem: Problem, place: re.Match[str], syntax: str) -> tuple[int, int, int]:
    """Return element, component and repetition; where an element is missing, as expected."""
    element, component, repetition = (int(text) if text else 0 for text in place.groups()[2:])
    expected = re.match(rf"{place[2]}/(\d+)(?:-(\d+))?", problem.expected or "")
    if expected and not element:
        element, component = int(expected[1]), int(expected[2] or 0)
        if syntax == "edifact":  # an address of two digits: element and component
            element, component = divmod(element, 10)
    return element, component, repetition
