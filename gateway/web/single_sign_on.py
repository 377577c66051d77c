"""The way to an identity provider and back."""

import asyncio
import base64
import binascii

import structlog
from aiohttp import web

from gateway.doors.access import same
from gateway.doors.callers import PORTER, place_of
from gateway.doors.proxies import is_encrypted, origin_of
from gateway.doors.services import SERVICES
from gateway.people.oidc import OidcError, Provider, Trip
from gateway.people.porter import Admission
from gateway.people.vouching import admit
from gateway.web.landing import way_back
from gateway.web.signing import admitted, sign_in_page

PROVIDER = web.AppKey("provider", Provider)
COOKIE = "dockmatch_trip"
_PATH = "/sign-in/oidc"
_MINUTES = 10
_PARTS = 4
_CODE_CHARACTERS_MAX = 4096
_FAULT = "The sign-in there did not succeed; try again."
_log = structlog.get_logger()


async def leave(request: web.Request) -> web.Response:
    """Send the browser to the provider."""
    try:
        address, trip = await _provider(request).leave(_back(request))
    except OidcError as error:
        return await _failed(request, str(error))
    response = web.Response(status=303, headers={"Location": address})
    back = way_back(request.query.get("next"))
    kept = [trip.state, trip.nonce, trip.verifier]
    kept.append(base64.urlsafe_b64encode(back.encode()).decode().rstrip("="))
    response.set_cookie(
        COOKIE,
        ".".join(kept),
        max_age=_MINUTES * 60,
        path=_PATH,
        httponly=True,
        samesite="Lax",  # it comes back from another site
        secure=is_encrypted(request, request.app[SERVICES].settings.proxies),
    )
    return response


async def arrive(request: web.Request) -> web.Response:
    """Let in whom the provider vouches for; only the browser that was sent there comes back."""
    trip, back = _trip(request.cookies.get(COOKIE, ""))
    code, state = request.query.get("code", ""), request.query.get("state", "")
    if trip is None or not same(trip.state, state):
        return await _failed(request, "another browser came back, or too late")
    if not code or len(code) > _CODE_CHARACTERS_MAX:
        return await _failed(request, "the provider sent no code")
    try:
        vouched = await _provider(request).arrive(trip, code, _back(request))
    except OidcError as error:
        return await _failed(request, str(error))
    services, porter = request.app[SERVICES], request.app[PORTER]
    place = place_of(request, services.settings)

    def enter() -> Admission:
        with services.store.write() as connection:
            return admit(connection, porter, vouched, place)

    admission = await asyncio.to_thread(enter)
    if admission.secret is None:
        return _done(await sign_in_page(request, admission))
    return _done(admitted(request, admission.secret, back))


def _provider(request: web.Request) -> Provider:
    if request.app[SERVICES].people.oidc.issuer is None:
        raise web.HTTPNotFound(text="No identity provider is set up.")
    return request.app[PROVIDER]


def _back(request: web.Request) -> str:
    origin = origin_of(request, request.app[SERVICES].settings.proxies)
    return str(origin.with_path(f"{_PATH}/back"))


def _trip(kept: str) -> tuple[Trip | None, str]:
    """Return what the browser kept, and the page that it wanted to see."""
    parts = kept.split(".")
    if len(parts) != _PARTS or not all(parts):
        return None, "/"
    try:
        back = base64.urlsafe_b64decode(parts[3] + "=" * (-len(parts[3]) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None, "/"
    return Trip(state=parts[0], nonce=parts[1], verifier=parts[2]), back


async def _failed(request: web.Request, why: str) -> web.Response:
    _log.warning("sign_in.failed", why=why)
    return _done(await sign_in_page(request, Admission(fault=_FAULT)))


def _done(response: web.Response) -> web.Response:
    response.del_cookie(COOKIE, path=_PATH)
    return response
