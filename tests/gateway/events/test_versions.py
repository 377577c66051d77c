"""An event goes to each endpoint in the version that it was made with."""

import json
from typing import Any

import jsonschema
import msgspec
import pytest

from gateway.events import versions
from gateway.events.catalogue import CATALOGUE, FIRST
from gateway.events.describing import SOURCE, schema_of
from gateway.events.samples import sample
from gateway.store.events import Event
from gateway.webhooks import body

CHANGED = "delivery.dead_lettered"
NEW_FIELDS = {"tries", "status", "answer"}


def told(event: Event, version: str) -> dict[str, Any]:
    made = body(event, SOURCE, 3, version=version)
    found: dict[str, Any] = json.loads(msgspec.json.encode(made))
    return found


def told_before() -> Event:
    """As the first version of the product wrote it into the log."""
    data = json.loads(sample(CHANGED).data)
    first = {name: value for name, value in data.items() if name not in NEW_FIELDS}
    return msgspec.structs.replace(sample(CHANGED), data=json.dumps(first).encode())


def test_there_are_two_versions() -> None:
    assert versions.versions() == [FIRST, versions.NEWEST]
    assert CATALOGUE[CHANGED].versions == [FIRST, versions.NEWEST]


@pytest.mark.parametrize("kind", CATALOGUE)
@pytest.mark.parametrize("version", versions.versions())
def test_an_event_fits_the_schema_of_each_version(kind: str, version: str) -> None:
    event = told(sample(kind), version)
    jsonschema.Draft202012Validator(schema_of(kind, version)).validate(event)
    assert event["dataschema"] == schema_of(kind, version)["$id"]


def test_a_new_event_is_told_without_what_came_later() -> None:
    old, new = told(sample(CHANGED), FIRST), told(sample(CHANGED), versions.NEWEST)
    assert new["data"].keys() - old["data"].keys() == NEW_FIELDS
    assert {**new["data"], **old["data"]} == new["data"]
    assert old["dataschema"].endswith(FIRST)


def test_an_old_event_is_told_with_what_stood_for_the_new_fields() -> None:
    new = told(told_before(), versions.NEWEST)
    assert {name: new["data"][name] for name in NEW_FIELDS} == dict.fromkeys(NEW_FIELDS)
    assert new["dataschema"].endswith(versions.NEWEST)
    assert told(told_before(), FIRST) == told(sample(CHANGED), FIRST)


def test_an_event_that_did_not_change_keeps_its_version() -> None:
    assert versions.version_of("invoice.matched", versions.NEWEST) == FIRST
    event = sample("invoice.matched")
    assert versions.told_in(event, FIRST) is event.data


def test_what_changes_between_two_versions_can_be_said() -> None:
    assert {kind: set(new) for kind, new in versions.changes(FIRST, versions.NEWEST).items()} == {
        CHANGED: NEW_FIELDS
    }
    assert versions.changes(versions.NEWEST, FIRST) == {}


@pytest.mark.parametrize("day", ["2020-01-01", "2999-01-01", "newest"])
def test_what_is_no_version_is_refused(day: str) -> None:
    with pytest.raises(ValueError, match="no version of the events"):
        versions.checked(day)
