"""Counters that stay true: what came since, from where one left off, for as many as may listen."""

import json
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

from gateway.store import events
from gateway.store.engine import Store
from gateway.store.events import NewEvent
from gateway.store.newcomers import newcomers
from gateway.web import live

AT = "2026-10-30T09:00:00.000000Z"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.01)


def end(workspace: Any) -> int:
    with workspace.store.read() as connection:
        return events.last_sequence(connection)


def tell(store: Store, kind: str, subject: str) -> None:
    with store.write() as connection:
        events.announce(connection, [NewEvent(type=kind, subject=subject, data=b"{}")], AT)


async def message(answer: ClientResponse) -> tuple[int, dict[str, Any]]:
    """Read on to the next message of a stream: its id and what it says."""
    number = 0
    while True:
        line = (await answer.content.readline()).decode()
        assert line, "the stream has ended"
        if line.startswith("id: "):
            number = int(line.removeprefix("id: "))
        if line.startswith("data: "):
            return number, json.loads(line.removeprefix("data: "))


async def test_what_comes_is_told_while_a_page_is_open(client: TestClient, workspace: Any) -> None:
    since, record = end(workspace), workspace.record("88207")
    async with client.get(f"/inbox/live?since={since}") as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        tell(workspace.store, "invoice.exception", f"record/{record}")
        number, said = await message(answer)
        assert (number, said["new"]) == (since + 1, 1)
        assert said["counts"]["open"] == sum(
            value for name, value in said["counts"].items() if name != "open"
        )
        tell(workspace.store, "invoice.exception", f"record/{record}")
        assert (await message(answer))[1]["new"] == 1  # it is one row however often it changes


async def test_who_lost_the_connection_goes_on_from_what_they_heard(
    client: TestClient, workspace: Any
) -> None:
    since, record = end(workspace), workspace.record("88207")
    tell(workspace.store, "invoice.exception", f"record/{record}")
    heard = {"Last-Event-ID": str(since)}
    async with client.get(f"/inbox/live?since={since}", headers=heard) as answer:
        assert (await message(answer))[0] == since + 1  # at once: it was missed
    other = workspace.record("Q2291")
    heard = {"Last-Event-ID": str(since + 1)}
    async with client.get(f"/inbox/live?since={since}", headers=heard) as answer:
        tell(workspace.store, "invoice.exception", f"record/{other}")
        number, said = await message(answer)
        assert (number, said["new"]) == (since + 2, 2)  # since the page was shown


async def test_only_so_many_listen(
    client: TestClient, workspace: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "STREAMS_MAX", 1)
    async with client.get(f"/inbox/live?since={end(workspace)}") as first:
        assert first.status == 200
        assert (await client.get("/inbox/live")).status == 503


async def test_a_stream_ends_by_itself(
    client: TestClient, workspace: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "ENDS_AFTER_SECONDS", 0.05)
    monkeypatch.setattr(live, "SILENT_SECONDS", 0.02)
    async with client.get(f"/inbox/live?since={end(workspace)}") as answer:
        said = await answer.content.read()
    assert said.startswith(b"retry: ")
    assert b": still here" in said
    app: Any = client.server
    assert app.app[live.LIVE].streams == 0


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 40])
async def test_a_place_that_is_none_is_the_beginning(client: TestClient, since: str) -> None:
    async with client.get(f"/inbox/live?since={since}") as answer:
        number, said = await message(answer)
        assert number > 0
        assert said["new"] > 0


def test_what_is_decided_by_now_is_not_new(workspace: Any) -> None:
    since, record = end(workspace), workspace.record("88207")
    tell(workspace.store, "invoice.exception", f"record/{record}")
    tell(workspace.store, "invoice.matched", f"record/{workspace.record('Q2291')}")
    tell(workspace.store, "file.quarantined", "document/999999")
    with workspace.store.write() as connection:
        assert newcomers(connection, since) == 1
        connection.exec_driver_sql("UPDATE reconciliation SET decided = digest")
        assert newcomers(connection, since) == 0


def test_nothing_is_new_in_an_empty_store(store: Store) -> None:
    tell(store, "invoice.exception", "record/7")
    tell(store, "document.invalid", "record/8")
    tell(store, "file.quarantined", "document/9")
    with store.read() as connection:
        assert newcomers(connection, 0) == 0
