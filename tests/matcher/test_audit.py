"""Recorded calculations: they can be made again, and they say where each number came from (S11)."""

from typing import Any

import pytest
from msgspec import json, structs

from matcher.audit import is_sound, rerun
from matcher.result import Reconciliation

LINE = {"qty": "90", "price": "3.00"}


def intricate(book: Any) -> None:
    """Tiers, a credit, a return, rejected goods, two claims, one naming a receipt."""
    tiers = [{"min": "1", "price": "3.00"}, {"min": "51", "price": "2.50"}]
    line = {"qty": "90", "tiers": tiers, "tier_basis": "cumulative", "way": 4}
    book.order(line)
    book.receipt("60", id_="GR-A")
    book.receipt("20", id_="GR-B")
    book.inspection("70", "4")
    book.returned("3", of="rejected")
    book.invoice({**LINE, "qty": "30", "receipt": "GR-B"}, id_="B-1")
    book.invoice({**LINE, "qty": "65", "price": "2.90"}, id_="B-2", at="2026-05-12")
    book.credit({**LINE, "qty": "2", "ref_line": 1}, ref_invoice="B-2")


class TestRerun:
    def test_the_recorded_inputs_give_the_recorded_outcome(self, book: Any) -> None:
        intricate(book)
        policy = {"qty": {"accepted_pct": "unlimited", "accepted_abs": "2"}}
        outcomes = book.judge(price={"over_pct": "4", "under_block_pct": "80"}, **policy)
        workings = [one for each in outcomes.values() for one in each.result.workings]
        assert {one.rule for one in workings} == {"S5.1", "S6.2"}
        for one in workings:
            assert rerun(one) == one.outcome
            assert is_sound(one)

    def test_also_after_a_journey_as_json(self, book: Any) -> None:
        intricate(book)
        for outcome in book.judge().values():
            again = json.decode(json.encode(outcome.result), type=Reconciliation)
            assert all(is_sound(one) for one in again.workings)

    def test_a_forged_outcome_is_found(self, book: Any) -> None:
        intricate(book)
        working = book.judge()["B-2"].result.workings[0]
        assert not is_sound(structs.replace(working, outcome={**working.outcome, "approve": "99"}))
        assert not is_sound(structs.replace(working, version="0"))

    def test_an_unknown_rule(self, book: Any) -> None:
        intricate(book)
        working = structs.replace(book.judge()["B-2"].result.workings[0], rule="S99")
        with pytest.raises(KeyError):
            rerun(working)


class TestWhatIsRecorded:
    def test_numbers_documents_and_limits(self, book: Any) -> None:
        book.order(LINE)
        book.receipt("60")
        book.invoice(LINE)
        working = book.outcome(qty={"ordered_pct": "2"}).result.workings[0]
        assert working.inputs["ordered"] == "90"
        assert working.outcome == {"approve": "60", "pend": "30", "dispute": "0"}
        assert working.facts == {"billed": ("A-17",), "ordered": ("PO1",), "received": ("GR1",)}
        assert working.limits["qty.ordered_pct"] == "qty.ordered_pct = 2 (company)"
        assert working.sentence == (
            "S5.1 line 1: way 3, ordered 90 (PO 7700 r1), received 60 (GR1), before 0, billed 90: "
            "approve 60, pend 30"
        )

    def test_what_lies_beyond_a_named_receipt(self, book: Any) -> None:
        book.order(LINE)
        book.receipt("60")
        book.invoice({**LINE, "qty": "70", "receipt": "GR1"})
        working = book.outcome().result.workings[0]
        assert working.inputs["beyond_receipt"] == "10"
        assert working.outcome == {"approve": "60", "pend": "10", "dispute": "0"}

    def test_charges_with_what_was_planned_allowed_and_used(self, book: Any) -> None:
        book.order(LINE, charges=[{"type": "freight", "amount": "50.00"}])
        book.receipt("90")
        book.invoice(LINE, charges=[{"type": "freight", "amount": "80.00"}])
        working = book.outcome(charge={"over_pct": "10"}).result.workings[0]
        assert (working.rule, working.inputs["planned"], working.inputs["over_pct"]) == (
            "S7.1",
            "50.00",
            "10",
        )
        assert working.outcome == {"passed": "55.00", "disputed": "25.00"}
        assert working.limits["charge.over_pct"] == "charge.over_pct = 10 (company)"
        assert is_sound(working)

    def test_tax_with_its_bases_and_slack(self, book: Any) -> None:
        book.order({**LINE, "tax": "0.10"})
        book.receipt("90")
        book.invoice({**LINE, "tax": "0.10"}, tax=[{"rate": "0.10", "amount": "99.00"}])
        working = book.outcome().result.workings[0]
        total = book.outcome().result.lines[0].approved
        assert (working.rule, working.inputs["bases"]) == ("S7.2", f"0.10:{total}")
        assert working.outcome["paid"] == working.outcome["due"]
        assert is_sound(working)

    def test_a_clean_line_needs_no_workings(self, book: Any) -> None:
        book.order(LINE)
        book.receipt("90")
        book.invoice(LINE)
        assert book.outcome().result.workings == ()
