"""What every job engine must do, on every database it works on."""

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import pytest
from sqlalchemy import Connection, func, insert, select, text

from gateway.clock import stamp
from gateway.jobs.embedded import VISIBLE_AFTER_SECONDS, EmbeddedJobs
from gateway.jobs.engine import RETRY_SECONDS, TRIES_MAX, Engine
from gateway.jobs.port import Failure, Handler, Job, Jobs, NewJob
from gateway.jobs.procrastinate import ProcrastinateJobs
from gateway.store.engine import Store
from gateway.store.schema import partner

ENGINES: dict[str, Callable[[Store, Callable[[], datetime]], Engine]] = {
    "embedded": EmbeddedJobs,
    "procrastinate": ProcrastinateJobs,
}
pytestmark = pytest.mark.parametrize(
    ("store", "engine"),
    [("sqlite", "embedded"), ("postgresql", "embedded"), ("postgresql", "procrastinate")],
    indirect=True,
)
WAIT_SECONDS = 20


class Standing(Protocol):
    """The clock of conftest.py."""

    @property
    def now(self) -> datetime: ...

    def __call__(self) -> datetime: ...

    def pass_seconds(self, seconds: float) -> None: ...


class Works:
    """A handler that notes what it did; `trouble` may raise, `care` decides on failures."""

    def __init__(
        self,
        store: Store,
        jobs: Jobs,
        trouble: Callable[[Job], None] = lambda _job: None,
        care: Callable[[Connection, Job, Failure], bool] = lambda *_: False,
    ) -> None:
        self.store, self.jobs, self.trouble, self.care = store, jobs, trouble, care
        self.did: list[str] = []
        self.failures: list[Failure] = []

    def work(self, job: Job) -> None:
        self.trouble(job)
        with self.store.write() as connection:
            self.did.append(job.key)
            self.jobs.done(connection, job)

    def failed(self, connection: Connection, job: Job, failure: Failure) -> bool:
        self.failures.append(failure)
        return self.care(connection, job, failure)


class Passing:
    """A clock that moves the database's own time along, which decides what Procrastinate does."""

    def __init__(self, clock: Standing, store: Store) -> None:
        self._clock, self._store = clock, store

    @property
    def now(self) -> datetime:
        return self._clock.now

    def __call__(self) -> datetime:
        return self._clock.now

    def pass_seconds(self, seconds: float) -> None:
        self._clock.pass_seconds(seconds)
        with self._store.write() as connection:
            for change in (
                "UPDATE procrastinate_jobs SET scheduled_at = scheduled_at - :time",
                "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - :time",
            ):
                connection.execute(text(change), {"time": timedelta(seconds=seconds)})


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def clock(engine: str, store: Store, clock: Standing) -> Standing:
    return Passing(clock, store) if engine == "procrastinate" else clock


@pytest.fixture
def jobs(engine: str, store: Store, clock: Standing) -> Jobs:
    return ENGINES[engine](store, clock)


@pytest.fixture
def works(store: Store, jobs: Jobs) -> Works:
    return Works(store, jobs)


def new(key: str, *, partner: str = "acme", due: datetime | None = None, cost: int = 1) -> NewJob:
    return NewJob(kind="test", key=key, partner=partner, args=b"{}", due=due, cost_ms=cost)


def put(store: Store, jobs: Jobs, *several: NewJob) -> list[int]:
    with store.write() as connection:
        return jobs.put(connection, several)


def all_of(handler: Handler) -> Mapping[str, Handler]:
    return {"test": handler}


def test_a_job_is_done_once(store: Store, jobs: Jobs, works: Works) -> None:
    put(store, jobs, new("a"), new("b"))
    jobs.work_off(all_of(works))
    jobs.work_off(all_of(works))
    assert works.did == ["a", "b"]
    with store.read() as connection:
        assert not jobs.stats(connection).busy


