"""Whether an event is as the catalogue says: its data fits its type, and nothing more is in it."""

from typing import Any

import msgspec

from gateway.events.catalogue import CATALOGUE


def surprises(kind: str, data: bytes) -> dict[str, Any]:
    """The fields of an event's data that its type does not know; raises where one does not fit.

    That the catalogue is complete is a test of its own, so what a test makes up counts as fine.
    """
    if kind not in CATALOGUE:
        return {}
    known = msgspec.json.encode(msgspec.json.decode(data, type=CATALOGUE[kind].data))
    return lost(msgspec.json.decode(data), msgspec.json.decode(known)) or {}


def lost(told: Any, kept: Any) -> Any:
    """What is in `told` and not in `kept`, fields without a value apart."""
    if isinstance(told, dict) and isinstance(kept, dict):
        found = {name: lost(value, kept.get(name)) for name, value in told.items()}
        return {name: value for name, value in found.items() if value not in EMPTY}
    if isinstance(told, list) and isinstance(kept, list) and len(told) == len(kept):
        return [one for one in map(lost, told, kept) if one not in EMPTY]
    return None if told == kept else told


EMPTY: tuple[Any, ...] = (None, {}, [], "", False)
