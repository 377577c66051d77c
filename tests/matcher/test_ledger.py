"""Facts in order: revisions, voids, releases, redelivery, contradictions (S1, S10)."""

from typing import Any

GOODS = {"qty": "60", "price": "2.50"}


def ready(book: Any, **order: Any) -> None:
    book.order(GOODS, **order)
    book.receipt("60")
    book.invoice(GOODS)


class TestRevisions:
    def test_the_highest_number_governs_however_it_came(self, book: Any) -> None:
        ready(book)
        book.order({**GOODS, "price": "2.60"}, id_="R3", rev=3)
        book.order({**GOODS, "price": "2.40"}, id_="R2", rev=2)
        outcome = book.outcome()
        assert outcome.line_codes() == ["PRICE_UNDER"]
        assert "R3" in outcome.result.inputs

    def test_a_draft_does_not_count_beside_an_approved_one(self, book: Any) -> None:
        ready(book)
        book.order({**GOODS, "price": "1.00"}, id_="R2", rev=2, status="draft")
        assert book.outcome().verdict == "matched"

    def test_a_later_revision_may_cancel(self, book: Any) -> None:
        ready(book)
        book.documents[1]["lines"][0]["qty"] = "20"
        book.order(GOODS, id_="R2", rev=2, status="cancelled")
        assert book.outcome().line_money() == ("50.00", "0.00", "100.00")

    def test_a_revision_dated_later_does_not_make_the_invoice_early(self, book: Any) -> None:
        ready(book)
        book.order(GOODS, id_="R2", rev=2, date="2026-05-18")
        assert book.outcome().codes == []

    def test_two_revisions_of_one_number_wait_for_the_buyer(self, book: Any) -> None:
        ready(book)
        book.order({**GOODS, "price": "2.60"}, id_="OTHER", rev=1)
        outcome = book.outcome()
        assert "PO_CONFLICT" in outcome.line_codes()
        assert outcome.money == ("0.00", "150.00", "0.00")

    def test_the_same_revision_by_two_channels_is_no_contradiction(self, book: Any) -> None:
        ready(book)
        book.order({**GOODS, "desc": "pads"}, id_="PDF", rev=1)
        assert book.outcome().verdict == "matched"

    def test_a_partial_change_is_laid_over_the_order(self, book: Any) -> None:
        book.order(GOODS, {"qty": "5", "price": "9.00", "vendor_part": "V-5"})
        change = {"n": 2, "qty": "8"}
        book.add("po", "CH1", number="7700", rev=2, partial=True, lines=[change])
        book.receipt("60", "8")
        book.invoice(GOODS, {"qty": "8", "price": "9.00"})
        outcome = book.outcome()
        assert outcome.verdict == "matched"
        assert {"PO1", "CH1"} & set(outcome.result.inputs)


class TestVoids:
    def test_a_reversed_receipt_has_not_come(self, book: Any) -> None:
        ready(book)
        book.add("void", "V1", target="GR1")
        assert book.outcome().line_codes() == ["WAITING_RECEIPT"]

    def test_a_void_may_be_voided(self, book: Any) -> None:
        ready(book)
        book.add("void", "V1", target="GR1")
        book.add("void", "V2", target="V1")
        assert book.outcome().verdict == "matched"

    def test_voids_that_void_each_other_end(self, book: Any) -> None:
        ready(book)
        book.add("void", "V1", target="V2")
        book.add("void", "V2", target="V1")
        assert book.outcome().verdict == "matched"

    def test_an_invoice_may_be_taken_back_by_its_number(self, book: Any) -> None:
        ready(book)
        book.add("void", "V1", kind="invoice", number="a 17", supplier="ACME")
        assert book.judge() == {}
        book.documents[-1]["supplier"] = "OTHER"
        assert book.outcome().verdict == "matched"

    def test_a_notice_may_replace_an_earlier_one(self, book: Any) -> None:
        book.order(GOODS)
        book.goods("asn", "SN1", {"po_line": 1, "qty": "60"}, number="S-9")
        book.goods("asn", "SN2", {"po_line": 1, "qty": "40"}, number="S-9", replaces=True)
        book.invoice(GOODS)
        assert book.outcome(asn_is_receipt=True).line_money() == ("100.00", "50.00", "0.00")


