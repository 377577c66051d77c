"""`dockmatch keys` makes, lists and ends keys that the gateway takes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main
from gateway.clock import system_clock
from gateway.flows.keyholding import key_actor
from gateway.store.engine import Store
from gateway.store.migrate import upgrade


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "var").mkdir()
    store = Store(tmp_path / "var" / "dockmatch.db")
    upgrade(store, tmp_path)
    store.close()
    (tmp_path / "dockmatch.toml").write_text("", encoding="utf-8")
    return tmp_path / "dockmatch.toml"


def ran(place: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["keys", "--config", str(place), *words])


def opens(place: Path, secret: str) -> bool:
    store = Store(place.parent / "var" / "dockmatch.db")
    with store.read() as connection:
        found = key_actor(connection, secret, "127.0.0.1", system_clock())
    store.close()
    return found is not None


def test_a_key_is_made_listed_and_ended(place: Path) -> None:
    made = ran(place, "create", "erp", "--right", "events:read", "--days", "30")
    secret = made.stdout.strip()
    assert made.exit_code == 0
    assert opens(place, secret)
    listed = ran(place, "list")
    assert "erp" in listed.stdout
    assert "ends" in listed.stdout
    assert "never used" in listed.stdout
    assert secret not in listed.stdout
    assert ran(place, "revoke", "erp").exit_code == 0
    assert not opens(place, secret)
    assert ran(place, "list").stdout == ""
    assert "revoked" in ran(place, "list", "--all").stdout
    assert ran(place, "revoke", "erp").exit_code == 2


def test_a_key_is_told_as_json(place: Path) -> None:
    options = ("--right", "documents:send", "--partner", "osprey", "--from", "10.0.0.0/8")
    told = json.loads(ran(place, "create", "osprey", *options, "--json").stdout)
    assert (told["partner"], told["networks"]) == ("osprey", ["10.0.0.0/8"])
    (listed,) = [json.loads(line) for line in ran(place, "list", "--json").stdout.splitlines()]
    assert "secret" not in listed
    assert listed["hint"] == told["secret"][:11]


@pytest.mark.parametrize(
    "words",
    [
        ("create", "erp"),
        ("create", "erp", "--right", "root"),
        ("create", "", "--right", "events:read"),
        ("create", "erp", "--right", "events:read", "--from", "intranet"),
        ("create", "erp", "--right", "events:read", "--days", "0"),
    ],
)
def test_what_cannot_be_is_told(place: Path, words: tuple[str, ...]) -> None:
    refused = ran(place, *words)
    assert refused.exit_code == 2
    assert refused.stderr or refused.output
