"""Files: ours, which browsers keep for ever, and those that came in, which do nothing here."""

import asyncio
from typing import BinaryIO

from aiohttp import web

from gateway.archive import CorruptError
from gateway.doors.services import SERVICES
from gateway.store import acknowledgments, feed
from gateway.store.feed import DocumentRow
from gateway.web.pictures import PictureError, Pictures
from gateway.web.rendering import StaticFile

PICTURES = web.AppKey("pictures", Pictures)
STATIC = web.AppKey("static", dict[str, StaticFile])
PIECE_BYTES = 1 << 18
_FOR_EVER = "public, max-age=31536000, immutable"
_PRIVATE = "private, max-age=86400, immutable"


async def static(request: web.Request) -> web.Response:
    """Return a file of ours; its address changes with its content."""
    found = request.app[STATIC].get(request.match_info["name"])
    if found is None:
        raise web.HTTPNotFound(text="There is no such file.")
    response = web.Response(
        body=found.content,
        content_type=found.content_type,
        charset="utf-8",
        headers={"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"},
    )
    response.enable_compression()  # there is no secret in it whose length could be guessed
    return response


async def original(request: web.Request) -> web.StreamResponse:
    """Hand out a file as it came in: to be saved, never to be opened in this site's name."""
    document = await asyncio.to_thread(document_of, request)
    file = await opened(request, document)
    with file:
        response = web.StreamResponse()
        response.content_type = "application/octet-stream"
        response.headers["Content-Disposition"] = f'attachment; filename="{_safe(document)}"'
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        await response.prepare(request)
        while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
            await response.write(piece)
    await response.write_eof()
    return response


async def sent(request: web.Request) -> web.Response:
    """Hand out a file that we sent, to be saved."""
    services, number = request.app[SERVICES], int(request.match_info["id"])

    def read() -> tuple[str, bytes] | None:
        with services.store.read() as connection:
            return acknowledgments.file_of(connection, number)

    found = await asyncio.to_thread(read)
    if found is None:
        raise web.HTTPNotFound(text="Nothing was sent under this number.")
    headers = {
        "Content-Disposition": f'attachment; filename="{_plain(found[0])}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return web.Response(body=found[1], content_type="application/octet-stream", headers=headers)


async def picture(request: web.Request) -> web.Response:
    """Draw a page of a PDF or a scan."""
    document = await asyncio.to_thread(document_of, request)
    pictures, page = request.app[PICTURES], int(request.match_info["page"])
    try:
        drawn = await asyncio.to_thread(pictures.picture, document.sha256, page)
    except PictureError as error:
        raise web.HTTPUnprocessableEntity(text=str(error)) from error
    except (CorruptError, FileNotFoundError) as error:
        raise _gone() from error
    return web.Response(body=drawn, content_type="image/png", headers={"Cache-Control": _PRIVATE})


def document_of(request: web.Request) -> DocumentRow:
    """Return the file that the address names; raises 404."""
    with request.app[SERVICES].store.read() as connection:
        found = feed.one_document(connection, int(request.match_info["id"]))
    if found is None:
        raise web.HTTPNotFound(text="There is no file with this number.")
    return found


async def opened(request: web.Request, document: DocumentRow) -> BinaryIO:
    """Open the bytes of a file; raises 410 where the archive has them no longer."""
    try:
        return await asyncio.to_thread(request.app[SERVICES].archive.open, document.sha256)
    except (CorruptError, FileNotFoundError) as error:
        raise _gone() from error


def _gone() -> web.HTTPGone:
    return web.HTTPGone(text="The archive no longer has this file; restore it from a backup.")


def _safe(document: DocumentRow) -> str:
    return f"{document.id}-{_plain(document.name)}"


def _plain(name: str) -> str:
    kept = (c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)
    return "".join(kept)[-100:]
