"""Attacks by HTTP, each against a real socket: refused or cut, and the server goes on serving."""

import asyncio
import gzip
import json
import resource
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from gateway.doors.http import build_app
from gateway.doors.listening import runner_of
from gateway.store.engine import Store
from tests.gateway.doors.test_http import SETTINGS, TOKEN, services

HEAD_SECONDS = 0.5
HOST = f"Host: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\n"
SEND = f"POST /v1/documents?partner=osprey HTTP/1.1\r\n{HOST}"
KEYS = f"POST /v1/keys HTTP/1.1\r\n{HOST}Content-Type: application/json\r\n"
ALIVE = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
GROWN_KB_MAX = 150_000

Address = tuple[str, int]


@pytest.fixture
async def server(store: Store, clock: Any, tmp_path: Path) -> AsyncIterator[Address]:
    runner = runner_of(build_app(services(store, clock, tmp_path, SETTINGS)), HEAD_SECONDS)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][:2]
    await runner.cleanup()


@asynccontextmanager
async def connected(
    server: Address,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection(*server)
    try:
        yield reader, writer
    finally:
        writer.close()


async def said(server: Address, *pieces: bytes, seconds: float = 10) -> bytes:
    """What the server says to `pieces` until it closes, or until the answer is there."""
    async with connected(server) as (reader, writer), asyncio.timeout(seconds):
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
        except (ConnectionError, asyncio.IncompleteReadError):
            return b""
        length = [x for x in head.lower().split(b"\r\n") if x.startswith(b"content-length:")]
        body = await reader.read(int(length[0].split(b":")[1])) if length else b""
        return head + body


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


def code(answer: bytes) -> str:
    return str(json.loads(answer.partition(b"\r\n\r\n")[2])["code"])


async def serves(server: Address) -> bool:
    return status(await said(server, ALIVE)) == 200


async def test_heads_that_dribble_are_cut(server: Address) -> None:
    began = time.monotonic()

    async def dribbles() -> float:
        async with connected(server) as (reader, writer), asyncio.timeout(20):
            for byte in SEND * 100:
                writer.write(byte.encode())
                if await _closed_within(reader, 0.05):
                    break
            return time.monotonic() - began

    cut = await asyncio.gather(*(dribbles() for _ in range(50)), _still(server))
    assert all(HEAD_SECONDS * 0.5 <= seconds < 10 for seconds in cut[:-1])


async def _closed_within(reader: asyncio.StreamReader, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return not await reader.read(1)
    except TimeoutError:
        return False
    except ConnectionError:
        return True


async def _still(server: Address) -> float:
    for _ in range(5):
        assert await serves(server)
    return 1.0


async def test_a_connection_that_says_nothing_is_cut(server: Address) -> None:
    async with connected(server) as (reader, _), asyncio.timeout(10):
        assert await reader.read() == b""


async def test_a_body_that_dribbles_is_cut(
    server: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.doors.upload.IDLE_SECONDS", 0.4)
    monkeypatch.setattr("gateway.api.serving.IDLE_SECONDS", 0.4)
    for head, piece in ((SEND, b"x"), (KEYS, b" ")):
        async with connected(server) as (reader, writer), asyncio.timeout(20):
            writer.write(f"{head}Content-Length: 100000\r\n\r\n".encode())
            answer = asyncio.create_task(reader.readuntil(b"\r\n\r\n"))
            while not answer.done():
                writer.write(piece if head == SEND else b"")
                await asyncio.wait({answer}, timeout=0.1)
            assert status(answer.result()) == 408


@pytest.mark.parametrize(
    "head",
    [
        f"GET /v1/records HTTP/1.1\r\n{HOST}X: {'x' * 100_000}\r\n\r\n",
        f"GET /v1/records?number={'x' * 100_000} HTTP/1.1\r\n{HOST}\r\n",
        f"GET /v1/records HTTP/1.1\r\n{HOST}"
        + "".join(f"X{n}: y\r\n" for n in range(500))
        + "\r\n",
    ],
    ids=["field", "line", "fields"],
)
async def test_huge_heads_are_refused(server: Address, head: str) -> None:
    assert status(await said(server, head.encode())) in {400, 414, 431}
    assert await serves(server)


async def test_a_head_without_end_is_cut_early(server: Address) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pieces = [b"GET / HTTP/1.1\r\n", *(b"X: " + b"y" * 60_000 + b"\r\n" for _ in range(1600))]
    assert status(await said(server, *pieces)) in {0, 400, 431}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < GROWN_KB_MAX


@pytest.mark.parametrize(
    "rest",
    [
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
        "Content-Length: +4\r\n\r\nabcd",
        "Content-Length: 4, 4\r\n\r\nabcd",
        "Content-Length: -1\r\n\r\n",
        "Content-Length: 0x4\r\n\r\nabcd",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n0x1\r\nx\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n1\r\nxyz\r\n0\r\n\r\n",
        " Content-Length: 4\r\n\r\nabcd",
        "X\0: y\r\n\r\n",
        "X: a\r\n b\r\nContent-Length: 0\r\n\r\n",
    ],
)
async def test_bodies_that_two_would_read_differently_are_refused(
    server: Address, rest: str
) -> None:
    smuggled = f"GET /v1/keys HTTP/1.1\r\n{HOST}\r\n"
    answer = await said(server, f"{SEND}{rest}{smuggled}".encode(), seconds=30)
    assert status(answer) in {0, 400}
    assert await serves(server)


@pytest.mark.parametrize(
    "target",
    [
        "/v1/../inbox",
        "/v1/%2e%2e/inbox",
        "//v1/records",
        "/v1/records/",
        "/v1\\records",
        "/v1/records/%00",
        "/v1/records;x=1",
        "/V1/records",
        "http://elsewhere.example/v1/records",
        "*",
        "v1/records",
    ],
)
async def test_tricks_with_paths_open_nothing(server: Address, target: str) -> None:
    stranger = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    assert status(await said(server, stranger.encode())) in {303, 400, 401, 404, 421}


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT", "PROPFIND", "get", "G\0T", "A" * 99])
async def test_other_methods_do_nothing(server: Address, method: str) -> None:
    answer = await said(server, f"{method} /v1/records HTTP/1.1\r\n{HOST}\r\n".encode())
    assert status(answer) in {0, 400, 404, 405, 421}


async def test_what_is_too_big_is_refused_before_it_has_come(server: Address) -> None:
    big = await said(server, f"{KEYS}Content-Length: {1 << 30}\r\n\r\n".encode())
    assert (status(big), code(big)) == (413, "too_large")
    pieces = [f"{SEND}Transfer-Encoding: chunked\r\n\r\n".encode()]
    pieces += [b"10000\r\n" + b"x" * 65536 + b"\r\n"] * 3
    streamed = await said(server, *pieces)
    assert (status(streamed), code(streamed)) == (413, "too_large")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip", "x"])
async def test_bodies_are_not_unpacked(server: Address, coding: str) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for head in (KEYS, SEND):
        extra = f"Content-Encoding: {coding}\r\nContent-Length: {len(bomb)}\r\n\r\n"
        answer = await said(server, f"{head}{extra}".encode(), bomb)
        assert (status(answer), code(answer)) == (415, "wrong_content_type")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < GROWN_KB_MAX


@pytest.mark.parametrize("kind", ["text/xml", "application/x-www-form-urlencoded", "a/b", "json"])
async def test_json_is_asked_for(server: Address, kind: str) -> None:
    head = f"POST /v1/keys HTTP/1.1\r\n{HOST}Content-Type: {kind}\r\nContent-Length: 2\r\n\r\n{{}}"
    answer = await said(server, head.encode())
    assert (status(answer), code(answer)) == (415, "wrong_content_type")


async def test_json_a_hundred_thousand_deep_is_refused(server: Address) -> None:
    for deep in (b"[" * 100_000, b'{"a":' * 40_000):
        head = f"{KEYS}Content-Length: {len(deep)}\r\n\r\n".encode()
        answer = await said(server, head, deep)
        assert (status(answer), code(answer)) == (400, "bad_json")
    assert await serves(server)


def form(parts: list[bytes], end: bytes = b"--b--\r\n") -> bytes:
    body = b"".join(b"--b\r\n" + part for part in parts) + end
    kind = "Content-Type: multipart/form-data; boundary=b\r\n"
    return f"{SEND}{kind}Content-Length: {len(body)}\r\n\r\n".encode() + body


PART = b'Content-Disposition: form-data; name="f"; filename="a"\r\n\r\nx\r\n'


async def test_a_form_of_a_hundred_thousand_parts_is_refused(server: Address) -> None:
    answer = await said(server, form([PART] * 100_000), seconds=60)
    assert status(answer) in {0, 413}
    assert await serves(server)


@pytest.mark.parametrize(
    "body",
    [
        form([PART], end=b""),
        form([b'Content-Disposition: form-data; name="f"'], end=b""),
        form([b"X: " + b"y" * 100_000 + b"\r\n\r\nx\r\n"]),
        form([b"X: y\r\n" * 2_000 + b"\r\nx\r\n"]),
        form([b"Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n" * 50]),
        form([b"Content-Transfer-Encoding: base64\r\n" + PART.replace(b"x\r\n", b"!!!\r\n")]),
    ],
    ids=["no end", "half a part", "long field", "many fields", "nested", "base64"],
)
async def test_forms_that_are_none_are_refused(server: Address, body: bytes) -> None:
    answer = await said(server, body)
    assert status(answer) in {0, 202, 400, 413}
    assert status(answer) != 500
    assert await serves(server)


async def test_hundreds_of_idle_connections_hinder_nobody(server: Address) -> None:
    opened = [await asyncio.open_connection(*server) for _ in range(300)]
    try:
        for _, writer in opened:
            writer.write(b"POST /v1/documents HTTP/1.1\r\n")
        assert await serves(server)
    finally:
        for _, writer in opened:
            writer.close()
