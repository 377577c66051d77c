"""A decision: written once, for the result that was seen, with its event."""

import json
from datetime import timedelta
from typing import Any

import pytest
from msgspec import json as codec
from msgspec.structs import replace

from gateway.archive import Stored
from gateway.clock import stamp
from gateway.flows.deciding import UNDO_FOR, decide, undo
from gateway.reading.wire import ReadRecord
from gateway.store import cases, documents, exception
from gateway.store.documents import NewDocument
from gateway.store.engine import Store
from gateway.store.events import after
from gateway.store.exception import NewDecision
from mappers.canonical import Invoice
from matcher.result import Reconciliation

RESULT = codec.decode(
    b"""{"kind": "reconciliation", "invoice": {"number": "INV-1", "id": "k-0"}, "orders": ["45"],
    "verdict": "exception", "currency": "USD", "approved": "600.00", "pending": "400.00",
    "disputed": "100.00", "findings": [], "lines": [], "codes": []}""",
    type=Reconciliation,
)


@pytest.fixture
def record(store: Store, clock: Any) -> int:
    at = stamp(clock())
    with store.write() as connection:
        owner = documents.partners(connection, ["osprey"], at)["osprey"]
        documents.keep_blobs(connection, [Stored(sha256="s", size=1)], at)
        new = NewDocument(claim="c", partner_id=owner, sha256="s", name="a.x12", door="folder")
        (number,) = documents.receive(connection, [new], at)
        read = ReadRecord(
            position=0,
            kind="invoice",
            number="INV-1",
            supplier="Osprey",
            incomplete=False,
            test=False,
            body=codec.encode(Invoice(number="INV-1")),
            touches=(),
        )
        (record_id,) = cases.insert_records(connection, [(number, "k-0", read)], at)
    judge(store, clock, record_id, "digest-1")
    return record_id


def judge(
    store: Store, clock: Any, record_id: int, digest: str, result: Reconciliation = RESULT
) -> None:
    row = cases.Result(
        record_id=record_id,
        verdict="exception",
        currency="USD",
        approved="600.00",
        pending="400.00",
        disputed="100.00",
        reason="Billed 110, received 60.",
        codes="WAITING_RECEIPT",
        role="receiver",
        digest=digest,
        body=codec.encode(result),
        body_digest=digest,
        version=1,
    )
    with store.write() as connection:
        cases.write_results(connection, [row], stamp(clock()))


def new(record_id: int, **more: str) -> NewDecision:
    decision = NewDecision(
        record_id=record_id,
        action="accept",
        reason="agreed by phone",
        actor="ann",
        digest="digest-1",
        idempotency_key="key-1",
    )
    return replace(decision, **more)


def told(store: Store) -> list[tuple[str, str, dict[str, Any]]]:
    with store.read() as connection:
        events = after(connection, 0)
    return [(one.type, one.actor, json.loads(one.data)) for one in events]


def is_open(store: Store, record_id: int) -> bool:
    with store.read() as connection:
        result = exception.result(connection, record_id)
    return result is not None and result.open


def test_accepting_approves_all_of_it_and_tells_so(store: Store, clock: Any, record: int) -> None:
    assert decide(store, clock, new(record)).state == "decided"
    ((kind, actor, data),) = told(store)
    assert (kind, actor) == ("invoice.exception_resolved", "ann")
    assert (data["approved"], data["pending"], data["disputed"]) == ("1100.00", "0.00", "0.00")
    assert data["decision"] == {"action": "accept", "reason": "agreed by phone", "actor": "ann"}
    assert data["record"] == record
    assert not is_open(store, record)


def test_rejecting_disputes_all_of_it(store: Store, clock: Any, record: int) -> None:
    decide(store, clock, new(record, action="reject"))
    ((kind, _, data),) = told(store)
    assert kind == "invoice.rejected"
    assert (data["approved"], data["pending"], data["disputed"]) == ("0.00", "0.00", "1100.00")


def test_the_same_key_is_the_same_decision(store: Store, clock: Any, record: int) -> None:
    for _ in range(3):
        assert decide(store, clock, new(record)).state == "decided"
    assert len(told(store)) == 1


def test_the_second_person_is_told_who_was_first(store: Store, clock: Any, record: int) -> None:
    decide(store, clock, new(record))
    second = decide(
        store, clock, new(record, action="reject", actor="ben", idempotency_key="key-2")
    )
    assert second.state == "already"
    assert second.by is not None
    assert (second.by.actor, second.by.action) == ("ann", "accept")
    assert len(told(store)) == 1


def test_a_result_that_changed_meanwhile_is_not_decided(
    store: Store, clock: Any, record: int
) -> None:
    judge(store, clock, record, "digest-2")
    assert decide(store, clock, new(record)).state == "changed"
    assert told(store) == []
    assert is_open(store, record)


def test_a_result_that_changes_afterwards_is_open_again(
    store: Store, clock: Any, record: int
) -> None:
    decide(store, clock, new(record))
    judge(store, clock, record, "digest-2")
    assert is_open(store, record)
    again = new(record, digest="digest-2", idempotency_key="key-2")
    assert decide(store, clock, again).state == "decided"
    assert len(told(store)) == 2


def test_what_has_no_result_cannot_be_decided(store: Store, clock: Any) -> None:
    assert decide(store, clock, new(99)).state == "changed"
    assert told(store) == []


# Taking back.


def undone(record_id: int, key: str = "undo-1") -> NewDecision:
    return new(record_id, action="undo", reason="too quick", actor="ben", idempotency_key=key)


def test_what_was_decided_is_taken_back_and_both_stay(
    store: Store, clock: Any, record: int
) -> None:
    decide(store, clock, new(record))
    for _ in range(2):  # the same key is the same undoing
        assert undo(store, clock, undone(record)).state == "decided"
    assert is_open(store, record)
    (_, (kind, actor, data)) = told(store)
    assert (kind, actor) == ("invoice.decision_undone", "ben")
    assert (data["approved"], data["pending"], data["disputed"]) == ("600.00", "400.00", "100.00")
    assert data["decision"]["action"] == "undo"
    with store.read() as connection:
        assert [one.action for one in exception.decisions(connection, record)] == ["accept", "undo"]
    again = new(record, action="reject", idempotency_key="key-2")
    assert decide(store, clock, again).state == "decided"
    assert not is_open(store, record)


def test_nothing_is_taken_back_where_nothing_was_decided(
    store: Store, clock: Any, record: int
) -> None:
    assert undo(store, clock, undone(record)).state == "changed"
    decide(store, clock, new(record))
    judge(store, clock, record, "digest-2")
    assert undo(store, clock, replace(undone(record), digest="digest-2")).state == "changed"
    assert len(told(store)) == 1


def test_after_a_while_a_decision_stands(store: Store, clock: Any, record: int) -> None:
    decide(store, clock, new(record))
    late = clock() + UNDO_FOR + timedelta(minutes=1)
    assert undo(store, lambda: late, undone(record)).state == "changed"
    assert not is_open(store, record)
