"""X12 interchanges, written: transaction sets in their groups, with envelopes that count right.

X12 has no escape character, so delimiters are chosen that no data contains; where a partner has
agreed on delimiters and the data contains one, nothing is written (X12.5; X12.6 3.5).
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct

from parsers.form import Problem
from parsers.x12.delimiters import WIDTHS, Delimiters
from parsers.x12.dictionary import Element, facts_of, version_of
from parsers.x12.drafts import Address, Draft, Line, Manner
from parsers.x12.envelope import GROUP_OF_SET
from parsers.x12.form import TransactionSet
from parsers.x12.sets.machines import machine_of
from parsers.x12.settled import elements_of, lines_of
from parsers.x12.structure import Machine

Text = str | tuple[str, ...]
Segment = Sequence[Text]
"""A segment: its name and its elements from 1; a composite element is a tuple of its components."""

STANDARD = Delimiters(element="*", terminator="~", component=">", repetition="^")
_CHOICES = {
    "element": "*|+\x07",
    "terminator": "~'!\x15",
    "component": ">:<\\\x06",
    "repetition": "^{`\x05",
}
"""What delimits, the usual first; the last of each is a control character that no text has."""

_FIRST_VERSION_WITH_REPETITION = "00402"
_CONTROL_LIMIT = 1_000_000_000
_ELEMENTS_LIMIT = 99
"""Where segments end that no dictionary has."""


class WriteError(Exception):
    """Nothing was written; `problem` says what stands in the way."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


_ANSWER = Machine("TA1!")
"""A TA1 is no set: it stands by itself, between ISA and the groups."""


class Envelope(Struct, frozen=True, kw_only=True):
    """What stands around transaction sets: ISA05 to ISA16 and GS02 to GS08.

    `sender` and `receiver` are qualifier and identifier; in GS they are `group_sender` and
    `group_receiver` where those are given. `control` is ISA13, `group_control` the GS06 of the
    first group (where it is 0, that of the interchange). `delimiters` are chosen by the data where
    none are agreed on; `line_end` stands behind each terminator.
    """

    sender: tuple[str, str]
    receiver: tuple[str, str]
    sent_at: dt.datetime
    control: int = 1
    group_control: int = 0
    group_sender: str | None = None
    group_receiver: str | None = None
    version: str = "004010"
    interchange_version: str | None = None
    test: bool = False
    acknowledgment_requested: bool = False
    delimiters: Delimiters | None = None
    line_end: str = "\n"


class WrittenSet(Struct, frozen=True):
    """A transaction set to be sent: ST01, and its segments between ST and SE.

    `control` is its ST02 where the set has one already; `version` its GS08, where it differs from
    that of the envelope.
    """

    kind: str
    segments: tuple[Segment, ...]
    control: str | None = None
    version: str | None = None


def draft_of(kind: str, version: str) -> tuple[Draft, "ElementManner"]:
    """Return an empty draft of the set `kind` (ST01), and what it notes of refused texts.

    Raises `LookupError` where the set has no structure.
    """
    machine = _ANSWER if kind == "TA1" else machine_of(kind)
    if machine is None:
        raise LookupError(kind)
    manner = ElementManner(version_of(version))
    return Draft(manner, machine.root, Line("ST")), manner


class ElementManner(Manner):
    """Elements as the dictionary of a version has them."""

    def __init__(self, version: int) -> None:
        super().__init__()
        self._version = version

    def fits(self, name: str, address: Address, text: str) -> bool:
        """Whether an element takes a text by its type and lengths."""
        facts = facts_of(name, self._version)
        if facts is not None and address[0] > len(facts.uses):
            return facts.open
        element = self._element(name, address)
        if element is None:
            return True
        is_number = element.type in {"R", "N0", "N2"}
        counted = text.lstrip("-").replace(".", "", 1) if is_number else text
        if element.shortest <= len(counted) <= element.longest:
            return True
        limits = f"{element.shortest} to {element.longest}"
        reason = f"{name}{address[0]:02d} has room for {limits} characters"
        self.refused.setdefault(text, reason)
        return False

    def spelled(self, _line: Line, address: Address, text: str) -> str:
        """Return a text as its element has it: a decimal number (type R) without a leading zero."""
        element = self._element(_line.name, address)
        if element is None or element.type != "R" or "." not in text:
            return text
        sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
        return f"{sign}{digits.lstrip('0')}" if digits.strip("0.") else "0"

    def _element(self, name: str, address: Address) -> Element | None:
        """Return what the dictionary says of an element or component, None where it has none."""
        facts = facts_of(name, self._version)
        place, component = address
        if facts is None or not 0 < place <= len(facts.uses):
            return None
        use = facts.uses[place - 1]
        inner = use.parts[component - 1 : component] if use.parts else (use,)
        return inner[0].element if inner else None

    def ends(self, name: str) -> int:
        """Return the number of a segment's last element."""
        facts = facts_of(name, self._version)
        return len(facts.uses) if facts is not None else _ELEMENTS_LIMIT


