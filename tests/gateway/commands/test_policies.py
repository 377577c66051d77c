"""`dockmatch policy check`: what a policy decides, for whom, and what is wrong with it."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main
from matcher.policy import KEYS, policy_of
from tests.gateway.audit.conftest import Workspace, workspace

__all__ = ["workspace"]

MESSAGE = "unknown key; did you mean price.over_pct?"
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
    assert "line 4: price.ovr_pct: unknown key; did you mean price.over_pct?" in result.stderr
    told = json.loads(run(file, "--json").stdout)
    assert told["problems"] == [{"key": "price.ovr_pct", "message": MESSAGE, "line": 4}]


def test_a_rule_that_never_decides(file: Path) -> None:
    file.write_text("[[overrides]]\nmatch = {}\nset = { way = 2 }\n")
    result = run(file)
    assert result.exit_code == 1
    assert "line 1: overrides[0]: matches everything" in result.stderr


def test_what_is_no_toml(file: Path) -> None:
    file.write_text("way =")
    assert run(file).exit_code == 2


def facts_of(price: str, *, category: str = "PACK") -> dict[str, Any]:
    line = {"n": 1, "qty": "10", "uom": "EA"}
    return {
        "as_of": "2026-06-01",
        "documents": [
            {
                "type": "po",
                "id": "PO1",
                "number": "55",
                "rev": 1,
                "supplier": "77",
                "currency": "USD",
                "lines": [{**line, "price": "10.00", "category": category, "way": 2}],
            },
            {
                "type": "invoice",
                "id": "IN1",
                "number": "A-9",
                "supplier": "77",
                "date": "2026-05-20",
                "currency": "USD",
                "po": "55",
                "lines": [{**line, "price": price, "po_line": 1}],
            },
        ],
    }


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(facts_of("10.20")))
    return path


class TestImpact:
    def test_whom_an_override_reaches_and_what_would_change(
        self, file: Path, scenario: Path
    ) -> None:
        file.write_text(POLICY)
        impact = json.loads(run(file, "--facts", scenario, "--json").stdout)["impact"]
        reach = {"scope": "supplier 77", "suppliers": ["77"], "categories": ["PACK"], "lines": 1}
        assert impact["reach"] == [reach]
        assert impact["open"] == 1
        move = impact["moves"][0]
        assert (move["before"], move["after"]) == ("exception", "matched_within_tolerance")
        assert (move["approved"], move["disputed"]) == ("2.00", "-2.00")
        assert move["invoices"] == ["A-9"]

    def test_for_a_person(self, file: Path, scenario: Path) -> None:
        file.write_text(POLICY)
        told = run(file, "--facts", scenario).stdout
        assert "supplier 77: 1 order lines of 77, categories PACK" in told
        assert "1 of 1 open invoices would change" in told
        assert "exception -> matched_within_tolerance: approved +2.00, disputed -2.00 USD" in told

    def test_what_was_released_can_change_no_more(self, file: Path, scenario: Path) -> None:
        facts = facts_of("10.20")
        paid = {"type": "release", "id": "R", "invoice": "IN1", "line": 1, "amount": "102.00"}
        facts["documents"].append(paid)
        scenario.write_text(json.dumps(facts))
        file.write_text(POLICY)
        told = json.loads(run(file, "--facts", scenario, "--json").stdout)
        assert told["impact"]["open"] == 0


class TestDiff:
    def diff(self, tmp_path: Path, old: str, new: str, *more: str | Path) -> Result:
        for name, text in (("old.toml", old), ("new.toml", new)):
            (tmp_path / name).write_text(text)
        files = (tmp_path / "old.toml", tmp_path / "new.toml")
        return CliRunner().invoke(main, ["policy", "diff", *map(str, (*files, *more))])

    def test_every_entry_that_differs(self, tmp_path: Path) -> None:
        result = self.diff(tmp_path, POLICY, POLICY.replace('"3"', '"4"'), "--json")
        told = json.loads(result.stdout)
        scope = "supplier 77"
        change = {"key": "price.over_pct", "scope": scope, "before": "3", "after": "4"}
        assert told["differences"] == [change]
        assert result.exit_code == 1
        assert told["before"] != told["after"]

    def test_the_same_policy_in_other_words(self, tmp_path: Path) -> None:
        result = self.diff(tmp_path, POLICY, POLICY.replace('"1"', "1"))
        assert result.exit_code == 0

    def test_and_what_that_moves(self, tmp_path: Path, scenario: Path) -> None:
        result = self.diff(tmp_path, POLICY, "", "--facts", scenario)
        assert "supplier 77" in result.stdout
        assert "matched_within_tolerance -> exception: approved -2.00" in result.stdout
        assert "price.over_pct               3 -> not set  supplier 77" in result.stdout

    def test_a_policy_that_cannot_hold(self, tmp_path: Path) -> None:
        assert self.diff(tmp_path, POLICY, "way = 9").exit_code == 2


def test_what_would_change_of_all_that_a_gateway_keeps(workspace: Workspace, file: Path) -> None:
    file.write_text("way = 2\n")
    result = run(file, "--stored", "--json", *workspace.config)
    assert result.exit_code == 0, result.output
    impact = json.loads(result.stdout)["impact"]
    assert impact["open"] == 1
    assert [(one["before"], one["after"]) for one in impact["moves"]] == [("waiting", "matched")]
