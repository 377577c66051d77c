"""The database: one schema on SQLite, and later by its URL on PostgreSQL.

What the caller commits is on the disk (`synchronous=FULL`): a receipt number may be told to others.
SQLite has one writer at a time. Writers in this process queue at a lock of their own, because those
that wait inside SQLite sleep and are served in no order; writers of other processes wait there.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

_BUSY_MILLISECONDS = 30_000
_READERS = 16
_WRITES = "dockmatch_writes"
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-32768",
)


class Store:
    """Transactions on one database; functions of `gateway.store` do the asking and the telling."""

    def __init__(self, path: Path) -> None:
        """Open the SQLite file `path`, which is created where it does not exist yet."""
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.engine = _engine(path)
        self._writing = threading.Lock()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Hold the write lock for one transaction: committed at the end, or rolled back whole."""
        with self._writing, self.engine.connect() as connection:
            connection.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Read from one unchanging moment of the database, disturbed by no writer."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close all connections; the file stays as it is."""
        self.engine.dispose()


def _engine(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)), pool_size=_READERS, max_overflow=_READERS
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _on_begin(connection: Connection) -> None:
    # A writer takes the lock at once: one that reads first and writes later could be refused.
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
