"""The header: charges, tax, arithmetic, dates, payee, terms, state of the order (S7)."""

from typing import Any

import pytest

GOODS = {"qty": "10", "price": "30.00"}
TAXED = {**GOODS, "tax": "0.20"}
PLANNED = {"charges": [{"type": "freight", "amount": "40.00"}]}
ORDERED = {"terms": {"net": 45, "disc_pct": "3", "disc_days": 14}}
KNOWN = {"suppliers": {"ACME": {"tax_id": "DE 1", "bank": "GB00 1111", "remit_to": "PO Box 7"}}}


def ready(
    book: Any, received: str = "10", line: dict[str, Any] | None = None, **order: Any
) -> None:
    book.order(line or GOODS, **order)
    book.receipt(received)


class TestCharges:
    def bill(self, book: Any, amount: str, kind: str = "freight", **fields: Any) -> None:
        line = fields.pop("line", GOODS)
        book.invoice(line, charges=[{"type": kind, "amount": amount}], **fields)

    def test_as_planned(self, book: Any) -> None:
        ready(book, **PLANNED)
        self.bill(book, "40.00")
        assert book.outcome().verdict == "matched"

    def test_within_tolerance(self, book: Any) -> None:
        ready(book, **PLANNED)
        self.bill(book, "43.00")
        outcome = book.outcome(charge={"over_pct": "10"})
        assert outcome.codes == ["CHARGE_TOL"]
        assert outcome.verdict == "matched_within_tolerance"

    def test_beyond_it_the_excess_is_disputed(self, book: Any) -> None:
        ready(book, **PLANNED)
        self.bill(book, "70.00")
        outcome = book.outcome(charge={"over_pct": "10", "over_abs": "3"})
        assert outcome.codes == ["CHARGE_OVER"]
        assert outcome.money == ("343.00", "0.00", "27.00")
        assert outcome.line("1").verdict == "matched"

    def test_the_plan_is_shared_by_all_invoices(self, book: Any) -> None:
        ready(book, **PLANNED)
        half = {**GOODS, "qty": "5"}
        self.bill(book, "25.00", id_="C-1", line=half)
        self.bill(book, "25.00", id_="C-2", line=half, at="2026-05-13")
        outcomes = book.judge()
        assert outcomes["C-1"].verdict == "matched"
        assert outcomes["C-2"].money == ("165.00", "0.00", "10.00")

    def test_what_nobody_planned(self, book: Any) -> None:
        ready(book, **PLANNED)
        self.bill(book, "18.00", kind="handling")
        outcome = book.outcome(charge={"unplanned_abs": "15"})
        assert outcome.codes == ["CHARGE_UNPLANNED"]
        assert outcome.money == ("315.00", "0.00", "3.00")

    def test_unplanned_but_allowed(self, book: Any) -> None:
        ready(book)
        self.bill(book, "12.00", kind="handling")
        outcome = book.outcome(charge={"unplanned_abs": "15"})
        assert outcome.codes == ["CHARGE_TOL"]

    def test_charges_wait_while_all_goods_wait(self, book: Any) -> None:
        book.order(GOODS, **PLANNED)
        self.bill(book, "40.00")
        assert book.outcome().money == ("0.00", "340.00", "0.00")

    def test_and_go_with_the_first_goods_released(self, book: Any) -> None:
        ready(book, received="1", **PLANNED)
        self.bill(book, "40.00")
        assert book.outcome().money == ("70.00", "270.00", "0.00")

    def test_and_are_disputed_when_all_goods_are(self, book: Any) -> None:
        book.order(GOODS, status="cancelled", **PLANNED)
        self.bill(book, "40.00")
        outcome = book.outcome()
        assert outcome.money == ("0.00", "0.00", "340.00")
        assert outcome.codes == []

    def test_orders_of_one_invoice_share_their_plans(self, book: Any) -> None:
        ready(book, **PLANNED)
        book.order(GOODS, id_="PO2", number="8800", **PLANNED)
        book.receipt("10", id_="GR2", po="8800")
        lines = [GOODS, {**GOODS, "po": "8800", "po_line": 1}]
        book.invoice(*lines, charges=[{"type": "freight", "amount": "80.00"}])
        assert book.outcome().verdict == "matched"

    def test_a_credit_gives_the_plan_back(self, book: Any) -> None:
        ready(book, **PLANNED)
        self.bill(book, "40.00")
        book.credit(
            {**GOODS, "qty": "2", "ref_line": 1}, charges=[{"type": "freight", "amount": "40.00"}]
        )
        assert book.outcome("CR-2").money == ("-100.00", "0.00", "0.00")


