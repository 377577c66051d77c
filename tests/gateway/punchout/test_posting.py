"""What an answer means: the document in it decides, then HTTP; and where we post at all."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest
from aiohttp import web

from gateway.outbound import Outbound, networks
from gateway.punchout.posting import ANSWER_BYTES_MAX, post, reply_of
from gateway.punchout.writing import start_response, status_response

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PAGE = b"<!DOCTYPE html><html><body>Sorry, our server is tired.</body></html>"


def said(code: int, told: str = "") -> bytes:
    return status_response(code, told or None, "1@shop", NOW)


@pytest.mark.parametrize(
    ("http", "code", "verdict"),
    [
        (200, 200, "done"),
        (200, 201, "done"),
        (500, 200, "done"),
        (200, 401, "refused"),
        (200, 409, "refused"),
        (404, 406, "refused"),
        (200, 500, "again"),
        (200, 560, "again"),
    ],
)
def test_the_status_inside_decides(http: int, code: int, verdict: str) -> None:
    reply = reply_of(http, "text/xml", said(code, "because"))
    assert (reply.verdict, reply.code) == (verdict, code)


def test_a_blank_in_the_code_does_no_harm() -> None:
    body = said(200).replace(b'code="200"', b'code="200 "')
    assert reply_of(200, "text/xml", body).verdict == "done"


@pytest.mark.parametrize(
    ("http", "body", "verdict"),
    [
        (200, b"", "done"),
        (204, b"", "done"),
        (200, b"OK", "refused"),
        (400, b"", "refused"),
        (404, b"not here", "refused"),
        (302, b"", "refused"),
        (429, b"", "again"),
        (503, b"", "again"),
        (200, PAGE, "refused"),
        (502, PAGE, "again"),
        (200, b"<cXML><Response></cXML>", "refused"),
    ],
)
def test_without_a_document_http_decides(http: int, body: bytes, verdict: str) -> None:
    assert reply_of(http, None, body).verdict == verdict


def test_a_web_page_is_kept_by_its_beginning() -> None:
    assert "our server is tired" in reply_of(200, "text/html", PAGE).text


def test_a_start_page_comes_with_success_alone() -> None:
    good = start_response("https://shop.example/start/1", "1@shop", NOW)
    assert reply_of(200, "text/xml", good).start_url == "https://shop.example/start/1"
    bad = good.replace(b'code="200"', b'code="500"')
    assert reply_of(200, "text/xml", bad).start_url is None
    assert reply_of(200, "text/xml", bad).verdict == "again"


def test_an_answer_is_never_let_near_a_file() -> None:
    evil = b'<!DOCTYPE cXML [<!ENTITY x SYSTEM "file:///etc/passwd">]><cXML>&x;</cXML>'
    reply = reply_of(200, "text/xml", evil)
    assert reply.verdict == "refused"
    assert "root:" not in reply.text


Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Return a function that serves a handler on loopback, and returns its address."""
    runners: list[web.AppRunner] = []

    async def served(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> str:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", handler)
        runners.append(web.AppRunner(app))
        await runners[-1].setup()
        await web.TCPSite(runners[-1], "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runners[-1].addresses[0][1]}/cxml"

    yield served
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def outbound() -> AsyncIterator[Outbound]:
    client = Outbound(networks(["127.0.0.1/32"]), timeout_seconds=2)
    yield client
    await client.close()


async def test_a_document_is_posted_as_xml(serve: Serve, outbound: Outbound) -> None:
    got: list[tuple[str | None, bytes]] = []

    async def take(request: web.Request) -> web.Response:
        got.append((request.headers.get("Content-Type"), await request.read()))
        return web.Response(body=said(200), content_type="text/xml")

    address = await serve(take)
    assert (await post(outbound, address, b"<cXML/>")).verdict == "done"
    assert got == [("text/xml; charset=UTF-8", b"<cXML/>")]


async def test_a_redirect_is_an_answer_and_is_not_followed(
    serve: Serve, outbound: Outbound
) -> None:
    asked: list[str] = []

    async def move(request: web.Request) -> web.Response:
        asked.append(request.path)
        raise web.HTTPFound(location="/elsewhere")

    address = await serve(move)
    assert (await post(outbound, address, b"<cXML/>")).verdict == "refused"
    assert asked == ["/cxml"]


async def test_an_endless_answer_is_cut(serve: Serve, outbound: Outbound) -> None:
    async def flood(_request: web.Request) -> web.Response:
        return web.Response(body=b"x" * (ANSWER_BYTES_MAX + 10))

    assert "over" in (await post(outbound, await serve(flood), b"<cXML/>")).text


async def test_who_is_not_there_is_asked_again(outbound: Outbound) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        assert (await post(outbound, address, b"<cXML/>")).verdict == "again"


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/cxml",
        "https://192.168.1.1/cxml",
        "http://[::1]/cxml",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://user:secret@shop.example/",
    ],
)
async def test_private_and_odd_addresses_are_never_posted_to(
    address: str, outbound: Outbound
) -> None:
    assert (await post(outbound, address, b"<cXML/>")).verdict == "refused"
