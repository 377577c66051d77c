"""The database: one schema, on SQLite by its path, on PostgreSQL by its URL.

What the caller commits is on the disk (`synchronous=FULL`): a receipt number may be told to others.
There is one writer at a time on either engine: events get their sequence in the order in which they
are committed, so that nobody who reads by a cursor passes one over. Work is done before the
transaction, which only writes down what came of it. Writers in this process queue at a lock of
their own, because those that wait inside SQLite sleep and are served in no order; those of other
processes wait at the database, on PostgreSQL at an advisory lock.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

_BUSY_MILLISECONDS = 30_000
_READERS = 16
WRITES = "dockmatch_writes"
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}",
    "PRAGMA foreign_keys=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-32768",
)


class AddressError(Exception):
    """The database's address is not right, or dockmatch was installed without its driver."""


class Store:
    """Transactions on one database; functions of `gateway.store` do the asking and the telling.

    `path` is the file of a SQLite database, None on PostgreSQL; `name` is what people call it.
    """

    def __init__(self, place: Path | str) -> None:
        """Open the SQLite file `place`, made where there is none, or PostgreSQL at a URL.

        Raises AddressError.
        """
        self.path = place if isinstance(place, Path) else None
        if isinstance(place, Path):
            place.parent.mkdir(parents=True, exist_ok=True)
            self.engine, self.name = _sqlite(place), str(place)
        else:
            self.engine = _postgres(place)
            self.name = self.engine.url.render_as_string(hide_password=True)
        self._writing = threading.Lock()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Hold the write lock for one transaction: committed at the end, or rolled back whole."""
        with self._writing, self.engine.connect() as connection:
            connection.execution_options(**{WRITES: True})
            with connection.begin():
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Read from one unchanging moment of the database, disturbed by no writer."""
        with self.engine.connect() as connection:
            if self.path is None:
                connection = connection.execution_options(  # noqa: PLW2901 - the same connection
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Close all connections; the data stays as it is."""
        self.engine.dispose()


def _sqlite(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)), pool_size=_READERS, max_overflow=_READERS
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _postgres(place: str) -> Engine:
    try:
        made: Engine = import_module("gateway.store.postgres").engine(place, WRITES)
    except ModuleNotFoundError as error:
        message = f"{error.name} is missing; install dockmatch[postgres]"
        raise AddressError(message) from error
    except ValueError as error:
        raise AddressError(str(error)) from error
    return made


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _on_begin(connection: Connection) -> None:
    # A writer takes the lock at once: one that reads first and writes later could be refused.
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
