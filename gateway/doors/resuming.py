"""Uploads that can be resumed: begin one, send pieces at their offsets, and get the receipt.

After a broken line `GET` tells how much has come, and the sender goes on from there. A piece at
another offset than that is refused with the right one, so that nothing is ever written twice or
leaves a hole. The last piece answers with the receipt, and so does everybody who asks later.
"""

import asyncio
import os
from collections.abc import Callable
from typing import Annotated, ParamSpec, TypeVar

from msgspec import Meta, Struct

from gateway.api.calls import Call, Reply, here
from gateway.api.registry import op
from gateway.api.types import DocumentReceipt
from gateway.doors.problems import Code, refused
from gateway.doors.unfinished import EACH_MAX, Unfinished, Upload
from gateway.doors.upload import DOOR, PIECE_BYTES, in_time, receipt_of, unavailable, whose
from gateway.store import documents

P = ParamSpec("P")
T = TypeVar("T")
_WRITING: set[str] = set()
"""The uploads into which somebody writes now; one process serves them all."""


class NewUpload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What will be sent: how it is called, how many bytes it has, and whose it is."""

    name: Annotated[str, Meta(min_length=1, max_length=255)]
    size: Annotated[int, Meta(ge=1, le=1 << 50)]
    partner: Annotated[str, Meta(max_length=64)] | None = None


class UploadState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How much of an upload has come: the next piece begins at `offset`."""

    id: str
    name: str
    size: int
    offset: int
    document: DocumentReceipt | None = None


class PieceQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the piece begins in the whole, from 0."""

    offset: Annotated[int, Meta(ge=0, le=1 << 50)]


@op(
    "POST /v1/uploads",
    group="Documents",
    right="documents:send",
    by_partner=True,
    body=NewUpload,
    gives=UploadState,
    status=201,
    makes=True,
    problems=(Code.TOO_LARGE, Code.TOO_MANY, Code.UNAVAILABLE),
    example=NewUpload(name="orders.x12", size=81_920, partner="bellweather"),
)
async def begin(call: Call) -> Reply:
    """Begin an upload that can be resumed.

    Send its bytes with PATCH to the address in `Location`; what nobody goes on with for a day is
    forgotten.
    """
    new, limit = call.body, call.services.settings.upload_bytes_max
    partner = whose(call, new.partner)
    if new.size > limit:
        raise refused(Code.TOO_LARGE, f"A file may have {limit} bytes.")
    upload = await _on_disk(_unfinished(call).begin, partner, new.name, new.size)
    if upload is None:
        raise refused(Code.TOO_MANY, f"{EACH_MAX} uploads of {partner} are not finished yet.")
    return Reply(body=_state(upload, 0), headers={"Location": f"/v1/uploads/{upload.id}"})


@op(
    "GET /v1/uploads/{id}",
    group="Documents",
    right="documents:send",
    by_partner=True,
    by_number=False,
    gives=UploadState,
)
async def state(call: Call) -> Reply:
    """Say how much of an upload has come.

    When all of it has, `document` is its receipt.
    """
    upload = _found(call)
    offset = await _on_disk(_unfinished(call).offset, upload)
    if offset is None:
        return Reply(body=await _taken(call, upload))
    return Reply(body=_state(upload, offset))


@op(
    "PATCH /v1/uploads/{id}",
    group="Documents",
    right="documents:send",
    by_partner=True,
    by_number=False,
    query=PieceQuery,
    takes="documents",
    gives=UploadState,
    problems=(Code.CONFLICT, Code.STILL_AT_WORK, Code.TOO_LARGE, Code.TOO_SLOW, Code.UNAVAILABLE),
)
async def go_on(call: Call) -> Reply:
    """Send a piece of an upload, which begins where the last one ended.

    The body is the bytes alone. With the last piece the answer has `document`, the receipt.
    """
    upload, unfinished = _found(call), _unfinished(call)
    if upload.id in _WRITING:
        raise refused(Code.STILL_AT_WORK, "Another request writes to this upload.")
    _WRITING.add(upload.id)
    try:
        offset = await _on_disk(unfinished.offset, upload)
        if offset is None:
            return Reply(body=await _taken(call, upload))
        if offset != call.query.offset:
            raise refused(Code.CONFLICT, f"The next piece begins at offset {offset}.")
        offset = await _write(call, upload, offset)
        if offset < upload.size:
            return Reply(body=_state(upload, offset))
        await _on_disk(_take, call, upload)
    finally:
        _WRITING.discard(upload.id)
    call.services.announced()
    return Reply(body=await _taken(call, upload))


@op(
    "DELETE /v1/uploads/{id}",
    group="Documents",
    right="documents:send",
    by_partner=True,
    by_number=False,
    gives=UploadState,
    problems=(Code.STILL_AT_WORK,),
)
async def forget(call: Call) -> Reply:
    """Give an upload up.

    A document that it has become already stays.
    """
    upload = _found(call)
    if upload.id in _WRITING:
        raise refused(Code.STILL_AT_WORK, "Another request writes to this upload.")
    offset = await _on_disk(_unfinished(call).offset, upload)
    await _on_disk(_unfinished(call).remove, upload)
    return Reply(body=_state(upload, upload.size if offset is None else offset))


async def _on_disk(do: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Return what `do` does, in a thread; a disk that is full or sick is no fault of the sender."""
    try:
        return await asyncio.to_thread(do, *arguments, **named)
    except OSError as error:
        raise unavailable(error) from error


def _unfinished(call: Call) -> Unfinished:
    return Unfinished(call.services.archive.root.parent / "uploads")


def _found(call: Call) -> Upload:
    """Return the upload in the address; one of another partner is as good as none."""
    upload = here(_unfinished(call).find(call.request.match_info["id"]))
    if call.actor.partner not in {None, upload.partner}:
        raise refused(Code.NOT_FOUND, "There is no such upload.")
    return upload


async def _write(call: Call, upload: Upload, offset: int) -> int:
    """Add the body to what has come; what came before the line broke stays. Returns the offset."""
    path = _unfinished(call).bytes_of(upload)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW)
    try:
        async for piece in in_time(call.request.content.iter_chunked(PIECE_BYTES)):
            if offset + len(piece) > upload.size:
                message = f"The upload was to have {upload.size} bytes."
                raise refused(Code.TOO_LARGE, message)
            await _on_disk(_write_all, descriptor, piece)
            offset += len(piece)
    finally:
        os.close(descriptor)
    return offset


def _write_all(descriptor: int, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _take(call: Call, upload: Upload) -> None:
    unfinished, intake = _unfinished(call), call.services.intake
    with unfinished.bytes_of(upload).open("rb") as whole:
        intake.take(upload.partner, upload.name, whole, DOOR, upload.claim)
    unfinished.taken(upload)


async def _taken(call: Call, upload: Upload) -> UploadState:
    """Return the state of an upload that has its receipt."""
    known = await call.read(lambda connection: documents.receipts(connection, [upload.claim]))
    receipt = here(known.get(upload.claim))
    return UploadState(
        id=upload.id,
        name=upload.name,
        size=upload.size,
        offset=upload.size,
        document=receipt_of(receipt, upload.name),
    )


def _state(upload: Upload, offset: int) -> UploadState:
    return UploadState(id=upload.id, name=upload.name, size=upload.size, offset=offset)
