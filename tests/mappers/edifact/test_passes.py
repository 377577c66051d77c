"""The quick pass gives what the slow pass gives, whatever the message holds."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mappers.canonical import Source
from mappers.compiled import Reading, builder, row_by_row
from mappers.edifact.tables import TABLES
from mappers.rules import Each, One, Table, map_document
from parsers.edifact.read import documents
from parsers.form import Document

COMPONENTS = ("", "1", "2,5", "-4", "x", "20260105", "102", "BY", "ON", "47", "AAA", "A  B", "203")
COMMON = ("BGM", "DTM", "NAD", "RFF", "CUX", "MOA", "FTX", "TAX", "ALC", "PAT", "PCD", "LOC")
SEGMENTS = {
    "APERAK": (*COMMON, "ERC"),
    "CONTRL": ("UCI", "UCM", "UCS", "UCD", "UCF"),
    "DESADV": (*COMMON, "CPS", "PAC", "PCI", "GIN", "LIN", "PIA", "QTY", "TDT"),
    "INVOIC": (*COMMON, "LIN", "PIA", "IMD", "QTY", "PRI", "UNS"),
    "ORDCHG": (*COMMON, "LIN", "QTY", "PRI", "SCC"),
    "ORDERS": (*COMMON, "LIN", "PIA", "IMD", "QTY", "PRI", "SCC", "UNS"),
    "ORDRSP": (*COMMON, "LIN", "QTY", "PRI"),
    "RECADV": (*COMMON, "CPS", "LIN", "QTY", "QVR"),
    "REMADV": (*COMMON, "FII", "PAI", "DOC", "AJT", "UNS"),
}


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, list[str]]:
    kind = draw(st.sampled_from(sorted(SEGMENTS)))
    composite = st.lists(st.sampled_from(COMPONENTS), min_size=1, max_size=5).map(":".join)
    body = [
        "+".join((name, *draw(st.lists(composite, max_size=6))))
        for name in draw(st.lists(st.sampled_from(SEGMENTS[kind]), max_size=25))
    ]
    return kind, body


def read(kind: str, body: list[str]) -> Document:
    lines = ("UNB+UNOC:3+A+B+260105:0930+1", f"UNH+1+{kind}:D:96A:UN", *body, "UNT+1+1", "UNZ+1+1")
    [document] = documents(BytesIO("".join(f"{line}'" for line in lines).encode()))
    return document


def inner(table: Table, form: Any) -> Iterator[tuple[Table, Any]]:
    """Yield every table with every group that it is asked to read, the outermost first."""
    yield table, form
    for row in table.rows:
        if isinstance(row, Each | One) and row.path:
            paths = (row.path,) if isinstance(row.path, str) else row.path
            for group in (one for path in paths for one in form.each(path)):
                yield from inner(row.table, group)


def outcome(build: Any, form: Any) -> tuple[Any, bool]:
    reading = Reading(2026)
    return build(form, reading), reading.trouble


def test_every_message_is_drawn() -> None:
    assert set(SEGMENTS) == set(TABLES)


@settings(max_examples=150)
@given(messages())
def test_both_passes_agree_and_nothing_falls(drawn: tuple[str, list[str]]) -> None:
    kind, body = drawn
    document = read(kind, body)
    for table, form in inner(TABLES[kind], document.form):
        quick, slow = builder(table, type(form)), row_by_row(table, type(form))
        assert outcome(quick, form) == outcome(slow, form), table.name
    mapped = map_document(TABLES[kind], document, Source(format="edifact"), 2026)
    mapped.trace()
