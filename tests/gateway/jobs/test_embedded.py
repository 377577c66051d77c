"""What is the embedded engine's own: holders, and clocks that are set back."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from gateway.jobs.embedded import VISIBLE_AFTER_SECONDS, EmbeddedJobs
from gateway.jobs.port import Job
from gateway.store.engine import Store
from gateway.store.migrate import upgrade
from tests.gateway.jobs.test_contract import Works, all_of, always, new, put


class Standing(Protocol):
    """The clock of conftest.py."""

    now: datetime

    def __call__(self) -> datetime: ...

    def pass_seconds(self, seconds: float) -> None: ...


def test_work_of_a_dead_process_is_handed_on(tmp_path: Path, clock: Standing) -> None:
    store = Store(tmp_path / "one.db")
    upgrade(store, tmp_path)
    dying = EmbeddedJobs(store, clock)
    put(store, dying, new("a"))
    dead = Works(store, dying, always(SystemExit()))  # type: ignore[arg-type]
    with pytest.raises(SystemExit):
        dying.work_off(all_of(dead))
    successor = EmbeddedJobs(store, clock)
    works = Works(store, successor)
    successor.work_off(all_of(works))
    assert works.did == []  # it may still be alive
    assert successor.recover() == 1
    successor.work_off(all_of(works))
    assert works.did == ["a"]
    store.close()


def test_a_next_try_does_not_wait_for_a_clock_that_was_set_back(
    store: Store, clock: Standing
) -> None:
    jobs = EmbeddedJobs(store, clock)
    works = Works(store, jobs, always(ZeroDivisionError()))
    put(store, jobs, new("a"), new("timer", due=clock.now + timedelta(days=2)))
    jobs.work_off(all_of(works))
    clock.pass_seconds(-24 * 3600)
    works.trouble = lambda _job: None
    jobs.tidy()
    jobs.work_off(all_of(works))
    assert works.did == ["a"]  # a timer has its own time


def test_who_is_at_work_keeps_the_job(store: Store, clock: Standing) -> None:
    jobs, other = EmbeddedJobs(store, clock), EmbeddedJobs(store, clock)
    thief = Works(store, other)

    def long(_job: Job) -> None:
        for _ in range(5):
            clock.pass_seconds(VISIBLE_AFTER_SECONDS / 2)
            jobs.tidy()
            other.work_off(all_of(thief))

    works = Works(store, jobs, long)
    put(store, jobs, new("a"))
    jobs.work_off(all_of(works))
    assert (works.did, thief.did) == (["a"], [])
