"""`dockmatch reread`, on a database with files that could not be read."""

import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.archive import Archive
from gateway.cli import main
from gateway.flows.intake import Intake
from gateway.jobs.embedded import EmbeddedJobs
from gateway.store.engine import Store
from gateway.store.migrate import upgrade


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dockmatch.toml").write_text('[gateway]\ndata = "data"\n')
    store, archive = Store(tmp_path / "data" / "dockmatch.db"), Archive(tmp_path / "archive")
    upgrade(store, tmp_path)
    archive.prepare()
    jobs = EmbeddedJobs(store, lambda: datetime.now(UTC))
    intake = Intake(store, archive, jobs, lambda: datetime.now(UTC))
    for number, partner in enumerate(("acme", "acme", "bolt")):
        intake.take(partner, f"{number}.bin", BytesIO(bytes([number])), "folder")
    with store.write() as connection:
        connection.exec_driver_sql(
            """UPDATE document SET state = 'quarantined', version = 2, answered = 1,
               problems = '[{"code":"file.unknown","message":"what is it"}]' WHERE id < 4"""
        )
        connection.exec_driver_sql("DELETE FROM job")
    store.close()
    return tmp_path


def reread(folder: Path, *words: str) -> Result:
    config = str(folder / "dockmatch.toml")
    return CliRunner().invoke(main, ["reread", "--config", config, *words])


def states(folder: Path) -> list[str]:
    store = Store(folder / "data" / "dockmatch.db")
    with store.read() as connection:
        found = connection.exec_driver_sql("SELECT state FROM document ORDER BY id").scalars()
        states = list(found)
    store.close()
    return states


def test_it_asks_which(folder: Path) -> None:
    result = reread(folder)
    assert result.exit_code == 2
    assert "say which" in result.output


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (["1", "3", "77"], [1, 3]),
        (["--partner", "acme"], [1, 2]),
        (["--cause", "file.unknown"], [1, 2, 3]),
        (["--all"], [1, 2, 3]),
        (["--cause", "file.other"], []),
        (["--all", "--partly"], []),
    ],
)
def test_files_are_chosen(folder: Path, words: list[str], numbers: list[int]) -> None:
    told = reread(folder, *words, "--dry-run", "--json")
    assert told.exit_code == (0 if numbers else 1)
    assert sorted(json.loads(line)["document"] for line in told.output.splitlines()) == numbers
    assert states(folder) == ["quarantined"] * 3  # nothing was done
    result = reread(folder, *words)
    assert f"{len(numbers)} are read again" in result.output
    found = [n for n, state in enumerate(states(folder), 1) if state == "received"]
    assert found == numbers


def test_a_second_time_there_is_nothing_to_read(folder: Path) -> None:
    assert reread(folder, "1").exit_code == 0
    assert reread(folder, "1").exit_code == 1
