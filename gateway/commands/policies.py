"""`dockmatch policy`: the limits that matching applies, what is wrong with them, and for whom."""

import datetime as dt
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click
import msgspec
from msgspec import Struct

from gateway.commands import policy_impact
from gateway.commands.opening import config_option, configured, opened, told
from gateway.commands.policy_impact import Impact
from gateway.commands.toml import toml_of
from gateway.rulebook import rules_of
from matcher.policy import KEYS, Limits, Policy, PolicyError, PolicyProblem, policy_of
from matcher.policy_changes import Difference, differences
from matcher.policy_review import problems_of

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
    impact: Impact | None = None


class Compared(Struct, frozen=True, omit_defaults=True):
    """What `policy diff --json` prints."""

    before: str
    after: str
    differences: tuple[Difference, ...]
    impact: Impact | None = None


@click.group()
def policy() -> None:
    """Look at the policy: the limits that matching applies, and where they hold."""


def _evidence(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say on which facts a policy is tried."""
    for option in (
        click.option("--facts", type=_FILE, metavar="FILE", help="Try it on scenarios of facts."),
        click.option("--stored", is_flag=True, help="Try it on all that the gateway keeps."),
        config_option,
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
    ):
        command = option(command)
    return command


@policy.command()
@click.argument("file", required=False, type=_FILE)
@_evidence
def check(
    file: Path | None, path: Path | None, facts: Path | None, *, stored: bool, as_json: bool
) -> None:
    """Say what a policy decides and for whom, and what is wrong with it.

    Without FILE, the default policy is shown. With --facts or --stored it says as well which order
    lines each override holds for, and which open invoices would change: against the default, or
    against the policy that the gateway has now. Exit status 1 when a key is unknown, a value is
    impossible, or a rule can never decide anything.
    """
    raw = toml_of(file) if file else {}
    text = file.read_text(encoding="utf-8") if file else ""
    problems = problems_of(raw)
    complaints = [_placed(one, text) for one in problems]
    version, rules, found = None, [], None
    try:
        sound = policy_of(raw)
    except PolicyError:
        pass
    else:
        version, rules = sound.version, list(_rules(sound))
        found = _impact(None, sound, facts, path, stored=stored)
    if as_json:
        told_ = Checked(complaints, rules, version, found)
        click.echo(msgspec.json.encode(told_).decode())
    else:
        _tell(complaints, rules, version)
        if found:
            policy_impact.tell(found)
    sys.exit(int(bool(problems)))


@policy.command()
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
@_evidence
def diff(  # noqa: PLR0913 - one parameter for each option
    old: Path, new: Path, path: Path | None, facts: Path | None, *, stored: bool, as_json: bool
) -> None:
    """Say what NEW has differently from OLD, and with --facts or --stored what that moves.

    Exit status 1 where they differ.
    """
    before, after = (_sound(one) for one in (old, new))
    changes = differences(before, after)
    found = _impact(before, after, facts, path, stored=stored)
    if as_json:
        compared = Compared(before.version, after.version, changes, found)
        click.echo(msgspec.json.encode(compared).decode())
    else:
        click.echo(f"{before.version} -> {after.version}")
        for one in changes:
            was, now = one.before or "not set", one.after or "not set"
            click.echo(f"{one.key:28} {was} -> {now}  {one.scope}")
        if found:
            policy_impact.tell(found)
    sys.exit(int(bool(changes)))


def _impact(
    before: Policy | None, after: Policy, facts: Path | None, path: Path | None, *, stored: bool
) -> Impact | None:
    """Try a policy on what the options name; without `before`, against what holds now."""
    today = dt.datetime.now(tz=dt.UTC).date()
    if facts:
        known = policy_impact.known_of_file(facts, today)
        return policy_impact.impact(before or policy_of({}), after, known)
    if not stored:
        return None
    with told():
        config = configured(path)
        with opened(config) as store:
            kept = policy_impact.known_of_store(store, config, today)
        return policy_impact.impact(before or rules_of(config)[0], after, [kept])


def _sound(file: Path) -> Policy:
    try:
        return policy_of(toml_of(file))
    except PolicyError as error:
        message = f"{file}: {error}"
        raise click.UsageError(message) from error


def _rules(sound: Policy) -> Iterable[Rule]:
    """Yield every key with its value and scope; what only has its default comes with the rest."""
    company = sound.limits()
    for key in KEYS:
        yield Rule(key, company.shown(key), "company")
    for override in sound.overrides:
        limits = Limits({**company.values, **override.values}, company.origins)
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
