"""A correction makes a new record of an old one, and says of each value who said it."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from mappers.canonical import (
    AnyRecord,
    Invoice,
    InvoiceLine,
    Item,
    Party,
    PurchaseOrder,
    Source,
    Tax,
    Totals,
    Traced,
)
from mappers.corrected import Change, Correction, Place, RefusedError, corrected, draft, value_at
from mappers.reviewable import SHEETS
from parsers.form import Problem

D = Decimal
READ = Invoice(
    source=Source(file="a.pdf", format="scan"),
    number="A1",
    orders=("P1", "P2"),
    supplier=Party(name="Quill"),
    taxes=(Tax(amount=D(18)),),
    lines=(
        InvoiceLine(item=Item(description="Bolt"), quantity=D(2), unit_price=D(50), amount=D(100)),
        InvoiceLine(amount=D(3)),
    ),
    totals=Totals(net=D(100), tax=D(18), total=D(119)),
    derived=("/totals/net",),
    problems=(
        Problem(code="pdf.missing", message="no date", pointer="/date"),
        Problem(code="pdf.embedded_xml", severity="warning", message="cannot be used"),
    ),
    incomplete=True,
)
TRACE = {
    "/number": Traced(at="page 1", text="A1", page=1, box=(1, 2, 3, 4), confidence=0.5, by="ocr"),
    "/orders/1": Traced(at="page 1", text="P2", page=1, box=(9, 9, 9, 9), by="ocr"),
    "/lines/1/amount": Traced(at="page 1", text="3", by="ocr"),
}
RIGHT = Correction(
    values={"/date": "3 Dec 2025", "/totals/tax": "19,00", "/orders/0": ""},
    confirmed=frozenset({"/number"}),
    dropped=frozenset({1}),
)


def test_a_correction_makes_an_invoice_whole() -> None:
    now = corrected(READ, TRACE, RIGHT)
    record = now.record
    assert isinstance(record, Invoice)
    assert not record.incomplete
    assert [one.code for one in record.problems] == ["pdf.embedded_xml"]
    assert (record.date, record.orders) == (date(2025, 12, 3), ("P2",))
    assert record.totals == Totals(net=D(100), tax=D("19.00"), total=D(119))
    assert record.taxes == (Tax(amount=D("19.00")),), "the only tax is the sum of taxes"
    assert len(record.lines) == 1
    assert READ.incomplete, "what was read stays"


def test_the_trace_says_what_a_person_said_and_follows_what_moves() -> None:
    trace = corrected(READ, TRACE, RIGHT).trace
    assert (trace["/number"].by, trace["/number"].confidence) == ("person", 1.0)
    assert trace["/number"].box == (1, 2, 3, 4)
    assert (trace["/date"].by, trace["/date"].text) == ("person", "2025-12-03")
    assert trace["/orders/0"].text == "P2"
    assert "/orders/1" not in trace
    assert not any(pointer.startswith("/lines/1") for pointer in trace)


def test_each_change_is_told_with_what_stood_before() -> None:
    changes = corrected(READ, TRACE, RIGHT).changes
    assert Change(pointer="/date", after="2025-12-03") in changes
    assert Change(pointer="/totals/tax", before="18", after="19.00") in changes
    assert Change(pointer="/orders/0", before="P1") in changes
    assert Change(pointer="/number", before="A1", after="A1") in changes
    assert Change(pointer="/lines/1", before="a line") in changes


def test_words_that_were_pointed_at_become_the_place() -> None:
    place = Place(page=2, box=(10, 20, 30, 40), text="Drawn upon")
    told = Correction(values={"/buyer/name": "Harrow"}, places={"/buyer/name": place})
    one = corrected(READ, TRACE, told).trace["/buyer/name"]
    assert (one.page, one.box, one.text, one.by) == (2, (10, 20, 30, 40), "Drawn upon", "person")


def test_new_lines_charges_and_terms() -> None:
    values = {
        "/lines/5/amount": "7",
        "/lines/5/item/description": "Nut",
        "/adjustments/0/amount": "-7.00",
        "/terms/0/net_days": "30",
    }
    record = corrected(READ, TRACE, Correction(values=values)).record
    assert isinstance(record, Invoice)
    assert record.lines[2] == InvoiceLine(item=Item(description="Nut"), amount=D(7))
    assert (record.adjustments[0].type, record.adjustments[0].amount) == ("allowance", D("7.00"))
    assert record.terms[0].net_days == 30
    cleared = corrected(record, {}, Correction(values={"/terms/0/net_days": ""})).record
    assert isinstance(cleared, Invoice)
    assert cleared.terms == ()


def test_whole_means_that_all_the_rest_was_compared() -> None:
    doubted = structs.replace(READ, date=date(2026, 1, 2))
    values = {"/totals/tax": "19", "/lines/1/amount": ""}
    still = corrected(doubted, TRACE, Correction(values=values)).record
    assert [one.code for one in still.problems if one.is_error] == ["pdf.unsure"]
    now = corrected(doubted, TRACE, Correction(values=values, whole=True))
    assert not now.record.incomplete
    assert now.trace["/number"].by == "person"


def test_sums_that_do_not_hold_stop_it_unless_they_are_printed_so() -> None:
    wrong = structs.replace(RIGHT, values={**RIGHT.values, "/totals/total": "500"}, whole=True)
    assert corrected(READ, TRACE, wrong).record.incomplete
    printed = corrected(READ, TRACE, structs.replace(wrong, as_printed=True)).record
    assert not printed.incomplete
    assert printed.problems[-1].message.endswith(", as printed")


def test_problems_of_other_formats_are_settled_by_whoever_saw_to_them() -> None:
    order = PurchaseOrder(
        source=Source(format="x12"),
        problems=(
            Problem(code="x12.required", message="no number", pointer="/number"),
            Problem(code="x12.segment", message="an unknown segment"),
        ),
        incomplete=True,
    )
    seen = corrected(order, {}, Correction(values={"/number": "4500"})).record
    assert [one.code for one in seen.problems] == ["x12.segment"]
    assert seen.incomplete
    whole = corrected(order, {}, Correction(values={"/number": "4500"}, whole=True)).record
    assert [one.severity for one in whole.problems] == ["warning"]
    assert not whole.incomplete


def test_what_cannot_be_read_is_refused_field_by_field() -> None:
    values = {"/totals/total": "1,234", "/date": "soon", "/source/file": "x", "/number": "B"}
    with pytest.raises(RefusedError) as refused:
        corrected(READ, TRACE, Correction(values=values))
    assert set(refused.value.faults) == {"/totals/total", "/date", "/source/file"}
    drafted = draft(READ, Correction(values=values))
    assert isinstance(drafted, Invoice)
    assert (drafted.number, drafted.totals) == ("B", READ.totals)


def test_nothing_said_changes_nothing() -> None:
    values = {"/number": "A1", "/totals/total": "119", "/lines/0/item/description": "Bolt"}
    assert corrected(READ, TRACE, Correction(values=values)).changes == ()


POINTERS = [
    *(one.pointer for one in (*SHEETS["invoice"].header, *SHEETS["invoice"].totals)),
    *(f"/lines/{n}{one.pointer}" for n in (0, 1, 4) for one in SHEETS["invoice"].lines),
    "/orders/0",
    "/orders/2",
    "/adjustments/0/amount",
]


@given(
    said=st.builds(
        Correction,
        values=st.dictionaries(
            st.sampled_from(POINTERS), st.sampled_from(["", "7", "-3.20", "EUR", "x y"])
        ),
        confirmed=st.frozensets(st.sampled_from(POINTERS)),
        dropped=st.frozensets(st.integers(0, 5)),
        whole=st.booleans(),
    )
)
def test_any_correction_gives_a_record_or_is_refused(said: Correction) -> None:
    faults: dict[str, str] = {}
    try:
        now = corrected(READ, TRACE, said)
    except RefusedError as refused:
        faults = refused.faults
    if faults:
        assert faults.keys() <= said.values.keys()
        return
    assert msgspec.json.decode(msgspec.json.encode(now.record), type=AnyRecord) == now.record
    for pointer in now.trace:
        assert value_at(now.record, pointer) is not None, pointer
