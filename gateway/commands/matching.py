"""`dockmatch match`: judge documents and records by a policy, without storing anything."""

import datetime as dt
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import msgspec
from msgspec import Struct

from gateway.collecting import COLLECT_HARDLY, collect
from gateway.commands.reading import PARTNER, Unreadable, outcomes
from gateway.commands.toml import toml_of
from gateway.commands.verdicts import show, tell_failure
from gateway.partner_units import with_agreed_units
from mappers.canonical import AnyRecord
from mappers.partners import PartnerError
from matcher.assess import assess, judgements
from matcher.entries import Fact, Master
from matcher.facts import facts_of
from matcher.policy import Policy, PolicyError, policy_of
from matcher.result import Reconciliation
from matcher.short import short_facts

_ENCODER = msgspec.json.Encoder(decimal_format="string")
_RECORD = msgspec.json.Decoder(AnyRecord)
_STOPPING = frozenset({"critical", "block"})
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Scenario(Struct, frozen=True, kw_only=True):
    """Short facts in their order of arrival, and after which of them a result is wanted as well."""

    id: str = ""
    as_of: dt.date | None = None
    policy: dict[str, Any] = {}
    master: Master = Master()
    documents: list[dict[str, Any]]
    steps: list[dict[str, Any]] = []


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--facts", type=_FILE, metavar="FILE", help="Judge scenarios of short facts.")
@click.option("--policy", "policy_file", type=_FILE, metavar="FILE", help="A policy.toml.")
@click.option("--master", "master_file", type=_FILE, metavar="FILE", help="Suppliers and items.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day of judgement: today.")
@PARTNER
@click.option("--json", "as_json", is_flag=True, help="Print one reconciliation a line.")
def match(  # noqa: PLR0913, PLR0917 - one parameter for each option
    paths: tuple[Path, ...],
    facts: Path | None,
    policy_file: Path | None,
    master_file: Path | None,
    as_of: dt.datetime | None,
    partner: str | None,
    *,
    as_json: bool,
) -> None:
    """Match invoices with their orders and receipts, all documents of PATHS together.

    PATHS are files or directories of documents, or canonical records as .json or .jsonl. Nothing
    is stored. Exit status 1 when a finding stops a payment or a document cannot be used.
    """
    if bool(paths) == bool(facts):
        message = "give either documents or --facts FILE"
        raise click.UsageError(message)
    collect(COLLECT_HARDLY)
    today = as_of.date() if as_of else dt.datetime.now(tz=dt.UTC).date()
    if facts:
        stopped = _match_scenarios(facts, today, as_json=as_json)
    else:
        found, failed = _read(paths, partner)
        results = judgements(found, _policy(policy_file), today, _master(master_file))
        stopped = _print(results, as_json=as_json) or failed
    sys.exit(int(stopped))


def _match_scenarios(path: Path, today: dt.date, *, as_json: bool) -> bool:
    """Judge scenarios, each after its steps and at its end; return whether anything was stopped."""
    stopped = False
    for scenario in scenarios(path):
        policy = _checked(scenario.policy, path)
        for after, documents in _states(scenario):
            known = short_facts(documents)
            results = assess(known, policy, scenario.as_of or today, scenario.master)
            place = {"scenario": scenario.id, "after": after}
            stopped |= _print(results, as_json=as_json, place=place)
    return stopped


def scenarios(path: Path) -> list[Scenario]:
    """Read a file of scenarios; raises UsageError where it holds none."""
    try:
        raw = msgspec.json.decode(path.read_bytes())
        listed = raw.get("scenarios", [raw]) if isinstance(raw, dict) else raw
        return msgspec.convert(listed, list[Scenario], strict=False)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        message = f"{path} holds no scenarios: {error}"
        raise click.UsageError(message) from error


