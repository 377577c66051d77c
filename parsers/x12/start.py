"""Where an interchange begins: at ISA, or, where that is lost, at the first GS or ST.

X12.5 wants ISA as the first characters. Real files begin with a byte order mark, blanks or a
banner, and files that a translator has unwrapped begin with GS or ST; their delimiters are guessed
from it.
"""

import re

from msgspec import Struct, structs

from parsers.form import ParseError, Problem, Severity
from parsers.x12.delimiters import HEADER_LIMIT, WIDTHS, Delimiters, Header, read_header

BLANKS = " \t\r\n\0\x1a"
_BYTE_ORDER_MARK = "\xef\xbb\xbf"
_NO_WORD = r"(?<![A-Za-z0-9])"
_ISA = re.compile(_NO_WORD + r"ISA[^A-Za-z0-9\s]")
_GS = re.compile(
    _NO_WORD + r"GS([^A-Za-z0-9\s])[A-Z]{2}\1(?:(?!\1).){1,15}\1(?:(?!\1).){1,15}\1\d{6,8}\1\d{4,8}"
    r"\1\d{1,9}\1[A-Z]{1,2}\1[0-9A-Z]{1,12}(\r\n|[^A-Za-z0-9])"
)
_ST = re.compile(r"ST([^A-Za-z0-9\s])\d{3}\1[A-Za-z0-9]{1,9}(?:\1[A-Za-z0-9]*)?(\r\n|[^A-Za-z0-9])")


class Start(Struct, frozen=True):
    """Where reading begins: `skip` characters ahead, with a header of `length` characters."""

    skip: int
    length: int
    header: Header


def claims(head: bytes) -> bool:
    """Whether a file that starts with `head` is an X12 interchange, or one that lost its header."""
    text = head.decode("latin-1")
    first = text.lstrip(_BYTE_ORDER_MARK + BLANKS)
    return bool(_ISA.match(first) or _ST.match(first) or _GS.search(text))


def find_start(text: str, offset: int) -> Start | None:
    """Find the next interchange in `text`, which stands `offset` bytes into the file.

    None where there is none. Raises `ParseError` where its ISA segment is unreadable.
    """
    text = text[:HEADER_LIMIT]
    first = text.lstrip(BLANKS if offset else BLANKS + _BYTE_ORDER_MARK)
    skip = len(text) - len(first)
    isa = _ISA.search(text, skip)
    group = _GS.search(text, skip)
    if isa and not (group and group.start() < isa.start()):
        header = read_header(text[isa.start() :], offset + isa.start())
        problems = (*_before(text[: isa.start()], offset), *header.problems)
        return Start(isa.start(), header.length, structs.replace(header, problems=problems))
    bare = group or _ST.match(text, skip)
    if bare is None:
        return None
    return Start(bare.start(), 0, _guessed(bare, _before(text[: bare.start()], offset), offset))


def _guessed(found: re.Match[str], about: list[Problem], offset: int) -> Header:
    lost = Problem(
        code="x12.no_interchange",
        severity="warning",
        message="the interchange has no ISA segment; its delimiters are guessed",
        at=f"byte {offset + found.start()}",
        found=found[0][:20],
        expected="ISA",
        remedy="Send the whole interchange, from ISA to IEA.",
    )
    return Header(
        elements=("ISA", *("" for _ in WIDTHS)),
        delimiters=Delimiters(element=found[1], terminator=found[2]),
        length=0,
        problems=(*about, lost),
    )


def _before(text: str, offset: int) -> list[Problem]:
    """Tell what stands before an interchange, and how bad that is."""
    told: list[tuple[str, Severity, str]] = []
    if text.startswith(_BYTE_ORDER_MARK):
        told.append(("x12.byte_order_mark", "warning", "a byte order mark"))
    rest = text.removeprefix(_BYTE_ORDER_MARK)
    if rest.strip(BLANKS):
        told.append(("x12.text_before", "error", "text that is no segment"))
    elif rest and not offset:
        told.append(("x12.blanks_before", "warning", "blanks"))
    return [
        Problem(
            code=code,
            severity=severity,
            message=f"{what} stands before the interchange",
            at=f"bytes {offset}-{offset + len(text)}",
            found=text[:40],
            expected="ISA",
            remedy="Send files that begin with ISA.",
        )
        for code, severity, what in told
    ]


def no_interchange(text: str) -> ParseError:
    """Return the failure of a file in which no interchange begins."""
    return ParseError(
        Problem(
            code="x12.no_interchange",
            message="no X12 interchange begins here",
            at="byte 0",
            found=text[:20],
            expected="ISA",
            remedy="Send the whole interchange, from ISA to IEA.",
        )
    )
