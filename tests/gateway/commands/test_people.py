"""`dockmatch people`: the first person before anything listens, and all that comes after."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.commands.people import people


@pytest.fixture
def at(tmp_path: Path) -> list[str]:
    """The option that names a configuration in a folder where nothing is yet."""
    (tmp_path / "dockmatch.toml").write_text(
        '[cxml]\npublic_url = "https://match.example.com/cxml"\n', encoding="utf-8"
    )
    return ["--config", str(tmp_path / "dockmatch.toml")]


def run(*words: str) -> Result:
    return CliRunner().invoke(people, words)


def test_the_first_person_is_invited_where_nothing_is_yet(at: list[str]) -> None:
    made = run("invite", "Mara@example.com", "--role", "admin", "--display", "Mara Lindt", *at)
    assert made.exit_code == 0, made.output
    assert re.search(
        r"^https://match\.example\.com/sign-in/link/[\w-]{43}$", made.stdout, re.MULTILINE
    )
    assert "For mara: good once, for 72 hours." in made.output
    (one,) = json.loads(run("list", "--json", *at).stdout)
    assert (one["name"], one["roles"], one["has_joined"]) == ("mara", ["admin"], False)
    assert "invited" in run("list", *at).stdout


def test_people_are_changed(at: list[str]) -> None:
    run("invite", "mara@example.com", "--role", "admin", *at)
    run("group", "add", "Plants", *at)
    run("invite", "bo@example.com", "--role", "ap", "--role", "approver", "--group", "Plants", *at)
    assert "ap, approver  Plants" in run("list", *at).stdout
    assert run("roles", "bo", "auditor", *at).stdout == "bo is auditor\n"
    assert run("groups", "bo", *at).stdout == "bo is in no group\n"
    assert run("disable", "bo@example.com", *at).stdout == "bo is disabled\n"
    refused = run("reset", "bo", *at)
    assert (refused.exit_code, "enable them first" in refused.output) == (1, True)
    assert run("enable", "bo", *at).stdout == "bo is invited\n"
    assert "/sign-in/link/" in run("reset", "bo", *at).stdout


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("disable", "mara"), "last administrator"),
        (("roles", "mara", "ap"), "last administrator"),
        (("disable", "nobody"), "nobody is named"),
        (("invite", "mara@example.com", "--role", "ap"), "there is somebody"),
        (("settings", "nowhere"), "no group nowhere"),
        (("settings", "--set", "way", "9"), "must be 2, 3 or 4"),
        (("settings", "--set", "no.such", "9"), "no setting"),
        (("group", "remove", "company"), "cannot be removed"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(
    at: list[str], words: tuple[str, ...], why: str
) -> None:
    run("invite", "mara@example.com", "--role", "admin", *at)
    refused = run(*words, *at)
    assert (refused.exit_code, why in refused.output) == (1, True)
    assert refused.output.count("\n") == 1


def test_settings_are_said_inherited_and_shown_with_their_level(at: list[str]) -> None:
    for name, under in (("Plants", "company"), ("Plant North", "Plants")):
        assert run("group", "add", name, "--under", under, *at).exit_code == 0
    run("settings", "--set", "approval.limit", "500", *at)
    run("settings", "Plants", "--set", "price.over_pct", "5", *at)
    rows = json.loads(run("settings", "Plant North", "--json", *at).stdout)
    found = {row["key"]: (row["value"], row["from"]) for row in rows}
    assert found["approval.limit"] == ("500", "company")
    assert found["price.over_pct"] == ("5", "Plants")
    assert found["approval.remind_hours"] == ("72", "default")
    assert run("group", "move", "Plant North", "company", *at).exit_code == 0
    shown = run("settings", "Plant North", *at).stdout
    assert re.search(r"^price.over_pct +0  \(default\)$", shown, re.MULTILINE)
    run("settings", "--inherit", "approval.limit", *at)
    assert re.search(
        r"^approval.limit +not given  \(default\)$", run("settings", *at).stdout, re.MULTILINE
    )
    assert run("group", "remove", "Plant North", *at).exit_code == 0
