"""The files that a PDF carries.

Invoices as XML (Factur-X, ZUGFeRD, XRechnung, UBL) and further PDFs.

They are told apart by content, not by name: names vary from sender to sender, and some start with a
byte order mark. What the XML says is for the XML reader to find out.
"""

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2.raw as pdfium

from parsers.pdf.reading import Attachment, Limits

_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_INVOICES = (b"CrossIndustryInvoice", b"CrossIndustryDocument", b"Invoice", b"CreditNote")
_HEAD = 65_536


def attachments(document: Any, limits: Limits) -> Iterator[Attachment]:
    """Yield the files embedded in `document` that are not larger than the limits allow."""
    count = min(pdfium.FPDFDoc_GetAttachmentCount(document), limits.attachments)
    for index in range(count):
        found = pdfium.FPDFDoc_GetAttachment(document, index)
        data = _content(found, limits.attachment_size)
        if data:
            yield Attachment(name=_name(found), data=data)


def is_invoice_xml(data: bytes) -> bool:
    """Whether `data` looks like an electronic invoice in XML, by its first bytes."""
    head = _plain(data[:_HEAD])
    return head.lstrip().startswith(b"<") and any(mark in head for mark in _INVOICES)


def is_pdf(data: bytes) -> bool:
    """Whether `data` is a PDF of its own."""
    return b"%PDF-" in data[:1024]


def _plain(head: bytes) -> bytes:
    """Return `head` without byte order mark, and UTF-16 thinned to its ASCII."""
    mark = next((bom for bom in _BOMS if head.startswith(bom)), b"")
    return head[len(mark) :].replace(b"\0", b"")


def _content(found: Any, limit: int) -> bytes:
    length = ctypes.c_ulong()
    pdfium.FPDFAttachment_GetFile(found, None, 0, length)
    if not 0 < length.value <= limit:
        return b""
    buffer = ctypes.create_string_buffer(length.value)
    if not pdfium.FPDFAttachment_GetFile(found, buffer, length.value, length):
        return b""
    return buffer.raw


def _name(found: Any) -> str:
    length = pdfium.FPDFAttachment_GetName(found, None, 0)
    buffer = ctypes.create_string_buffer(length)
    pdfium.FPDFAttachment_GetName(
        found, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length
    )
    return buffer.raw.decode("utf-16-le", "replace").rstrip("\0")
