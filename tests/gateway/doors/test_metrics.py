"""What Prometheus scrapes, read back by its own parser."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families

from gateway.doors.http import build_app
from gateway.events.versions import NEWEST
from gateway.store import endpoints
from gateway.store.endpoints import Wanted
from gateway.store.engine import Store
from tests.gateway.doors.test_http import OPERATOR, PARTNER, SETTINGS, services

AT = "2026-03-02T09:00:00.000000+00:00"


@pytest.fixture
async def client(store: Store, clock: Any, tmp_path: Path) -> AsyncIterator[TestClient]:
    app = build_app(services(store, clock, tmp_path, SETTINGS))
    async with TestClient(TestServer(app)) as running:
        yield running


async def scraped(client: TestClient) -> dict[tuple[str, ...], float]:
    answer = await client.get("/metrics", headers=OPERATOR)
    assert answer.status == 200
    families = text_string_to_metric_families(await answer.text())
    return {
        (sample.name.removeprefix("dockmatch_"), *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


async def test_numbers_follow_what_happens(client: TestClient, store: Store, clock: Any) -> None:
    before = await scraped(client)
    assert (before[("oldest_undecided_seconds",)], before[("jobs", "ready")]) == (0, 0)
    await client.post("/v1/documents?name=810.x12", data=b"ISA*00*", headers=PARTNER)
    with store.write() as connection:
        wanted = Wanted(url='https://erp.example/"', secret="whsec_" + "A" * 32)
        endpoints.declare(connection, wanted, AT, newest=NEWEST)
    clock.pass_seconds(90)
    after = await scraped(client)
    assert after[("secrets_sealed",)] == 0
    ready = await (await client.get("/readyz")).json()
    assert ready["notes"] == [
        "signing secrets are stored as they are; set secrets.key_file to seal them"
    ]
    assert after[("documents", "received")] == 1
    assert after[("jobs", "ready")] == 1
    assert after[("oldest_undecided_seconds",)] == 90
    assert after[("last_file_timestamp_seconds", "osprey")] == clock.now.timestamp() - 90
    assert after[("endpoint_active", 'https://erp.example/"')] == 1
    assert after[("events_last_sequence",)] >= 1
    assert after[("archive_free_bytes",)] > 0


async def test_strangers_learn_nothing(client: TestClient) -> None:
    assert (await client.get("/metrics", allow_redirects=False)).status == 303
    assert (await client.get("/metrics", headers=PARTNER)).status in {401, 403, 404}
