"""What the gateway's tests stand on: a fresh database, a clock that stands still."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from gateway.store.engine import Store
from gateway.store.events import after
from gateway.store.migrate import upgrade
from tests.gateway.held import surprises
from tests.gateway.postgres import Cluster

_NUMBERS = count()


class StandingClock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables and nothing in them, to be copied."""
    store = Store(tmp_path_factory.mktemp("empty") / "dockmatch.db")
    upgrade(store, store.path.parent)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return store.path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A server of PostgreSQL, in which `empty` is a database with all tables."""
    with Cluster() as cluster:
        store = Store(cluster.database("empty"))
        upgrade(store, Path())
        store.close()
        yield cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database with all tables and nothing in them, on each engine."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty_database"), tmp_path / "dockmatch.db")
        opened = Store(tmp_path / "dockmatch.db")
    else:
        name = f"test_{next(_NUMBERS)}"
        opened = Store(request.getfixturevalue("postgres").database(name, template="empty"))
    yield opened
    if not {"NewEvent", "events"} & vars(request.module).keys():  # it may make up events
        with opened.read() as connection:
            for one in after(connection, 0, limit=10_000):
                assert not surprises(one.type, one.data), one.type
    opened.close()
