"""Which order, which line: references, evidence, assignment, recovery (S3, S4)."""

from decimal import Decimal
from typing import Any

import pytest

BOLT = {"qty": "20", "price": "4.00", "vendor_part": "B-100"}
NUT = {"qty": "30", "price": "1.50", "vendor_part": "N-200"}


def ready(book: Any, *lines: dict[str, Any], **fields: Any) -> None:
    book.order(*lines, **fields)
    book.receipt(*(line["qty"] for line in lines), po=fields.get("number", "7700"))


class TestEvidence:
    def test_parts_compare_by_letters_and_digits(self, book: Any) -> None:
        ready(book, BOLT, NUT)
        book.invoice(
            {**NUT, "vendor_part": "n200", "po_line": None},
            {**BOLT, "vendor_part": "b 100", "po_line": None},
        )
        outcome = book.outcome()
        assert outcome.verdict == "matched"
        assert (outcome.order_line("1"), outcome.order_line("2")) == ("2", "1")

    def test_gtins_compare_as_fourteen_digits(self, book: Any) -> None:
        ready(book, {**BOLT, "gtin": "036000291452"}, {**NUT, "gtin": "036000291469"})
        book.invoice({"qty": "30", "price": "1.50", "gtin": "00036000291469", "po_line": None})
        assert book.outcome().order_line() == "2"

    def test_the_part_beats_the_line_number(self, book: Any) -> None:
        ready(book, BOLT, NUT)
        book.invoice({**NUT, "po_line": 1})
        outcome = book.outcome()
        assert outcome.order_line() == "2"
        assert outcome.line_codes() == ["PAIR_BY_ITEM"]
        assert outcome.verdict == "matched"

    def test_the_right_line_with_a_foreign_part_is_a_conflict(self, book: Any) -> None:
        ready(book, BOLT)
        book.invoice({**BOLT, "vendor_part": "X-999"})
        outcome = book.outcome()
        assert outcome.line_codes() == ["PAIR_CONFLICT"]
        assert outcome.money == ("0.00", "0.00", "80.00")

    def test_unless_the_part_is_an_agreed_substitute(self, book: Any) -> None:
        ready(book, {**BOLT, "substitutes": ["X-999"]})
        book.invoice({**BOLT, "vendor_part": "x999"})
        assert book.outcome().verdict == "matched"

    def test_a_substitute_is_found_without_a_line_number(self, book: Any) -> None:
        ready(book, {**BOLT, "substitutes": ["X-999"]}, NUT)
        book.invoice({**BOLT, "vendor_part": "x999", "po_line": None})
        assert book.outcome().order_line() == "1"

    def test_nothing_like_it_is_not_on_the_order(self, book: Any) -> None:
        ready(book, BOLT, NUT)
        book.invoice(BOLT, {"qty": "1", "price": "9.00", "desc": "courier", "po_line": None})
        outcome = book.outcome()
        assert outcome.line_codes("2") == ["ITEM_NOT_ON_PO"]
        assert outcome.money == ("80.00", "0.00", "9.00")

    def test_a_description_and_a_price_are_enough_together(self, book: Any) -> None:
        ready(book, {"qty": "5", "price": "8.00", "desc": "oak shelf wide 90 cm"})
        book.invoice(
            {"qty": "5", "price": "8.00", "desc": "Oak shelf, wide, 90 cm", "po_line": None}
        )
        assert book.outcome().verdict == "matched"

    def test_a_description_alone_must_be_close(self, book: Any) -> None:
        ready(book, {"qty": "5", "price": "8.00", "desc": "oak shelf wide 90 cm"})
        book.invoice({"qty": "5", "price": "16.00", "desc": "oak desk", "po_line": None})
        assert book.outcome().line_codes() == ["ITEM_NOT_ON_PO"]

    def test_the_weights_are_policy(self, book: Any) -> None:
        ready(book, {"qty": "5", "price": "8.00", "desc": "oak shelf wide 90 cm"})
        book.invoice(
            {"qty": "5", "price": "8.00", "desc": "Oak shelf, wide, 90 cm", "po_line": None}
        )
        weights = {"description": "0.10", "price_near": "0.10"}
        assert book.outcome(pair={"weights": weights}).line_codes() == ["ITEM_NOT_ON_PO"]


