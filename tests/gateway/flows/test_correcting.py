"""A correction is a revision: written once, announced, matched, and nothing before it is lost."""

import json
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from msgspec import structs
from sqlalchemy import Connection

from gateway.archive import Stored
from gateway.audit.verify import faults
from gateway.clock import stamp
from gateway.flows import news
from gateway.flows.correcting import Asked, Outcome, correct
from gateway.flows.keeping import fact_key
from gateway.reading.wire import ReadRecord
from gateway.store import cases, corrections, documents, exception
from gateway.store.documents import Decision, NewDocument
from gateway.store.engine import Store
from gateway.store.events import after, announce
from mappers.canonical import AnyRecord, Invoice, InvoiceLine, Party, Source, Totals, Traced
from mappers.corrected import Correction, RefusedError

D = Decimal
READ = Invoice(
    source=Source(file="a.pdf", format="pdf"),
    date=date(2026, 3, 2),
    orders=("4500",),
    supplier=Party(name="Osprey"),
    lines=(InvoiceLine(quantity=D(2), unit_price=D(5), amount=D(10)),),
    totals=Totals(total=D(10)),
    incomplete=True,
)
STOOD = {"/date": Traced(at="page 1", text="2 March 2026", page=1, box=(1, 2, 3, 4))}


class Judged(list[set[int]]):
    """Notes which records were judged, within which transaction."""

    def __call__(self, connection: Connection, records: Collection[int]) -> None:
        assert connection.in_transaction()
        self.append(set(records))


@pytest.fixture
def record(store: Store, clock: Any) -> int:
    at, body = stamp(clock()), msgspec.json.encode(READ)
    with store.write() as connection:
        owner = documents.partners(connection, ["osprey"], at)["osprey"]
        documents.keep_blobs(connection, [Stored(sha256="s", size=1)], at)
        new = NewDocument(claim="c", partner_id=owner, sha256="s", name="a.pdf", door="folder")
        (number,) = documents.receive(connection, [new], at)
        decided = Decision(id=number, version=1, state="read", format="pdf", problems=None)
        documents.decide(connection, [decided], at)
        read = ReadRecord(
            position=0,
            kind="invoice",
            number=None,
            supplier="Osprey",
            incomplete=True,
            test=False,
            body=body,
            touches=(),
        )
        key = fact_key("osprey", "s", 0)
        (record_id,) = cases.insert_records(connection, [(number, key, read)], at)
        announce(connection, [news.of_record(number, record_id, read)], at)
    return record_id


def asked(record: int, values: dict[str, str], revision: int = 0, **more: Any) -> Asked:
    return Asked(
        record_id=record,
        revision=revision,
        correction=Correction(values=values, **more),
        actor="ann",
        key=f"key-{revision}-{'-'.join(values)}"[:64],
    )


def write(store: Store, clock: Any, one: Asked, judged: Judged | None = None) -> Outcome:
    outcome = correct(
        store, clock, one, lambda _: STOOD, judged if judged is not None else Judged()
    )
    assert outcome is not None
    return outcome


def told(store: Store) -> list[tuple[str, dict[str, Any], str]]:
    with store.read() as connection:
        return [(one.type, json.loads(one.data), one.actor) for one in after(connection, 0)]


def test_a_completed_record_is_announced_and_matched(store: Store, clock: Any, record: int) -> None:
    judged = Judged()
    outcome = write(store, clock, asked(record, {"/number": "OS-1"}), judged)
    assert outcome.state == "completed"
    assert judged == [{record}]
    kinds = [kind for kind, _, _ in told(store)]
    assert kinds == ["document.invalid", "document.corrected", "invoice.received"]
    _, data, actor = told(store)[1]
    assert (data["revision"], data["changes"]) == (1, [{"pointer": "/number", "after": "OS-1"}])
    assert actor == "ann"
    with store.read() as connection:
        own = exception.kept(connection, record)
        assert own is not None
        assert own.key == f"{fact_key('osprey', 's', 0)}.1"
        now = msgspec.json.decode(own.body, type=AnyRecord)
        assert (own.number, now.incomplete) == ("OS-1", False)
        assert "order:4500" in cases.touched(connection, [record])[0].keys
        assert not list(faults(connection)), "the audit knows of it"


