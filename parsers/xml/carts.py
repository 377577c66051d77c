"""cXML in a form field, the way browsers bring carts back (`cxml-base64`, `cxml-urlencoded`).

cXML User's Guide, "Returning to the buyer": base64 wins where both are there; its bytes are the
document. The urlencoded text was encoded again by the browser, so what its declaration says of an
encoding counts for nothing. Faults that shops make here are put right, each as a problem.
"""

import base64
import binascii
import re
from html import unescape
from urllib.parse import unquote_to_bytes

from parsers.form import ParseError, Problem
from parsers.posted import Field, fields_of, text_of_bytes
from parsers.xml.letter import Letter
from parsers.xml.tree import Place

_BASE64, _URLENCODED = "cxml-base64", "cxml-urlencoded"
_NAMED = re.compile(rb"(?:^|&)cxml-(?:base64|urlencoded)=", re.IGNORECASE)
_DECLARED = re.compile(r"(<\?xml[^>]*?)\s+encoding\s*=\s*(?:\"[^\"]*\"|'[^']*')")


def is_cart(head: bytes) -> bool:
    """Whether a file that starts with `head` is a form post with a cXML field."""
    return _NAMED.search(head) is not None


def open_cart(body: bytes) -> Letter:
    """Return the document of a form post. Raises `ParseError` where its field cannot be decoded."""
    fields = {field.name.lower(): field for field in reversed(fields_of(body))}
    if _BASE64 in fields:
        return _base64(fields[_BASE64])
    return _urlencoded(fields[_URLENCODED])


def _base64(field: Field) -> Letter:
    text, problems = field.value, []
    if b" " in text.strip():
        text = text.replace(b" ", b"+")
        problems.append(_corrected(field, "form.plus_as_blank", "blanks in base64 were + signs"))
    text = b"".join(text.split())
    try:
        body = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error as fault:
        raise ParseError(
            Problem(
                code="form.not_base64",
                message=f"field {field.name} is not base64 ({fault})",
                at=f"field {field.name}",
                found=text[:40].decode("ascii", "replace"),
                expected="base64",
                remedy="Encode the document once, by RFC 4648.",
            )
        ) from fault
    return Letter(body=body, place=_place(field), problems=tuple(problems))


def _urlencoded(field: Field) -> Letter:
    value, problems = field.value, []
    if value.lstrip()[:3].upper() == b"%3C":
        value = unquote_to_bytes(value.replace(b"+", b" "))
        problems.append(_corrected(field, "form.encoded_twice", "the value was encoded twice"))
    text = text_of_bytes(value)
    if text.lstrip().startswith("&lt;"):
        text = unescape(text)
        problems.append(_corrected(field, "form.escaped_twice", "the value was escaped twice"))
    body = _DECLARED.sub(r"\1", text, count=1).encode()
    return Letter(body=body, place=_place(field), problems=tuple(problems))


def _place(field: Field) -> Place:
    return Place(own=False, prefix=f"field {field.name}, ")


def _corrected(field: Field, code: str, message: str) -> Problem:
    return Problem(
        code=code,
        severity="warning",
        message=f"{message}; read as meant",
        at=f"field {field.name}",
        found=field.raw[:40].decode("ascii", "replace"),
        remedy="Let the browser encode the form's value, and do not encode it before.",
    )
