"""The quick pass, compiled to source, gives what the slow pass gives row by row."""

from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappers.canonical import Source
from mappers.compiled import Reading, builder, row_by_row
from mappers.rules import Each, One, Table, map_document
from mappers.x12.tables import TABLES
from parsers.form import Document
from parsers.x12.read import documents

BLANK, NAME = " " * 10, "A".ljust(15)
HEAD = f"ISA*00*{BLANK}*00*{BLANK}*ZZ*{NAME}*ZZ*{NAME}*260105*0930*U*00401*1*0*P*>"
ELEMENTS = (
    "",
    "1",
    "2.5",
    "x",
    "20260105",
    "AMERICA",
    " 7 ",
    "A  B",
    "002",
    "BY",
    "VN",
    "UP",
    "-4",
)
SEGMENTS = {
    "810": ("BIG", "CUR", "REF", "N1", "N2", "N3", "N4", "PER", "ITD", "DTM", "IT1", "PID", "CTP"),
    "820": ("BPR", "TRN", "CUR", "N1", "N3", "ENT", "RMR", "REF", "DTM", "ADX", "NTE"),
    "824": ("BGN", "N1", "OTI", "REF", "TED", "NTE"),
    "850": ("BEG", "CUR", "REF", "N1", "N2", "N3", "PO1", "PID", "CTP", "SDQ", "SCH", "AMT", "N9"),
    "855": ("BAK", "PO1", "ACK", "PID", "SCH", "REF"),
    "856": ("BSN", "HL", "PRF", "TD5", "REF", "DTM", "N1", "MAN", "LIN", "SN1", "PID"),
    "857": ("BHT", "HL", "G05", "TDS", "PRF", "N1", "N9", "ITD", "SAC", "ITA", "IT1", "PID"),
    "861": ("BRA", "DTM", "REF", "N1", "RCD", "LIN", "PRF", "PID"),
    "864": ("BMG", "MIT", "MSG", "N1", "REF"),
    "875": ("G50", "G62", "NTE", "G23", "N1", "G72", "G73", "G68", "G69", "G70", "G76"),
    "880": ("G01", "NTE", "G23", "N1", "G72", "G73", "G17", "G69", "G31", "G33"),
    "894": ("G82", "N9", "LS", "G83", "LE", "G84"),
}
QUALIFIERS = {
    "N1": ("BY", "SE", "ST", "VN", "SF", "RE"),
    "REF": ("BM", "CN", "PO", "IA", "PK", "OI"),
    "DTM": ("002", "011", "017", "050"),
    "AMT": ("TT", "1"),
}


@st.composite
def sets(draw: st.DrawFn) -> tuple[str, list[str]]:
    kind = draw(st.sampled_from(sorted(SEGMENTS)))
    body = []
    for name in draw(st.lists(st.sampled_from(SEGMENTS[kind]), min_size=1, max_size=25)):
        first = draw(st.sampled_from(QUALIFIERS.get(name, ELEMENTS)))
        rest = draw(st.lists(st.sampled_from(ELEMENTS), max_size=9))
        if name == "HL":
            first, rest = str(len(body) + 1), ["", draw(st.sampled_from("SOPTI"))]
        body.append("*".join((name, first, *rest)))
    return kind, body


def read(kind: str, body: list[str]) -> Iterator[Document]:
    lines = (HEAD, "GS*XX*A*B*20260105*0930*1*X*004010", f"ST*{kind}*1", *body, "SE*1*1")
    return documents(BytesIO("".join(f"{line}~" for line in lines).encode()))


def forms(kind: str, body: list[str]) -> Iterator[Any]:
    for document in read(kind, body):
        yield document.form


def inner(table: Table, form: Any) -> Iterator[tuple[Table, Any]]:
    """Yield every table with every group that it is asked to read, the outermost first."""
    yield table, form
    for row in table.rows:
        if isinstance(row, Each | One) and row.path:
            paths = (row.path,) if isinstance(row.path, str) else row.path
            for group in (one for path in paths for one in form.each(path)):
                yield from inner(row.table, group)


def outcome(build: Callable[[Any, Reading], Any], form: Any) -> tuple[Any, bool]:
    reading = Reading(2026)
    return build(form, reading), reading.trouble


@settings(max_examples=150)
@given(sets())
def test_both_passes_agree(drawn: tuple[str, list[str]]) -> None:
    kind, body = drawn
    for whole in forms(kind, body):
        for table, form in inner(TABLES[kind], whole):
            quick = outcome(builder(table, type(form)), form)
            assert quick == outcome(row_by_row(table, type(form)), form), table.name


@pytest.mark.parametrize(
    "body",
    [
        ["BAK*00*AC*1", "SCH*2*EA***002*20260105", "PO1*1*2*EA"],
        ["BAK*00*AC*1", "PO1*1*2*EA", "CTT*1", "SCH*2*EA***002*20260105"],
        ["BAK*00*AC*1", "PO1*1*2*EA", "SCH*2*EA", "PO1*2*2*EA", "ACK*IA*2*EA", "SCH*1*EA***002*x"],
        ["SCH*2*EA***002*20260105", "PO1"],
        ["PO1*1*x", "CTP**UCP*1", "SCH"],
    ],
)
def test_both_passes_climb_from_a_line_that_has_no_answer(body: list[str]) -> None:
    """A line without ACK is its own answer, and looks for the rest in the groups around it."""
    for whole in forms("855", body):
        for table, form in inner(TABLES["855"], whole):
            quick = outcome(builder(table, type(form)), form)
            assert quick == outcome(row_by_row(table, type(form)), form), table.name


@settings(max_examples=150)
@given(sets())
def test_whatever_a_set_holds_it_becomes_a_record(drawn: tuple[str, list[str]]) -> None:
    kind, body = drawn
    for document in read(kind, body):
        mapped = map_document(TABLES[kind], document, Source(format="x12"), 2026)
        assert isinstance(mapped.record, TABLES[kind].record)
        assert all(one.at and one.remedy for one in mapped.record.problems)
        mapped.trace()


def test_every_table_compiles_for_every_kind() -> None:
    for kind, bare in product(TABLES, ("", "ZZZ*1")):
        for form in forms(kind, [bare] if bare else []):
            built, _ = outcome(builder(TABLES[kind], type(form)), form)
            assert built is None or isinstance(built, TABLES[kind].record)
