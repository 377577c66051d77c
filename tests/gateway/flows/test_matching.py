"""A chunk is one commit; what fails is halved until the cause stands alone; the rest goes on."""

import sqlite3
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import OperationalError

from gateway.archive import Archive
from gateway.flows.chunks import KIND, work_of
from gateway.flows.intake import Arrived, Intake
from gateway.flows.judging import Judge
from gateway.flows.matching import Matching
from gateway.jobs.embedded import EmbeddedJobs
from gateway.jobs.port import Job
from gateway.reading.child import work
from gateway.reading.pool import ReaderDiedError
from gateway.reading.wire import File, ReadFile, Task
from gateway.store import events
from gateway.store.engine import Store
from gateway.store.events import NewEvent
from gateway.store.schema import document, job, record, touch
from matcher.facts import Master
from matcher.policy import policy_of


def interchange(kind: str, group: str, sets: Sequence[Sequence[str]], number: int = 1) -> bytes:
    parties = f"ZZ*{'ACME':15}*ZZ*{'BUYER':15}"
    lines = [
        f"ISA*00*{'':10}*00*{'':10}*{parties}*260302*0900*U*00401*{number:09}*0*P*>",
        f"GS*{group}*A*B*20260302*0900*{number}*X*004010",
    ]
    for control, segments in enumerate(sets, 1):
        closing = f"SE*{len(segments) + 2}*{control:04}"
        lines += [f"ST*{kind}*{control:04}", *segments, closing]
    lines += [f"GE*{len(sets)}*{number}", f"IEA*1*{number:09}"]
    return "".join(f"{one}~\n" for one in lines).encode()


def order(number: int) -> list[str]:
    return [f"BEG*00*NE*PO{number}**20260301", "PO1*1*10*EA*5**VP*A-1", "CTT*1"]


def invoice(number: int) -> list[str]:
    return [
        f"BIG*20260302*IN{number}**PO{number}",
        "IT1*1*10*EA*5**VP*A-1",
        "TDS*5000",
        "CTT*1",
    ]


class HereReaders:
    """Reads in this process; a file whose bytes hold `poison` kills its reader."""

    def __init__(self, root: Path) -> None:
        self.archive, self.spool = Archive(root / "archive"), root / "spool"
        self.archive.prepare()
        self.spool.mkdir(exist_ok=True)
        self.poison: bytes | None = None
        self.asked: list[int] = []

    def read(self, files: Sequence[File]) -> tuple[ReadFile, ...]:
        self.asked.append(len(files))
        for one in files:
            if self.poison and self.poison in self.archive.open(one.sha256).read():
                message = "the reader died (-11): without a word"
                raise ReaderDiedError(message)
        return work(Task(files=tuple(files), spool=str(self.spool)), self.archive).files


class FussyJudge(Judge):
    """Fails on records whose number is in `poison`."""

    poison: Collection[str] = ()

    def judge(
        self, connection: Connection, fresh: Collection[int], *rest: object
    ) -> list[NewEvent]:
        query = select(record.c.number).where(record.c.id.in_(fresh))
        for number in connection.execute(query).scalars():
            if number in self.poison:
                raise ZeroDivisionError(number)
        return super().judge(connection, fresh, *rest)  # type: ignore[arg-type]