class TestTax:
    def bill(self, book: Any, amount: str, rate: str = "0.20", **line: Any) -> None:
        full = {**GOODS, "tax": rate, **line}
        book.invoice(full, tax=[{"rate": rate, "amount": amount}])

    def test_as_computed(self, book: Any) -> None:
        ready(book, line=TAXED)
        self.bill(book, "60.00")
        assert book.outcome().money == ("360.00", "0.00", "0.00")

    def test_over(self, book: Any) -> None:
        ready(book, line=TAXED)
        self.bill(book, "75.00")
        outcome = book.outcome()
        assert outcome.codes == ["TAX_OVER"]
        assert outcome.money == ("360.00", "0.00", "15.00")
        assert outcome.line("1").verdict == "matched"

    def test_under_is_paid_as_billed(self, book: Any) -> None:
        ready(book, line=TAXED)
        self.bill(book, "50.00")
        outcome = book.outcome()
        assert outcome.codes == ["TAX_UNDER"]
        assert outcome.verdict == "matched"
        assert outcome.money == ("350.00", "0.00", "0.00")

    def test_a_cent_for_each_line_is_rounding(self, book: Any) -> None:
        ready(book, line=TAXED)
        self.bill(book, "60.01")
        outcome = book.outcome()
        assert outcome.codes == ["TAX_ROUNDING"]
        assert outcome.verdict == "matched_within_tolerance"

    def test_policy_may_allow_more(self, book: Any) -> None:
        ready(book, line=TAXED)
        self.bill(book, "60.40")
        assert book.outcome(tax={"abs": "0.50"}).codes == ["TAX_ROUNDING"]

    def test_another_rate_than_ordered(self, book: Any) -> None:
        ready(book, line=TAXED)
        self.bill(book, "75.00", rate="0.25")
        outcome = book.outcome()
        assert outcome.codes == ["TAX_RATE_MISMATCH"]
        assert outcome.money == ("360.00", "0.00", "15.00")

    def test_without_a_rate_on_the_order_the_invoices_counts(self, book: Any) -> None:
        ready(book)
        self.bill(book, "75.00", rate="0.25")
        assert book.outcome().verdict == "matched"

    def test_a_line_without_a_rate_beside_others_is_not_taxed(self, book: Any) -> None:
        book.order({"qty": "10", "price": "5.00"}, {"qty": "10", "price": "5.00"})
        book.receipt("10", "10")
        lines = ({"qty": "10", "price": "5.00", "tax": "0.20"}, {"qty": "10", "price": "5.00"})
        book.invoice(*lines, tax=[{"rate": "0.20", "amount": "10.00"}])
        assert book.outcome().verdict == "matched"
        assert book.outcome().codes == []

    @pytest.mark.parametrize(("rate", "codes"), [(None, []), ("0.20", ["TAX_OVER"])])
    def test_without_a_rate_on_the_order_allowances_may_come_after_tax(
        self, book: Any, rate: str | None, codes: list[str]
    ) -> None:
        ready(book, line={**GOODS, "tax": rate} if rate else GOODS)
        book.invoice(
            {**GOODS, "price": "32.00", "tax": "0.20"},
            tax=[{"rate": "0.20", "amount": "64.00"}],
            allowances=[{"amount": "20.00"}],
        )
        assert book.outcome().codes == codes
        assert book.outcome().money[0] == ("364.00" if rate is None else "360.00")

    def test_tax_waits_with_its_goods(self, book: Any) -> None:
        ready(book, received="4", line=TAXED)
        self.bill(book, "60.00")
        assert book.outcome().money == ("144.00", "216.00", "0.00")

    def test_tax_on_disputed_goods_is_disputed(self, book: Any) -> None:
        ready(book, received="12", line=TAXED)
        self.bill(book, "72.00", qty="12")
        outcome = book.outcome()
        assert outcome.codes == []
        assert outcome.money == ("360.00", "0.00", "72.00")

    def test_each_rate_is_rounded_by_itself(self, book: Any) -> None:
        book.order({"qty": "1", "price": "10.03", "tax": "0.05"}, {**GOODS, "tax": "0.20"})
        book.receipt("1", "10")
        lines = [{"qty": "1", "price": "10.03", "tax": "0.05"}, {**GOODS, "tax": "0.20"}]
        taxes = [{"rate": "0.05", "amount": "0.50"}, {"rate": "0.20", "amount": "60.00"}]
        book.invoice(*lines, tax=taxes)
        assert book.outcome().verdict == "matched"

    def test_tax_without_any_rate_is_taken_as_it_stands(self, book: Any) -> None:
        ready(book, received="5")
        book.invoice(GOODS, tax=[{"amount": "24.00"}])
        assert book.outcome().money == ("162.00", "162.00", "0.00")

    def test_charges_are_taxed_as_far_as_the_document_says(self, book: Any) -> None:
        ready(book, line=TAXED, charges=[{"type": "freight", "amount": "50.00"}])
        taxes = [{"rate": "0.20", "amount": "70.00", "taxable": "350.00"}]
        book.invoice(TAXED, charges=[{"type": "freight", "amount": "50.00"}], tax=taxes)
        assert book.outcome().verdict == "matched"


