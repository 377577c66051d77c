"""What every job engine does alike: one try, and what follows when it fails.

A failed try goes to the handler first, then waits longer each time, and after the last try ends
among the dead letters. Work that always takes its process along is given up too, but late: most
processes that die were killed by something else.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from gateway.clock import Clock, stamp
from gateway.jobs.port import DeadJob, Failure, Handler, Job, LostJobError, NewJob, failure_of
from gateway.store import dead_letters
from gateway.store.engine import Store
from gateway.watching.logs import bound

TRIES_MAX = 8
DEATHS_MAX = 20
RETRY_SECONDS = (1, 5, 20, 60, 180, 600, 600)
TRANSIENT_SECONDS = 5
_HANDED_BACK = Failure(text="handed back at the end of its process", transient=True)
_DIED = Failure(text="the process that worked on it died")

_log = structlog.get_logger()


class Engine(ABC):
    """Tries jobs with their handlers; where they are kept is for the engine built on it to say."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._handlers: Mapping[str, Handler] = {}
        self._holding: dict[str, Job] = {}

    @abstractmethod
    def put(self, connection: Connection, jobs: Sequence[NewJob]) -> list[int]:
        """Add `jobs` in the caller's transaction; returns their numbers."""

    @abstractmethod
    def wake(self) -> None:
        """Look for new jobs at once."""

    @abstractmethod
    def _holds(self, connection: Connection, job: Job) -> bool:
        """Whether `job` is still its holder's."""

    @abstractmethod
    def _end(self, connection: Connection, job: Job) -> bool:
        """Remove `job`; False where it is no longer its holder's."""

    @abstractmethod
    def _retry(self, connection: Connection, job: Job, due: datetime, failure: Failure) -> None:
        """Take `job` from its holder for another try; a transient failure does not count."""

    def done(self, connection: Connection, job: Job) -> None:
        """End `job`; raises LostJobError where its holder's time ran out and another has it."""
        if not self._end(connection, job):
            raise LostJobError

    def dead(self, connection: Connection, limit: int = 100) -> list[DeadJob]:
        """Return the dead letters, newest first."""
        names = DeadJob.__struct_fields__
        rows = dead_letters.newest(connection, limit)
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
            for row in dead_letters.take(connection, numbers)
        ]
        return len(self.put(connection, jobs))

    def hand_back(self) -> int:
        """Give up the jobs in hand for others, or for a later start; returns how many.

        Whoever still works on one finds that it is no longer theirs, and their work is rolled back.
        """
        now, back = self._clock(), list(self._holding.values())
        with self._store.write() as connection:
            mine = [job for job in back if self._holds(connection, job)]
            for job in mine:
                self._retry(connection, job, now, _HANDED_BACK)
        return len(mine)

    def _run(self, job: Job) -> None:
        if job.tries > DEATHS_MAX:
            self._fail(job, _DIED)  # every try ended without a word
            return
        with bound(job=job.id, partner=job.partner):
            self._attempt(job)

    def _attempt(self, job: Job) -> None:
        self._holding[job.holder] = job
        try:
            self._handlers[job.kind].work(job)
        except LostJobError:
            _log.warning("job.lost", kind=job.kind)
        except Exception as error:  # noqa: BLE001 - the job loop: one job must not end all work
            _log.warning("job.failed", kind=job.kind, tries=job.tries, error=str(error))
            self._fail(job, failure_of(error))
        finally:
            self._holding.pop(job.holder, None)

    def _fail(self, job: Job, failure: Failure) -> None:
        now = self._clock()
        with self._store.write() as connection:
            if not self._holds(connection, job):
                return
            if self._handlers[job.kind].failed(connection, job, failure):
                self._end(connection, job)
            elif failure.transient or job.tries < TRIES_MAX:
                due = now + timedelta(seconds=_pause(job.tries, failure))
                self._retry(connection, job, due, failure)
            else:
                self._end(connection, job)
                dead_letters.add(connection, _letter(job, failure, stamp(now)))
        self.wake()


def _pause(tries: int, failure: Failure) -> int:
    if failure.transient:
        return TRANSIENT_SECONDS
    return RETRY_SECONDS[min(tries, len(RETRY_SECONDS)) - 1]


def _letter(job: Job, failure: Failure, at: str) -> dict[str, object]:
    return {
        "kind": job.kind,
        "key": job.key,
        "partner": job.partner,
        "args": job.args,
        "cost": job.cost_ms,
        "tries": job.tries,
        "error": failure.text,
        "died_at": at,
    }
