"""`dockmatch run` and `dockmatch worker`: where they work, and what keeps them from it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main
from gateway.commands.serving import at_home
from gateway.partners import profile_of


def call(folder: Path, command: str, config: str) -> Result:
    (folder / "dockmatch.toml").write_text(config)
    return CliRunner().invoke(main, [command, "--config", str(folder / "dockmatch.toml")])


def test_what_partners_agreed_is_found_beside_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, elsewhere = tmp_path / "base", tmp_path / "elsewhere"
    (base / "partners").mkdir(parents=True)
    elsewhere.mkdir()
    (base / "dockmatch.toml").write_text("")
    (base / "partners" / "acme.toml").write_text('currency = "CHF"\n')
    monkeypatch.chdir(elsewhere)
    assert profile_of("acme") is None
    config = at_home(Path("../base/dockmatch.toml"))
    assert config.inbox.resolve() == base / "var" / "inbox"
    profile = profile_of("acme")
    assert profile is not None
    assert profile.currency == "CHF"


@pytest.mark.parametrize(
    ("command", "config", "told"),
    [
        ("run", "[gateway]\ndata = 3", "gateway.data"),
        ("run", '[web]\nhost = "0.0.0.0"', "without credentials"),
        ("run", '[gateway]\ndatabase = "mysql://x"', "expected postgresql://"),
        ("worker", "", "workers need a database that several machines can reach"),
        ("worker", '[gateway]\ndatabase = "postgresql://x@/y"', "the archive is not at"),
    ],
)
def test_what_keeps_them_from_working_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, config: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = call(tmp_path, command, config)
    assert result.exit_code == 2
    assert told in result.output
