"""The application acknowledgment of an interchange: an 824 for each group, or an APERAK a message.

X12 004010 824 (BGN, OTI, TED, NTE); UN/EDIFACT D.96A APERAK (BGM, DTM, RFF, ERC, FTX).
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from textwrap import wrap

from msgspec import Struct

from gateway.acknowledging.business import Judged
from parsers.edifact import acknowledge as edifact
from parsers.received import Received, ReceivedGroup, ReceivedSet
from parsers.x12 import acknowledge as x12

_FAULTS_MAX = 99
_TED_CHARACTERS, _NTE_CHARACTERS, _FTX_CHARACTERS = 60, 80, 70
_NOTES_MAX, _FTX_PARTS = 5, 5
_SET = "0001"
_STATUS = {"accepted": "A", "accepted_with_errors": "E", "rejected": "R"}
_FUNCTION = {"accepted": "29", "accepted_with_errors": "29", "rejected": "27"}
_ACKNOWLEDGED, _ERRORS = "312", "313"
_ASC_X12 = "116"
_CAPITALS_ONLY = "UNOA"
_REFERENCES = {
    "invoice": ("IV", "IV"),
    "purchase_order": ("PO", "ON"),
    "order_response": ("PO", "ON"),
    "receipt": ("SI", "AAK"),
}
_OTHER = ("TN", "ACE")


class Advised(Struct, frozen=True, kw_only=True):
    """A set that came in, the `kind` and number of its record, and what is told of it."""

    group: ReceivedGroup
    received: ReceivedSet
    kind: str
    number: str | None
    judged: Judged


def groups_of(advised: Sequence[Advised]) -> list[ReceivedGroup]:
    """Return the groups that are answered, in order; X12 gives a control number for each."""
    return list({id(one.group): one.group for one in advised}.values())


def spelled(
    received: Received,
    advised: Sequence[Advised],
    interchange: int,
    groups: tuple[int, ...],
    now: dt.datetime,
) -> str:
    """Write the application acknowledgment with its control numbers."""
    if received.syntax == "x12":
        rows: list[x12.Row] = []
        for group, number in zip(groups_of(advised), groups, strict=True):
            inside = [one for one in advised if one.group is group]
            rows += _group(group, inside, number, now, _marks(received))
        return x12.wrapped(received, rows, interchange, now)
    messages = [
        (str(place), ("APERAK", "D", "96A", "UN"), list(_message(received, one, place, now)))
        for place, one in enumerate(advised, 1)
    ]
    return edifact.wrapped(received, messages, interchange, now)


def _group(
    group: ReceivedGroup, advised: list[Advised], number: int, now: dt.datetime, marks: str
) -> Iterator[x12.Row]:
    body = [["BGN", "11", str(number), f"{now:%Y%m%d}", f"{now:%H%M}"]]
    for one in advised:
        body += _transaction(one, marks)
    yield x12.group_header("AG", group.header, number, now)
    yield ["ST", "824", _SET]
    yield from body
    yield ["SE", str(len(body) + 2), _SET]
    yield ["GE", "1", str(number)]


def _marks(received: Received) -> str:
    delimiters = received.delimiters
    optional = (delimiters.component or "", delimiters.repetition or "")
    return "".join((delimiters.element, delimiters.terminator, *optional))


def _transaction(one: Advised, marks: str) -> Iterator[x12.Row]:
    gs = [element.strip() for element in one.group.header]
    qualifier = _REFERENCES.get(one.kind, _OTHER)[0]
    status = f"T{_STATUS[one.judged.outcome]}"
    reference = (one.number or one.received.control)[:30]
    row = ["OTI", status, qualifier, reference, gs[2], gs[3], gs[4], gs[5], gs[6]]
    yield [*row, one.received.control, one.received.kind, gs[8]]
    for fault in one.judged.faults[:_FAULTS_MAX]:
        first, *rest = wrap(_plain(fault.sentence, marks), _TED_CHARACTERS) or [""]
        yield ["TED", fault.code, first]
        for note in wrap(" ".join(rest), _NTE_CHARACTERS)[:_NOTES_MAX]:
            yield ["NTE", "ADD", note]


def _message(
    received: Received, one: Advised, place: int, now: dt.datetime
) -> Iterator[edifact.Row]:
    outcome = one.judged.outcome
    is_upper = received.header[11].strip() == _CAPITALS_ONLY
    name = _ACKNOWLEDGED if outcome == "accepted" else _ERRORS
    yield ["BGM", name, f"{received.header[51]}-{place}", _FUNCTION[outcome]]
    yield ["DTM", ("137", f"{now:%Y%m%d%H%M}", "203")]
    yield ["RFF", ("ACW", received.header[51].strip())]
    if one.number:
        yield ["RFF", (_REFERENCES.get(one.kind, _OTHER)[1], one.number[:35])]
    for fault in one.judged.faults[:_FAULTS_MAX]:
        yield ["ERC", (fault.code, "", _ASC_X12)]
        text = _plain(fault.sentence)
        lines = wrap(text.upper() if is_upper else text, _FTX_CHARACTERS)[:_FTX_PARTS]
        yield ["FTX", "AAO", "", "", tuple(lines)]
        yield ["RFF", ("TN", one.received.control)]


def _plain(text: str, marks: str = "") -> str:
    """Return a sentence in characters that every partner can read, none of them a delimiter."""
    plain = (sign if sign.isascii() and sign.isprintable() else "?" for sign in text)
    return "".join(" " if sign in marks else sign for sign in plain)
