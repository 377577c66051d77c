"""The courier of webhooks: a signed POST, bounded in time and memory whatever the receiver does."""

import os
from datetime import datetime

import aiohttp

from gateway.clock import Clock, stamp
from gateway.delivering.answers import one_by_one
from gateway.delivering.parcel import Parcel, Sent, alike, document_of, written
from gateway.flows.retry import Answer
from gateway.outbound import AddressRefusedError, Outbound, target
from gateway.store.endpoints import Endpoint
from gateway.vault import Vault, VaultError
from gateway.watching.logs import bound
from gateway.watching.traces import NO_SPANS, Spans
from gateway.webhooks import ONE, SEVERAL, headers

ANSWER_BYTES = 65_536  # read of an answer; what is more hangs up
BATCH_ANSWER_BYTES = 262_144
ANSWER_KEPT_BYTES = 4096
_PIECE = 4096
_TOO_LONG = "the answer to the batch is too long to be read"


class Poster:
    """Posts parcels through `outbound`, each in a span; `source` names this gateway."""

    def __init__(
        self,
        outbound: Outbound,
        vault: Vault,
        source: str,
        clock: Clock,
        spans: Spans = NO_SPANS,
    ) -> None:
        self._outbound = outbound
        self._vault = vault
        self._source = source
        self._clock = clock
        self._spans = spans

    async def send(self, parcel: Parcel) -> Sent:
        """Post a parcel once."""
        about: dict[str, str | int] = {"endpoint": parcel.to.id, "webhook": parcel.name}
        with (
            bound(**about),
            self._spans.span("deliver", document_of(parcel), **about) as trace,
        ):
            return await self._try(parcel, {"traceparent": trace} if trace else {})

    async def _try(self, parcel: Parcel, more: dict[str, str]) -> Sent:
        try:
            return await self._post(parcel, more)
        except TimeoutError:
            why = "no answer in time"
        except aiohttp.ClientConnectorError as error:
            why = f"no connection: {_why(error.os_error)}"
        except (aiohttp.ClientError, OSError, ValueError, VaultError) as error:
            why = str(error)[:ANSWER_KEPT_BYTES]
        return alike(Answer(status=None, text=why), parcel)

    async def _post(self, parcel: Parcel, more: dict[str, str]) -> Sent:
        now, content, url = self._clock(), written(parcel, self._source), target(parcel.to.url)
        kind = SEVERAL if parcel.is_batch else ONE
        signed = headers(parcel.name, now, content, self._secrets(parcel.to, now), kind)
        async with self._outbound.to(url).post(
            url, data=content, headers=signed | more, allow_redirects=False
        ) as response:
            size_max = BATCH_ANSWER_BYTES if parcel.is_batch else ANSWER_BYTES
            kept, is_whole = await _beginning(response, size_max)
            after = response.headers.get("retry-after")
            whole = Answer(status=response.status, text=_text(kept), retry_after=after)
        if not parcel.is_batch:
            return alike(whole, parcel)
        if whole.delivered and not is_whole:
            return alike(Answer(status=None, text=_TOO_LONG), parcel)
        return Sent(whole=whole, each=one_by_one(parcel.dues, whole, kept))

    def _secrets(self, to: Endpoint, now: datetime) -> list[str]:
        """Return the secrets that sign now: the new one, and the old one until it ends."""
        old = to.secret_before if to.secret_until and to.secret_until > stamp(now) else None
        return [self._vault.open(one) for one in (to.secret, old) if one]


def _why(error: OSError) -> str:
    """Say why there was no connection; asyncio's own words would only repeat the address."""
    if isinstance(error, AddressRefusedError) or not error.errno or error.errno < 0:
        return error.strerror or str(error)
    return os.strerror(error.errno)


async def _beginning(response: aiohttp.ClientResponse, size_max: int) -> tuple[bytes, bool]:
    """Return an answer, or its beginning; hang up on one that goes on and on."""
    kept = bytearray()
    async for piece in response.content.iter_chunked(_PIECE):
        kept += piece
        if len(kept) > size_max:
            response.close()
            return bytes(kept[:size_max]), False
    return bytes(kept), True


def _text(kept: bytes) -> str:
    # PostgreSQL has no place for NUL in a text.
    return kept[:ANSWER_KEPT_BYTES].decode("utf-8", "replace").replace("\0", "\ufffd")
