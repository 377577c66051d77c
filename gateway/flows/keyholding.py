"""API keys: made, told once, looked up, ended.

A key is `dm_` and 32 random bytes. Only its SHA-256 is kept: it cannot be guessed, so a slow hash
would protect nothing. Whoever makes a key gives no right that they have not, and every key made or
ended is an event in the log.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import Clock, moment_of, stamp
from gateway.doors.access import Actor
from gateway.events.data import KeyNews
from gateway.rights import RIGHTS
from gateway.store import keys
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce
from gateway.store.keys import KeyRow, NewKey

PREFIX = "dm_"
MARKED_EVERY = timedelta(minutes=1)
_BYTES = 32
_HINT_CHARACTERS = 8
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}")
_PARTNER = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")


class KeyRefusedError(ValueError):
    """A key cannot be made as it was asked for; the message says why."""


class WantedKey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key that somebody asks for: what it opens, for which partner, from where, until when."""

    name: str
    rights: tuple[str, ...]
    partner: str | None = None
    networks: tuple[str, ...] = ()
    expires_at: datetime | None = None


class MadeKey(Struct, frozen=True, kw_only=True):
    """A key with its secret, which nobody can be told again."""

    key: KeyRow
    secret: str


def make(connection: Connection, wanted: WantedKey, maker: Actor, now: datetime) -> MadeKey:
    """Make a key; raises KeyRefusedError."""
    secret = PREFIX + secrets.token_urlsafe(_BYTES)
    new = _checked(wanted, maker, now, secret)
    number = keys.add(connection, new, stamp(now))
    made = keys.one(connection, number) if number is not None else None
    if made is None:
        message = f"there is or was a key named {wanted.name}; the log knows it by that name"
        raise KeyRefusedError(message)
    _announce(connection, made, "key.created", maker.name, now)
    return MadeKey(key=made, secret=secret)


def end(connection: Connection, number: int, actor: str, now: datetime) -> KeyRow | None:
    """End a key at once and return it; None where there is none that is alive."""
    if not keys.revoke(connection, number, actor, stamp(now)):
        return None
    ended = keys.one(connection, number)
    if ended is not None:
        _announce(connection, ended, "key.revoked", actor, now)
    return ended


def key_actor(connection: Connection, secret: str, address: str, now: datetime) -> Actor | None:
    """Return whose request it is that brought `secret` from `address`; None where nobody's."""
    found = _good(connection, secret, address, now)
    return _actor(found) if found else None


class KeyRing:
    """The keys of a store, as the gate asks for them; notes when each was used last."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def actor(self, secret: str, address: str) -> Actor | None:
        """Return whose request it is that brought `secret` from `address`; None where nobody's."""
        now = self._clock()
        with self._store.read() as connection:
            found = _good(connection, secret, address, now)
        if found is None:
            return None
        if found.used_at is None or now - moment_of(found.used_at) >= MARKED_EVERY:
            with self._store.write() as connection:
                keys.mark_used(connection, found.id, address, stamp(now))
        return _actor(found)


def _good(connection: Connection, secret: str, address: str, now: datetime) -> KeyRow | None:
    if not secret.startswith(PREFIX):
        return None
    found = keys.with_digest(connection, _digest(secret))
    if found is None or found.revoked_at is not None or has_expired(found, now):
        return None
    return found if not found.networks or _is_within(address, found.networks) else None


def has_expired(key: KeyRow, now: datetime) -> bool:
    """Whether the time of a key is over."""
    return key.expires_at is not None and moment_of(key.expires_at) <= now


def _actor(key: KeyRow) -> Actor:
    return Actor(name=key.name, partner=key.partner, rights=key.rights & RIGHTS.keys())


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _is_within(address: str, networks: Iterable[str]) -> bool:
    try:
        where = ip_address(address)
    except ValueError:
        return False
    if isinstance(where, IPv6Address) and where.ipv4_mapped:
        where = where.ipv4_mapped
    return any(where in ip_network(one) for one in networks)


def _checked(wanted: WantedKey, maker: Actor, now: datetime, secret: str) -> NewKey:
    for refusal in (_name_fault(wanted), _rights_fault(wanted, maker), _end_fault(wanted, now)):
        if refusal:
            raise KeyRefusedError(refusal)
    return NewKey(
        name=wanted.name,
        digest=_digest(secret),
        hint=secret[: len(PREFIX) + _HINT_CHARACTERS],
        rights=frozenset(wanted.rights),
        partner=wanted.partner,
        networks=_networks(wanted.networks),
        expires_at=stamp(wanted.expires_at) if wanted.expires_at else None,
        created_by=maker.name,
    )


def _name_fault(wanted: WantedKey) -> str | None:
    if not _NAME.fullmatch(wanted.name):
        return "a key's name is up to 64 letters, digits, blanks, '-', '_' and '.'"
    if wanted.partner is not None and not _PARTNER.fullmatch(wanted.partner):
        return "a partner's name is letters, digits, '-', '_' and '.'"
    return None


def _rights_fault(wanted: WantedKey, maker: Actor) -> str | None:
    unknown = sorted(set(wanted.rights) - RIGHTS.keys())
    if unknown or not wanted.rights:
        what = f"there is no right {unknown[0]}" if unknown else "a key needs a right"
        return f"{what}; the rights are {', '.join(RIGHTS)}"
    beyond = sorted(set(wanted.rights) - maker.rights)
    if beyond:
        return f"nobody gives a right that they have not: {', '.join(beyond)}"
    if maker.partner is not None and wanted.partner != maker.partner:
        return f"a key of {maker.partner} makes keys of {maker.partner} alone"
    return None


def _end_fault(wanted: WantedKey, now: datetime) -> str | None:
    if wanted.expires_at is None:
        return None
    if wanted.expires_at.tzinfo is None:
        return "say the offset of expires_at, such as 2027-01-01T00:00:00Z"
    return "expires_at is over already" if wanted.expires_at <= now else None


def _networks(texts: Iterable[str]) -> tuple[str, ...]:
    try:
        return tuple(str(ip_network(text)) for text in texts)
    except ValueError as error:
        message = f"networks are such as 10.1.0.0/16: {error}"
        raise KeyRefusedError(message) from error


def _announce(connection: Connection, key: KeyRow, kind: str, actor: str, now: datetime) -> None:
    told = KeyNews(key=key.id, name=key.name, rights=sorted(key.rights), partner=key.partner)
    data = msgspec.json.encode(told)
    news = NewEvent(type=kind, subject=f"key/{key.id}", data=data, actor=actor)
    announce(connection, [news], stamp(now))
