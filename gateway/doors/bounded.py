"""A body that comes in by HTTP, read within bounds: so many bytes, and no long silence."""

import asyncio
import time

from aiohttp import web

PIECE_BYTES = 1 << 16
WHOLE_SECONDS = 60


async def body_of(request: web.Request, bytes_max: int, idle_seconds: float) -> bytes:
    """Return the whole body; raises 413, 415 where it is packed, and 408 where it is slow."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise web.HTTPUnsupportedMediaType(text="A body comes as it is, not packed.")
    if (request.content_length or 0) > bytes_max:
        raise _too_big(bytes_max)
    pieces: list[bytes] = []
    size, until = 0, time.monotonic() + WHOLE_SECONDS
    while True:
        left = min(idle_seconds, until - time.monotonic())
        try:
            async with asyncio.timeout(max(left, 0)):
                piece = await request.content.read(PIECE_BYTES)
        except TimeoutError as fault:
            raise web.HTTPRequestTimeout(text="The request came too slowly.") from fault
        if not piece:
            return b"".join(pieces)
        size += len(piece)
        if size > bytes_max:
            raise _too_big(bytes_max)
        pieces.append(piece)


def _too_big(bytes_max: int) -> web.HTTPRequestEntityTooLarge:
    return web.HTTPRequestEntityTooLarge(bytes_max, text=f"A request may have {bytes_max} bytes.")
