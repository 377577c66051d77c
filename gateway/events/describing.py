"""The catalogue as JSON Schemas, one for each event, and as a page that people read."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from gateway.events.catalogue import CATALOGUE
from gateway.events.samples import sample
from gateway.events.versions import NEWEST, address, version_of
from gateway.webhooks import CloudEvent, body

SOURCE = "urn:dockmatch"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_HEAD = """\
# The events

Made by `dockmatch schema --events docs` from the types that the gateway announces; do not edit it.
How events arrive is in [webhooks.md](webhooks.md). The JSON Schema of each one is in `events/`, is
printed by `dockmatch schema --event TYPE`, and has the address that the event carries as
`dataschema`, with the day of its version. A field never changes its meaning and none is taken away:
new fields get a new day, a new meaning gets a new event. So a receiver passes over fields and types
that it does not know. An endpoint keeps the version that it was made with until somebody changes it
(`dockmatch webhooks version`).
"""


def schema_of(kind: str, version: str = NEWEST) -> dict[str, Any]:
    """Return the JSON Schema of a whole event of a kind in a version, with a sample.

    Raises KeyError where the catalogue has no such kind.
    """
    entry = CATALOGUE[kind]
    (data, around), definitions = msgspec.json.schema_components(
        [entry.data, CloudEvent], schema_hook=_open, ref_template="#/$defs/{name}"
    )
    envelope = definitions.pop(around["$ref"].rpartition("/")[2])
    shape = definitions[data["$ref"].rpartition("/")[2]]
    for added in entry.later:
        if added.day > version_of(kind, version):
            del shape["properties"][added.field]
    properties = envelope["properties"] | {
        "type": {"const": kind},
        "dataschema": {"const": address(kind, version)},
        "time": {"type": "string", "format": "date-time"},
        "timestamp": {"type": "string", "format": "date-time"},
        "data": data,
    }
    return {
        "$schema": _DIALECT,
        "$id": address(kind, version),
        "title": kind,
        "description": f"Told when {entry.told}.",
        "type": "object",
        "properties": properties,
        "required": sorted({*envelope["required"], "dataschema"}),
        "$defs": definitions,
        "examples": [_sample(kind, version)],
    }


def _open(kind: type) -> dict[str, Any]:
    """Say that a value may be anything, where its type does."""
    if kind is not object:
        raise NotImplementedError
    return {"description": "Any value."}


def _sample(kind: str, version: str) -> dict[str, Any]:
    made = body(sample(kind), SOURCE, 1, version=version)
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(made))
    return told


def written(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield what is written into `folder`: the page, and a schema for each version of an event."""
    yield (folder / "events").with_suffix(".md"), page()
    for kind, entry in CATALOGUE.items():
        for day in entry.versions:
            name = kind if day == entry.version else f"{kind}.{day}"
            yield folder / "events" / f"{name}.json", printed(schema_of(kind, day)) + "\n"


def printed(value: object) -> str:
    """Return `value` as JSON for people."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def page() -> str:
    """Return the page of all events: when each is told, its fields, and a sample."""
    return "\n".join([_HEAD, *(_section(kind) for kind in CATALOGUE)])


def _section(kind: str) -> str:
    entry, (told,) = CATALOGUE[kind], schema_of(kind)["examples"]
    about = re.sub(r"\s+", " ", (entry.data.__doc__ or "").strip())
    before = "".join(_earlier(kind, day) for day in entry.versions[:-1])
    return (
        f"## {kind}\n\n"
        f"Told when {entry.told}. Subject `{entry.subject}`, version {entry.version},"
        f" [schema](events/{kind}.json).{before}\n\n{about}\n\n"
        f"```json\n{printed(told['data'])}\n```\n"
    )


def _earlier(kind: str, day: str) -> str:
    fields = [f"`{added.field}`" for added in CATALOGUE[kind].later if added.day > day]
    return f" Version {day} ([schema](events/{kind}.{day}.json)) is without {', '.join(fields)}."