def segments_of(
    draft: Draft, defaults: Mapping[str, str], counted: str | None = None
) -> tuple[Segment, ...]:
    """Return the segments of a finished draft.

    `defaults` are texts for elements that must not be empty: `"PID/01": "F"`, or where another is
    there `"RMR/01 with 02": "IV"`. Levels (HL) are numbered in their order, and CTT01 counts
    the segments named `counted`.
    """
    lines = lines_of(draft)
    _number_levels(draft)
    for place, text in defaults.items():
        name, _, elements = place.partition("/")
        element, _, beside = elements.partition(" with ")
        for line in lines:
            if line.name == name and (not beside or (int(beside), 1) in line.texts):
                line.texts.setdefault((int(element), 1), text)
    segments = [_segment(line) for line in lines]
    if counted is not None:
        number = str(sum(line.name == counted for line in lines))
        segments = [("CTT", number, *one[2:]) if one[0] == "CTT" else one for one in segments]
    return tuple(segments)


def _number_levels(draft: Draft) -> None:
    """Fill HL01, HL02 and HL04 in."""
    levels = [one for _, one in draft.entries if isinstance(one, Draft) and one.line.name == "HL"]
    numbers = {id(level): str(number) for number, level in enumerate(levels, 1)}
    holders = {id(level.parent) for level in levels}
    for level in levels:
        texts = level.line.texts
        texts[1, 1] = numbers[id(level)]
        if level.parent is not None:
            texts[2, 1] = numbers[id(level.parent)]
        texts[4, 1] = "1" if id(level) in holders else "0"


def _segment(line: Line) -> Segment:
    """Return a segment's elements, the empty ones at its end left away."""
    elements = elements_of(line)
    return (line.name, *(parts[0] if len(parts) == 1 else parts for parts in elements))


def write_interchange(sets: Iterable[WrittenSet], envelope: Envelope) -> bytes:
    """Return an interchange of `sets`, those that travel together in one group.

    Raises `WriteError` where the data contains a delimiter that was agreed on, or the envelope says
    what its elements have no room for.
    """
    body = [*_groups(list(sets), envelope)]
    delimiters = envelope.delimiters or _chosen(body, envelope)
    _refuse_delimiters(body, delimiters)
    number = f"{envelope.control % _CONTROL_LIMIT:09d}"
    header = _header(envelope, delimiters, number)
    groups = sum(segment[0] == "GS" for segment in body)
    end = delimiters.terminator + envelope.line_end
    rows = (header, *(_joined(one, delimiters) for one in body), ("IEA", str(groups), number))
    return "".join(delimiters.element.join(row) + end for row in rows).encode()


def _joined(segment: Segment, delimiters: Delimiters) -> list[str]:
    component = delimiters.component or ""
    return [one if isinstance(one, str) else component.join(one) for one in segment]


def _groups(sets: list[WrittenSet], envelope: Envelope) -> Iterator[Segment]:
    first = envelope.group_control or envelope.control
    for one in sets:
        yield from one.segments if one.kind == "TA1" else ()
    in_groups = (one for one in sets if one.kind != "TA1")
    kinds = groupby(in_groups, lambda one: (GROUP_OF_SET.get(one.kind, ""), one.version))
    for number, ((code, version), same) in enumerate(kinds, first):
        inside = list(same)
        control = str(number % _CONTROL_LIMIT)
        yield _group_header(code, version or envelope.version, control, envelope)
        for index, one in enumerate(inside, 1):
            reference = one.control or f"{index:04d}"
            yield ("ST", one.kind, reference)
            yield from one.segments
            yield ("SE", str(len(one.segments) + 2), reference)
        yield ("GE", str(len(inside)), control)


def _group_header(code: str, version: str, control: str, envelope: Envelope) -> Segment:
    day, time = f"{envelope.sent_at:%Y%m%d}", f"{envelope.sent_at:%H%M}"
    sender = envelope.group_sender or envelope.sender[1]
    receiver = envelope.group_receiver or envelope.receiver[1]
    return ("GS", code, sender, receiver, day, time, control, "X", version)


