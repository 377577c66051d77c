"""Every fault of an element of EDIFACT has its code and its place."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.edifact.checks import UCD, faults
from parsers.edifact.dictionary import SEGMENTS, places_of
from parsers.edifact.names import NAMES
from parsers.edifact.read import documents
from parsers.form import Document

TAGS = [row.split()[0] for row in SEGMENTS.replace("\\\n", "").strip().splitlines()]


def read(*segments: str) -> Document:
    lines = (
        "UNB+UNOC:3+BUYER:14+SELLER:14+260105:0930+77",
        "UNH+M1+ORDERS:D:96A:UN",
        "BGM+220+PO-1+9",
        *segments,
        f"UNT+{len(segments) + 3}+M1",
        "UNZ+1+77",
    )
    [document] = documents(BytesIO("".join(f"{line}'" for line in lines).encode()))
    return document


@pytest.mark.parametrize(
    ("segment", "code", "place"),
    [
        ("DTM+137:20261345:102", "12", "element 01 component 2"),
        ("DTM+137:20260105:203", "12", "element 01 component 2"),
        ("DTM+137:2601:101", "12", "element 01 component 2"),
        ("DTM+:20260105:102", "13", "element 01 component 1"),
        ("DTM", "13", "element 01 component 1"),
        ("NAD", "13", "element 01 component 1"),
        ("RFF+ON:1:2:3:4:5", "16", "element 01 component 6"),
        ("TOD+3+CC+CIF+X", "16", "element 04 component 1"),
        ("MOA+79:1,000,00", "37", "element 01 component 2"),
        ("QTY+21:TEN", "37", "element 01 component 2"),
        ("UNS+1", "37", "element 01 component 1"),
        ("CUX+2:EURO:9", "39", "element 01 component 2"),
        ("NAD+BUYER", "39", "element 01 component 1"),
    ],
)
def test_9_each_fault_has_its_code_and_place(segment: str, code: str, place: str) -> None:
    told = [one for one in read(segment).problems if one.code in UCD]
    assert [(UCD[one.code], one.severity) for one in told] == [(code, "warning")]
    assert told[0].at.startswith(f"segment 3 ({segment[:3]}) {place}, bytes ")
    assert told[0].message
    assert told[0].remedy


@pytest.mark.parametrize(
    "segment",
    [
        "DTM+137:20260105:102",
        "DTM+137:202601050930:203",
        "DTM+2:0601:106",
        "NAD+BY+5412345000013::9++ACME+12 HARBOR WAY:DOCK 4+PORTLAND++04101+US",
        "QTY+21:-7,5:PCE",
        "PRI+AAA:7.5:::100:PCE",
        "LIN+1++4000862141404:EN",
        "PIA+1+A:BP+B:SA+C:IN+D:MF+E:EN",
        "ALC+A++++DI::28:DISCOUNT",
        "TAX+7+VAT+++:::21+S",
        "XXX+anything:at:all",
    ],
)
def test_good_segments_have_no_fault(segment: str) -> None:
    assert not [one for one in read(segment).problems if one.code in UCD]


def test_the_span_quotes_the_value() -> None:
    raw = b"UNH+M1+ORDERS:D:96A:UN'BGM+220+PO-1+9'CUX+2:EURO:9'UNT+4+M1'"
    [document] = documents(BytesIO(raw))
    [told] = [one for one in document.problems if one.code == "edifact.element_long"]
    start, end = map(int, told.at.rpartition(" ")[2].split("-"))
    assert raw[start:end] == b"EURO"


def test_faults_are_limited() -> None:
    told = [one for one in read(*["NAD"] * 200).problems if one.code in UCD]
    assert len(told) == 100


@pytest.mark.parametrize("tag", TAGS)
def test_every_row_is_read_and_named(tag: str) -> None:
    places = places_of(tag)
    assert places
    assert NAMES.segment(tag).name
    assert all(place.components for place in places)


def test_a_segment_without_a_row_is_not_checked() -> None:
    assert places_of("ZZZ") == ()
    assert list(faults("ZZZ", ["ZZZ", "X"])) == []


@given(st.sampled_from(TAGS), st.lists(st.text(max_size=9), max_size=140))
def test_any_segment_has_only_faults_that_a_contrl_can_tell(tag: str, texts: list[str]) -> None:
    for fault in faults(tag, [tag, *texts]):
        assert fault.code in UCD
        assert fault.address > 10
