"""The page of formats has every set and message, and says what becomes of each."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from gateway.writing import formats
from mappers.canonical import Other
from mappers.edifact.tables import TABLES as EDIFACT
from mappers.rules import Table
from mappers.x12.tables import TABLES as X12
from parsers.edifact.structures import STRUCTURES as MESSAGES
from parsers.x12.envelope import GROUP_OF_SET
from parsers.x12.sets.structures import STRUCTURES as SETS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "formats.md"
ROW = re.compile(
    r"^\| ((?:`\w+`(?:, )?)+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]*)\|$", re.MULTILINE
)


def rows(chapter: str) -> dict[str, tuple[str, str]]:
    """What each kind in a chapter becomes, and what it is written as."""
    text = PAGE.read_text(encoding="utf-8").split(f"## {chapter}", 1)[1].split("\n## ", 1)[0]
    return {
        kind: (becomes, written)
        for kinds, _, _, becomes, written in ROW.findall(text)
        for kind in re.findall(r"`(\w+)`", kinds)
    }


def becomes(tables: Mapping[str, Table], kind: str) -> str:
    table = tables.get(kind)
    if table is None or table.record is Other:
        return "archived"
    return f"`{table.record.__struct_config__.tag}`"


CHAPTERS = [
    pytest.param("Transaction sets of X12", "x12", X12, {*SETS, "TA1"}, id="x12"),
    pytest.param("Messages of EDIFACT", "edifact", EDIFACT, set(MESSAGES), id="edifact"),
]


@pytest.mark.parametrize(("chapter", "syntax", "tables", "kinds"), CHAPTERS)
def test_every_kind_is_listed_with_what_it_becomes(
    chapter: str, syntax: str, tables: Mapping[str, Table], kinds: set[str]
) -> None:
    told = rows(chapter)
    assert set(told) == kinds == kinds | set(tables)
    for kind, (record, written) in told.items():
        assert record.startswith(becomes(tables, kind)), kind
        name = f"{syntax}-{kind.lower()}"
        assert (f"`{name}`" in written) == (name in formats()), kind


def test_every_set_knows_its_group() -> None:
    assert {*SETS, "999"} <= set(GROUP_OF_SET)
