"""Which events an endpoint gets, and how much of each."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from gateway.events.catalogue import CATALOGUE
from gateway.store.events import Event

_ADDRESSES = {
    "document": "/v1/documents/{}",
    "record": "/v1/records/{}",
    "session": "/v1/punchout/sessions/{}",
}
_RESULT = "/v1/reconciliations/{}"
_KEPT = (*_ADDRESSES, "version", "outgoing", "endpoint", "event")
_RESULTS = ("invoice.", "reconciliation.")


def kinds(patterns: Iterable[str]) -> tuple[str, ...]:
    """Return the types of events that `patterns` name, as `invoice.*`, in the catalogue's order.

    Raises ValueError for a pattern that no event has: nothing would ever be sent.
    """
    patterns = tuple(patterns)
    for pattern in patterns:
        if not any(fnmatchcase(kind, pattern) for kind in CATALOGUE):
            message = f"no event is called {pattern!r}; docs/events.md has them all"
            raise ValueError(message)
    return tuple(
        kind for kind in CATALOGUE if any(fnmatchcase(kind, pattern) for pattern in patterns)
    )


def thinned(event: Event) -> Event:
    """Return an event with nothing in its data but numbers, and where to fetch the rest."""
    told: dict[str, Any] = msgspec.json.decode(event.data)
    kept = {name: told[name] for name in _KEPT if told.get(name) is not None}
    links = [where.format(kept[name]) for name, where in _ADDRESSES.items() if name in kept]
    if "record" in kept and "version" in kept and event.type.startswith(_RESULTS):
        links.append(_RESULT.format(kept["record"]))
    return msgspec.structs.replace(event, data=msgspec.json.encode(kept | {"links": links}))
