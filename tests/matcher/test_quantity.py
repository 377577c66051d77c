"""Quantities: cells, tolerances, returns, cancellation, amounts (S1.2, S5)."""

from typing import Any

import pytest

HUNDRED = {"qty": "80", "price": "5.00"}


def billed(quantity: str, price: str = "5.00", **fields: Any) -> dict[str, Any]:
    return {"qty": quantity, "price": price, **fields}


def test_what_was_ordered_received_and_billed_is_paid(book: Any) -> None:
    book.order(HUNDRED)
    book.receipt("80")
    book.invoice(billed("80"))
    outcome = book.outcome()
    assert outcome.verdict == "matched"
    assert outcome.money == ("400.00", "0.00", "0.00")
    assert outcome.line_codes() == []


def test_what_has_not_come_waits(book: Any) -> None:
    book.order(HUNDRED)
    book.receipt("30")
    book.invoice(billed("80"))
    outcome = book.outcome()
    assert outcome.verdict == "waiting"
    assert outcome.line_money() == ("150.00", "250.00", "0.00")
    assert outcome.line_codes() == ["WAITING_RECEIPT"]


def test_a_receipt_does_not_enlarge_the_order(book: Any) -> None:
    book.order(HUNDRED)
    book.receipt("90")
    book.invoice(billed("90"))
    outcome = book.outcome()
    assert outcome.verdict == "exception"
    assert outcome.line_money() == ("400.00", "0.00", "50.00")
    assert outcome.line_codes() == ["QTY_OVER_ORDERED"]


def test_short_and_final_is_a_dispute_not_a_wait(book: Any) -> None:
    book.order(HUNDRED)
    book.receipt("72", final=True)
    book.invoice(billed("80"))
    outcome = book.outcome()
    assert outcome.line_money() == ("360.00", "0.00", "40.00")
    assert outcome.line_codes() == ["QTY_OVER_RECEIVED"]


def test_the_order_line_itself_may_be_final(book: Any) -> None:
    book.order({**HUNDRED, "final": True})
    book.receipt("72")
    book.invoice(billed("80"))
    assert book.outcome().line_codes() == ["QTY_OVER_RECEIVED"]


def test_two_ways_need_no_receipt(book: Any) -> None:
    book.order({**HUNDRED, "way": 2})
    book.invoice(billed("85"))
    outcome = book.outcome()
    assert outcome.line_money() == ("400.00", "0.00", "25.00")
    assert outcome.line_codes() == ["QTY_OVER_ORDERED"]


def test_small_invoices_may_skip_the_receipt(book: Any) -> None:
    book.order(HUNDRED)
    book.invoice(billed("10"), id_="SMALL")
    book.invoice(billed("20"), id_="LARGE", at="2026-05-11")
    outcomes = book.judge(two_way_below="60")
    assert outcomes["SMALL"].verdict == "matched"
    assert outcomes["LARGE"].line_codes() == ["WAITING_RECEIPT"]


class TestFourWays:
    def test_rejected_goods_are_disputed(self, book: Any) -> None:
        book.order({**HUNDRED, "way": 4})
        book.receipt("80")
        book.inspection("74", "6")
        book.invoice(billed("80"))
        outcome = book.outcome()
        assert outcome.line_money() == ("370.00", "0.00", "30.00")
        assert outcome.line_codes() == ["QTY_REJECTED"]

    def test_goods_in_inspection_wait(self, book: Any) -> None:
        book.order({**HUNDRED, "way": 4})
        book.receipt("60")
        book.inspection("25", "5")
        book.invoice(billed("80"))
        outcome = book.outcome()
        assert outcome.line_money() == ("125.00", "250.00", "25.00")
        assert outcome.line_codes() == ["QTY_REJECTED", "WAITING_INSPECTION", "WAITING_RECEIPT"]

    def test_rejected_goods_wait_where_a_replacement_is_expected(self, book: Any) -> None:
        book.order({**HUNDRED, "way": 4})
        book.receipt("80")
        book.inspection("74", "6")
        book.invoice(billed("80"))
        outcome = book.outcome(rejected="await_replacement")
        assert outcome.line_money() == ("370.00", "30.00", "0.00")
        assert outcome.line_codes() == ["QTY_REJECTED"]

    def test_returning_rejected_goods_counts_once(self, book: Any) -> None:
        book.order({**HUNDRED, "way": 4})
        book.receipt("80")
        book.inspection("74", "6")
        book.returned("6", of="rejected")
        book.invoice(billed("80"))
        outcome = book.outcome()
        assert outcome.line_money() == ("370.00", "0.00", "30.00")
        assert outcome.line_codes() == ["RETURN_NOT_CREDITED"]

    def test_rejected_goods_sent_back_for_replacement_wait(self, book: Any) -> None:
        book.order({**HUNDRED, "way": 4})
        book.receipt("80")
        book.inspection("74", "6")
        book.returned("6", of="rejected", **{"for": "replacement"})
        book.invoice(billed("80"))
        outcome = book.outcome()
        assert outcome.line_money() == ("370.00", "30.00", "0.00")
        assert outcome.line_codes() == ["WAITING_RECEIPT"]

    def test_accepted_goods_that_went_back_are_not_accepted_any_more(self, book: Any) -> None:
        book.order({**HUNDRED, "way": 4})
        book.receipt("80")
        book.inspection("80", "0")
        book.returned("10", of="accepted")
        book.invoice(billed("80"))
        assert book.outcome().line_money() == ("350.00", "0.00", "50.00")

    def test_acceptance_has_a_tolerance(self, book: Any) -> None:
        book.order({**HUNDRED, "way": 4})
        book.receipt("80")
        book.inspection("78", "2")
        book.invoice(billed("80"))
        outcome = book.outcome(qty={"accepted_abs": "1", "accepted_pct": "unlimited"})
        assert outcome.line_money() == ("395.00", "0.00", "5.00")
        assert outcome.line_codes() == ["QTY_REJECTED", "QTY_TOL"]


