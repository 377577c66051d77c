"""Uploads that are resumed, by a real client: no byte twice, no hole, one receipt."""

import asyncio
import errno
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from gateway.doors.http import build_app
from gateway.doors.unfinished import EACH_MAX, KEPT_SECONDS, Unfinished
from gateway.store.engine import Store
from gateway.store.schema import blob, document
from tests.gateway.doors.packing import packed
from tests.gateway.doors.test_http import LIMIT, OPERATOR, PARTNER, SETTINGS, services

CONTENT = b"<order>" + b"<line/>" * 5000 + b"</order>"


@pytest.fixture
async def client(store: Store, clock: Any, tmp_path: Path) -> AsyncIterator[TestClient]:
    app = build_app(services(store, clock, tmp_path, SETTINGS))
    async with TestClient(TestServer(app)) as running:
        yield running


async def begin(client: TestClient, size: int = len(CONTENT), **more: object) -> str:
    body = {"name": "a.xml", "size": size, **more}
    answer = await client.post("/v1/uploads", json=body, headers=PARTNER)
    assert answer.status == 201, await answer.text()
    told = await answer.json()
    assert answer.headers["Location"] == f"/v1/uploads/{told['id']}"
    assert told["offset"] == 0
    return str(told["id"])


async def send(
    client: TestClient, name: str, offset: int, piece: bytes
) -> tuple[int, dict[str, Any]]:
    address = f"/v1/uploads/{name}?offset={offset}"
    answer = await client.patch(address, data=piece, headers=PARTNER)
    return answer.status, await answer.json()


def stored(store: Store) -> list[tuple[str, str, int]]:
    query = select(document.c.name, document.c.door, blob.c.size)
    with store.read() as connection:
        rows = connection.execute(query.join(blob, blob.c.sha256 == document.c.sha256))
        return [tuple(row) for row in rows]  # type: ignore[misc]


async def test_pieces_make_one_document(client: TestClient, store: Store) -> None:
    name = await begin(client)
    for offset in range(0, len(CONTENT), 9000):
        status, told = await send(client, name, offset, CONTENT[offset : offset + 9000])
        assert status == 200
    assert told["offset"] == len(CONTENT)
    assert told["document"]["receipt"] == 1
    assert stored(store) == [("a.xml", "http", len(CONTENT))]
    answer = await client.get(f"/v1/documents/{told['document']['receipt']}", headers=OPERATOR)
    assert answer.status == 200


async def test_after_a_broken_line_the_sender_goes_on_from_what_came(
    client: TestClient, store: Store
) -> None:
    name = await begin(client)

    async def came() -> int:
        told = await (await client.get(f"/v1/uploads/{name}", headers=PARTNER)).json()
        return int(told["offset"])

    async def breaking() -> AsyncIterator[bytes]:
        yield CONTENT[:8000]
        while not await came():  # noqa: ASYNC110 - the other side is a server
            await asyncio.sleep(0.01)
        raise ConnectionResetError

    with pytest.raises((ClientError, ConnectionResetError)):
        await client.patch(f"/v1/uploads/{name}?offset=0", data=breaking(), headers=PARTNER)
    assert await came() == 8000
    status = 409
    while status == 409:  # until the broken request has let go
        status, told = await send(client, name, 8000, CONTENT[8000:])
    assert told["document"]["state"] == "received"
    assert stored(store) == [("a.xml", "http", len(CONTENT))]


async def test_a_new_process_goes_on(store: Store, clock: Any, tmp_path: Path) -> None:
    name, told = "", {}
    for offset in (0, 9000):
        app = build_app(services(store, clock, tmp_path, SETTINGS))
        async with TestClient(TestServer(app)) as client:
            name = name or await begin(client)
            piece = CONTENT[offset : offset + 9000] if offset == 0 else CONTENT[offset:]
            _, told = await send(client, name, offset, piece)
    assert told["document"]["receipt"] == 1


async def test_a_piece_elsewhere_is_refused_with_the_right_offset(client: TestClient) -> None:
    name = await begin(client)
    await send(client, name, 0, CONTENT[:100])
    for offset in (0, 50, 101):
        status, told = await send(client, name, offset, CONTENT[100:])
        assert (status, told["code"]) == (409, "conflict")
        assert "offset 100" in told["detail"]


async def test_more_than_was_announced_is_refused_and_the_rest_can_come(
    client: TestClient, store: Store
) -> None:
    name = await begin(client, size=100)
    status, told = await send(client, name, 0, bytes(101))
    assert (status, told["code"]) == (413, "too_large")
    assert stored(store) == []


