"""A running API, with one invoice that is held and one document that nothing could be read from."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.doors.http import build_app
from gateway.store.engine import Store
from tests.gateway.api.stored import store_some
from tests.gateway.doors.test_http import SETTINGS, services


@pytest.fixture
async def client(store: Store, clock: Any, tmp_path: Path) -> AsyncIterator[TestClient]:
    made = services(store, clock, tmp_path, SETTINGS)
    store_some(made)
    async with TestClient(TestServer(build_app(made))) as running:
        yield running
