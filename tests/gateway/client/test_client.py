"""The client against a running gateway, and against one that fails."""

import asyncio
import io
import re
import socket
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from gateway.client.client import Client
from gateway.client.connection import PAUSE_SECONDS_MAX, ApiError, UnreachableError
from gateway.clock import stamp
from gateway.doors.http import build_app
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce
from mappers.canonical import Invoice
from tests.gateway.api.stored import CONTENT, store_some
from tests.gateway.doors.test_http import SETTINGS, TOKEN, services

DOCS = Path(__file__).resolve().parents[3] / "docs"


@pytest.fixture
async def address(store: Store, clock: Any, tmp_path: Path) -> AsyncIterator[str]:
    made = services(store, clock, tmp_path, SETTINGS)
    store_some(made)
    server = TestServer(build_app(made))
    await server.start_server()
    yield str(server.make_url("/"))
    await server.close()


async def with_client(address: str, work: Callable[[Client], Any]) -> Any:
    def run() -> Any:
        with Client(address, TOKEN, sleep=lambda _: None) as client:
            return work(client)

    return await asyncio.to_thread(run)


async def test_a_document_is_sent_and_followed(address: str) -> None:
    def work(client: Client) -> None:
        receipt = client.send(b"ISA*00*", partner="osprey", name="a b&c.x12")
        assert client.document(receipt.receipt).name == "a b&c.x12"
        file = io.BytesIO(b"skipped" + b"y" * 70_000)
        file.seek(7)
        streamed = client.send(file, partner="osprey", name="big")
        assert b"".join(client.content(streamed.receipt)) == b"y" * 70_000
        assert b"".join(client.content(1)) == CONTENT
        found = client.documents(partner="osprey", states=["received", "quarantined"])
        assert [one.id for one in found] == [2, 3, 4]
        assert [one.id for one in client.documents(since=date(2026, 3, 3))] == []

    await with_client(address, work)


async def test_the_same_key_sends_once(address: str) -> None:
    def work(client: Client) -> None:
        told = [client.send(b"once", partner="osprey", name="1", key="k") for _ in range(2)]
        assert told[0] == told[1]
        with pytest.raises(ApiError) as refused:
            client.send(b"twice", partner="osprey", name="1", key="k")
        assert refused.value.code == "key_used_otherwise"

    await with_client(address, work)


async def test_records_results_and_decisions_are_typed(address: str) -> None:
    def work(client: Client) -> None:
        (record,) = client.records(kind="invoice")
        assert isinstance(record.record, Invoice)
        assert client.record(record.id) == record
        (result,) = client.reconciliations(verdicts=["exception"])
        seen = client.reconciliation(result.record)
        assert (seen.result, result.reconciliation.verdict) == (result, "exception")
        made = client.decide(seen, "accept", "It came by courier.")
        assert client.decisions(result.record) == [made]
        with pytest.raises(ApiError, match="was first") as late:
            client.decide(seen, "reject", "No.")
        assert (late.value.status, late.value.code) == (409, "conflict")
        past = client.reconciliation(result.record, as_of=date(2026, 3, 2))
        assert past.etag == ""

    await with_client(address, work)


async def test_events_are_iterated_page_by_page(
    address: str, store: Store, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.client.client.PAGE", 2)
    with store.write() as connection:
        news = [NewEvent(type="a.b", subject=f"s/{n}", data=b"{}") for n in range(5)]
        announce(connection, news, stamp(clock()))

    def work(client: Client) -> None:
        found = list(client.events(kinds=["a.b"]))
        assert [one.subject for one in found] == [f"s/{n}" for n in range(5)]
        assert list(client.events(after=found[-1].sequence)) == []
        told = client.settle(found[0].id, document_number="5105600123")
        assert told.document_number == "5105600123"
        assert client.balance(date(2026, 3, 2)).received == 2
        assert client.partner("osprey").documents == 1
        assert list(client.deliveries("dead")) == []

    await with_client(address, work)


async def test_the_example_of_the_documentation_runs(address: str) -> None:
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    code = example.replace("http://127.0.0.1:8710", address).replace("dm_...", TOKEN)
    said: list[str] = []

    def run() -> None:
        exec(compile(code, "api.md", "exec"), {"print": lambda *words: said.append(str(words))})  # noqa: S102

    await asyncio.to_thread(run)
    assert said


# A gateway that fails.


async def failing(
    statuses: list[int], headers: dict[str, str] | None = None
) -> tuple[TestServer, list[web.Request]]:
    """A server that fails with these statuses, one after the other, and then answers."""
    asked: list[web.Request] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request)
        await request.read()
        if statuses:
            return web.Response(status=statuses.pop(0), headers=headers, text="busy")
        return web.json_response({"items": []})

    app = web.Application()
    app.router.add_route("*", "/{any:.*}", answer)
    server = TestServer(app)
    await server.start_server()
    return server, asked


async def test_it_waits_as_it_is_told() -> None:
    server, asked = await failing([429, 503], {"Retry-After": "7"})
    waited: list[float] = []

    def run() -> None:
        with Client(str(server.make_url("/")), "k", sleep=waited.append) as client:
            assert client.decisions(1) == []

    await asyncio.to_thread(run)
    assert (len(asked), waited) == (3, [7, 7])
    await server.close()


async def test_it_gives_up_and_says_why() -> None:
    server, asked = await failing([503] * 9, {"Retry-After": "99999"})
    waited: list[float] = []

    def run() -> None:
        with Client(str(server.make_url("/")), "k", tries=3, sleep=waited.append) as client:
            client.decisions(1)

    with pytest.raises(ApiError, match="503"):
        await asyncio.to_thread(run)
    assert (len(asked), waited) == (3, [PAUSE_SECONDS_MAX] * 2)
    await server.close()


async def test_what_makes_something_is_repeated_under_its_key() -> None:
    server, asked = await failing([503])

    def run() -> None:
        with Client(str(server.make_url("/")), "k", sleep=lambda _: None) as client:
            client.settle("evt_1", rejected="closed")

    with pytest.raises(Exception, match="missing required field"):
        await asyncio.to_thread(run)
    keys = {one.headers["Idempotency-Key"] for one in asked}
    assert (len(asked), len(keys)) == (2, 1)
    await server.close()


def test_nobody_there_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    client = Client(f"http://127.0.0.1:{port}", "k", tries=2, sleep=lambda _: None)
    with pytest.raises(UnreachableError, match="did not answer"):
        client.record(1)


@pytest.mark.parametrize("address", ["", "ftp://x", "dockmatch.example", "http://"])
def test_an_address_is_one(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Client(address, "k")