class TestArithmetic:
    def test_a_line_that_is_too_dear_for_its_numbers(self, book: Any) -> None:
        ready(book)
        book.invoice({**GOODS, "amount": "330.00"})
        outcome = book.outcome()
        assert outcome.line_codes() == ["ARITH_LINE"]
        assert outcome.line_money() == ("300.00", "0.00", "30.00")

    def test_a_line_that_is_too_cheap_for_its_numbers(self, book: Any) -> None:
        ready(book)
        book.invoice({**GOODS, "amount": "290.00"})
        outcome = book.outcome()
        assert outcome.line_codes() == ["ARITH_LINE", "PRICE_UNDER"]
        assert outcome.money == ("290.00", "0.00", "0.00")

    def test_a_cent_is_rounding(self, book: Any) -> None:
        ready(book, line={"qty": "3", "price": "3.335"})
        book.invoice({"qty": "3", "price": "3.335", "amount": "10.00"})
        assert "ARITH_LINE" not in book.outcome().line_codes()

    @pytest.mark.parametrize(
        ("total", "codes", "money"),
        [
            ("300.03", ["ROUNDING"], ("300.03", "0.00", "0.00")),
            ("299.97", ["ROUNDING"], ("299.97", "0.00", "0.00")),
            ("300.06", ["ARITH_TOTAL"], ("300.00", "0.00", "0.06")),
            ("307.00", ["ARITH_TOTAL"], ("300.00", "0.00", "7.00")),
            ("288.00", ["ARITH_TOTAL"], ("288.00", "0.00", "0.00")),
        ],
    )
    def test_the_total(
        self, book: Any, total: str, codes: list[str], money: tuple[str, str, str]
    ) -> None:
        ready(book)
        book.invoice(GOODS, total=total)
        outcome = book.outcome()
        assert (outcome.codes, outcome.money) == (codes, money)
        assert outcome.line("1").verdict == "matched"

    def test_a_total_below_its_parts_takes_from_disputes_first(self, book: Any) -> None:
        ready(book, received="4")
        book.invoice({**GOODS, "price": "32.00"}, total="302.00")
        assert book.outcome().money == ("120.00", "180.00", "2.00")

    def test_a_total_below_nought_approves_nothing(self, book: Any) -> None:
        book.order({"qty": "10", "price": "5.00"})
        book.receipt("10")
        book.invoice({"qty": "10", "price": "5.00"}, total="-20.00")
        outcome = book.outcome()
        assert outcome.money == ("0.00", "0.00", "-20.00")
        assert outcome.codes == ["ARITH_TOTAL"]

    def test_declared_rounding_is_part_of_the_sum(self, book: Any) -> None:
        ready(book)
        book.invoice(GOODS, rounding="0.40")
        outcome = book.outcome()
        assert outcome.verdict == "matched"
        assert outcome.money == ("300.40", "0.00", "0.00")

    def test_the_limit_is_policy(self, book: Any) -> None:
        ready(book)
        book.invoice(GOODS, total="300.06")
        assert book.outcome(total={"rounding_abs": "0.10"}).codes == ["ROUNDING"]


