"""Prices: contract price, gate, cap, floor, header allowances, value rounding (S2, S6)."""

from decimal import Decimal
from typing import Any

import pytest

from matcher.entries import OrderLine, Tier
from matcher.price import contract


def line(**fields: Any) -> dict[str, Any]:
    return {"qty": "40", "price": "20.00", **fields}


def ready(book: Any, billed: dict[str, Any], ordered: dict[str, Any] | None = None) -> None:
    book.order(ordered or line())
    book.receipt((ordered or line())["qty"])
    book.invoice(billed)


class TestContract:
    def price(self, **fields: Any) -> Decimal | None:
        found = contract(OrderLine(number="1", quantity=Decimal(60), **fields), None)
        return found.first if found else None

    def test_list_price(self) -> None:
        assert self.price(price=Decimal("3.5")) == Decimal("3.5")

    def test_per_hundred_and_discount(self) -> None:
        price = self.price(price=Decimal(350), per=Decimal(100), discount=Decimal(10))
        assert price == Decimal("3.15")

    def test_the_tier_that_the_ordered_quantity_earned(self) -> None:
        tiers = (
            Tier(minimum=Decimal(1), price=Decimal(8)),
            Tier(minimum=Decimal(50), price=Decimal(7)),
            Tier(minimum=Decimal(100), price=Decimal(6)),
        )
        assert self.price(tiers=tiers) == Decimal(7)

    def test_no_price(self) -> None:
        assert self.price() is None

    def test_marginal_tiers_price_an_interval(self) -> None:
        tiers = (
            Tier(minimum=Decimal(1), price=Decimal(8)),
            Tier(minimum=Decimal(51), price=Decimal(7)),
        )
        price = contract(OrderLine(number="1", tiers=tiers, tier_basis="cumulative"), None)
        assert price is not None
        assert price.value(Decimal(40), Decimal(30)) == 10 * 8 + 20 * 7

    def test_units_before_the_first_tier_have_the_list_price(self) -> None:
        tiers = (Tier(minimum=Decimal(11), price=Decimal(7)),)
        full = OrderLine(number="1", tiers=tiers, tier_basis="cumulative", price=Decimal(9))
        price = contract(full, None)
        assert price is not None
        assert price.value(Decimal(0), Decimal(12)) == 10 * 9 + 2 * 7


class TestGate:
    def test_within_the_gate_the_invoice_is_paid(self, book: Any) -> None:
        ready(book, line(price="20.80"))
        outcome = book.outcome(price={"over_pct": "4"})
        assert outcome.verdict == "matched_within_tolerance"
        assert outcome.line_money() == ("832.00", "0.00", "0.00")
        assert outcome.line_codes() == ["PRICE_TOL"]

    def test_beyond_it_the_whole_variance_is_disputed(self, book: Any) -> None:
        ready(book, line(price="20.81"))
        outcome = book.outcome(price={"over_pct": "4"})
        assert outcome.line_money() == ("800.00", "0.00", "32.40")
        assert outcome.line_codes() == ["PRICE_OVER"]

    def test_unlimited_lets_everything_pass(self, book: Any) -> None:
        ready(book, line(price="99.00"))
        assert book.outcome(price={"over_pct": "unlimited"}).line_codes() == ["PRICE_TOL"]

    def test_goods_that_wait_and_a_price_that_is_over(self, book: Any) -> None:
        book.order(line())
        book.receipt("10")
        book.invoice(line(price="21.00"))
        outcome = book.outcome()
        assert outcome.line_money() == ("200.00", "600.00", "40.00")
        assert outcome.line_codes() == ["PRICE_OVER", "WAITING_RECEIPT"]

    def test_goods_over_the_order_and_a_price_within(self, book: Any) -> None:
        book.order(line())
        book.receipt("44")
        book.invoice(line(qty="44", price="20.50"))
        outcome = book.outcome(price={"over_pct": "5"})
        assert outcome.line_money() == ("820.00", "0.00", "82.00")
        assert outcome.line_codes() == ["PRICE_TOL", "QTY_OVER_ORDERED"]

    def test_free_goods_that_are_billed(self, book: Any) -> None:
        ready(book, line(price="1.00"), line(price="0"))
        assert book.outcome().line_money() == ("0.00", "0.00", "40.00")

    def test_free_goods(self, book: Any) -> None:
        ready(book, line(price="0"), line(price="0"))
        assert book.outcome().verdict == "matched"


