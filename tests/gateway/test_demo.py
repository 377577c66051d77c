"""The demo as a user starts it: a process of its own, ended, killed and started again."""

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from gateway.demo.stories import samples, stories
from gateway.events.catalogue import CATALOGUE
from gateway.events.describing import schema_of
from tests.gateway.held import surprises

LOOKS, LOOK_SECONDS = 6000, 0.01
FILES = sum(len(story.told.documents) for story in stories(samples()))
KILLED_AFTER_EVENTS = (5, 60)


def command(folder: Path, *options: str) -> list[str]:
    base = [sys.executable, "-m", "gateway", "demo", "--no-serve", "--json"]
    return [*base, "--directory", str(folder), *options]


def finished(folder: Path, *options: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Run the demo to its end; return its rows and its summary."""
    run = subprocess.run(
        command(folder, *options), capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    *rows, summary = (json.loads(line) for line in run.stdout.splitlines())
    return rows, summary


def kill_after(folder: Path, events: int, *options: str) -> None:
    """Start the demo, and kill it when its ERP has taken in so many events."""
    log, pause = folder / "erp" / "events.jsonl", threading.Event()
    process = subprocess.Popen(command(folder, *options), stdout=subprocess.DEVNULL)
    for _ in range(LOOKS):
        if log.exists() and log.read_bytes().count(b"\n") >= events:
            break
        pause.wait(LOOK_SECONDS)
    process.kill()
    assert process.wait() == -signal.SIGKILL


def outcome(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows without the numbers of receipts, which tell the order of arrival."""
    names = ("story", "partner", "file", "state", "verdict", "approved", "pending", "disputed")
    return [{name: row.get(name) for name in (*names, "codes", "reason")} for row in rows]


@pytest.fixture(scope="module")
def peaceful(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any, Path]:
    folder = tmp_path_factory.mktemp("peaceful") / "demo"
    return *finished(folder), folder


def test_everything_comes_out_as_the_stories_say(peaceful: tuple[Any, Any, Path]) -> None:
    rows, summary, _ = peaceful
    assert summary["surprises"] == []
    assert len(rows) == summary["files_in"] == summary["answered"] == FILES
    assert summary["events_announced"] == summary["events_verified"] > FILES
    assert all(row["state"] != "missing" for row in rows)


def test_a_supplier_finds_an_answer_to_each_file(peaceful: tuple[Any, Any, Path]) -> None:
    rows, _, folder = peaceful
    for row in rows:
        out = folder / "inbox" / row["partner"] / "out"
        text = (out / f"{row['file']}.answer.txt").read_text(encoding="utf-8")
        assert row["file"] in text
        assert "internal" not in text
    truncated = folder / "inbox" / "copperline" / "out" / "810-88213.x12.answer.txt"
    assert "breaks off" in truncated.read_text(encoding="utf-8")


def test_killed_and_started_again_it_ends_the_same(
    peaceful: tuple[Any, Any, Path], tmp_path: Path
) -> None:
    folder, keep = tmp_path / "demo", ()
    for events in KILLED_AFTER_EVENTS:
        kill_after(folder, events, *keep)
        keep = ("--keep",)
    rows, summary = finished(folder, *keep)
    assert outcome(rows) == outcome(peaceful[0])
    assert summary["events_announced"] == summary["events_verified"]
    told = (folder / "erp" / "events.jsonl").read_text(encoding="utf-8").splitlines()
    assert len({json.loads(line)["webhook_id"] for line in told}) == len(told)
    events = [json.loads(line)["event"] for line in told]
    assert {one["type"] for one in events} <= set(CATALOGUE)
    for one in events:
        jsonschema.validate(one, schema_of(one["type"]))
        assert not surprises(one["type"], json.dumps(one["data"]).encode()), one["type"]


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("ten years of work", encoding="utf-8")
    run = subprocess.run(command(tmp_path), capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "not the demo's" in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