class TestAssignment:
    def test_the_best_sum_wins_not_the_best_pair(self, book: Any) -> None:
        ready(
            book,
            {"qty": "4", "price": "6.00", "desc": "steel hook large matt"},
            {"qty": "4", "price": "9.00", "desc": "steel hook large matt black"},
        )
        book.invoice(
            {"qty": "4", "price": "9.00", "desc": "steel hook large matt", "po_line": None},
            {"qty": "4", "price": "6.00", "desc": "steel hook large matt set", "po_line": None},
        )
        outcome = book.outcome()
        assert (outcome.order_line("1"), outcome.order_line("2")) == ("2", "1")

    def test_two_delivery_notes_may_share_an_order_line(self, book: Any) -> None:
        ready(book, BOLT)
        book.invoice({**BOLT, "qty": "12"}, {**BOLT, "qty": "8", "po_line": 1})
        outcome = book.outcome()
        assert outcome.verdict == "matched"
        assert (outcome.order_line("1"), outcome.order_line("2")) == ("1", "1")

    def test_a_rival_at_another_price_is_ambiguous(self, book: Any) -> None:
        ready(book, BOLT, {**BOLT, "price": "7.00"})
        book.invoice({**BOLT, "price": "5.50", "po_line": None})
        outcome = book.outcome()
        assert outcome.line_codes() == ["PAIR_AMBIGUOUS"]
        assert outcome.money == ("0.00", "110.00", "0.00")

    def test_a_rival_at_the_same_price_is_immaterial(self, book: Any) -> None:
        ready(book, BOLT, BOLT)
        book.invoice({**BOLT, "po_line": None})
        outcome = book.outcome()
        assert outcome.verdict == "matched"
        assert outcome.order_line() == "1"

    def test_identical_lines_pair_in_order(self, book: Any) -> None:
        ready(book, BOLT, BOLT, BOLT)
        line = {**BOLT, "po_line": None}
        book.invoice(line, line, line)
        outcome = book.outcome()
        assert [outcome.order_line(number) for number in ("1", "2", "3")] == ["1", "2", "3"]


class TestReferences:
    def test_the_line_beats_the_header(self, book: Any) -> None:
        ready(book, BOLT)
        book.order(NUT, id_="PO2", number="8800")
        book.receipt("30", id_="GR2", po="8800")
        book.invoice(BOLT, {**NUT, "po": "8800", "po_line": 1})
        outcome = book.outcome()
        assert outcome.verdict == "matched"
        assert outcome.result.orders == ("7700", "8800")

    def test_a_line_whose_order_is_unknown_waits_alone(self, book: Any) -> None:
        ready(book, BOLT)
        book.invoice(BOLT, {**NUT, "po": "9999", "po_line": 1})
        outcome = book.outcome()
        assert outcome.codes == []
        assert outcome.line("2").verdict == "unmatched"
        assert outcome.line_codes("2") == ["PO_NOT_FOUND"]
        assert outcome.money == ("80.00", "45.00", "0.00")

    def test_an_invoice_may_come_before_its_order(self, book: Any) -> None:
        book.invoice(BOLT)
        outcome = book.outcome()
        assert outcome.codes == ["PO_NOT_FOUND"]
        assert outcome.verdict == outcome.line("1").verdict == "unmatched"
        assert outcome.money == ("0.00", "80.00", "0.00")
        assert outcome.line_codes() == []

    def test_without_lines_there_is_nothing_to_match(self, book: Any) -> None:
        ready(book, BOLT)
        book.invoice(total="80.00")
        outcome = book.outcome()
        assert outcome.codes == ["LINES_MISSING"]
        assert outcome.money == ("0.00", "80.00", "0.00")

    def test_lines_may_find_their_order_among_those_of_the_header(self, book: Any) -> None:
        ready(book, BOLT)
        book.order(NUT, id_="PO2", number="8800")
        book.receipt("30", id_="GR2", po="8800")
        lines = [{**BOLT, "po_line": None}, {**NUT, "po_line": None}]
        book.invoice(*lines, po=None, orders=["7700", "8800"])
        outcome = book.outcome()
        assert outcome.verdict == "matched"
        assert outcome.line("2").order.number == "8800"

    def test_releases_of_one_number_are_told_apart(self, book: Any) -> None:
        ready(book, BOLT, release="1")
        book.order({**BOLT, "price": "3.00"}, id_="PO2", release="2")
        book.invoice({**BOLT, "price": "3.00"}, release="2")
        assert book.outcome().result.orders == ("7700-2",)
        book.documents[-1].pop("release")
        assert book.outcome().codes == ["PO_AMBIGUOUS"]