class TestDates:
    def test_a_future_date_waits(self, book: Any) -> None:
        ready(book)
        book.invoice(GOODS, at="2026-05-23")
        outcome = book.outcome()
        assert outcome.codes == ["INV_DATE_FUTURE"]
        assert outcome.money == ("0.00", "300.00", "0.00")
        assert outcome.line("1").verdict == "exception"
        assert book.outcome(dates={"future_days": 3}).verdict == "matched"

    def test_before_the_order_warns(self, book: Any) -> None:
        ready(book)
        book.invoice(GOODS, at="2026-03-31")
        outcome = book.outcome()
        assert outcome.codes == ["INV_BEFORE_PO"]
        assert outcome.verdict == "matched"

    def test_or_blocks(self, book: Any) -> None:
        ready(book)
        book.invoice(GOODS, at="2026-03-31")
        outcome = book.outcome(dates={"before_po": "block"})
        assert outcome.codes == ["INV_BEFORE_PO_BLOCK"]
        assert outcome.money == ("0.00", "300.00", "0.00")

    def test_an_old_invoice_warns(self, book: Any) -> None:
        ready(book, date="2025-01-01")
        book.invoice(GOODS, at="2025-05-19")
        outcome = book.outcome()
        assert outcome.codes == ["INV_STALE"]
        assert outcome.verdict == "matched"
        book.documents[-1]["date"] = "2025-05-20"
        assert book.outcome().codes == []


class TestPayee:
    @pytest.mark.parametrize(
        ("stated", "code"),
        [
            ({"tax_id": "DE2"}, "TAX_ID_MISMATCH"),
            ({"bank": "GB00 2222"}, "BANK_CHANGE"),
            ({"remit_to": "PO Box 8"}, "REMIT_TO_CHANGE"),
        ],
    )
    def test_what_differs_from_master_data_holds_the_payment(
        self, book: Any, stated: dict[str, str], code: str
    ) -> None:
        ready(book, received="12")
        book.master = KNOWN
        book.invoice({**GOODS, "qty": "12"}, **stated)
        outcome = book.outcome()
        assert outcome.codes == [code]
        assert outcome.money == ("0.00", "300.00", "60.00")
        assert outcome.line_codes() == ["QTY_OVER_ORDERED"]

    def test_spacing_is_no_difference(self, book: Any) -> None:
        ready(book)
        book.master = KNOWN
        book.invoice(GOODS, tax_id="DE1", bank="GB001111", remit_to="P.O. Box 7")
        assert book.outcome().verdict == "matched"

    def test_a_bank_change_is_critical(self, book: Any) -> None:
        ready(book)
        book.master = KNOWN
        book.invoice(GOODS, bank="GB00 2222")
        assert book.outcome().finding("BANK_CHANGE").severity == "critical"

    def test_a_blocked_supplier(self, book: Any) -> None:
        ready(book)
        book.master = {"suppliers": {"ACME": {"blocked": True}}}
        book.invoice(GOODS)
        assert book.outcome().codes == ["SUPPLIER_BLOCKED"]

    def test_a_stranger_reserves_nothing(self, book: Any) -> None:
        ready(book)
        book.invoice(GOODS, id_="THEIRS", supplier="OTHER", at="2026-05-07")
        book.invoice(GOODS)
        outcomes = book.judge()
        assert outcomes["THEIRS"].codes == ["SUPPLIER_MISMATCH"]
        assert outcomes["THEIRS"].money == ("0.00", "300.00", "0.00")
        assert outcomes["THEIRS"].line_codes() == []
        assert outcomes["A-17"].verdict == "matched"

    def test_a_party_group_is_one_supplier(self, book: Any) -> None:
        ready(book)
        book.master = {"suppliers": {"ACME": {"group": "G"}, "ACME-WEST": {"group": "G"}}}
        book.invoice(GOODS, supplier="ACME-WEST")
        assert book.outcome().verdict == "matched"

    def test_a_claim_on_hold_keeps_its_place(self, book: Any) -> None:
        ready(book)
        book.master = KNOWN
        book.invoice(GOODS, bank="GB00 2222")
        book.invoice(GOODS, id_="NEXT", at="2026-05-12")
        assert book.outcome("NEXT").line_codes() == ["QTY_OVER_ORDERED"]


