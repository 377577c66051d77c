"""Sets that are recognised give what the exact way gives: records, problems and traces alike."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappers.canonical import Source
from mappers.rules import map_document
from mappers.x12.tables import TABLES
from parsers.form import ParseError
from parsers.x12.known import HOT
from parsers.x12.laid import LaidSet
from parsers.x12.read import documents

BLANK, NAME = " " * 10, "A".ljust(15)
HEAD = f"ISA*00*{BLANK}*00*{BLANK}*ZZ*{NAME}*ZZ*{NAME}*260105*0930*U*00401*1*0*P*>"
CODES = {"810": "IN", "850": "PO", "855": "PR", "856": "SH", "860": "PC", "861": "RC"}
NUMBERS = ("12", "2.5", "0.75", "1", "480")
TEXTS = ("A-100", "VN-5", "0042", "036000291452", "CLAW HAMMER", "CLAW  HAMMER   16OZ")
PARTY = ("N1*ST*EAST STORE*92*{t}", "N3*12 HARBOR WAY", "N4*PORTLAND*ME*04101*US")
HEADERS = {
    "810": (
        "BIG*20260110*{t}*20260105*45*{o}**{b}",
        "CUR*SE*USD",
        "REF*IA*{t}",
        *PARTY,
        "N1*RE*ACME*1*123456789",
        "ITD*01*3*2**10**30",
        "DTM*011*20260109",
    ),
    "850": (
        "BEG*00*SA*{t}**20260105",
        "CUR*BY*USD",
        "REF*DP*{t}",
        "DTM*002*20260120",
        *PARTY,
        "PER*BD*BUYING*TE*5550100",
        "N9*ZZ*1",
        "MSG*HANDLE WITH CARE",
    ),
    "855": ("BAK*00*AC*{t}*20260105****9*20260106", "REF*CO*{t}"),
    "856": ("BSN*00*{t}*20260110*0930*0001", "DTM*011*20260110"),
    "860": ("BCH*04*SA*{t}***20260105", "REF*DP*{t}", *PARTY),
    "861": ("BRA*{t}*20260110*00*2", "REF*PK*{t}", "DTM*050*20260110", *PARTY),
}
LINES = {
    "810": (
        "IT1*{n}*{q}*EA*{q}*PE*{i}*{t}*VN*{t}",
        "PID*F****{t}",
        "REF*PO*{t}",
        "CTP**UCP*{q}",
        "TXI*ST*{q}*8.25*VD*ME",
        "SAC*C*D240***150*******06",
    ),
    "850": (
        "PO1*{n}*{q}*EA*{q}**{i}*{t}*VN*{t}",
        "PID*F****{t}",
        "PO4*1**EA",
        "SCH*{q}*EA***002*20260120",
        "SDQ*EA*92*{t}*{q}*0043*{q}",
        "DTM*002*20260125",
        "N9*ZZ*1",
        "MSG*BLUE",
    ),
    "855": (
        "PO1*{n}*{q}*EA*{q}**{i}*{t}",
        "ACK*IA*{q}*EA*068*20260120",
        "ACK*IB*{q}*EA*068*20260122",
    ),
    "860": ("POC*{n}*AI*{q}*0*EA*{q}**{i}*{t}", "PID*F****{t}", "SCH*{q}*EA***002*20260120"),
    "861": ("RCD*{n}*{q}*EA*{q}*EA", "LIN**{i}*{t}*LT*{t}", "PRF*{t}***20260105", "REF*SE*{t}"),
}
LEVELS = {
    "S": ("TD1*CTN25*3****G*450*LB", "TD5*B*2*ODFL*M*GROUND", "REF*BM*{t}", "REF*CN*{t}", *PARTY),
    "O": ("PRF*{t}***20260105", "REF*DP*{t}"),
    "P": ("MAN*GM*00000614142138668206", "MAN*CP*{t}"),
    "I": ("LIN*{n}*{i}*{t}*VN*{t}", "SN1**{q}*EA", "PID*F****{t}", "PRF*{t}", "REF*LT*{t}"),
}
NASTY = (
    "",
    " ",
    "x",
    "-1",
    "1E5",
    "A  B",
    " A",
    "20260230",
    ">",
    "é",
    "99999999999999999999",
    "N9*",
)


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, list[list[str]]]:
    """Draw a kind, and sets of it that are laid out alike, their texts drawn anew."""
    kind = draw(st.sampled_from(sorted(HEADERS)))
    head = [one for one in HEADERS[kind][1:] if draw(st.booleans())]
    rows = [HEADERS[kind][0], *head, *draw(levels() if kind == "856" else lines(kind))]
    count = sum(row.startswith(("IT1", "PO1", "POC", "RCD", "HL")) for row in rows)
    rows += ["TDS*{c}"] if kind == "810" else []
    rows += draw(st.sampled_from(([], [f"CTT*{count}"])))
    chance = draw(st.randoms(use_true_random=False))
    return kind, [[filled(row, chance) for row in rows] for _ in range(HOT + 4)]


def filled(row: str, chance: Any) -> str:
    for mark, texts in (
        ("{t}", TEXTS), ("{q}", NUMBERS), ("{i}", ("UP", "BP", "IN")), ("{c}", ("36720", "1")),
        ("{o}", ("", "7")), ("{b}", ("DI", "CR")), ("{n}", ("1", "0002")),
    ):  # fmt: skip
        while mark in row:
            row = row.replace(mark, chance.choice(texts), 1)
    return row


@st.composite
def lines(draw: st.DrawFn, kind: str) -> list[str]:
    first, *rest = LINES[kind]
    found = []
    for _ in range(draw(st.integers(1, 3))):
        found += [first, *(one for one in rest if draw(st.booleans()))]
    return found


@st.composite
def levels(draw: st.DrawFn) -> list[str]:
    found: list[str] = []
    for number, level in enumerate(draw(st.sampled_from(("SOPI", "SOIPI", "SOPIIPI", "SI"))), 1):
        parent = draw(st.sampled_from((str(number - 1), "1"))) if number > 1 else ""
        found += [f"HL*{number}*{parent}*{level}"]
        found += [one for one in LEVELS[level] if draw(st.integers(0, 3))]
    return found


def interchange(kind: str, sets: list[list[str]], end: str) -> bytes:
    found = [HEAD, f"GS*{CODES[kind]}*A*A*20260105*0930*1*X*004010"]
    for number, body in enumerate(sets, 1):
        found += [f"ST*{kind}*{number:04d}", *body, f"SE*{len(body) + 2}*{number:04d}"]
    found += [f"GE*{len(sets)}*1", "IEA*1*1"]
    return "".join(row + end for row in found).encode()


def told(data: bytes, *, exactly: bool) -> Iterator[Any]:
    """Yield what is told of each document, and last why reading stopped."""
    try:
        for document in documents(BytesIO(data), exactly=exactly):
            envelope = (document.index, document.version, document.control, document.problems)
            mapped = map_document(TABLES[document.kind], document, Source(), 2026)
            record = msgspec.json.encode(mapped.record)
            yield *envelope, record, mapped.trace()
    except ParseError as failure:
        yield failure.problem


def recognised(data: bytes) -> list[bool]:
    return [isinstance(one.form, LaidSet) for one in documents(BytesIO(data))]


@settings(max_examples=40, deadline=None)
@given(bodies(), st.sampled_from(("~", "~\n", "\r\n", "~\r\n")))
def test_both_ways_agree(drawn: tuple[str, list[list[str]]], end: str) -> None:
    data = interchange(*drawn, end)
    assert list(told(data, exactly=False)) == list(told(data, exactly=True))
    assert list(told(data, exactly=False)) == list(told(data, exactly=True))


@settings(max_examples=40, deadline=None)
@given(bodies(), st.lists(st.tuples(st.integers(0), st.integers(0), st.sampled_from(NASTY))))
def test_both_ways_agree_on_faulty_sets(
    drawn: tuple[str, list[list[str]]], faults: list[tuple[int, int, str]]
) -> None:
    kind, sets = drawn
    list(told(interchange(kind, sets, "~"), exactly=False))
    faulty = [row.split("*") for row in sets[-1]]
    for segment, element, text in faults:
        row = faulty[segment % len(faulty)]
        row[element % len(row)] = text
    data = interchange(kind, [*sets[:2], ["*".join(row) for row in faulty], *sets[2:4]], "~")
    assert list(told(data, exactly=False)) == list(told(data, exactly=True))


@pytest.mark.parametrize("kind", sorted(HEADERS))
def test_sets_like_earlier_ones_are_recognised(kind: str) -> None:
    rows = [HEADERS[kind][0], *LINES.get(kind, ())[:2]]
    rows += ["HL*1**S", "HL*2*1*I", "LIN*{n}*UP*{t}", "SN1**{q}*EA"] if kind == "856" else []
    rows += ["TDS*{c}"] if kind == "810" else []
    sets = [[filled(row, _First()) for row in rows]] * (2 * HOT + 1)
    assert recognised(interchange(kind, sets, "~\n"))[-1]


class _First:
    """A chance that always takes the first."""

    def choice(self, texts: tuple[str, ...]) -> str:
        return texts[0]