def _states(scenario: Scenario) -> Iterator[tuple[str | None, list[dict[str, Any]]]]:
    """Yield what was there after each step, and at the end."""
    arrived = [document.get("id") for document in scenario.documents]
    for step in scenario.steps:
        after = step.get("after")
        if after in arrived:
            yield after, scenario.documents[: arrived.index(after) + 1]
    yield None, scenario.documents


def _print(
    results: Iterable[Reconciliation], *, as_json: bool, place: dict[str, Any] | None = None
) -> bool:
    """Print reconciliations, for a machine or for a person; return whether any was stopped.

    For a machine each is written as it comes, and not kept.
    """
    if not as_json:
        listed = list(results)
        show(listed, " ".join(str(part) for part in (place or {}).values() if part))
        return any(_stops(one) for one in listed)
    stopped = False
    for one in results:
        sys.stdout.buffer.write(_line(one, place or {}))
        stopped |= _stops(one)
    sys.stdout.buffer.flush()
    return stopped


def _stops(result: Reconciliation) -> bool:
    return any(finding.severity in _STOPPING for finding in result.findings)


def _line(result: Reconciliation, place: dict[str, Any]) -> bytes:
    body = _ENCODER.encode(result)
    if place:
        body = _ENCODER.encode(place)[:-1] + b"," + body[1:]
    return body + b"\n"


def _read(paths: tuple[Path, ...], partner: str | None) -> tuple[list[Fact], bool]:
    """Read documents and records; return their facts, and whether any could not be used.

    A document that came twice with the same bytes is one fact. A stray file in a directory is told
    of, but only a file that was asked for by name counts as a failure.
    """
    facts: list[Fact] = []
    seen: set[str] = set()
    failed = False
    for name, found in _records(paths, partner):
        if isinstance(found, Unreadable):
            tell_failure(name, found.problems)
            failed |= Path(name) in paths
            continue
        source, id_ = found.source, _id_of(name, found)
        key = f"{source.sha256}/{source.index}" if source.sha256 else id_
        if key not in seen:
            seen.add(key)
            failed |= found.incomplete
            facts += facts_of(found, id_)
    return facts, failed


def _id_of(name: str, record: AnyRecord) -> str:
    return f"{name}#{record.source.index}" if record.source.index else name


def _records(
    paths: tuple[Path, ...], partner: str | None
) -> Iterator[tuple[str, AnyRecord | Unreadable]]:
    stored = [path for path in _files(paths) if path.suffix in {".json", ".jsonl"}]
    for path in stored:
        yield from _stored_records(path, is_named=path in paths)
    documents = tuple(path for path in _files(paths) if path.suffix not in {".json", ".jsonl"})
    for name, outcome in outcomes(documents, partner):
        yield name, outcome if isinstance(outcome, Unreadable) else outcome.record


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (one for one in found if one.is_file() and not one.name.startswith("."))


def _stored_records(path: Path, *, is_named: bool) -> Iterator[tuple[str, AnyRecord]]:
    """Yield the records of a .json or .jsonl file; other JSON in a directory is passed over."""
    body = path.read_bytes()
    lines = body.splitlines() if path.suffix == ".jsonl" else [body]
    for number, line in enumerate(lines, start=1):
        try:
            if line.strip():
                yield f"{path}:{number}" if len(lines) > 1 else str(path), _RECORD.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            if is_named:
                message = f"{path}, line {number}: no record: {error}"
                raise click.UsageError(message) from error


def _policy(path: Path | None) -> Policy:
    return _checked(toml_of(path) if path else {}, path)


def _checked(raw: dict[str, Any], path: Path | None) -> Policy:
    try:
        return policy_of(raw)
    except PolicyError as error:
        message = f"{path}: {error}"
        raise click.UsageError(message) from error


def _master(path: Path | None) -> Master:
    try:
        own = msgspec.convert(toml_of(path), Master) if path else Master()
        return with_agreed_units(own)
    except msgspec.ValidationError as error:
        message = f"{path}: {error}"
        raise click.UsageError(message) from error
    except PartnerError as error:
        raise click.UsageError(str(error)) from error
