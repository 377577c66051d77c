"""The description is valid, committed, complete, and served."""

import json
from pathlib import Path

from aiohttp.test_utils import TestClient
from openapi_spec_validator import validate

from gateway.api import openapi
from gateway.api.catalogue import OPERATIONS
from tests.gateway.doors.test_http import OPERATOR

COMMITTED = Path(__file__).resolve().parents[3] / "docs" / "openapi.json"


def test_the_description_is_openapi() -> None:
    told = openapi.document()
    assert told["openapi"].startswith("3.1")
    validate(told)


def test_the_committed_file_is_what_the_types_make() -> None:
    assert COMMITTED.read_bytes() == openapi.written(), "run: dockmatch schema --api docs"


def test_every_operation_is_described() -> None:
    paths = openapi.document()["paths"]
    for one in OPERATIONS:
        told = paths[one.path][one.method.lower()]
        assert str(one.status) in told["responses"]
        assert {"400", "401", "403", "429", "500"} <= told["responses"].keys()
        names = {parameter["name"] for parameter in told["parameters"]}
        assert ("Idempotency-Key" in names) == one.makes
        assert ("If-Match" in names) == one.if_match


async def test_the_description_is_served(client: TestClient) -> None:
    answer = await client.get("/v1/openapi.json", headers=OPERATOR)
    assert json.loads(await answer.read()) == openapi.document()
    assert (await client.get("/v1/openapi.json")).status == 401
