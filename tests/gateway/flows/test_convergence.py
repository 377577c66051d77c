"""Facts that several workers take in at once, in any order, end in the same results, told once.

Each worker has a connection pool, a judge and a memory of its own, as on machines of their own.
"""

import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from gateway.archive import Archive
from gateway.flows.chunks import KIND
from gateway.flows.intake import Arrived, Intake
from gateway.flows.judging import Judge
from gateway.flows.matching import Matching
from gateway.jobs.embedded import EmbeddedJobs
from gateway.jobs.engine import Engine
from gateway.reading.child import work
from gateway.reading.wire import File, ReadFile, Task
from gateway.store import events
from gateway.store.engine import Store
from gateway.store.schema import reconciliation, record
from matcher.facts import Master
from matcher.policy import policy_of

ORDERS, WORKERS, SEEDS = 5, 3, (1, 2, 3)
Clock = Callable[[], datetime]


def interchange(kind: str, group: str, number: int, *segments: str) -> bytes:
    parties = f"ZZ*{'ACME':15}*ZZ*{'BUYER':15}"
    lines = (
        f"ISA*00*{'':10}*00*{'':10}*{parties}*260302*0900*U*00401*{number:09}*0*P*>",
        f"GS*{group}*A*B*20260302*0900*{number}*X*004010",
        f"ST*{kind}*0001",
        *segments,
        f"SE*{len(segments) + 2}*0001",
        f"GE*1*{number}",
        f"IEA*1*{number:09}",
    )
    return "".join(f"{one}~\n" for one in lines).encode()


def documents() -> list[bytes]:
    """Return orders of 10, each billed by two invoices of 8 and, later, by a copy of the first."""
    found = []
    for n in range(ORDERS):
        order = (f"BEG*00*NE*PO{n}**20260301", "PO1*1*10*EA*5**VP*A-1", "CTT*1")
        found.append(interchange("850", "PO", 100 + n, *order))
        for place, (number, day) in enumerate((("A", 2), ("B", 3), ("A", 4))):
            bill = (f"BIG*2026030{day}*IN{n}{number}7**PO{n}", "IT1*1*8*EA*5**VP*A-1", "TDS*4000")
            found.append(interchange("810", "IN", 200 + 3 * n + place, *bill, "CTT*1"))
    return found


class Readers:
    """Reads in the thread that asks."""

    def __init__(self, root: Path) -> None:
        self.archive, self.spool = Archive(root / "archive"), str(root)

    def read(self, files: list[File]) -> tuple[ReadFile, ...]:
        return work(Task(files=tuple(files), spool=self.spool), self.archive).files


class Worker:
    """What one process is made of."""

    def __init__(
        self,
        root: Path,
        store: Store,
        clock: Clock,
        engine: Callable[[Store, Clock], Engine] = EmbeddedJobs,
    ) -> None:
        self.store = Store(store.path if store.engine.name == "sqlite" else address(store))
        self.readers = Readers(root)
        self.jobs = engine(self.store, clock)
        self.intake = Intake(self.store, self.readers.archive, self.jobs, clock)
        judge = Judge(policy_of({"way": 2}), Master())
        self.matching = Matching(self.store, self.jobs, self.readers, judge, clock)  # type: ignore[arg-type]

    def run(self, contents: list[bytes]) -> None:
        """Take in documents one by one, and work off whatever is due in between."""
        for content in contents:
            stored = self.readers.archive.put(BytesIO(content))
            arrived = Arrived(
                claim=stored.sha256[:16], partner="acme", name="x.x12", door="folder", stored=stored
            )
            self.intake.record([arrived])
            self.jobs.work_off({KIND: self.matching})
        self.jobs.work_off({KIND: self.matching})
        self.store.close()


def address(store: Store) -> str:
    return store.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")


@pytest.fixture
def converge(tmp_path: Path, store: Store, clock: Clock) -> Callable[[int], dict[str, Any]]:
    """Have several workers take everything in, as `seed` shuffles it, and return the results."""

    def run(seed: int) -> dict[str, Any]:
        arriving = documents()
        Random(seed).shuffle(arriving)  # noqa: S311 - the same order in each run
        Archive(tmp_path / "archive").prepare()
        workers = [Worker(tmp_path, store, clock) for _ in range(WORKERS)]
        threads = [
            threading.Thread(target=one.run, args=(arriving[place::WORKERS],))
            for place, one in enumerate(workers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results(store)

    return run


def results(store: Store) -> dict[str, Any]:
    query = select(record.c.key, reconciliation.c.body).join(
        reconciliation, reconciliation.c.record_id == record.c.id
    )
    with store.read() as connection:
        return {row.key: msgspec.json.decode(row.body) for row in connection.execute(query)}


def told(store: Store) -> dict[str, list[Any]]:
    """Return what was announced of each result, in its order, but for the number of its version."""
    found = defaultdict(list)
    with store.read() as connection:
        for one in events.after(connection, 0, limit=100_000):
            said = msgspec.json.decode(one.data)
            if "verdict" in said:
                found[one.subject].append({**said, "version": None, "previous": None})
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_the_results_are_those_of_the_set_and_none_is_told_twice(
    converge: Callable[[int], dict[str, Any]], store: Store, seed: int
) -> None:
    found = converge(seed)
    assert len(found) == 3 * ORDERS
    outcomes = sorted((one["invoice"]["number"], one["verdict"]) for one in found.values())
    expected = [
        pair
        for n in range(ORDERS)
        for pair in (
            (f"IN{n}A7", "duplicate"),
            (f"IN{n}A7", "matched"),
            (f"IN{n}B7", "exception"),
        )
    ]
    assert outcomes == expected
    news = told(store)
    assert len(news) == 3 * ORDERS
    for announced in news.values():
        assert all(one != other for one, other in pairwise(announced))
