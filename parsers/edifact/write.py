"""EDIFACT interchanges, written: messages in their envelope, released where data delimits.

The character set is the narrowest that has all that is written: UNOA, UNOB, UNOC (Latin-1) or UNOY
(UTF-8, syntax version 4). UNA is written so that nobody has to guess, unless that is agreed.
ISO 9735 syntax versions 2 to 4: UNA, UNB, UNH, UNT, UNZ.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from parsers.edifact.dictionary import places_of
from parsers.edifact.lengths import last_element, room_of
from parsers.edifact.structures import STRUCTURES
from parsers.edifact.walk import machine_of
from parsers.form import Problem
from parsers.x12.drafts import Address, Draft, Line, Manner
from parsers.x12.paths import Path
from parsers.x12.settled import elements_of, lines_of

Element = str | tuple[str, ...]
Segment = Sequence[Element]

_LEVEL_A = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-()/='+:?!\"%&*;<>")
_LEVEL_B = _LEVEL_A | frozenset("abcdefghijklmnopqrstuvwxyz")
_SYNTAXES = {"UNOA": "2", "UNOB": "2", "UNOC": "3", "UNOY": "4"}
_LONG_DATE = "4"
USUAL, _REPEATING = ":+.? '", ":+.?*'"
"""The six characters of UNA as they usually are, up to syntax version 3 and from 4 on."""

_LATE = {"INVOIC": frozenset({"MOA", "TAX"})}
_TWO_DIGITS = 10


class WriteError(Exception):
    """Nothing was written; `problem` says what stands in the way."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class Envelope(Struct, frozen=True, kw_only=True):
    """What stands around messages: UNB and the version in UNH.

    `sender` and `receiver` are identifier and qualifier (0007, "" for none). `directory` is UNH
    0052 and 0054 with a point, `association` 0057. `service` are the six characters of UNA;
    `syntax` is the character set that was agreed on, with its version; both are chosen where they
    are not given. Without `una` the usual characters go unsaid.
    """

    sender: tuple[str, str]
    receiver: tuple[str, str]
    sent_at: dt.datetime
    control: str = "1"
    directory: str = "D.96A"
    association: str | None = None
    syntax: tuple[str, str] | None = None
    service: str | None = None
    una: bool = True
    test: bool = False
    acknowledgment_requested: bool = False
    line_end: str = "\n"


class WrittenMessage(Struct, frozen=True):
    """A message to be sent: its type, and its segments between UNH and UNT."""

    kind: str
    segments: tuple[Segment, ...]
    directory: str | None = None


class ComponentManner(Manner):
    """Components at two-digit addresses."""

    def __init__(self, kind: str, directory: str, decimal_mark: str) -> None:
        super().__init__()
        self._mark = decimal_mark
        self._late = _LATE.get(kind, frozenset({"MOA"}))
        self._directory = directory

    def fits(self, name: str, address: Address, text: str) -> bool:
        """Whether a component has room for a text."""
        room = room_of(name, address[0] * _TWO_DIGITS + address[1], self._directory)
        counted = text.replace(self._mark, "", 1).lstrip("-")
        length = len(counted) if counted.isdigit() else len(text)
        if room is None or length <= room:
            return True
        self.refused.setdefault(text, f"{name} has room for {room} characters there")
        return False

    def spelled(self, _line: Line, address: Address, text: str) -> str:
        """Return a number with the decimal mark of the interchange; other texts as they are."""
        element, component = address
        place = places_of(_line.name)[element - 1 : element]
        parts = place[0].components[component - 1 : component] if place else ()
        is_number = bool(parts) and parts[0].type == "n"
        return text.replace(".", self._mark) if is_number else text

    def late(self, name: str) -> bool:
        """Whether segments of this name belong into the summary, behind the lines."""
        return name in self._late

    def ends(self, name: str) -> int:
        """Return the number of a segment's last element, where its composites repeat."""
        return last_element(name)

    def address(self, number: int, component: int) -> Address:
        """Return element and component of a two-digit address; 1 is the first of element 1."""
        del component
        return divmod(number, _TWO_DIGITS) if number >= _TWO_DIGITS else (number, 1)

    def within(self, start: Address, part: Address) -> Address:
        """Return the address of a component of the composite at `start`."""
        return start[0], part[0]

    def starts(self, path: Path, name: str) -> Iterable[Address]:
        """Return the composites from an element on."""
        return ((element, 0) for element in range(path.element, self.ends(name) + 1))


def draft_of(kind: str, directory: str, decimal_mark: str = ".") -> tuple[Draft, ComponentManner]:
    """Return an empty draft of the message `kind`, and what it notes of refused texts.

    Raises `LookupError` where the message has no structure.
    """
    machine = machine_of(kind) if kind in STRUCTURES else None
    if machine is None:
        raise LookupError(kind)
    manner = ComponentManner(kind, directory, decimal_mark)
    return Draft(manner, machine.root, Line("UNH")), manner


