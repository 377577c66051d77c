"""The ISA segment: which characters delimit an interchange, and whether it is well formed.

A well-formed ISA is 106 characters long: sixteen separators at fixed places, the component
separator as ISA16 and the segment terminator behind it. Real headers are often shorter or longer
(identifiers that are not padded), so the sixteen separators are counted; a wrong width is told, not
refused.
X12.5 ISA01 to ISA16, 004010 and later; ISA11 separates repetitions from version 00402 on.
"""

import datetime as dt
import re

from msgspec import Struct

from parsers.form import ParseError, Problem

HEADER_LIMIT = 4096
"""How many characters an ISA segment may take, padding included."""

WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
_LAST = len(WIDTHS)
_FIRST_VERSION_WITH_REPETITION = "00402"
_NEXT = re.compile("GS|TA1|IEA|ISA|ISB|ST")


class Delimiters(Struct, frozen=True, kw_only=True):
    """The characters that delimit an interchange; None where it has none.

    `terminator` is CR LF as a pair where both end each segment.
    """

    element: str
    terminator: str
    component: str | None = None
    repetition: str | None = None


class Header(Struct, frozen=True, kw_only=True):
    """An ISA segment as read: element 0 is "ISA", `length` reaches to the terminator's end."""

    elements: tuple[str, ...]
    delimiters: Delimiters
    length: int
    problems: tuple[Problem, ...] = ()


def read_header(text: str, start: int) -> Header:
    """Read the ISA segment that `text` begins with; `start` is its byte offset in the file.

    Raises `ParseError` when it has no sixteen separators or its delimiters cannot be told apart.
    """
    separator = text[3:4]
    pieces = text[:HEADER_LIMIT].split(separator, _LAST) if separator else [text]
    if len(pieces) <= _LAST or separator.isalnum() or separator.isspace():
        raise ParseError(_unreadable(pieces, start))
    component, terminator = _ending(pieces[_LAST])
    delimiters = _checked(separator, component, terminator, start)
    elements = (*pieces[:_LAST], component or "")
    repetition, about_repetition = _repetition(elements, delimiters, start)
    length = text.index(terminator, len(separator.join(elements))) + len(terminator)
    return Header(
        elements=elements,
        delimiters=Delimiters(
            element=separator, terminator=terminator, component=component, repetition=repetition
        ),
        length=length,
        problems=(
            *_widths(elements, start),
            *about_repetition,
            *_no_component(component, start),
            *_not_ascii(elements, start),
            *_moment(elements, start),
        ),
    )


def _unreadable(pieces: list[str], start: int) -> Problem:
    return Problem(
        code="x12.header_unreadable",
        message=f"the ISA segment has {len(pieces) - 1} element separators instead of 16",
        at=f"segment 1 (ISA), byte {start}",
        found=pieces[0][:20],
        expected="ISA and sixteen elements of fixed width",
        remedy="Send the interchange with a complete ISA segment.",
    )


def _ending(tail: str) -> tuple[str | None, str]:
    """Tell component separator and segment terminator from what follows the sixteenth separator.

    Where one character is missing, the next segment tells which: it follows at once, or it ends
    with the character that stands in the place of ISA16.
    """
    component, rest = tail[:1], tail[1:].lstrip(" ")
    following = rest.lstrip("\r\n").split("\n", 1)[0].rstrip("\r ")
    begins_here = rest[:1].isalnum() and _NEXT.match(rest)
    if begins_here or (rest[:1] in {"\r", "\n"} and following.endswith(component)):
        return None, component
    terminator = "\r\n" if rest.startswith("\r\n") else rest[:1]
    return component, terminator


