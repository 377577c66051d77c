"""Credits by quantity and by price, and subsequent debits (S5.7, S6.4, S6.5)."""

from typing import Any

ORDERED = {"qty": "50", "price": "12.00"}


def ready(book: Any, price: str = "12.00", received: str = "50") -> None:
    book.order(ORDERED)
    book.receipt(received)
    book.invoice({"qty": "50", "price": price})


def units(quantity: str, price: str = "12.00", **fields: Any) -> dict[str, Any]:
    return {"qty": quantity, "price": price, "kind": "qty", "ref_line": 1, **fields}


def off(amount: str, **fields: Any) -> dict[str, Any]:
    return {"qty": "50", "amount": amount, "kind": "price", "ref_line": 1, **fields}


class TestUnits:
    def test_return_and_credit_make_both_match(self, book: Any) -> None:
        ready(book)
        book.returned("4")
        book.credit(units("4"))
        outcomes = book.judge()
        assert outcomes["A-17"].money == ("600.00", "0.00", "0.00")
        assert outcomes["CR-2"].money == ("-48.00", "0.00", "0.00")
        assert {one.verdict for one in outcomes.values()} == {"matched"}

    def test_our_own_debit_memo_works_the_same(self, book: Any) -> None:
        ready(book)
        book.returned("4")
        book.claim("buyer_debit", "OURS", units("4"), ref_invoice="A-17")
        outcomes = book.judge()
        assert outcomes["A-17"].verdict == "matched"
        assert outcomes["OURS"].money == ("-48.00", "0.00", "0.00")

    def test_units_come_back_at_the_credits_own_price(self, book: Any) -> None:
        ready(book, price="13.00")
        book.returned("5")
        book.credit(units("5", "13.00"))
        outcomes = book.judge()
        assert outcomes["A-17"].money == ("605.00", "0.00", "45.00")
        assert outcomes["CR-2"].money == ("-65.00", "0.00", "0.00")

    def test_the_named_invoice_is_offered_first(self, book: Any) -> None:
        book.order(ORDERED)
        book.receipt("50")
        book.invoice({"qty": "30", "price": "12.00"}, id_="FIRST")
        book.invoice({"qty": "30", "price": "12.00"}, id_="SECOND", at="2026-05-12")
        book.credit(units("10"), ref_invoice="SECOND")
        outcomes = book.judge()
        assert outcomes["FIRST"].verdict == "matched"
        assert outcomes["SECOND"].verdict == "matched"

    def test_more_than_billed_is_pending(self, book: Any) -> None:
        ready(book)
        book.credit(units("55"))
        outcome = book.outcome("CR-2")
        assert outcome.money == ("-600.00", "-60.00", "0.00")
        assert outcome.line_codes() == ["CREDIT_EXCEEDS_BILLED"]

    def test_a_credit_that_overtakes_its_invoice_waits(self, book: Any) -> None:
        book.order(ORDERED)
        book.receipt("50")
        book.credit(units("4"))
        outcome = book.outcome("CR-2")
        assert outcome.verdict == "waiting"
        assert outcome.money == ("0.00", "-48.00", "0.00")
        assert outcome.line_codes() == ["WAITING_INVOICE"]

    def test_a_credit_without_an_order_number_follows_its_invoice(self, book: Any) -> None:
        ready(book)
        book.credit(units("4", po_line=None), po=None)
        outcome = book.outcome("CR-2")
        assert outcome.verdict == "matched"
        assert outcome.order_line() == "1"

    def test_a_credit_of_a_duplicate_does_not_touch_the_original(self, book: Any) -> None:
        ready(book)
        book.invoice({"qty": "50", "price": "12.00"}, id_="COPY", number="a 17", at="2026-05-11")
        book.credit(units("50"), ref_invoice="COPY-NUMBER")
        outcomes = book.judge()
        assert outcomes["A-17"].money == ("600.00", "0.00", "0.00")
        assert outcomes["CR-2"].line_codes() == ["WAITING_INVOICE"]

    def test_a_negative_line_of_an_invoice_gives_back(self, book: Any) -> None:
        book.order(ORDERED)
        book.receipt("50")
        book.invoice({"qty": "50", "price": "12.00"}, {"qty": "-5", "price": "12.00", "po_line": 1})
        outcome = book.outcome()
        assert outcome.money == ("540.00", "0.00", "0.00")
        assert outcome.line_money("2") == ("-60.00", "0.00", "0.00")


class TestPrice:
    def test_a_credit_clears_the_price_dispute(self, book: Any) -> None:
        ready(book, price="13.00")
        book.credit(off("50.00"))
        outcomes = book.judge()
        assert outcomes["A-17"].money == ("650.00", "0.00", "0.00")
        assert outcomes["A-17"].line_codes() == []
        assert outcomes["CR-2"].money == ("-50.00", "0.00", "0.00")

    def test_or_a_part_of_it(self, book: Any) -> None:
        ready(book, price="13.00")
        book.credit(off("20.00"))
        outcome = book.outcome()
        assert outcome.money == ("620.00", "0.00", "30.00")
        assert outcome.line_codes() == ["PRICE_OVER"]

    def test_without_units_a_credit_is_on_the_price(self, book: Any) -> None:
        ready(book, price="13.00")
        book.credit(off("50.00", qty=None, kind=None))
        assert book.outcome().verdict == "matched"


