"""Databases come to the schema of this version, with a copy first, and never backwards."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from gateway.store import events
from gateway.store.catalogue import metadata
from gateway.store.engine import Store
from gateway.store.migrate import NewerSchemaError, newest, revision, upgrade
from gateway.store.schema import partner


def test_migrations_build_what_the_schema_says(store: Store) -> None:
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_ours})
        assert compare_metadata(context, metadata) == []
        assert revision(connection) == newest()


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a table is not one of the job engine's."""
    return kind != "table" or not str(name).startswith("procrastinate")


def test_an_empty_database_needs_no_copy(tmp_path: Path) -> None:
    store = Store(tmp_path / "new.db")
    assert upgrade(store, tmp_path / "backups") is None
    assert not (tmp_path / "backups").exists()
    assert upgrade(store, tmp_path / "backups") is None  # nothing left to do
    store.close()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_database_with_data_is_copied_before_it_changes(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.write() as connection:
        connection.execute(insert(partner).values(name="acme", created_at="2026-01-01"))
    monkeypatch.setattr("gateway.store.migrate.newest", lambda: "the next one")
    copy = upgrade(store, tmp_path / "backups")
    assert copy is not None
    assert copy.name == f"dockmatch-{newest()}.db"
    copied = sqlite3.connect(copy)
    assert copied.execute("SELECT name FROM partner").fetchall() == [("acme",)]
    copied.close()


def test_a_newer_database_is_left_alone(store: Store, tmp_path: Path) -> None:
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerSchemaError, match="revision 9999"):
        upgrade(store, tmp_path)


@pytest.mark.parametrize("statement", ["UPDATE event SET actor = 'x'", "DELETE FROM event"])
def test_events_refuse_to_be_altered(store: Store, statement: str) -> None:
    with store.write() as connection:
        new = events.NewEvent(type="invoice.matched", subject="record/1", data=b"{}")
        events.announce(connection, [new], "2026-01-01T00:00:00.000000Z")
    with (
        pytest.raises(IntegrityError, match="events are never altered"),
        store.write() as connection,
    ):
        connection.execute(text(statement))


def test_what_fails_leaves_nothing_behind(store: Store) -> None:
    row = {"name": "acme", "created_at": "2026-01-01"}
    with pytest.raises(IntegrityError), store.write() as connection:
        connection.execute(insert(partner), [row, row])
    with store.read() as connection:
        assert connection.execute(select(partner)).all() == []


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_server_backs_up_in_its_own_way(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.store.migrate.newest", lambda: "the next one")
    assert upgrade(store, tmp_path / "backups") is None
    assert not (tmp_path / "backups").exists()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_is_committed_is_on_the_disk(store: Store) -> None:
    with store.write() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
