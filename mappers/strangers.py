"""What a document has beyond its standard: kept as fields under its path, so nothing is lost."""

from collections.abc import Mapping

from msgspec.structs import replace

from mappers.rows import Pairs, Table

STRANGERS = Pairs("fields", "?", key="path()", value=(".", "attributes()"), keep_case=True)
"""Elements that a standard does not have: path to text, or to attributes where there is no text."""


def keeping_strangers(tables: Mapping[str, Table]) -> dict[str, Table]:
    """Return tables that keep what senders add of their own."""
    return {kind: replace(table, rows=(*table.rows, STRANGERS)) for kind, table in tables.items()}
