"""`dockmatch jobs`, on a database with something given up."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main
from gateway.jobs.embedded import EmbeddedJobs
from gateway.jobs.port import NewJob
from gateway.store import dead_letters
from gateway.store.engine import Store
from gateway.store.migrate import upgrade

LETTER = {"partner": "acme", "args": b'{"n": 1}', "cost": 5, "tries": 8, "error": "ValueError: no"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dockmatch.toml").write_text('[gateway]\ndata = "data"\n')
    store = Store(tmp_path / "data" / "dockmatch.db")
    upgrade(store, tmp_path)
    engine = EmbeddedJobs(store, lambda: datetime.now(UTC))
    with store.write() as connection:
        engine.put(connection, [NewJob(kind="match", key="x", partner="acme", args=b"{}")])
        for number, kind in enumerate(["match", "send", "match"]):
            died = {"key": f"k{number}", "died_at": f"2026-03-0{number + 1}"}
            dead_letters.add(connection, {**LETTER, "kind": kind, **died})
    store.close()
    return tmp_path


def jobs(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["jobs", "--config", str(folder / "dockmatch.toml"), *words])


def test_what_was_given_up_is_listed_with_its_reason(folder: Path) -> None:
    result = jobs(folder, "dead")
    assert result.exit_code == 1
    assert result.output.splitlines()[0] == "3  2026-03-03  match k2 of acme: ValueError: no"
    (line,) = jobs(folder, "dead", "--kind", "send", "--json").output.splitlines()
    told = json.loads(line)
    assert (told["key"], told["args"]) == ("k1", {"n": 1})


@pytest.mark.parametrize(
    ("words", "left"), [(["1", "2"], 1), (["--kind", "match"], 1), (["--all"], 0), (["99"], 3)]
)
def test_it_is_taken_up_again(folder: Path, words: list[str], left: int) -> None:
    result = jobs(folder, "replay", *words)
    assert result.output == f"{3 - left} taken up again\n"
    assert result.exit_code == (1 if left == 3 else 0)
    assert jobs(folder, "stats").output == f"ready {4 - left}  working 0  waiting 0  dead {left}\n"
    assert json.loads(jobs(folder, "stats", "--json").output)["dead"] == left


def test_nothing_given_up(folder: Path) -> None:
    jobs(folder, "replay", "--all")
    result = jobs(folder, "dead")
    assert (result.exit_code, result.output) == (0, "nothing was given up\n")


def test_one_must_say_which(folder: Path) -> None:
    assert jobs(folder, "replay").exit_code == 2
