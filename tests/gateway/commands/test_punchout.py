"""The command, where no gateway answers; with one it is tested in the browser's round trip."""

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.commands.punchout import punchout


@pytest.fixture
def nowhere(tmp_path: Path) -> str:
    """A configuration whose gateway does not run."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    path = tmp_path / "dockmatch.toml"
    path.write_text(f"[web]\nport = {port}\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    "arguments",
    [
        ["start", "--supplier", "osprey"],
        ["list"],
        ["show", "1"],
        ["order", "1", "--number", "PO-1"],
    ],
)
def test_without_a_gateway_it_says_how_to_start_one(nowhere: str, arguments: list[str]) -> None:
    ran = CliRunner().invoke(punchout, [*arguments, "--config", nowhere])
    assert ran.exit_code == 3
    assert "dockmatch run" in ran.stderr


def test_a_user_is_named_by_pairs(nowhere: str) -> None:
    wrong = ["start", "--supplier", "osprey", "--user", "ann", "--config", nowhere]
    assert CliRunner().invoke(punchout, wrong).exit_code == 2


def test_a_faulty_catalogue_is_told_before_anything_starts(tmp_path: Path) -> None:
    items = tmp_path / "items.csv"
    items.write_text("sku,name\nA,Nail\n", encoding="utf-8")
    config = tmp_path / "dockmatch.toml"
    config.write_text('[gateway]\ndata = "data"\n', encoding="utf-8")
    ran = CliRunner().invoke(punchout, ["serve-catalog", str(items), "--config", str(config)])
    assert ran.exit_code == 2
    assert "item 1 (A)" in ran.stderr
    assert not (tmp_path / "data").exists()
