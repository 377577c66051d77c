"""What each address answers, by a real client."""

import hashlib
from typing import Any

import msgspec
import pytest
from aiohttp.test_utils import TestClient

from gateway.api.catalogue import OPERATIONS
from gateway.clock import stamp
from gateway.flows.deciding import UNDO_FOR
from gateway.rights import RIGHTS
from gateway.store.engine import Store
from gateway.store.events import NewEvent, after, announce
from tests.gateway.api.stored import CONTENT, DIGEST, announced, invoice, result
from tests.gateway.doors.test_http import OPERATOR, is_problem

ETAG = {"If-Match": f'"{DIGEST}"'}
ACCEPT = {"action": "accept", "reason": "It came by courier."}
HERE = "/v1/reconciliations/1/decisions"


async def told(client: TestClient, path: str, **more: Any) -> Any:
    answer = await client.get(path, headers=OPERATOR, **more)
    assert answer.status == 200, await answer.text()
    return await answer.json()


async def problem(answer: Any, status: int, code: str) -> None:
    assert is_problem(answer, status), await answer.text()
    body = await answer.json()
    assert (body["code"], body["status"]) == (code, status)
    assert body["type"] == f"urn:dockmatch:problem:{code}"
    assert body["remedy"]


def test_every_operation_is_named_once_and_says_what_it_needs() -> None:
    assert len({(one.method, one.path) for one in OPERATIONS}) == len(OPERATIONS)
    assert len({f"{one.group}{one.name}" for one in OPERATIONS}) == len(OPERATIONS)
    for one in OPERATIONS:
        assert one.method in {"GET", "POST", "PATCH", "DELETE"}
        assert one.right in RIGHTS
        assert one.summary
        assert one.body is None or one.takes == "json"


# Documents, records, reconciliations.


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [1, 2]),
        ("?limit=1", [1]),
        ("?after=1", [2]),
        ("?partner=osprey", [2]),
        ("?state=read", [1]),
        ("?state=read&state=quarantined", [1, 2]),
        ("?name=inv.x12", [1]),
        (f"?sha256={hashlib.sha256(CONTENT).hexdigest()}", [1]),
        ("?door=folder", []),
        ("?since=2026-03-02", [1, 2]),
        ("?since=2026-03-03", []),
        ("?until=2026-03-02", [1, 2]),
        ("?until=2026-03-02T08:59:59Z", []),
        ("?partner=osprey&state=read", []),
    ],
)
async def test_documents_are_listed_by_what_is_asked(
    client: TestClient, query: str, numbers: list[int]
) -> None:
    page = await told(client, f"/v1/documents{query}")
    assert [one["id"] for one in page["items"]] == numbers


async def test_a_document_has_its_records_and_its_bytes(client: TestClient) -> None:
    found = await told(client, "/v1/documents/1")
    assert found["records"] == [
        {
            "id": 1,
            "kind": "invoice",
            "number": "BFC-208841",
            "incomplete": False,
            "verdict": "exception",
        }
    ]
    answer = await client.get("/v1/documents/1/content", headers=OPERATOR)
    assert await answer.read() == CONTENT
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    await problem(await client.get("/v1/documents/9/content", headers=OPERATOR), 404, "not_found")


async def test_quarantine_says_why(client: TestClient) -> None:
    page = await told(client, "/v1/quarantine")
    assert [one["problems"][0]["code"] for one in page["items"]] == ["file.unknown"]
    assert page["next"] == 2
    assert (await told(client, "/v1/quarantine?before=2"))["items"] == []


async def test_records_and_results_are_the_json_that_was_stored(client: TestClient) -> None:
    one = await told(client, "/v1/records/1")
    assert list(one) == ["id", "kind", "number", "incomplete", "verdict", "document", "record"]
    assert one["record"] == msgspec.json.decode(invoice())
    assert (await told(client, "/v1/records?kind=invoice&number=BFC-208841"))["items"] == [one]
    assert (await told(client, "/v1/records?kind=receipt"))["items"] == []
    held = await told(client, "/v1/reconciliations/1")
    assert held["reconciliation"] == msgspec.json.decode(msgspec.json.encode(result()))
    page = await told(client, "/v1/reconciliations?verdict=matched&verdict=exception")
    assert page == {"items": [held], "next": 1}
    assert (await told(client, "/v1/reconciliations?verdict=matched"))["items"] == []


