"""Versions of events: a day for each change, and an endpoint that keeps the one it was made with.

A field never changes its meaning and none is taken away, so an older version is a newer one without
the fields that came later, and what was told before a field came is told with what then stood for
it. The log is never rewritten: an event is brought into the version of whoever it goes to.
"""

from typing import Any

import msgspec

from gateway.events.catalogue import CATALOGUE, FIRST, Entry
from gateway.store.events import Event

NEWEST = max(entry.version for entry in CATALOGUE.values())
"""The version that new endpoints are made with."""


def versions() -> list[str]:
    """Return every day on which an event changed, oldest first."""
    return sorted({day for entry in CATALOGUE.values() for day in entry.versions})


def version_of(kind: str, pinned: str) -> str:
    """Return the version that an event has for who is `pinned` to a day: the last one until then.

    An event that came later has its first. Raises KeyError where the catalogue has no such kind.
    """
    days = CATALOGUE[kind].versions
    return next((day for day in reversed(days) if day <= pinned), days[0])


def address(kind: str, pinned: str) -> str | None:
    """Return the address of the schema of an event in a version, None where there is none."""
    if kind not in CATALOGUE:
        return None
    return f"urn:dockmatch:event:{kind}:{version_of(kind, pinned)}"


def told_in(event: Event, pinned: str) -> bytes:
    """Return the data of an event, JSON, as who is `pinned` to a day knows it."""
    entry = CATALOGUE.get(event.type)
    if entry is None or not entry.later:
        return event.data
    return _brought(entry, event.data, version_of(event.type, pinned))


def _brought(entry: Entry, data: bytes, version: str) -> bytes:
    told: dict[str, Any] = msgspec.json.decode(data)
    for added in entry.later:
        if added.day > version:
            told.pop(added.field, None)
        else:
            told.setdefault(added.field, added.before)
    return msgspec.json.encode(told)


def changes(before: str, after: str) -> dict[str, list[str]]:
    """Return the fields that each event has in version `after` and not in `before`."""
    found = {
        kind: [one.field for one in entry.later if before < one.day <= after]
        for kind, entry in CATALOGUE.items()
    }
    return {kind: fields for kind, fields in found.items() if fields}


def checked(day: str) -> str:
    """Return `day` where it is a version; raises ValueError where it is before the first."""
    if day < FIRST or day > NEWEST:
        message = f"{day!r} is no version of the events; there are {', '.join(versions())}"
        raise ValueError(message)
    return day
