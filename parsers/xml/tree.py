"""Bytes to a tree of elements: lxml with everything shut, and one more try after a repair.

The parser reads no DTD, resolves no entity, opens no connection and keeps to libxml2's limits (256
levels, 10 MB a text). It must not be given `collect_ids=False`: with that, libxml2 goes to fetch
the document type.
"""

import re
from functools import lru_cache
from typing import Any

from lxml import etree
from msgspec import Struct

from parsers.form import ParseError, Problem
from parsers.xml.admit import Admitted, admit
from parsers.xml.origin import Attachment, Origin
from parsers.xml.repair import Repair, foreign_name, repaired, with_names

_END_TAG = re.compile(rb"</\s*([^\s>]+)\s*>\s*(?:<!--.*?-->\s*|<\?.*?\?>\s*)*\Z", re.DOTALL)
_START_TAG = re.compile(rb"<([^\s!?/>]+)")
_WEB_PAGE = re.compile(rb"\s*(?:<!DOCTYPE\s+html|<html)", re.IGNORECASE)
_TAIL_BYTES = 4096
_QUOTED = 200


class Place(Struct, frozen=True, kw_only=True):
    """Where a document lies in its file: `own` unless it was decoded from something else."""

    offset: int = 0
    prefix: str = ""
    own: bool = True
    charset: str | None = None
    attachments: tuple[Attachment, ...] = ()


class Tree(Struct, frozen=True, kw_only=True):
    """The root element of a document, where it came from, and what had to be put right."""

    root: Any
    origin: Origin
    problems: tuple[Problem, ...] = ()
    doctype: str = ""


def grow(data: bytes, place: Place) -> Tree:
    """Parse `data`, which lies at `place` in its file. Raises `ParseError`."""
    if _WEB_PAGE.match(data):
        raise _web_page(data)
    admitted = admit(data, place.charset)
    root, repair = _root(admitted, place.prefix)
    own = place.own and admitted.own and repair.own
    return Tree(
        root=root,
        origin=Origin(
            repair.data if own else b"",
            encoding=admitted.encoding,
            offset=place.offset,
            inserted=repair.inserted,
            prefix=place.prefix,
            attachments=place.attachments,
        ),
        problems=(*admitted.problems, *repair.problems),
        doctype=root.getroottree().docinfo.system_url or "",
    )


def _root(admitted: Admitted, prefix: str) -> tuple[Any, Repair]:
    """Return the root element, and what was parsed."""
    parser = _parser(None if admitted.declared else admitted.encoding)
    name = foreign_name(admitted.data)
    repair = with_names(admitted.data) if name else Repair(data=admitted.data)
    if repair is None:
        raise _foreign(name or "", prefix)
    try:
        return etree.fromstring(repair.data, parser), repair
    except etree.XMLSyntaxError as fault:
        again = repaired(repair.data)
        if again is None:
            raise _unreadable(fault, repair.data, prefix) from fault
    try:
        return etree.fromstring(again.data, parser), again
    except etree.XMLSyntaxError as fault:
        raise _unreadable(fault, again.data, prefix) from fault


@lru_cache(maxsize=32)
def _parser(encoding: str | None) -> etree.XMLParser:
    """Return the parser of documents in an encoding, or in the one that they declare."""
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_blank_text=True,
        remove_comments=True,
        remove_pis=True,
    )


def _unreadable(fault: etree.XMLSyntaxError, data: bytes, prefix: str) -> ParseError:
    line, column = fault.position
    message = str(fault.msg).partition(", line")[0]
    code, remedy = "xml.not_well_formed", "Correct the markup and send the document again."
    if "Excessive depth" in message:
        code, message = "xml.too_deep", "elements lie in one another more than 256 deep"
        remedy = "Send an ordinary document."
    elif not _is_closed(data):
        code, message = "xml.truncated", f"the document ends before its last element ({message})"
        remedy = "Send the file again whole."
    return ParseError(
        Problem(
            code=code,
            message=message,
            at=f"{prefix}line {line}, column {column}",
            found=_around(data, line, column),
            expected="well-formed XML",
            remedy=remedy,
        )
    )


def _is_closed(data: bytes) -> bool:
    """Whether the end tag of the root stands at the end, or no element begins at all."""
    start, end = _START_TAG.search(data), _END_TAG.search(data[-_TAIL_BYTES:])
    return start is None or (end is not None and start[1] == end[1])


def _around(data: bytes, line: int, column: int) -> str | None:
    lines = data.splitlines()
    if not 0 < line <= len(lines):
        return None
    return lines[line - 1][max(0, column - 20) : column + 20].decode("utf-8", "replace") or None


def _foreign(name: str, prefix: str) -> ParseError:
    return ParseError(
        Problem(
            code="xml.entity",
            message=f"{name} is no name that XML knows, and no entity is ever looked up",
            at=prefix or "document",
            found=name,
            expected="the text itself",
            remedy="Write the text itself in its place.",
        )
    )


def _web_page(data: bytes) -> ParseError:
    return ParseError(
        Problem(
            code="xml.web_page",
            message="this is a web page, not a document; the server that sent it had a fault",
            at="line 1",
            found=data[:_QUOTED].decode("utf-8", "replace"),
            expected="a cXML, UBL or CII document",
            remedy="Ask the sender what its server said, and send the document again.",
        )
    )
