"""Signing in with an OpenID Connect provider: authorisation code with PKCE (RFC 7636).

The browser goes to the provider with a state, a nonce and the digest of a verifier, and keeps all
three in a cookie; it comes back with a code, which is changed for an ID token over a connection of
our own. The token counts where a key of the provider signed it, it is for us, of now, and carries
the nonce. Keys are fetched again when a token names one that is not known, but not all the time:
so the provider may change its keys, and nobody can make us fetch without end.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast

import aiohttp
from msgspec import Struct
from yarl import URL

from gateway.clock import Clock
from gateway.people.settings import OidcSettings

_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"]
_FRESH_FOR = timedelta(hours=1)
_AGAIN_AFTER = timedelta(seconds=30)
_BYTES_MAX = 1 << 20
_SECONDS_MAX = 10
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PLACES = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class OidcError(Exception):
    """The provider did not vouch for anybody; the message says why, and holds no secret."""


class Trip(Struct, frozen=True, kw_only=True):
    """What a browser keeps while it is at the provider."""

    state: str
    nonce: str
    verifier: str


class Vouched(Struct, frozen=True, kw_only=True):
    """Whom the provider vouches for; `email` is None where it has not verified it."""

    issuer: str
    subject: str
    name: str
    display: str
    email: str | None
    groups: frozenset[str]


class Provider:
    """The provider of `settings`."""

    def __init__(self, settings: OidcSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._known: dict[str, str] = {}
        self._known_at: datetime | None = None
        self._keys: Mapping[str, Any] | None = None
        self._keys_at: datetime | None = None

    async def leave(self, back: str) -> tuple[str, Trip]:
        """Return where the browser goes, to come back to `back`; raises OidcError."""
        trip = Trip(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
        )
        digest = hashlib.sha256(trip.verifier.encode()).digest()
        place = (await self._places())["authorization_endpoint"]
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": back,
            "scope": " ".join(self._settings.scopes),
            "state": trip.state,
            "nonce": trip.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return str(URL(place).update_query(query)), trip

    async def arrive(self, trip: Trip, code: str, back: str) -> Vouched:
        """Change the code of a trip for whom the provider vouches for; raises OidcError."""
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": self._settings.client_id,
            "code_verifier": trip.verifier,
        }
        if self._settings.client_secret is not None:
            asked["client_secret"] = self._settings.client_secret
        told = await _json("POST", (await self._places())["token_endpoint"], asked)
        token = told.get("id_token")
        if not isinstance(token, str):
            message = "the provider sent no ID token"
            raise OidcError(message)
        return self._vouched(await self._claims(token, trip.nonce))

    async def _places(self) -> dict[str, str]:
        """Return the addresses of the provider, as it describes itself."""
        now = self._clock()
        if self._known_at is None or now - self._known_at >= _FRESH_FOR:
            issuer = (self._settings.issuer or "").rstrip("/")
            told = await _json("GET", f"{issuer}/.well-known/openid-configuration")
            if str(told.get("issuer", "")).rstrip("/") != issuer:
                message = "the provider calls itself by another name than people.oidc.issuer"
                raise OidcError(message)
            known = {name: str(told.get(name, "")) for name in _PLACES}
            for address in known.values():
                _check_address(address)
            self._known, self._known_at = known, now
        return self._known

    async def _claims(self, token: str, nonce: str) -> Mapping[str, Any]:
        """Return what a token claims, once its signature and its claims are right."""
        from joserfc import jwt  # noqa: PLC0415 - the extra `oidc`
        from joserfc.errors import JoseError  # noqa: PLC0415
        from joserfc.jwk import KeySet  # noqa: PLC0415

        wanted = jwt.JWTClaimsRegistry(
            now=lambda: int(self._clock().timestamp()),
            leeway=self._settings.skew_seconds,
            iss={"essential": True, "value": (self._settings.issuer or "").rstrip("/")},
            aud={"essential": True, "value": self._settings.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            keys = await self._keys_with(_key_id(token))
            known = KeySet.import_key_set(cast("Any", keys))
            decoded = jwt.decode(token, known, algorithms=_ALGORITHMS)
            claims = dict(decoded.claims)
            claims["iss"] = str(claims.get("iss", "")).rstrip("/")
            wanted.validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            message = f"the ID token is not right: {type(error).__name__}"
            raise OidcError(message) from error
        if claims.get("azp", self._settings.client_id) != self._settings.client_id:
            message = "the ID token was made for another client"
            raise OidcError(message)
        return claims

    async def _keys_with(self, key_id: str | None) -> Mapping[str, Any]:
        """Return the provider's keys, fetched again where they are old or one is missing."""
        now, keys = self._clock(), self._keys
        held = {one.get("kid") for one in keys["keys"]} if keys else set()
        is_old = self._keys_at is None or now - self._keys_at >= _FRESH_FOR
        may_ask = self._keys_at is None or now - self._keys_at >= _AGAIN_AFTER
        if keys is None or is_old or (key_id not in held and may_ask):
            keys = await _json("GET", (await self._places())["jwks_uri"])
            if not isinstance(keys.get("keys"), list):
                message = "the provider has no keys"
                raise OidcError(message)
            self._keys, self._keys_at = keys, now
        return keys

    def _vouched(self, claims: Mapping[str, Any]) -> Vouched:
        groups = claims.get(self._settings.groups_claim) or []
        email = claims.get("email") if claims.get("email_verified") is True else None
        name = str(claims.get("preferred_username") or claims.get("email") or claims["sub"])
        return Vouched(
            issuer=(self._settings.issuer or "").rstrip("/"),
            subject=str(claims["sub"])[:255],
            name=name.partition("@")[0][:64],
            display=str(claims.get("name") or name)[:128],
            email=str(email).casefold() if email else None,
            groups=frozenset(str(one) for one in groups)
            if isinstance(groups, list)
            else frozenset(),
        )


def _key_id(token: str) -> str | None:
    head = token.partition(".")[0]
    told = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    return told.get("kid") if isinstance(told, dict) else None


def _check_address(address: str) -> None:
    url = URL(address)
    if url.scheme != "https" and url.host not in _LOOPBACK:
        message = "the provider has an address that is not encrypted"
        raise OidcError(message)


async def _json(method: str, address: str, form: dict[str, str] | None = None) -> dict[str, Any]:
    """Ask the provider; raises OidcError where it does not answer with a JSON object."""
    _check_address(address)
    limit = aiohttp.ClientTimeout(total=_SECONDS_MAX)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit) as client,
            client.request(method, address, data=form, allow_redirects=False) as answer,
        ):
            body = await _body(answer)
            status = answer.status
        told = json.loads(body) if status == 200 else None  # noqa: PLR2004 - OK
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        message = f"the provider did not answer: {type(error).__name__}"
        raise OidcError(message) from error
    if not isinstance(told, dict):
        message = f"the provider answered with status {status}"
        raise OidcError(message)
    return told


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    """Return what a provider answered, as far as that is short."""
    body = bytearray()
    async for piece in answer.content.iter_chunked(1 << 16):
        body += piece
        if len(body) > _BYTES_MAX:
            message = "the provider answered with too much"
            raise OidcError(message)
    return bytes(body)