# Decisions.


async def test_a_decision_holds_for_the_result_that_was_seen(
    client: TestClient, store: Store
) -> None:
    seen = await client.get("/v1/reconciliations/1", headers=OPERATOR)
    headers = OPERATOR | {"If-Match": seen.headers["ETag"]}
    made = await client.post(HERE, json=ACCEPT, headers=headers)
    assert made.status == 201
    decision = await made.json()
    assert (decision["action"], decision["actor"]) == ("accept", "operator")
    assert (await told(client, HERE))["items"] == [decision]
    assert (await told(client, "/v1/reconciliations/1"))["decided"]
    with store.read() as connection:
        assert after(connection, 0)[-1].type == "invoice.exception_resolved"


async def test_a_decision_on_what_changed_writes_nothing(client: TestClient) -> None:
    await problem(await client.post(HERE, json=ACCEPT, headers=OPERATOR), 428, "not_said_which")
    other = OPERATOR | {"If-Match": '"0000"'}
    await problem(await client.post(HERE, json=ACCEPT, headers=other), 412, "changed")
    unknown = await client.post(HERE.replace("1/d", "9/d"), json=ACCEPT, headers=OPERATOR | ETAG)
    await problem(unknown, 404, "not_found")
    assert (await told(client, HERE))["items"] == []


async def test_who_comes_second_is_told_who_was_first(client: TestClient) -> None:
    assert (await client.post(HERE, json=ACCEPT, headers=OPERATOR | ETAG)).status == 201
    second = await client.post(HERE, json=ACCEPT, headers=OPERATOR | ETAG)
    await problem(second, 409, "conflict")
    assert "operator was first" in (await second.json())["detail"]


async def test_a_decision_can_be_taken_back_for_a_while(client: TestClient, clock: Any) -> None:
    headers, back = OPERATOR | ETAG, {"action": "undo", "reason": "Too quick."}
    await client.post(HERE, json=ACCEPT, headers=headers)
    assert (await client.post(HERE, json=back, headers=headers)).status == 201
    assert not (await told(client, "/v1/reconciliations/1"))["decided"]
    await client.post(HERE, json=ACCEPT, headers=headers)
    clock.pass_seconds(UNDO_FOR.total_seconds() + 1)
    await problem(await client.post(HERE, json=back, headers=headers), 412, "changed")


# The past.


async def test_a_result_is_told_as_it_was(client: TestClient, store: Store, clock: Any) -> None:
    clock.pass_seconds(24 * 3600)
    await client.post(HERE, json=ACCEPT, headers=OPERATOR | ETAG)
    clock.pass_seconds(24 * 3600)
    with store.write() as connection:
        announce(connection, [announced("matched", 2)], stamp(clock()))
    seen = []
    for day in ("2026-03-02", "2026-03-03", "2026-03-04"):
        then = await told(client, f"/v1/reconciliations/1?as_of={day}")
        seen.append((then["version"], then["decided"], then["reconciliation"]["verdict"]))
    assert seen == [(1, False, "exception"), (1, True, "exception"), (2, False, "matched")]
    before = await client.get("/v1/reconciliations/1?as_of=2026-03-01", headers=OPERATOR)
    await problem(before, 404, "not_found")


async def test_the_past_has_the_form_of_the_present(client: TestClient) -> None:
    now = await told(client, "/v1/reconciliations/1")
    then = await told(client, "/v1/reconciliations/1?as_of=2026-03-02")
    assert then == now


