"""What is Procrastinate's own: several machines, one that is killed, and a database that goes."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.jobs.port import Job
from gateway.jobs.procrastinate import SILENT_SECONDS, ProcrastinateJobs
from gateway.store.engine import Store
from gateway.store.migrate import upgrade
from tests.gateway.jobs.test_contract import WAIT_SECONDS, Works, all_of, new, put
from tests.gateway.postgres import Cluster

DYING = """
import sys, threading, datetime
from gateway.jobs.procrastinate import ProcrastinateJobs
from gateway.store.engine import Store

class Hangs:
    def work(self, job):
        print("begun", flush=True)
        threading.Event().wait()

    def failed(self, connection, job, failure):
        return False

store = Store(sys.argv[1])
ProcrastinateJobs(store, lambda: datetime.datetime.now(datetime.UTC)).work_off({"test": Hangs()})
"""


class Tells(Works):
    """Says when something is done and committed."""

    def __init__(self, store: Store, jobs: ProcrastinateJobs, done: threading.Semaphore) -> None:
        super().__init__(store, jobs)
        self.done = done

    def work(self, job: Job) -> None:
        super().work(job)
        self.done.release()


def address(store: Store) -> str:
    return store.engine.url.render_as_string(hide_password=False)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def machine() -> Iterator[Callable[[str], tuple[Store, ProcrastinateJobs]]]:
    """Sets up machines on one database, and stops them in the end."""
    made: list[tuple[Store, ProcrastinateJobs]] = []

    def set_up(place: str) -> tuple[Store, ProcrastinateJobs]:
        store = Store(place)
        made.append((store, ProcrastinateJobs(store, now)))
        return made[-1]

    yield set_up
    for store, jobs in made:
        jobs.stop()
        store.close()


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_several_machines_share_the_work(
    store: Store, machine: Callable[[str], tuple[Store, ProcrastinateJobs]]
) -> None:
    done = threading.Semaphore(0)
    machines = [machine(address(store)) for _ in range(3)]
    works = [Tells(one, jobs, done) for one, jobs in machines]
    for (_, jobs), handler in zip(machines, works, strict=True):
        jobs.start(all_of(handler), 2)
    put(store, machines[0][1], *(new(str(n), cost=10) for n in range(150)))
    assert all(done.acquire(timeout=WAIT_SECONDS) for _ in range(150))
    for _, jobs in machines:
        jobs.stop()
    did = [key for handler in works for key in handler.did]
    assert sorted(did, key=int) == [str(n) for n in range(150)]
    assert all(handler.did for handler in works)


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_work_of_a_killed_machine_is_handed_on(store: Store) -> None:
    jobs = ProcrastinateJobs(store, now)
    put(store, jobs, new("a"))
    command = [sys.executable, "-c", DYING, address(store)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]) as dying:
        assert dying.stdout is not None
        assert dying.stdout.readline() == b"begun\n"
        dying.send_signal(signal.SIGKILL)
    works = Works(store, jobs)
    jobs.work_off(all_of(works))
    assert works.did == []  # it may still be alive
    with store.write() as connection:
        silent = (
            "UPDATE procrastinate_workers SET last_heartbeat = now() - make_interval(secs => :s)"
        )
        connection.execute(text(silent), {"s": SILENT_SECONDS + 1})
    jobs.work_off(all_of(works))
    assert works.did == ["a"]


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_failure_that_could_not_be_written_down_is_found_again(store: Store) -> None:
    class Forgets(ProcrastinateJobs):
        def _run(self, job: Job) -> None:
            if job.tries > 1:
                super()._run(job)

    jobs = Forgets(store, now)
    works = Works(store, jobs)
    put(store, jobs, new("a"))
    jobs.work_off(all_of(works))
    assert works.did == []
    jobs.work_off(all_of(works))
    assert works.did == ["a"]


def test_workers_outlive_their_database(
    machine: Callable[[str], tuple[Store, ProcrastinateJobs]],
) -> None:
    with Cluster() as cluster:
        store, jobs = machine(cluster.server)
        upgrade(store, Path())
        done = threading.Semaphore(0)
        works = Tells(store, jobs, done)
        jobs.start(all_of(works), 2)
        put(store, jobs, new("before"))
        assert done.acquire(timeout=WAIT_SECONDS)
        cluster.cut_power()
        put(store, jobs, new("after"))
        assert done.acquire(timeout=WAIT_SECONDS * 3)
        jobs.stop()
        assert works.did == ["before", "after"]
