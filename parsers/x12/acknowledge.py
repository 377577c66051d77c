"""Acknowledgments of X12 interchanges that came in: TA1 for the envelope, a 997 or 999 for groups.

Sender and receiver change places, the version is that of the group, and an acknowledgment is never
acknowledged. What is wrong with a segment or an element is told at its place by the standard's
code; an error rejects its transaction set, a warning is noted on one that is accepted, unless the
terms say otherwise. An interchange that a TA1 rejects is answered by nothing else.
X12 004010 997 (AK1 to AK9), 005010 999 (IK3 to IK5), TA1.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Literal

from msgspec import Struct

from parsers.received import Fault, Received, ReceivedGroup, ReceivedSet
from parsers.x12.acknowledged import HEADER_CODES
from parsers.x12.delimiters import Delimiters
from parsers.x12.dictionary import facts_of, version_of

Sending = Literal["always", "on_error", "never"]
Row = list[str]

_CODES_LIMIT = 5
_GROUP_VERSION = 8
_ISA_ELEMENTS = 16
_COMPONENT = "\x1f"  # stands for the component separator until the answer is spelled
_COMPOSITE_PLACES = "004020"  # from here on AK401 has components
_FIRST_WITH_999 = "005010"
_FIRST_WITH_REPETITION = "00402"
_NOT_SUPPORTED, _FAULTY_SEGMENTS, _FAULTY_ELEMENTS = "1", "5", "8"
_UNKNOWN, _NOT_IN_SET = "1", "6"
_SET_NUMBER = "0001"
_NOT_UNIQUE = {"6": "19"}  # of a group's number: a 999 has a code of its own


class Terms(Struct, frozen=True, kw_only=True):
    """When a partner is answered, and by what; problems in `accept` reject nothing.

    `ta1` on error also answers where ISA14 asks. `version` replaces the version of the groups.
    """

    functional: Sending = "always"
    ta1: Sending = "on_error"
    form: Literal["997", "999"] = "997"
    version: str | None = None
    accept: frozenset[str] = frozenset()


class Answer(Struct, frozen=True, kw_only=True):
    """What answers one interchange, still without control numbers.

    `status` is the worst that it says (A, E or R); each of `groups` is what stands between ST and
    SE, with the header of the group that it answers.
    """

    status: str
    ta1: Row | None
    groups: tuple[tuple[tuple[str, ...], list[Row]], ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """What it consists of: TA1, 997, 999."""
        sets = dict.fromkeys("999" if body[0][3:] else "997" for _, body in self.groups)
        return (*(["TA1"] if self.ta1 else []), *sets)


def answer(received: Received, terms: Terms) -> Answer | None:
    """Return what answers an interchange, None where it wants none or the terms give none."""
    header = received.header
    groups = [one for one in received.groups if len(one.header) > _GROUP_VERSION]
    wanted = [one for one in groups if one.header[1].strip() != "FA"]
    only_answers = not wanted and (received.answers or groups)
    if len(header) <= _ISA_ELEMENTS or not header[13].strip() or only_answers:
        return None
    ta1 = _ta1(received, terms)
    rejected = ta1 is not None and ta1[4] == "R"
    answered = [] if rejected else [_group(one, terms) for one in wanted]
    statuses = [status for status, _, _ in answered] + ([ta1[4]] if ta1 else [])
    worst = next((one for one in "RPE" if one in statuses), "A")
    groups_told = tuple(
        (head, body)
        for status, head, body in answered
        if terms.functional == "always" or (terms.functional == "on_error" and status != "A")
    )
    if ta1 is None and not groups_told:
        return None
    return Answer(status="R" if worst == "P" else worst, ta1=ta1, groups=groups_told)


def _ta1(received: Received, terms: Terms) -> Row | None:
    """Return the TA1, where the sender asks for it, the envelope is faulty or the terms say so."""
    isa, faults = received.header, received.faults
    asked = isa[14].strip() == "1" or bool(faults)
    if terms.ta1 == "never" or not (asked or terms.ta1 == "always"):
        return None
    status = _status(faults, terms)
    first = next((one for one in faults if _rejects(one, terms)), faults[0] if faults else None)
    return ["TA1", isa[13].strip(), isa[9], isa[10], status, _ta1_code(first) if first else "000"]


def _ta1_code(fault: Fault) -> str:
    about_header = fault.problem in {"x12.header_width", "x12.header_value"}
    return HEADER_CODES.get(fault.element, fault.code) if about_header else fault.code


def _rejects(fault: Fault, terms: Terms) -> bool:
    return fault.is_error and fault.problem not in terms.accept


def _status(faults: Iterable[Fault], terms: Terms) -> str:
    """Return A, E or R: what faults mean for what they stand in."""
    told = list(faults)
    if any(_rejects(one, terms) for one in told):
        return "R"
    return "E" if told else "A"


def _group(group: ReceivedGroup, terms: Terms) -> tuple[str, tuple[str, ...], list[Row]]:
    """Return the status of a group, its header, and the segments from AK1 to AK9."""
    letters = "IK" if terms.form == "999" else "AK"
    gs, sets = group.header, group.sets
    statuses = ["R" if not one.supported else _status(one.faults, terms) for one in sets]
    rows = [["AK1", gs[1].strip(), gs[6].strip(), *([gs[8].strip()] if letters == "IK" else [])]]
    for one, status in zip(sets, statuses, strict=True):
        rows.append(["AK2", one.kind, one.control, *(one.version if letters == "IK" else ())])
        rows += _faults(one, letters, gs[8].strip())
        rows.append([f"{letters}5", status, *_set_codes(one)])
    codes = dict.fromkeys(one.code for one in group.faults)
    noted = [_NOT_UNIQUE.get(code, code) if letters == "IK" else code for code in codes]
    status = _group_status(statuses, _status(group.faults, terms))
    accepted = 0 if status == "R" else len(sets) - statuses.count("R")
    counted = next((one.copy for one in group.faults if one.problem == "x12.group_count"), "")
    number = counted if counted.isdigit() else str(len(sets))
    rows.append(
        ["AK9", status, number, str(len(sets)), str(accepted), *noted[:_CODES_LIMIT]],
    )
    return status, (*gs[:8], _version(gs[8].strip(), terms)), rows


def _version(of_group: str, terms: Terms) -> str:
    """Return GS08: that of the group, unless another is agreed or the set is younger than it."""
    if terms.version:
        return terms.version
    return _FIRST_WITH_999 if terms.form == "999" and of_group < _FIRST_WITH_999 else of_group


def _group_status(sets: Sequence[str], own: str) -> str:
    if own == "R" or set(sets) == {"R"}:
        return "R"
    if "R" in sets:
        return "P"
    return "E" if own == "E" or "E" in sets else "A"


def _set_codes(received: ReceivedSet) -> list[str]:
    """Return AK502 to AK506."""
    if not received.supported:
        return [_NOT_SUPPORTED]
    codes = [
        one.code if one.level == "set" and _is_set_code(one) else "" for one in received.faults
    ]
    told = dict.fromkeys(
        code or _FAULTY_SEGMENTS for code in sorted(codes, key=lambda one: not one)
    )
    return list(told)[:_CODES_LIMIT]


def _is_set_code(fault: Fault) -> bool:
    """Whether a code is one of a set's own; a fault inside whose place is unknown has none."""
    return fault.problem.startswith("x12.") and not fault.problem.startswith("x12.hl_")


