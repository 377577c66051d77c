"""Signing in with the token, where the operator set one."""

from aiohttp import web

from gateway.doors.access import FORM_COOKIE, SESSION_COOKIE, new_session, same
from gateway.doors.services import SERVICES
from gateway.web.serving import PAGES, form, form_token, remember_form, set_cookie

_FORBIDDEN = 403


async def ask(request: web.Request) -> web.Response:
    """Show the form."""
    return _page(request, failed=False)


def _page(request: web.Request, *, failed: bool) -> web.Response:
    token = form_token(request)
    status = _FORBIDDEN if failed else 200
    response = request.app[PAGES].answer(
        "sign_in.html", status=status, form_token=token, failed=failed
    )
    remember_form(request, response, token)
    return response


async def sign_in(request: web.Request) -> web.Response:
    """Begin a session where the token is right."""
    services, fields = request.app[SERVICES], await form(request)
    token = services.settings.token
    if token is not None and not same(token, fields.get("secret", "")):
        return _page(request, failed=True)
    response = web.Response(status=303, headers={"Location": "/inbox"})
    if token is not None:
        set_cookie(request, response, SESSION_COOKIE, new_session(token, services.clock()))
    return response


async def sign_out(request: web.Request) -> web.Response:
    """End the session of this browser."""
    await form(request)
    response = web.Response(status=303, headers={"Location": "/sign-in"})
    response.del_cookie(SESSION_COOKIE)
    response.del_cookie(FORM_COOKIE)
    return response
