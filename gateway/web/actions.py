"""The forms that change something: a decision, matching again, sending again.

Each ends in a redirect, so that loading the page again repeats nothing; a decision carries the key
under which it counts once, however often it is sent.
"""

import asyncio
from collections.abc import Container

from aiohttp import web

from gateway.clock import moment_of
from gateway.doors.services import SERVICES
from gateway.flows.deciding import decide
from gateway.flows.sending import Sending, UnsendableError
from gateway.store.exception import NewDecision
from gateway.web import queue, show
from gateway.web.inbox import viewer_of
from gateway.web.rows import link
from gateway.web.serving import actor_name, form

REASON_CHARACTERS_MAX = 2000
KEY_CHARACTERS = range(16, 65)
_ACTIONS = {"accept", "reject"}


async def decision(request: web.Request) -> web.Response:
    """Accept or reject, then go on to the next of the list."""
    services, fields = request.app[SERVICES], await form(request)
    new = _decision(int(request.match_info["id"]), fields, actor_name(request))
    query, viewer = fields.get("q", ""), viewer_of(request)

    def write() -> str:
        outcome = decide(services.store, services.clock, new)
        here = f"/x/{new.record_id}"
        if outcome.state != "decided":
            return link(here, q=query, done=outcome.state)
        with services.store.read() as connection:
            following = queue.following(connection, new.record_id, query, viewer)
        done = str(new.record_id)
        return link(f"/x/{following}" if following else "/inbox", q=query, done=done)

    where = await asyncio.to_thread(write)
    services.announced()
    raise web.HTTPSeeOther(location=where)


async def intent(request: web.Request) -> web.Response:
    """Decide as the keys of the list do: the answer says what became of it, and who was first."""
    services, fields = request.app[SERVICES], await form(request)
    new = _decision(int(request.match_info["id"]), fields, actor_name(request))
    outcome = await asyncio.to_thread(decide, services.store, services.clock, new)
    services.announced()
    first = outcome.by
    ago = show.ago(moment_of(first.at), services.clock()) if first else None
    told = {"state": outcome.state, "by": first.actor if first else None, "ago": ago}
    return web.json_response(told)


def _decision(record_id: int, fields: dict[str, str], actor: str) -> NewDecision:
    return decision_of(record_id, fields, actor, fields.get("digest", ""), _ACTIONS)


def decision_of(
    record_id: int, fields: dict[str, str], actor: str, digest: str, actions: Container[str]
) -> NewDecision:
    """Return the decision that a form asks for; raises 400 or 422 where it is not filled in."""
    action, key = fields.get("action", ""), fields.get("key", "")
    if action not in actions or len(key) not in KEY_CHARACTERS:
        raise web.HTTPBadRequest(text="This form is incomplete; load the page again.")
    return NewDecision(
        record_id=record_id,
        action=action,
        reason=words_of(fields, "reason"),
        actor=actor,
        digest=digest,
        idempotency_key=key,
    )


def words_of(fields: dict[str, str], name: str) -> str:
    """Return what a person wrote; raises 422 where it is nothing, or too much."""
    text = fields.get(name, "").strip()
    if not text or len(text) > REASON_CHARACTERS_MAX:
        raise web.HTTPUnprocessableEntity(
            text=f"Say why, in at most {REASON_CHARACTERS_MAX} characters; go back to add it."
        )
    return text


async def rematch(request: web.Request) -> web.Response:
    """Match an invoice again with everything that is stored by now."""
    services, fields = request.app[SERVICES], await form(request)
    record_id = int(request.match_info["id"])
    await asyncio.to_thread(services.rematch, record_id)
    services.announced()
    where = link(f"/x/{record_id}", q=fields.get("q"), done="rematched")
    raise web.HTTPSeeOther(location=where)


async def resend(request: web.Request) -> web.Response:
    """Send again, under new control numbers, what was sent and not taken."""
    services, fields = request.app[SERVICES], await form(request)
    number = fields.get("outgoing", "")

    def write() -> str:
        if not (number.isascii() and number.isdigit()):
            return "nothing"
        try:
            Sending(services.store, services.clock).resend(int(number))
        except UnsendableError:
            return "nothing"
        return "resent"

    done = await asyncio.to_thread(write)
    services.announced()
    raise web.HTTPSeeOther(location=link("/acknowledgments", view="awaited", done=done))
