"""Who asks too often is told to wait, before any work is done.

The bucket of each holder is a row, so that all processes count together. A process draws a tenth of
it at a time, or what a second brings, and spends that without asking the database.
"""

import asyncio
import math
from datetime import datetime, timedelta

from gateway.api.settings import ApiSettings
from gateway.clock import Clock
from gateway.doors.problems import Code, refused
from gateway.store import keys_allowances
from gateway.store.engine import Store

_SHARE = 10


class Allowances:
    """The buckets, as one process sees them."""

    def __init__(self, store: Store, clock: Clock, settings: ApiSettings) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._drawn: dict[str, int] = {}
        self._empty_until: dict[str, datetime] = {}
        self._at_once = max(1, min(settings.burst // _SHARE, settings.requests_per_second))

    async def spend(self, holder: str) -> dict[str, str]:
        """Take one request from the bucket of `holder`; raises RefusedError where it is empty.

        Returns the headers that tell of the bucket.
        """
        left = self._drawn.get(holder, 0)
        if left < 1:
            left = await asyncio.to_thread(self._draw, holder)
        self._drawn[holder] = left - 1
        return self._headers(left - 1, 0)

    def _draw(self, holder: str) -> int:
        now, settings = self._clock(), self._settings
        until = self._empty_until.get(holder, now)
        drawn = 0
        if now >= until:
            with self._store.write() as connection:
                drawn = keys_allowances.draw(
                    connection,
                    holder,
                    settings.requests_per_second,
                    settings.burst,
                    self._at_once,
                    now,
                )
        if drawn:
            return drawn + max(self._drawn.get(holder, 0), 0)
        if now >= until:
            until = now + timedelta(seconds=1 / settings.requests_per_second)
            self._empty_until[holder] = until
        wait = max(1, math.ceil((until - now).total_seconds()))
        message = f"This key may ask {settings.requests_per_second} times a second."
        raise refused(Code.TOO_MANY, message, self._headers(0, wait) | {"Retry-After": str(wait)})

    def _headers(self, left: int, wait: int) -> dict[str, str]:
        """Return the headers of draft-ietf-httpapi-ratelimit-headers; `left` of what was drawn."""
        settings = self._settings
        seconds = max(1, settings.burst // settings.requests_per_second)
        return {
            "RateLimit-Policy": f'"key";q={settings.burst};w={seconds}',
            "RateLimit": f'"key";r={max(left, 0)};t={wait}',
        }
