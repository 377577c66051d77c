"""What is not what it should be is refused, with the place and what helps."""

import json
from contextlib import suppress
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from hypothesis import given
from hypothesis import strategies as st

from gateway.api.feed import AcceptanceBody
from gateway.api.strict import DEPTH_MAX, body_of
from gateway.doors.problems import RefusedError
from tests.gateway.api.test_operations import ETAG, HERE, problem
from tests.gateway.doors.test_http import OPERATOR

JSON = {"Content-Type": "application/json"}
GOOD = b'{"action": "accept", "reason": "Fine."}'


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad_json"),
        (b"{", 400, "bad_json"),
        (b"[]", 400, "bad_json"),
        (b"null", 400, "bad_json"),
        (b"\xff\xfe{}", 400, "bad_json"),
        (b'{"action": "accept", "action": "reject", "reason": "x"}', 400, "bad_json"),
        (b'{"action": "accept", "reason": {"a": 1, "a": 2}}', 400, "bad_json"),
        (b'{"action": "accept", "reason": NaN}', 400, "bad_json"),
        (b'{"action": "accept", "reason": "a\\u0000b"}', 422, "invalid"),
        (b'{"action": "accept", "reason": "\\ud800"}', 400, "bad_json"),
        (b"[" * 100_000, 400, "bad_json"),
        (b'{"a":' * 40_000, 400, "bad_json"),
        (b'{"action": "accept", "reason": ""}', 422, "invalid"),
        (b'{"action": "pay", "reason": "x"}', 422, "invalid"),
        (b'{"action": "accept"}', 422, "invalid"),
        (b'{"action": "accept", "reason": 7}', 422, "invalid"),
        (b'{"action": "accept", "reason": "x", "amount": 1}', 422, "invalid"),
        (b'{"action": "accept", "reason": "' + b"x" * 2001 + b'"}', 422, "invalid"),
        (b" " * 300_000, 413, "too_large"),
    ],
)
async def test_a_body_is_one_object_that_says_what_is_known(
    client: TestClient, body: bytes, status: int, code: str
) -> None:
    answer = await client.post(HERE, data=body, headers=OPERATOR | ETAG | JSON)
    await problem(answer, status, code)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=b"},
        {"Content-Type": "application/xml"},
        JSON | {"Content-Encoding": "gzip"},
    ],
)
async def test_a_body_is_json_as_it_is(client: TestClient, headers: dict[str, str]) -> None:
    answer = await client.post(HERE, data=GOOD, headers=OPERATOR | ETAG | headers)
    await problem(answer, 415, "wrong_content_type")


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/erp+json"])
async def test_json_may_be_called_so_in_several_ways(client: TestClient, kind: str) -> None:
    headers = OPERATOR | ETAG | {"Content-Type": kind}
    assert (await client.post(HERE, data=GOOD, headers=headers)).status == 201


@pytest.mark.parametrize(
    "query",
    [
        "verdic=matched",
        "verdict=fine",
        "limit=1&limit=2",
        "limit=",
        "limit=%2B1",
        "limit=1.0",
        "after=%D9%A3",
        "after=1_0",
        "verdict=%00",
        "&".join(["verdict=matched"] * 101),
    ],
)
async def test_a_query_says_what_is_known(client: TestClient, query: str) -> None:
    answer = await client.get(f"/v1/reconciliations?{query}", headers=OPERATOR)
    await problem(answer, 400, "bad_query")


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
async def test_a_method_is_what_the_request_line_says(client: TestClient, name: str) -> None:
    made = await client.post(
        "/v1/keys", json={"name": "erp", "rights": ["records:read"]}, headers=OPERATOR
    )
    headers = OPERATOR | {name: "DELETE"}
    assert (await client.get(made.headers["Location"], headers=headers)).status == 200
    still = await (await client.get(made.headers["Location"], headers=OPERATOR)).json()
    assert still["revoked_at"] is None
    await problem(await client.put("/v1/keys", headers=OPERATOR), 405, "method_not_allowed")


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    st.lists,
    max_leaves=9,
)


@given(st.dictionaries(st.sampled_from(["document_number", "rejected", "x"]) | st.text(), ANY))
def test_any_object_is_taken_or_refused(told: dict[str, Any]) -> None:
    try:
        taken = body_of(json.dumps(told).encode(), AcceptanceBody)
    except RefusedError:
        return
    assert all(getattr(taken, name) == value for name, value in told.items())


@given(st.binary(max_size=200))
def test_any_bytes_are_taken_or_refused(raw: bytes) -> None:
    with suppress(RefusedError):
        body_of(raw, AcceptanceBody)


def test_depth_is_counted_outside_of_text() -> None:
    text = json.dumps({"rejected": "[" * 900})
    assert body_of(text.encode(), AcceptanceBody).rejected == "[" * 900
    assert DEPTH_MAX < 100