def test_what_was_read_first_stays(store: Store, clock: Any, record: int) -> None:
    write(store, clock, asked(record, {"/number": "OS-1"}))
    write(store, clock, asked(record, {"/number": "OS-2"}, 1))
    with store.read() as connection:
        first = corrections.first_bodies(connection, [record])[record]
        made = corrections.made(connection, record)
        assert corrections.revision_of(connection, record) == 2
        assert not list(faults(connection))
    assert msgspec.json.decode(first, type=AnyRecord) == READ
    assert [(one.changes[0].before, one.changes[0].after) for one in made] == [
        (None, "OS-1"),
        ("OS-1", "OS-2"),
    ]


def test_what_is_not_whole_yet_is_kept_and_not_matched(
    store: Store, clock: Any, record: int
) -> None:
    judged = Judged()
    outcome = write(store, clock, asked(record, {"/buyer/name": "Harrow"}), judged)
    assert (outcome.state, judged) == ("saved", [])
    kind, data, _ = told(store)[-1]
    assert kind == "document.corrected"
    assert data["incomplete"]
    assert data["problems"][0]["code"] == "pdf.missing"


def test_the_second_of_two_people_is_told_who_was_first(
    store: Store, clock: Any, record: int
) -> None:
    write(store, clock, asked(record, {"/buyer/name": "Harrow"}))
    late = structs.replace(asked(record, {"/number": "OS-9"}), actor="ben")
    outcome = write(store, clock, late)
    assert outcome.state == "first"
    assert outcome.by is not None
    assert outcome.by.actor == "ann"
    with store.read() as connection:
        assert corrections.revision_of(connection, record) == 1


def test_the_same_key_counts_once(store: Store, clock: Any, record: int) -> None:
    one = asked(record, {"/number": "OS-1"})
    states = [write(store, clock, one).state for _ in range(2)]
    assert states == ["completed", "completed"]
    with store.read() as connection:
        assert corrections.revision_of(connection, record) == 1


def test_nothing_said_writes_nothing(store: Store, clock: Any, record: int) -> None:
    write(store, clock, asked(record, {"/number": "OS-1"}))
    outcome = write(store, clock, asked(record, {"/number": "OS-1 "}, 1))
    assert outcome.state == "same"
    with store.read() as connection:
        assert corrections.revision_of(connection, record) == 1


def test_an_invoice_with_a_result_has_to_stay_whole(store: Store, clock: Any, record: int) -> None:
    write(store, clock, asked(record, {"/number": "OS-1"}))
    with store.write() as connection:
        row = cases.Result(
            record_id=record,
            verdict="exception",
            currency="USD",
            approved="0",
            pending="0",
            disputed="10",
            reason="Too dear.",
            codes="PRICE_OVER",
            role="buyer",
            digest="d",
            body_digest="d",
            body=b"{}",
            version=1,
        )
        cases.write_results(connection, [row], stamp(clock()))
    assert write(store, clock, asked(record, {"/number": ""}, 1)).state == "needed"
    judged = Judged()
    assert write(store, clock, asked(record, {"/orders/0": "4600"}, 1), judged).state == "completed"
    with store.read() as connection:
        assert "order:4500" not in cases.touched(connection, [record])[0].keys


def test_what_cannot_be_read_writes_nothing(store: Store, clock: Any, record: int) -> None:
    with pytest.raises(RefusedError):
        write(store, clock, asked(record, {"/totals/total": "1,234"}))
    with store.read() as connection:
        assert corrections.revision_of(connection, record) == 0


def test_there_is_nothing_to_correct_where_there_is_no_record(store: Store, clock: Any) -> None:
    assert correct(store, clock, asked(999, {}), lambda _: {}, Judged()) is None
