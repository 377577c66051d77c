"""The list that a person works through: what follows an invoice in it, and what came before.

A page does not say what follows; its links do when they are followed, and a decision does once. So
nothing is looked for in vain, and what was decided meanwhile is passed over.
"""

import asyncio

from aiohttp import web
from msgspec.structs import replace
from sqlalchemy import Connection

from gateway.doors.services import SERVICES
from gateway.store import inbox as store
from gateway.store.looking import OPEN_VERDICTS, Look, Place
from gateway.store.stakes import stake, stakes
from gateway.web import words
from gateway.web.inbox import look_of, viewer_of
from gateway.web.risk import Ranking
from gateway.web.rows import Viewer, link

RECORD_VERDICTS = (*OPEN_VERDICTS, "incomplete")


async def next_page(request: web.Request) -> web.Response:
    """Go to what follows an invoice in the list that the person came from."""
    return await _go(request, back=False)


async def previous_page(request: web.Request) -> web.Response:
    """Go to what came before it."""
    return await _go(request, back=True)


async def _go(request: web.Request, *, back: bool) -> web.Response:
    services, query = request.app[SERVICES], request.query.get("q", "")
    record_id, viewer = int(request.match_info["id"]), viewer_of(request)

    def find() -> int | None:
        with services.store.read() as connection:
            return following(connection, record_id, query, viewer, back=back)

    found = await asyncio.to_thread(find)
    end = link("/inbox", q=query, done="last")
    raise web.HTTPSeeOther(location=link(f"/x/{found}", q=query) if found else end)


def following(
    connection: Connection, record_id: int, query: str, viewer: Viewer, *, back: bool = False
) -> int | None:
    """Return the next record of the list that the person came from; after the last, the first.

    With `back`, return the one before; before the first, the last. None where there is no other.
    """
    look, here = _look(query, viewer), store.place(connection, record_id)
    if look is None or here is None:
        return None
    by_time = "newest" in words.read(query).of("order")
    asked = _by_time if by_time else _by_risk
    found = asked(connection, look, here, viewer, back=back)
    return found.id if found and found.id != record_id else None


def _by_time(
    connection: Connection, look: Look, here: Place, _viewer: Viewer, *, back: bool
) -> Place | None:
    if back:
        return store.newer(connection, look, here) or store.newer(connection, look, None)
    found = store.attention(connection, look, after=here, limit=1)
    return next(iter(found or store.attention(connection, look, limit=1)), None)


def _by_risk(
    connection: Connection, look: Look, here: Place, viewer: Viewer, *, back: bool
) -> Place | None:
    percent = viewer.settings.late_percent
    ranking = Ranking(stakes(connection, look), viewer.now.date(), percent)
    own = stake(connection, here)
    if back:
        ahead = ranking.before(own) if own else None
        return ahead[0].place if ahead else None
    found = ranking.first(1, after=own) or ranking.first(1)
    return next((one.place for one, _ in found), None)


def _look(query: str, viewer: Viewer) -> Look | None:
    """Return what the words ask for, of what has a page of its own; None where nothing has."""
    look = look_of(words.read(query), viewer)
    wanted = tuple(one for one in look.verdicts or RECORD_VERDICTS if one in RECORD_VERDICTS)
    return replace(look, verdicts=wanted) if wanted else None
