"""A document that came by HTTP, opened: its header, its record, and what makes it the same again.

It is read in this process, because its sender waits for the answer: bounded in size, by the parser
that knows no entities, no network and no files.
"""

import hashlib
from email import message_from_bytes
from email.message import Message
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from lxml import etree
from msgspec import Struct

from gateway.formats import read_documents
from gateway.punchout.credentials import Header, header_of
from gateway.punchout.masking import masked
from mappers.canonical import AnyRecord
from mappers.rules import Mapped
from parsers.form import Document, ParseError, Problem
from parsers.oci import claims as is_oci
from parsers.posted import MAX_FIELDS, fields_of
from parsers.xml.carts import open_cart
from parsers.xml.read import documents

_CART_FIELDS = ("cxml-base64", "cxml-urlencoded")
_BARE_FIELDS = ("cxml", "oraclecart")
_FORM, _PARTS = "application/x-www-form-urlencoded", "multipart/form-data"


class Opened(Struct, frozen=True, kw_only=True):
    """A cXML document: `kind` is the element of its business."""

    kind: str
    payload_id: str
    timestamp: str
    test: bool
    header: Header
    document: Document


class Prints(Struct, frozen=True, kw_only=True):
    """By what a document is known again, however it is written.

    `body` is the hash of the whole document in canonical form with its attachments, `content` of
    the element of its business alone.
    """

    body: str
    content: str


def with_type(body: bytes, content_type: str | None) -> bytes:
    """Return a body with the header that says how it is to be read, where it needs one.

    A multipart body cannot be taken apart without its boundary, and a charset of HTTP wins over
    what a document declares of itself.
    """
    kind = (content_type or "").strip()
    needed = kind.lower().startswith("multipart/") or "charset=" in kind.lower()
    if not needed or not kind.isprintable() or not kind.isascii():
        return body
    return b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body


def opened(body: bytes) -> Opened:
    """Open a cXML request. Raises `ParseError`."""
    found = next(iter(documents(BytesIO(body))))
    if found.format != "cxml":
        raise ParseError(_no_cxml(found.format))
    form: Any = found.form
    root = form.element.getroottree().getroot()
    return Opened(
        kind=found.kind,
        payload_id=found.control or "",
        timestamp=(root.get("timestamp") or "")[:64],
        test=found.test,
        header=header_of(form),
        document=found,
    )


def prints_of(document: Document) -> Prints:
    """Return by what a document is known again."""
    form: Any = document.form
    root = form.element.getroottree().getroot()
    whole = hashlib.sha256(etree.tostring(root, method="c14n"))
    for attachment in form.origin.attachments:
        whole.update(attachment.data)
    content = hashlib.sha256(etree.tostring(form.element, method="c14n"))
    return Prints(body=whole.hexdigest(), content=content.hexdigest())


def _no_cxml(found: str) -> Problem:
    return Problem(
        code="cxml.other_document",
        message="this address takes cXML, and the document is of another format",
        found=found,
        expected="cXML",
        remedy="Send it to POST /v1/documents, or into the partner's folder.",
    )


def record_of(body: bytes, year: int, partner: str) -> AnyRecord:
    """Return the first record of a document. Raises `ParseError`."""
    return mapped(body, year, partner).record


def mapped(body: bytes, year: int, partner: str) -> Mapped:
    """Return the first record of a document with its trace. Raises `ParseError`."""
    sha256 = hashlib.sha256(body).hexdigest()
    found = read_documents(BytesIO(body), name="post", sha256=sha256, year=year, partner=partner)
    for one in found:
        return one
    raise ParseError(
        Problem(
            code="file.no_documents",
            message="the file is well formed, but there is no document in it",
            remedy="Send the file again with its documents.",
        )
    )


def cart_body(body: bytes, content_type: str | None) -> bytes:
    """Return the body of a returned cart as it is read and kept, its secrets masked.

    A field of a shop that calls it `cXML` or `oracleCart` counts as `cxml-urlencoded`. Raises
    `ParseError`.
    """
    kind = (content_type or _FORM).lower()
    if kind.startswith(_PARTS):
        body, kind = _form_of_parts(body, content_type or ""), _FORM
    if not kind.startswith(_FORM):
        return masked(with_type(body, content_type))
    if is_oci(body):
        renamed = _renamed(body)
        if renamed is None:
            return body
        body = renamed
    fields = {field.name.lower() for field in fields_of(body)} if b"=" in body else set()
    if not fields.intersection(_CART_FIELDS):
        return masked(body)
    letter = open_cart(body)
    plain = masked(letter.body)
    return body if plain == letter.body else plain


def _renamed(body: bytes) -> bytes | None:
    """Return a form whose document lies in a field that bears no name of the standard's."""
    for field in fields_of(body):
        if field.name.lower() in _BARE_FIELDS and field.value.lstrip().startswith(b"<"):
            return b"cxml-urlencoded=" + field.raw
    return None


def _form_of_parts(body: bytes, content_type: str) -> bytes:
    """Return a form in parts (multipart/form-data) as the same form in one line."""
    head = b"Content-Type: " + content_type.encode("ascii", "replace") + b"\r\n\r\n"
    message = message_from_bytes(head + body)
    payload = message.get_payload()
    parts = payload if isinstance(payload, list) else []
    fields = [
        (part.get_param("name", header="content-disposition"), part.get_payload(decode=True))
        for part in parts[:MAX_FIELDS]
        if isinstance(part, Message)
    ]
    return urlencode([(str(name), value) for name, value in fields if name]).encode()
