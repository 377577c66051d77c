"""Contracts: what order and invoice agree on may still be too much (N22, S27)."""

from typing import Any

import pytest

LINE = {"qty": "60", "price": "9.90", "vendor_part": "T-60"}


def ready(book: Any, contract: dict[str, Any], **fields: Any) -> Any:
    book.order(LINE, charges=[{"type": "fuel", "amount": "40.00"}])
    book.receipt("60")
    book.master = {"contracts": [{"number": "K-1", "supplier": "ACME", **contract}]}
    book.invoice(LINE, **fields)
    return book.outcome()


TIERS = [{"min": "1", "price": "9.90"}, {"min": "50", "price": "9.00"}]


class TestTiers:
    def test_a_tier_that_was_not_applied(self, book: Any) -> None:
        outcome = ready(book, {"vendor_part": "t60", "tiers": TIERS})
        finding = outcome.finding("TIER_NOT_APPLIED")
        assert str(finding.money) == "54.00"
        assert finding.severity == "warning"
        assert outcome.verdict == "matched"
        assert outcome.line_codes() == ["TIER_NOT_APPLIED"]
        assert "K-1" in finding.sentence

    def test_the_ordered_quantity_earns_the_tier(self, book: Any) -> None:
        book.order(LINE)
        book.receipt("10")
        book.master = {
            "contracts": [
                {"number": "K-1", "supplier": "ACME", "vendor_part": "T60", "tiers": TIERS}
            ]
        }
        book.invoice({**LINE, "qty": "10"})
        assert str(book.outcome().finding("TIER_NOT_APPLIED").money) == "9.00"

    @pytest.mark.parametrize(
        "other",
        [
            {"vendor_part": "T-61"},
            {"supplier": "OTHER"},
            {"valid_to": "2026-05-09"},
            {"valid_from": "2026-05-11"},
            {"currency": "EUR"},
            {"uom": "CS"},
            {"tiers": [{"min": "61", "price": "1.00"}]},
            {"tiers": [{"min": "1", "price": "9.90"}]},
        ],
    )
    def test_a_contract_must_hold(self, book: Any, other: dict[str, Any]) -> None:
        outcome = ready(book, {"vendor_part": "T-60", "tiers": TIERS, **other})
        assert outcome.line_codes() == []

    def test_a_policy_may_make_it_stop(self, book: Any) -> None:
        ready(book, {"vendor_part": "T-60", "tiers": TIERS})
        outcome = book.outcome(codes={"TIER_NOT_APPLIED": {"severity": "block"}})
        assert outcome.verdict == "exception"


class TestSurcharges:
    FUEL = [{"type": "fuel", "amount": "40.00"}]  # noqa: RUF012 - never changed

    @pytest.mark.parametrize(
        ("cap", "money"),
        [
            ({"percent": "5"}, "10.30"),
            ({"amount": "25.00"}, "15.00"),
            ({"amount": "25.00", "percent": "2"}, "28.12"),
        ],
    )
    def test_above_the_cap(self, book: Any, cap: dict[str, str], money: str) -> None:
        outcome = ready(book, {"surcharges": {"fuel": cap}}, charges=self.FUEL)
        assert str(outcome.finding("SURCHARGE_OVER_CAP").money) == money
        assert outcome.codes == ["SURCHARGE_OVER_CAP"]
        assert outcome.verdict == "matched"

    def test_below_it(self, book: Any) -> None:
        outcome = ready(book, {"surcharges": {"fuel": {"percent": "9"}}}, charges=self.FUEL)
        assert outcome.codes == []


class TestDiscounts:
    def test_a_discount_that_nobody_gave(self, book: Any) -> None:
        outcome = ready(book, {"discount_pct": "3"})
        assert str(outcome.finding("DISCOUNT_NOT_GIVEN").money) == "17.82"

    def test_a_discount_that_was_given(self, book: Any) -> None:
        outcome = ready(book, {"discount_pct": "3"}, allowances=[{"amount": "17.82"}])
        assert "DISCOUNT_NOT_GIVEN" not in outcome.codes