class TestBudgets:
    def test_the_cap_is_shared_by_all_invoices_of_the_line(self, book: Any) -> None:
        book.order(line())
        book.receipt("40")
        book.invoice(line(qty="20", price="21.00"), id_="P-1")
        book.invoice(line(qty="20", price="21.00"), id_="P-2", at="2026-05-12")
        outcomes = book.judge(price={"over_pct": "10", "cap_abs": "28"})
        assert outcomes["P-1"].line_codes() == ["PRICE_TOL"]
        assert outcomes["P-2"].line_money() == ("408.00", "0.00", "12.00")
        assert outcomes["P-2"].line_codes() == ["PRICE_CAP", "PRICE_TOL"]

    def test_a_used_up_cap_leaves_no_tolerance(self, book: Any) -> None:
        book.order(line())
        book.receipt("40")
        book.invoice(line(qty="20", price="21.00"), id_="P-1")
        book.invoice(line(qty="20", price="21.00"), id_="P-2", at="2026-05-12")
        outcomes = book.judge(price={"over_pct": "10", "cap_abs": "20"})
        assert outcomes["P-2"].line_money() == ("400.00", "0.00", "20.00")
        assert outcomes["P-2"].line_codes() == ["PRICE_CAP"]

    def test_the_floor_forgives_small_sums(self, book: Any) -> None:
        ready(book, line(price="20.05"))
        outcome = book.outcome(price={"floor_abs": "2.00"})
        assert outcome.line_money() == ("802.00", "0.00", "0.00")
        assert outcome.line_codes() == ["PRICE_TOL"]

    def test_the_floor_looks_at_the_line_as_a_whole(self, book: Any) -> None:
        book.order(line())
        book.receipt("40")
        book.invoice(line(qty="20", price="20.06"), id_="P-1")
        book.invoice(line(qty="20", price="20.05"), id_="P-2", at="2026-05-12")
        outcomes = book.judge(price={"floor_abs": "2.00"})
        assert outcomes["P-1"].line_money() == ("400.00", "0.00", "1.20")
        assert outcomes["P-2"].line_money() == ("400.00", "0.00", "1.00")


class TestCheaper:
    def test_cheaper_is_paid_as_billed(self, book: Any) -> None:
        ready(book, line(price="19.00"))
        outcome = book.outcome()
        assert outcome.line_money() == ("760.00", "0.00", "0.00")
        assert outcome.line_codes() == ["PRICE_UNDER"]

    def test_far_too_cheap_is_probably_another_item(self, book: Any) -> None:
        ready(book, line(price="9.00"))
        outcome = book.outcome(price={"under_block_pct": "50"})
        assert outcome.line_money() == ("0.00", "360.00", "0.00")
        assert outcome.line_codes() == ["PRICE_UNDER_BLOCK"]
        assert outcome.verdict == "exception"

    def test_an_order_without_a_price_waits(self, book: Any) -> None:
        ready(book, line(), {"qty": "40"})
        outcome = book.outcome()
        assert outcome.line_money() == ("0.00", "800.00", "0.00")
        assert outcome.line_codes() == ["PRICE_MISSING"]


class TestRounding:
    def test_a_rounded_amount_is_no_variance(self, book: Any) -> None:
        ready(
            book, {"qty": "7", "price": "1.4285", "amount": "10.00"}, line(qty="7", price="1.4285")
        )
        assert book.outcome().verdict == "matched"

    def test_a_cent_is_a_variance_where_it_is_one(self, book: Any) -> None:
        ready(book, line(qty="1", price="0.02"), line(qty="1", price="0.01"))
        assert book.outcome().line_codes() == ["PRICE_OVER"]

    @pytest.mark.parametrize(
        ("currency", "price", "amount"),
        [("JPY", "33.4", "1336"), ("KWD", "1.2345", "49.380"), ("USD", "1.2345", "49.38")],
    )
    def test_the_exponent_is_the_currencys(
        self, book: Any, currency: str, price: str, amount: str
    ) -> None:
        book.order(line(price=price), currency=currency)
        book.receipt("40")
        book.invoice(line(price=price, amount=amount), currency=currency)
        outcome = book.outcome()
        assert outcome.verdict == "matched"
        assert str(outcome.result.approved) == amount


