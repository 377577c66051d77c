"""The guard's table of addresses, and that the client asks it on the address being connected."""

import asyncio
import socket
from collections.abc import AsyncIterator
from ipaddress import ip_address

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from gateway.outbound import Guard, Outbound, networks, target

PUBLIC = ["93.184.215.14", "2606:2800:21f:cb07::1", "64:ff9b::5db8:d70e", "::ffff:93.184.215.14"]
PRIVATE = [
    "127.0.0.1",
    "127.255.255.254",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "198.18.0.1",
    "::1",
    "fc00::1",
    "fd12:3456::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
]
NEVER = [
    "0.0.0.0",  # noqa: S104
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.8",
    "192.0.0.192",
    "224.0.0.1",
    "239.255.255.250",
    "255.255.255.255",
    "::",
    "::7f00:1",
    "::ffff:0:7f00:1",
    "fe80::1",
    "fd00:ec2::254",
    "fd20:ce::254",
    "ff02::1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "64:ff9b:1::7f00:1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
]
EVERYTHING = networks(["0.0.0.0/0", "::/0"])


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_open_over_https(address: str) -> None:
    assert Guard(()).refusal(ip_address(address)) is None


@pytest.mark.parametrize("address", PUBLIC)
def test_plain_http_needs_an_allowed_network(address: str) -> None:
    assert "use https" in (Guard((), public=False).refusal(ip_address(address)) or "")
    assert Guard(EVERYTHING, public=False).refusal(ip_address(address)) is None


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_need_an_allowed_network(address: str) -> None:
    assert "private address" in (Guard(()).refusal(ip_address(address)) or "")
    assert Guard(EVERYTHING).refusal(ip_address(address)) is None


@pytest.mark.parametrize("address", NEVER)
def test_special_addresses_stay_refused_whatever_is_allowed(address: str) -> None:
    assert "never allowed" in (Guard(EVERYTHING).refusal(ip_address(address)) or "")


def test_an_allowed_network_opens_itself_alone() -> None:
    guard = Guard(networks(["10.20.0.0/16"]))
    assert guard.refusal(ip_address("10.20.1.1")) is None
    assert guard.refusal(ip_address("10.21.1.1")) is not None
    assert guard.refusal(ip_address("127.0.0.1")) is not None


@pytest.mark.parametrize(
    "text",
    [
        "ftp://erp.example/hook",
        "file:///etc/passwd",
        "gopher://erp.example/",
        "javascript:alert(1)",
        "http://",
        "//erp.example/hook",
        "erp.example/hook",
        "",
        "https://user:word@erp.example/hook",
        "https://user@erp.example/hook",
    ],
)
def test_what_can_never_be_delivered_to_is_no_target(text: str) -> None:
    with pytest.raises(ValueError, match="address"):
        target(text)


class _Hits:
    def __init__(self) -> None:
        self.number = 0

    async def hit(self, _request: web.Request) -> web.Response:
        self.number += 1
        return web.Response(text="reached")


@pytest.fixture
def hits() -> _Hits:
    return _Hits()


@pytest.fixture
async def server(hits: _Hits) -> AsyncIterator[TestServer]:
    app = web.Application()
    app.router.add_get("/", hits.hit)
    async with TestServer(app) as running:
        yield running


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "[::ffff:7f00:1]",
    ],
)
async def test_no_spelling_of_loopback_gets_through(
    server: TestServer, hits: _Hits, host: str
) -> None:
    outbound = Outbound(())
    url = URL(f"http://{host}:{server.port}/", encoded=True)
    with pytest.raises((aiohttp.ClientError, OSError, ValueError)):
        await outbound.to(url).get(url)
    await outbound.close()
    assert hits.number == 0


async def test_loopback_is_reached_where_the_operator_allows_it(
    server: TestServer, hits: _Hits
) -> None:
    outbound = Outbound(networks(["127.0.0.0/8"]))
    url = URL(f"http://127.0.0.1:{server.port}/")
    async with outbound.to(url).get(url) as response:
        assert await response.text() == "reached"
    await outbound.close()
    assert hits.number == 1


async def test_a_name_that_moves_inside_after_its_check_is_refused(
    server: TestServer, hits: _Hits, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()

    async def rebound(*_args: object, **_more: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))]

    monkeypatch.setattr(loop, "getaddrinfo", rebound)
    outbound = Outbound(())
    url = URL("https://erp.example/")
    with pytest.raises(aiohttp.ClientConnectorError, match="private address"):
        await outbound.to(url).get(url)
    await outbound.close()
    assert hits.number == 0
