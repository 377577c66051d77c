"""`dockmatch policy check`: what a policy decides, for whom, and what is wrong with it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main
from matcher.policy import KEYS, policy_of

POLICY = """\
version = "7"

[price]
over_pct = "1"

[[overrides]]
match = { supplier = "77" }
set = { price = { over_pct = "3" } }

[fx]
"EUR/USD" = "1.10"

[codes.PRICE_UNDER]
severity = "info"
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["policy", "check", *map(str, arguments)])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policy.toml"


def test_the_default_is_shown() -> None:
    result = run("--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [rule["key"] for rule in told["rules"]] == list(KEYS)
    assert told["version"] == policy_of({}).version


def test_every_rule_with_its_scope(file: Path) -> None:
    file.write_text(POLICY)
    told = json.loads(run(file, "--json").stdout)
    rules = {(rule["key"], rule["scope"]): rule["value"] for rule in told["rules"]}
    assert rules["price.over_pct", "company"] == "1"
    assert rules["price.over_pct", "supplier 77"] == "3"
    assert rules["fx.EUR/USD", "company"] == "1.10"
    assert rules["codes.PRICE_UNDER", "company"] == "info"
    assert told["version"].startswith("7+")


def test_for_a_person(file: Path) -> None:
    file.write_text(POLICY)
    told = run(file).stdout
    assert "supplier 77" in told
    assert "version 7+" in told


def test_what_is_wrong_is_named_with_its_line(file: Path) -> None:
    file.write_text(POLICY.replace('over_pct = "1"', 'ovr_pct = "1"'))
    result = run(file)
    assert result.exit_code == 1
    assert "line 4: price.ovr_pct: unknown key" in result.stderr
    told = json.loads(run(file, "--json").stdout)
    assert told["problems"] == [{"key": "price.ovr_pct", "message": "unknown key", "line": 4}]


def test_a_rule_that_never_decides(file: Path) -> None:
    file.write_text("[[overrides]]\nmatch = {}\nset = { way = 2 }\n")
    result = run(file)
    assert result.exit_code == 1
    assert "line 1: overrides[0]: matches everything" in result.stderr


def test_what_is_no_toml(file: Path) -> None:
    file.write_text("way =")
    assert run(file).exit_code == 2