class TestTolerance:
    @pytest.mark.parametrize(
        ("limits", "approved"),
        [
            ({}, "400.00"),
            ({"ordered_pct": "10"}, "440.00"),
            ({"ordered_pct": "10", "ordered_abs": "2"}, "410.00"),
            ({"ordered_pct": "1", "ordered_abs": "7"}, "404.00"),
            ({"ordered_abs": "7"}, "400.00"),
            ({"ordered_pct": "unlimited", "ordered_abs": "7"}, "435.00"),
            ({"ordered_pct": "unlimited"}, "500.00"),
        ],
    )
    def test_the_lesser_of_the_limits_given(
        self, book: Any, limits: dict[str, str], approved: str
    ) -> None:
        book.order({**HUNDRED, "way": 2})
        book.invoice(billed("100"))
        assert book.outcome(qty=limits).line_money()[0] == approved

    def test_what_only_tolerance_allows_is_flagged(self, book: Any) -> None:
        book.order(HUNDRED)
        book.receipt("90")
        book.invoice(billed("90"))
        outcome = book.outcome(qty={"ordered_pct": "5"})
        assert outcome.line_codes() == ["QTY_OVER_ORDERED", "QTY_TOL"]
        assert outcome.line_money() == ("420.00", "0.00", "30.00")

    def test_the_ceiling_holds_over_all_invoices(self, book: Any) -> None:
        book.order(HUNDRED)
        book.receipt("100")
        book.invoice(billed("50"), id_="B-1")
        book.invoice(billed("50"), id_="B-2", at="2026-05-12")
        outcomes = book.judge(qty={"ordered_pct": "5"})
        assert outcomes["B-1"].line_money() == ("250.00", "0.00", "0.00")
        assert outcomes["B-2"].line_money() == ("170.00", "0.00", "80.00")

    def test_a_received_tolerance_on_a_short_final_delivery(self, book: Any) -> None:
        book.order(HUNDRED)
        book.receipt("75", final=True)
        book.invoice(billed("80"))
        outcome = book.outcome(qty={"received_pct": "4"})
        assert outcome.line_money() == ("390.00", "0.00", "10.00")
        assert outcome.line_codes() == ["QTY_OVER_RECEIVED", "QTY_TOL"]


class TestOrderOfClaims:
    def test_the_earlier_date_comes_first(self, book: Any) -> None:
        book.order(HUNDRED)
        book.receipt("80")
        book.invoice(billed("50"), id_="LATE", at="2026-05-12")
        book.invoice(billed("50"), id_="EARLY", at="2026-05-09")
        outcomes = book.judge()
        assert outcomes["EARLY"].verdict == "matched"
        assert outcomes["LATE"].line_money() == ("150.00", "0.00", "100.00")

    def test_a_claim_that_names_a_receipt_takes_no_more_than_it_brought(self, book: Any) -> None:
        book.order(HUNDRED)
        book.receipt("50", id_="GR-A")
        book.receipt("30", id_="GR-B")
        book.invoice(billed("40", receipt="GR-B"), id_="ONE")
        book.invoice(billed("50", receipt="GR-A"), id_="TWO", at="2026-05-11")
        outcomes = book.judge()
        assert outcomes["ONE"].line_money() == ("150.00", "50.00", "0.00")
        assert outcomes["TWO"].verdict == "matched"

    def test_two_claims_share_the_receipt_that_both_name(self, book: Any) -> None:
        book.order(HUNDRED)
        book.receipt("60", id_="GR-A")
        book.invoice(billed("40", receipt="GR-A"), id_="ONE")
        book.invoice(billed("40", receipt="GR-A"), id_="TWO", at="2026-05-11")
        outcomes = book.judge()
        assert outcomes["ONE"].verdict == "matched"
        assert outcomes["TWO"].line_money() == ("100.00", "100.00", "0.00")

    def test_a_claim_that_names_a_receipt_comes_before_one_that_does_not(self, book: Any) -> None:
        book.order(HUNDRED)
        book.receipt("80", id_="GR-A")
        book.invoice(billed("80"), id_="PLAIN", at="2026-05-08")
        book.invoice(billed("30", receipt="GR-A"), id_="NAMING", at="2026-05-11")
        outcomes = book.judge()
        assert outcomes["NAMING"].verdict == "matched"
        assert outcomes["PLAIN"].line_money() == ("250.00", "0.00", "150.00")


