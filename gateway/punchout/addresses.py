"""Addresses that a partner names and a browser is sent to: only where that was agreed.

https, no user name, a host that the partner's profile names. Plain http only on this machine, for
rehearsals, or where the operator wrote the partner's own address that way.
"""

from ipaddress import ip_address

from yarl import URL

from gateway.punchout.trading import Partner

_LENGTH_MAX = 2000


class AddressError(ValueError):
    """A browser is not sent to this address; the message says why."""


def shop_page(address: str, partner: Partner) -> str:
    """Return the address of a shop's page where a browser may go. Raises `AddressError`."""
    shop = URL(partner.connection.setup_url or "")
    allowed = {shop.host, *partner.connection.hosts}
    return _checked(address, allowed, plain=shop.scheme == "http")


def return_page(address: str, partner: Partner) -> str:
    """Return the address that a buyer's cart goes back to. Raises `AddressError`."""
    return _checked(address, set(partner.connection.hosts), plain=False)


def _checked(address: str, allowed: set[str | None], *, plain: bool) -> str:
    try:
        url = URL(address.strip())
        host = url.host
    except ValueError as fault:
        message = f"{address[:100]!r} is no address"
        raise AddressError(message) from fault
    if url.scheme not in {"https", "http"} or not host or len(address) > _LENGTH_MAX:
        message = f"{address[:100]!r} is no address of a web page"
        raise AddressError(message)
    if url.user is not None or url.password is not None:
        message = "the address carries a user name or password"
        raise AddressError(message)
    if url.scheme == "http" and not (plain or _is_here(host)):
        message = f"the address of {host} is not https"
        raise AddressError(message)
    if allowed and host not in allowed:
        message = f"{host} is none of the hosts that are agreed (connection.hosts)"
        raise AddressError(message)
    return str(url)


def origin_of(address: str) -> str:
    """Return scheme, host and port of an address, as browsers compare them."""
    return str(URL(address).origin())


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