async def test_the_log_ends_where_it_is_asked_to(
    client: TestClient, store: Store, clock: Any
) -> None:
    for day in range(3):
        clock.pass_seconds(24 * 3600)
        news = [NewEvent(type="a.b", subject=f"day/{day}", data=b"{}") for _ in range(4)]
        with store.write() as connection:
            announce(connection, news, stamp(clock()))
    counts = []
    for day in ("2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04T09:00:00Z", "2026-03-09"):
        page = await told(client, f"/v1/events?as_of={day}&type=a.b")
        counts.append(len(page["events"]))
    assert counts == [0, 0, 4, 8, 12]
    for word in ("yesterday", "2026-13-01", "2026-03-32", "9999-99-99T00:00:00Z"):
        answer = await client.get(f"/v1/events?as_of={word}", headers=OPERATOR)
        await problem(answer, 400, "bad_query")


# Partners, deliveries, keys.


async def test_partners_are_those_who_sent(client: TestClient) -> None:
    page = await told(client, "/v1/partners")
    known = {one["name"]: (one["documents"], one["profile"]) for one in page["items"]}
    assert known["osprey"] == (1, "none")
    one = await told(client, "/v1/partners/osprey")
    assert (one["states"], one["mistakes"]) == ({"quarantined": 1}, [])
    assert (await told(client, "/v1/partners?after=bellweather&limit=1"))["next"] == "osprey"
    for name in ("nobody", "%2e%2e", "a%00b"):
        answer = await client.get(f"/v1/partners/{name}", headers=OPERATOR)
        assert is_problem(answer, 404)


async def test_deliveries_are_listed_by_state(client: TestClient) -> None:
    for state in ("waiting", "delivered", "dead"):
        assert (await told(client, f"/v1/deliveries?state={state}"))["items"] == []
    await problem(await client.get("/v1/deliveries?state=lost", headers=OPERATOR), 400, "bad_query")


async def test_a_key_is_made_told_once_used_and_ended(client: TestClient) -> None:
    wanted = {"name": "erp", "rights": ["records:read"], "networks": ["127.0.0.0/8"]}
    made = await client.post("/v1/keys", json=wanted, headers=OPERATOR)
    assert made.status == 201
    key = await made.json()
    bearer = {"Authorization": f"Bearer {key['secret']}"}
    assert (await client.get("/v1/records", headers=bearer)).status == 200
    assert is_problem(await client.get("/v1/keys", headers=bearer), 403)
    shown = await told(client, made.headers["Location"])
    assert "secret" not in shown
    assert shown["used_from"] == "127.0.0.1"
    assert (await told(client, "/v1/keys"))["items"] == [shown]
    ended = await client.delete(made.headers["Location"], headers=OPERATOR)
    assert (await ended.json())["revoked_by"] == "operator"
    assert is_problem(await client.get("/v1/records", headers=bearer), 401)
    assert (await told(client, "/v1/keys"))["items"] == []
    assert len((await told(client, "/v1/keys?revoked=true"))["items"]) == 1
    again = await client.post("/v1/keys", json=wanted, headers=OPERATOR)
    await problem(again, 422, "invalid")


async def test_a_key_of_a_partner_sees_what_is_theirs(client: TestClient) -> None:
    rights = ["documents:read", "documents:send", "records:read"]
    wanted = {"name": "osprey's", "rights": rights, "partner": "osprey"}
    refused = await client.post("/v1/keys", json=wanted, headers=OPERATOR)
    await problem(refused, 422, "invalid")
    made = await client.post("/v1/keys", json=wanted | {"name": "osprey"}, headers=OPERATOR)
    bearer = {"Authorization": f"Bearer {(await made.json())['secret']}"}
    page = await (await client.get("/v1/documents", headers=bearer)).json()
    assert [one["id"] for one in page["items"]] == [2]
    assert (await client.get("/v1/documents/2/content", headers=bearer)).status == 200
    for path in ("/v1/documents/1", "/v1/documents/1/content", "/v1/documents/7"):
        await problem(await client.get(path, headers=bearer), 404, "not_found")
    for path in ("/v1/documents?partner=bellweather", "/v1/records", "/v1/quarantine", "/inbox"):
        assert (await client.get(path, headers=bearer)).status == 403
