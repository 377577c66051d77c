"""Documents: what came in, what became of it, and the bytes as they came."""

import asyncio
from typing import Annotated, Any, Literal

import msgspec
from aiohttp import web
from msgspec import Meta
from sqlalchemy import Connection

from gateway.api import types
from gateway.api.asking import Backwards, Moment, Paging, begin, moment
from gateway.api.calls import Call, Reply, here
from gateway.api.registry import op
from gateway.archive import CorruptError
from gateway.doors.problems import Code, refused
from gateway.store import feed, members
from gateway.store.feed import DocumentRow, Wanted

RECORDS_OF_A_DOCUMENT = 1000
MEMBERS_OF_A_DOCUMENT = 10_000
_PIECE_BYTES = 1 << 18
_GROUP = "Documents"
_Text = Annotated[str, Meta(max_length=300)]


class DocumentQuery(Paging, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which documents: all that is given counts."""

    partner: _Text | None = None
    name: _Text | None = None
    sha256: _Text | None = None
    state: tuple[Literal["received", "read", "quarantined", "duplicate"], ...] = ()
    door: _Text | None = None
    since: Moment | None = None
    until: Moment | None = None


class QuarantineQuery(Backwards, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of the list."""


@op(
    "GET /v1/documents",
    group=_GROUP,
    right="documents:read",
    by_partner=True,
    query=DocumentQuery,
    gives=types.DocumentPage,
)
async def documents(call: Call) -> Reply:
    """List the files that came in, in their order.

    By partner, name, hash, state (repeatable), door, and the time of receipt.
    """
    asked: DocumentQuery = call.query
    wanted = Wanted(
        partner=_partner(call, asked.partner),
        name=asked.name,
        sha256=asked.sha256,
        states=asked.state,
        door=asked.door,
        since=begin(asked.since, "since") if asked.since is not None else None,
        until=moment(asked.until, "until") if asked.until is not None else None,
    )
    rows = await call.read(lambda c: feed.documents(c, asked.after, asked.size, wanted))
    items = [types.DocumentBrief(**_told(row)) for row in rows]
    return Reply(body=types.DocumentPage(items=items, next=rows[-1].id if rows else asked.after))


@op(
    "GET /v1/documents/{id}",
    group=_GROUP,
    right="documents:read",
    by_partner=True,
    gives=types.Document,
)
async def document(call: Call) -> Reply:
    """Tell what became of a file.

    Its state, its problems, and the records that were read from it.
    """
    number = call.number

    def ask(connection: Connection) -> types.Document:
        found = _mine(call, feed.one_document(connection, number))
        rows = feed.records_of(connection, number, RECORDS_OF_A_DOCUMENT)
        return types.Document(
            **_told(found),
            records=[brief(row) for row in rows],
            archive=members.archive_of(connection, number),
            members=members.within(connection, number, MEMBERS_OF_A_DOCUMENT),
        )

    return Reply(body=await call.read(ask))


@op(
    "GET /v1/documents/{id}/content",
    group=_GROUP,
    right="documents:read",
    by_partner=True,
    media="application/octet-stream",
    problems=(Code.GONE,),
)
async def content(call: Call) -> Reply:
    """Hand out a file as it came in, byte for byte.

    Its `sha256` is the ETag.
    """
    number = call.number
    found = await call.read(lambda c: _mine(call, feed.one_document(c, number)))
    try:
        file = await asyncio.to_thread(call.services.archive.open, found.sha256)
    except (CorruptError, FileNotFoundError) as error:
        raise refused(Code.GONE, "The archive no longer has this file.") from error
    with file:
        response = web.StreamResponse()
        response.content_type = "application/octet-stream"
        response.headers["ETag"] = f'"{found.sha256}"'
        response.headers["Content-Disposition"] = f'attachment; filename="{number}.bin"'
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        await response.prepare(call.request)
        while piece := await asyncio.to_thread(file.read, _PIECE_BYTES):
            await response.write(piece)
    await response.write_eof()
    return Reply(raw=response)


@op(
    "GET /v1/quarantine",
    group=_GROUP,
    right="documents:read",
    query=QuarantineQuery,
    gives=types.Quarantine,
)
async def quarantine(call: Call) -> Reply:
    """List the files that nothing could be read from, newest first.

    Each with its problems: where, what was expected, what helps.
    """
    asked: QuarantineQuery = call.query
    rows = await call.read(lambda c: feed.quarantined(c, asked.before, asked.size))
    items = [types.DocumentBrief(**_told(row)) for row in rows]
    return Reply(body=types.Quarantine(items=items, next=rows[-1].id if rows else asked.before))


def brief(row: feed.RecordRow) -> types.RecordBrief:
    """Return a record without its content."""
    return types.RecordBrief(
        id=row.id,
        kind=row.kind,
        number=row.number,
        incomplete=row.incomplete,
        verdict=row.verdict or msgspec.UNSET,
    )


def _told(row: DocumentRow) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in DocumentRow.__struct_fields__}
    return told | {"problems": types.stored(row.problems) or []}


def _partner(call: Call, asked: str | None) -> str | None:
    owner = call.actor.partner
    if owner is not None and asked not in {None, owner}:
        raise refused(Code.FORBIDDEN, f"This key sees the documents of {owner} alone.")
    return owner or asked


def _mine(call: Call, found: DocumentRow | None) -> DocumentRow:
    """Return a document that the actor may see; another's is as if it were not there."""
    owner = call.actor.partner
    return here(found if found and owner in {None, found.partner} else None)
