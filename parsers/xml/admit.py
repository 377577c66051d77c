"""What is looked at before a parser sees the bytes: size, encoding, and what no document needs.

A document of a supplier declares no entities, has no zero bytes and no tag of a megabyte; whatever
does is refused here, at the cost of a few searches. Encodings are settled here too, because senders
declare one and send another: bytes win over declarations, and every correction is a problem.
"""

import codecs
import re
from functools import lru_cache

from msgspec import Struct

from parsers.form import ParseError, Problem

MAX_BYTES = 64 << 20
MAX_TAG_BYTES = 32 << 10
MAX_ELEMENTS = 2_000_000

_DECLARED = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']{1,40})[\"']")
_DECLARATION = re.compile(r"\s*<\?xml.*?\?>", re.DOTALL)
_WIDE = (
    (rb"\xff\xfe\0\0|\0\0\xfe\xff", "utf-32"),
    (rb"\xff\xfe|\xfe\xff", "utf-16"),
    (rb"(?:\s\0\0\0)*<\0\0\0", "utf-32-le"),
    (rb"(?:\0\0\0\s)*\0\0\0<", "utf-32-be"),
    (rb"(?:\s\0)*<\0", "utf-16-le"),
    (rb"(?:\0\s)*\0<", "utf-16-be"),
)
"""How documents of two or four bytes a character begin."""

_WIDE_NAMES = frozenset(
    codecs.lookup(name).name
    for name in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
)
_REFUSED_NAMES = frozenset({"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape"})


class Admitted(Struct, frozen=True, kw_only=True):
    """Bytes that may be parsed, in an encoding that contains ASCII.

    `encoding` is what they really are; `declared` says whether the document says so itself; `own`
    is false where the bytes are no longer those of the file.
    """

    data: bytes
    encoding: str = "utf-8"
    declared: bool = True
    own: bool = True
    problems: tuple[Problem, ...] = ()


def admit(data: bytes, charset: str | None = None) -> Admitted:
    """Settle the encoding of `data` and refuse what must not be parsed.

    `charset` is what a MIME header says; it wins over the declaration. Raises `ParseError`.
    """
    if len(data) > MAX_BYTES:
        raise _refused(
            code="xml.too_big",
            message=f"the document has {len(data):,} bytes",
            expected=f"at most {MAX_BYTES:,} bytes",
            remedy="Send it in several documents, attachments apart.",
        )
    admitted = _settled(data, charset)
    _refuse_dangers(admitted.data)
    return admitted


def wide_encoding(data: bytes) -> str | None:
    """Return the encoding of a document of two or four bytes a character, None for others."""
    if data[:1] == b"<" and data[1:2] != b"\0":
        return None
    return next((name for begins, name in _WIDE if re.match(begins, data)), None)


def _settled(data: bytes, charset: str | None) -> Admitted:
    wide = wide_encoding(data)
    if wide:
        return _narrowed(data, wide)
    found = _DECLARED.match(data.removeprefix(codecs.BOM_UTF8))
    declared = charset or (found[1].decode("ascii", "replace") if found else "utf-8")
    name = _known(declared)
    if name in _WIDE_NAMES:
        _refuse_zeros(data)
        return _bytes_win(data, declared)
    if name != "utf-8" or _is_utf8(data):
        return Admitted(data=data, encoding=name, declared=charset is None)
    return _bytes_win(data, declared)


@lru_cache(maxsize=64)
def _known(declared: str) -> str:
    """Return Python's name of an encoding; ParseError where there is none that we read."""
    try:
        "".encode(declared)  # refuses codecs that are no encodings of text
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):
        name = "utf-7"
    if name in _REFUSED_NAMES:
        raise _refused(
            code="xml.encoding",
            message=f"the document says that it is encoded in {declared!r}",
            found=declared,
            expected="UTF-8, UTF-16 or a code page such as ISO-8859-1",
            remedy="Send it in UTF-8.",
        )
    return name


