"""The machine of each transaction set, compiled when the first one is read."""

from functools import cache

from parsers.x12.sets.structures import STRUCTURES
from parsers.x12.structure import Machine


@cache
def machine_of(kind: str) -> Machine | None:
    """Return the machine of the set `kind` (ST01); None for a set that has no structure here."""
    return Machine(STRUCTURES[kind]) if kind in STRUCTURES else None
