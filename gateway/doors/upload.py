"""Documents by HTTP: `POST /v1/documents`, as the body itself or as the parts of a form.

The bytes go to a spool file while they come in, bounded in size and time, and from there through
the same intake as every other door. The answer is 202 with the receipt number: what happens next is
told by events.
"""

import asyncio
import re
import tempfile
import time
from collections.abc import AsyncIterable, AsyncIterator
from typing import Annotated, BinaryIO, cast

import structlog
from aiohttp import BodyPartReader
from aiohttp.http import HttpProcessingError
from msgspec import Meta, Struct

from gateway.api.calls import Call, Reply
from gateway.api.registry import op
from gateway.api.types import DocumentReceipt, DocumentReceipts
from gateway.doors.problems import Code, RefusedError, refused
from gateway.store import documents

IN_MEMORY_BYTES = 1 << 20
PARTS_MAX = 100
PIECE_BYTES = 1 << 16
NAME_CHARACTERS_MAX = 255
DOOR = "http"
IDLE_SECONDS = 60
BYTES_PER_SECOND_MIN = 1000
_log = structlog.get_logger()
_PARTNER = re.compile(r"^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$")


class UploadQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose documents these are, and what the one in the body is called."""

    partner: Annotated[str, Meta(pattern=_PARTNER.pattern)] | None = None
    name: Annotated[str, Meta(max_length=600)] | None = None


@op(
    "POST /v1/documents",
    group="Documents",
    right="documents:send",
    by_partner=True,
    query=UploadQuery,
    takes="documents",
    gives=(DocumentReceipt, DocumentReceipts),
    status=202,
    makes=True,
    problems=(Code.TOO_SLOW, Code.UNAVAILABLE),
)
async def receive(call: Call) -> Reply:
    """Take documents in: one as the body, or several as the parts of a form.

    The receipt number is given once the bytes are safe; what becomes of them is told by events.
    The same bytes again name the first receipt as `repeat_of`.
    """
    partner = whose(call, call.query.partner)
    if call.request.content_type.startswith("multipart/"):
        told = await _parts(call, partner)
        return Reply(body=DocumentReceipts(documents=told))
    name = _name(call.query.name)
    one = await _take(call, call.request.content.iter_chunked(PIECE_BYTES), partner, name)
    call.services.announced()
    return Reply(body=one, headers={"Location": one.href})


def whose(call: Call, asked: str | None) -> str:
    """Return whose documents these are; raises RefusedError where that is nobody's to say."""
    owner = call.actor.partner
    if owner is not None and asked not in {None, owner}:
        raise refused(Code.FORBIDDEN, f"This key sends the documents of {owner} alone.")
    partner = owner or asked
    if not partner:
        raise refused(Code.BAD_QUERY, "Say whose documents these are: ?partner=NAME.")
    if not _PARTNER.fullmatch(partner):
        raise refused(Code.BAD_QUERY, "A partner's name is letters, digits, '-', '_' and '.'.")
    return str(partner)


def _name(given: str | None) -> str:
    return (given or "upload")[:NAME_CHARACTERS_MAX]


async def _parts(call: Call, partner: str) -> list[DocumentReceipt]:
    """Take each part of a form that holds a file, one after the other."""
    told: list[DocumentReceipt] = []
    try:
        async for part in await call.request.multipart():
            if len(told) == PARTS_MAX:
                raise refused(Code.TOO_LARGE, f"One request may hold {PARTS_MAX} files.")
            if isinstance(part, BodyPartReader):
                name = _name(part.filename)
                call.digest.update(f"\0{name}\0".encode())
                told.append(await _take(call, _pieces(part), partner, name))
    except (ValueError, HttpProcessingError) as error:
        raise refused(Code.BAD_REQUEST, "The form is cut off or malformed.") from error
    finally:
        if told and not call.repeats:
            call.services.announced()
    if not told:
        raise refused(Code.BAD_REQUEST, "The form holds no file.")
    return told


async def _pieces(part: BodyPartReader) -> AsyncIterator[bytes]:
    while piece := await part.read_chunk(PIECE_BYTES):
        yield bytes(piece)


async def _take(
    call: Call, pieces: AsyncIterable[bytes], partner: str, name: str
) -> DocumentReceipt:
    """Take one file in; of a repeat the bytes are looked at and thrown away."""
    services = call.services
    limit, size = services.settings.upload_bytes_max, 0
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as spool:
        async for piece in in_time(pieces):
            size += len(piece)
            if size > limit:
                raise refused(Code.TOO_LARGE, f"A file may have {limit} bytes.")
            call.digest.update(piece)
            spool.write(piece)
        if call.repeats:
            return DocumentReceipt(receipt=0, name=name, state="", href="")
        spool.seek(0)
        whole = cast("BinaryIO", spool)
        try:
            receipt = await asyncio.to_thread(services.intake.take, partner, name, whole, DOOR)
        except OSError as error:
            raise unavailable(error) from error
    return receipt_of(receipt, name)


async def in_time(pieces: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """Give up on a sender that goes silent, or dribbles."""
    iterator, size, began = aiter(pieces), 0, time.monotonic()
    while True:
        allowed = IDLE_SECONDS + size / BYTES_PER_SECOND_MIN
        left = min(IDLE_SECONDS, began + allowed - time.monotonic())
        try:
            async with asyncio.timeout(max(left, 0)):
                piece = await anext(iterator)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            text = f"Nothing came for {IDLE_SECONDS} seconds, or too little."
            raise refused(Code.TOO_SLOW, text) from error
        size += len(piece)
        yield piece


def unavailable(error: OSError) -> RefusedError:
    """Say that nothing can be taken in now, as where the disk is full; it passes by itself."""
    _log.warning("http.not_taken", error=str(error))
    text = "Nothing can be taken in now; send it again later."
    return refused(Code.UNAVAILABLE, text, {"Retry-After": "30"})


def receipt_of(receipt: documents.Receipt, name: str) -> DocumentReceipt:
    """Return a receipt as the API tells it."""
    return DocumentReceipt(
        receipt=receipt.number,
        name=name,
        state=receipt.state,
        href=f"/v1/documents/{receipt.number}",
        repeat_of=receipt.repeat_of,
    )