def _faults(received: ReceivedSet, letters: str, version: str) -> Iterator[Row]:
    """Yield AK3 and AK4 for what is wrong inside a set, in the order of its segments."""
    placed = sorted(
        (one for one in received.faults if one.level in {"segment", "element"}),
        key=lambda one: one.ordinal,
    )
    for (name, ordinal), same in groupby(placed, lambda one: (one.segment, one.ordinal)):
        faults = list(same)
        codes = [one.code for one in faults if one.level == "segment"]
        code = codes[0] if codes else _FAULTY_ELEMENTS
        is_known = facts_of(name, version_of("", version)) is not None
        code = _UNKNOWN if code == _NOT_IN_SET and not is_known else code
        yield [f"{letters}3", name, str(ordinal), "", code]
        told = {_at(one): one for one in reversed(faults) if one.level == "element"}
        for one in sorted(told.values(), key=_at):
            yield [
                f"{letters}4",
                _place(one, version),
                _reference(one, version),
                one.code,
                one.copy,
            ]


def _at(fault: Fault) -> tuple[int, int, int, str]:
    """Return what is told once: a fault that two rules found is one fault."""
    return fault.element, fault.component, fault.repetition, fault.code


def _reference(fault: Fault, version: str) -> str:
    """Return AK402: the number of the data element, where the dictionary knows the segment."""
    facts = facts_of(fault.segment, version_of("", version))
    use = facts.uses[fault.element - 1] if facts and 0 < fault.element <= len(facts.uses) else None
    if use is not None and 0 < fault.component <= len(use.parts):
        use = use.parts[fault.component - 1]
    return use.element.number if use is not None and use.element is not None else ""


def _place(fault: Fault, version: str) -> str:
    """Return AK401: the element, its component and its repetition, as far as the version has them.

    A fault whose element is unknown is told of the first one.
    """
    if version < _COMPOSITE_PLACES:
        return str(fault.element or 1)
    parts = [str(fault.element or 1), *(str(one or "") for one in (fault.component,))]
    parts.append(str(fault.repetition or ""))
    return _COMPONENT.join(parts).rstrip(_COMPONENT)


