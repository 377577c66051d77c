"""POST /cxml by a real client: slow ones, huge ones, and what HTTP says."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.archive import Archive
from gateway.doors.access import WebSettings
from gateway.doors.http import build_app
from gateway.doors.services import Services
from gateway.flows.intake import Intake
from gateway.jobs.embedded import EmbeddedJobs
from gateway.punchout.desk import Desk
from gateway.punchout.endpoint import Endpoint
from gateway.punchout.posting import Reply
from gateway.punchout.settings import CxmlSettings
from gateway.punchout.trade import Trade
from gateway.punchout.trading import Trading
from gateway.store.engine import Store

XML = {"Content-Type": "text/xml"}
LIMIT = 10_000


async def nowhere(_address: str, _body: bytes) -> Reply:
    return Reply(verdict="again", text="nobody there")


@pytest.fixture
async def client(store: Store, clock: Any, tmp_path: Path) -> AsyncIterator[TestClient]:
    archive = Archive(tmp_path / "archive")
    archive.prepare()
    jobs = EmbeddedJobs(store, clock)
    desk = Desk(
        store=store,
        archive=archive,
        intake=Intake(store, archive, jobs, clock),
        jobs=jobs,
        trading=Trading(tmp_path / "partners", tmp_path, {}),
        post=nowhere,
        clock=clock,
        address=lambda: "http://localhost",
        announced=lambda: None,
        cxml=CxmlSettings(body_bytes_max=LIMIT, idle_seconds=0.2),
    )
    services = Services(
        store=store,
        archive=archive,
        intake=desk.intake,
        jobs=desk.jobs,
        rematch=lambda _record: None,
        settings=WebSettings(token="a-token-of-the-operator"),  # noqa: S106
        clock=clock,
        trade=Trade(desk=desk, endpoint=Endpoint(desk, None, clock())),
    )
    async with TestClient(TestServer(build_app(services))) as running:
        yield running


async def test_garbage_is_answered_by_a_document(client: TestClient) -> None:
    answer = await client.post("/cxml", data=b"garbage", headers=XML)
    assert (answer.status, answer.content_type) == (400, "text/xml")
    assert b'<Status code="406"' in await answer.read()


async def test_a_stranger_needs_no_sign_in_to_be_refused(client: TestClient) -> None:
    body = (
        b'<cXML payloadID="1" timestamp="t"><Header><From/><To/><Sender><Credential domain="DUNS">'
        b"<Identity>1</Identity><SharedSecret>x</SharedSecret></Credential></Sender></Header>"
        b"<Request><ProfileRequest/></Request></cXML>"
    )
    answer = await client.post("/cxml", data=body, headers=XML)
    assert answer.status == 200
    assert b'<Status code="401"' in await answer.read()


async def test_too_much_is_cut_off(client: TestClient) -> None:
    stated = await client.post("/cxml", data=b"<" * (LIMIT + 1), headers=XML)
    assert stated.status == 413

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"<" * 1000

    unstated = await client.post("/cxml", data=pieces(), headers=XML)
    assert unstated.status == 413


async def test_a_silent_sender_is_given_up(client: TestClient) -> None:
    reader, writer = await asyncio.open_connection(client.host, client.port)
    head = f"POST /cxml HTTP/1.1\r\nHost: {client.host}\r\nContent-Length: 100\r\n\r\n<cXML"
    writer.write(head.encode())
    await writer.drain()
    async with asyncio.timeout(10):
        answer = await reader.readline()
    writer.close()
    assert b" 408 " in answer


async def test_a_get_says_which_method_is_meant(client: TestClient) -> None:
    answer = await client.get("/cxml")
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")


async def test_while_nothing_can_be_stored_the_sender_is_asked_to_come_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Endpoint, "take", full)
    answer = await client.post("/cxml", data=b"<cXML/>", headers=XML)
    assert b'<Status code="560"' in await answer.read()
