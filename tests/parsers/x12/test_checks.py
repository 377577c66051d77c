"""Every fault of an element has the standard's code (X12 element 723) and its place."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.form import Document, Problem
from parsers.x12.checks import AK403, faults
from parsers.x12.delimiters import Delimiters
from parsers.x12.dictionary import (
    Facts,
    element_of_number,
    facts_of,
    number_at,
    version_of,
)
from parsers.x12.dictionary_segments import SEGMENTS

Interchange = Callable[..., bytes]
Read = Callable[[bytes], list[Document]]
PLAIN = Delimiters(element="*", terminator="~", component=">")
REPEATING = Delimiters(element="*", terminator="~", component=">", repetition="^")


def found(
    segment: str, version: int = 4010, delimiters: Delimiters = PLAIN
) -> list[tuple[str, int, int]]:
    """The faults of a segment: AK403, element and component."""
    row = segment.split("*")
    facts = facts_of(row[0], version)
    assert facts is not None
    told = faults(row, facts, delimiters)
    return [(AK403[fault.code], fault.element, fault.component) for fault in told]


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        ("BEG*00*SA**" + "*20260105", ("1", 3, 0)),
        ("PO1*1*24*EA*7.5**BP", ("2", 7, 0)),
        ("PO1*1**EA*7.5", ("2", 2, 0)),
        ("IT1*1*10*EA", ("2", 4, 0)),
        ("REF*DP", ("2", 2, 0)),
        ("N3*A*B*C", ("3", 3, 0)),
        ("N1*S*NORTHWIND", ("4", 1, 0)),
        ("CUR*BY*DOLLAR", ("5", 2, 0)),
        ("TDS*23.57", ("6", 1, 0)),
        ("PO1*1*+24*EA", ("6", 2, 0)),
        ("PO1*1*1,000*EA", ("6", 2, 0)),
        ("SAC*X*D240***750", ("7", 1, 0)),
        ("DTM*011*20251345", ("8", 2, 0)),
        ("DTM*011*200", ("8", 2, 0)),
        ("DTM*011*00000000", ("8", 2, 0)),
        ("BSN*00*77001*20260105*2561", ("9", 4, 0)),
        ("QTY*38*5**FIVE", ("10", 4, 0)),
        ("DTM*011*20260105>20260106", ("13", 2, 0)),
        ("QTY*38*5*EA>2>3>EA>5>6>EA>8>9>EA>1>1>EA>1>1>EA", ("13", 3, 16)),
        ("QTY*38*5*EA>X", ("6", 3, 2)),
    ],
)
def test_x12_7_2_each_fault_has_the_code_of_the_standard(
    segment: str, expected: tuple[str, int, int]
) -> None:
    assert found(segment) == [expected]


def test_a_repetition_is_told_where_a_separator_of_repetitions_is_agreed() -> None:
    assert found("DTM*011*20260105^20260106", 5010, REPEATING) == [("12", 2, 0)]
    assert found("DTM*011*20260105^20260106", 4010, PLAIN) == [("8", 2, 0)]


@pytest.mark.parametrize(
    "segment",
    [
        "BEG*00*SA*4500017**20260105",
        "PO1*0001*-.58*EA*12345678901234567*PE**" + "*BP*1",
        "N1*ST*A:B > C*92*0007",
        "N4*PORTLAND*ME*041010000*US",
        "ITD*01*3*****60",
        "SAC*A*F340******0.02*LB*500",
        "CTP**UCP*16.09",
        "TXI*ST*31.2*8.25",
        "DTM*011*20260105*093015",
        "SN1**250*PC*4000",
        "HL*1**S",
    ],
)
def test_good_segments_have_no_fault(segment: str) -> None:
    assert found(segment) == []


def test_x12_1_13_days_have_six_digits_before_004010_and_eight_from_then_on() -> None:
    assert found("DTM*011*950727", 3060) == []
    assert found("DTM*011*19950727", 3060) == [("5", 2, 0)]
    assert found("DTM*011*950727", 4010) == [("4", 2, 0)]
    assert found("DTM*011*950727***19", 3060) == []  # the century stood there


def test_limits_grow_with_the_version() -> None:
    reference = "REF*DP*" + "7" * 40
    assert found(reference, 4010) == [("5", 2, 0)]
    assert found(reference, 5010) == []


def test_x12_1_8_the_version_is_the_prefix_and_st03_goes_before_gs08() -> None:
    assert version_of("004010VICS") == 4010
    assert version_of("005010X221A1") == 5010
    assert version_of("006020", "005010") == 6020
    assert version_of("", "005010UCS") == 5010
    assert version_of(None, "X") == 4010


def test_the_tables_hang_together() -> None:
    for row in SEGMENTS.strip().splitlines():
        name, _, later = row.split()[0].partition("<")
        facts = facts_of(name, 3040 if later else 8010)
        assert isinstance(facts, Facts)
        assert all(use.element or use.open for use in facts.uses), name
        assert all(max(one.places) <= len(facts.uses) for one in facts.conditions), name
    assert facts_of("ZZZ", 4010) is None
    assert element_of_number("99999", 4010) is None


def test_x12_7_1_elements_have_their_numbers() -> None:
    assert number_at("BEG", 3) == "324"
    assert number_at("CTP", 5, 1) == "355"
    assert (number_at("BEG", 99), number_at("ZZZ", 1), number_at("REF", 2, 1)) == ("", "", "")


def test_a_fault_is_told_at_its_place(interchange: Interchange, read: Read) -> None:
    faulty = "ST*850*0001\nBEG*00*SA*4500017**20260105\nREF*DP\nPO1*1*2*EA*X*\nSE*5*0001"
    raw = interchange(faulty)
    told = _elements(read(raw)[0])
    assert [(one.code, one.severity) for one in told] == [
        ("x12.element_condition", "warning"),
        ("x12.element_characters", "warning"),
    ]
    assert told[0].at.startswith("segment 3 (REF) element 02, bytes ")
    assert told[1].at.startswith("segment 4 (PO1) element 04, bytes ")
    start, end = map(int, told[1].at.rpartition(" ")[2].split("-"))
    assert raw[start:end] == b"X"
    assert (told[1].found, told[1].expected) == ("X", "digits")
    assert all(one.remedy for one in told)


def test_what_the_blanks_fill_up_is_not_too_short(interchange: Interchange, read: Read) -> None:
    padded = "ST*850*0001\nBEG*00*SA*1**20260105\nN1*S *A\nPO1*1*2*EA*1\nSE*5*0001"
    assert not _elements(read(interchange(padded))[0])


def test_faults_of_elements_are_limited(interchange: Interchange, read: Read) -> None:
    many = ["ST*850*0001", "BEG*00*SA*1**20260105", *["REF*DP"] * 200, "PO1*1*2*EA*1"]
    assert len(_elements(read(interchange("\n".join([*many, "SE*205*0001"])))[0])) == 100


def _elements(document: Document) -> list[Problem]:
    return [one for one in document.problems if one.code in AK403]


NAMES = sorted(row.split()[0].partition("<")[0] for row in SEGMENTS.strip().splitlines())
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", "EA", "20260230", "-", ".", "1>2", "1^2", "\x00", "9" * 40, "\u0661"]),
)


@given(
    st.sampled_from(NAMES),
    st.lists(TEXTS, max_size=30),
    st.sampled_from([2040, 3060, 4010, 5010, 8010]),
    st.sampled_from([PLAIN, REPEATING, Delimiters(element="*", terminator="~")]),
)
def test_any_segment_has_only_faults_that_a_997_can_tell(
    name: str, texts: list[str], version: int, delimiters: Delimiters
) -> None:
    facts = facts_of(name, version)
    assert facts is not None
    for fault in faults([name, *texts], facts, delimiters):
        assert fault.code in AK403
        assert 1 <= fault.element <= max(len(facts.uses) + 1, len(texts))
        assert fault.message


def test_a_long_value_is_quoted_in_part(interchange: Interchange, read: Read) -> None:
    long = f"ST*850*0001\nBEG*00*SA*{'7' * 5000}**20260105\nPO1*1*2*EA*1\nSE*4*0001"
    [problem] = _elements(read(interchange(long))[0])
    assert problem.found == "7" * 120
