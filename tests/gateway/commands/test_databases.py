"""`dockmatch db`, as a person calls it, on real databases."""

import json
import sqlite3
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert

from gateway.archive import Archive, path_of
from gateway.cli import main
from gateway.solitude import hold
from gateway.store import documents
from gateway.store.engine import Store
from gateway.store.migrate import newest, upgrade
from gateway.store.schema import partner
from tests.gateway.postgres import Cluster

AT = "2026-03-02T09:00:00.000000+00:00"


def db(folder: Path, *arguments: str) -> Result:
    config = folder / "dockmatch.toml"
    return CliRunner().invoke(main, ["db", "--config", str(config), *arguments])


def fill(store: Store, data: Path) -> str:
    """Let a file have come in; returns its hash."""
    archive = Archive(data / "archive")
    archive.prepare()
    stored = archive.put(BytesIO(b"ISA*..."))
    with store.write() as connection:
        connection.execute(insert(partner).values(name="acme", created_at=AT))
        documents.keep_blobs(connection, [stored], AT)
    return stored.sha256


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a gateway's data on SQLite."""
    (tmp_path / "dockmatch.toml").write_text('[gateway]\ndata = "data"\n')
    store = Store(tmp_path / "data" / "dockmatch.db")
    upgrade(store, tmp_path)
    fill(store, tmp_path / "data")
    store.close()
    return tmp_path


def place_elsewhere(folder: Path, name: str, database: str = "") -> Path:
    """Make the folder of another gateway, with nothing in it."""
    other = folder / name
    other.mkdir()
    line = f'database = "{database}"\n' if database else ""
    (other / "dockmatch.toml").write_text(f'[gateway]\ndata = "data"\n{line}')
    return other


def test_a_backup_is_restored_and_sound(folder: Path) -> None:
    first = db(folder, "backup", str(folder / "kept"), "--json")
    assert first.exit_code == 0
    assert json.loads(first.output)["contents"] == 1
    assert json.loads(db(folder, "backup", str(folder / "kept"), "--json").output)["contents"] == 0
    other = place_elsewhere(folder, "other")
    restored = db(other, "restore", str(folder / "kept"))
    assert restored.exit_code == 0
    assert "with 1 contents" in restored.output
    checked = db(other, "check")
    assert (checked.exit_code, checked.output) == (0, "all is sound\n")


def test_nothing_is_restored_over_something(folder: Path) -> None:
    db(folder, "backup", str(folder / "kept"))
    result = db(folder, "restore", str(folder / "kept"))
    assert result.exit_code == 2
    assert "exists; move it away first" in result.output
    empty = folder / "empty"
    empty.mkdir()
    assert (
        "there is no dockmatch.db" in db(place_elsewhere(folder, "x"), "restore", str(empty)).output
    )


def test_a_check_tells_what_is_missing_and_damaged(folder: Path) -> None:
    (path,) = (folder / "data" / "archive").glob("??/??/*.zst")
    path.chmod(0o640)
    path.write_bytes(b"spoilt")
    assert db(folder, "check", "--quick").exit_code == 0
    damaged = db(folder, "check")
    assert damaged.exit_code == 1
    assert "is damaged" in damaged.output
    path.unlink()
    missing = db(folder, "check", "--quick", "--json")
    assert missing.exit_code == 1
    assert json.loads(missing.output)["faults"] == [f"archived content {path.stem} is missing"]


def test_an_upgrade_tells_where_it_went(folder: Path) -> None:
    result = db(folder, "upgrade", "--json")
    assert result.exit_code == 0
    assert json.loads(result.output) == {"from": newest(), "to": newest(), "copy": None}


def test_a_running_gateway_is_not_disturbed(folder: Path) -> None:
    with hold(folder / "data" / "gateway.lock"):
        assert "another gateway" in db(folder, "upgrade").output
        assert "another gateway" in db(folder, "copy", "postgresql://nobody@/x").output
        assert db(folder, "check").exit_code == 0


def test_a_folder_without_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "dockmatch.toml").write_text("")
    result = db(tmp_path, "check")
    assert result.exit_code == 2
    assert "there is no database at" in result.output


def test_from_sqlite_to_a_server_and_back_from_its_backup(folder: Path, postgres: Cluster) -> None:
    target = postgres.database("moved")
    copied = db(folder, "copy", target)
    assert copied.exit_code == 0, copied.output
    assert "counts and hashes are equal" in copied.output
    assert "holds rows already" in db(folder, "copy", target).output
    moved = place_elsewhere(folder, "moved", target)
    (moved / "data").mkdir()
    (folder / "data" / "archive").rename(moved / "data" / "archive")
    assert db(moved, "check").output == "all is sound\n"
    backup = db(moved, "backup", str(folder / "dumped"))
    assert backup.exit_code == 0, backup.output
    again = place_elsewhere(folder, "again", postgres.database("again"))
    restored = db(again, "restore", str(folder / "dumped"))
    assert restored.exit_code == 0, restored.output
    assert db(again, "check").output == "all is sound\n"


def test_a_server_is_upgraded_only_when_asked(tmp_path: Path, postgres: Cluster) -> None:
    folder = place_elsewhere(tmp_path, "new", postgres.database("new"))
    refused = CliRunner().invoke(main, ["run", "--config", str(folder / "dockmatch.toml")])
    assert refused.exit_code == 2
    assert "is at revision none; run: dockmatch db upgrade" in refused.output
    assert "was at none" in db(folder, "upgrade").output
    assert db(folder, "check").output == "all is sound\n"


def test_a_server_that_does_not_answer_is_told(tmp_path: Path) -> None:
    folder = place_elsewhere(tmp_path, "lost", "postgresql://nobody@/x?host=/nowhere")
    result = db(folder, "check")
    assert result.exit_code == 2
    assert "the database says:" in result.output


def test_a_row_that_refers_to_nothing_is_told(folder: Path) -> None:
    damaged = sqlite3.connect(folder / "data" / "dockmatch.db")
    damaged.execute("INSERT INTO touch (key, record_id) VALUES ('order:1', 99)")
    damaged.commit()
    damaged.close()
    result = db(folder, "check")
    assert result.exit_code == 1
    assert "refers to a row of record that does not exist" in result.output


def test_contents_are_found_by_their_hash(folder: Path) -> None:
    (path,) = (folder / "data" / "archive").glob("??/??/*.zst")
    assert path == path_of(folder / "data" / "archive", path.stem)
