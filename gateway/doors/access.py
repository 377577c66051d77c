"""Who may come in by HTTP: the settings of the server, keys, the token, and whose request it is.

Without credentials the server listens on loopback only; `checked` refuses anything else. A browser
signs in with the token and gets a signed cookie that ends by itself; machines send the token or a
key as `Authorization: Bearer`. A key that names a partner sends that partner's documents, no more.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from msgspec import Struct
from yarl import URL

from gateway.rights import ROLES

SESSION_COOKIE = "dockmatch_session"
FORM_COOKIE = "dockmatch_form"
SESSION_ENDS_AFTER = timedelta(hours=12)
SECRET_CHARACTERS_MIN = 16
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Key(Struct, frozen=True, kw_only=True):
    """An API key: `name` appears in the audit; one with a `partner` sends its documents only."""

    name: str
    key: str
    partner: str | None = None


class WebSettings(Struct, frozen=True, kw_only=True):
    """How the server listens. `hosts` are the names it answers to beside its own address.

    `proxies` are the networks of reverse proxies that are believed where a request came from.
    """

    host: str = "127.0.0.1"
    port: int = 8710
    token: str | None = None
    hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()
    upload_bytes_max: int = 64 << 20


class Actor(Struct, frozen=True, kw_only=True):
    """Whose request it is, and what they may do: `rights` are names in `gateway.rights.RIGHTS`.

    One with a `partner` comes to what is that partner's and no further, whatever its rights. A
    `person` has a number, roles, a session, and a name that is shown beside the one in the log.
    """

    name: str
    partner: str | None = None
    rights: frozenset[str] = frozenset()
    person: int | None = None
    session: int | None = None
    roles: frozenset[str] = frozenset()
    display: str = ""


_OPERATOR = Actor(name="operator", rights=ROLES["admin"])
_SENDING = frozenset({"documents:send"})


class InsecureError(Exception):
    """These settings would let strangers in."""


def checked(settings: WebSettings) -> WebSettings:
    """Return `settings`; raises InsecureError where they are open to the world or easy to guess."""
    if not _is_loopback(settings.host) and not settings.token:
        message = (
            f"the server would listen on {settings.host} without credentials;"
            " set [web] token, or host = '127.0.0.1'"
        )
        raise InsecureError(message)
    try:
        _ = [ip_network(one) for one in settings.proxies]
    except ValueError as error:
        message = f"[web] proxies are networks such as 10.1.0.0/16: {error}"
        raise InsecureError(message) from error
    secrets = [settings.token or "-" * SECRET_CHARACTERS_MIN, *(key.key for key in settings.keys)]
    if any(len(secret) < SECRET_CHARACTERS_MIN for secret in secrets):
        message = f"tokens and keys need {SECRET_CHARACTERS_MIN} characters or more"
        raise InsecureError(message)
    return settings


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def knows_host(settings: WebSettings, host: str) -> bool:
    """Whether the `Host` of a request is ours: a foreign one is another site's name for us."""
    try:
        name = URL(f"//{host}").host
    except ValueError:
        return False
    everywhere = settings.host in {"0.0.0.0", "::"} and not settings.hosts  # noqa: S104
    return everywhere or name in _LOOPBACK_NAMES | {settings.host, *settings.hosts}


def comes_from_elsewhere(method: str, headers: Mapping[str, str]) -> bool:
    """Whether another site's page made a browser send this request that changes something."""
    if method in _SAFE_METHODS:
        return False
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("Origin")
    return origin is not None and origin.partition("://")[2] != headers.get("Host")


def actor_of(
    settings: WebSettings, headers: Mapping[str, str], session: str | None, now: datetime
) -> Actor | None:
    """Return whose request it is; None where it must sign in first."""
    secret = bearer(headers)
    if secret:
        return _actor_of_secret(settings, secret)
    if settings.token is None:
        return _OPERATOR
    if session is not None and _is_session(settings.token, session, now):
        return _OPERATOR
    return None


def bearer(headers: Mapping[str, str]) -> str | None:
    """Return the secret that a machine sends along."""
    scheme, _, secret = headers.get("Authorization", "").partition(" ")
    return secret.strip() or None if scheme.lower() == "bearer" else None


def _actor_of_secret(settings: WebSettings, secret: str) -> Actor | None:
    found = None
    if settings.token is not None and same(settings.token, secret):
        found = _OPERATOR
    for key in settings.keys:
        if same(key.key, secret):
            rights = ROLES["admin"] if key.partner is None else _SENDING
            found = Actor(name=key.name, partner=key.partner, rights=rights)
    return found


def same(one: str, other: str) -> bool:
    """Compare two secrets in a time that tells nothing."""
    return hmac.compare_digest(one.encode(), other.encode())


def new_session(token: str, now: datetime) -> str:
    """Return the cookie of a session that begins now: its end, signed."""
    ends = int((now + SESSION_ENDS_AFTER).timestamp())
    return f"{ends}.{_signature(token, ends)}"


def _is_session(token: str, session: str, now: datetime) -> bool:
    ends, _, signature = session.partition(".")
    if not (ends.isascii() and ends.isdigit() and len(ends) <= 12):  # noqa: PLR2004 - a bound
        return False
    return same(_signature(token, int(ends)), signature) and now.timestamp() < int(ends)


def _signature(token: str, ends: int) -> str:
    key = hashlib.sha256(b"dockmatch session\0" + token.encode()).digest()
    return hmac.new(key, str(ends).encode(), hashlib.sha256).hexdigest()
