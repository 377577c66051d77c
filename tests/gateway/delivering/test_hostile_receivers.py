"""Receivers that answer as badly as can be: bounded time and memory, and the event goes again."""

import asyncio
import contextlib
import gzip
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib import import_module
from typing import Any

import pytest
from msgspec.structs import replace

from gateway.clock import stamp, system_clock
from gateway.delivering.parcel import Parcel, Sent
from gateway.delivering.posting import ANSWER_BYTES, ANSWER_KEPT_BYTES, Poster
from gateway.outbound import Outbound, networks
from gateway.store.deliveries import Due
from gateway.store.endpoints import Endpoint
from gateway.store.events import Event
from gateway.vault import Vault
from gateway.watching.traces import OtelSpans, trace_id
from gateway.webhooks import new_secret

Talk = Callable[[asyncio.StreamWriter], Awaitable[None]]
SECONDS = 1.0
GIGABYTE = 1 << 30


class Receiver:
    """Takes the whole request, then talks as it is told."""

    def __init__(self) -> None:
        self.talk: Talk = _say(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        self.requests: list[bytes] = []
        self.written = 0
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.split(b":")[1])
                for line in head.lower().split(b"\r\n")
                if line.startswith(b"content-length:")
            )
            self.requests.append(head + await reader.readexactly(length))
            await self.talk(writer)
        writer.close()


def _say(*pieces: bytes) -> Talk:
    async def talk(writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()

    return talk


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    here = Receiver()
    server = await asyncio.start_server(here.serve, "127.0.0.1", 0)
    here.port = server.sockets[0].getsockname()[1]
    yield here
    server.close()


def parcel(port: int) -> Parcel:
    url = f"http://127.0.0.1:{port}/hook"
    to = Endpoint(
        id=1, url=url, secret=new_secret(), secret_before=None, secret_until=None, types=(),
        state="active", cursor=0, sequence=0, failures=0, probe_at=None, note=None,
        version="2026-11-26",
    )  # fmt: skip
    at = stamp(system_clock())
    event = Event(
        sequence=1, id="evt_1", at=at, actor="gateway", type="invoice.matched", subject="record/1",
        data=b"{}",
    )  # fmt: skip
    due = Due(id=1, endpoint_id=1, sequence=1, tries=0, due_at=at, event=event)
    return Parcel(to=to, dues=(due,))


async def sent(receiver: Receiver) -> Sent:
    outbound = Outbound(networks(["127.0.0.0/8"]), timeout_seconds=SECONDS)
    poster = Poster(outbound, Vault(), "urn:dockmatch", system_clock)
    try:
        async with asyncio.timeout(SECONDS * 3):
            return await poster.send(parcel(receiver.port))
    finally:
        await outbound.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(receiver: Receiver, status: int) -> None:
    where = f"Location: http://127.0.0.1:{receiver.port}/elsewhere"
    receiver.talk = _say(f"HTTP/1.1 {status} Go\r\n{where}\r\nContent-Length: 0\r\n\r\n".encode())
    answer = (await sent(receiver)).whole
    assert (answer.status, answer.delivered) == (status, False)
    assert len(receiver.requests) == 1


async def test_a_body_of_a_gigabyte_is_hung_up_on_and_takes_no_memory(receiver: Receiver) -> None:
    async def flood(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {GIGABYTE}\r\n\r\n".encode())
        piece = b"x" * 65536
        while receiver.written < GIGABYTE:
            writer.write(piece)
            receiver.written += len(piece)
            await writer.drain()

    receiver.talk = flood
    tracemalloc.start()
    answer = (await sent(receiver)).whole
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert answer.delivered
    assert answer.text == "x" * ANSWER_KEPT_BYTES
    assert receiver.written < 200 * ANSWER_BYTES
    assert peak < 16_000_000


async def test_an_answer_that_is_packed_is_not_unpacked(receiver: Receiver) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n"
    receiver.talk = _say(head.encode(), bomb)
    answer = (await sent(receiver)).whole
    assert answer.delivered
    assert "000000" not in answer.text


@pytest.mark.parametrize(
    "pieces",
    [
        (),
        (b"HTT",),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive!",),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfive!\r\n",),
        (b"\xff\xfe not http at all\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 100_000 + b"\r\n\r\n",),
        (b"HTTP/1.1 999999 OK\r\n\r\n",),
    ],
    ids=["at once", "in the status", "in the body", "in a chunk", "no http", "header", "status"],
)
async def test_who_hangs_up_in_mid_answer_is_tried_again(
    receiver: Receiver, pieces: tuple[bytes, ...]
) -> None:
    receiver.talk = _say(*pieces)
    answer = (await sent(receiver)).whole
    assert not answer.delivered
    assert answer.text


async def _drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        writer.write(b".")
        await writer.drain()
        await asyncio.sleep(SECONDS / 20)


async def _silence(_writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("talk", [_drip, _silence])
async def test_who_is_slow_is_given_up_in_time(receiver: Receiver, talk: Any) -> None:
    receiver.talk = talk
    begin = asyncio.get_running_loop().time()
    answer = (await sent(receiver)).whole
    assert (answer.status, answer.text) == (None, "no answer in time")
    assert asyncio.get_running_loop().time() - begin < SECONDS * 2


async def test_nothing_listens(receiver: Receiver) -> None:
    receiver.port = 1
    answer = (await sent(receiver)).whole
    assert answer.text.startswith("no connection")


async def test_what_no_text_has_is_replaced(receiver: Receiver) -> None:
    receiver.talk = _say(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\xff\x00!")
    assert (await sent(receiver)).whole.text == "\ufffd\ufffd!"


async def test_a_proxy_of_the_environment_is_ignored(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    assert (await sent(receiver)).whole.delivered


async def test_a_webhook_carries_the_trace_of_its_document(receiver: Receiver) -> None:
    memory = import_module("opentelemetry.sdk.trace.export.in_memory_span_exporter")
    spans = OtelSpans(memory.InMemorySpanExporter(), "dockmatch")
    outbound = Outbound(networks(["127.0.0.0/8"]), timeout_seconds=SECONDS)
    poster = Poster(outbound, Vault(), "urn:dockmatch", system_clock, spans)
    one = parcel(receiver.port)
    told = replace(one.dues[0].event, data=b'{"document": 1201}')
    await poster.send(replace(one, dues=(replace(one.dues[0], event=told),)))
    await poster.send(one)
    await outbound.close()
    spans.close()
    first, second = receiver.requests
    assert f"traceparent: 00-{trace_id(1201)}-".encode() in first.lower()
    assert trace_id(1201).encode() not in second
