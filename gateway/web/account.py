"""The account page: somebody's own sessions, password, roles and rights."""

import asyncio

from aiohttp import web
from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import moment_of
from gateway.doors.access import Actor
from gateway.doors.callers import PORTER, place_of
from gateway.doors.edge import ACTOR
from gateway.doors.services import SERVICES
from gateway.rights import RIGHTS
from gateway.store import people, people_sessions
from gateway.store.people import Person
from gateway.store.people_sessions import Session
from gateway.web import show
from gateway.web.serving import answer_page, form
from gateway.web.signing import admitted

_FORBIDDEN, _TOO_MANY = 403, 429


class SessionRow(Struct, frozen=True, kw_only=True):
    """A session as it is shown; `own` is the one that looks."""

    id: int
    begun: str
    seen: str
    address: str
    agent: str
    own: bool


class Account(Struct, frozen=True, kw_only=True):
    """The page; `fault` is why a password was not changed."""

    person: Person
    rights: tuple[str, ...]
    sessions: tuple[SessionRow, ...]
    fault: str | None


async def show_account(request: web.Request) -> web.Response:
    """Show somebody their own account."""
    return await _page(request, None)


async def _page(request: web.Request, fault: str | None) -> web.Response:
    actor = request[ACTOR]

    def view(connection: Connection) -> Account | None:
        person = people.one(connection, actor.person or 0)
        if person is None:
            return None
        return Account(
            person=person,
            rights=tuple(RIGHTS[right] for right in RIGHTS if right in actor.rights),
            sessions=rows_of(people_sessions.of_person(connection, person.id), actor),
            fault=fault,
        )

    return await answer_page(request, "account.html", view)


def rows_of(sessions: list[Session], actor: Actor) -> tuple[SessionRow, ...]:
    """Prepare sessions to be shown."""
    return tuple(
        SessionRow(
            id=one.id,
            begun=show.moment(moment_of(one.begun_at)),
            seen=show.moment(moment_of(one.seen_at)),
            address=one.address,
            agent=one.agent or "unknown",
            own=one.id == actor.session,
        )
        for one in sessions
    )


async def change_password(request: web.Request) -> web.Response:
    """Keep another password; the browser gets a new session, all others end."""
    fields, actor = await form(request), request[ACTOR]
    new = fields.get("password", "")
    if new != fields.get("again", ""):
        return await _refused(request, "The two new ones are not the same.", _FORBIDDEN)
    place = place_of(request, request.app[SERVICES].settings)
    admission = await request.app[PORTER].change_password(actor, fields.get("old", ""), new, place)
    if admission.secret is None:
        status = _TOO_MANY if admission.wait_seconds else _FORBIDDEN
        return await _refused(request, admission.fault or "", status)
    return admitted(request, admission.secret, "/account?done=password")


async def _refused(request: web.Request, fault: str, status: int) -> web.Response:
    response = await _page(request, fault)
    response.set_status(status)
    return response


async def end_session(request: web.Request) -> web.Response:
    """End one of somebody's own sessions."""
    await form(request)
    actor, number = request[ACTOR], int(request.match_info["id"])
    reason = "ended by themselves"
    ended = await request.app[PORTER].end(actor, actor.person or 0, number, reason)
    raise web.HTTPSeeOther(location=f"/account?done={'ended' if ended else 'nothing'}")


async def own_sessions_end(request: web.Request) -> web.Response:
    """End all sessions of somebody but the one that asks."""
    await form(request)
    actor = request[ACTOR]

    def others() -> list[int]:
        with request.app[SERVICES].store.read() as connection:
            kept = people_sessions.of_person(connection, actor.person or 0)
        return [one.id for one in kept if one.id != actor.session]

    for number in await asyncio.to_thread(others):
        await request.app[PORTER].end(actor, actor.person or 0, number, "ended by themselves")
    raise web.HTTPSeeOther(location="/account?done=ended")