def _narrowed(data: bytes, encoding: str) -> Admitted:
    """Return a document of two or four bytes a character in UTF-8."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as fault:
        raise _refused(
            code="xml.encoding",
            message=f"the document begins in {encoding.upper()}, but byte {fault.start} is not",
            at=f"byte {fault.start}",
            remedy="Send it again whole, or in UTF-8.",
        ) from fault
    plain = _DECLARATION.sub("", text.removeprefix("\ufeff"), count=1)
    return Admitted(data=plain.encode("utf-8", "replace"), declared=False, own=False)


def _is_utf8(data: bytes) -> bool:
    """Whether `data` is UTF-8, or would be if it did not end in the middle of a character."""
    try:
        data.decode()
    except UnicodeDecodeError as fault:
        return fault.end >= len(data) and "unexpected end" in fault.reason
    return True


def _bytes_win(data: bytes, declared: str) -> Admitted:
    encoding = "utf-8" if _is_utf8(data) else "windows-1252"
    problem = Problem(
        code="xml.encoding_corrected",
        severity="warning",
        message=f"the document says {declared}, but its bytes are {encoding}; read as such",
        at="line 1",
        found=declared,
        expected=encoding,
        remedy=f"Declare encoding={encoding!r}, or send the encoding that is declared.",
    )
    return Admitted(data=data, encoding=encoding, declared=False, problems=(problem,))


def _refuse_dangers(data: bytes) -> None:
    _refuse_zeros(data)
    place = data.find(b"<!ENTITY")
    if place >= 0:
        raise _refused(
            code="xml.entity",
            message="the document declares an entity, and entities are never looked up",
            at=_line(data, place),
            found=data[place : place + 60].decode("ascii", "replace"),
            expected="a document without <!ENTITY>",
            remedy="Write the text itself in its place.",
        )
    if data.count(b"<") > 2 * MAX_ELEMENTS:
        raise _refused(
            code="xml.too_many_elements",
            message="the document has too many elements",
            expected=f"at most {MAX_ELEMENTS:,}",
            remedy="Send it in several documents.",
        )
    long = _long_tag(data)
    if long is not None:
        raise _refused(
            code="xml.long_tag",
            message=f"a tag is longer than {MAX_TAG_BYTES:,} bytes",
            at=_line(data, long),
            found=data[long : long + 60].decode("ascii", "replace"),
            expected="attributes of ordinary length",
            remedy="Send long texts as elements.",
        )


def _refuse_zeros(data: bytes) -> None:
    place = data.find(b"\0")
    if place >= 0:
        raise _refused(
            code="xml.zero_byte",
            message="the document has a zero byte, which no XML may have",
            at=_line(data, place),
            remedy="Send it again as it was written.",
        )


def _long_tag(data: bytes) -> int | None:
    """Return where the first tag beyond the limit begins; steps from tag to tag in long strides."""
    place = data.find(b"<")
    while place >= 0:
        ahead = data.rfind(b"<", place + 1, place + MAX_TAG_BYTES)
        if ahead < 0:
            opens_markup = data[place + 1 : place + 2] in {b"!", b"?"}
            if not opens_markup and data.find(b">", place, place + MAX_TAG_BYTES) < 0:
                return place if len(data) - place > MAX_TAG_BYTES else None
            ahead = data.find(b"<", place + 1)
        place = ahead
    return None


def _line(data: bytes, place: int) -> str:
    return f"line {data.count(10, 0, place) + 1}, byte {place}"


def _refused(  # noqa: PLR0913 - the parts of a Problem
    *, code: str, message: str, remedy: str, at: str = "line 1", found: str = "", expected: str = ""
) -> ParseError:
    return ParseError(
        Problem(
            code=code,
            message=message,
            at=at,
            found=found or None,
            expected=expected or None,
            remedy=remedy,
        )
    )
