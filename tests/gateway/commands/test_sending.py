"""`dockmatch send`: an interchange, or records, into a partner's folder."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main
from tests.gateway.flows.test_matching import interchange, order

ORDER = interchange("850", "PO", [order(1)], 77)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "order.x12").write_bytes(ORDER)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["send", *arguments])


def test_an_interchange_goes_out_and_again(folder: Path) -> None:
    first = run("order.x12", "--partner", "acme", "--json")
    assert first.exit_code == 0, first.output
    told = json.loads(first.stdout)
    assert (told["outgoing"], told["control"], told["file"]) == (1, 1, "850-1-1.x12")
    again = run("--resend", "1")
    assert again.exit_code == 0
    assert "850 no. 2 sent to acme as 850-2-2.x12; its acknowledgment is due " in again.stdout
    out = folder / "var" / "inbox" / "acme" / "out"
    assert sorted(path.name for path in out.iterdir()) == ["850-1-1.x12", "850-2-2.x12"]
    assert b"IEA*1*000000002~" in (out / "850-2-2.x12").read_bytes()


def test_records_are_written_and_sent(folder: Path) -> None:
    (folder / "partners").mkdir()
    (folder / "partners" / "acme.toml").write_text(
        '[[identifiers.isa]]\nid = "ACME"\nqualifier = "ZZ"\n'
        '[[ours.isa]]\nid = "NORTHWIND"\nqualifier = "ZZ"\n'
    )
    record = CliRunner().invoke(main, ["read", "order.x12"]).stdout
    (folder / "order.json").write_text(record)
    result = run("order.json", "--partner", "acme", "--to", "x12-850")
    assert result.exit_code == 0, result.output
    (path,) = (folder / "var" / "inbox" / "acme" / "out").iterdir()
    assert b"BEG*00*SA*PO1**20260301" in path.read_bytes()


def test_what_cannot_be_sent_says_why(folder: Path) -> None:
    (folder / "bad.x12").write_bytes(ORDER + ORDER)
    result = run("bad.x12", "--partner", "acme")
    assert result.exit_code == 1
    assert "one interchange is sent at a time" in result.stderr
    assert run("order.x12").exit_code == 2
    assert run("--resend", "1", "--partner", "acme", "order.x12").exit_code == 2
