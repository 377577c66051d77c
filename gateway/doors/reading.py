"""What machines read by HTTP: documents, records, reconciliations and the feed of events.

Lists are paged by a number: `after` is the last one that the reader has, `next` the one to go on
with. An empty page keeps `next` where it was, so asking again with it is a complete loop.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import web
from sqlalchemy import Connection

from gateway.doors.services import SERVICES
from gateway.store import events, feed
from gateway.store.feed import RecordRow, ResultRow
from gateway.webhooks import body

LIMIT_DEFAULT, LIMIT_MAX = 100, 1000
WAIT_SECONDS_MAX = 30
LOOK_SECONDS = 0.25
RECORDS_OF_A_DOCUMENT = 1000
_NUMBER_DIGITS = 18


async def document(request: web.Request) -> web.Response:
    """One file: its state, its problems, and the records that were read from it."""
    number = _id(request)

    def ask(connection: Connection) -> object:
        found = feed.one_document(connection, number)
        if found is None:
            return None
        rows = feed.records_of(connection, number, RECORDS_OF_A_DOCUMENT)
        told = msgspec.to_builtins(found, builtin_types=(bytes,))
        problems = msgspec.Raw(found.problems) if found.problems else []
        return {**told, "problems": problems, "records": [_brief(row) for row in rows]}

    return await _one(request, ask)


async def records(request: web.Request) -> web.Response:
    """Return records as JSON, by kind and number where asked."""
    after, limit = _paging(request)
    kind, number = request.query.get("kind"), request.query.get("number")

    def ask(connection: Connection) -> object:
        rows = feed.records(connection, after, limit, kind=kind, number=number)
        return _page([_record(row) for row in rows], rows[-1].id if rows else after)

    return await _answer(request, ask)


async def record(request: web.Request) -> web.Response:
    """Return one record."""
    number = _id(request)

    def ask(connection: Connection) -> object:
        found = feed.one_record(connection, number)
        return _record(found) if found else None

    return await _one(request, ask)


async def reconciliations(request: web.Request) -> web.Response:
    """Return reconciliations, by verdict where asked."""
    after, limit = _paging(request)
    verdicts = request.query.getall("verdict", [])

    def ask(connection: Connection) -> object:
        rows = feed.results(connection, after, limit, verdicts)
        return _page([_result(row) for row in rows], rows[-1].record_id if rows else after)

    return await _answer(request, ask)


async def reconciliation(request: web.Request) -> web.Response:
    """Return one reconciliation, by the number of its invoice record."""
    number = _id(request)

    def ask(connection: Connection) -> object:
        found = feed.one_result(connection, number)
        return _result(found) if found else None

    return await _one(request, ask)


async def feed_of_events(request: web.Request) -> web.Response:
    """Return the events behind `after`; with `wait`, the answer waits so many seconds for one."""
    after, limit = _paging(request)
    types = request.query.getall("type", [])
    wait = min(_number(request, "wait", 0), WAIT_SECONDS_MAX)
    source = request.app[SERVICES].source

    def ask(connection: Connection) -> object:
        found = events.after(connection, after, types=types, limit=limit)
        told = [body(one, source) for one in found]
        return {"events": told, "next": found[-1].sequence if found else after}

    for _ in range(int(wait / LOOK_SECONDS)):
        if await _read(request, lambda connection: events.last_sequence(connection) > after):
            break
        await asyncio.sleep(LOOK_SECONDS)
    return await _answer(request, ask)


def _brief(row: RecordRow) -> dict[str, Any]:
    told = {"id": row.id, "kind": row.kind, "number": row.number, "incomplete": row.incomplete}
    return told | ({"verdict": row.verdict} if row.verdict else {})


def _record(row: RecordRow) -> dict[str, Any]:
    return {**_brief(row), "document": row.document_id, "record": msgspec.Raw(row.body)}


def _result(row: ResultRow) -> dict[str, Any]:
    return {
        "record": row.record_id,
        "version": row.version,
        "changed_at": row.changed_at,
        "decided": row.decided,
        "reconciliation": msgspec.Raw(row.body),
    }


def _page(items: list[dict[str, Any]], following: int) -> dict[str, Any]:
    return {"items": items, "next": following}


def _paging(request: web.Request) -> tuple[int, int]:
    limit = _number(request, "limit", LIMIT_DEFAULT)
    return _number(request, "after", 0), min(max(limit, 1), LIMIT_MAX)


def _number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= _NUMBER_DIGITS):
        raise web.HTTPBadRequest(text=f"{name} is a number of at most {_NUMBER_DIGITS} digits.")
    return int(text)


def _id(request: web.Request) -> int:
    text = request.match_info["id"]
    if len(text) > _NUMBER_DIGITS:
        raise web.HTTPNotFound(text="There is nothing under this number.")
    return int(text)


async def _read(request: web.Request, ask: Callable[[Connection], Any]) -> Any:
    def run() -> Any:
        with request.app[SERVICES].store.read() as connection:
            return ask(connection)

    return await asyncio.to_thread(run)


async def _answer(request: web.Request, ask: Callable[[Connection], object]) -> web.Response:
    told = msgspec.json.encode(await _read(request, ask))
    return web.Response(body=told, content_type="application/json")


async def _one(request: web.Request, ask: Callable[[Connection], object]) -> web.Response:
    found = await _read(request, ask)
    if found is None:
        raise web.HTTPNotFound(text="There is nothing under this number.")
    return web.Response(body=msgspec.json.encode(found), content_type="application/json")
