"""What stands in `deploy/` speaks of commands, settings and files that there are."""

import configparser
import re
import shlex
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
