"""The job engine of several machines: Procrastinate on the PostgreSQL of the business tables.

A job is put and ended inside our transactions, on the same connection; Procrastinate hands jobs
out, by priority, and its workers' heartbeats tell who is still at work. Who gives no sign of life
for half a minute loses its jobs to the others. Fairness between partners is a rank, as in the
embedded engine, given to Procrastinate as a priority.
"""

import asyncio
import threading
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from procrastinate import App, JobContext, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as Row
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from psycopg import Error
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from gateway.clock import Clock
from gateway.jobs.engine import Engine
from gateway.jobs.port import Failure, Handler, Job, NewJob, Stats
from gateway.store import dead_letters, procrastinate_queue, queue
from gateway.store.engine import Store

TASK = "work"
SILENT_SECONDS = 30
_TIDY_SECONDS = 10
_POLL_SECONDS = 1.0
_STALLED_SECONDS = 1.0
_PRIORITY_MAX = 2**31 - 1

_log = structlog.get_logger()


class _Manager(JobManager):
    """Leaves it to our own transactions to end jobs: by then there is nothing to finish."""

    async def finish_job(self, job: Row, status: Status, delete_job: bool) -> None:  # noqa: FBT001
        """Do nothing: the handler's transaction, or that of its failure, has ended the job."""


