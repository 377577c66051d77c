"""`dockmatch write`, as a person or a program calls it."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main
from gateway.writing import formats

ENVELOPE = ("--sender", "12=3305550164", "--receiver", "duns=079482615")
ORDER: dict[str, Any] = {
    "kind": "purchase_order",
    "number": "4500017",
    "operation": "new",
    "type": "standard",
    "date": "2026-03-02",
    "buyer": {"name": "Northwind", "ids": {"assigned_by_buyer": "7"}},
    "lines": [{"number": "1", "quantity": "24", "uom": "EA", "unit_price": "7.50"}],
}


def run(*arguments: str | Path, given: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments], input=given)


def test_the_help_lists_every_format_and_shows_examples() -> None:
    text = run("write", "--help").stdout
    assert all(name in "".join(text.split()) for name in formats())
    assert "dockmatch write --to x12-850 --sender" in text


def test_one_record_is_an_interchange() -> None:
    result = run("write", "--to", "x12-850", *ENVELOPE, "--control", "7", given=json.dumps(ORDER))
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout.startswith("ISA*00*")
    assert result.stdout.endswith("IEA*1*000000007~\n")


def test_a_record_may_run_over_lines() -> None:
    given = json.dumps(ORDER, indent=2)
    result = run("write", "--to", "edifact-orders", *ENVELOPE, "--test", given=given)
    assert result.exit_code == 0
    assert "BGM+220+4500017+9'" in result.stdout
    assert "+++++1'\n" in result.stdout.replace("++++++", "+++++")


@pytest.mark.parametrize("as_list", [True, False])
def test_several_records_are_one_interchange(tmp_path: Path, *, as_list: bool) -> None:
    records = [ORDER, ORDER | {"number": "4500018"}]
    path = tmp_path / "orders.json"
    path.write_text(json.dumps(records) if as_list else "\n".join(map(json.dumps, records)))
    result = run("write", "--to", "x12-850", *ENVELOPE, "--version", "005010", path)
    assert result.exit_code == 0
    assert "*005010~" in result.stdout
    assert "GE*2*1~" in result.stdout
    assert run("write", "--to", "cxml-order", path).exit_code == 1


def test_what_has_no_place_is_told_and_the_rest_written() -> None:
    given = json.dumps(ORDER | {"fields": {"requisitionID": "R-9"}})
    result = run("write", "--to", "x12-850", *ENVELOPE, given=given)
    assert result.exit_code == 0
    assert "ST*850*0001~" in result.stdout
    assert "requisitionID of fields has no place in x12-850" in result.stderr
    told = run("write", "--to", "x12-850", *ENVELOPE, "--json", given=given).stderr
    assert json.loads(told)["pointer"] == "/fields/requisitionID"


def test_a_record_that_lacks_what_is_demanded_is_not_written() -> None:
    given = json.dumps({name: value for name, value in ORDER.items() if name != "date"})
    result = run("write", "--to", "x12-850", *ENVELOPE, given=given)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "Not written" in result.stderr
    assert "segment 2 (BEG) element 05" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "given", "reason"),
    [
        (("--to", "x12-899"), "{}", "x12-899"),
        (("--to", "x12-850", "--sender", "3305550164"), "{}", "SCHEME=ID"),
        (("--to", "x12-850"), "{", "no canonical record"),
        (("--to", "x12-850", "--partner", "nobody"), "{}", "there is no partners/nobody.toml"),
    ],
)
def test_wrong_use(arguments: tuple[str, ...], given: str, reason: str) -> None:
    result = run("write", *arguments, given=given)
    assert result.exit_code == 2
    assert reason in result.stderr
