"""Faults of EDIFACT envelopes, as problems: counts, references, and what is missing or stray."""

import re
from collections.abc import Iterator

from parsers.form import Problem
from parsers.x12.form import Row, TransactionSet

_COUNTED_OTHERWISE = 2
"""How far UNT may be off where a sender counts UNH and UNT wrongly, or not at all."""

_TRAILERS = {
    "UNT": ("message", "segments", "UNH"),
    "UNE": ("group", "messages", "UNG"),
    "UNZ": ("interchange", "groups or messages", "UNB"),
}


def trailer_problems(row: list[str], at: str, counted: int, reference: str) -> list[Problem]:
    """Compare a UNT, UNE or UNZ segment with what it closes."""
    name = row[0].strip()
    of, what, header = _TRAILERS[name]
    written, repeated = _element(row, 11), _element(row, 21)
    problems = []
    if not (written.isascii() and written.isdigit() and int(written[:10]) == counted):
        problems.append(
            Problem(
                code=f"edifact.{of}_count",
                severity="warning",
                message=f"{name} counts {written or 'no'} {what}, but there are {counted}",
                at=at,
                found=written,
                expected=str(counted),
                remedy=f"Compare with the original whether {what} are missing.",
            )
        )
    if repeated != reference:
        problems.append(
            Problem(
                code=f"edifact.{of}_reference",
                severity="warning",
                message=f"{name} repeats the reference {repeated!r}, but {header} is {reference!r}",
                at=at,
                found=repeated,
                expected=reference,
                remedy="Repeat the reference of the header in the trailer.",
            )
        )
    return problems


def loss_problems(root: TransactionSet, promised: str, at: str) -> Iterator[Problem]:
    """Yield an error where UNT counts more segments than there are, and no CNT vouches for all."""
    lost = int(promised) - len(root.rows) if re.fullmatch("[0-9]{1,9}", promised) else 0
    lines = str(len(root.members.get("LIN", ())))
    vouched = any(
        _element(row, 11) == "2" and _element(row, 12) == lines for row in _controls(root)
    )
    if lost > _COUNTED_OTHERWISE and not vouched:
        yield Problem(
            code="edifact.segments_lost",
            message="the count of this message says that segments are missing from it",
            at=at,
            found=f"{len(root.rows)} segments",
            expected=f"{promised} segments",
            remedy="Compare the document with its original and send it again as a whole.",
        )


def _controls(root: TransactionSet) -> list[Row]:
    return [row for row in root.members.get("CNT", ()) if isinstance(row, list)]


def _element(row: list[str], place: int) -> str:
    return row[place] if len(row) > place else ""


def unterminated(what: str, trailer: str, at: str, *, is_error: bool) -> Problem:
    """Tell a message, group or interchange that ends without its trailer."""
    return Problem(
        code=f"edifact.{what}_unterminated",
        severity="error" if is_error else "warning",
        message=f"the {what} breaks off without its {trailer} segment",
        at=at,
        expected=trailer,
        remedy="Check with the sender whether something is missing, and have it sent again.",
    )


def no_interchange(at: str) -> Problem:
    """Tell messages without an interchange around them."""
    return Problem(
        code="edifact.no_interchange",
        severity="warning",
        message="the messages stand in no interchange",
        at=at,
        expected="UNB",
        remedy="Send the whole interchange, from UNB to UNZ.",
    )


def empty(at: str) -> Problem:
    """Tell an interchange without messages."""
    return Problem(
        code="edifact.interchange_empty",
        message="the interchange holds no message",
        at=at,
        expected="UNH",
        remedy="Send the interchange again with its messages.",
    )


def stray(name: str, at: str) -> Problem:
    """Tell a segment that stands where none of its kind may."""
    return Problem(
        code="edifact.segment_stray",
        severity="warning",
        message=f"{name or 'a segment'} stands outside of what it belongs to",
        at=at,
        found=name,
        expected="UNB, UNH ... UNT, UNZ",
        remedy="Check whether a header segment is missing before it.",
    )


def repeated(reference: str, at: str) -> Problem:
    """Tell a message reference that comes twice in an interchange."""
    return Problem(
        code="edifact.message_repeated",
        severity="warning",
        message=f"the message reference {reference!r} comes twice in its interchange",
        at=at,
        found=reference,
        expected="a reference of its own for each message",
        remedy="Check that the message was not sent twice.",
    )


def habit(code: str, message: str, at: str) -> Problem:
    """Tell a bad habit in how segments are written."""
    return Problem(
        code=code,
        severity="warning",
        message=message,
        at=at,
        remedy="Write segments one after the other, in the character set that UNB names.",
    )
