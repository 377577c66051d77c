"""The job engine without a server: a table beside the business tables, and threads that work.

A claim gives the job to one holder until its visibility time-out, which the engine moves on while
the holder is at work; every claim has a holder's name of its own, so that a late one cannot end
what has been handed on. A failed try goes to the handler first, then waits longer each time, and
after the last try ends among the dead letters. Work that always takes its process along is given
up too, but late: most processes that die were killed by something else.
"""

import threading
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from gateway.clock import Clock, stamp
from gateway.jobs.port import (
    DeadJob,
    Failure,
    Handler,
    Job,
    LostJobError,
    NewJob,
    Stats,
    failure_of,
)
from gateway.store import queue
from gateway.store.engine import Store

TRIES_MAX = 8
DEATHS_MAX = 20
VISIBLE_AFTER_SECONDS = 60
RETRY_SECONDS = (1, 5, 20, 60, 180, 600, 600)
TRANSIENT_SECONDS = 5
_POLL_SECONDS = 0.2
_STALLED_SECONDS = 1.0
_DIED = Failure(text="the process that worked on it died")

_log = structlog.get_logger()


class EmbeddedJobs:
    """`Jobs` on the database `store`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._handlers: Mapping[str, Handler] = {}
        self._threads: list[threading.Thread] = []
        self._news = threading.Condition()
        self._stopping = threading.Event()
        self._holding: set[str] = set()

    # In the caller's transaction.

    def put(self, connection: Connection, jobs: Sequence[NewJob]) -> list[int]:
        """Add `jobs`; returns their numbers."""
        now = stamp(self._clock())
        return queue.put(connection, [_row(one, now) for one in jobs])

    def done(self, connection: Connection, job: Job) -> None:
        """End `job`; raises LostJobError where its holder's time ran out and another has it."""
        if not queue.end(connection, job.id, job.holder):
            raise LostJobError

    def live(self, connection: Connection, numbers: Collection[int]) -> set[int]:
        """Return those of `numbers` that are still to be done."""
        return queue.live(connection, numbers)

    def cancel(self, connection: Connection, kind: str, key: str) -> int:
        """Take back the jobs of `key` that nobody works on; returns how many."""
        return queue.cancel(connection, kind, key)

    def dead(self, connection: Connection, limit: int = 100) -> list[DeadJob]:
        """Return the dead letters, newest first."""
        names = DeadJob.__struct_fields__
        rows = queue.dead(connection, limit)
        return [DeadJob(**{name: row[name] for name in names}) for row in rows]

    def replay(self, connection: Connection, numbers: Collection[int]) -> int:
        """Make dead letters jobs again; returns how many."""
        jobs = [
            NewJob(
                kind=row["kind"],
                key=row["key"],
                partner=row["partner"],
                args=row["args"],
                cost_ms=row["cost"],
            )
            for row in queue.exhume(connection, numbers)
        ]
        return len(self.put(connection, jobs))

    def stats(self, connection: Connection) -> Stats:
        """Count the jobs."""
        ready, working, waiting, dead = queue.counts(connection)
        return Stats(ready=ready, working=working, waiting=waiting, dead=dead)

    # The workers.

    def recover(self) -> int:
        """Take all jobs from holders of a process that is gone; only its successor may say so."""
        with self._store.write() as connection:
            return queue.release_all(connection)

    def start(self, handlers: Mapping[str, Handler], concurrency: int) -> None:
        """Begin to work, `concurrency` jobs at a time."""
        self._handlers = handlers
        self._stopping.clear()
        targets = [self._work] * concurrency + [self._keep]
        self._threads = [
            threading.Thread(target=target, name=f"jobs-{n}") for n, target in enumerate(targets)
        ]
        for thread in self._threads:
            thread.start()

    def work_off(self, handlers: Mapping[str, Handler]) -> None:
        """Do in this thread, one after the other, what can be done now; then return."""
        self._handlers = handlers
        while job := self._claim():
            self._run(job)

    def wake(self) -> None:
        """Look for new jobs at once."""
        with self._news:
            self._news.notify_all()

    def stop(self) -> None:
        """Take no more jobs, and return when those in work have ended."""
        self._stopping.set()
        self.wake()
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _work(self) -> None:
        while not self._stopping.is_set():
            with self._patience():
                job = self._claim()
                if job is None:
                    self._wait()
                else:
                    self._run(job)

    def _wait(self) -> None:
        with self._news:
            if not self._stopping.is_set():
                self._news.wait(_POLL_SECONDS)

    def _keep(self) -> None:
        while not self._stopping.wait(VISIBLE_AFTER_SECONDS / 4):
            with self._patience():
                self.tidy()

    def tidy(self) -> None:
        """Let those at work keep their jobs, and mend what a clock that was set back has done."""
        now = self._clock()
        with self._store.write() as connection:
            until = now + timedelta(seconds=VISIBLE_AFTER_SECONDS)
            queue.hold_on(connection, list(self._holding), stamp(until))
            queue.bring_forward(connection, stamp(now + timedelta(seconds=RETRY_SECONDS[-1])))

    @contextmanager
    def _patience(self) -> Iterator[None]:
        """Outlive a database that cannot be reached: what was not committed is done again."""
        try:
            yield
        except DBAPIError as error:
            _log.warning("jobs.stalled", error=str(error.orig))
            self._stopping.wait(_STALLED_SECONDS)

    def _claim(self) -> Job | None:
        now = self._clock()
        with self._store.read() as connection:
            if not queue.anything_due(connection, stamp(now)):
                return None
        holder, until = uuid.uuid4().hex, now + timedelta(seconds=VISIBLE_AFTER_SECONDS)
        with self._store.write() as connection:
            row = queue.claim(connection, self._handlers, holder, stamp(now), stamp(until))
        if row is None:
            return None
        return Job(
            id=row["id"],
            kind=row["kind"],
            key=row["key"],
            partner=row["partner"],
            args=row["args"],
            cost_ms=row["cost"],
            tries=row["tries"],
            holder=holder,
        )

    def _run(self, job: Job) -> None:
        if job.tries > DEATHS_MAX:
            self._fail(job, _DIED)  # every try ended without a word
            return
        self._holding.add(job.holder)
        try:
            self._handlers[job.kind].work(job)
        except LostJobError:
            _log.warning("job.lost", job=job.id, kind=job.kind)
        except Exception as error:  # noqa: BLE001 - the job loop: one job must not end all work
            _log.warning("job.failed", job=job.id, kind=job.kind, tries=job.tries, error=str(error))
            self._fail(job, failure_of(error))
        finally:
            self._holding.discard(job.holder)

    def _fail(self, job: Job, failure: Failure) -> None:
        with self._store.write() as connection:
            if not queue.holds(connection, job.id, job.holder):
                return
            if self._handlers[job.kind].failed(connection, job, failure):
                queue.end(connection, job.id, job.holder)
            elif failure.transient or job.tries < TRIES_MAX:
                due = self._clock() + timedelta(seconds=_pause(job.tries, failure))
                queue.retry(
                    connection, job.id, stamp(due), failure.text, forgiven=failure.transient
                )
            else:
                queue.bury(connection, job.id, failure.text, stamp(self._clock()))
        self.wake()


def _pause(tries: int, failure: Failure) -> int:
    if failure.transient:
        return TRANSIENT_SECONDS
    return RETRY_SECONDS[min(tries, len(RETRY_SECONDS)) - 1]


def _row(new: NewJob, now: str) -> dict[str, object]:
    return {
        "kind": new.kind,
        "key": new.key,
        "partner": new.partner,
        "args": new.args,
        "cost": new.cost_ms,
        "ready": new.due is None,
        "due_at": None if new.due is None else stamp(new.due),
        "created_at": now,
    }