class TestReturns:
    def test_goods_returned_for_credit_are_disputed_until_credited(self, book: Any) -> None:
        book.order(HUNDRED)
        book.receipt("80")
        book.returned("8")
        book.invoice(billed("80"))
        outcome = book.outcome()
        assert outcome.line_money() == ("360.00", "0.00", "40.00")
        assert outcome.line_codes() == ["RETURN_NOT_CREDITED"]

    def test_a_replacement_releases_what_was_returned_for_it(self, book: Any) -> None:
        book.order(HUNDRED)
        book.receipt("80")
        book.returned("8", **{"for": "replacement"})
        book.invoice(billed("80"))
        assert book.outcome().line_money() == ("360.00", "40.00", "0.00")
        book.receipt("8", id_="GR2")
        assert book.outcome().verdict == "matched"


class TestCancellation:
    def test_what_had_come_is_paid(self, book: Any) -> None:
        book.order(HUNDRED, status="cancelled")
        book.receipt("25")
        book.invoice(billed("60"))
        outcome = book.outcome()
        assert outcome.line_money() == ("125.00", "0.00", "175.00")
        assert outcome.line_codes() == ["PO_CANCELLED"]

    def test_one_line_may_be_cancelled(self, book: Any) -> None:
        book.order({**HUNDRED, "cancelled": True}, HUNDRED)
        book.receipt("0", "80")
        book.invoice(billed("10"), billed("80"))
        outcome = book.outcome()
        assert outcome.line_codes("1") == ["PO_CANCELLED"]
        assert outcome.line_codes("2") == []

    def test_a_return_from_a_cancelled_order_counts_once(self, book: Any) -> None:
        book.order(HUNDRED, status="cancelled")
        book.receipt("25")
        book.returned("5")
        book.invoice(billed("25"))
        outcome = book.outcome()
        assert outcome.line_money() == ("100.00", "0.00", "25.00")
        assert outcome.line_codes() == ["RETURN_NOT_CREDITED"]


class TestAmounts:
    def test_a_service_is_matched_by_money(self, book: Any) -> None:
        book.order({"basis": "amount", "amount": "900.00", "desc": "survey"})
        book.goods("receipt", "SE1", {"po_line": 1, "amount": "500.00"})
        book.invoice({"qty": "1", "amount": "620.00"})
        outcome = book.outcome()
        assert outcome.line_money() == ("500.00", "120.00", "0.00")
        assert outcome.line_codes() == ["WAITING_RECEIPT"]

    def test_a_value_limit_caps_all_invoices(self, book: Any) -> None:
        book.order({"qty": "500", "price": "5.00", "way": 2}, limit="1000.00")
        book.invoice(billed("120"), id_="L-1")
        book.invoice(billed("120"), id_="L-2", at="2026-05-12")
        outcomes = book.judge()
        assert outcomes["L-1"].verdict == "matched"
        assert outcomes["L-2"].line_money() == ("400.00", "0.00", "200.00")
        assert outcomes["L-2"].line_codes() == ["BLANKET_LIMIT"]

    def test_a_value_limit_has_a_tolerance(self, book: Any) -> None:
        book.order({"qty": "500", "price": "5.00", "way": 2}, limit="1000.00")
        book.invoice(billed("210"))
        assert book.outcome(limit={"over_pct": "3"}).line_money() == ("1030.00", "0.00", "20.00")

    @pytest.mark.parametrize(
        ("day", "codes"), [("2026-05-31", []), ("2026-06-01", ["BLANKET_EXPIRED"])]
    )
    def test_services_outside_the_validity_wait(
        self, book: Any, day: str, codes: list[str]
    ) -> None:
        book.order({**HUNDRED, "way": 2}, valid_from="2026-05-01", valid_to="2026-05-31")
        book.invoice(billed("10", service_date=day))
        outcome = book.outcome()
        assert outcome.line_codes() == codes
        assert outcome.line_money()[1] == ("50.00" if codes else "0.00")