class ProcrastinateJobs(Engine):
    """`Jobs` on the PostgreSQL database `store`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(store, clock)
        self._putting = JobManager(SyncPsycopgConnector())
        self._workers: set[int] = set()
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._working: asyncio.Task[None] | None = None

    # In the caller's transaction.

    def put(self, connection: Connection, jobs: Sequence[NewJob]) -> list[int]:
        """Add `jobs`; returns their numbers."""
        if not jobs:
            return []
        clock = procrastinate_queue.clock(connection)
        if clock is None:
            queue.forget_ranks(connection)
        costs = [{"partner": one.partner, "cost": one.cost_ms} for one in jobs]
        ranks = [row["rank"] for row in queue.ranked(connection, costs, clock or 0)]
        rows = [self._row(one, rank) for one, rank in zip(jobs, ranks, strict=True)]
        raw = connection.connection.driver_connection
        put = self._putting.batch_defer_jobs(rows, connection=raw)
        return [int(row.id or 0) for row in put]

    def live(self, connection: Connection, numbers: Collection[int]) -> set[int]:
        """Return those of `numbers` that are still to be done."""
        return procrastinate_queue.live(connection, numbers) if numbers else set()

    def cancel(self, connection: Connection, kind: str, key: str) -> int:
        """Take back the jobs of `key` that nobody works on; returns how many."""
        return procrastinate_queue.cancel(connection, kind, key)

    def stats(self, connection: Connection) -> Stats:
        """Count the jobs."""
        ready, working, waiting = procrastinate_queue.counts(connection)
        dead = dead_letters.count(connection)
        return Stats(ready=ready, working=working, waiting=waiting, dead=dead)

    # The workers.

    def start(self, handlers: Mapping[str, Handler], concurrency: int) -> None:
        """Begin to work, `concurrency` jobs at a time."""
        self._handlers = handlers
        self._stopping.clear()
        self._threads = [
            threading.Thread(target=self._work, args=(concurrency,), name="jobs"),
            threading.Thread(target=self._keep, name="jobs-keeper"),
        ]
        for thread in self._threads:
            thread.start()

    def work_off(self, handlers: Mapping[str, Handler]) -> None:
        """Do in this thread, one after the other, what can be done now; then return."""
        self._handlers = handlers
        self.tidy()
        asyncio.run(self._serve(1, wait=False))

    def wake(self) -> None:
        """Do nothing: PostgreSQL itself notifies the workers of new jobs."""

    def stop(self) -> None:
        """Take no more jobs, and return when those in work have ended."""
        self._stopping.set()
        loop, working = self._loop, self._working
        if loop is not None and working is not None and not loop.is_closed():
            loop.call_soon_threadsafe(working.cancel)
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def tidy(self) -> None:
        """Give back the work of those who give no sign of life."""
        with self._store.write() as connection:
            # Only now: others may have had the lock for long, and jobs have begun meanwhile.
            held = {int(holder.split("/")[0]) for holder in list(self._holding)}
            found = procrastinate_queue.rescue(connection, SILENT_SECONDS, self._workers, held)
        if found:
            _log.warning("jobs.rescued", jobs=found[:20], count=len(found))

    def _work(self, concurrency: int) -> None:
        """Run workers until told to stop: one ends where its database goes away."""
        while not self._stopping.is_set():
            try:
                asyncio.run(self._watch(concurrency))
            except (ConnectorException, Error, OSError) as error:
                _log.warning("jobs.stalled", error=str(error))
                self._stopping.wait(_STALLED_SECONDS)

    async def _watch(self, concurrency: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._working = asyncio.create_task(self._serve(concurrency, wait=True))
        if self._stopping.is_set():
            self._working.cancel()
        try:
            await self._working
        except asyncio.CancelledError:
            _log.info("jobs.stopped")
        finally:
            self._working = None

    async def _serve(self, concurrency: int, *, wait: bool) -> None:
        connector = PsycopgConnector(
            conninfo=self._store.engine.url.set(drivername="postgresql").render_as_string(
                hide_password=False
            ),
            min_size=1,
            max_size=concurrency + 3,
        )
        app = App(connector=connector)
        app.job_manager = _Manager(connector)
        app.task(name=TASK, pass_context=True)(self._try)
        async with app.open_async():
            await app.run_worker_async(
                queues=list(self._handlers),
                concurrency=concurrency,
                wait=wait,
                listen_notify=wait,
                install_signal_handlers=False,
                fetch_job_polling_interval=_POLL_SECONDS,
                stalled_worker_timeout=SILENT_SECONDS,
            )

    async def _try(self, context: JobContext, /, **arguments: Any) -> None:
        """Try a job in a thread of its own."""
        row = context.job
        if row.worker_id is not None:
            self._workers.add(row.worker_id)
        job = Job(
            id=int(row.id or 0),
            kind=row.queue,
            key=arguments["key"],
            partner=arguments["partner"],
            args=arguments["args"].encode(),
            cost_ms=arguments["cost"],
            tries=row.attempts + 1,
            holder=f"{row.id}/{row.attempts}",
        )
        try:
            await asyncio.to_thread(self._run, job)
        except DBAPIError as error:  # the failure could not be written down; `tidy` finds the job
            _log.warning("jobs.stalled", error=str(error.orig))

    def _keep(self) -> None:
        while not self._stopping.wait(_TIDY_SECONDS):
            try:
                self.tidy()
            except DBAPIError as error:
                _log.warning("jobs.stalled", error=str(error.orig))

    # What the engine underneath asks for.

    def _holds(self, connection: Connection, job: Job) -> bool:
        return procrastinate_queue.holds(connection, job.id, job.tries - 1)

    def _end(self, connection: Connection, job: Job) -> bool:
        return procrastinate_queue.end(connection, job.id, job.tries - 1)

    def _retry(self, connection: Connection, job: Job, due: datetime, failure: Failure) -> None:
        procrastinate_queue.retry(
            connection, job.id, self._moment(due), counted=not failure.transient
        )

    def _row(self, new: NewJob, rank: int) -> Row:
        return Row(
            id=None,
            queue=new.kind,
            task_name=TASK,
            priority=-min(rank, _PRIORITY_MAX),
            lock=None,
            queueing_lock=None,
            task_kwargs={
                "key": new.key,
                "partner": new.partner,
                "args": new.args.decode(),
                "cost": new.cost_ms,
            },
            scheduled_at=None if new.due is None else self._moment(new.due),
        )

    def _moment(self, due: datetime) -> datetime:
        """Return a time of our clock as one of the database's, which decides what is due."""
        left: timedelta = due - self._clock()
        return datetime.now(UTC) + left
