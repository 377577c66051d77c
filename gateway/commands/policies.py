"""`dockmatch policy`: the limits that matching applies, and what is wrong with them."""

import re
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import msgspec
from msgspec import Struct

from matcher.policy import KEYS, Policy, PolicyError, PolicyProblem, policy_of, problems_of

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Rule(Struct, frozen=True):
    """One value that the policy sets, and for whom."""

    key: str
    value: str
    scope: str


class Complaint(Struct, frozen=True, omit_defaults=True):
    """What is wrong, and the line of the file where it stands."""

    key: str
    message: str
    line: int | None = None


class Checked(Struct, frozen=True, omit_defaults=True):
    """What `policy check --json` prints."""

    problems: list[Complaint]
    rules: list[Rule]
    version: str | None = None


@click.group()
def policy() -> None:
    """Look at the policy: the limits that matching applies, and where they hold."""


@policy.command()
@click.argument("file", required=False, type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(file: Path | None, *, as_json: bool) -> None:
    """Say what a policy decides and for whom, and what is wrong with it.

    Without FILE, the default policy is shown. Exit status 1 when a key is unknown, a value is
    impossible, or a rule can never decide anything.
    """
    raw = toml_of(file) if file else {}
    text = file.read_text(encoding="utf-8") if file else ""
    problems = problems_of(raw)
    complaints = [_placed(one, text) for one in problems]
    version, rules = None, []
    try:
        sound = policy_of(raw)
    except PolicyError:
        pass
    else:
        version, rules = sound.version, list(_rules(sound))
    if as_json:
        told = Checked(complaints, rules, version)
        click.echo(msgspec.json.encode(told).decode())
    else:
        _tell(complaints, rules, version)
    sys.exit(int(bool(problems)))


def toml_of(path: Path) -> dict[str, Any]:
    """Read a TOML file; raises UsageError with the place where it is none."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path}: {error}"
        raise click.UsageError(message) from error


def _rules(sound: Policy) -> Iterable[Rule]:
    """Yield every key with its value and scope; what only has its default comes with the rest."""
    company = sound.limits()
    for key in KEYS:
        yield Rule(key, company.shown(key), "company")
    for override in sound.overrides:
        limits = sound.limits((override.supplier,) if override.supplier else (), override.category)
        for key in override.values:
            yield Rule(key, limits.shown(key), override.name)
    for pair, rate in sound.fx.items():
        yield Rule(f"fx.{pair}", f"{rate:f}", "company")
    for code, change in sound.codes.items():
        shown = ", ".join(part for part in (change.severity, change.role) if part)
        yield Rule(f"codes.{code}", shown, "company")


def _placed(problem: PolicyProblem, text: str) -> Complaint:
    """Find the line of the file that a problem speaks of: the last part of its key."""
    name = problem.key.rsplit(".", 1)[-1].partition("[")[0]
    found = re.search(rf"^.*(?<!\w){re.escape(name)}(?!\w).*$", text, re.MULTILINE)
    line = text.count("\n", 0, found.start()) + 1 if found and name else None
    return Complaint(problem.key, problem.message, line)


def _tell(complaints: list[Complaint], rules: list[Rule], version: str | None) -> None:
    for rule in rules:
        click.echo(f"{rule.key:28} {rule.value:16} {rule.scope}")
    for one in complaints:
        where = f"line {one.line}: " if one.line else ""
        click.echo(f"{where}{one.key}: {one.message}", err=True)
    if version:
        click.echo(f"version {version}")
