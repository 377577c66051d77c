"""Every table there is: what migrations compare with and what a copy of the database takes along.

Each area keeps its tables in a module of its own; they are gathered by being imported here.
"""

from typing import Final

from gateway.store import (
    corrections_tables,
    doors_tables,
    keys_tables,
    people_tables,
    retention_tables,
    reviewing_tables,
)
from gateway.store.schema import metadata

AREAS: Final = (
    corrections_tables,
    doors_tables,
    keys_tables,
    people_tables,
    retention_tables,
    reviewing_tables,
)

__all__ = ["AREAS", "metadata"]