def _checked(separator: str, component: str | None, terminator: str, start: int) -> Delimiters:
    known = [one for one in (separator, component, terminator) if one is not None]
    if not terminator or terminator[:1].isalnum() or len(set(known)) < len(known):
        raise ParseError(
            Problem(
                code="x12.delimiters",
                message="the delimiters of the interchange cannot be told apart",
                at=f"segment 1 (ISA) element 16, byte {start}",
                found="".join(known),
                expected="three different characters that are no letters or digits",
                remedy="Send the interchange with a complete ISA segment and a segment terminator.",
            )
        )
    return Delimiters(element=separator, component=component, terminator=terminator)


def _widths(elements: tuple[str, ...], start: int) -> list[Problem]:
    problems, offset = [], start + 4
    for position, width in enumerate(WIDTHS, start=1):
        text = elements[position]
        end = offset + len(text)
        if len(text) != width and position < _LAST:
            problems.append(
                Problem(
                    code="x12.header_width",
                    severity="warning",
                    message=f"ISA{position:02d} is {len(text)} characters long instead of {width}",
                    at=f"segment 1 (ISA) element {position:02d}, bytes {offset}-{end}",
                    found=text,
                    expected=f"{width} characters, filled up with blanks",
                    remedy="Pad the elements of the ISA segment to their fixed width.",
                )
            )
        offset = end + 1
    return problems


def _repetition(
    elements: tuple[str, ...], delimiters: Delimiters, start: int
) -> tuple[str | None, list[Problem]]:
    """Say what separates repetitions: by ISA12, never by what ISA11 looks like."""
    sign, version = elements[11].strip(), elements[12].strip()
    if version < _FIRST_VERSION_WITH_REPETITION:
        return None, []
    taken = {delimiters.element, delimiters.component, delimiters.terminator}
    if len(sign) == 1 and not sign.isalnum() and sign not in taken:
        return sign, []
    return None, [
        Problem(
            code="x12.repetition_separator",
            severity="warning",
            message=f"ISA11 is {sign!r}, so no element is taken to repeat",
            at=f"segment 1 (ISA) element 11, byte {start}",
            found=sign,
            expected=f"a separator of its own, as version {version} says",
            remedy="Put a repetition separator such as ^ into ISA11.",
        )
    ]


def _no_component(component: str | None, start: int) -> list[Problem]:
    if component is not None:
        return []
    return [
        Problem(
            code="x12.header_width",
            severity="warning",
            message="ISA16 is missing",
            at=f"segment 1 (ISA) element 16, byte {start}",
            expected="a component separator",
            remedy="Put a component separator such as > into ISA16.",
        )
    ]


def _not_ascii(elements: tuple[str, ...], start: int) -> list[Problem]:
    """Tell blanks and letters of another alphabet, such as no-break spaces that were pasted."""
    if all(map(str.isascii, elements)):
        return []
    return [
        Problem(
            code="x12.not_ascii",
            severity="warning",
            message="the ISA segment has characters that are not ASCII",
            at=f"segment 1 (ISA), byte {start}",
            remedy="Pad the elements of the ISA segment with plain blanks.",
        )
    ]


def _moment(elements: tuple[str, ...], start: int) -> list[Problem]:
    """Tell a day (ISA09) that no calendar has, and a time (ISA10) that no clock shows."""
    forms = ((9, "%y%m%d", "YYMMDD"), (10, "%H%M", "HHMM"))
    problems = []
    for place, form, expected in forms:
        text = elements[place]
        offset = start + len("*".join(elements[:place])) + 1
        if len(text) == WIDTHS[place - 1] and not _is_moment(text, form):
            problems.append(
                Problem(
                    code="x12.header_value",
                    severity="warning",
                    message=f"ISA{place:02d} is {text!r}, which is no {expected}",
                    at=f"segment 1 (ISA) element {place:02d}, bytes {offset}-{offset + len(text)}",
                    found=text,
                    expected=expected,
                    remedy="Send the day and the time at which the interchange was made.",
                )
            )
    return problems


def _is_moment(text: str, form: str) -> bool:
    try:
        dt.datetime.strptime(text, form)  # noqa: DTZ007 - only whether there is such a one
    except ValueError:
        return False
    return text.isascii() and text.isdigit()
