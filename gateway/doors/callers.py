"""Whose request it is: a machine by its key, a person by their session, or nobody.

Until there are people, the token of the configuration signs a browser in, and on loopback without
one everybody is the operator. From the first person on, people sign in as themselves; the token and
keys remain for machines.
"""

import asyncio
from collections.abc import Callable

from aiohttp import web

from gateway.clock import Clock
from gateway.doors.access import SESSION_COOKIE, Actor, WebSettings, actor_of, bearer
from gateway.doors.proxies import address_of, is_encrypted
from gateway.flows.keyholding import PREFIX
from gateway.people.porter import Porter
from gateway.people.sessions import Place

Keys = Callable[[str, str], Actor | None]
"""Says whose request it is that brings a secret from an address."""

HOST_COOKIE = "__Host-dockmatch"
"""The name of the session's cookie where it is sent encrypted: no other host can set it."""

PORTER = web.AppKey("porter", Porter)
_QUIET = ("/static/", "/healthz")  # the same for everybody


class Callers:
    """Says whose a request is."""

    def __init__(self, settings: WebSettings, clock: Clock, keys: Keys, porter: Porter) -> None:
        self._settings = settings
        self._clock = clock
        self._keys = keys
        self._porter = porter

    async def actor(self, request: web.Request) -> Actor | None:
        """Return whose request it is; None where they have to sign in first."""
        if request.path.startswith(_QUIET):
            return None
        secret = bearer(request.headers)
        if secret is not None and secret.startswith(PREFIX):
            address = address_of(request, self._settings.proxies)
            return await asyncio.to_thread(self._keys, secret, address)
        if secret is None and await asyncio.to_thread(self._porter.asks_for_people):
            return await self._person(request)
        session = request.cookies.get(SESSION_COOKIE)
        return actor_of(self._settings, request.headers, session, self._clock())

    async def _person(self, request: web.Request) -> Actor | None:
        secret = request.cookies.get(session_cookie(request, self._settings))
        return await asyncio.to_thread(self._porter.actor, secret) if secret else None


def session_cookie(request: web.Request, settings: WebSettings) -> str:
    """Return the name that the session's cookie has on this connection."""
    return HOST_COOKIE if is_encrypted(request, settings.proxies) else SESSION_COOKIE


def place_of(request: web.Request, settings: WebSettings) -> Place:
    """Return where a request comes from."""
    return Place(address_of(request, settings.proxies), request.headers.get("User-Agent", ""))
