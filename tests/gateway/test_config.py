"""The configuration says what it means, or where it is wrong."""

from pathlib import Path

import pytest

from gateway.config import ConfigError, load


def write(folder: Path, text: str) -> Path:
    path = folder / "dockmatch.toml"
    path.write_text(text)
    return path


def test_a_file_and_its_folder(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        [gateway]
        data = "data"
        inbox = "/srv/inbox"
        [folders]
        size_max_bytes = 1000
        [folders.patience]
        give_up = 5
        [[partners]]
        name = "acme"
        [[endpoints]]
        url = "https://erp.example/hook"
        secret = "whsec_x"
        types = ["invoice.matched"]
        """,
    )
    config = load(path, {})
    assert config.data == tmp_path / "data"
    assert config.inbox == Path("/srv/inbox")
    assert (config.folders.size_max_bytes, config.folders.patience.give_up) == (1000, 5.0)
    assert config.partners[0].name == "acme"
    assert config.endpoints[0].types == ("invoice.matched",)
    assert config.file("policy.toml") == tmp_path / "policy.toml"


def test_without_a_file_everything_has_its_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = load(None, {})
    assert config.data == tmp_path / "var"
    assert config.web.host == "127.0.0.1"


def test_the_environment_stands_above_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "[web]\nport = 1\n[folders]\nscan_seconds = 5\n")
    environment = {
        "DOCKMATCH__WEB__PORT": "2",
        "DOCKMATCH__FOLDERS__PATIENCE__GIVE_UP": "7.5",
        "DOCKMATCH__GATEWAY__DATA": "elsewhere",
        "DOCKMATCH__OUTBOUND__ALLOW": '["10.0.0.0/8"]',
        "HOME": "/nowhere",
    }
    config = load(path, environment)
    assert config.web.port == 2
    assert config.folders.scan_seconds == 5
    assert config.folders.patience.give_up == 7.5
    assert config.data == tmp_path / "elsewhere"
    assert config.outbound.allow == ("10.0.0.0/8",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[web]\nport = 'x'", "Expected `int`, got `str` - at `web.port`"),
        ("[gateway]\ndatta = 'x'", "unknown field `datta` - at `gateway`"),
        ("[[endpoints]]\nformat = 'x'", "missing required field `url` - at `endpoints\\[0\\]`"),
        ("[web\n", "is no TOML"),
        ("\xff", "is no TOML"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "dockmatch.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError, match=message) as caught:
        load(path, {})
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load(tmp_path / "none.toml", {})


def test_a_variable_that_names_no_section(tmp_path: Path) -> None:
    path = write(tmp_path, "[web]\nport = 1\n")
    with pytest.raises(ConfigError, match="DOCKMATCH__WEB__PORT__X"):
        load(path, {"DOCKMATCH__WEB__PORT__X": "1"})