def segments_of(draft: Draft, defaults: Mapping[str, str]) -> tuple[Segment, ...]:
    """Return the segments of a finished draft.

    `defaults` are texts for components that must not be empty: `"IMD/11": "F"`, or where another
    is there `"PAT/33 with 34": "D"`. Levels (CPS) are numbered in their order, and CNT counts the
    lines.
    """
    lines = lines_of(draft)
    _number_levels(draft)
    lines_number = sum(line.name == "LIN" for line in lines)
    for place, text in defaults.items():
        name, _, numbers = place.partition("/")
        number, _, beside = numbers.partition(" with ")
        address = draft.manner.address(int(number), 0)
        needed = draft.manner.address(int(beside), 0) if beside else None
        for line in lines:
            if line.name == name and (needed is None or needed in line.texts):
                line.texts.setdefault(address, text)
    for line in lines:
        if line.name == "CNT":
            line.texts[1, 2] = str(lines_number)
    return tuple((line.name, *elements_of(line)) for line in lines)


def _number_levels(draft: Draft) -> None:
    """Fill the numbers of CPS in, and of the level that holds each."""
    levels = [one for _, one in draft.entries if isinstance(one, Draft) and one.line.name == "CPS"]
    numbers = {id(level): str(number) for number, level in enumerate(levels, 1)}
    for level in levels:
        level.line.texts[1, 1] = numbers[id(level)]
        if level.parent is not None:
            level.line.texts[2, 1] = numbers[id(level.parent)]


def write_interchange(messages: Iterable[WrittenMessage], envelope: Envelope) -> bytes:
    """Return an interchange of messages.

    Raises `WriteError` where the agreed character set lacks a character of the data.
    """
    body: list[Segment] = []
    number = 0
    for number, message in enumerate(messages, 1):
        reference = str(number)
        body.append(("UNH", reference, _version(message, envelope)))
        body += message.segments
        body.append(("UNT", str(len(message.segments) + 2), reference))
    syntax = envelope.syntax or _syntax_of(body, envelope)
    service = envelope.service or (_REPEATING if syntax[1] >= _LONG_DATE else USUAL)
    segments = (_header(envelope, syntax), *body, ("UNZ", str(number), envelope.control))
    written = [_joined(segment, service) for segment in segments]
    end = service[5] + envelope.line_end
    una = f"UNA{service}{envelope.line_end}" if envelope.una or service != USUAL else ""
    text = "".join((una, *(one + end for one in written)))
    return _encoded(text, syntax[0])


def _version(message: WrittenMessage, envelope: Envelope) -> Element:
    directory = message.directory or envelope.directory
    if message.kind == "CONTRL":
        is_late = envelope.syntax is not None and envelope.syntax[1] >= _LONG_DATE
        return (message.kind, *(("4", "1") if is_late else ("D", "3")), "UN")
    parts = (message.kind, *directory.split(".", 1), "UN")
    return (*parts, envelope.association) if envelope.association else parts


def _header(envelope: Envelope, syntax: tuple[str, str]) -> Segment:
    day = f"{envelope.sent_at:%Y%m%d}" if syntax[1] >= _LONG_DATE else f"{envelope.sent_at:%y%m%d}"
    parties = [tuple(filter(None, one)) for one in (envelope.sender, envelope.receiver)]
    header: list[Element] = ["UNB", syntax, *parties, (day, f"{envelope.sent_at:%H%M}")]
    header += [envelope.control, "", "", ""]
    header += ["1" if envelope.acknowledgment_requested else "", ""]
    header += ["1" if envelope.test else ""]
    while not header[-1]:
        header.pop()
    return header


def _syntax_of(body: Iterable[Segment], envelope: Envelope) -> tuple[str, str]:
    """Return the narrowest character set that has every character, and its syntax version."""
    texts = {*envelope.sender, *envelope.receiver}
    for segment in body:
        for element in segment:
            texts.update((element,) if isinstance(element, str) else element)
    used = set("".join(texts))
    name = "UNOY"
    if used <= _LEVEL_A:
        name = "UNOA"
    elif used <= _LEVEL_B:
        name = "UNOB"
    elif all(map(_is_plain_latin, texts)):
        name = "UNOC"
    return name, _SYNTAXES[name]


def _is_plain_latin(text: str) -> bool:
    """Whether a text is Latin-1 and nobody who guesses would take it for UTF-8."""
    if text.isascii():
        return True
    try:
        text.encode("latin-1").decode()
    except UnicodeEncodeError:
        return False
    except UnicodeDecodeError:
        return True
    return False


def _joined(segment: Segment, service: str) -> str:
    component, element, _, release, repetition, terminator = tuple(service)
    marks = {component, element, release, repetition, terminator} - {" "}

    def released(text: str) -> str:
        return "".join(f"{release}{sign}" if sign in marks else sign for sign in text)

    parts = ((one,) if isinstance(one, str) else one for one in segment)
    return element.join(component.join(map(released, part)) for part in parts)


def _encoded(text: str, syntax: str) -> bytes:
    encoding = {"UNOY": "utf-8", "UNOW": "utf-8", "UNOC": "latin-1"}.get(syntax, "ascii")
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as fault:
        raise WriteError(_foreign(text[fault.start : fault.end], syntax)) from fault


def _foreign(found: str, syntax: str) -> Problem:
    return Problem(
        code="edifact.character_set",
        message=f"the character set {syntax} has no {found!r}",
        found=found,
        expected=f"characters of {syntax}",
        remedy="Agree on UNOC or UNOY, or take the character out of the text.",
    )
