"""A receipt is given once for each arrival, and everything that has one is worked on."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import delete, select

from gateway.archive import Archive
from gateway.flows.chunks import DOCUMENTS_MAX, plan, work_of
from gateway.flows.intake import Arrived, Intake
from gateway.jobs.embedded import EmbeddedJobs
from gateway.jobs.port import Job
from gateway.jobs.sweeper import Sweeper
from gateway.store import documents, events
from gateway.store.documents import Waiting
from gateway.store.engine import Store
from gateway.store.schema import document, job

X12 = (
    b"ISA*00*          *00*          *ZZ*ACME           *ZZ*BUYER          "
    b"*260302*0900*U*00401*000000007*0*P*>~GS*IN*A*B*20260302*0900*7*X*004010~GE*0*7~"
    b"IEA*1*000000007~"
)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive(tmp_path / "archive")
    made.prepare()
    return made


@pytest.fixture
def jobs(store: Store, clock: Callable[[], datetime]) -> EmbeddedJobs:
    return EmbeddedJobs(store, clock)


@pytest.fixture
def intake(
    store: Store, archive: Archive, jobs: EmbeddedJobs, clock: Callable[[], datetime]
) -> Intake:
    return Intake(store, archive, jobs, clock)


def arrived(archive: Archive, claim: str, content: bytes, partner: str = "acme") -> Arrived:
    stored = archive.put(BytesIO(content))
    return Arrived(claim=claim, partner=partner, name=f"{claim}.x12", door="folder", stored=stored)


def test_a_receipt_comes_with_an_event_and_a_job(intake: Intake, store: Store) -> None:
    receipt = intake.take("acme", "a.x12", BytesIO(X12), "http")
    assert (receipt.number, receipt.state, receipt.repeat_of) == (1, "received", None)
    with store.read() as connection:
        (event,) = events.after(connection, 0)
        assert (event.type, event.subject) == ("file.received", "document/1")
        assert msgspec.json.decode(event.data)["size"] == len(X12)
        (one,) = documents.waiting(connection, [1])
        assert not one.truncated
        (row,) = connection.execute(select(job)).all()
        assert msgspec.json.decode(row.args) == {"documents": [1]}
        assert connection.execute(select(document.c.job_id)).scalar() == row.id


def test_an_arrival_counts_once(intake: Intake, archive: Archive, store: Store) -> None:
    one = arrived(archive, "c1", b"one")
    again = [one, arrived(archive, "c2", b"two")]
    first = intake.record([one])
    assert intake.record(again)[0] == first[0]
    with store.read() as connection:
        assert [event.subject for event in events.after(connection, 0)] == [
            "document/1",
            "document/2",
        ]


def test_the_same_bytes_of_a_partner_are_a_repeat(intake: Intake, archive: Archive) -> None:
    same = [arrived(archive, claim, b"same") for claim in ("c1", "c2")]
    receipts = intake.record(same)
    assert [(one.state, one.repeat_of) for one in receipts] == [
        ("received", None),
        ("duplicate", 1),
    ]
    assert intake.record([arrived(archive, "c3", b"same")])[0].repeat_of == 1
    other = arrived(archive, "c4", b"same", partner="bolt")
    assert intake.record([other])[0].repeat_of is None  # whether it is a duplicate is matched


def test_a_repeat_is_told_and_not_worked_on(intake: Intake, archive: Archive, store: Store) -> None:
    intake.record([arrived(archive, claim, b"same") for claim in ("c1", "c2")])
    with store.read() as connection:
        types = [event.type for event in events.after(connection, 0)]
        assert types == ["file.received", "file.duplicate"]
        assert [one.id for one in documents.waiting(connection, [1, 2])] == [1]
        assert connection.execute(select(job.c.args)).scalars().all() == [b'{"documents":[1]}']


def test_what_has_no_end_is_marked(intake: Intake, store: Store) -> None:
    for content in (X12, X12[:-40], b"", b"PK\x03\x04"):
        intake.take("acme", "a", BytesIO(content), "http")
    with store.read() as connection:
        marks = [one.truncated for one in documents.waiting(connection, [1, 2, 3, 4])]
    assert marks == [False, True, True, True]


def waiting(number: int, partner: str = "acme", size: int = 500, name: str = "a.x12") -> Waiting:
    return Waiting(
        id=number,
        version=1,
        partner_id=1,
        partner=partner,
        sha256="",
        size=size,
        name=name,
        truncated=False,
        received_at="",
    )


def test_chunks_hold_what_takes_two_seconds() -> None:
    small = [waiting(n) for n in range(1, 251)]
    assert [len(chunk) for _, chunk in plan(small)] == [DOCUMENTS_MAX, DOCUMENTS_MAX, 50]
    scans = [waiting(n, name="scan.PDF", size=100_000) for n in range(1, 4)]
    assert [chunk for _, chunk in plan(scans)] == [[1], [2], [3]]
    big = [waiting(1), waiting(2, size=13_000_000), waiting(3)]
    assert [chunk for _, chunk in plan(big)] == [[1], [2], [3]]


def test_chunks_belong_to_one_partner() -> None:
    mixed = [waiting(n, partner="ab"[n % 2]) for n in range(1, 7)]
    assert {(new.partner, tuple(chunk)) for new, chunk in plan(mixed)} == {
        ("b", (1, 3, 5)),
        ("a", (2, 4, 6)),
    }


def test_the_sweeper_gives_a_job_to_who_lost_his(
    intake: Intake, archive: Archive, store: Store, jobs: EmbeddedJobs
) -> None:
    intake.record([arrived(archive, f"c{n}", b"%d" % n) for n in range(5)])
    sweeper = Sweeper(store, jobs)
    assert sweeper.sweep() == 0
    with store.write() as connection:
        connection.execute(delete(job))
    assert sweeper.sweep() == 5
    assert sweeper.sweep() == 0
    seen: list[int] = []

    class Reads:
        def work(self, one: Job) -> None:
            seen.extend(work_of(one).documents)
            with store.write() as connection:
                jobs.done(connection, one)

        def failed(self, *_: object) -> bool:
            return False

    jobs.work_off({"match": Reads()})
    assert seen == [1, 2, 3, 4, 5]
