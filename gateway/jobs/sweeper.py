"""The sweeper: every document that is not decided has a job, whatever became of the one it had.

It looks at what is, not at what happened, so it mends what nobody saw break; and it notices what
did not happen in time, such as the acknowledgment of what we sent.
"""

import threading

import structlog
from sqlalchemy.exc import DBAPIError

from gateway.clock import Clock, stamp, system_clock
from gateway.flows.intake import put_to_work
from gateway.flows.settling import told_of
from gateway.jobs.port import Jobs
from gateway.store import awaited, documents
from gateway.store.engine import Store
from gateway.store.events import announce

INTERVAL_SECONDS = 60
_PAGE = 1000

_log = structlog.get_logger()


class Sweeper:
    """Sweeps at every start and then each minute."""

    def __init__(self, store: Store, jobs: Jobs, clock: Clock = system_clock) -> None:
        self._store = store
        self._jobs = jobs
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and return when it has."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                self.sweep()
                self.watch()
            except DBAPIError as error:
                _log.warning("sweeper.stalled", error=str(error.orig))
            if self._stopping.wait(INTERVAL_SECONDS):
                return

    def sweep(self) -> int:
        """Give a job to every undecided document that has none alive; returns how many got one."""
        found, last = 0, 0
        while True:
            with self._store.read() as connection:
                page = documents.waiting_after(connection, last, _PAGE)
                live = self._jobs.live(connection, {job for _, job in page if job is not None})
            lost = [one.id for one, job in page if job not in live]
            if lost:
                _log.warning("sweeper.found", documents=lost[:20], count=len(lost))
                found += self._mend(lost)
            if len(page) < _PAGE:
                return found
            last = page[-1][0].id

    def watch(self) -> int:
        """Announce overdue acknowledgments of what we sent, each once; returns how many."""
        now = stamp(self._clock())
        with self._store.read() as connection:
            if not awaited.any_overdue(connection, now):
                return 0
        with self._store.write() as connection:
            overdue = awaited.take_overdue(connection, now)
            announce(connection, [told_of(one, "overdue") for one in overdue], now)
        return len(overdue)

    def _mend(self, lost: list[int]) -> int:
        with self._store.write() as connection:
            put_to_work(connection, self._jobs, lost)
        self._jobs.wake()
        return len(lost)
