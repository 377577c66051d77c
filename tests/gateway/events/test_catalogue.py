"""The catalogue says of each event what its data looks like, and samples and pages follow it."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from click.testing import CliRunner

from gateway.cli import main
from gateway.events.catalogue import CATALOGUE, FIRST
from gateway.events.describing import SOURCE, schema_of, written
from gateway.events.samples import sample
from gateway.webhooks import body

DOCS = Path(__file__).resolve().parents[3] / "docs"


def told(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(msgspec.json.encode(body(sample(kind), SOURCE, 3)))
    return found


def test_the_catalogue_and_the_list_of_webhooks_are_one() -> None:
    text = (DOCS / "webhooks.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \|", text, re.MULTILINE)
    assert sorted(rows) == sorted(CATALOGUE)


@pytest.mark.parametrize("kind", CATALOGUE)
def test_a_sample_is_valid_and_says_all_that_is_required(kind: str) -> None:
    schema = schema_of(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    judge = jsonschema.Draft202012Validator(schema)
    event = told(kind)
    judge.validate(event)
    assert event["dataschema"] == schema["$id"]
    for name in schema["required"]:
        assert not judge.is_valid({key: event[key] for key in event if key != name}), name
    assert not judge.is_valid(event | {"data": {}})
    assert not judge.is_valid(event | {"type": "another.kind"})


def test_the_files_are_those_that_the_types_make() -> None:
    made = dict(written(DOCS))
    assert {path for path in made if not path.exists()} == set()
    assert set((DOCS / "events").iterdir()) == {path for path in made if path.suffix == ".json"}
    stale = [path.name for path, text in made.items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run: dockmatch schema --events docs"


def test_schemas_are_printed_and_written(tmp_path: Path) -> None:
    printed = CliRunner().invoke(main, ["schema", "--event", "invoice.matched"])
    assert json.loads(printed.output)["title"] == "invoice.matched"
    words = ["schema", "--event", "delivery.dead_lettered", "--version", FIRST]
    first = json.loads(CliRunner().invoke(main, words).output)
    assert "answer" not in first["$defs"]["DeadNews"]["properties"]
    assert CliRunner().invoke(main, ["schema", "--event", "no.such"]).exit_code == 2
    assert CliRunner().invoke(main, ["schema", "--events", str(tmp_path)]).exit_code == 0
    files = sum(len(entry.versions) for entry in CATALOGUE.values())
    assert len(list((tmp_path / "events").glob("*.json"))) == files
    assert "invoice" in json.dumps(json.loads(CliRunner().invoke(main, ["schema"]).output))
