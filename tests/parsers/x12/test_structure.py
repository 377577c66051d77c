"""Segments find their loops, and what is out of place is kept and told."""

from collections.abc import Callable

import pytest

from parsers.form import Document
from parsers.x12.sets.machines import machine_of
from parsers.x12.sets.structures import STRUCTURES
from parsers.x12.structure import Machine

Interchange = Callable[..., bytes]
Read = Callable[[bytes], list[Document]]


def problems(document: Document) -> list[tuple[str, str]]:
    return [(problem.code, problem.severity) for problem in document.problems]


def changed(order: str, old: str, new: str) -> str:
    text = order.replace(old, new)
    assert text != order
    count = len(text.split("\n"))
    return text.replace("SE*16*", f"SE*{count}*")


def test_loops_nest(interchange: Interchange, read: Read, order: str) -> None:
    line = "PO1*2*6*CA*31.2**BP*A-200"
    inner = f"{line}\nN9*L1*NOTE\nMSG*HANDLE WITH CARE\nN1*ST*ANNEX*92*0008\nN4*BATH*ME"
    (document,) = read(interchange(changed(order, line, inner)))
    assert problems(document) == []
    _, second = document.form.each("PO1")
    assert second.find("N9/MSG/01").text == "HANDLE WITH CARE"
    assert second.find("N1[ST]/N4/01").text == "BATH"
    assert [group.find("N1/01").text for group in document.form.each("N1")] == ["BY", "SE"]


def test_a_segment_behind_its_place_belongs_to_the_loop_that_knows_it(
    interchange: Interchange, read: Read, order: str
) -> None:
    late = changed(order, "N1*SE*ACME TOOLS*1*123456789", "N1*SE*ACME TOOLS*1*123456789\nTAX*7")
    (document,) = read(interchange(late))
    assert problems(document) == [("x12.segment_order", "warning")]
    assert document.form.find("TAX/01").text == "7"


def test_an_unknown_segment_is_kept_and_told(
    interchange: Interchange, read: Read, order: str
) -> None:
    odd = changed(order, "PID*F****CLAW HAMMER", "PID*F****CLAW HAMMER\nZZZ*SURPRISE")
    (document,) = read(interchange(odd))
    assert problems(document) == [("x12.segment_unknown", "warning")]
    assert document.form.each("PO1")[0].find("ZZZ/01").text == "SURPRISE"
    assert "ZZZ" in document.problems[0].message


def test_a_segment_too_often(interchange: Interchange, read: Read, order: str) -> None:
    often = changed(order, "N2*EASTERN REGION", "N2*EASTERN REGION\nN2*A\nN2*B")
    (document,) = read(interchange(often))
    assert problems(document) == [("x12.segment_repeated", "warning")]


def test_an_empty_segment(interchange: Interchange, read: Read) -> None:
    (document,) = read(interchange().replace(b"CUR*BY*USD~", b"CUR*BY*USD~~"))
    assert ("x12.segment_empty", "warning") in problems(document)


@pytest.mark.parametrize("line", ["BEG*00*SA*4500017**20260105\n", "PO1*1*24"])
def test_what_must_be_there_is_an_error_when_it_is_not(
    line: str, interchange: Interchange, read: Read, order: str
) -> None:
    lines = [one for one in f"{order}\n".splitlines() if not one.startswith(line[:3])]
    (document,) = read(interchange("\n".join(lines)))
    assert ("x12.segment_missing", "error") in problems(document)
    missing = [one for one in document.problems if one.code == "x12.segment_missing"]
    assert [one.expected for one in missing] == [line.split("*", maxsplit=1)[0]]
    assert missing[0].found != missing[0].expected


def test_lost_lines_are_an_error(interchange: Interchange, read: Read, order: str) -> None:
    lost = order.replace("PO1*2*6*CA*31.2**BP*A-200\n", "")
    (document,) = read(interchange(lost))
    assert ("x12.segments_lost", "error") in problems(document)


def test_a_count_alone_is_no_loss(interchange: Interchange, read: Read, order: str) -> None:
    (document,) = read(interchange(order.replace("SE*16*", "SE*18*")))
    assert problems(document) == [("x12.segment_count", "warning")]
    (document,) = read(interchange(order.replace("SE*16*", "SE*40*")))
    assert problems(document) == [("x12.segment_count", "warning")]  # CTT vouches for the lines
    (document,) = read(interchange(order.replace("SE*16*", "SE*40*").replace("CTT*2*30", "CTT*X")))
    assert ("x12.segments_lost", "error") in problems(document)


@pytest.mark.parametrize("kind", sorted(STRUCTURES))
def test_every_structure_compiles_and_ends(kind: str) -> None:
    machine = machine_of(kind)
    assert machine is not None
    first = STRUCTURES[kind].split()[0].rstrip("!")
    step = machine.start.step(first)
    assert (step.fault, step.missing) == (None, ())


def test_a_machine_tells_what_was_passed_over() -> None:
    machine = Machine("AAA! BBB:2 (CCC! DDD*) EEE!")
    state = machine.start.step("AAA").state
    step = state.step("EEE")
    assert step.missing == ("CCC",)
    assert state.missing_at_end() == ("CCC", "EEE")
    twice = state.step("BBB").state.step("BBB").state
    assert twice.step("BBB").fault == "repeated"
    inner = state.step("CCC")
    assert (inner.begins, inner.ends) == (True, 0)
    again = inner.state.step("DDD").state.step("CCC")
    assert (again.begins, again.ends) == (True, 1)
    assert inner.state.step("AAA").fault == "order"
    assert inner.state.step("QQQ").fault == "unknown"


def test_mixtures() -> None:
    machine = Machine("AAA BBB|CCC* DDD")
    state = machine.start.step("AAA").state
    for name in ("BBB", "CCC", "BBB", "CCC", "DDD"):
        step = state.step(name)
        assert step.fault is None
        state = step.state
