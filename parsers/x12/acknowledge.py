"""Acknowledgments of interchanges that came in: TA1 for the envelope, a 997 or 999 for each group.

Sender and receiver change places, the version is that of the group, and an acknowledgment is never
acknowledged. What is wrong with a segment or an element is told at its place by the standard's
code; an error rejects its transaction set, a warning is noted on one that is accepted.
X12 004010 997 (AK1 to AK9), 005010 999 (IK3 to IK5), TA1.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from msgspec import Struct

from parsers.form import Document, Problem
from parsers.x12.delimiters import Delimiters
from parsers.x12.form import TransactionSet

FAULTS_LIMIT = 99
"""How many faults of a set are told; more help nobody."""

_PLACE = re.compile(r"segment (\d+) \(([A-Z0-9]+)\)(?: element (\d+))?")
_SEGMENT_CODES = {
    "x12.segment_unknown": "6",
    "x12.segment_order": "7",
    "x12.segment_missing": "3",
    "x12.segment_repeated": "5",
}
_ELEMENT_CODES = {"value.missing": "1", "value.not_date": "8", "value.not_time": "9"}
_ELEMENT_CODES |= {"value.not_number": "6", "value.not_integer": "6"}
_SET_CODES = {
    "x12.set_unterminated": "2",
    "x12.set_control": "3",
    "x12.segment_count": "4",
    "x12.segments_lost": "4",
    "x12.set_control_repeated": "23",
}
_GROUP_CODES = {
    "x12.group_unterminated": "3",
    "x12.group_control": "4",
    "x12.group_count": "5",
}
_INTERCHANGE_CODES = {
    "x12.interchange_control": "001",
    "x12.interchange_count": "021",
    "x12.interchange_unterminated": "023",
    "x12.interchange_repeated": "025",
    "x12.header_width": "022",
    "x12.interchange_empty": "024",
}
_ENVELOPE = {*_GROUP_CODES, *_INTERCHANGE_CODES}


class Judged(Struct, frozen=True):
    """A document that came in and what is wrong with it; `supported` says that we map its kind."""

    document: Document
    problems: tuple[Problem, ...]
    supported: bool = True

    @property
    def form(self) -> TransactionSet:
        """The transaction set of the document."""
        form = self.document.form
        if not isinstance(form, TransactionSet):
            raise TypeError(type(form))
        return form


def acknowledge(
    judged: Iterable[Judged], *, control: int, now: dt.datetime, implementation: bool = False
) -> Iterator[str]:
    """Yield an interchange for each one that came in, its numbers counted up from `control`.

    With `implementation` groups are answered by a 999 instead of a 997. Nothing is yielded for
    interchanges that want no answer: those of acknowledgments alone.
    """
    for _, same in groupby(judged, lambda one: one.form.interchange):
        documents = list(same)
        letters = "IK" if implementation else "AK"
        segments = [*_interchange(documents), *_groups(documents, control, now, letters)]
        if segments:
            yield _wrapped(segments, documents[0].form, control, now)
            control += 1


def _interchange(documents: list[Judged]) -> Iterator[list[str]]:
    """Yield a TA1 where the sender asked for one, or the envelope is faulty."""
    isa = documents[0].form.interchange
    problems = [
        problem
        for one in documents
        for problem in one.problems
        if problem.code in _INTERCHANGE_CODES
    ]
    if isa[14].strip() != "1" and not problems:
        return
    rejected = any(problem.is_error for problem in problems)
    status = "R" if rejected else "E" if problems else "A"
    code = _INTERCHANGE_CODES[problems[0].code] if problems else "000"
    yield ["TA1", isa[13], isa[9], isa[10], status, code]


def _groups(
    documents: list[Judged], control: int, now: dt.datetime, letters: str
) -> Iterator[list[str]]:
    numbers = 0
    for gs, same in groupby(documents, lambda one: one.form.group):
        sets = list(same)
        if len(gs) <= _GROUP_VERSION or gs[1] == "FA":
            continue
        numbers += 1
        body = list(_answer(gs, sets, letters))
        kind = "999" if letters == "IK" else "997"
        reference = f"{numbers:04d}"
        header = ["GS", "FA", gs[3], gs[2], f"{now:%Y%m%d}", f"{now:%H%M}", str(control)]
        yield [*header, gs[7], gs[8].strip()]
        yield ["ST", kind, reference]
        yield from body
        yield ["SE", str(len(body) + 2), reference]
        yield ["GE", "1", str(control)]


_GROUP_VERSION = 8


def _answer(gs: tuple[str, ...], sets: list[Judged], letters: str) -> Iterator[list[str]]:
    """Yield the segments that answer a group, from AK1 to AK9."""
    yield ["AK1", gs[1], gs[6].strip(), *([gs[8].strip()] if letters == "IK" else [])]
    statuses = []
    for one in sets:
        status, codes = _verdict(one)
        statuses.append(status)
        yield ["AK2", one.document.kind, (one.document.control or "").rpartition("/")[2]]
        yield from _faults(one, letters)
        yield [f"{letters}5", status, *codes]
    problems = [problem for one in sets for problem in one.problems]
    sent = next((one.found for one in problems if one.code == "x12.group_count"), None)
    noted = dict.fromkeys(_GROUP_CODES[one.code] for one in problems if one.code in _GROUP_CODES)
    accepted = len(statuses) - statuses.count("R")
    yield [
        "AK9",
        _group_status(statuses, noted=bool(noted)),
        sent or str(len(sets)),
        str(len(sets)),
        str(accepted),
        *list(noted)[:5],
    ]


def _group_status(statuses: list[str], *, noted: bool) -> str:
    if "R" in statuses:
        return "R" if set(statuses) == {"R"} else "P"
    return "E" if noted or "E" in statuses else "A"


def _verdict(judged: Judged) -> tuple[str, list[str]]:
    """Return AK501 and the codes of AK502 to AK506."""
    if not judged.supported:
        return "R", ["1"]
    problems = [one for one in judged.problems if one.code not in _ENVELOPE]
    codes = [_SET_CODES[one.code] for one in problems if one.code in _SET_CODES]
    if any(_placed(one) for one in problems if one.code not in _SET_CODES):
        codes.append("5")
    if not codes:
        return "A", []
    rejected = any(one.is_error for one in problems)
    return "R" if rejected else "E", list(dict.fromkeys(codes))[:5]


def _placed(problem: Problem) -> tuple[str, int, str | None] | None:
    """Return segment, ordinal in the set and element of a problem that a code can tell."""
    known = problem.code in _SEGMENT_CODES or problem.code.startswith(("value.", "x12.hl_"))
    found = _PLACE.match(problem.at) if known else None
    return (found[2], int(found[1]), found[3]) if found else None


def _faults(judged: Judged, letters: str) -> Iterator[list[str]]:
    """Yield AK3 and AK4 for what is wrong inside a set, in the order of its segments."""
    placed = [(place, one) for one in judged.problems if (place := _placed(one)) is not None]
    placed.sort(key=lambda found: found[0][1])
    for (name, ordinal), same in groupby(placed[:FAULTS_LIMIT], lambda found: found[0][:2]):
        faults = [(element, problem) for (_, _, element), problem in same]
        codes = [_SEGMENT_CODES[one.code] for _, one in faults if one.code in _SEGMENT_CODES]
        missing = next(
            (one.expected for _, one in faults if one.code == "x12.segment_missing"), None
        )
        yield [f"{letters}3", missing or name, str(ordinal), "", codes[0] if codes else "8"]
        for element, problem in faults:
            if problem.code not in _SEGMENT_CODES:
                yield _element_fault(name, element, problem, judged.form.delimiters, letters)


def _element_fault(
    name: str, element: str | None, problem: Problem, delimiters: Delimiters, letters: str
) -> list[str]:
    expected = re.match(rf"{name}/(\d\d)", problem.expected or "")
    place = element or (expected[1] if expected else "01")
    code = _ELEMENT_CODES.get(problem.code, "7")
    segment = [f"{letters}4", str(int(place)), "", code]
    copy = problem.found or ""
    marks = {delimiters.element, delimiters.component, *delimiters.terminator}
    if copy and copy.isprintable() and copy.isascii() and marks.isdisjoint(copy):
        segment.append(copy[:99])
    return segment


def _wrapped(
    segments: list[list[str]], form: TransactionSet, control: int, now: dt.datetime
) -> str:
    """Put segments into an interchange back to the sender, in its own delimiters."""
    isa, delimiters = form.interchange, form.delimiters
    number = f"{control:09d}"
    header = ["ISA", "00", " " * 10, "00", " " * 10]
    header += [isa[7].rjust(2), isa[8].strip().ljust(15), isa[5].rjust(2), isa[6].strip().ljust(15)]
    header += [
        f"{now:%y%m%d}",
        f"{now:%H%M}",
        isa[11].strip() or "U",
        isa[12],
        number,
        "0",
        isa[15],
    ]
    header.append(delimiters.component or ">")
    groups = sum(segment[0] == "GS" for segment in segments)
    rows = [header, *map(_trimmed, segments), ["IEA", str(groups), number]]
    end = delimiters.terminator + ("" if delimiters.terminator[-1] in "\r\n" else "\n")
    return "".join(delimiters.element.join(row) + end for row in rows)


def _trimmed(segment: list[str]) -> list[str]:
    """Leave empty elements at the end away."""
    while segment and not segment[-1]:
        segment = segment[:-1]
    return segment
