"""A key by a real client: what it opens, what it does not, and its end."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.doors.access import Actor
from gateway.doors.http import build_app
from gateway.flows.keyholding import WantedKey, end, make
from gateway.rights import RIGHTS
from gateway.store import keys
from gateway.store.engine import Store
from tests.gateway.doors.test_http import SETTINGS, is_problem, services

ADMIN = Actor(name="ann", rights=frozenset(RIGHTS))


@pytest.fixture
async def client(store: Store, clock: Any, tmp_path: Path) -> AsyncIterator[TestClient]:
    app = build_app(services(store, clock, tmp_path, SETTINGS))
    async with TestClient(TestServer(app)) as running:
        yield running


def bearer(store: Store, clock: Any, **more: Any) -> dict[str, str]:
    wanted = WantedKey(**{"name": "erp", "rights": ("records:read",), **more})
    with store.write() as connection:
        return {"Authorization": f"Bearer {make(connection, wanted, ADMIN, clock()).secret}"}


async def test_a_key_opens_its_rights_alone(client: TestClient, store: Store, clock: Any) -> None:
    headers = bearer(store, clock)
    assert (await client.get("/v1/records", headers=headers)).status == 200
    for path in ("/v1/events", "/v1/balance", "/v1/documents/1"):
        assert is_problem(await client.get(path, headers=headers), 403)
    sent = await client.post("/v1/documents?partner=osprey", data=b"x", headers=headers)
    assert is_problem(sent, 403)


async def test_a_key_is_good_from_its_networks_alone(
    client: TestClient, store: Store, clock: Any
) -> None:
    there = bearer(store, clock, networks=("10.0.0.0/8",))
    here = bearer(store, clock, name="here", networks=("127.0.0.0/8",))
    assert is_problem(await client.get("/v1/records", headers=there), 401)
    assert (await client.get("/v1/records", headers=here)).status == 200


async def test_the_end_of_a_key_is_at_once(client: TestClient, store: Store, clock: Any) -> None:
    headers = bearer(store, clock)
    assert (await client.get("/v1/records", headers=headers)).status == 200
    with store.write() as connection:
        used = keys.named(connection, "erp")
        assert used is not None
        assert used.used_from == "127.0.0.1"
        end(connection, used.id, "ann", clock())
    assert is_problem(await client.get("/v1/records", headers=headers), 401)