class Desk:
    """Intake and matching, side by side, without threads."""

    def __init__(self, root: Path, store: Store, clock: Callable[[], datetime]) -> None:
        self.store, self.clock = store, clock
        self.readers = HereReaders(root)
        self.jobs = EmbeddedJobs(store, clock)
        self.intake = Intake(store, self.readers.archive, self.jobs, clock)
        self.judge = FussyJudge(policy_of({"way": 2}), Master())
        self.matching = Matching(store, self.jobs, self.readers, self.judge, clock)  # type: ignore[arg-type]
        self.commits = 0
        self.matching.committed = self._count

    def _count(self) -> None:
        self.commits += 1

    def take(self, *contents: bytes, truncated: bool = False) -> None:
        arrived = []
        for place, content in enumerate(contents):
            stored = self.readers.archive.put(BytesIO(content))
            claim = f"{stored.sha256[:8]}-{place}"
            arrived.append(
                Arrived(
                    claim=claim,
                    partner="acme",
                    name=f"{place}.x12",
                    door="folder",
                    stored=stored,
                    truncated=truncated,
                )
            )
        self.intake.record(arrived)

    def work(self, days: int = 0) -> None:
        for _ in range(days + 1):
            self.jobs.work_off({KIND: self.matching})
            self.clock.pass_seconds(24 * 3600)  # type: ignore[attr-defined]

    def ask(self, *columns: object) -> list[tuple[object, ...]]:
        with self.store.read() as connection:
            return [tuple(row) for row in connection.execute(select(*columns))]  # type: ignore[call-overload]

    def states(self) -> list[str]:
        return [state for _, state in sorted(self.ask(document.c.id, document.c.state))]  # type: ignore[misc]

    def problems(self, number: int) -> str:
        found = dict(self.ask(document.c.id, document.c.problems))  # type: ignore[arg-type]
        return str(found[number])

    def news(self) -> list[str]:
        with self.store.read() as connection:
            return [event.type for event in events.after(connection, 0, limit=100_000)]


@pytest.fixture
def desk(tmp_path: Path, store: Store, clock: Callable[[], datetime]) -> Desk:
    return Desk(tmp_path, store, clock)


def test_a_chunk_is_one_commit(desk: Desk) -> None:
    desk.take(*(interchange("850", "PO", [order(n)], n) for n in range(50)))
    desk.work()
    assert desk.commits == 1
    assert desk.states() == ["read"] * 50
    assert desk.news() == ["file.received"] * 50 + ["order.received"] * 50
    assert desk.ask(func.count(job.c.id)) == [(0,)]


def test_order_and_invoice_meet(desk: Desk) -> None:
    desk.take(interchange("810", "IN", [invoice(1)]), interchange("850", "PO", [order(1)], 2))
    desk.work()
    assert desk.news()[2:] == ["invoice.received", "order.received", "invoice.matched"]


def test_a_payment_is_kept_and_announced_and_matched_with_nothing(desk: Desk) -> None:
    paid = ["BPR*C*50*C*ACH", "TRN*1*ADV-7", "N1*PE*ACME", "ENT*1", "RMR*IV*IN1**50"]
    desk.take(interchange("810", "IN", [invoice(1)]), interchange("820", "RA", [paid], 2))
    desk.work()
    assert "payment.received" in desk.news()
    kept = desk.ask(record.c.kind, record.c.number, record.c.supplier)
    assert ("payment", "ADV-7", "ACME") in kept
    payments = [
        number for number, kind in desk.ask(record.c.id, record.c.kind) if kind == "payment"
    ]
    touched = {number for (number,) in desk.ask(touch.c.record_id)}
    assert touched.isdisjoint(payments)


def test_a_big_file_is_stored_in_slices(desk: Desk) -> None:
    desk.take(interchange("850", "PO", [order(n) for n in range(1050)]))
    desk.work()
    assert desk.commits == 6
    assert desk.states() == ["read"]
    assert desk.ask(func.count(record.c.id)) == [(1050,)]
    assert list(desk.readers.spool.iterdir()) == []


