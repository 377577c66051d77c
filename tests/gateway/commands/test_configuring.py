"""`dockmatch config`: what is wrong is told at once, and what applies without its secrets."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main
from gateway.vault import Vault
from gateway.webhooks import new_secret


def config(folder: Path, text: str, *words: str) -> Result:
    (folder / "dockmatch.toml").write_text(text)
    return CliRunner().invoke(main, ["config", *words, "--config", str(folder / "dockmatch.toml")])


def test_a_sound_configuration(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(new_secret())
    text = """
    [[endpoints]]
    url = "https://erp.example/"
    secret = { file = "secret" }
    [[endpoints]]
    url = "folder:exports"
    format = "x12-810"
    batch = 100
    """
    result = config(tmp_path, text, "check")
    assert (result.exit_code, result.output) == (0, "the configuration is sound\n")


@pytest.mark.parametrize(
    ("endpoint", "told"),
    [
        ('url = "https://erp.example/"', "a signing secret is"),
        ('url = "ftp://erp.example/"', "is no http or https address"),
        ('url = "folder:out"\nformat = "x12-999999"', "there is no format"),
        ('url = "folder:out"\nformat = "cxml-invoice"\nbatch = 2', "holds one document"),
        ('url = "folder:out"\nbatch = 501', "batch is 1 to 500"),
        ('url = "folder:out"\nrate = 0.0', "rate is up to"),
        ('url = "folder:out"\nbatch_ms = -1', "batch_ms is 0 to"),
        ('url = "folder:out"\nversion = "2020-01-01"', "is no version of the events"),
        ('url = "folder:out"\ntypes = ["no.such"]', "no event is called"),
        ('url = "folder:out"\n[[endpoints]]\nurl = "folder:out"', "is named twice"),
        ('url = "sftp://files.example/in"', "is no address such as sftp://USER@HOST"),
        ('url = "sftp://me@files.example/in"', "needs `key`, a file, and `host_key`"),
    ],
)
def test_what_is_wrong_with_an_endpoint(tmp_path: Path, endpoint: str, told: str) -> None:
    result = config(tmp_path, f"[[endpoints]]\n{endpoint}\n", "check")
    assert result.exit_code == 1
    assert told in result.output


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = """
    [secrets]
    keys = "no key"
    [matching]
    policy = "nowhere.toml"
    [web]
    host = "0.0.0.0"
    [outbound]
    allow = ["10.0.0.0/99"]
    [[endpoints]]
    url = "https://erp.example/"
    """
    result = config(tmp_path, text, "check", "--json")
    faults = [json.loads(line)["fault"] for line in result.output.splitlines()]
    assert (result.exit_code, len(faults)) == (1, 5)


def test_what_applies_is_shown_without_its_secrets(tmp_path: Path) -> None:
    secret = new_secret()
    text = f"""
    [gateway]
    database = "postgresql://me:hunter2@db.example/dockmatch"
    [web]
    token = "a token of sixteen and more"
    [[endpoints]]
    url = "https://erp.example/"
    secret = "{secret}"
    """
    output = config(tmp_path, text, "show").output
    assert not any(one in output for one in (secret, "hunter2", "a token of"))
    said = json.loads(output)
    assert said["gateway"]["database"] == "postgresql://me@db.example/dockmatch"
    hidden = "***"
    assert said["endpoints"][0]["secret"] == hidden
    assert said["web"]["token"] == hidden
    assert said["web"]["port"] == 8710


def test_a_key_is_one() -> None:
    key = CliRunner().invoke(main, ["config", "key"]).output.strip()
    assert Vault([key]).has_key


@pytest.mark.parametrize(
    ("secret", "told"),
    [('{ file = "nowhere" }', "nowhere, which the"), ('{ env = "NOT_SET" }', "has no NOT_SET")],
)
def test_a_secret_that_is_elsewhere_must_be_there(tmp_path: Path, secret: str, told: str) -> None:
    result = config(tmp_path, f"[web]\ntoken = {secret}\n", "check")
    assert result.exit_code == 2
    assert told in result.output
