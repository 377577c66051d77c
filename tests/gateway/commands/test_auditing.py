"""`dockmatch verify`, `history` and `evidence`, as a person calls them."""

import json
import sqlite3
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main
from tests.gateway.audit.conftest import Workspace, change, workspace

__all__ = ["workspace"]


def call(workspace: Workspace, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, *workspace.config])


def test_verify_says_that_nothing_was_altered(workspace: Workspace) -> None:
    result = call(workspace, "verify")
    assert result.exit_code == 0
    assert result.output.startswith("nothing was altered; newest seal: ")


def test_verify_fails_on_an_altered_row(workspace: Workspace) -> None:
    raw = sqlite3.connect(workspace.folder / "data" / "dockmatch.db")
    raw.executescript("DROP TRIGGER event_refuses_update; UPDATE event SET at = '2026'")
    raw.close()
    result = call(workspace, "verify", "--json")
    assert result.exit_code == 1
    assert "one of them was altered" in json.loads(result.output)["faults"][0]


def test_a_history_tells_every_version_and_what_it_changed(workspace: Workspace) -> None:
    workspace.take_in("860.x12", change(1))
    told = json.loads(call(workspace, "history", "PO000001", "--json").output)
    kinds = [(one["kind"], one["file"]) for one in told["versions"]]
    assert kinds == [
        ("purchase_order", "850.x12"),
        ("invoice", "810.x12"),
        ("purchase_order", "860.x12"),
    ]
    changes = {
        one["pointer"]: (one["before"], one["after"]) for one in told["versions"][2]["changes"]
    }
    assert changes["/operation"] == ("new", "change")
    assert {"order.received", "order.changed", "invoice.matched"} <= {
        one["type"] for one in told["events"]
    }
    words = call(workspace, "history", "PO000001").output
    assert "/operation: new -> change" in words
    assert told["versions"][0]["sha256"] in words


def test_a_history_as_it_was_known_then(workspace: Workspace, clock: object) -> None:
    clock.pass_seconds(timedelta(days=2).total_seconds())  # type: ignore[attr-defined]
    workspace.take_in("860.x12", change(1))
    then = call(workspace, "history", "PO000001", "--as-of", "2026-03-02", "--json")
    assert [one["file"] for one in json.loads(then.output)["versions"]] == ["850.x12", "810.x12"]
    assert "order.changed" not in then.output
    earlier = call(workspace, "history", "PO000001", "--as-of", "2026-03-01")
    assert earlier.exit_code == 1


def test_a_number_that_nobody_knows(workspace: Workspace) -> None:
    result = call(workspace, "history", "X-1")
    assert (result.exit_code, result.output) == (1, "X-1 is not known here.\n")
    nothing = call(workspace, "evidence", "X-1")
    assert nothing.exit_code == 1
    assert "there is no invoice X-1" in nothing.output


@pytest.fixture
def unpacked(workspace: Workspace, tmp_path: Path) -> Path:
    place = tmp_path / "evidence.zip"
    result = call(workspace, "evidence", "IN000001", "--out", str(place))
    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(place) as packed:
        packed.extractall(tmp_path / "unpacked")
    return tmp_path / "unpacked"


def check(folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-I", "-S", "verify.py"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_evidence_verifies_with_nothing_but_python(unpacked: Path) -> None:
    checked = check(unpacked)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith("all fits; newest seal: ")
    sources = sorted(path.read_bytes()[:3] for path in (unpacked / "sources").iterdir())
    assert sources == [b"ISA", b"ISA"]
    assert json.loads(next((unpacked / "results").iterdir()).read_text())["verdict"] == "matched"


def test_evidence_that_was_altered_says_so(unpacked: Path) -> None:
    source = next((unpacked / "sources").iterdir())
    source.write_bytes(source.read_bytes() + b" ")
    lines = (unpacked / "events.jsonl").read_text().splitlines()
    (unpacked / "events.jsonl").write_text(lines[0].replace("acme", "evil") + "\n")
    checked = check(unpacked)
    assert checked.returncode == 1
    assert "is not what it was" in checked.stdout
    assert "event 1 is not what was sealed" in checked.stdout
    chain = json.loads((unpacked / "chain.json").read_text())
    chain["seals"][0]["digest"] = "0" * 64
    (unpacked / "chain.json").write_text(json.dumps(chain))
    assert "is broken" in check(unpacked).stdout


def test_a_source_that_is_gone_is_told(workspace: Workspace) -> None:
    for path in (workspace.folder / "data" / "archive").glob("??/??/*.zst"):
        path.unlink()
    result = call(workspace, "evidence", "IN000001")
    assert result.exit_code == 1
    assert "a source cannot be read" in result.output
