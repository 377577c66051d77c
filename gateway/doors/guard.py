"""Who may do what by HTTP: every route names the right that it needs, or is open to strangers.

`gate` says whose request it is; `needs` stands before a handler and refuses whom its right was not
given. A route that declares nothing is closed to everybody, so forgetting one opens nothing, and a
test walks the router for such. An actor with a partner comes to those routes alone that declare
that they show each partner only what is theirs.
"""

from collections.abc import Awaitable, Callable, Iterator
from functools import wraps
from weakref import WeakKeyDictionary

from aiohttp import web
from aiohttp.typedefs import Middleware
from msgspec import Struct
from yarl import URL

from gateway.doors.access import Actor, WebSettings, comes_from_elsewhere, knows_host
from gateway.doors.edge import ACTOR, API, Handler
from gateway.rights import RIGHTS

Who = Callable[[web.Request], Awaitable[Actor | None]]
"""Says whose request it is; None where they have to sign in first."""

OPEN_PATHS = (
    "/healthz",
    "/readyz",
    "/static/",
    "/sign-in",
    "/cxml",  # its Sender proves itself
    "/punchout/return/",  # each of these addresses is a secret of its own
    "/punchout/cart/",
    "/punchout/go/",
    "/shop/",
    "/ask/",
)
FROM_ELSEWHERE = ("/punchout/return/", "/shop/oci")  # what other sites have browsers post to


class Need(Struct, frozen=True, kw_only=True):
    """What a route asks for: a right, or None for all who have signed in.

    With `by_partner` its handler shows an actor with a partner only what is that partner's.
    """

    right: str | None
    by_partner: bool = False


class Declared(Struct, frozen=True, kw_only=True):
    """A route and what it asks for; where that is None, `is_open` says whether on purpose."""

    method: str
    path: str
    need: Need | None
    is_open: bool


_NEEDS: WeakKeyDictionary[object, Need] = WeakKeyDictionary()


def needs(right: str | None = None, *, by_partner: bool = False) -> Callable[[Handler], Handler]:
    """Return what puts `right` before a handler; without one, signing in is enough.

    Who lacks it gets 403: a problem below /v1, a page elsewhere. Raises KeyError for a right that
    does not exist.
    """
    if right is not None:
        RIGHTS[right]
    need = Need(right=right, by_partner=by_partner)

    def before(handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(request: web.Request) -> web.StreamResponse:
            actor = request.get(ACTOR)
            if actor is None:
                raise turned_away(request)
            _refuse(actor, need)
            return await handler(request)

        _NEEDS[guarded] = need
        return guarded

    return before


def _refuse(actor: Actor, need: Need) -> None:
    """Raise 403 where `need` is more than `actor` has."""
    if need.right is not None and need.right not in actor.rights:
        what = RIGHTS[need.right]
        raise web.HTTPForbidden(text=f"This needs the right {need.right}: {what}.")
    if actor.partner is not None and not need.by_partner:
        text = f"What is signed in here may touch what is {actor.partner}'s, and nothing else."
        raise web.HTTPForbidden(text=text)


def need_of(handler: object) -> Need | None:
    """Return what a handler declares."""
    return _NEEDS.get(handler)


def declared(app: web.Application) -> Iterator[Declared]:
    """Return every route of `app` with the right that it needs."""
    for route in app.router.routes():
        path = route.resource.canonical if route.resource else ""
        yield Declared(
            method=route.method,
            path=path,
            need=need_of(route.handler),
            is_open=path.startswith(OPEN_PATHS),
        )


def gate(settings: WebSettings, who: Who) -> Middleware:
    """Return the middleware that says whose request it is, and lets no stranger in."""

    @web.middleware
    async def at_the_gate(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not knows_host(settings, request.host):
            raise web.HTTPMisdirectedRequest(text="This server does not answer to that name.")
        if not request.path.startswith(FROM_ELSEWHERE) and comes_from_elsewhere(
            request.method, request.headers
        ):
            raise web.HTTPForbidden(text="Another site sent this request; nothing was done.")
        actor = await who(request)
        if actor is not None:
            request[ACTOR] = actor
        elif not request.path.startswith(OPEN_PATHS):
            raise turned_away(request)
        if _is_undeclared(request):
            raise web.HTTPForbidden(text="Nobody has said who may do this.")
        return await handler(request)

    return at_the_gate


def _is_undeclared(request: web.Request) -> bool:
    """Whether this is a route of ours that says nothing of who may use it."""
    found = request.match_info
    if found.http_exception is not None or request.path.startswith(OPEN_PATHS):
        return False
    return need_of(found.handler) is None


def turned_away(request: web.Request) -> web.HTTPException:
    """Return the way to the sign-in, and back, for a person; what to send for a machine."""
    is_read = request.method in {"GET", "HEAD"}
    is_page = is_read or "text/html" in request.headers.get("Accept", "")
    if is_page and not request.path.startswith(API):
        back = {"next": str(request.rel_url)} if is_read and request.path != "/" else {}
        return web.HTTPSeeOther(location=str(URL("/sign-in").with_query(back)))
    return web.HTTPUnauthorized(
        text="Send a key or the token as Authorization: Bearer.",
        headers={"WWW-Authenticate": "Bearer"},
    )