def test_put_lives_and_dies_with_the_transaction(store: Store, jobs: Jobs, works: Works) -> None:
    def put_and_fail() -> None:
        with store.write() as connection:
            jobs.put(connection, [new("a")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        put_and_fail()
    jobs.work_off(all_of(works))
    assert works.did == []


def test_the_effects_and_the_end_of_a_job_are_one(store: Store, jobs: Jobs) -> None:
    class Fails(Works):
        def work(self, job: Job) -> None:
            with self.store.write() as connection:
                row = {"name": f"try {job.tries}", "created_at": stamp(datetime.now().astimezone())}
                connection.execute(insert(partner), [row])
                self.jobs.done(connection, job)
                if job.tries == 1:
                    raise ZeroDivisionError  # after both were written, before they are committed

    handler = Fails(store, jobs, care=lambda connection, job, _: _again(connection, jobs, job))
    put(store, jobs, new("a"))
    jobs.work_off(all_of(handler))
    with store.read() as connection:
        assert connection.execute(select(func.count()).select_from(partner)).scalar() == 0
    assert len(handler.failures) == 2  # and the new one, at its first try, as well


def _again(connection: Connection, jobs: Jobs, job: Job) -> bool:
    if job.key == "a":
        jobs.put(connection, [new("again")])
    return True


def test_a_timer_waits_for_its_time(
    store: Store, jobs: Jobs, works: Works, clock: Standing
) -> None:
    put(store, jobs, new("later", due=clock.now + timedelta(days=3)), new("now"))
    jobs.work_off(all_of(works))
    assert works.did == ["now"]
    clock.pass_seconds(3 * 24 * 3600)
    jobs.work_off(all_of(works))
    assert works.did == ["now", "later"]


def test_ready_work_does_not_hang_on_the_clock(
    store: Store, jobs: Jobs, works: Works, clock: Standing
) -> None:
    put(store, jobs, new("a"))
    clock.pass_seconds(-24 * 3600)  # set back by a day
    jobs.work_off(all_of(works))
    assert works.did == ["a"]


def test_a_failure_is_tried_again_later(store: Store, jobs: Jobs, clock: Standing) -> None:
    def first_two(job: Job) -> None:
        if job.tries <= 2:
            raise ZeroDivisionError

    works = Works(store, jobs, first_two)
    put(store, jobs, new("a"))
    jobs.work_off(all_of(works))
    jobs.work_off(all_of(works))  # too early
    assert len(works.failures) == 1
    for seconds in RETRY_SECONDS[:2]:
        clock.pass_seconds(seconds)
        jobs.work_off(all_of(works))
    assert works.did == ["a"]
    assert [failure.text for failure in works.failures] == ["ZeroDivisionError: "] * 2


def always(error: Exception) -> Callable[[Job], None]:
    def trouble(_job: Job) -> None:
        raise error

    return trouble


def test_after_the_last_try_it_is_a_dead_letter_that_can_be_replayed(
    store: Store,
    jobs: Jobs,
    clock: Standing,
) -> None:
    works = Works(store, jobs, always(ValueError("nonsense")))
    put(store, jobs, new("a"))
    for _ in range(TRIES_MAX + 3):
        jobs.work_off(all_of(works))
        clock.pass_seconds(max(RETRY_SECONDS))
    assert len(works.failures) == TRIES_MAX
    with store.write() as connection:
        (letter,) = jobs.dead(connection)
        assert (letter.key, letter.error) == ("a", "ValueError: nonsense")
        assert jobs.replay(connection, [letter.id]) == 1
        assert jobs.dead(connection) == []
    works.trouble = lambda _job: None
    jobs.work_off(all_of(works))
    assert works.did == ["a"]


def test_a_full_disk_never_makes_a_dead_letter(store: Store, jobs: Jobs, clock: Standing) -> None:
    works = Works(store, jobs, always(OSError(28, "No space left on device")))
    put(store, jobs, new("a"))
    for _ in range(TRIES_MAX * 2):
        jobs.work_off(all_of(works))
        clock.pass_seconds(max(RETRY_SECONDS))
    works.trouble = lambda _job: None
    jobs.work_off(all_of(works))
    assert works.did == ["a"]
    assert all(failure.transient for failure in works.failures)


def test_a_handler_may_take_care_of_its_failures(store: Store, jobs: Jobs) -> None:
    def split(connection: Connection, job: Job, _failure: Failure) -> bool:
        jobs.put(connection, [new(f"{job.key}1"), new(f"{job.key}2")])
        return True

    def whole(job: Job) -> None:
        if job.key == "a":
            raise ZeroDivisionError

    works = Works(store, jobs, whole, split)
    put(store, jobs, new("a"))
    jobs.work_off(all_of(works))
    assert works.did == ["a1", "a2"]


def test_who_was_too_slow_cannot_end_the_job(store: Store, jobs: Jobs, clock: Standing) -> None:
    slow = Works(store, jobs)
    quick = Works(store, jobs)

    def be_overtaken(job: Job) -> None:
        if job.tries == 1:
            clock.pass_seconds(VISIBLE_AFTER_SECONDS)
            jobs.work_off(all_of(quick))

    slow.trouble = be_overtaken
    put(store, jobs, new("a"))
    jobs.work_off(all_of(slow))
    assert quick.did == ["a"]
    assert slow.failures == []  # it is no failure: the work was done


def test_who_was_too_slow_does_not_disturb_the_next_holder(
    store: Store,
    jobs: Jobs,
    clock: Standing,
) -> None:
    def overtaken_then_fail(job: Job) -> None:
        if job.tries == 1:
            clock.pass_seconds(VISIBLE_AFTER_SECONDS)
            jobs.work_off(all_of(Works(store, jobs)))
            raise ZeroDivisionError

    works = Works(store, jobs, overtaken_then_fail)
    put(store, jobs, new("a"))
    jobs.work_off(all_of(works))
    assert works.failures == []


def test_partners_share_the_time(store: Store, jobs: Jobs, works: Works) -> None:
    put(store, jobs, *(new(f"a{n}", partner="acme", cost=100) for n in range(200)))
    put(store, jobs, *(new(f"b{n}", partner="bolt", cost=100) for n in range(20)))
    jobs.work_off(all_of(works))
    assert len(works.did) == 220
    assert works.did.index("b19") <= 41  # not behind the two hundred
    assert [key for key in works.did if key[0] == "b"] == [f"b{n}" for n in range(20)]


def test_costly_work_gets_fewer_turns(store: Store, jobs: Jobs, works: Works) -> None:
    put(store, jobs, *(new(f"a{n}", partner="acme", cost=1000) for n in range(10)))
    put(store, jobs, *(new(f"b{n}", partner="bolt", cost=100) for n in range(100)))
    jobs.work_off(all_of(works))
    beginning = works.did[:55]
    assert 4 <= sum(key[0] == "a" for key in beginning) <= 6  # half of the time, not of the turns


def test_what_nobody_works_on_can_be_taken_back(store: Store, jobs: Jobs, works: Works) -> None:
    put(store, jobs, new("a"), new("b"))
    with store.write() as connection:
        assert jobs.cancel(connection, "test", "a") == 1
        assert jobs.cancel(connection, "test", "a") == 0
    jobs.work_off(all_of(works))
    assert works.did == ["b"]


def test_live_tells_what_is_still_to_be_done(store: Store, jobs: Jobs, works: Works) -> None:
    numbers = put(store, jobs, new("a"), new("b"))
    with store.read() as connection:
        assert jobs.live(connection, [*numbers, 999]) == set(numbers)
    jobs.work_off(all_of(works))
    with store.read() as connection:
        assert jobs.live(connection, numbers) == set()


def test_numbers_are_never_used_again(store: Store, jobs: Jobs, works: Works) -> None:
    first = put(store, jobs, new("a"))
    jobs.work_off(all_of(works))
    assert put(store, jobs, new("b"))[0] > first[0]


def test_jobs_of_other_kinds_are_left_to_others(store: Store, jobs: Jobs, works: Works) -> None:
    other = NewJob(kind="other", key="x", partner="acme", args=b"{}")
    put(store, jobs, other, new("a"))
    jobs.work_off(all_of(works))
    assert works.did == ["a"]
    with store.read() as connection:
        assert jobs.stats(connection).ready == 1


@pytest.fixture
def running(jobs: Jobs) -> Iterator[Callable[[Handler, int], None]]:
    yield lambda handler, concurrency: jobs.start(all_of(handler), concurrency)
    jobs.stop()


def test_workers_do_what_comes(
    store: Store, jobs: Jobs, running: Callable[[Handler, int], None]
) -> None:
    done = threading.Semaphore(0)
    works = Works(store, jobs, lambda _job: done.release())
    running(works, 3)
    put(store, jobs, *(new(str(n)) for n in range(30)))
    jobs.wake()
    assert all(done.acquire(timeout=WAIT_SECONDS) for _ in range(30))
    jobs.stop()
    assert sorted(works.did, key=int) == [str(n) for n in range(30)]


def test_stopping_waits_for_what_is_in_work(
    store: Store, jobs: Jobs, running: Callable[[Handler, int], None]
) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def wait(_job: Job) -> None:
        begun.set()
        assert may_end.wait(WAIT_SECONDS)

    works = Works(store, jobs, wait)
    running(works, 1)
    put(store, jobs, new("a"), new("b"))
    jobs.wake()
    assert begun.wait(WAIT_SECONDS)
    stopper = threading.Thread(target=jobs.stop)
    stopper.start()
    may_end.set()
    stopper.join(WAIT_SECONDS)
    assert not stopper.is_alive()
    assert works.did[0] == "a"


def test_what_is_handed_back_is_given_out_again(
    store: Store, jobs: Jobs, works: Works, clock: Standing
) -> None:
    handed: list[int] = []

    def end_in_the_middle(_job: Job) -> None:
        if not handed:
            handed.append(jobs.hand_back())

    works.trouble = end_in_the_middle
    (number,) = put(store, jobs, new("a"))
    jobs.work_off(all_of(works))
    clock.pass_seconds(1)
    jobs.work_off(all_of(works))
    assert handed == [1]
    assert works.did == ["a", "a"]  # the first time, its end was no longer its own to write
    assert works.failures == []
    with store.read() as connection:
        assert jobs.live(connection, [number]) == set()
        assert jobs.stats(connection).dead == 0


def test_with_nothing_in_hand_nothing_is_handed_back(jobs: Jobs) -> None:
    assert jobs.hand_back() == 0