async def test_the_last_piece_again_gets_the_same_receipt(client: TestClient, store: Store) -> None:
    name = await begin(client)
    answers = [await send(client, name, 0, CONTENT) for _ in range(2)]
    assert answers[0] == answers[1]
    told = await (await client.get(f"/v1/uploads/{name}", headers=PARTNER)).json()
    assert told["document"]["receipt"] == 1
    assert len(stored(store)) == 1


async def test_a_crash_before_the_bytes_are_let_go_takes_nothing_twice(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = await begin(client)

    def die(*_: object) -> None:
        raise OSError(errno.EIO, "killed")

    with monkeypatch.context() as killed:
        killed.setattr(Unfinished, "taken", die)
        assert (await send(client, name, 0, CONTENT))[0] == 503
    status, told = await send(client, name, len(CONTENT), b"")
    assert (status, told["document"]["receipt"]) == (200, 1)
    assert len(stored(store)) == 1


async def test_uploads_of_others_are_as_good_as_none(client: TestClient) -> None:
    answer = await client.post(
        "/v1/uploads", json={"name": "a", "size": 5, "partner": "bolt"}, headers=OPERATOR
    )
    name = (await answer.json())["id"]
    assert (await send(client, name, 0, b"hello"))[0] == 404
    for path in (name, "x" * 32, "..%2f..%2fpasswd"):
        assert (await client.get(f"/v1/uploads/{path}", headers=PARTNER)).status == 404
        assert (await client.delete(f"/v1/uploads/{path}", headers=PARTNER)).status == 404


async def test_sizes_and_numbers_have_limits(client: TestClient, tmp_path: Path) -> None:
    body = {"name": "a.xml", "size": LIMIT + 1}
    assert (await client.post("/v1/uploads", json=body, headers=PARTNER)).status == 413
    for size in (0, -1, "1"):
        body = {"name": "a.xml", "size": size}
        answer = await client.post("/v1/uploads", json=body, headers=PARTNER)
        assert answer.status in {400, 422}
    unfinished = Unfinished(tmp_path / "uploads")
    for _ in range(EACH_MAX):
        assert unfinished.begin("osprey", "a.xml", 1)
    body = {"name": "a.xml", "size": 5}
    assert (await client.post("/v1/uploads", json=body, headers=PARTNER)).status == 429


async def test_what_nobody_goes_on_with_is_forgotten(client: TestClient, tmp_path: Path) -> None:
    old = await begin(client)
    long_ago = time.time() - KEPT_SECONDS - 60
    for path in (tmp_path / "uploads").iterdir():
        os.utime(path, (long_ago, long_ago))
    fresh = await begin(client)
    assert (await client.get(f"/v1/uploads/{old}", headers=PARTNER)).status == 404
    assert (await client.get(f"/v1/uploads/{fresh}", headers=PARTNER)).status == 200
    assert (await client.delete(f"/v1/uploads/{fresh}", headers=PARTNER)).status == 200
    assert list((tmp_path / "uploads").iterdir()) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
async def test_a_sick_disk_is_told_and_the_upload_goes_on_after(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    name = await begin(client)

    def sick(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    for broken in ("write", "fsync"):
        with monkeypatch.context() as ill:
            ill.setattr(f"gateway.doors.resuming.os.{broken}", sick)
            told = await (await client.get(f"/v1/uploads/{name}", headers=PARTNER)).json()
            rest = CONTENT[told["offset"] :]
            answer = await client.patch(
                f"/v1/uploads/{name}?offset={told['offset']}", data=rest, headers=PARTNER
            )
            assert answer.status == 503
            assert answer.headers["Retry-After"] == "30"
        assert stored(store) == []
    assert (await send(client, name, len(CONTENT), b""))[1]["document"]["receipt"] == 1


async def test_a_plain_upload_to_a_sick_disk_is_told_as_well(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    answer = await client.post("/v1/documents?name=a.xml", data=b"<a/>", headers=PARTNER)
    assert answer.status == 503
    assert (await answer.json())["code"] == "unavailable"
    assert stored(store) == []


async def test_a_zip_is_one_to_be_unpacked(client: TestClient, store: Store) -> None:
    content = packed({"a.xml": CONTENT})
    name = await begin(client, size=len(content))
    await send(client, name, 0, content)
    with store.read() as connection:
        assert connection.execute(select(document.c.packed)).scalar() == "zip"