class TestSubsequentDebit:
    def debit(self, book: Any, amount: str, **fields: Any) -> None:
        line = {"qty": "0", "amount": amount, "ref_line": 1}
        book.claim("debit_memo", "DM-3", line, **{"ref_invoice": "A-17", **fields})

    def test_up_to_the_order_price_it_is_approved(self, book: Any) -> None:
        ready(book, price="11.00")
        self.debit(book, "50.00")
        outcome = book.outcome("DM-3")
        assert outcome.money == ("50.00", "0.00", "0.00")
        assert outcome.verdict == "matched"

    def test_beyond_it_the_rest_is_disputed(self, book: Any) -> None:
        ready(book, price="11.00")
        self.debit(book, "80.00")
        outcome = book.outcome("DM-3")
        assert outcome.money == ("50.00", "0.00", "30.00")
        assert outcome.line_codes() == ["PRICE_OVER"]

    def test_within_the_gate_all_of_it_passes(self, book: Any) -> None:
        ready(book)
        self.debit(book, "24.00")
        outcome = book.outcome("DM-3", price={"over_pct": "4"})
        assert outcome.money == ("24.00", "0.00", "0.00")
        assert outcome.line_codes() == ["PRICE_TOL"]

    def test_the_cap_of_the_line_holds_for_it_too(self, book: Any) -> None:
        ready(book)
        self.debit(book, "24.00")
        outcome = book.outcome("DM-3", price={"over_pct": "4", "cap_abs": "9"})
        assert outcome.money == ("9.00", "0.00", "15.00")
        assert outcome.line_codes() == ["PRICE_CAP", "PRICE_TOL"]

    def test_two_debits_lift_one_after_the_other(self, book: Any) -> None:
        ready(book, price="11.00")
        self.debit(book, "30.00")
        line = {"qty": "0", "amount": "30.00", "ref_line": 1}
        book.claim("debit_memo", "DM-4", line, ref_invoice="A-17", at="2026-05-15")
        outcomes = book.judge()
        assert outcomes["DM-3"].money == ("30.00", "0.00", "0.00")
        assert outcomes["DM-4"].money == ("20.00", "0.00", "10.00")

    def test_it_pends_while_the_goods_pend(self, book: Any) -> None:
        ready(book, price="11.00", received="20")
        self.debit(book, "50.00")
        outcome = book.outcome("DM-3")
        assert outcome.money == ("20.00", "30.00", "0.00")
        assert outcome.line_codes() == ["WAITING_RECEIPT"]

    def test_it_is_disputed_while_the_line_is(self, book: Any) -> None:
        book.order({"qty": "10", "price": "12.00", "way": 2, "cancelled": True})
        book.invoice({"qty": "10", "price": "11.00"})
        self.debit(book, "10.00")
        outcome = book.outcome("DM-3")
        assert outcome.money == ("0.00", "0.00", "10.00")
        assert outcome.line_codes() == ["PO_CANCELLED"]

    def test_and_while_nobody_ordered_the_goods(self, book: Any) -> None:
        book.order({"qty": "50", "price": "12.00", "vendor_part": "P-1"})
        book.receipt("50")
        book.invoice({"qty": "50", "price": "11.00", "vendor_part": "Q-2"})
        self.debit(book, "50.00")
        outcome = book.outcome("DM-3")
        assert outcome.money == ("0.00", "0.00", "50.00")
        assert outcome.line_codes() == ["PAIR_CONFLICT"]

    def test_it_waits_for_its_invoice(self, book: Any) -> None:
        book.order(ORDERED)
        self.debit(book, "50.00")
        assert book.outcome("DM-3").line_codes() == ["WAITING_INVOICE"]

    def test_it_waits_while_the_invoice_is_held(self, book: Any) -> None:
        ready(book, price="11.00")
        book.documents[-1]["tax_id"] = "TX-1"
        book.master = {"suppliers": {"ACME": {"tax_id": "TX-2"}}}
        self.debit(book, "50.00")
        outcome = book.outcome("DM-3")
        assert outcome.money == ("0.00", "50.00", "0.00")
        assert outcome.line_codes() == ["WAITING_INVOICE"]

    def test_it_shares_the_fate_of_a_duplicate(self, book: Any) -> None:
        ready(book, price="11.00")
        book.documents[0]["ers"] = True
        self.debit(book, "50.00")
        assert book.outcome("DM-3").money == ("0.00", "0.00", "50.00")


class TestUnitsAtAnotherPrice:
    def test_what_a_credit_leaves_of_its_units_is_disputed(self, book: Any) -> None:
        ready(book)
        book.returned("5")
        book.credit(units("5", "9.00"))
        outcomes = book.judge()
        assert outcomes["A-17"].money == ("585.00", "0.00", "15.00")
        assert outcomes["A-17"].line_codes() == ["PRICE_OVER"]
        assert outcomes["CR-2"].money == ("-45.00", "0.00", "0.00")

    def test_however_wide_the_gate(self, book: Any) -> None:
        ready(book)
        book.returned("5")
        book.credit(units("5", "9.00"))
        assert book.outcome(price={"over_pct": "50"}).money == ("585.00", "0.00", "15.00")

    def test_unless_it_is_less_than_the_floor(self, book: Any) -> None:
        ready(book)
        book.returned("5")
        book.credit(units("5", "9.00"))
        outcome = book.outcome(price={"floor_abs": "15.00"})
        assert outcome.money == ("600.00", "0.00", "0.00")
        assert outcome.line_codes() == ["PRICE_TOL"]

    def test_a_generous_credit_lowers_the_price_of_the_rest(self, book: Any) -> None:
        ready(book)
        book.returned("5")
        book.credit(units("5", "13.00"))
        outcomes = book.judge()
        assert outcomes["A-17"].money == ("600.00", "0.00", "0.00")
        assert outcomes["A-17"].line_codes() == ["PRICE_UNDER"]
        assert outcomes["CR-2"].money == ("-65.00", "0.00", "0.00")
