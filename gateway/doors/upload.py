"""Documents by HTTP: `POST /v1/documents`, as the body itself or as the parts of a form.

The bytes go to a spool file while they come in, bounded, and from there through the same intake as
every other door. The answer is 202 with the receipt number: what happens next is told by events.
"""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterable, AsyncIterator
from typing import BinaryIO, cast

import msgspec
from aiohttp import BodyPartReader, web
from msgspec import Struct

from gateway.doors.edge import ACTOR
from gateway.doors.services import SERVICES, Services
from gateway.store.documents import Receipt

IN_MEMORY_BYTES = 1 << 20
PARTS_MAX = 100
PIECE_BYTES = 1 << 16
NAME_CHARACTERS_MAX = 255
DOOR = "http"
IDLE_SECONDS = 60
_PARTNER = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")


async def receive(request: web.Request) -> web.Response:
    """Take documents in and answer with their receipts."""
    services = request.app[SERVICES]
    partner = _partner(request)
    if request.content_type.startswith("multipart/"):
        told = await _parts(request, services, partner)
        body: object = {"documents": told}
    else:
        name = _name(request.query.get("name"))
        told = [await _take(request.content.iter_chunked(PIECE_BYTES), services, partner, name)]
        body = told[0]
    services.announced()
    return web.Response(
        status=202,
        body=msgspec.json.encode(body),
        content_type="application/json",
        headers={"Location": told[0].href} if len(told) == 1 else {},
    )


class Told(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer for one document: its receipt number, and that of the same bytes sent before."""

    receipt: int
    name: str
    state: str
    href: str
    repeat_of: int | None = None


def _partner(request: web.Request) -> str:
    asked, owner = request.query.get("partner"), request[ACTOR].partner
    if owner is not None and asked not in {None, owner}:
        raise web.HTTPForbidden(text=f"This key sends the documents of {owner} alone.")
    partner = owner or asked
    if not partner:
        raise web.HTTPBadRequest(text="Say whose documents these are: ?partner=NAME.")
    if not _PARTNER.fullmatch(partner):
        raise web.HTTPBadRequest(text="A partner's name is letters, digits, '-', '_' and '.'.")
    return partner


def _name(given: str | None) -> str:
    return (given or "upload")[:NAME_CHARACTERS_MAX]


async def _parts(request: web.Request, services: Services, partner: str) -> list[Told]:
    """Take each part of a form that holds a file, one after the other."""
    told: list[Told] = []
    try:
        async for part in await request.multipart():
            if len(told) == PARTS_MAX:
                raise web.HTTPRequestEntityTooLarge(
                    PARTS_MAX, text=f"One request may hold {PARTS_MAX} files."
                )
            if isinstance(part, BodyPartReader):
                told.append(await _take(_pieces(part), services, partner, _name(part.filename)))
    except ValueError as error:
        raise web.HTTPBadRequest(text="The form is cut off or malformed.") from error
    if not told:
        raise web.HTTPBadRequest(text="The form holds no file.")
    return told


async def _pieces(part: BodyPartReader) -> AsyncIterator[bytes]:
    while piece := await part.read_chunk(PIECE_BYTES):
        yield bytes(piece)


async def _take(pieces: AsyncIterable[bytes], services: Services, partner: str, name: str) -> Told:
    limit, size = services.settings.upload_bytes_max, 0
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as spool:
        async for piece in _in_time(pieces):
            size += len(piece)
            if size > limit:
                raise web.HTTPRequestEntityTooLarge(limit, text=f"A file may have {limit} bytes.")
            spool.write(piece)
        spool.seek(0)
        whole = cast("BinaryIO", spool)
        receipt = await asyncio.to_thread(services.intake.take, partner, name, whole, DOOR)
    return _told(receipt, name)


async def _in_time(pieces: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """Give up on a sender that goes silent in the middle."""
    iterator = aiter(pieces)
    while True:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                piece = await anext(iterator)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            text = f"Nothing came for {IDLE_SECONDS} seconds."
            raise web.HTTPRequestTimeout(text=text) from error
        yield piece


def _told(receipt: Receipt, name: str) -> Told:
    return Told(
        receipt=receipt.number,
        name=name,
        state=receipt.state,
        href=f"/v1/documents/{receipt.number}",
        repeat_of=receipt.repeat_of,
    )
