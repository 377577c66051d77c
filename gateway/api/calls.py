"""A request to the API as its handler sees it, and what the handler answers."""

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from aiohttp import web
from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import stamp
from gateway.doors.access import Actor
from gateway.doors.problems import Code, refused
from gateway.doors.services import SERVICES, Services

NUMBER_DIGITS_MAX = 18
_T = TypeVar("_T")


class Reply(Struct, frozen=True, kw_only=True):
    """An answer: `body` becomes JSON, `raw` is sent as the handler made it."""

    body: Any = None
    status: int | None = None
    headers: dict[str, str] = {}
    raw: web.StreamResponse | None = None


class Call:
    """A request: whose it is, its query and body already read, and the way to the database.

    `digest` grows with what is read of the body; with an Idempotency-Key it tells a repeat from
    another request. `repeats` is true where the answer is known, and the body is only looked at.
    """

    def __init__(self, request: web.Request, actor: Actor, query: Any, body: Any = None) -> None:
        self.request = request
        self.actor = actor
        self.query = query
        self.body = body
        self.digest = hashlib.sha256()
        self.repeats = False

    @property
    def services(self) -> Services:
        """What the gateway is made of."""
        return self.request.app[SERVICES]

    @property
    def number(self) -> int:
        """The number in the address; raises RefusedError where it is too long to be one."""
        text = self.request.match_info["id"]
        if len(text) > NUMBER_DIGITS_MAX:
            raise refused(Code.NOT_FOUND, "There is nothing under this number.")
        return int(text)

    @property
    def at(self) -> str:
        """The present moment as the tables have it."""
        return stamp(self.services.clock())

    async def read(self, ask: Callable[[Connection], _T]) -> _T:
        """Return what `ask` finds in the database."""

        def run() -> _T:
            with self.services.store.read() as connection:
                return ask(connection)

        return await asyncio.to_thread(run)

    async def found(self, ask: Callable[[Connection], _T | None]) -> _T:
        """Return what `ask` finds; raises RefusedError where that is nothing."""
        return here(await self.read(ask))

    async def write(self, do: Callable[[Connection], _T]) -> _T:
        """Return what `do` does, in one transaction."""

        def run() -> _T:
            with self.services.store.write() as connection:
                return do(connection)

        return await asyncio.to_thread(run)


def here(found: _T | None) -> _T:
    """Return what was found; raises RefusedError where it is nothing."""
    if found is None:
        raise refused(Code.NOT_FOUND, "There is nothing under this number.")
    return found
