"""Against guessing: whoever tries too often waits, longer each time.

Tries are counted by account and by address, before a password is compared, so that many at once
gain nothing. The first few cost no time; then each doubles the wait, up to a bound: an account is
never locked for ever, or anybody could lock anybody out. An account that nobody has counts alike.
While one waits nothing is compared, and what was typed is kept as a digest alone.
"""

import hashlib
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import moment_of, stamp
from gateway.store import people_sessions
from gateway.store.people_sessions import Tries

FORGOTTEN_AFTER: Final = timedelta(days=1)
_NETWORK_OF_ONE = 64  # bits of an IPv6 address that one customer has


class Patience(Struct, frozen=True, kw_only=True):
    """So many tries are free; then the wait begins with `first` and doubles up to `longest`."""

    free: int
    first: timedelta
    longest: timedelta

    def wait(self, tries: int) -> timedelta:
        """Return how long one waits after that many tries in a row."""
        if tries < self.free:
            return timedelta()
        doublings = min(tries - self.free, 30)  # beyond that every wait is the longest
        return min(self.first * (1 << doublings), self.longest)


OF_ACCOUNT: Final = Patience(free=5, first=timedelta(seconds=5), longest=timedelta(minutes=15))
OF_ADDRESS: Final = Patience(free=30, first=timedelta(seconds=5), longest=timedelta(hours=1))


def seconds_to_wait(connection: Connection, name: str, address: str, now: datetime) -> int:
    """Count a try and return 0; or, where one still has to wait, count none and say how long."""
    kept = [(key, patience, _kept(connection, key, now)) for key, patience in _keys(name, address)]
    until = max((one.wait_until for _, _, one in kept), default="")
    if until > stamp(now):
        return int((moment_of(until) - now).total_seconds()) + 1
    for key, patience, one in kept:
        tries = one.tries + 1
        wait_until = stamp(now + patience.wait(tries))
        kept_now = Tries(tries=tries, last_at=stamp(now), wait_until=wait_until)
        people_sessions.keep_tries(connection, key, kept_now)
    people_sessions.forget_old_tries(connection, stamp(now - FORGOTTEN_AFTER))
    return 0


def forgive(connection: Connection, name: str, address: str) -> None:
    """Forget the tries on an account, and one of the address: this one was good."""
    account, from_address = (key for key, _ in _keys(name, address))
    people_sessions.forget_tries(connection, account)
    kept = people_sessions.tries(connection, from_address)
    if kept.tries:
        fewer = Tries(tries=kept.tries - 1, last_at=kept.last_at, wait_until="")
        people_sessions.keep_tries(connection, from_address, fewer)


def _kept(connection: Connection, key: str, now: datetime) -> Tries:
    kept = people_sessions.tries(connection, key)
    is_old = kept.last_at < stamp(now - FORGOTTEN_AFTER)
    return Tries(tries=0, last_at="", wait_until="") if is_old else kept


def _keys(name: str, address: str) -> tuple[tuple[str, Patience], tuple[str, Patience]]:
    return (
        (_key("account", name.strip().casefold()), OF_ACCOUNT),
        (_key("address", network_of(address)), OF_ADDRESS),
    )


def _key(kind: str, text: str) -> str:
    return f"{kind}:{hashlib.sha256(text.encode()).hexdigest()}"


def network_of(address: str) -> str:
    """Return what one guesser has of addresses: an IPv4 address, or a network of IPv6."""
    try:
        where = ip_address(address)
    except ValueError:
        return address
    if not isinstance(where, IPv6Address):
        return str(where)
    if where.ipv4_mapped:
        return str(where.ipv4_mapped)
    return str(ip_network((where, _NETWORK_OF_ONE), strict=False))
