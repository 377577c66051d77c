"""`dockmatch partners preview`: real documents of a real store, by a profile that is to change."""

import hashlib
import io
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from gateway.archive import Archive
from gateway.commands.partners import partners
from gateway.flows.intake import Intake
from gateway.jobs.embedded import EmbeddedJobs
from gateway.store.catalogue import metadata
from gateway.store.engine import Store
from gateway.store.replaying import sent_last

BLANK, NAME = " " * 10, "A".ljust(15)
ORDER = (
    f"ISA*00*{BLANK}*00*{BLANK}*ZZ*{NAME}*ZZ*{NAME}*260105*0930*U*00401*000000001*0*P*>~"
    "GS*PO*A*A*20260105*0930*1*X*004010~ST*850*0001~BEG*00*SA*P-1**20260105~REF*XY*LATE~"
    "DTM*002*20260120~DTM*010*20260110~PO1*1*2*KT*3**ZZ*Q-7~CTT*1~SE*8*0001~GE*1*1~"
    "IEA*1*000000001~"
)
NOW = '[[x12]]\ntable = "850"\nfield = "requested_date"\npath = "DTM[002]/02"\n'
CHANGED = """
[[x12]]
table = "850"
field = "requested_date"
path = "DTM[010]/02"

[[x12]]
table = "850"
field = "contract"
path = "BEG/06"
required = true

[codes.uom]
KT = "CT"
"""


