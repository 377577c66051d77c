"""Form posts (application/x-www-form-urlencoded), the way browsers bring carts back.

Fields keep their order, their spelling and their bytes: what a field's bytes mean is settled by who
knows the field. Percent signs that encode nothing are left as they stand.
"""

import re
from urllib.parse import unquote_to_bytes

from msgspec import Struct

from parsers.form import ParseError, Problem

MAX_BYTES = 16 << 20
MAX_FIELDS = 2_000
_BODY = re.compile(rb"[\w.~%+*\[\]{}!$'(),:;@-]{1,200}=[^\s<>]*\s*", re.ASCII)


class Field(Struct, frozen=True, kw_only=True):
    """One field; `raw` stands in the body at `start` to `end` as it was sent."""

    name: str
    value: bytes
    raw: bytes
    start: int
    end: int

    @property
    def text(self) -> str:
        """The value as text: UTF-8 where it is that, else Windows-1252."""
        return text_of_bytes(self.value)


def is_form(head: bytes) -> bool:
    """Whether a file that starts with `head` looks like the body of a form post."""
    return _BODY.fullmatch(head.strip()) is not None


def text_of_bytes(value: bytes) -> str:
    """Return bytes that a browser sent as text: UTF-8 where they are that, else Windows-1252."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("windows-1252", "replace")


def fields_of(body: bytes) -> tuple[Field, ...]:
    """Return the fields of a form post in order. Raises `ParseError` beyond the limits."""
    if len(body) > MAX_BYTES or body.count(b"&") >= MAX_FIELDS:
        raise ParseError(
            Problem(
                code="form.too_big",
                message=f"the form has {body.count(b'&') + 1:,} fields in {len(body):,} bytes",
                at="form post",
                expected=f"at most {MAX_FIELDS:,} fields in {MAX_BYTES:,} bytes",
                remedy="Return the cart in several posts, or as cXML.",
            )
        )
    fields, place = [], 0
    for pair in body.split(b"&"):
        name, sign, value = pair.partition(b"=")
        trimmed = value.rstrip(b"\r\n")
        if name.strip() and sign:
            start = place + len(name) + 1
            fields.append(
                Field(
                    name=text_of_bytes(_decoded(name)).strip(),
                    value=_decoded(trimmed),
                    raw=trimmed,
                    start=start,
                    end=start + len(trimmed),
                )
            )
        place += len(pair) + 1
    return tuple(fields)


def _decoded(raw: bytes) -> bytes:
    return unquote_to_bytes(raw.replace(b"+", b" "))
