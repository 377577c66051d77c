"""MIME messages around a document: the first part (or the one named by `start`) is the document.

multipart/related and multipart/mixed are treated alike. The other parts are attachments, by their
Content-ID; their file names are made harmless here. Parts are cut from the bytes as they stand, so
that positions within the document remain positions in the file.
"""

import base64
import binascii
import quopri
import re
from collections.abc import Callable
from email.message import Message
from email.parser import BytesHeaderParser

from msgspec import Struct

from parsers.form import ParseError, Problem
from parsers.xml.letter import Letter
from parsers.xml.origin import Attachment
from parsers.xml.tree import Place

MAX_PARTS = 100
_FIRST_LINE = re.compile(rb"\s*(?:(?:POST|PUT) \S+ HTTP/[\d.]+|HTTP/[\d.]+ \d{3}[^\n]*)\r?\n")
_BLANK_LINE = re.compile(rb"(?:\A|\r?\n)\r?\n")
_UNSAFE = re.compile(r"[^\w. -]")
_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.b64decode,
    "quoted-printable": quopri.decodestring,
}


class Part(Struct, frozen=True, kw_only=True):
    """A part of a message: its headers, and its decoded body, which begins at `offset`."""

    headers: Message
    body: bytes
    offset: int
    own: bool = True


def open_message(data: bytes) -> Letter:
    """Return the document within the message `data`. Raises `ParseError` where there is none."""
    whole = _part(data, 0, len(data))
    kind = whole.headers.get_content_maintype()
    if kind != "multipart":
        return Letter(body=whole.body, place=_place(whole, ()))
    boundary = whole.headers.get_boundary()
    parts = _parts(data, whole.offset, boundary) if boundary else []
    if not parts:
        raise _refused(
            code="mime.no_parts",
            message="a multipart message without " + ("parts" if boundary else "a boundary"),
            found=whole.headers.get("Content-Type"),
            expected='Content-Type: multipart/related; boundary="..."',
        )
    main = _main(parts, whole.headers)
    others = [part for part in parts if part is not main]
    attachments = tuple(_attachment(part, number) for number, part in enumerate(others, 1))
    return Letter(
        body=main.body, place=_place(main, attachments), problems=tuple(_oddities(others))
    )


def _part(data: bytes, start: int, end: int) -> Part:
    """Read the headers at `start`, and the body behind them."""
    whole = data[start:end]
    first = _FIRST_LINE.match(whole)
    begin = first.end() if first else 0
    blank = _BLANK_LINE.search(whole[begin:])
    until, offset = (begin + blank.start(), begin + blank.end()) if blank else (end, end)
    headers = BytesHeaderParser().parsebytes(whole[begin:until] + b"\n\n")
    encoding = str(headers.get("Content-Transfer-Encoding", "")).strip().lower()
    decode = _DECODERS.get(encoding)
    if decode is None:
        return Part(headers=headers, body=whole[offset:], offset=start + offset)
    try:
        body = decode(whole[offset:])
    except binascii.Error as fault:
        raise _refused(
            code="mime.encoding",
            message=f"a part is not {encoding} as it says",
            at=f"byte {start + offset}",
        ) from fault
    return Part(headers=headers, body=body, offset=start + offset, own=False)


def _parts(data: bytes, start: int, boundary: str) -> list[Part]:
    mark = re.escape(boundary.encode("ascii", "replace"))
    marks = list(re.finditer(rb"(?:\A|\r?\n)--%s(--)?[ \t]*(?:\r?\n|\Z)" % mark, data[start - 1 :]))
    if len(marks) > MAX_PARTS:
        raise _refused(
            code="mime.too_many_parts",
            message="the message has too many parts",
            expected="at most 100",
        )
    edges = zip(marks, [*marks[1:], None], strict=True)
    return [
        _part(data, start - 1 + here.end(), start - 1 + after.start() if after else len(data))
        for here, after in edges
        if not here[1]
    ]


def _main(parts: list[Part], headers: Message) -> Part:
    wanted = _bare(headers.get_param("start"))
    named = [part for part in parts if wanted and _bare(part.headers.get("Content-ID")) == wanted]
    return (named or parts)[0]


def _bare(identifier: object) -> str:
    return str(identifier or "").strip().strip("<>")


def _place(part: Part, attachments: tuple[Attachment, ...]) -> Place:
    charset = part.headers.get_content_charset()
    return Place(offset=part.offset, own=part.own, charset=charset, attachments=attachments)


def _attachment(part: Part, number: int) -> Attachment:
    given = (part.headers.get_filename() or "").replace("\\", "/").rpartition("/")[2]
    return Attachment(
        name=_UNSAFE.sub("_", given).strip(". ")[:100] or f"attachment-{number}",
        content_type=part.headers.get_content_type(),
        content_id=_bare(part.headers.get("Content-ID")),
        data=part.body,
    )


def _oddities(parts: list[Part]) -> list[Problem]:
    problems, seen = [], set()
    for part in parts:
        identifier, name = _bare(part.headers.get("Content-ID")), part.headers.get_filename() or ""
        if identifier and identifier in seen:
            message = "two attachments have the same Content-ID"
            problems.append(_odd("mime.repeated_content_id", message, identifier, part.offset))
        if "/" in name or "\\" in name or name.startswith("."):
            message = "an attachment's name is a path; only its end is kept"
            problems.append(_odd("mime.file_name", message, name, part.offset))
        seen.add(identifier)
    return problems


def _odd(code: str, message: str, found: str, offset: int) -> Problem:
    return Problem(
        code=code,
        severity="warning",
        message=message,
        at=f"byte {offset}",
        found=found,
        remedy="Give each part a Content-ID and a plain file name of its own.",
    )


def _refused(
    *, code: str, message: str, at: str = "message", found: str | None = None, expected: str = ""
) -> ParseError:
    return ParseError(
        Problem(
            code=code,
            message=message,
            at=at,
            found=found,
            expected=expected or None,
            remedy="Send the message again with its parts, or the document alone.",
        )
    )