class TestAllowances:
    def test_a_line_allowance_makes_the_net_price(self, book: Any) -> None:
        billed = line(price="22.00", allowances=[{"amount": "80.00"}], amount="800.00")
        ready(book, billed)
        assert book.outcome().verdict == "matched"

    def test_a_header_allowance_is_spread_before_the_price_test(self, book: Any) -> None:
        book.order(line(price="18.00"), {"qty": "10", "price": "9.00"})
        book.receipt("40", "10")
        book.invoice(line(), {"qty": "10", "price": "10.00"}, allowances=[{"amount": "90.00"}])
        outcome = book.outcome()
        assert outcome.verdict == "matched"
        assert outcome.line_money("1") == ("720.00", "0.00", "0.00")
        assert outcome.line_money("2") == ("90.00", "0.00", "0.00")
        assert outcome.money == ("810.00", "0.00", "0.00")

    def test_the_last_line_takes_the_remainder_and_a_cent_is_forgiven(self, book: Any) -> None:
        third = {"qty": "1", "price": "10.00"}
        book.order(*[{"qty": "1", "price": "9.6667"}] * 3)
        book.receipt("1", "1", "1")
        book.invoice(third, third, third, allowances=[{"amount": "1.00"}])
        outcome = book.outcome()
        assert outcome.money == ("29.00", "0.00", "0.00")
        assert outcome.line_money("3") == ("9.66", "0.00", "0.00")
        assert outcome.verdict == "matched"

    def test_a_discount_of_the_order_is_in_its_price(self, book: Any) -> None:
        book.order(line(disc_pct="5"), discount_pct="10")
        book.receipt("40")
        book.invoice(line(price="17.10"))
        assert book.outcome().verdict == "matched"


class TestForeignCurrency:
    def test_without_a_rate_everything_is_disputed(self, book: Any) -> None:
        book.order(line())
        book.receipt("40")
        book.invoice(line(), currency="EUR")
        outcome = book.outcome()
        assert outcome.codes == ["CURRENCY_MISMATCH"]
        assert outcome.money == ("0.00", "0.00", "800.00")

    @pytest.mark.parametrize("fx", [{"EUR/USD": "1.25"}, {"USD/EUR": "0.80"}])
    def test_an_agreed_rate_converts_the_price(self, book: Any, fx: dict[str, str]) -> None:
        book.order(line())
        book.receipt("40")
        book.invoice(line(price="16.00"), currency="EUR")
        assert book.outcome(fx=fx).verdict == "matched"

    def test_and_may_have_a_margin_of_its_own(self, book: Any) -> None:
        book.order(line())
        book.receipt("40")
        book.invoice(line(price="16.30"), currency="EUR")
        assert book.outcome(fx={"EUR/USD": "1.25"}).line_codes() == ["PRICE_OVER"]
        outcome = book.outcome(fx={"EUR/USD": "1.25"}, fx_pct="2")
        assert outcome.line_codes() == ["PRICE_TOL"]

    def test_what_is_no_currency_is_never_paid(self, book: Any) -> None:
        book.order(line(), currency="QQQ")
        book.receipt("40")
        book.invoice(line(), currency="QQQ")
        assert book.outcome().codes == ["CURRENCY_MISMATCH"]

    def test_an_absent_currency_is_the_orders(self, book: Any) -> None:
        book.order(line(), currency="JPY")
        book.receipt("40")
        book.invoice(line(), currency=None)
        outcome = book.outcome()
        assert outcome.verdict == "matched"
        assert outcome.result.currency == "JPY"
        assert str(outcome.result.approved) == "800"
