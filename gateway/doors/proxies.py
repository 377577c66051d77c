"""Behind a reverse proxy: from where a request really came, and whether it came encrypted.

What a proxy adds to a request is believed where the request comes from one of the networks that
the configuration names, and nowhere else: anybody can write a header.
"""

from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address, ip_network

from aiohttp import web
from yarl import URL


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Whether an address lies in one of `networks`."""
    try:
        where = ip_address(address.strip())
    except ValueError:
        return False
    if isinstance(where, IPv6Address) and where.ipv4_mapped:
        where = where.ipv4_mapped
    return any(where in ip_network(one) for one in networks)


def address_of(request: web.Request, proxies: tuple[str, ...]) -> str:
    """Return where a request came from: the last address that is no proxy of ours."""
    passed = request.headers.get("X-Forwarded-For", "").split(",")
    way = [*(one.strip() for one in passed if one.strip()), request.remote or ""]
    while len(way) > 1 and is_within(way[-1], proxies):
        way.pop()
    return way[-1][:64]


def origin_of(request: web.Request, proxies: tuple[str, ...]) -> URL:
    """Return the address that the browser has this server under."""
    scheme = "https" if is_encrypted(request, proxies) else "http"
    return URL(f"{scheme}://{request.host}")


def is_encrypted(request: web.Request, proxies: tuple[str, ...]) -> bool:
    """Whether the browser's side of a request is encrypted."""
    if request.secure:
        return True
    by_proxy = is_within(request.remote or "", proxies)
    return by_proxy and request.headers.get("X-Forwarded-Proto", "").lower() == "https"
