"""Where an EDIFACT interchange begins, and which characters delimit it: UNA and UNB.

UNA is optional and names six characters: component and element separator, decimal mark, release
character, repetition separator (or a blank) and segment terminator. Without it the characters of
level A hold, or where UNB is written so, those of level B. UNB 0001 names the character set, and
from syntax version 4 (0002) on elements repeat.
ISO 9735 (syntax versions 1 to 4), service string advice and UNB.
"""

import re

from msgspec import Struct, structs

from parsers.form import Problem
from parsers.x12.delimiters import Delimiters
from parsers.x12.start import BLANKS

SERVICE_LENGTH = 9
HEADER_LIMIT = 4096
_FIRST_WITH_REPETITION, _REPETITION = "4", "*"
_ENCODINGS = {
    "UNOD": "iso8859-2",
    "UNOE": "iso8859-5",
    "UNOF": "iso8859-7",
    "UNOG": "iso8859-3",
    "UNOH": "iso8859-4",
    "UNOI": "iso8859-6",
    "UNOJ": "iso8859-8",
    "UNOK": "iso8859-9",
}
"""Character sets of one byte each; whether the others are UTF-8 or Latin-1 the bytes tell."""

_BYTE_ORDER_MARK = "\xef\xbb\xbf"
_START = re.compile(
    r"(?<![A-Za-z0-9])(?:UNA[^A-Za-z0-9].{5}|UNB[^A-Za-z0-9]|UNH[^A-Za-z0-9])", re.DOTALL
)
_CLAIM = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:UNA[^A-Za-z0-9].{5}|UNB[+\x1d]UNO|UNH\+[A-Za-z0-9]{1,14}\+[A-Z]{5,6}:)",
    re.DOTALL,
)
_LATE_CLAIM = re.compile(
    rb"(?<![A-Za-z0-9])(?:UNB\+UNO[A-Z]:|UNH\+[A-Za-z0-9-]{1,14}\+[A-Z]{6}:D:)"
)


class Service(Struct, frozen=True, kw_only=True):
    """How an interchange is delimited; it begins `skip` characters ahead with UNB or UNH.

    `encoding` is that of its character set, where the bytes do not tell it themselves.
    """

    delimiters: Delimiters
    release: str | None
    skip: int
    encoding: str | None = None
    problems: tuple[Problem, ...] = ()


def claims(head: bytes) -> bool:
    """Whether a file that starts with `head` is an EDIFACT interchange, or what is left of one."""
    return bool(_CLAIM.match(head) or _LATE_CLAIM.search(head))


def find_service(text: str, offset: int) -> Service | None:
    """Find the next interchange in `text`, which stands `offset` bytes into the file."""
    found = _START.search(text[:HEADER_LIMIT])
    if found is None:
        return None
    start = found.start()
    problems = _before(text[:start], offset)
    if not text.startswith("UNA", start):
        plain = _level_b() if text[start + 3] == "\x1d" else _level_a(text[start:])
        problems += _line_ends(plain, offset + start)
        service = Service(delimiters=plain, release=_release(plain), skip=start, problems=problems)
        return _as_announced(service, text, _REPETITION if plain.element == "+" else None)
    component, element, _, release, repetition, terminator = list(
        text[start + 3 : start + SERVICE_LENGTH]
    )
    if terminator == "\r" and text.startswith("\n", start + SERVICE_LENGTH):
        terminator = "\r\n"
    delimiters = Delimiters(element=element, component=component, terminator=terminator)
    skip = start + SERVICE_LENGTH - 1 + len(terminator)
    service = Service(
        delimiters=delimiters,
        release=None if release == " " else release,
        skip=skip,
        problems=problems,
    )
    return _as_announced(service, text, None if repetition == " " else repetition)


def _as_announced(service: Service, text: str, repetition: str | None) -> Service:
    """Take the syntax version and the character set from UNB: S001 0002 and 0001."""
    marks = service.delimiters
    element, component = re.escape(marks.element), re.escape(marks.component or "")
    header = re.compile(rf"\s*UNB{element}\s*(UNO[A-Z]){component}(\d)")
    found = header.match(text, service.skip)
    if found is None:
        return service
    taken = {marks.element, marks.component, *marks.terminator, service.release}
    repeats = found[2] >= _FIRST_WITH_REPETITION and repetition not in taken
    return structs.replace(
        service,
        delimiters=structs.replace(marks, repetition=repetition if repeats else None),
        encoding=_ENCODINGS.get(found[1]),
    )


def _level_a(text: str) -> Delimiters:
    """Return the default characters; a sender who ends lines instead of segments is found out."""
    line = text[:HEADER_LIMIT].split("\n", 1)[0].rstrip("\r")
    terminator = "'" if "'" in text[:HEADER_LIMIT] or not line.startswith("UN") else "\n"
    return Delimiters(element="+", component=":", terminator=terminator)


def _line_ends(delimiters: Delimiters, start: int) -> tuple[Problem, ...]:
    """Tell that lines end segments, though no UNA says so."""
    if delimiters.terminator != "\n":
        return ()
    return (
        Problem(
            code="edifact.terminator",
            severity="warning",
            message="segments end with their lines, and no UNA says so",
            at=f"byte {start}",
            found="a line end",
            expected="'",
            remedy="End segments with ', or send a UNA that names another character.",
        ),
    )


def _level_b() -> Delimiters:
    return Delimiters(element="\x1d", component="\x1f", terminator="\x1c")


def _release(delimiters: Delimiters) -> str | None:
    return "?" if delimiters.element == "+" else None


def _before(text: str, offset: int) -> tuple[Problem, ...]:
    """Tell what stands before an interchange."""
    problems = []
    rest = text.removeprefix(_BYTE_ORDER_MARK)
    if text != rest:
        problems.append(("edifact.byte_order_mark", "a byte order mark stands"))
    if rest.strip(BLANKS):
        problems.append(("edifact.text_before", "text that is no segment stands"))
    return tuple(
        Problem(
            code=code,
            severity="error" if code.endswith("text_before") else "warning",
            message=f"{what} before the interchange",
            at=f"bytes {offset}-{offset + len(text)}",
            found=rest.strip()[:40],
            expected="UNA or UNB",
            remedy="Send files that begin with UNA or UNB.",
        )
        for code, what in problems
    )
