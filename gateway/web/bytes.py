"""A file byte by byte: what an editor would hide, and the place where reading stopped."""

import asyncio
import re

from aiohttp import web
from msgspec import Struct

from gateway.store.feed import DocumentRow
from gateway.web import files, show
from gateway.web.rows import link
from gateway.web.serving import answer_page

ROW_BYTES = 16
PAGE_ROWS = 64
PAGE_BYTES = ROW_BYTES * PAGE_ROWS
_DIGITS = 15
_BYTE = re.compile(r"\bbyte (\d{1,15})\b")
_ASCII = range(0x20, 0x7F)


class Byte(Struct, frozen=True):
    """A byte in hexadecimal, and as a sign where it is one that can be seen."""

    hexadecimal: str
    sign: str
    is_here: bool


class Line(Struct, frozen=True, kw_only=True):
    """Bytes from an offset on."""

    offset: str
    bytes: tuple[Byte, ...]
    is_here: bool


class Bytes(Struct, frozen=True, kw_only=True):
    """The whole page: `at` is the byte that it was opened at."""

    id: int
    file: str
    partner: str
    size: str
    lines: tuple[Line, ...]
    at: str
    first: str
    last: str
    back_href: str | None
    next_href: str | None
    end_href: str | None
    href: str


def place_of(at: str) -> int | None:
    """Return the byte that the place of a problem names, if it names one."""
    found = _BYTE.search(at)
    return int(found[1]) if found else None


async def bytes_page(request: web.Request) -> web.Response:
    """Show one page of bytes, the one with the byte `at`."""
    document = await asyncio.to_thread(files.document_of, request)
    asked = request.query.get("at", "")
    at = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= _DIGITS else None
    file = await files.opened(request, document)

    def read() -> tuple[int, int, bytes]:
        with file:
            size = file.seek(0, 2)
            start = min(at or 0, max(size - 1, 0)) // PAGE_BYTES * PAGE_BYTES
            file.seek(start)
            return size, start, file.read(PAGE_BYTES)

    size, start, content = await asyncio.to_thread(read)
    page = _bytes(document, size, start, content, at)
    return await answer_page(request, "bytes.html", lambda _: page)


def _bytes(document: DocumentRow, size: int, start: int, content: bytes, at: int | None) -> Bytes:
    path, end = f"/documents/{document.id}/bytes", start + len(content)
    last = max(size - 1, 0) // PAGE_BYTES * PAGE_BYTES
    return Bytes(
        id=document.id,
        file=document.name,
        partner=document.partner,
        size=show.size(size),
        lines=tuple(
            _line(start + n, content[n : n + ROW_BYTES], at)
            for n in range(0, len(content), ROW_BYTES)
        ),
        at="" if at is None else f"{at:,}",
        first=f"{start:,}",
        last=f"{max(end - 1, 0):,}",
        back_href=link(path, at=str(start - PAGE_BYTES)) if start else None,
        next_href=link(path, at=str(end)) if end < size else None,
        end_href=link(path, at=str(last)) if last > start else None,
        href=f"/documents/{document.id}/file",
    )


def _line(offset: int, content: bytes, at: int | None) -> Line:
    shown = tuple(
        Byte(f"{byte:02X}", chr(byte) if byte in _ASCII else "\N{MIDDLE DOT}", offset + n == at)
        for n, byte in enumerate(content)
    )
    return Line(offset=f"{offset:08X}", bytes=shown, is_here=any(one.is_here for one in shown))