def _header(envelope: Envelope, delimiters: Delimiters, number: str) -> list[str]:
    version = envelope.interchange_version or envelope.version[:5]
    repeats = version >= _FIRST_VERSION_WITH_REPETITION
    elements = ["ISA", "00", "", "00", "", *envelope.sender, *envelope.receiver]
    elements += [f"{envelope.sent_at:%y%m%d}", f"{envelope.sent_at:%H%M}"]
    elements += [(delimiters.repetition or "U") if repeats else "U", version, number]
    elements += ["1" if envelope.acknowledgment_requested else "0"]
    elements += ["T" if envelope.test else "P", delimiters.component or ">"]
    for place, width in enumerate(WIDTHS, 1):
        if len(elements[place]) > width:
            raise WriteError(_too_wide(place, elements[place], width))
        elements[place] = elements[place].ljust(width)
    return elements


def _chosen(body: list[Segment], envelope: Envelope) -> Delimiters:
    """Return delimiters that no data contains."""
    names = [*envelope.sender, *envelope.receiver]
    data = set().union(*(text for _, text in _data(body)), *names)
    taken: dict[str, str] = {}
    for name, choices in _CHOICES.items():
        free = next((one for one in choices if one not in data), None)
        if free is None:
            raise WriteError(_no_delimiter(name, choices))
        taken[name] = free
    return Delimiters(**taken)


def _data(body: list[Segment]) -> Iterator[tuple[Segment, str]]:
    for segment in body:
        for element in segment[1:]:
            for text in (element,) if isinstance(element, str) else element:
                yield segment, text


def _refuse_delimiters(body: list[Segment], delimiters: Delimiters) -> None:
    marks = {delimiters.element, delimiters.component, *delimiters.terminator}
    if delimiters.repetition:
        marks.add(delimiters.repetition)
    for segment, text in _data(body):
        if not marks.isdisjoint(text):
            raise WriteError(_contains(segment, text, sorted(marks & set(text) - {None})))


def rewritten(forms: Sequence[TransactionSet], control: int | None = None) -> bytes:
    """Return the sets of an interchange that was read, written anew with its own delimiters.

    The bytes are those that were read where nothing was wrong with them. With `control` it is the
    same content under another ISA13, to be sent again.
    """
    first = forms[0]
    piece, separator = first.pieces[0], first.delimiters.element
    end = first.delimiters.terminator + piece[: len(piece) - len(piece.lstrip())]
    isa = list(first.interchange)
    isa[13] = isa[13] if control is None else f"{control % _CONTROL_LIMIT:09d}"
    body: list[Sequence[str]] = []
    for group, inside in groupby(forms, lambda one: one.group):
        sets = list(inside)
        body.append([group[0].strip(), *group[1:]])
        for form in sets:
            body += _set_rows(form)
        body.append(("GE", str(len(sets)), group[6]))
    groups = sum(row[0] == "GE" for row in body)
    rows = (isa, *body, ("IEA", str(groups), isa[13]))
    return "".join(separator.join(row) + end for row in rows).encode("latin-1")


def _set_rows(form: TransactionSet) -> Iterator[Sequence[str]]:
    """Yield the segments of a set as they were read, and an SE that counts them."""
    rows = [piece.lstrip().split(form.delimiters.element) for piece in form.pieces]
    kept = [row for row in rows if row[0] != "SE"]
    yield from kept
    yield ("SE", str(len(kept) + 1), rows[0][2])


def _too_wide(place: int, text: str, width: int) -> Problem:
    return Problem(
        code="x12.header_too_wide",
        message=f"{text!r} is longer than the {width} characters that ISA{place:02d} has room for",
        at=f"segment ISA element {place:02d}",
        found=text,
        expected=f"at most {width} characters",
        remedy="Give an identifier that fits.",
    )


def _no_delimiter(name: str, choices: str) -> Problem:
    return Problem(
        code="x12.no_delimiter_left",
        message=f"the data contains every character that could be the {name} delimiter",
        expected=f"one of {', '.join(map(repr, choices))}",
        remedy="Take one of these characters out of the texts of the document.",
    )


def _contains(segment: Segment, text: str, marks: list[str]) -> Problem:
    found = " and ".join(map(repr, marks))
    return Problem(
        code="x12.delimiter_in_data",
        message=f"{text!r} in {segment[0]} contains {found}, which delimits",
        at=f"segment {segment[0]}",
        found=text,
        expected="text without a delimiter of the interchange",
        remedy="Agree on other delimiters, or take the character out of the text.",
    )