class Numbers(Struct, frozen=True, kw_only=True):
    """The control numbers of an answer: of its interchange, and of each group."""

    interchange: int
    groups: tuple[int, ...] = ()


def written(received: Received, one: Answer, numbers: Numbers, now: dt.datetime) -> str:
    """Write an answer back to the sender of `received`, in the delimiters that it used."""
    rows = [one.ta1] if one.ta1 else []
    for (gs, body), number in zip(one.groups, numbers.groups, strict=True):
        rows += _wrapped_group(gs, body, number, now)
    return wrapped(received, rows, numbers.interchange, now)


def _wrapped_group(
    gs: tuple[str, ...], body: list[Row], number: int, now: dt.datetime
) -> Iterator[Row]:
    kind = "999" if body[0][3:] else "997"
    yield group_header("FA", gs, number, now)
    yield ["ST", kind, _SET_NUMBER]
    yield from body
    yield ["SE", str(len(body) + 2), _SET_NUMBER]
    yield ["GE", "1", str(number)]


def group_header(code: str, gs: tuple[str, ...], number: int, now: dt.datetime) -> Row:
    """Return the GS segment of a group that goes back to where `gs` came from."""
    parties = [gs[3].strip(), gs[2].strip()]
    version = gs[8].strip()
    day = f"{now:%Y%m%d}" if version >= _LONG_DATES else f"{now:%y%m%d}"
    return ["GS", code, *parties, day, f"{now:%H%M}", str(number), gs[7].strip(), version]


_LONG_DATES = "004010"


def wrapped(received: Received, segments: Iterable[Row], number: int, now: dt.datetime) -> str:
    """Put segments into an interchange back to the sender, in its own delimiters.

    Damaged ones, which are no ASCII, give way to the usual.
    """
    isa, delimiters = received.header, _usable(received.delimiters)
    control = f"{number:09d}"
    header = ["ISA", "00", " " * 10, "00", " " * 10]
    header += [_plain(isa[7]).rjust(2), _plain(isa[8]).ljust(15)]
    header += [_plain(isa[5]).rjust(2), _plain(isa[6]).ljust(15)]
    header += [f"{now:%y%m%d}", f"{now:%H%M}", _eleventh(isa, delimiters), isa[12], control, "0"]
    header += ["T" if received.test else "P", delimiters.component or ">"]
    repetition = "" if header[11].isalnum() else header[11]
    body = [_spelled(row, delimiters, repetition) for row in segments]
    groups = sum(row[0] == "GS" for row in body)
    end = delimiters.terminator + ("" if delimiters.terminator[-1] in "\r\n" else "\n")
    rows = [header, *body, ["IEA", str(groups), control]]
    return "".join(delimiters.element.join(row) + end for row in rows)


def _usable(delimiters: Delimiters) -> Delimiters:
    marks = (delimiters.element, delimiters.terminator, delimiters.component or "")
    repetition = delimiters.repetition or ""
    return delimiters if all(one.isascii() for one in (*marks, repetition)) else _USUAL


_USUAL = Delimiters(element="*", terminator="~", component=">", repetition="^")


def _plain(identifier: str) -> str:
    """Return an identifier without what pads it; copied text is padded with no-break spaces."""
    return identifier.replace("\xc2\xa0", " ").strip("\xa0 ")


def _eleventh(isa: tuple[str, ...], delimiters: Delimiters) -> str:
    """Return ISA11: from version 00402 on a repetition separator, though the sender had none."""
    if isa[12].strip() < _FIRST_WITH_REPETITION:
        return isa[11].strip() or "U"
    taken = {delimiters.element, delimiters.component, *delimiters.terminator}
    return delimiters.repetition or next(sign for sign in "^`|&" if sign not in taken)


def _spelled(row: Row, delimiters: Delimiters, repetition: str) -> Row:
    """Spell a segment: no delimiter stands in its data, and no empty element at its end."""
    marks = {delimiters.element, delimiters.component, *delimiters.terminator, *repetition}
    elements = [_clean(element, marks) for element in row]
    while elements and not elements[-1]:
        elements.pop()
    return [element.replace(_COMPONENT, delimiters.component or ">") for element in elements]


def _clean(element: str, marks: set[str | None]) -> str:
    """Return data that can stand in a segment; a copy of bad data that cannot is left away."""
    plain = element.replace(_COMPONENT, "")
    usable = plain.isascii() and (plain.isprintable() or not plain) and marks.isdisjoint(plain)
    return element if usable else ""
