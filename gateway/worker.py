"""A machine that only works: it reads, maps and matches what others have taken in.

Several of them share one PostgreSQL with the gateway, and its archive, which all of them must see
(a network file system). A worker that dies loses nothing: its jobs go to the others.
"""

import tempfile
from contextlib import ExitStack
from pathlib import Path

import structlog

from gateway.archive import Archive
from gateway.clock import Clock, system_clock
from gateway.config import Config, ConfigError
from gateway.flows import advising
from gateway.flows.advising import Advising
from gateway.flows.chunks import KIND, UNPACK
from gateway.flows.intake import Intake
from gateway.flows.matching import Matching
from gateway.flows.unpacking import Unpacking
from gateway.jobs.choice import engine_of
from gateway.jobs.port import Handler
from gateway.reading.pool import Readers
from gateway.rulebook import judge_of
from gateway.store.engine import Store
from gateway.store.migrate import prepare
from gateway.watching.traces import spans_of

_log = structlog.get_logger()


class Worker:
    """A worker on the database and the archive of `config`."""

    def __init__(self, config: Config, clock: Clock = system_clock) -> None:
        """Read the policy and the master data.

        Raises ConfigError, also where the database is a file: only one process works on that.
        """
        if isinstance(config.database, Path):
            message = (
                "workers need a database that several machines can reach: set `database` in "
                "[gateway] to postgresql://USER@HOST/DATABASE; on SQLite, dockmatch run works alone"
            )
            raise ConfigError(message)
        self.config = config
        self.clock = clock
        self.judge = judge_of(config)

    def start(self) -> None:
        """Begin to work.

        Raises OlderSchemaError, NewerSchemaError, and ConfigError where the archive is not there.
        """
        archive = self.config.data / "archive"
        if not archive.is_dir():
            message = f"the archive is not at {archive}; workers must see that of the gateway"
            raise ConfigError(message)
        with ExitStack() as stack:
            store = Store(self.config.database)
            stack.callback(store.close)
            prepare(store, self.config.data / "backups")
            spool = stack.enter_context(tempfile.TemporaryDirectory(prefix="dockmatch-"))
            readers = Readers(archive, Path(spool), self.config.reading)
            readers.start()
            stack.callback(readers.stop)
            jobs = engine_of(store, self.clock)
            matching = Matching(store, jobs, readers, self.judge, self.clock)
            matching.spans = spans_of(self.config.traces)
            stack.callback(matching.spans.close)
            handlers: dict[str, Handler] = {KIND: matching}
            handlers[advising.KIND] = Advising(store, jobs, self.clock)
            intake = Intake(store, Archive(archive), jobs, self.clock)
            limits = self.config.unpacking
            handlers[UNPACK] = Unpacking(store, intake, jobs, limits, self.clock)
            jobs.start(handlers, self.config.reading.readers + 1)
            stack.callback(jobs.stop)
            self._jobs, self._readers = jobs, readers
            self._running = stack.pop_all()
        _log.info("worker.started", database=store.name)

    def hand_back(self) -> int:
        """Give up what is in hand, for others; returns how many jobs it was."""
        handed = self._jobs.hand_back()
        self._readers.kill()
        return handed

    def stop(self) -> None:
        """Take no more work, and return when that in hand is done."""
        self._running.close()
        _log.info("worker.stopped")
