"""The job engine without a server: a table beside the business tables, and threads that work.

A claim gives the job to one holder until its visibility time-out, which the engine moves on while
the holder is at work; every claim has a holder's name of its own, so that a late one cannot end
what has been handed on.
"""

import threading
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from gateway.clock import Clock, stamp
from gateway.jobs.engine import RETRY_SECONDS, Engine
from gateway.jobs.port import Failure, Handler, Job, NewJob, Stats
from gateway.store import dead_letters, queue
from gateway.store.engine import Store

VISIBLE_AFTER_SECONDS = 60
_POLL_SECONDS = 0.2
_STALLED_SECONDS = 1.0

_log = structlog.get_logger()


class EmbeddedJobs(Engine):
    """`Jobs` on the database `store`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(store, clock)
        self._threads: list[threading.Thread] = []
        self._news = threading.Condition()
        self._stopping = threading.Event()

    # In the caller's transaction.

    def put(self, connection: Connection, jobs: Sequence[NewJob]) -> list[int]:
        """Add `jobs`; returns their numbers."""
        now = stamp(self._clock())
        return queue.put(connection, [_row(one, now) for one in jobs])

    def live(self, connection: Connection, numbers: Collection[int]) -> set[int]:
        """Return those of `numbers` that are still to be done."""
        return queue.live(connection, numbers)

    def cancel(self, connection: Connection, kind: str, key: str) -> int:
        """Take back the jobs of `key` that nobody works on; returns how many."""
        return queue.cancel(connection, kind, key)

    def stats(self, connection: Connection) -> Stats:
        """Count the jobs."""
        ready, working, waiting = queue.counts(connection)
        dead = dead_letters.count(connection)
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

    def _holds(self, connection: Connection, job: Job) -> bool:
        return queue.holds(connection, job.id, job.holder)

    def _end(self, connection: Connection, job: Job) -> bool:
        return queue.end(connection, job.id, job.holder)

    def _retry(self, connection: Connection, job: Job, due: datetime, failure: Failure) -> None:
        queue.retry(connection, job.id, stamp(due), failure.text, forgiven=failure.transient)


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
