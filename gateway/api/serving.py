"""How an operation is served: allowance, headers, query, body, handler, answer, in this order.

With an Idempotency-Key, what makes something makes it once: the first request takes the key, a
repeat gets what was answered, another request under the same key is refused, and so is a repeat
while the first is still at work. What failed made nothing, so its key is free again.
"""

import asyncio
import re
from collections.abc import Iterable

import msgspec
from aiohttp import web

from gateway.api.allowance import Allowances
from gateway.api.calls import Call, Reply
from gateway.api.registry import Operation
from gateway.api.settings import ApiSettings
from gateway.api.strict import body_of, query_of
from gateway.doors import bounded
from gateway.doors.access import Actor
from gateway.doors.edge import ACTOR
from gateway.doors.guard import needs
from gateway.doors.problems import Code, RefusedError, refusal, refused
from gateway.doors.services import SERVICES
from gateway.store import keys_answers
from gateway.store.keys_answers import Answer

BODY_BYTES_MAX = 1 << 18
IDLE_SECONDS = 30
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_HEADERS = ("Location", "ETag")
_JSON = "application/json"
_encoder = msgspec.json.Encoder(decimal_format="string")


def add_operations(
    app: web.Application, operations: Iterable[Operation], settings: ApiSettings
) -> None:
    """Add the routes of `operations` to `app`."""
    services = app[SERVICES]
    allowances = Allowances(services.store, services.clock, settings)
    for one in operations:
        server = _Server(one, allowances)
        path = one.path.replace("{id}", "{id:[0-9]+}") if one.by_number else one.path
        guard = needs(one.right, by_partner=one.by_partner)
        app.router.add_route(one.method, path, guard(server.answer))


class _Server:
    """Serves one operation."""

    def __init__(self, operation: Operation, allowances: Allowances) -> None:
        self._operation = operation
        self._allowances = allowances

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a request, or tell what is wrong with it."""
        actor = request[ACTOR]
        told: dict[str, str] = {}
        try:
            told = await self._allowances.spend(_holder(actor))
            response = await self._handled(request, actor)
        except RefusedError as error:
            response = refusal(error.code, error.detail, error.headers)
        if not response.prepared:
            response.headers.update(told)
        return response

    async def _handled(self, request: web.Request, actor: Actor) -> web.StreamResponse:
        operation = self._operation
        _check_coding(request)
        query = query_of(request, operation.query)
        call = Call(request, actor, query)
        if operation.takes == "json":
            raw = await _json_body(request)
            call.digest.update(raw)
            call.body = body_of(raw, operation.body) if operation.body else None
        key = request.headers.get("Idempotency-Key") if operation.makes else None
        if key is None:
            return _response(operation, await operation.handler(call))
        if not _KEY.fullmatch(key):
            message = "An Idempotency-Key is up to 255 visible characters of ASCII."
            raise refused(Code.BAD_REQUEST, message)
        return await self._once(call, key)

    async def _once(self, call: Call, key: str) -> web.StreamResponse:
        holder, now = _holder(call.actor), call.services.clock()
        known = await call.write(lambda c: keys_answers.begin(c, holder, key, now))
        if known is not None:
            return await self._again(call, known)
        response = None
        try:
            reply = await self._operation.handler(call)
            response = _response(self._operation, reply)
        finally:
            if response is None:  # it failed, or its caller has gone: the key is free again
                release = call.write(lambda c: keys_answers.release(c, holder, key))
                await asyncio.shield(release)
        kept = _kept(call, response)
        await call.write(lambda c: keys_answers.finish(c, holder, key, kept))
        return response

    async def _again(self, call: Call, known: Answer) -> web.Response:
        """Answer a repeat as the first request was answered."""
        if known.status is None:
            message = "The first request with this Idempotency-Key is still at work."
            raise refused(Code.STILL_AT_WORK, message, {"Retry-After": "1"})
        call.repeats = True
        if self._operation.takes == "documents":
            await self._operation.handler(call)
        if _fingerprint(call) != known.request:
            message = "This Idempotency-Key belongs to another request."
            raise refused(Code.KEY_USED_OTHERWISE, message)
        headers = known.headers | {"Idempotency-Replayed": "true"}
        return web.Response(
            status=known.status, body=known.body, content_type=_JSON, headers=headers
        )


def _response(operation: Operation, reply: Reply) -> web.StreamResponse:
    if reply.raw is not None:
        return reply.raw
    return web.Response(
        status=reply.status or operation.status,
        body=_encoder.encode(reply.body),
        content_type=_JSON,
        headers=reply.headers,
    )


def _kept(call: Call, response: web.StreamResponse) -> Answer:
    body = response.body if isinstance(response, web.Response) else None
    return Answer(
        request=_fingerprint(call),
        status=response.status,
        headers={
            name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers
        },
        body=body if isinstance(body, bytes) else b"",
    )


def _fingerprint(call: Call) -> str:
    """Return what tells a request from another: its address and what is in it."""
    digest = call.digest.copy()
    digest.update(f"\0{call.request.method} {call.request.rel_url}".encode())
    return digest.hexdigest()


def _holder(actor: Actor) -> str:
    return f"{actor.partner or ''}/{actor.name}"


def _check_coding(request: web.Request) -> None:
    coding = request.headers.get("Content-Encoding", "identity")
    if coding.lower() != "identity":
        message = f"A body comes as it is, without Content-Encoding {coding[:40]}."
        raise refused(Code.WRONG_CONTENT_TYPE, message)


async def _json_body(request: web.Request) -> bytes:
    kind = request.content_type.lower()
    if request.headers.get("Content-Type") and kind != _JSON and not kind.endswith("+json"):
        raise refused(Code.WRONG_CONTENT_TYPE, f"This takes application/json, not {kind[:80]}.")
    return await bounded.body_of(request, BODY_BYTES_MAX, IDLE_SECONDS)
