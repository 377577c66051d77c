"""Signing in and out: people by name and password, and, while there are none, with the token."""

import asyncio

from aiohttp import web

from gateway.doors.access import FORM_COOKIE, SESSION_COOKIE, new_session, same
from gateway.doors.callers import PORTER, place_of, session_cookie
from gateway.doors.edge import ACTOR
from gateway.doors.proxies import is_encrypted
from gateway.doors.services import SERVICES
from gateway.people.porter import WRONG, Admission
from gateway.web.landing import way_back
from gateway.web.serving import PAGES, form, form_token, remember_form, set_cookie

_FORBIDDEN, _TOO_MANY, _GONE = 403, 429, 410
_WRONG_TOKEN = "That is not the token. It stands under [web] in the configuration."  # noqa: S105


async def ask(request: web.Request) -> web.Response:
    """Show the form."""
    return await sign_in_page(request, Admission(), back=request.query.get("next"))


async def sign_in_page(
    request: web.Request, admission: Admission, name: str = "", back: str | None = None
) -> web.Response:
    """Show the form again, with why nobody was let in."""
    token, asks = form_token(request), request.app[PORTER].asks_for_people
    oidc = request.app[SERVICES].people.oidc
    response = request.app[PAGES].answer(
        "sign_in.html",
        status=_status(admission),
        form_token=token,
        fault=admission.fault,
        by_name=await asyncio.to_thread(asks),
        name=name,
        back=way_back(back),
        other=oidc.label if oidc.issuer else None,
    )
    return _waiting(request, response, admission, token)


def _status(admission: Admission) -> int:
    if admission.wait_seconds:
        return _TOO_MANY
    return _FORBIDDEN if admission.fault else 200


def _waiting(
    request: web.Request, response: web.Response, admission: Admission, token: str
) -> web.Response:
    if admission.wait_seconds:
        response.headers["Retry-After"] = str(admission.wait_seconds)
    remember_form(request, response, token)
    return response


async def sign_in(request: web.Request) -> web.Response:
    """Begin a session where the name and the password, or the token, are right."""
    porter, fields = request.app[PORTER], await form(request)
    if not await asyncio.to_thread(porter.asks_for_people):
        return await _by_token(request, fields)
    name, password = fields.get("name", ""), fields.get("password", "")
    place = place_of(request, request.app[SERVICES].settings)
    admission = await porter.sign_in(name, password, place) if name and password else WRONG
    if admission.secret is None:
        return await sign_in_page(request, admission, name, fields.get("next"))
    return admitted(request, admission.secret, fields.get("next"))


async def _by_token(request: web.Request, fields: dict[str, str]) -> web.Response:
    services, back = request.app[SERVICES], fields.get("next")
    token = services.settings.token
    if token is not None and not same(token, fields.get("secret", "")):
        return await sign_in_page(request, Admission(fault=_WRONG_TOKEN), back=back)
    response = _sent_to(way_back(back, "/inbox"))
    if token is not None:
        set_cookie(request, response, SESSION_COOKIE, new_session(token, services.clock()))
    return response


def admitted(request: web.Request, secret: str, back: str | None) -> web.Response:
    """Give the browser the number of its new session, and lead it to its page.

    Its forms get another token, too, so that nothing from before is good any longer.
    """
    services, response = request.app[SERVICES], _sent_to(way_back(back))
    settings = services.settings
    response.set_cookie(
        session_cookie(request, settings),
        secret,
        max_age=services.people.session_days * 24 * 60 * 60,
        httponly=True,
        samesite="Lax",  # so that a link in a mail, or the identity provider, leads inside
        secure=is_encrypted(request, settings.proxies),
    )
    response.del_cookie(FORM_COOKIE)
    return response


async def sign_out(request: web.Request) -> web.Response:
    """End the session of this browser."""
    await form(request)
    await request.app[PORTER].sign_out(request[ACTOR])
    response = _sent_to("/sign-in")
    name = session_cookie(request, request.app[SERVICES].settings)
    response.del_cookie(name, secure=name.startswith("__Host-") or None)
    response.del_cookie(FORM_COOKIE)
    return response


async def ask_password(request: web.Request) -> web.Response:
    """Show the person of a link the form in which they choose a password."""
    return await _link_page(request, Admission())


async def _link_page(request: web.Request, admission: Admission) -> web.Response:
    secret, token = request.match_info["secret"], form_token(request)
    person = await request.app[PORTER].invited(secret)
    status = _status(admission) if person else _GONE
    response = request.app[PAGES].answer(
        "join.html",
        status=status,
        form_token=token,
        person=person,
        action=request.path,
        fault=admission.fault,
    )
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is a secret
    return _waiting(request, response, admission, token)


async def set_password(request: web.Request) -> web.Response:
    """Keep the password that the person of a link chose, and let them in."""
    fields = await form(request)
    place = place_of(request, request.app[SERVICES].settings)
    password = fields.get("password", "")
    if password != fields.get("again", ""):
        return await _link_page(request, Admission(fault="The two are not the same."))
    admission = await request.app[PORTER].join(request.match_info["secret"], password, place)
    if admission.secret is None:
        return await _link_page(request, admission)
    return admitted(request, admission.secret, None)


def _sent_to(address: str) -> web.Response:
    return web.Response(status=303, headers={"Location": address})
