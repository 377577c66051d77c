"""An acknowledgment that was read and is written again says the same, in the same segments."""

import datetime as dt
import io
from typing import Any

import pytest
from msgspec import structs

from gateway.formats import read_documents
from gateway.writing import write_records
from mappers.canonical import Acknowledgment, AcknowledgmentOf, SetCounts, SetResult
from mappers.writing import Outgoing, UnwritableError

BLANK, NAME = " " * 10, "A".ljust(15)
OUTGOING = Outgoing(
    identifier="1@test",
    sent_at=dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC),
    sender={"ZZ": "NORTHWIND"},
    receiver={"ZZ": "ACME"},
)
FUNCTIONAL = """
AK1*IN*17
AK2*810*0001
AK3*IT1*5**8
AK4*4*212*6*7,50
AK4*3*355*7*XX
AK3*TDS*9*IT1*2
AK5*M*5*3
AK2*810*0002
AK3*ZZZ*3**1
AK5*E*5
AK2*810*0003
AK5*A
AK9*P*4*3*2*5
"""
IMPLEMENTATION = """
AK1*PO*17*005010
AK2*850*0001
IK3*CTP*5*PO1*8
IK4*5>1*355*7*XX
IK4*2>>3*236*12
IK5*R*5
AK9*R*1*1*0
"""
SYNTAX = """
UCI+44+B:14+A:14+7
UCM+1+ORDERS:D:96A:UN:EAN008+4+13+UNT
UCS+4+15
UCD+12+2:3
UCM+2+ORDERS:D:96A:UN:EAN008+7
UCS+6
UCD+37+1
"""
SYNTAX_OF_GROUPS = """
UCI+44+B:14:DEPT+A:14+8
UCF+5+B+A+7
UCM+1+ORDERS:D:96A:UN+4+29+UNT
UCF+6+B+A+4+28+UNE
"""


def x12(kind: str, body: str) -> str:
    version = "005010" if kind == "999" else "004010"
    eleventh = "^" if kind == "999" else "U"
    rows = body.split()
    head = f"ISA*00*{BLANK}*00*{BLANK}*ZZ*{NAME}*ZZ*{NAME}*260105*0930*{eleventh}*{version[:5]}"
    wrapped = [
        f"{head}*000000017*0*P*>",
        f"GS*FA*A*B*20260105*0930*1*X*{version}",
        f"ST*{kind}*0001",
        *rows,
        f"SE*{len(rows) + 2}*0001",
        "GE*1*1",
        "IEA*1*000000017",
    ]
    if kind == "TA1":
        wrapped = [wrapped[0], *rows, "IEA*0*000000017"]
    return "".join(f"{row}~\n" for row in wrapped)


def edifact(body: str) -> str:
    rows = body.split()
    head = ["UNB+UNOA:2+A:14+B:14+260105:0930+7", "UNH+1+CONTRL:D:3:UN"]
    wrapped = [*head, *rows, f"UNT+{len(rows) + 2}+1", "UNZ+1+7"]
    return "".join(f"{row}'\n" for row in wrapped)


def read(text: str) -> Any:
    documents = read_documents(io.BytesIO(text.encode()), name="a", sha256="", year=2026)
    (mapped,) = documents
    return mapped.record


def record_of(text: str) -> Any:
    found = read(text)
    assert found.problems == ()
    return found


def written(record: Any, to: str, outgoing: Outgoing = OUTGOING) -> str:
    data, problems = write_records((record,), to, outgoing)
    assert problems == ()
    return data.decode()


CASES = [
    pytest.param(x12("997", FUNCTIONAL), FUNCTIONAL, "x12-997", id="997"),
    pytest.param(x12("999", IMPLEMENTATION), IMPLEMENTATION, "x12-999", id="999"),
    pytest.param(
        x12("TA1", "TA1*000000003*260105*0931*R*025"),
        "TA1*000000003*260105*0931*R*025",
        "x12-ta1",
        id="TA1",
    ),
    pytest.param(edifact(SYNTAX), SYNTAX, "edifact-contrl", id="CONTRL"),
    pytest.param(
        edifact(SYNTAX_OF_GROUPS), SYNTAX_OF_GROUPS, "edifact-contrl", id="CONTRL of groups"
    ),
]


