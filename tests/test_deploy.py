"""What stands in `deploy/` speaks of commands, settings and files that there are."""

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from gateway.cli import main
from gateway.config import load

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"


def parses(words: list[str]) -> None:
    """Fail where the command line does not take these words."""
    command: click.Command | None = main
    name: str | None = "dockmatch"
    while isinstance(command, click.Group):
        context = command.make_context(name, words)
        words = [*context._protected_args, *context.args]  # noqa: SLF001 - click has no other way
        name, command, words = command.resolve_command(context, words)
    assert command is not None
    command.make_context(name, words)


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def test_services_call_commands_that_exist(compose: Any) -> None:
    ours = [one for one in compose["services"].values() if one["image"] == "dockmatch"]
    assert len(ours) == 3
    for service in ours:
        if "command" in service:
            parses(list(service["command"]))


def test_services_wait_for_services_that_exist(compose: Any) -> None:
    services = compose["services"]
    for service in services.values():
        for name, how in service.get("depends_on", {}).items():
            healthy = how["condition"] != "service_healthy"
            assert healthy or name == "gateway" or "healthcheck" in services[name]
    volumes = {
        volume.split(":")[0]
        for service in services.values()
        for volume in service["volumes"]
        if not volume.startswith(".")
    }
    assert volumes == set(compose["volumes"])


def test_the_environment_sets_what_there_is_to_set(compose: Any) -> None:
    environment = compose["services"]["gateway"]["environment"]
    config = load(None, environment)
    assert (str(config.data), str(config.inbox)) == ("/data/var", "/data/inbox")
    assert str(config.database).startswith("postgresql://")


def dockerfile() -> list[str]:
    text = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_the_image_is_built_from_files_that_exist() -> None:
    for line in dockerfile():
        if line.startswith("COPY") and "--from" not in line:
            *sources, _target = line.split()[1:]
            assert all((ROOT / source).exists() for source in sources), line


def test_the_image_runs_as_nobody_in_particular_and_knows_its_health() -> None:
    last = [line for line in dockerfile() if not line.startswith("FROM")]
    assert "USER 10001" in last
    (health,) = [line for line in last if line.startswith("HEALTHCHECK")]
    (command,) = [line for line in last if line.startswith("CMD")]
    for line in (health, command):
        words = re.findall(r'"([^"]+)"', line)
        parses([word for word in words if word != "dockmatch"])
    assert all(":" in line.split()[1] for line in dockerfile() if line.startswith("FROM"))


def test_the_unit_starts_a_command_that_exists() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / "dockmatch.service")
    program, *words = shlex.split(unit["Service"]["ExecStart"])
    assert program.endswith("/bin/dockmatch")
    parses(words)
    assert unit["Service"]["User"] == "dockmatch"
    assert unit["Service"]["Restart"] == "always"


def test_the_image_is_built_by_the_rules_of_the_trade() -> None:
    """What a linter of Dockerfiles asks for, each by its number there (hadolint)."""
    lines = dockerfile()
    for line in lines:
        name, _, words = line.partition(" ")
        assert name not in {"ADD", "MAINTAINER"}, line  # DL3020, DL4000
        assert not re.search(r"\b(sudo|curl[^|]*\| *sh|chmod 777)\b", words), line  # DL3004, DL4006
        if name == "FROM":
            assert ":latest" not in words, line  # DL3007
        if name in {"CMD", "ENTRYPOINT"}:
            assert words.startswith("["), line  # DL3025
        if name == "WORKDIR":
            assert words.startswith("/"), line  # DL3000
        if "apt-get install" in words:
            assert "apt-get update" in words, line  # DL3009
            assert "--no-install-recommends" in words, line  # DL3015
            assert re.search(r"install .*--yes", words), line  # DL3014
            assert "rm -rf /var/lib/apt/lists" in words, line  # DL3009
        if "pip install" in words:
            assert "--no-cache-dir" in words, line  # DL3042
            assert "--require-hashes" in words or "--no-deps" in words, line  # DL3013
    users = [index for index, line in enumerate(lines) if line.startswith("USER")]
    assert users[-1] > max(i for i, line in enumerate(lines) if line.startswith("RUN"))  # DL3002
    assert len([line for line in lines if line.startswith("CMD")]) == 1  # DL4003


def test_services_have_no_more_power_than_they_need(compose: Any) -> None:
    for name, service in compose["services"].items():
        assert not {"privileged", "network_mode", "pid", "devices"} & service.keys(), name
        assert not service["image"].endswith(":latest"), name
        assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", ()))
        assert not any("docker.sock" in volume for volume in service["volumes"])
        if service["image"] == "dockmatch":
            assert service["read_only"] is True
            assert service["cap_drop"] == ["ALL"]
            assert service["security_opt"] == ["no-new-privileges:true"]


def test_whoever_stops_it_waits_longer_than_it_takes(compose: Any) -> None:
    seconds = load(None, {}).gateway.stop_seconds
    for service in compose["services"].values():
        if service["image"] == "dockmatch":
            assert int(service["stop_grace_period"].removesuffix("s")) > seconds
    unit = (DEPLOY / "dockmatch.service").read_text()
    (limit,) = re.findall(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    assert int(limit) > seconds


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_the_unit_is_sound_and_shut_in() -> None:
    unit = str(DEPLOY / "dockmatch.service")
    said = analyze("verify", "--man=no", unit)
    wrong = [line for line in said.splitlines() if "is not executable" not in line]
    assert wrong == []  # where it is installed, its program is there
    told = analyze("security", "--offline=true", unit)
    exposed = re.search(r"exposure level for \S+: ([0-9.]+)", told)
    assert exposed is not None
    assert float(exposed.group(1)) < 4.0


def analyze(*words: str) -> str:
    program = shutil.which("systemd-analyze")
    assert program is not None
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    return done.stderr + done.stdout
