"""What went wrong inside a set, told as problems: segments out of place, and signs of loss.

A segment that is unknown or out of order is kept in the form and told as a warning. That something
is missing is an error, because a shortened document looks right.
"""

import re
from collections.abc import Iterator

from parsers.form import Problem, Severity
from parsers.x12.assembly import Assembly, Slip
from parsers.x12.form import TransactionSet
from parsers.x12.totals import Tally

_COUNTED_OTHERWISE = 2
"""How far SE01 may be off where a sender counts ST and SE wrongly, or not at all."""

_TOLD: dict[str, tuple[str, Severity, str, str]] = {
    "order": (
        "x12.segment_order",
        "warning",
        "{name} stands after segments that should follow it",
        "Send the segments in the order of the implementation guide.",
    ),
    "unknown": (
        "x12.segment_unknown",
        "warning",
        "{name} does not belong in this transaction set; nothing is read from it",
        "Remove the segment, or check whether its name is misspelt.",
    ),
    "repeated": (
        "x12.segment_repeated",
        "warning",
        "{name} comes more often than the standard allows",
        "Check whether the segment is repeated by mistake.",
    ),
    "empty": (
        "x12.segment_empty",
        "warning",
        "there is a segment without a name",
        "Remove the doubled segment terminator.",
    ),
    "missing": (
        "x12.segment_missing",
        "error",
        "{name} is missing before this segment",
        "Add the segment and send the document again.",
    ),
}


def slip_problems(assembly: Assembly) -> Iterator[Problem]:
    """Yield what the segments of a complete set did wrong, in their order."""
    for slip in assembly.slips:
        yield _problem(assembly.root, slip)
    for name in assembly.missing_at_end():
        yield _problem(assembly.root, Slip(assembly.root.rows[-1], "missing", name))
    if assembly.indented:
        yield Problem(
            code="x12.indented",
            severity="warning",
            message="blanks or blank lines stand before segments",
            at=assembly.root.position(0).at,
            remedy="Send segments without indentation.",
        )
    if assembly.too_long:
        yield Problem(
            code="x12.set_too_long",
            message=f"the set is longer than {len(assembly.root.rows)} segments; no more is read",
            at=assembly.root.position(0).at,
            remedy="Send the document in several transaction sets.",
        )


def loss_problems(assembly: Assembly, tally: Tally, promised: str) -> Iterator[Problem]:
    """Yield an error where the counts together say that segments got lost; `promised` is SE01."""
    root = assembly.root
    lost = int(promised) - len(root.rows) if re.fullmatch("[0-9]{1,9}", promised) else 0
    unknown = any(slip.fault == "unknown" for slip in assembly.slips)
    signs = (lost > 0) + tally.lacks_lines + unknown
    if (lost > _COUNTED_OTHERWISE and not tally.agrees) or (tally.lacks_lines and signs > 1):
        yield Problem(
            code="x12.segments_lost",
            message="the counts of this set say that segments are missing from it",
            at=root.position(len(root.rows) - 1).at,
            found=f"{len(root.rows)} segments",
            expected=f"{promised} segments" if lost > 0 else f"{tally.promised} lines",
            remedy="Compare the document with its original and send it again as a whole.",
        )


def _problem(root: TransactionSet, slip: Slip) -> Problem:
    code, severity, message, remedy = _TOLD[slip.fault]
    is_missing = slip.fault == "missing"
    return Problem(
        code=code,
        severity=severity,
        message=message.format(name=slip.name),
        at=root.position(root.index_of(slip.row)).at,
        found=slip.row[0].strip() if is_missing else slip.name,
        expected=slip.name if is_missing else None,
        remedy=remedy,
    )
