"""`dockmatch partners list` and `check`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.commands.partners import partners

ACME = """
name = "Acme"
identifiers.isa = [{ qualifier = "ZZ", id = "ACME" }]

[codes.uom]
KT = "CT"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "partners").mkdir()
    (tmp_path / "partners" / "acme.toml").write_text(ACME)
    return tmp_path / "partners"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(partners, arguments)


def test_partners_are_listed(folder: Path) -> None:
    (folder / "broken.toml").write_text("nmae = 1")
    result = run("list")
    assert result.exit_code == 0
    assert "acme (Acme): ISA ZZ ACME 1 code" in result.stdout
    assert "broken: 1 mistakes" in result.stdout
    first, _ = (json.loads(line) for line in run("list", "--json").stdout.splitlines())
    assert first == {"partner": "acme", "name": "Acme", "identifiers": ["ISA ZZ ACME"], "codes": 1}


def test_a_sound_profile_is_fine() -> None:
    result = run("check", "acme")
    assert result.exit_code == 0
    assert result.stdout == "partners/acme.toml: fine\n"


def test_a_mistake_has_its_file_and_line(folder: Path) -> None:
    (folder / "broken.toml").write_text("name = 'B'\n[writing]\ntset = true\n")
    result = run("check")
    assert result.exit_code == 1
    assert "partners/acme.toml: fine" in result.stdout
    assert "partners/broken.toml:3: writing.tset: there is no key 'tset'." in result.stdout
    assert "Did you mean 'test'?" in result.stdout


def test_a_draft_is_checked_where_it_lies(tmp_path: Path) -> None:
    draft = tmp_path / "draft.toml"
    draft.write_text("currency = 'dollars'\n")
    [found] = map(json.loads, run("check", str(draft), "--json").stdout.splitlines())
    assert found["mistakes"][0]["key"] == "currency"


def test_two_partners_cannot_have_one_identifier(folder: Path) -> None:
    (folder / "rival.toml").write_text('identifiers.isa = [{ qualifier = "ZZ", id = "ACME" }]')
    result = run("check")
    assert result.exit_code == 1
    assert "ISA ZZ ACME is claimed by acme and rival" in result.stdout


def test_a_partner_without_a_profile_is_wrong_use() -> None:
    assert run("check", "nobody").exit_code == 2
    assert run("explain", "nobody").exit_code == 2


def test_the_guide_is_printed() -> None:
    result = run("explain", "acme", "--set", "810")
    assert result.exit_code == 0
    assert result.stdout.startswith("# Implementation guide for Acme\n")
    assert "| IT1/04 | unit price | lines.unit_price |" in result.stdout
    assert "## X12 810: invoice" in result.stdout


def test_the_guide_as_a_page_and_as_data() -> None:
    assert run("explain", "acme", "--set", "810", "--html").stdout.startswith("<!doctype html>")
    found = json.loads(run("explain", "acme", "--set", "810", "--json").stdout)
    assert found["partner"] == "acme"
    assert [one["kind"] for one in found["sets"]] == ["810"]


def test_a_set_that_there_is_not_is_wrong_use(folder: Path) -> None:
    result = run("explain", "acme", "--set", "811")
    assert result.exit_code == 2
    assert "810" in result.output
    (folder / "acme.toml").write_text("nmae = 1")
    assert "line 1: there is no key 'nmae'" in run("explain", "acme").output
