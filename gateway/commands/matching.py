"""`dockmatch match` and `dockmatch policy`: judge documents, without storing anything."""

import datetime as dt
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from matcher.assess import assess
from matcher.entries import Fact, Master
from matcher.policy import Policy, PolicyError, policy_of
from matcher.result import Reconciliation
from matcher.short import short_facts

_ENCODER = msgspec.json.Encoder(decimal_format="string")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--facts", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def match(paths, facts, as_json):
    raw = msgspec.json.decode(facts.read_bytes())
    for scenario in raw.get("scenarios", [raw]):
        for after, documents in states(scenario):
            for result in assess(
                short_facts(documents),
                policy_of(scenario.get("policy") or {}),
                dt.date.fromisoformat(scenario["as_of"]),
                msgspec.convert(scenario.get("master") or {}, Master),
            ):
                row = {"scenario": scenario["id"], "after": after, **msgspec.to_builtins(result, builtin_types=(dt.date,))}
                click.echo(_ENCODER.encode(row).decode())


def states(scenario):
    documents = scenario["documents"]
    for step in scenario.get("steps", []):
        ids = [one["id"] for one in documents]
        yield step["after"], documents[: ids.index(step["after"]) + 1]
    yield None, documents


@click.group()
def policy():
    pass
