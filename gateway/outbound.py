"""Where this gateway may connect to when somebody else named the address.

A host name proves nothing: it may point inside the house, or change between check and connection.
So the guard sits where aiohttp makes its socket and judges the very address that is about to be
connected. Public addresses may be reached over https; private ones, and plain http, only inside
the networks that the operator allowed; link-local and metadata addresses never. Redirects are not
followed, and proxies of the environment are ignored.
"""

import errno
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import aiohttp
from yarl import URL

Resolved = tuple[int, int, int, str, tuple[str | int, ...]]
"""An address as `getaddrinfo` tells it: family, kind, protocol, name, and where."""

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Never, whatever the operator allows: link-local, cloud metadata, and forms that hide another
# address (SIIT, 6to4, Teredo, local NAT64), which nothing that listens for webhooks needs.
_NEVER = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "169.254.0.0/16",
        "100.100.100.200/32",
        "168.63.129.16/32",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "224.0.0.0/4",
        "255.255.255.255/32",
        "fe80::/10",
        "fd00:ec2::254/128",
        "fd20:ce::254/128",
        "ff00::/8",
        "::/128",
        "::ffff:0:0:0/96",
        "2002::/16",
        "2001::/32",
        "64:ff9b:1::/48",
    )
)
_IPV4_COMPATIBLE = ip_network("::/96")
_LOOPBACK = ip_address("::1")
_NAT64 = ip_network("64:ff9b::/96")


class AddressRefusedError(OSError):
    """The address that a name led to may not be connected to."""


class Guard:
    """Judges addresses: `allowed` are the operator's networks, `public` whether others count."""

    def __init__(self, allowed: Iterable[Network], *, public: bool = True) -> None:
        self._allowed = tuple(allowed)
        self._public = public

    def refusal(self, address: Address) -> str | None:
        """Return why `address` may not be connected to, None where it may."""
        judged = _meant(address)
        if _within(judged, _NEVER) or _hides_another(judged):
            return f"{address} is a link-local, metadata or special address, which is never allowed"
        if _within(judged, self._allowed):
            return None
        if not judged.is_global:
            return f"{address} is a private address outside the networks in [outbound] allow"
        if not self._public:
            return f"plain http to {address} needs its network in [outbound] allow; use https"
        return None

    def socket(self, info: Resolved) -> socket.socket:
        """Make the socket for one resolved address; raises AddressRefusedError where refused."""
        family, kind, protocol, _name, where = info
        refusal = self.refusal(ip_address(str(where[0])))
        if refusal:
            raise AddressRefusedError(errno.EACCES, refusal)
        return socket.socket(family, kind, protocol)


def _meant(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 form stands for (mapped, NAT64), or `address` itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _hides_another(address: Address) -> bool:
    return address in _IPV4_COMPATIBLE and address != _LOOPBACK


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Read networks as an operator writes them ("10.0.0.0/8", "::1"); raises ValueError."""
    return tuple(ip_network(text) for text in texts)


def target(text: str) -> URL:
    """Read the address of a receiver; raises ValueError where it can never be delivered to."""
    url = URL(text)
    if url.scheme not in {"http", "https"} or not url.host:
        message = f"{text!r} is no http or https address"
        raise ValueError(message)
    if url.user or url.password:
        message = "a receiver's address carries no user name or password"
        raise ValueError(message)
    return url


class Outbound:
    """The guarded way out: one client for https, one for plain http, both bounded in time.

    `timeout_seconds` limits the whole exchange. Close it when done.
    """

    def __init__(self, allowed: Iterable[Network], *, timeout_seconds: float = 30) -> None:
        allowed = tuple(allowed)
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds, sock_connect=10)
        self._secure = self._client(Guard(allowed))
        self._plain = self._client(Guard(allowed, public=False))

    def _client(self, guard: Guard) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, socket_factory=guard.socket),
            timeout=self._timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": "dockmatch", "Accept-Encoding": "identity"},
            auto_decompress=False,
            trust_env=False,
        )

    def to(self, url: URL) -> aiohttp.ClientSession:
        """Return the client that may reach `url`."""
        return self._secure if url.scheme == "https" else self._plain

    async def close(self) -> None:
        """Close both clients."""
        await self._secure.close()
        await self._plain.close()