def test_a_big_file_goes_on_where_it_was_cut_short(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take(interchange("850", "PO", [order(n) for n in range(1050)]))
    full = OperationalError("INSERT", {}, sqlite3.OperationalError("disk full"))

    def fail_at_third_slice() -> None:
        desk.commits += 1
        if desk.commits == 3:
            raise full

    monkeypatch.setattr(desk.matching, "committed", fail_at_third_slice)
    desk.work()
    assert desk.states() == ["received"]
    assert desk.ask(func.count(record.c.id)) == [(600,)]
    desk.work()
    assert desk.states() == ["read"]
    assert desk.ask(func.count(record.c.id)) == [(1050,)]
    assert desk.news().count("order.received") == 1050


def test_what_cannot_be_read_is_quarantined_with_the_reason(desk: Desk) -> None:
    desk.take(b"\x00junk", interchange("850", "PO", [order(1)]), b"")
    desk.work()
    assert desk.states() == ["quarantined", "read", "quarantined"]
    assert "file.unknown_format" in desk.problems(1)
    assert desk.news().count("file.quarantined") == 2


def test_a_truncated_file_is_told_and_never_matched(desk: Desk) -> None:
    whole = interchange("810", "IN", [invoice(1)])
    desk.take(whole[: whole.index(b"SE*")], truncated=True)
    desk.take(interchange("850", "PO", [order(1)]))
    desk.work()
    assert desk.states() == ["quarantined", "read"]
    assert ("invoice", True) in desk.ask(record.c.kind, record.c.incomplete)
    assert not [news for news in desk.news() if news.startswith("invoice.")]


def test_a_file_that_kills_its_reader_is_found_among_the_others(desk: Desk) -> None:
    contents = [interchange("850", "PO", [order(n)], n) for n in range(40)]
    desk.readers.poison = b"*PO17*"
    desk.take(*contents)
    desk.work(days=3)
    assert [n for n, state in enumerate(desk.states()) if state != "read"] == [17]
    assert "file.kills_its_reader" in desk.problems(18)
    assert desk.news().count("order.received") == 39
    assert len(desk.readers.asked) < 20  # by halves, not one by one


def test_a_record_that_cannot_be_judged_is_kept_alone(desk: Desk) -> None:
    desk.judge.poison = {"IN7"}
    desk.take(interchange("810", "IN", [invoice(n) for n in range(12)]))
    desk.work(days=3)
    assert desk.states() == ["read"]
    incomplete = {n for n, bad in desk.ask(record.c.number, record.c.incomplete) if bad}
    assert incomplete == {"IN7"}
    assert desk.news().count("invoice.received") == 11
    assert desk.news().count("document.invalid") == 1


def test_trouble_with_the_disk_blames_no_document(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.take(interchange("850", "PO", [order(1)]))

    def full(_files: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as sick:
        sick.setattr(desk.readers, "read", full)
        desk.work(days=20)
    assert desk.states() == ["received"]
    desk.work()
    assert desk.states() == ["read"]


def test_who_comes_second_leaves_the_document_alone(desk: Desk) -> None:
    """Two jobs for one document, by a sweeper that was too eager, do its work once."""
    desk.take(interchange("850", "PO", [order(1)]))
    with desk.store.write() as connection:
        args = connection.execute(select(job.c.args)).scalar_one()
    twin = Job(id=99, kind=KIND, key="x", partner="acme", args=args, cost_ms=1, tries=1, holder="y")
    assert work_of(twin).documents == (1,)
    desk.work()
    before = desk.news()
    with pytest.raises(Exception):  # noqa: B017, PT011 - it holds no job, so it may end none
        desk.matching.work(twin)
    assert desk.news() == before
    assert desk.ask(func.count(record.c.id)) == [(1,)]


def test_judging_again_tells_only_what_is_new(desk: Desk) -> None:
    desk.take(interchange("810", "IN", [invoice(1)]), interchange("850", "PO", [order(1)]))
    desk.work()
    before = desk.news()
    desk.matching.rematch(1)
    assert desk.news() == before


def test_events_tell_what_a_receiver_needs(desk: Desk) -> None:
    desk.take(interchange("850", "PO", [order(1)]), interchange("810", "IN", [invoice(1)]))
    desk.work()
    with desk.store.read() as connection:
        told = {one.type: msgspec.json.decode(one.data) for one in events.after(connection, 0)}
    assert len(told["order.received"].pop("digest")) == 64
    assert told["order.received"] == {
        "document": 1,
        "record": 1,
        "position": 0,
        "kind": "purchase_order",
        "number": "PO1",
    }
    matched = told["invoice.matched"]
    assert (matched["invoice"]["number"], matched["orders"]) == ("IN1", ["PO1"])
    assert (matched["verdict"], matched["approved"]) == ("matched", "50.00")
