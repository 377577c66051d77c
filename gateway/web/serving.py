"""How a page is answered: one read of the database, one template, the frame around it."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from gateway.doors.access import FORM_COOKIE, same
from gateway.doors.edge import ACTOR
from gateway.doors.services import SERVICES
from gateway.web.frame import Visitor, frame
from gateway.web.rendering import Pages

PAGES = web.AppKey("pages", Pages)
_TITLES = {403: "Not for you", 404: "Nothing is here", 410: "This has ended", 413: "Too much"}
_PASSING = (
    "/shop/",
    "/punchout/return/",
    "/punchout/cart/",
    "/punchout/go/",
    "/ask/",
)  # no users of ours


async def answer_page(
    request: web.Request, template: str, view: Callable[[Connection], Any]
) -> web.Response:
    """Answer with `template` around what `view` prepares; a view of None is "not found"."""
    services, pages, token = request.app[SERVICES], request.app[PAGES], form_token(request)
    actor = request[ACTOR]
    signs_in = actor.person is not None or services.settings.token is not None
    visitor = Visitor(actor=actor, token=token, signs_in=signs_in)

    def render() -> str | None:
        with services.store.read() as connection:
            page = view(connection)
            if page is None:
                return None
            around = frame(connection, request.path, request.query.get("done"), visitor)
        return pages.text(template, page=page, frame=around, key=secrets.token_hex(16))

    text = await asyncio.to_thread(render)
    if text is None:
        raise web.HTTPNotFound(text="There is nothing at this address.")
    response = web.Response(text=text, content_type="text/html")
    remember_form(request, response, token)
    return response


def failure_page(request: web.Request, status: int, title: str, detail: str) -> web.Response:
    """Show a failure to a person."""
    pages = request.app[PAGES]
    passing = request.path.startswith(_PASSING)
    template = "turned_away.html" if passing else "failure.html"
    title = _TITLES.get(status, title) if passing else title
    return pages.answer(template, status=status, title=title, detail=detail)


def form_token(request: web.Request) -> str:
    """Return the token that this browser's forms carry."""
    return request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(32)


def remember_form(request: web.Request, response: web.Response, token: str) -> None:
    """Give the browser its token, which no other site can read or send."""
    if FORM_COOKIE not in request.cookies:
        set_cookie(request, response, FORM_COOKIE, token)


def set_cookie(request: web.Request, response: web.StreamResponse, name: str, value: str) -> None:
    """Set a cookie that scripts cannot read and other sites cannot make a browser send."""
    response.set_cookie(name, value, httponly=True, samesite="Strict", secure=request.secure)


async def form(request: web.Request) -> dict[str, str]:
    """Return the fields of a form of ours; raises 403 for anybody else's."""
    sent = await request.post()
    fields = {name: value for name, value in sent.items() if isinstance(value, str)}
    check_form(request, fields)
    return fields


def check_form(request: web.Request, fields: Mapping[str, str]) -> None:
    """Raise 403 where a form with these fields is not ours."""
    cookie = request.cookies.get(FORM_COOKIE)
    if not cookie or not same(cookie, fields.get("token", "")):
        raise web.HTTPForbidden(text="This form is out of date; go back, load the page again.")


async def several(request: web.Request, *names: str) -> dict[str, list[str]]:
    """Return the fields of a form that may come several times; `form` says whether it is ours."""
    sent = await request.post()
    return {
        name: [value for value in sent.getall(name, []) if isinstance(value, str)] for name in names
    }


def actor_name(request: web.Request) -> str:
    """Return who is at work, as the audit names them."""
    return request[ACTOR].name
