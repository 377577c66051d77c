"""Recorded calculations: they can be made again, and they say where each number came from (S11)."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec import json, structs

from matcher.audit import is_sound, rerun
from matcher.result import Reconciliation, Working

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
        assert {one.rule for one in workings} == {"S5.1", "S5.7", "S6.2"}
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

    def test_tax_that_nobody_asked_for_is_paid_as_billed(self, book: Any) -> None:
        book.order({**LINE, "tax": "0.10"})
        book.receipt("90")
        book.invoice({**LINE, "tax": "0.10"}, tax=[{"rate": "0.10", "amount": "20.00"}])
        working = book.outcome().result.workings[0]
        assert working.outcome == {"due": "27.00", "paid": "20.00", "disputed": "0.00"}

    def test_a_clean_line_needs_no_workings(self, book: Any) -> None:
        book.order(LINE)
        book.receipt("90")
        book.invoice(LINE)
        assert book.outcome().result.workings == ()


def of_rule(outcome: Any, rule: str) -> Working:
    """Return the one calculation of a rule; all of them can be made again."""
    assert all(is_sound(one) for one in outcome.result.workings)
    found = [one for one in outcome.result.workings if one.rule == rule]
    assert len(found) == 1, outcome.result.workings
    return found[0]


class TestEachRule:
    def test_a_line_that_is_multiplied_wrongly(self, book: Any) -> None:
        book.order(LINE)
        book.receipt("90")
        book.invoice({**LINE, "amount": "290.00"})
        working = of_rule(book.outcome(), "S7.3 line")
        assert working.inputs["stated"] == "290.00"
        assert working.outcome == {"computed": "270.00", "matched": "270.00", "disputed": "20.00"}

    @pytest.mark.parametrize(
        ("total", "buckets"),
        [
            ("270.03", ("270.03", "0", "0")),
            ("280.00", ("270.00", "0", "10.00")),
            ("260.00", ("260.00", "0", "0.00")),
        ],
    )
    def test_a_total_that_is_not_the_sum_of_its_parts(
        self, book: Any, total: str, buckets: tuple[str, ...]
    ) -> None:
        book.order(LINE)
        book.receipt("90")
        book.invoice(LINE, total=total)
        working = of_rule(book.outcome(), "S7.3 total")
        told = tuple(Decimal(working.outcome[one]) for one in ("approve", "pend", "dispute"))
        assert told == tuple(map(Decimal, buckets))
        assert (working.inputs["total"], working.inputs["goods"]) == (total, "approve")
        assert "total.rounding_abs" in working.limits

    def test_terms_with_their_window(self, book: Any) -> None:
        terms = {"net": 30, "disc_pct": "2", "disc_days": 10}
        book.order(LINE, terms=terms)
        book.receipt("60")
        book.invoice(LINE, terms={**terms, "net": 20})
        outcome = book.outcome()
        working = of_rule(outcome, "S7.7")
        assert (working.inputs["approved"], working.inputs["base"]) == ("180.00", "2026-05-10")
        assert working.outcome["discount_amount"] == "3.60"
        assert working.outcome["discount_until"] == "2026-05-20"
        assert working.outcome["due"] == str(outcome.result.terms.due)

    @pytest.mark.parametrize(
        ("number", "code", "bucket"),
        [
            ("20-51", "DUP_EXACT", "dispute"),
            ("INV 2O51", "DUP_FUZZY", "dispute"),
            ("2501", "DUP_SUSPECT", "pend"),
        ],
    )
    def test_the_comparison_that_found_a_duplicate(
        self, book: Any, number: str, code: str, bucket: str
    ) -> None:
        book.order(LINE)
        book.receipt("90")
        book.invoice(LINE, number="2051")
        book.invoice(LINE, id_="AGAIN", number=number, at="2026-05-12")
        working = of_rule(book.outcome("AGAIN"), "S8")
        assert working.outcome == {"code": code, "bucket": bucket}
        assert (working.inputs["number"], working.facts["compared"]) == (number, ("A-17",))

    def test_a_suspect_that_the_goods_clear(self, book: Any) -> None:
        book.order({**LINE, "qty": "180"})
        book.receipt("180")
        book.invoice(LINE, number="4171")
        book.invoice(LINE, id_="AGAIN", number="4711")
        working = of_rule(book.outcome("AGAIN"), "S8")
        assert working.outcome == {"code": "DUP_SUSPECT", "bucket": "as matched"}

    def test_what_a_credit_took_back(self, book: Any) -> None:
        book.order(LINE)
        book.receipt("90")
        book.invoice({**LINE, "price": "3.50"})
        book.credit({"qty": "10", "price": "3.00", "ref_line": 1})
        working = of_rule(book.outcome("CR-2"), "S5.7")
        assert working.inputs["offered"] == "90:315.00"
        assert working.outcome == {"taken": "10:30.00:5.00", "left": "0.00"}
        assert working.facts["credited"] == ("A-17",)

    def test_what_a_credit_on_the_price_took_off(self, book: Any) -> None:
        book.order(LINE)
        book.receipt("90")
        book.invoice({**LINE, "price": "3.50"})
        book.credit({"qty": None, "amount": "400.00", "ref_line": 1, "kind": "price"})
        working = of_rule(book.outcome("CR-2"), "S6.4")
        assert working.outcome == {"taken": "315.00", "left": "85.00"}

    def test_what_was_released_too_early(self, book: Any) -> None:
        book.order(LINE)
        book.receipt("50")
        book.invoice(LINE)
        book.release("A-17", "180.00")
        working = of_rule(book.outcome(), "S10.5")
        assert working.inputs["released"] == "180.00"
        assert (working.outcome["recover"], working.outcome["approve"]) == ("30.00", "180.00")
        assert working.facts["released"] == ("PAID1",)