class TestReleases:
    def test_released_money_stands_first(self, book: Any) -> None:
        ready(book)
        book.invoice(GOODS, id_="EARLIER", at="2026-05-05")
        book.release("A-17", "150.00")
        outcomes = book.judge()
        assert outcomes["A-17"].verdict == "matched"
        assert str(outcomes["A-17"].result.recover) == "0.00"
        assert outcomes["EARLIER"].line_codes() == ["QTY_OVER_ORDERED"]

    def test_too_much_released_is_to_be_recovered(self, book: Any) -> None:
        ready(book)
        book.release("A-17", "150.00")
        book.returned("6")
        outcome = book.outcome()
        assert outcome.money == ("150.00", "0.00", "0.00")
        assert "OVER_RELEASED" in outcome.line_codes()
        assert outcome.verdict == "exception"
        assert str(outcome.result.recover) == "15.00"

    def test_the_credit_memo_closes_it(self, book: Any) -> None:
        ready(book)
        book.release("A-17", "150.00")
        book.returned("6")
        book.credit({"qty": "6", "price": "2.50", "ref_line": 1})
        outcome = book.outcome()
        assert outcome.verdict == "matched"
        assert str(outcome.result.recover) == "0.00"

    def test_a_reversal_after_payment(self, book: Any) -> None:
        ready(book)
        book.release("A-17", "150.00")
        book.add("void", "V1", target="GR1")
        outcome = book.outcome()
        assert outcome.money == ("150.00", "0.00", "0.00")
        assert str(outcome.result.recover) == "150.00"

    def test_a_hold_does_not_reach_released_money(self, book: Any) -> None:
        ready(book)
        book.release("A-17", "100.00")
        book.master = {"suppliers": {"ACME": {"blocked": True}}}
        assert book.outcome().money == ("100.00", "50.00", "0.00")


class TestRedelivery:
    def test_the_same_document_again_changes_nothing(self, book: Any) -> None:
        ready(book)
        before = book.outcome().result
        book.documents += [dict(document) for document in book.documents]
        assert book.outcome().result == before

    def test_one_id_with_two_contents_is_held(self, book: Any) -> None:
        ready(book)
        book.invoice({**GOODS, "price": "2.40"}, number="A-17")
        outcome = book.outcome()
        assert outcome.codes == ["FACT_CONFLICT"]
        assert outcome.result.approved == 0

    def test_a_receipt_with_two_contents_is_not_booked(self, book: Any) -> None:
        ready(book)
        book.receipt("50")
        assert book.outcome().line_codes() == ["WAITING_RECEIPT"]


class TestWhatCannotBeBooked:
    def test_a_receipt_for_a_line_that_does_not_exist(self, book: Any) -> None:
        book.order(GOODS)
        book.goods("receipt", "GR1", {"po_line": 9, "qty": "60"})
        book.invoice(GOODS)
        outcome = book.outcome()
        assert outcome.line_codes() == ["WAITING_RECEIPT"]
        assert "no order line fits line 9" in outcome.finding("FACT_REFUSED").sentence

    def test_a_receipt_for_an_unknown_order_is_nobodys(self, book: Any) -> None:
        book.order(GOODS)
        book.receipt("60", po="9999")
        book.invoice(GOODS)
        assert book.outcome().line_codes() == ["WAITING_RECEIPT"]

    def test_goods_without_a_line_number_find_theirs_by_part(self, book: Any) -> None:
        book.order({**GOODS, "vendor_part": "P-1"}, {**GOODS, "vendor_part": "P-2"})
        book.goods("receipt", "GR1", {"qty": "60", "vendor_part": "p2"})
        book.invoice({**GOODS, "po_line": 2})
        assert book.outcome().verdict == "matched"

    def test_a_line_number_that_is_only_a_count_gives_way_to_the_part(self, book: Any) -> None:
        book.order({**GOODS, "vendor_part": "P-1"}, {**GOODS, "vendor_part": "P-2"})
        line = {"po_line": 1, "firm": False, "qty": "60", "vendor_part": "P-2"}
        book.goods("receipt", "GR1", line)
        book.invoice({**GOODS, "po_line": 1, "firm": False, "vendor_part": "P-2"})
        outcome = book.outcome()
        assert outcome.verdict == "matched"
        assert outcome.line_codes() == []
        assert outcome.order_line() == "2"

    def test_goods_of_one_item_fill_its_lines_in_order(self, book: Any) -> None:
        book.order({**GOODS, "vendor_part": "P-1"}, {**GOODS, "vendor_part": "P-1"})
        book.goods("receipt", "GR1", {"qty": "90", "vendor_part": "P-1"})
        book.invoice(GOODS, GOODS)
        outcome = book.outcome()
        assert outcome.line("1").verdict == "matched"
        assert outcome.line_money("2") == ("75.00", "75.00", "0.00")