class TestValueLimits:
    def test_half_a_cent_of_tolerance_is_rounded_once(self, book: Any) -> None:
        book.order({**HUNDRED, "way": 2}, limit="75.50")
        book.invoice(billed("20"))
        book.invoice(billed("2"), id_="B-18", at="2026-05-12")
        outcomes = book.judge(limit={"over_pct": "3"})
        assert outcomes["A-17"].line_money() == ("77.77", "0.00", "22.23")
        assert outcomes["B-18"].line_money() == ("0.00", "0.00", "10.00")

    def test_a_limit_below_nought_allows_nothing(self, book: Any) -> None:
        book.order({**HUNDRED, "way": 2}, limit="-5.00")
        book.invoice(billed("20"))
        assert book.outcome().line_money() == ("0.00", "0.00", "100.00")


class TestShipNotices:
    def test_shipped_is_not_received(self, book: Any) -> None:
        book.order(HUNDRED)
        book.goods("asn", "SN1", {"po_line": 1, "qty": "80"}, eta="2026-05-22")
        book.invoice(billed("80"))
        outcome = book.outcome()
        assert outcome.line_codes() == ["WAITING_RECEIPT"]
        assert "2026-05-22" in outcome.finding("WAITING_RECEIPT").sentence

    def test_a_trusted_suppliers_notice_stands_for_the_receipt(self, book: Any) -> None:
        book.order(HUNDRED)
        book.goods("asn", "SN1", {"po_line": 1, "qty": "80"})
        book.invoice(billed("80"))
        trusted = [{"match": {"supplier": "ACME"}, "set": {"asn_is_receipt": True}}]
        assert book.outcome(overrides=trusted).verdict == "matched"

    def test_a_receipt_replaces_the_notice_that_it_names(self, book: Any) -> None:
        book.order(HUNDRED)
        book.goods("asn", "SN1", {"po_line": 1, "qty": "80"})
        book.goods("receipt", "GR1", {"po_line": 1, "qty": "76"}, asn="SN1")
        book.invoice(billed("80"))
        assert book.outcome(asn_is_receipt=True).line_money() == ("380.00", "20.00", "0.00")

    def test_the_notices_that_no_receipt_names_still_stand(self, book: Any) -> None:
        book.order(HUNDRED)
        book.goods("asn", "SN1", {"po_line": 1, "qty": "60"})
        book.goods("asn", "SN2", {"po_line": 1, "qty": "20"})
        book.goods("receipt", "GR1", {"po_line": 1, "qty": "55"}, asn="SN1")
        book.invoice(billed("80"))
        assert book.outcome(asn_is_receipt=True).line_money() == ("375.00", "25.00", "0.00")

    def test_a_receipt_never_adds_to_a_notice_even_without_naming_it(self, book: Any) -> None:
        book.order(HUNDRED)
        book.goods("asn", "SN1", {"po_line": 1, "qty": "50"})
        book.receipt("48")
        book.invoice(billed("80"))
        assert book.outcome(asn_is_receipt=True).line_money() == ("250.00", "150.00", "0.00")


def test_waiting_too_long_is_overdue(book: Any) -> None:
    book.order(HUNDRED)
    book.invoice(billed("80"), at="2026-04-19")
    outcome = book.outcome()
    assert outcome.line_codes() == ["WAITING_RECEIPT_OVERDUE"]
    assert outcome.verdict == "waiting"
    assert book.outcome(dates={"receipt_wait_days": 31}).line_codes() == ["WAITING_RECEIPT"]


def test_schedules_of_one_item_are_filled_in_line_order(book: Any) -> None:
    part = {"price": "5.00", "vendor_part": "Q-9"}
    book.order({"qty": "30", **part}, {"qty": "30", **part}, {"qty": "30", **part})
    book.receipt("30", "20", "0")
    book.invoice(billed("70", vendor_part="Q-9", po_line=None))
    outcome = book.outcome()
    assert outcome.line_money() == ("250.00", "100.00", "0.00")
    assert outcome.line_codes() == ["WAITING_RECEIPT"]


def test_what_no_schedule_has_room_for_stays_on_the_last(book: Any) -> None:
    part = {"price": "5.00", "vendor_part": "Q-9"}
    book.order({"qty": "30", **part}, {"qty": "30", **part})
    book.receipt("30", "30")
    book.invoice(billed("25", vendor_part="Q-9", po_line=None), id_="S-1")
    book.invoice(billed("40", vendor_part="Q-9", po_line=None), id_="S-2", at="2026-05-14")
    outcomes = book.judge()
    assert outcomes["S-1"].verdict == "matched"
    assert outcomes["S-2"].line_money() == ("175.00", "0.00", "25.00")
    assert outcomes["S-2"].line_codes() == ["QTY_OVER_ORDERED"]
