"""Facts that several processes take in and match, on one PostgreSQL, end as in one thread.

These are processes of the operating system with the job engine of several machines: each takes in
its share of the documents, in an order of its own, and works on whatever anybody put.
"""

import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from gateway.archive import Archive
from gateway.store.engine import Store
from tests.gateway.flows.test_convergence import ORDERS, address, results, told

SEEDS = (4,)
PROCESSES = 3
SECONDS_AT_MOST = 60
PROCESS = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from gateway.jobs.procrastinate import ProcrastinateJobs
from gateway.store.engine import Store
from tests.gateway.flows.test_convergence import Worker, documents

place, of, seed = map(int, sys.argv[3:])
arriving = documents()
Random(seed).shuffle(arriving)
clock = lambda: datetime(2026, 3, 2, 9, tzinfo=UTC)
worker = Worker(Path(sys.argv[1]), Store(sys.argv[2]), clock, ProcrastinateJobs)
print("ready", flush=True)
sys.stdin.readline()
worker.run(arriving[place::of])
"""


@pytest.fixture
def finish(tmp_path: Path, store: Store) -> Callable[[int], None]:
    """Have processes take everything in, as `seed` shuffles it: all begin at once."""

    def run(seed: int) -> None:
        Archive(tmp_path / "archive").prepare()
        command = [sys.executable, "-c", PROCESS, str(tmp_path), address(store)]
        root = Path(__file__).parents[3]
        started = [
            subprocess.Popen(
                [*command, str(place), str(PROCESSES), str(seed)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=root,
            )
            for place in range(PROCESSES)
        ]
        for one in started:
            assert one.stdout is not None
            assert one.stdout.readline() == b"ready\n"
        for one in started:
            assert one.stdin is not None
            one.stdin.write(b"go\n")
            one.stdin.close()
        for one in started:
            assert one.wait(SECONDS_AT_MOST) == 0
            assert one.stdout is not None
            one.stdout.close()

    return run


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_processes_end_in_the_results_of_the_set_and_tell_none_twice(
    finish: Callable[[int], None], store: Store, seed: int
) -> None:
    finish(seed)
    found = results(store)
    outcomes = sorted((one["invoice"]["number"], one["verdict"]) for one in found.values())
    kinds = (("A", "duplicate"), ("A", "matched"), ("B", "exception"))
    assert outcomes == [(f"IN{n}{a}7", verdict) for n in range(ORDERS) for a, verdict in kinds]
    news = told(store)
    assert len(news) == 3 * ORDERS
    for announced in news.values():
        assert all(one != other for one, other in pairwise(announced))
