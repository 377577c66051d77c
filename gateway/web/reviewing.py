"""The other forms of reviewing: taking back, repairing, saying something, naming a view."""

import asyncio

from aiohttp import web

from gateway.clock import stamp
from gateway.doors.services import SERVICES
from gateway.flows import amending, commenting, deciding
from gateway.flows.commenting import Said
from gateway.store import views
from gateway.web.actions import KEY_CHARACTERS, decision_of, words_of
from gateway.web.rows import link
from gateway.web.serving import actor_name, form

_NAME_CHARACTERS_MAX = 64
_WORDS_CHARACTERS_MAX = 500


async def undo(request: web.Request) -> web.Response:
    """Take the last decision back."""
    services, fields = request.app[SERVICES], await form(request)
    record_id = int(request.match_info["id"])
    asked = fields | {"action": "undo", "reason": fields.get("reason") or "Taken back"}
    new = decision_of(record_id, asked, actor_name(request), fields.get("digest", ""), {"undo"})
    outcome = await asyncio.to_thread(deciding.undo, services.store, services.clock, new)
    services.announced()
    done = "undone" if outcome.state == "decided" else "late"
    raise web.HTTPSeeOther(location=link(f"/x/{record_id}", q=fields.get("q"), done=done))


async def repair(request: web.Request) -> web.Response:
    """Accept a proposed repair, and match again with it."""
    services, fields = request.app[SERVICES], await form(request)
    record_id = int(request.match_info["id"])
    asked = fields | {"action": "repair", "reason": "as proposed"}
    new = decision_of(record_id, asked, actor_name(request), fields.get("digest", ""), {"repair"})
    shape, lines = fields.get("shape", ""), fields.get("lines", "")

    def write() -> str:
        outcome = amending.repair(
            services.store, services.clock, services.reviewer, new, shape, lines
        )
        return "repaired" if outcome.state == "decided" else outcome.state

    done = await asyncio.to_thread(write)
    services.announced()
    raise web.HTTPSeeOther(location=link(f"/x/{record_id}", q=fields.get("q"), done=done))


async def comment(request: web.Request) -> web.Response:
    """Write a comment into the timeline, and hand the invoice on where that is asked for."""
    services, fields = request.app[SERVICES], await form(request)
    record_id, key = int(request.match_info["id"]), fields.get("key", "")
    if len(key) not in KEY_CHARACTERS or not key.isalnum():
        raise web.HTTPBadRequest(text="This form is incomplete; load the page again.")
    to = fields.get("assigned")
    said = Said(
        record=record_id,
        text=words_of(fields, "text"),
        assigned=to if to in commenting.ROLES else None,
        actor=actor_name(request),
        key=key,
    )
    if not await asyncio.to_thread(commenting.comment, services.store, services.clock, said):
        raise web.HTTPNotFound(text="There is nothing at this address.")
    services.announced()
    where = link(f"/x/{record_id}", q=fields.get("q"), done="commented")
    raise web.HTTPSeeOther(location=where)


async def keep_view(request: web.Request) -> web.Response:
    """Name the words of the inbox for everybody, or forget a name."""
    services, fields = request.app[SERVICES], await form(request)
    name = " ".join(fields.get("name", "").split())[:_NAME_CHARACTERS_MAX]
    query = fields.get("q", "")[:_WORDS_CHARACTERS_MAX]
    if not name or not (query or "forget" in fields):
        raise web.HTTPUnprocessableEntity(text="A view needs a name, and words; go back.")

    def write() -> None:
        with services.store.write() as connection:
            if "forget" in fields:
                views.forget(connection, name)
            else:
                at = stamp(services.clock())
                views.keep(connection, name, query, actor_name(request), at)

    await asyncio.to_thread(write)
    raise web.HTTPSeeOther(location=link("/inbox", q=query, done="kept"))
