"""Does a file look whole? Told by its format, because age alone tells nothing of a stalled upload.

An interchange ends with its trailer, an XML document with the end of its root, a PDF with its mark,
a ZIP with the end of its directory.
A file of an unknown format may be whole or not: the door waits longer then.
"""

import re
from typing import Literal

HEAD_BYTES = 4096
TAIL_BYTES = 2048
"""How much of the two ends of a file `shape` wants to see."""

Shape = Literal["complete", "incomplete", "unknown"]

_ISA_BYTES = 106  # X12: the one segment of fixed length
_ZIP_END_BYTES = 22
_BOM = b"\xef\xbb\xbf"
_XML_PROLOG = re.compile(rb"\s*(<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(\[.*?\]\s*)?>)", re.DOTALL)
_XML_ROOT = re.compile(rb"\s*<([A-Za-z_:][^\s/<>]*)")
_XML_EPILOG = re.compile(rb"\s*(<!--(?:(?!-->).)*-->|<\?(?:(?!\?>).)*\?>)\s*\Z", re.DOTALL)


def shape(head: bytes, tail: bytes) -> Shape:
    """Tell from the first and the last bytes of a file; a short file may be given as both."""
    start = head.removeprefix(_BOM).lstrip()
    if not start:
        return "incomplete"  # empty: many writers make the file first and fill it later
    for begins, ends in _FORMATS:
        if begins(start):
            return "complete" if ends(start, tail.removesuffix(b"\x1a")) else "incomplete"
    return "unknown"


def is_zip(head: bytes) -> bool:
    """Tell whether a file begins as a ZIP does: with a member, or as an empty one (4.3.7)."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _ends_x12(head: bytes, tail: bytes) -> bool:
    """X12 ISA/IEA: IEA02 repeats the nine digits of ISA13; some leave out the last terminator."""
    if len(head) < _ISA_BYTES:
        return False
    element, terminator = re.escape(head[3:4]), re.escape(head[105:106])
    trailer = rb"\WIEA" + element + rb"\d{1,5}" + element
    ends = rb"(?:\w{1,9} *" + terminator + rb"|\w{9})\s*\Z"
    return re.search(trailer + ends, tail) is not None


def _ends_edifact(head: bytes, tail: bytes) -> bool:
    """EDIFACT UNB/UNZ; a UNA in front names the separators (ISO 9735)."""
    separator, terminator = (head[4:5], head[8:9]) if head.startswith(b"UNA") else (b"+", b"'")
    trailer = rb"UNZ" + re.escape(separator) + rb"\d{1,6}" + re.escape(separator) + rb"[^+]{1,14}"
    return re.search(trailer + re.escape(terminator) + rb"\s*\Z", tail) is not None


def _ends_xml(head: bytes, tail: bytes) -> bool:
    position = 0
    while found := _XML_PROLOG.match(head, position):
        position = found.end()
    root = _XML_ROOT.match(head, position)
    if root is None:
        return False
    while trailing := _XML_EPILOG.search(tail):
        tail = tail[: trailing.start()]
    if re.search(rb"</" + re.escape(root.group(1)) + rb"\s*>\s*\Z", tail):
        return True
    alone = rb"<" + re.escape(root.group(1)) + rb"(\s[^<>]*)?/>\s*\Z"
    return re.search(alone, tail) is not None


def _ends_zip(_head: bytes, tail: bytes) -> bool:
    """APPNOTE 4.3.16: the end of central directory record, with the comment that its end counts."""
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + _ZIP_END_BYTES:
        return False
    return len(tail) == at + _ZIP_END_BYTES + int.from_bytes(tail[at + 20 : at + 22], "little")


def _ends_pdf(_head: bytes, tail: bytes) -> bool:
    """PDF 32000-1, 7.5.5: `%%EOF` stands in the last line; readers look through 1024 bytes."""
    return b"%%EOF" in tail[-1024:]


_FORMATS = (
    (lambda head: head.startswith(b"ISA"), _ends_x12),
    (lambda head: head.startswith((b"UNA", b"UNB")), _ends_edifact),
    (lambda head: head.startswith(b"<"), _ends_xml),
    (is_zip, _ends_zip),
    (lambda head: b"%PDF-" in head[:1024], _ends_pdf),
)