class TestRecovery:
    def test_a_misread_number_is_recovered(self, book: Any) -> None:
        ready(book, BOLT, number="71005")
        book.order({**NUT, "vendor_part": "Z-1"}, id_="PO2", number="71333")
        book.invoice(BOLT, po="7IOO5")
        outcome = book.outcome()
        assert outcome.codes == ["PO_RECOVERED"]
        assert outcome.verdict == "matched"
        assert outcome.finding("PO_RECOVERED").values["score"] == "1.00"

    def test_items_decide_between_two_near_numbers(self, book: Any) -> None:
        ready(book, BOLT, number="6600012")
        book.order(NUT, id_="PO2", number="6600102")
        book.invoice(BOLT, po="6600021")
        outcome = book.outcome()
        assert outcome.codes == ["PO_RECOVERED"]
        score = Decimal(outcome.finding("PO_RECOVERED").values["score"])
        assert score == (Decimal(3) / 7 + Decimal("0.5")).quantize(Decimal("0.0001"))

    def test_a_missing_number_is_recovered_by_items_and_amount(self, book: Any) -> None:
        ready(book, BOLT)
        book.invoice({**BOLT, "po_line": None}, po=None)
        outcome = book.outcome()
        assert outcome.codes == ["PO_RECOVERED"]
        assert outcome.result.orders == ("7700",)

    def test_two_orders_alike_are_not_guessed(self, book: Any) -> None:
        ready(book, BOLT)
        book.order(BOLT, id_="PO2", number="8800")
        book.invoice({**BOLT, "po_line": None}, po=None)
        outcome = book.outcome()
        assert outcome.codes == ["PO_AMBIGUOUS"]
        assert outcome.money == ("0.00", "80.00", "0.00")
        assert "7700" in outcome.finding("PO_AMBIGUOUS").sentence

    def test_what_others_bill_makes_the_difference(self, book: Any) -> None:
        ready(book, BOLT)
        book.order(BOLT, id_="PO2", number="8800")
        book.invoice(BOLT, id_="OTHER", at="2026-05-08")
        book.invoice({**BOLT, "po_line": None}, po=None)
        assert book.outcome().result.orders == ("8800",)

    def test_a_stranger_is_not_found(self, book: Any) -> None:
        ready(book, BOLT)
        book.invoice({**NUT, "po_line": None}, po=None)
        assert book.outcome().codes == ["PO_MISSING"]

    def test_a_person_may_always_be_asked(self, book: Any) -> None:
        ready(book, BOLT, number="71005")
        book.invoice(BOLT, po="7IOO5")
        outcome = book.outcome(recovery={"auto": False})
        assert outcome.codes == ["PO_NOT_FOUND"]
        assert "71005" in outcome.finding("PO_NOT_FOUND").sentence

    @pytest.mark.parametrize(
        "other", [{"currency": "EUR"}, {"supplier": "OTHER"}, {"status": "closed"}]
    )
    def test_only_open_orders_of_party_and_currency_are_candidates(
        self, book: Any, other: dict[str, str]
    ) -> None:
        ready(book, BOLT, **other)
        book.invoice({**BOLT, "po_line": None}, po=None)
        assert book.outcome().codes == ["PO_MISSING"]

    def test_a_known_number_of_another_supplier_is_never_recovered(self, book: Any) -> None:
        ready(book, BOLT)
        book.order(BOLT, id_="PO2", number="8800", supplier="OTHER")
        book.invoice(BOLT, po="8800")
        assert book.outcome().codes == ["SUPPLIER_MISMATCH"]

    def test_among_many_orders_only_those_with_the_item_are_looked_at(self, book: Any) -> None:
        for index in range(80):
            part = {**BOLT, "vendor_part": f"K-{index}", "qty": str(index + 1)}
            book.order(part, id_=f"PO{index}", number=f"55{index:03}")
        book.invoice({**BOLT, "vendor_part": "K-41", "qty": "42", "po_line": None}, po=None)
        assert book.outcome().result.orders == ("55041",)