@pytest.mark.parametrize(("text", "body", "to"), CASES)
def test_the_same_segments_and_an_equal_record(text: str, body: str, to: str) -> None:
    record = record_of(text)
    again = written(record, to)
    names = ("AK", "IK", "TA1", "UC")
    assert [row[:-1] for row in again.splitlines() if row.startswith(names)] == body.split()
    assert structs.replace(record_of(again), source=record.source) == record


def test_each_set_has_its_verdict_and_its_faults() -> None:
    record = record_of(x12("997", FUNCTIONAL))
    assert (record.of.code, record.codes) == ("IN", ("5",))
    assert record.counts == SetCounts(sent=4, received=3, accepted=2)
    first, second, third = record.sets
    assert (first.status, first.action, first.codes) == ("rejected", "M", ("5", "3"))
    price, unit = first.segments[0].elements
    assert (price.element, price.reference, price.code, price.value) == ("4", "212", "6", "7,50")
    assert (unit.element, first.segments[1].loop) == ("3", "IT1")
    assert (second.number, second.status) == ("0002", "accepted_with_errors")
    assert third == SetResult(type="810", number="0003", status="accepted")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("UCI+44+B+A+7", "accepted"),
        ("UCI+44+B+A+8", "accepted"),
        ("UCI+44+B+A+4+29+UNZ", "rejected"),
        ("UCI+44+B+A+7+28+UNZ", "accepted_with_errors"),
        ("UCI+44+B+A+7 UCM+1+ORDERS:D:96A:UN+7", "accepted"),
        ("UCI+44+B+A+7 UCM+1+ORDERS:D:96A:UN+7 UCS+3+15", "accepted_with_errors"),
        ("UCI+44+B+A+7 UCM+1+ORDERS:D:96A:UN+4+13+UNT", "partially_accepted"),
        ("UCI+44+B+A+7 UCF+5+B+A+7 UCM+1+ORDERS:D:96A:UN+4", "partially_accepted"),
        ("UCI+44+B+A+7 UCF+5+B+A+4+28+UNE", "partially_accepted"),
    ],
)
def test_a_contrl_accepts_what_it_does_not_reject_by_name(body: str, status: str) -> None:
    assert record_of(edifact(body)).status == status


def test_faults_in_groups_are_told_as_well() -> None:
    record = record_of(edifact(SYNTAX_OF_GROUPS))
    assert [(one.at, one.code) for one in record.errors] == [("6", "28"), ("1 ORDERS", "29")]
    assert record.errors[0].text == "the references of header and trailer differ"


ANSWER = Acknowledgment(
    of=AcknowledgmentOf(group="17", code="PO"),
    status="partially_accepted",
    sets=(
        SetResult(type="850", number="0001", status="accepted"),
        SetResult(type="850", number="0002", status="rejected", codes=("5",)),
    ),
)


def test_sets_are_counted_where_the_record_does_not() -> None:
    assert "AK9*P*2*2*1~" in written(ANSWER, "x12-997")


def test_a_999_begins_with_its_version() -> None:
    assert "*X*005010~" in written(ANSWER, "x12-999")
    with pytest.raises(UnwritableError, match="from version 005010 on"):
        written(ANSWER, "x12-999", structs.replace(OUTGOING, version="004010"))


def test_what_a_group_is_called_must_be_known() -> None:
    with pytest.raises(UnwritableError) as raised:
        written(structs.replace(ANSWER, of=AcknowledgmentOf(group="17")), "x12-997")
    assert [one.code for one in raised.value.problems] == ["x12.element_missing"]
