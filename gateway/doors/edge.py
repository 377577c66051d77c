"""The edge that every request passes: strict headers, and what a failure looks like.

Machines (paths below /v1) get RFC 9457 problems, people get a page. A fault of ours is logged under
a number that the answer names, and tells nothing else.
"""

import secrets
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware

from gateway.doors.access import Actor
from gateway.doors.problems import problem_of
from gateway.doors.proxies import is_encrypted
from gateway.doors.services import SERVICES

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Failed = Callable[[web.Request, int, str, str], web.Response]

ACTOR = web.RequestKey("actor", Actor)
API = "/v1/"

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
        " object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_ENCRYPTED_FOR = "max-age=31536000"
_log = structlog.get_logger()


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Give every answer the headers that keep browsers strict; pages are not kept in caches."""
    if is_encrypted(request, request.app[SERVICES].settings.proxies):
        response.headers.setdefault("Strict-Transport-Security", _ENCRYPTED_FOR)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")


def edge(page: Failed) -> Middleware:
    """Return the outermost middleware; `page` shows a failure to a person."""

    @web.middleware
    async def at_the_edge(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as error:
            if error.status < HTTPStatus.BAD_REQUEST:
                raise
            return _failure(request, page, error)
        except Exception:  # noqa: BLE001 - the request edge: the next request must be served
            number = secrets.token_hex(4)
            _log.exception(
                "request.failed", number=number, method=request.method, path=request.path
            )
            fault = web.HTTPInternalServerError(
                text=f"This is our fault; it is logged as {number}."
            )
            return _failure(request, page, fault)

    return at_the_edge


def _failure(request: web.Request, page: Failed, error: web.HTTPException) -> web.Response:
    title = HTTPStatus(error.status).phrase
    detail = error.text or ""
    detail = "" if detail.startswith(f"{error.status}: ") else detail
    if request.path.startswith(API):
        answer = problem_of(error.status, detail)
    else:
        answer = page(request, error.status, title, detail)
    for name in ("Allow", "WWW-Authenticate", "Retry-After"):
        if name in error.headers:
            answer.headers[name] = error.headers[name]
    return answer
