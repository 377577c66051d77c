"""Forms that change what an invoice is matched by: read here, written by flows, and told after."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from gateway.doors.services import SERVICES, Services
from gateway.flows.deciding import Outcome
from gateway.store.exception import NewDecision
from gateway.web.actions import decision_of
from gateway.web.rows import link
from gateway.web.serving import actor_name, form

_UNSAID = {"withdraw": "Taken back", "relink": "linked by hand"}
Write = Callable[[Services, NewDecision], Outcome]


async def change(
    request: web.Request, action: str, done: str, write: Callable[[dict[str, str]], Write]
) -> web.Response:
    """Write what a form asks for, and go back to the invoice; `write` reads the form's own fields.

    Raises 400, 403 and 422 as every decision does.
    """
    services, fields = request.app[SERVICES], await form(request)
    record_id = int(request.match_info["id"])
    reason = fields.get("reason") or _UNSAID.get(action, "")
    asked = fields | {"action": action, "reason": reason}
    new = decision_of(record_id, asked, actor_name(request), fields.get("digest", ""), {action})
    outcome = await asyncio.to_thread(write(fields), services, new)
    services.announced()
    missed = "late" if action == "withdraw" else outcome.state
    state = done if outcome.state == "decided" else missed
    raise web.HTTPSeeOther(location=link(f"/x/{record_id}", q=fields.get("q"), done=state))
