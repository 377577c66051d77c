"""Partners from their files, and secrets from wherever they are kept."""

import json
import re
from pathlib import Path

import msgspec
import pytest

from gateway.punchout.trading import Trading
from mappers.connection import Connection
from mappers.partners import PartnerError

PROFILE = 'name = "Osprey"\n[connection]\nsetup_url = "https://osprey.example/"\n'


def trading(folder: Path, **environment: str) -> Trading:
    (folder / "partners").mkdir(exist_ok=True)
    return Trading(folder / "partners", folder, environment)


def test_a_partner_is_its_file_as_it_is_now(tmp_path: Path) -> None:
    known = trading(tmp_path)
    path = tmp_path / "partners" / "osprey.toml"
    assert known.partner("osprey") is None
    path.write_text(PROFILE, encoding="utf-8")
    found = known.partner("osprey")
    assert found
    assert (found.title, found.connection.hold_days) == ("Osprey", 7)
    path.write_text(PROFILE + "hold_days = 3\n", encoding="utf-8")
    found = known.partner("osprey")
    assert found
    assert found.connection.hold_days == 3


@pytest.mark.parametrize("name", ["../osprey", "a/b", ".hidden", "", "osprey\n", "x" * 65])
def test_a_name_is_never_a_path(tmp_path: Path, name: str) -> None:
    (tmp_path / "osprey.toml").write_text(PROFILE, encoding="utf-8")
    assert trading(tmp_path).partner(name) is None


@pytest.mark.parametrize(
    "text", ["[connection", "[connection]\nrole = 'thief'", "[connection]\nhooks = 1", "\xff"]
)
def test_a_faulty_file_is_refused_and_hides_no_other(tmp_path: Path, text: str) -> None:
    known = trading(tmp_path)
    (tmp_path / "partners" / "bad.toml").write_bytes(text.encode("latin-1"))
    (tmp_path / "partners" / "osprey.toml").write_text(PROFILE, encoding="utf-8")
    with pytest.raises(PartnerError, match=r"bad\.toml"):
        known.partner("bad")
    assert [one.name for one in known.partners()] == ["osprey"]


def test_a_secret_is_looked_up_where_its_reference_says(tmp_path: Path) -> None:
    known = trading(tmp_path, OSPREY="from the environment")
    (tmp_path / "secret").write_text(" from a file\n", encoding="utf-8")
    assert known.secret("env:OSPREY") == "from the environment"
    assert known.secret("file:secret") == "from a file"
    assert known.secret("as it stands: here") == "as it stands: here"
    assert known.secret(None) is None


@pytest.mark.parametrize("reference", ["env:NOWHERE", "file:nowhere", "file:partners"])
def test_a_lost_secret_is_told_by_its_reference_alone(tmp_path: Path, reference: str) -> None:
    with pytest.raises(PartnerError, match=reference):
        trading(tmp_path).secret(reference)


def test_every_key_of_a_connection_is_explained_with_its_default() -> None:
    page = Path(__file__).resolve().parents[3] / "docs" / "punchout.md"
    text = page.read_text(encoding="utf-8").partition("## What [connection] may say")[2]
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| ([^|]+?) \|", text, flags=re.MULTILINE))
    plain = msgspec.to_builtins(Connection())
    known = {name: f"`{json.dumps(value)}`" if value else "none" for name, value in plain.items()}
    assert rows == known | {"confirm_orders": "`false`"}
