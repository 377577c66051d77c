"""Counters that stay true while the inbox is open, told by server-sent events.

One watcher looks at the end of the event log each second, and only while somebody listens; what it
finds is counted once for all. Each message has the place in the log as its id, so that a browser
that lost the connection names the last one that it heard and gets what it has missed. A stream ends
after a while, and its browser comes again: who may no longer see these numbers hears no more of
them. Rows are never sent: what a person is looking at does not move.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec
import structlog
from aiohttp import web
from msgspec import Struct
from sqlalchemy.exc import DBAPIError

from gateway.doors.services import SERVICES
from gateway.store import events, inbox
from gateway.store.engine import Store
from gateway.store.newcomers import newcomers

STREAMS_MAX = 64
LOOK_SECONDS = 1.0
SILENT_SECONDS = 20.0
ENDS_AFTER_SECONDS = 300.0
_DIGITS = 18
_log = structlog.get_logger()


class Message(Struct, frozen=True, kw_only=True):
    """What needs a person by verdict, and how much of it came since the page was shown."""

    counts: dict[str, int]
    new: int


class Live:
    """Watches the log of a store for the streams that are open."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._moved = asyncio.Condition()
        self._counted: tuple[int, dict[str, int]] = (-1, {})
        self._watching: asyncio.Task[None] | None = None
        self.last = -1
        self.streams = 0
        self.closing = False

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Watch while this holds; raises 503 where too many do."""
        if self.streams >= STREAMS_MAX:
            raise web.HTTPServiceUnavailable(text="Too many pages listen; this one stands still.")
        self.streams += 1
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            self.streams -= 1
            if not self.streams and self._watching is not None:
                self._watching.cancel()
                self._watching, self.last = None, -1

    async def _watch(self) -> None:
        while not self.closing:
            try:
                last = await asyncio.to_thread(self._end_of_log)
            except DBAPIError as error:
                _log.warning("live.stalled", error=str(error.orig))
            else:
                await self._tell(last)
            await asyncio.sleep(LOOK_SECONDS)

    async def _tell(self, last: int) -> None:
        async with self._moved:
            if last != self.last:
                self.last = last
                self._moved.notify_all()

    def _end_of_log(self) -> int:
        with self._store.read() as connection:
            return events.last_sequence(connection)

    async def moved(self, heard: int) -> bool:
        """Wait until the log goes on behind `heard`; False where nothing came for a while."""
        try:
            async with asyncio.timeout(SILENT_SECONDS), self._moved:
                await self._moved.wait_for(lambda: self.closing or self.last > heard)
        except TimeoutError:
            return False
        return not self.closing

    async def close(self) -> None:
        """End all streams."""
        async with self._moved:
            self.closing = True
            self._moved.notify_all()

    def message(self, since: int) -> tuple[int, Message]:
        """Return what there is now and its place in the log, for a page shown at `since`."""
        with self._store.read() as connection:
            last = events.last_sequence(connection)
            if self._counted[0] != last:
                counts = inbox.open_counts(connection)
                self._counted = last, counts | {"open": sum(counts.values())}
            return last, Message(counts=self._counted[1], new=newcomers(connection, since))


LIVE = web.AppKey("live", Live)


def add_live(app: web.Application) -> None:
    """Let pages of `app` listen until it shuts down."""
    app[LIVE] = Live(app[SERVICES].store)

    async def close(_app: web.Application) -> None:
        await app[LIVE].close()

    app.on_shutdown.append(close)


async def listen(request: web.Request) -> web.StreamResponse:
    """Send counters as they change, to a page that was shown at `since` in the log."""
    live = request.app[LIVE]
    since = _number(request.query.get("since"))
    heard = max(since, _number(request.headers.get("Last-Event-ID")))
    async with live.listening():
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        with suppress(ConnectionResetError):  # whoever listened has gone
            await _send(response, live, since, heard)
    return response


async def _send(response: web.StreamResponse, live: Live, since: int, heard: int) -> None:
    await response.write(b"retry: 2000\n\n")
    clock = asyncio.get_running_loop().time
    ends = clock() + ENDS_AFTER_SECONDS
    while not live.closing and clock() < ends:
        if not await live.moved(heard):
            await response.write(b": still here\n\n")
            continue
        heard, message = await asyncio.to_thread(live.message, since)
        told = msgspec.json.encode(message).decode()
        await response.write(f"id: {heard}\ndata: {told}\n\n".encode())


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0
