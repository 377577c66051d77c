"""What is sent twice is done once, and who asks too often is told to wait."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer
from msgspec.structs import replace

from gateway.api.settings import ApiSettings
from gateway.doors.http import build_app
from gateway.store import keys_allowances, keys_answers
from gateway.store.engine import Store
from gateway.store.feed import Wanted, documents
from gateway.store.keys_answers import AT_WORK_FOR, KEPT_FOR, Answer
from tests.gateway.api.test_operations import ACCEPT, ETAG, HERE, problem, told
from tests.gateway.doors.test_http import OPERATOR, PARTNER, SETTINGS, services

ONCE = {"Idempotency-Key": "a-key-of-mine"}
SEND = "/v1/documents?partner=osprey"


async def test_a_repeat_gets_the_same_answer_and_makes_nothing(client: TestClient) -> None:
    answers = [await client.post(HERE, json=ACCEPT, headers=OPERATOR | ETAG | ONCE) for _ in "123"]
    assert [one.status for one in answers] == [201, 201, 201]
    assert len({await one.read() for one in answers}) == 1
    assert "Idempotency-Replayed" not in answers[0].headers
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert len((await told(client, HERE))["items"]) == 1


async def test_another_request_under_the_key_is_refused(client: TestClient) -> None:
    headers = OPERATOR | ETAG | ONCE
    await client.post(HERE, json=ACCEPT, headers=headers)
    other = await client.post(HERE, json=ACCEPT | {"reason": "Other."}, headers=headers)
    await problem(other, 422, "key_used_otherwise")
    sent = await client.post(SEND, data=b"x", headers=OPERATOR | ONCE)
    await problem(sent, 422, "key_used_otherwise")


async def test_a_document_is_taken_once(client: TestClient, store: Store) -> None:
    first = await client.post(SEND, data=b"new bytes", headers=OPERATOR | ONCE)
    again = await client.post(SEND, data=b"new bytes", headers=OPERATOR | ONCE)
    assert await again.json() == await first.json()
    assert again.headers["Location"] == first.headers["Location"]
    other = await client.post(SEND, data=b"other bytes", headers=OPERATOR | ONCE)
    await problem(other, 422, "key_used_otherwise")
    with store.read() as connection:
        assert len(documents(connection, 0, 100, Wanted(partner="osprey"))) == 2


async def test_a_form_is_taken_once_whatever_its_boundary(client: TestClient) -> None:
    answers = []
    for _ in range(2):
        form = FormData()
        form.add_field("file", b"one", filename="1.x12")
        form.add_field("file", b"two", filename="2.x12")
        answers.append(await client.post(SEND, data=form, headers=OPERATOR | ONCE))
    assert [one.status for one in answers] == [202, 202]
    assert await answers[0].json() == await answers[1].json()


async def test_what_failed_leaves_the_key_free(client: TestClient) -> None:
    bad = await client.post(HERE, json={"action": "pay"}, headers=OPERATOR | ETAG | ONCE)
    await problem(bad, 422, "invalid")
    other = OPERATOR | ONCE | {"If-Match": '"0000"'}
    await problem(await client.post(HERE, json=ACCEPT, headers=other), 412, "changed")
    assert (await client.post(HERE, json=ACCEPT, headers=OPERATOR | ETAG | ONCE)).status == 201


async def test_keys_belong_to_their_holders(client: TestClient) -> None:
    mine = await client.post(SEND, data=b"from us", headers=OPERATOR | ONCE)
    theirs = await client.post("/v1/documents", data=b"from them", headers=PARTNER | ONCE)
    assert (await mine.json())["receipt"] != (await theirs.json())["receipt"]


async def test_a_repeat_at_once_is_told_to_wait_or_told_the_same(client: TestClient) -> None:
    sent = [client.post(HERE, json=ACCEPT, headers=OPERATOR | ETAG | ONCE) for _ in range(8)]
    answers = await asyncio.gather(*sent)
    statuses = {one.status for one in answers}
    assert 201 in statuses
    assert statuses <= {201, 409}
    assert all(one.headers["Retry-After"] == "1" for one in answers if one.status == 409)
    assert len((await told(client, HERE))["items"]) == 1


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256])
async def test_a_key_is_visible_ascii(client: TestClient, key: str) -> None:
    headers = OPERATOR | ETAG | {"Idempotency-Key": key}
    await problem(await client.post(HERE, json=ACCEPT, headers=headers), 400, "bad_request")


def test_answers_are_kept_for_two_days(store: Store, clock: Any) -> None:
    answer = Answer(request="digest", status=201, headers={"Location": "/x"}, body=b"{}")
    with store.write() as connection:
        assert keys_answers.begin(connection, "me", "k", clock()) is None
        keys_answers.finish(connection, "me", "k", answer)
        last = clock() + KEPT_FOR - timedelta(seconds=1)
        assert keys_answers.begin(connection, "me", "k", last) == answer
        assert keys_answers.begin(connection, "you", "k", last) is None
        assert keys_answers.begin(connection, "me", "k", clock() + KEPT_FOR * 2) is None


def test_a_request_that_never_ended_is_taken_over(store: Store, clock: Any) -> None:
    with store.write() as connection:
        assert keys_answers.begin(connection, "me", "k", clock()) is None
        busy = keys_answers.begin(connection, "me", "k", clock() + AT_WORK_FOR / 2)
        assert busy is not None
        assert busy.status is None
        later = clock() + AT_WORK_FOR + timedelta(seconds=1)
        assert keys_answers.begin(connection, "me", "k", later) is None
        keys_answers.release(connection, "me", "k")
        assert keys_answers.begin(connection, "me", "k", later) is None


# The allowance.


async def test_who_asks_too_often_waits(store: Store, clock: Any, tmp_path: Path) -> None:
    made = services(store, clock, tmp_path, SETTINGS)
    made = replace(made, api=ApiSettings(requests_per_second=2, burst=5))
    async with TestClient(TestServer(build_app(made))) as client:
        for left in (1, 0):
            answer = await client.get("/v1/records", headers=OPERATOR)
            assert answer.status == 200
            assert answer.headers["RateLimit-Policy"] == '"key";q=5;w=2'
            assert answer.headers["RateLimit"].endswith(";t=0"), left
        statuses = [(await client.get("/v1/records", headers=OPERATOR)).status for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
        refused = await client.get("/v1/records", headers=OPERATOR)
        await problem(refused, 429, "too_many")
        assert int(refused.headers["Retry-After"]) >= 1
        sent = await client.post("/v1/documents", data=b"x", headers=PARTNER)
        assert sent.status == 202  # another key, another bucket
        clock.pass_seconds(int(refused.headers["Retry-After"]))
        assert (await client.get("/v1/records", headers=OPERATOR)).status == 200
        assert (await client.get("/healthz")).status == 200


def test_a_bucket_holds_its_burst_and_fills_by_the_clock(store: Store, clock: Any) -> None:
    def drawn(wanted: int, holder: str = "me") -> int:
        with store.write() as connection:
            return keys_allowances.draw(connection, holder, 10, 30, wanted, clock())

    assert [drawn(20), drawn(20), drawn(20)] == [20, 10, 0]
    assert drawn(5, "you") == 5
    clock.pass_seconds(0.5)
    assert drawn(20) == 5
    clock.pass_seconds(3600)
    assert drawn(100) == 30
    clock.pass_seconds(-3600)  # a clock that jumps back gives nothing, and takes nothing
    assert drawn(1) == 0
