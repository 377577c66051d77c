"""Comments: written once, with the roles they name, and who has the next move."""

import json
from typing import Any

import pytest

from gateway.archive import Stored
from gateway.clock import stamp
from gateway.flows.commenting import Said, comment, mentioned
from gateway.reading.wire import ReadRecord
from gateway.store import cases, documents, exception
from gateway.store.documents import NewDocument
from gateway.store.engine import Store
from gateway.store.events import after


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
            body=b"{}",
            touches=(),
        )
        (record_id,) = cases.insert_records(connection, [(number, "k-0", read)], at)
        row = cases.Result(
            record_id=record_id,
            verdict="exception",
            currency="USD",
            approved="0",
            pending="0",
            disputed="1",
            reason="Too dear.",
            codes="PRICE_OVER",
            role="buyer",
            digest="d",
            body=b"{}",
            body_digest="b",
            version=1,
        )
        cases.write_results(connection, [row], at)
    return record_id


def said(record: int, text: str, assigned: str | None = None) -> Said:
    return Said(record=record, text=text, assigned=assigned, actor="ann", key="k" * 32)


def test_a_comment_is_said_once_and_hands_over(store: Store, clock: Any, record: int) -> None:
    for _ in range(2):
        assert comment(store, clock, said(record, "@Receiver did they come? cc @buyer"))
    with store.read() as connection:
        (told,) = after(connection, 0)
        result = exception.result(connection, record)
    assert (told.type, told.actor, told.subject) == ("invoice.commented", "ann", f"record/{record}")
    data = json.loads(told.data)
    assert data["mentioned"] == ["receiver", "buyer"]
    assert data["assigned"] == "receiver"
    assert result
    assert result.assigned == "receiver"


def test_who_is_named_outright_counts_more_than_who_is_mentioned(
    store: Store, clock: Any, record: int
) -> None:
    comment(store, clock, said(record, "as @buyer says", "quality"))
    with store.read() as connection:
        result = exception.result(connection, record)
    assert result
    assert result.assigned == "quality"


def test_nothing_is_said_about_what_is_not_there(store: Store, clock: Any) -> None:
    assert not comment(store, clock, said(99, "hello"))
    with store.read() as connection:
        assert after(connection, 0) == []


def test_an_address_is_no_mention() -> None:
    assert mentioned("write to ann@buyer.example, not @everybody") == ()
    assert mentioned("@BUYER, @buyer and (@ap)") == ("buyer", "ap")