@pytest.fixture
def workspace(
    tmp_path: Path,
    empty_database: Path,
    monkeypatch: pytest.MonkeyPatch,
    clock: Callable[[], datetime],
) -> Iterator[Path]:
    """A gateway's folder with two files of acme and one of somebody else in its archive."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "partners").mkdir()
    (tmp_path / "partners" / "acme.toml").write_text(NOW)
    (tmp_path / "changed.toml").write_text(CHANGED)
    data = tmp_path / "var"
    data.mkdir()
    shutil.copy(empty_database, data / "dockmatch.db")
    store, archive = Store(data / "dockmatch.db"), Archive(data / "archive")
    archive.prepare()
    intake = Intake(store, archive, EmbeddedJobs(store, clock), clock)
    for partner, name, text in (
        ("acme", "first.x12", ORDER),
        ("acme", "second.x12", ORDER.replace("P-1", "P-2")),
        ("acme", "again.x12", ORDER),
        ("other", "third.x12", ORDER.replace("P-1", "P-3")),
    ):
        intake.take(partner, name, io.BytesIO(text.encode()), "folder")
    yield tmp_path
    store.close()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(partners, ["preview", "acme", *arguments])


def documents(*arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(*arguments, "--json").stdout.splitlines()]


@pytest.mark.usefixtures("workspace")
def test_fields_that_would_read_otherwise() -> None:
    found = documents("--with", "changed.toml", "--last", "10")
    assert [one["document"] for one in found] == ["850 P-1", "850 P-2"]
    changes = {one["pointer"]: one for one in found[0]["changes"]}
    moved = changes["/requested_date"]
    assert (moved["before"], moved["after"]) == ("2026-01-20", "2026-01-10")
    assert moved["name"] == "DTM/02 date"
    assert moved["at"].startswith("segment 5 (DTM) element 02")
    assert (changes["/lines/0/uom"]["before"], changes["/lines/0/uom"]["after"]) == ("KT", "CT")


@pytest.mark.usefixtures("workspace")
def test_new_problems_fail_the_preview() -> None:
    result = run("--with", "changed.toml")
    assert result.exit_code == 1
    assert "no. 1 first.x12: 850 P-1" in result.stdout
    assert "new error contract is missing [value.missing]" in result.stdout
    assert "2 documents of 2 files: 2 read otherwise, 2 with a new error" in result.stdout
    assert "2 x /lines/*/uom" in result.stdout


@pytest.mark.usefixtures("workspace")
def test_the_other_way_round_they_vanish() -> None:
    shutil.copy("changed.toml", "partners/acme.toml")
    Path("back.toml").write_text(NOW)
    result = run("--with", "back.toml", "--last", "1")
    assert result.exit_code == 0
    assert "gone error contract is missing" in result.stdout
    assert "1 documents of 1 files: 1 read otherwise, 0 with a new error, 1 with one less" in (
        result.stdout
    )


@pytest.mark.usefixtures("workspace")
def test_without_a_change_the_profile_is_held_against_none() -> None:
    assert documents("--last", "2") == [
        {"file": "no. 1 first.x12", "document": "850 P-1"},
        {"file": "no. 2 second.x12", "document": "850 P-2"},
    ]
    result = run()
    assert result.exit_code == 0
    assert result.stdout.startswith("2 documents of 2 files: 0 read otherwise")


def test_nothing_is_stored(workspace: Path) -> None:
    before = counts(workspace)
    run("--with", "changed.toml")
    assert counts(workspace) == before
    assert (workspace / "partners" / "acme.toml").read_text() == NOW


def counts(workspace: Path) -> dict[str, int]:
    store = Store(workspace / "var" / "dockmatch.db")
    with store.read() as connection:
        tables = metadata.sorted_tables
        found = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables
        }
    store.close()
    return found


def test_an_approved_change_holds_and_says_who_approved_it(workspace: Path) -> None:
    changed = workspace / "changed.toml"
    changed.write_text(CHANGED.replace("required = true\n", ""))
    result = run("--with", "changed.toml", "--approve", "A. Clerk")
    assert result.exit_code == 0
    own = workspace / "partners" / "acme.toml"
    assert own.read_bytes() == changed.read_bytes()
    [line] = (workspace / "partners" / "acme.approvals.jsonl").read_text().splitlines()
    approval = json.loads(line)
    assert (approval["by"], approval["documents"], approval["changed"]) == ("A. Clerk", 2, 2)
    assert approval["fields"]["/lines/*/uom"] == 2
    assert approval["before"] == hashlib.sha256(NOW.encode()).hexdigest()
    listed = CliRunner().invoke(partners, ["list"]).stdout
    assert "approved by A. Clerk" in listed
    own.write_text(own.read_text() + "# by hand\n")
    assert "approved" not in CliRunner().invoke(partners, ["list"]).stdout


def test_what_would_go_wrong_is_not_approved(workspace: Path) -> None:
    result = run("--with", "changed.toml", "--approve", "A. Clerk")
    assert result.exit_code == 1
    assert (workspace / "partners" / "acme.toml").read_text() == NOW
    assert not (workspace / "partners" / "acme.approvals.jsonl").exists()
    assert run("--approve", "A. Clerk").exit_code == 2


def test_files_need_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "changed.toml").write_text(CHANGED)
    (tmp_path / "order.x12").write_text(ORDER)
    (tmp_path / "letter.txt").write_text("hello")
    found = documents("--with", "changed.toml", "--files", "order.x12", "--files", "letter.txt")
    assert [one["document"] for one in found] == ["850 P-1", "unreadable"]
    assert run("--with", "changed.toml", "--last", "3").exit_code == 2


def test_a_faulty_change_is_wrong_use(workspace: Path) -> None:
    (workspace / "changed.toml").write_text("nmae = 1")
    result = run("--with", "changed.toml")
    assert result.exit_code == 2
    assert "line 1: there is no key 'nmae'" in result.output


def test_the_last_files_of_a_partner_by_the_store(
    store: Store, tmp_path: Path, clock: Callable[[], datetime]
) -> None:
    archive = Archive(tmp_path / "archive")
    archive.prepare()
    intake = Intake(store, archive, EmbeddedJobs(store, clock), clock)
    for name in ("a", "b", "c"):
        intake.take("acme", name, io.BytesIO(name.encode()), "folder")
    with store.read() as connection:
        assert [one.name for one in sent_last(connection, "acme", 2)] == ["c", "b"]
        assert sent_last(connection, "nobody", 2) == []
