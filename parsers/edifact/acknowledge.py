"""The CONTRL message: how an EDIFACT interchange that came in is acknowledged or rejected.

UCI answers the interchange, UCF a group, UCM a message, UCS a segment and UCD an element of it.
What is acknowledged covers everything below that is not rejected by name, so that a message with
nothing to say of it is not named. A CONTRL is never answered.
ISO 9735-4 CONTRL; its syntax version is that of the interchange.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from parsers.received import Fault, Received, ReceivedGroup, ReceivedSet
from parsers.x12.delimiters import Delimiters

Composite = tuple[str, ...]
Row = list[str | Composite]

_REJECTED, _ACKNOWLEDGED = "4", "7"
_SYNTAX_4 = "4"
_NOT_SUPPORTED = "14"
_PLAIN = Delimiters(element="+", component=":", terminator="'")
_IDENTIFIER, _REFERENCE, _TYPE = 11, 51, 21  # where they stand in UNB and UNG
_PARTIES = (21, 31)


class Answer(Struct, frozen=True, kw_only=True):
    """What answers an interchange, still without a reference: `status` is A, E or R."""

    status: str
    rows: list[Row]

    @property
    def kinds(self) -> tuple[str, ...]:
        """What it consists of."""
        return ("CONTRL",)


def answer(received: Received, send: str, accept: frozenset[str] = frozenset()) -> Answer | None:
    """Return what answers an interchange: `send` is always, on_error or never.

    Problems in `accept` reject nothing. None where no answer is wanted or due.
    """
    sets = [one for group in received.groups for one in group.sets]
    if not _at(received.header, _REFERENCE) or send == "never":
        return None
    if sets and all(one.kind == "CONTRL" for one in sets):
        return None
    own = _status(received.faults, accept)
    groups = [row for group in received.groups for row in _group(group, accept)]
    rejected = own == "R" or (bool(sets) and all(_of_set(one, accept) == "R" for one in sets))
    noted = own != "A" or bool(groups)
    if send == "on_error" and not noted:
        return None
    first = _worst(received.faults, accept)
    uci: Row = ["UCI", _at(received.header, _REFERENCE)]
    uci += [_composite(received.header, place) for place in _PARTIES]
    uci += [_REJECTED if own == "R" else _ACKNOWLEDGED]
    uci += [first.code, first.tag] if first else []
    below = [] if own == "R" else groups
    status = "R" if rejected else "E" if noted else "A"
    return Answer(status=status, rows=[uci, *below])


def _group(group: ReceivedGroup, accept: frozenset[str]) -> Iterator[Row]:
    """Yield what is to be said of a group and its messages; nothing where all is well."""
    own = _status(group.faults, accept)
    messages = [row for one in group.sets for row in _message(one, accept)]
    if group.header and (messages or own != "A"):
        first = _worst(group.faults, accept)
        ucf: Row = ["UCF", _at(group.header, _REFERENCE)]
        ucf += [_composite(group.header, place) for place in _PARTIES]
        ucf += [_REJECTED if own == "R" else _ACKNOWLEDGED]
        yield [*ucf, *([first.code, first.tag] if first else [])]
    if own != "R":
        yield from messages


def _message(one: ReceivedSet, accept: frozenset[str]) -> Iterator[Row]:
    status = _of_set(one, accept)
    if status == "A" or one.kind == "CONTRL":
        return
    own = [fault for fault in one.faults if fault.level == "set"]
    first = _worst(own, accept)
    ucm: Row = ["UCM", one.control, one.version or (one.kind,)]
    ucm += [_REJECTED if status == "R" else _ACKNOWLEDGED]
    if not one.supported:
        ucm += [_NOT_SUPPORTED, "UNH"]
    elif first:
        ucm += [first.code, first.tag]
    yield ucm
    yield from _segments(one)


def _segments(one: ReceivedSet) -> Iterator[Row]:
    """Yield UCS and UCD for what is wrong inside a message, in the order of its segments."""
    placed = [fault for fault in one.faults if fault.level in {"segment", "element"}]
    placed.sort(key=lambda fault: fault.ordinal)
    for ordinal, same in groupby(placed, lambda fault: fault.ordinal):
        faults = list(same)
        code = next((fault.code for fault in faults if fault.level == "segment"), "")
        yield ["UCS", str(ordinal), code]
        told = {_place(fault): fault.code for fault in faults if fault.level == "element"}
        for place, of in told.items():
            yield ["UCD", of, place]


def _place(fault: Fault) -> Composite:
    """Return S011: the element, its component, and its repetition."""
    parts = [str(fault.element or 1), str(fault.component or ""), str(fault.repetition or "")]
    return tuple(parts)


def _status(faults: Iterable[Fault], accept: frozenset[str]) -> str:
    told = list(faults)
    if any(fault.is_error and fault.problem not in accept for fault in told):
        return "R"
    return "E" if told else "A"


def _of_set(one: ReceivedSet, accept: frozenset[str]) -> str:
    return _status(one.faults, accept) if one.supported else "R"


def _worst(faults: Iterable[Fault], accept: frozenset[str]) -> Fault | None:
    told = list(faults)
    rejecting = (fault for fault in told if fault.is_error and fault.problem not in accept)
    return next(rejecting, told[0] if told else None)


def _at(row: tuple[str, ...], place: int) -> str:
    return row[place].strip() if len(row) > place else ""


def _composite(row: tuple[str, ...], place: int) -> Composite:
    return tuple(_at(row, place + inner) for inner in range(3))


def written(received: Received, one: Answer, number: int, now: dt.datetime) -> str:
    """Write an answer back to the sender of `received` as the interchange `number`."""
    is_late = _at(received.header, _IDENTIFIER + 1) >= _SYNTAX_4
    kind: Composite = ("CONTRL", "4", "1", "UN") if is_late else ("CONTRL", "D", "3", "UN")
    return wrapped(received, [("1", kind, one.rows)], number, now)


def wrapped(
    received: Received,
    messages: Sequence[tuple[str, Composite, list[Row]]],
    number: int,
    now: dt.datetime,
) -> str:
    """Put messages (reference, type, segments) into an interchange back to the sender."""
    unb = received.header
    reference = str(number)
    syntax = (_at(unb, _IDENTIFIER), _at(unb, _IDENTIFIER + 1))
    day = f"{now:%Y%m%d}" if syntax[1] >= _SYNTAX_4 else f"{now:%y%m%d}"
    sender, receiver = _composite(unb, _PARTIES[1]), _composite(unb, _PARTIES[0])
    header: Row = ["UNB", syntax, sender, receiver, (day, f"{now:%H%M}"), reference]
    header += ["", "", "", "", "", "1"] if received.test else []
    rows: list[Row] = [header]
    for own, kind, body in messages:
        rows += [["UNH", own, kind], *body, ["UNT", str(len(body) + 2), own]]
    rows.append(["UNZ", str(len(messages)), reference])
    return _spelled(rows, received.delimiters, received.release)


def _spelled(rows: list[Row], delimiters: Delimiters, release: str | None) -> str:
    end = delimiters.terminator
    advice = ""
    if (delimiters.element, delimiters.component, end) != (
        _PLAIN.element,
        _PLAIN.component,
        _PLAIN.terminator,
    ) or release != "?":
        repetition = delimiters.repetition or " "
        advice = f"UNA{delimiters.component}{delimiters.element}.{release or ' '}{repetition}{end}"
    line = end + ("" if end[-1] in "\r\n" else "\n")
    segments = (_segment(row, delimiters, release) + line for row in rows)
    return advice + ("\n" if advice and end[-1] not in "\r\n" else "") + "".join(segments)


def _segment(row: Row, delimiters: Delimiters, release: str | None) -> str:
    elements = [_element(element, delimiters, release) for element in row]
    while elements and not elements[-1]:
        elements.pop()
    return delimiters.element.join(elements)


def _element(element: str | Composite, delimiters: Delimiters, release: str | None) -> str:
    parts = [element] if isinstance(element, str) else list(element)
    while parts and not parts[-1]:
        parts.pop()
    return (delimiters.component or ":").join(
        _released(part, delimiters, release) for part in parts
    )


def _released(text: str, delimiters: Delimiters, release: str | None) -> str:
    """Take their meaning off the delimiters in data; without a release character leave them out."""
    marks = {delimiters.element, delimiters.component, *delimiters.terminator, release}
    marks.add(delimiters.repetition)
    spelled = (f"{release or ''}{sign}" if sign in marks else sign for sign in text)
    kept = (sign for sign in spelled if sign not in marks)
    return "".join(kept)