class TestTerms:
    def terms(self, outcome: Any) -> Any:
        return outcome.result.terms

    def test_the_orders_terms_pay(self, book: Any) -> None:
        ready(book, received="5", **ORDERED)
        book.invoice(GOODS, tax=[{"rate": "0.10", "amount": "30.00"}])
        terms = self.terms(book.outcome())
        assert terms.source == "po"
        assert str(terms.due) == "2026-06-24"
        assert str(terms.discount_until) == "2026-05-24"
        assert str(terms.discount_amount) == "4.50"
        assert terms.discount_open
        assert str(terms.per_year) == "36.4"

    def test_worse_terms_are_told(self, book: Any) -> None:
        ready(book, **ORDERED)
        book.invoice(GOODS, terms={"net": 20})
        outcome = book.outcome()
        assert outcome.codes == ["TERMS_WORSE"]
        assert outcome.verdict == "matched"

    @pytest.mark.parametrize(
        ("choose", "source", "due"),
        [
            ("po", "po", "2026-06-24"),
            ("best", "invoice", "2026-07-09"),
        ],
    )
    def test_better_terms_may_be_taken(self, book: Any, choose: str, source: str, due: str) -> None:
        ready(book, **ORDERED)
        book.invoice(GOODS, terms={"net": 60, "disc_pct": "3", "disc_days": 14})
        outcome = book.outcome(terms={"choose": choose})
        assert outcome.codes == ["TERMS_BETTER"]
        assert self.terms(outcome).source == source
        assert str(self.terms(outcome).due) == due

    def test_equal_terms_are_not_told(self, book: Any) -> None:
        ready(book, **ORDERED)
        book.invoice(GOODS, terms={"net": 45, "disc_pct": "3.0", "disc_days": 14})
        assert book.outcome().codes == []

    def test_end_of_month_comes_first(self, book: Any) -> None:
        ready(book, terms={"net": 10, "eom": True})
        book.invoice(GOODS)
        assert str(self.terms(book.outcome()).due) == "2026-06-10"

    @pytest.mark.parametrize(
        ("baseline", "due"),
        [
            ("invoice_date", "2026-06-24"),
            ("receipt_date", "2026-06-18"),
            ("later", "2026-06-24"),
        ],
    )
    def test_the_baseline_is_policy(self, book: Any, baseline: str, due: str) -> None:
        ready(book, **ORDERED)
        book.invoice(GOODS)
        terms = self.terms(book.outcome(terms={"baseline": baseline}))
        assert str(terms.due) == due

    def test_a_window_that_passed_is_closed(self, book: Any) -> None:
        ready(book, **ORDERED)
        book.invoice(GOODS, at="2026-05-05")
        assert self.terms(book.outcome()).discount_open is False

    def test_a_zero_discount_makes_no_window(self, book: Any) -> None:
        ready(book, terms={"net": 30, "disc_pct": "0", "disc_days": 10})
        book.invoice(GOODS)
        terms = self.terms(book.outcome())
        assert terms.discount_until is terms.discount_amount is None

    def test_without_ordered_terms_the_invoices_count(self, book: Any) -> None:
        ready(book)
        book.invoice(GOODS, terms={"net": 20})
        assert self.terms(book.outcome()).source == "invoice"


class TestOrderState:
    @pytest.mark.parametrize(
        ("status", "code"), [("draft", "PO_NOT_APPROVED"), ("closed", "PO_CLOSED")]
    )
    def test_a_buyer_must_decide(self, book: Any, status: str, code: str) -> None:
        ready(book, received="12", status=status)
        book.invoice({**GOODS, "qty": "12"})
        outcome = book.outcome()
        assert outcome.codes == []
        assert outcome.line_codes() == sorted([code, "QTY_OVER_ORDERED"])
        assert outcome.money == ("0.00", "300.00", "60.00")
