"""Faults of markup that senders make every day, put right in one way only, each as a problem.

A bare `&` becomes `&amp;`, control characters become blanks, and a name that only HTML knows
(`&nbsp;`) becomes its character. Nothing else is touched, and nothing within CDATA or comments.
"""

import re
from html.entities import html5

from msgspec import Struct

from parsers.form import Problem
from parsers.xml.origin import REPAIR_BYTES

_UNPARSED = re.compile(rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<\?.*?\?>", re.DOTALL)
_BARE_AMPERSAND = re.compile(rb"&(?!#[0-9]{1,7};|#x[0-9A-Fa-f]{1,6};|[A-Za-z_][\w.-]{0,40};)")
_NAME = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z_][\w.-]{0,40});")
_CONTROL = re.compile(rb"[\x01-\x08\x0b\x0c\x0e-\x1f]")


class Repair(Struct, frozen=True, kw_only=True):
    """The bytes after a repair; `inserted` are the places of `REPAIR_BYTES` that were put in.

    `own` is false where lengths have changed otherwise, so that places say nothing any more.
    """

    data: bytes
    inserted: tuple[int, ...] = ()
    own: bool = True
    problems: tuple[Problem, ...] = ()


def foreign_name(data: bytes) -> str | None:
    """Return the first reference to a name that XML itself does not define."""
    found = _NAME.search(data)
    found = found and _NAME.search(_masked(data))
    return found[0].decode("utf-8", "replace") if found else None


def with_names(data: bytes) -> Repair | None:
    """Write out the names that HTML knows; None where there is a name that it does not know."""
    masked, pieces, last = _masked(data), [], 0
    names = []
    for found in _NAME.finditer(masked):
        character = html5.get(found[1].decode("utf-8", "replace") + ";")
        if character is None:
            return None
        names.append(found)
        pieces += [data[last : found.start()], b"".join(b"&#%d;" % ord(one) for one in character)]
        last = found.end()
    if not names:
        return None
    problem = Problem(
        code="xml.html_name",
        severity="warning",
        message=f"{len(names)} name(s) of HTML characters; read as those characters",
        at=line_of(data, names[0].start()),
        found=names[0][0].decode("utf-8", "replace"),
        expected="the character itself, or its number",
        remedy="Write the character itself, or its number.",
    )
    return Repair(data=b"".join([*pieces, data[last:]]), own=False, problems=(problem,))


def repaired(data: bytes) -> Repair | None:
    """Write `&` out and control characters as blanks; None where there was nothing to do."""
    bare = [found.start() for found in _BARE_AMPERSAND.finditer(_masked(data))]
    control = _CONTROL.search(data)
    problems = []
    if bare:
        problems.append(_ampersands(data, bare))
    if control:
        problems.append(_controls(data, control.start()))
        data = _CONTROL.sub(b" ", data)
    if not problems:
        return None
    pieces = [data[start:end] for start, end in zip([0, *bare], [*bare, len(data)], strict=True)]
    return Repair(
        data=b"&amp;".join([pieces[0], *(piece[1:] for piece in pieces[1:])]),
        inserted=tuple(place + 1 + REPAIR_BYTES * count for count, place in enumerate(bare)),
        problems=tuple(problems),
    )


def line_of(data: bytes, place: int) -> str:
    """Return the line of a byte in words."""
    return f"line {data.count(10, 0, place) + 1}"


def _masked(data: bytes) -> bytes:
    return _UNPARSED.sub(lambda found: b" " * len(found[0]), data)


def _ampersands(data: bytes, bare: list[int]) -> Problem:
    return Problem(
        code="xml.bare_ampersand",
        severity="warning",
        message=f"{len(bare)} ampersand(s) stand alone; read as &amp;",
        at=line_of(data, bare[0]),
        found=data[bare[0] : bare[0] + 20].decode("utf-8", "replace"),
        expected="&amp;",
        remedy="Write & in texts and addresses as &amp;.",
    )


def _controls(data: bytes, place: int) -> Problem:
    return Problem(
        code="xml.control_character",
        severity="warning",
        message="the document has control characters that no XML may have; read as blanks",
        at=line_of(data, place),
        found=f"character {data[place]:#04x}",
        remedy="Leave out control characters but tab and line end.",
    )