class TestUnits:
    def test_the_orders_factor_converts(self, book: Any) -> None:
        ready(book, {"qty": "144", "price": "0.50", "uom_conv": {"BX": "24"}})
        book.invoice({"qty": "6", "price": "12.00", "uom": "BX"})
        assert book.outcome().verdict == "matched"

    def test_then_the_item_masters(self, book: Any) -> None:
        ready(book, {"qty": "144", "price": "0.50", "vendor_part": "W-1"})
        book.master = {"items": {"W-1": {"uom_conv": {"BX": "24"}}}}
        book.invoice({"qty": "6", "price": "12.00", "uom": "BX", "vendor_part": "W-1"})
        assert book.outcome().verdict == "matched"

    def test_then_physics(self, book: Any) -> None:
        ready(book, {"qty": "3", "price": "8.00", "uom": "KGM"})
        book.invoice({"qty": "3000", "price": "0.008", "uom": "GRM"})
        assert book.outcome().verdict == "matched"

    def test_but_nobody_guesses_what_a_case_holds(self, book: Any) -> None:
        ready(book, {"qty": "144", "price": "0.50"})
        book.invoice({"qty": "6", "price": "12.00", "uom": "CS"})
        outcome = book.outcome()
        assert outcome.line_codes() == ["UOM_MISMATCH"]
        assert outcome.money == ("0.00", "72.00", "0.00")
        assert outcome.finding("UOM_MISMATCH").values["implied"] == "24"

    def test_receipts_are_converted_too(self, book: Any) -> None:
        book.order({"qty": "144", "price": "0.50", "uom_conv": {"BX": "24"}})
        book.goods("receipt", "GR1", {"po_line": 1, "qty": "6", "uom": "BX"})
        book.invoice({"qty": "144", "price": "0.50"})
        assert book.outcome().verdict == "matched"

    def test_a_receipt_that_cannot_be_converted_has_not_come(self, book: Any) -> None:
        book.order({"qty": "144", "price": "0.50"})
        book.goods("receipt", "GR1", {"po_line": 1, "qty": "6", "uom": "BX"})
        book.invoice({"qty": "144", "price": "0.50"})
        outcome = book.outcome()
        assert outcome.line_codes() == ["WAITING_RECEIPT"]
        assert "cannot be counted" in outcome.finding("FACT_REFUSED").sentence

    def test_catch_weight_is_matched_by_the_scale(self, book: Any) -> None:
        catch = {"uom": "KG", "ratio": "4.0", "tol_pct": "5"}
        book.order({"qty": "20", "uom": "PC", "price": "9.00", "catch": catch})
        book.goods("receipt", "GR1", {"po_line": 1, "qty": "20", "uom": "PC", "weight": "82.5"})
        book.invoice({"qty": "86", "uom": "KG", "price": "9.00"})
        outcome = book.outcome()
        assert outcome.line_money() == ("742.50", "0.00", "31.50")
        assert outcome.line_codes() == ["QTY_OVER_ORDERED", "QTY_OVER_RECEIVED", "QTY_TOL"]

    def test_catch_weight_may_stand_beside_the_pieces(self, book: Any) -> None:
        catch = {"uom": "KG", "ratio": "4.0"}
        book.order({"qty": "20", "uom": "PC", "price": "9.00", "catch": catch})
        book.goods("receipt", "GR1", {"po_line": 1, "qty": "20", "uom": "PC", "weight": "80"})
        book.invoice(
            {"qty": "20", "uom": "PC", "weight": "80", "price": "9.00", "amount": "720.00"}
        )
        assert book.outcome().verdict == "matched"

    def test_a_line_without_a_quantity_waits(self, book: Any) -> None:
        ready(book, BOLT)
        book.invoice({"amount": "80.00"})
        outcome = book.outcome()
        assert outcome.line_codes() == ["QTY_MISSING"]
        assert outcome.money == ("0.00", "80.00", "0.00")
