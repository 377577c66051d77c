"""997, 999 and TA1 as records."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from mappers.canonical import Source
from mappers.rules import map_document
from mappers.x12.tables import TABLES
from parsers.x12.read import documents

Record = Callable[[str, str], Any]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("A", "accepted"),
        ("E", "accepted_with_errors"),
        ("P", "partially_accepted"),
        ("R", "rejected"),
    ],
)
def test_the_status_of_a_group(code: str, status: str, record: Record) -> None:
    found = record("997", f"AK1*PO*17\nAK2*850*0001\nAK5*A\nAK9*{code}*1*1*1")
    assert (found.status, found.errors) == (status, ())
    assert (found.of.group, found.of.transaction) == ("17", "0001")


def test_faults_are_placed_and_named(record: Record) -> None:
    body = """
        AK1*IN*17
        AK2*810*0001
        AK3*IT1*5**8
        AK4*4*212*6*7,50
        AK4*3*355*7*XX
        AK5*R*5
        AK2*810*0002
        AK3*ZZZ*3**1
        AK5*E*5
        AK9*P*3*3*1*5
    """
    found = record("997", body)
    assert found.of.transaction is None
    assert [(error.code, error.at) for error in found.errors] == [
        ("8", "set 810, number 0001, segment 5, named IT1"),
        ("1", "set 810, number 0002, segment 3, named ZZZ"),
        ("6", "set 810, number 0001, segment 5, named IT1, element 4, value 7,50"),
        ("7", "set 810, number 0001, segment 5, named IT1, element 3, value XX"),
        ("5", "set 810, number 0001"),
        ("5", "set 810, number 0002"),
        ("5", "group 17"),
    ]
    assert found.errors[2].text == "the element has characters that it may not have"


def test_an_implementation_acknowledgment(record: Record) -> None:
    body = "AK1*PO*17*005010\nAK2*850*0001\nIK3*PO1*7**8\nIK4*2*330*1\nIK5*R*5\nAK9*R*1*1*0"
    found = record("999", body)
    assert found.status == "rejected"
    assert [error.code for error in found.errors] == ["8", "1", "5"]


def test_an_interchange_acknowledgment() -> None:
    blank = " " * 10
    head = f"ISA*00*{blank}*00*{blank}*ZZ*{'A' * 15}*ZZ*{'B' * 15}*260105*0930*U*00401*000000017"
    head += "*0*P*>~"
    for code, status, errors in (("A*000", "accepted", []), ("R*025", "rejected", ["025"])):
        data = f"{head}TA1*000000003*260105*0931*{code}~IEA*0*000000017~".encode()
        [document] = documents(BytesIO(data))
        found: Any = map_document(TABLES["TA1"], document, Source(), 2026).record
        assert (found.of.interchange, found.status) == ("000000003", status)
        assert [error.code for error in found.errors] == errors


def _application(code: str, *more: str) -> str:
    items = "\n".join(f"OTI*{one}*IV*INV-{n}" for n, one in enumerate(more, 2))
    return f"""
        BGN*11*77*20260105
        N1*FR*NORTHWIND
        OTI*{code}*IV*INV-1***20260105*0930*17*0001*810
        TED*007**IT1*12*4*212*X
        NTE*ADD*PRICE IS MISSING
        TED*010
        {items}
    """


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        (("TA",), "accepted"),
        (("TE",), "accepted_with_errors"),
        (("TP",), "partially_accepted"),
        (("TR",), "rejected"),
        (("TA", "IR"), "partially_accepted"),
        (("TR", "IR"), "rejected"),
        (("TA", "IC"), "accepted_with_errors"),
    ],
)
def test_x12_7_an_application_advice(
    codes: tuple[str, ...], status: str, record: Callable[[str, str], Any]
) -> None:
    advice = record("824", _application(*codes))
    assert advice.status == status
    assert (advice.of.number, advice.of.group, advice.of.transaction) == ("INV-1", "17", "0001")
    first, second = advice.errors
    assert (first.code, first.text) == ("007", "PRICE IS MISSING")
    assert first.at == "document INV-1, segment IT1, position 12, element 4, value X"
    assert (second.code, second.text) == ("010", "the totals do not add up")
