"""Forms of which one part may be a file, which is as large as an upload may be."""

import tempfile
from contextlib import ExitStack
from typing import BinaryIO, cast

from aiohttp import BodyPartReader, web
from msgspec import Struct

from gateway.doors.services import SERVICES

_FIELD_BYTES_MAX = 1 << 14
_PARTS_MAX = 20
_PIECE_BYTES = 1 << 16
_IN_MEMORY = 1 << 20


class Posted(Struct, kw_only=True):
    """What a form sent: its fields, and a file with its name, if there was one."""

    fields: dict[str, str]
    name: str = ""
    file: BinaryIO | None = None


async def posted(request: web.Request, stack: ExitStack) -> Posted:
    """Read a form; its file is closed with `stack`."""
    if not request.content_type.startswith("multipart/"):
        fields = await request.post()
        return Posted(fields={k: v for k, v in fields.items() if isinstance(v, str)})
    sent, count = Posted(fields={}), 0
    limit = request.app[SERVICES].settings.upload_bytes_max
    async for part in await request.multipart():
        count += 1
        if not isinstance(part, BodyPartReader) or count > _PARTS_MAX:
            raise web.HTTPBadRequest(text="This form cannot be read; load the page again.")
        if part.filename:
            sent.name, sent.file = part.filename, await _file(part, limit, stack)
        elif part.filename is None:
            sent.fields[part.name or ""] = await _field(part)
    return sent


async def _field(part: BodyPartReader) -> str:
    content = bytearray()
    while (piece := await part.read_chunk(_PIECE_BYTES)) and len(content) < _FIELD_BYTES_MAX:
        content += piece
    return content.decode("utf-8", "replace")


async def _file(part: BodyPartReader, limit: int, stack: ExitStack) -> BinaryIO:
    spool = stack.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115
    size = 0
    while piece := await part.read_chunk(_PIECE_BYTES):
        size += len(piece)
        if size > limit:
            raise web.HTTPRequestEntityTooLarge(limit, text=f"A file may have {limit} bytes.")
        spool.write(piece)
    spool.seek(0)
    return cast("BinaryIO", spool)
