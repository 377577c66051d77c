"""Shape repair: recognised by name, balanced to the cent, accepted as one decision (N21)."""

from typing import Any

import msgspec
import pytest

from matcher.result import Repair

PAD = {"qty": "10", "price": "4.00", "vendor_part": "P-1", "desc": "note pad"}
PEN = {"qty": "20", "price": "1.50", "vendor_part": "P-2", "desc": "blue pen"}
SET = {"qty": "1", "price": "70.00", "vendor_part": "SET-9", "desc": "writing set", "po_line": None}


def ready(book: Any, *billed: dict[str, Any], **order: Any) -> None:
    book.order(PAD, PEN, **order)
    book.receipt("10", "20")
    book.invoice(*billed)


def proposed(book: Any) -> Repair:
    (repair,) = book.outcome().result.repairs
    return repair  # type: ignore[no-any-return]


def accepted(book: Any) -> Any:
    """Take the one repair that is proposed, and judge again."""
    decision = msgspec.to_builtins(proposed(book).decision)
    book.documents.append({**decision, "id": "FIX"})
    return book.outcome()


class TestShapes:
    def test_merged_lines(self, book: Any) -> None:
        ready(book, SET)
        repair = proposed(book)
        assert (repair.shape, repair.lines, str(repair.money)) == ("merged_lines", ("1",), "70.00")
        assert repair.sentence == (
            "Line 1 bills 70.00, the sum of order lines 1 and 2: read it as 2 lines."
        )
        outcome = accepted(book)
        assert outcome.verdict == "matched"
        assert outcome.money == ("70.00", "0.00", "0.00")
        assert len(outcome.result.lines) == 2

    def test_split_lines(self, book: Any) -> None:
        cover = {"qty": "10", "price": "1.00", "vendor_part": "C-1", "desc": "cover"}
        paper = {"qty": "10", "price": "3.00", "vendor_part": "C-2", "desc": "sheets"}
        ready(book, {**cover, "po_line": None}, {**paper, "po_line": None}, {**PEN, "po_line": 2})
        assert proposed(book).shape == "split_lines"
        assert proposed(book).order.line == "1"
        outcome = accepted(book)
        assert outcome.verdict == "matched"
        assert outcome.money == ("70.00", "0.00", "0.00")

    def test_unit_drift(self, book: Any) -> None:
        ready(book, {**PEN, "qty": "2", "uom": "BX", "price": "15.00", "po_line": 2})
        repair = proposed(book)
        assert repair.shape == "unit_drift"
        assert repair.sentence == (
            "Line 1 bills 2 BX; at the order's price one BX is 10 EA: agree the factor."
        )
        assert accepted(book).verdict == "matched"

    def test_substitute_part(self, book: Any) -> None:
        ready(book, {**PAD, "vendor_part": "NEW-1", "desc": None})
        assert proposed(book).shape == "substitute_part"
        outcome = accepted(book)
        assert outcome.verdict == "matched"
        assert outcome.order_line() == "1"

    def test_freight_as_a_line(self, book: Any) -> None:
        freight = {"qty": "1", "price": "9.00", "desc": "Freight to dock", "po_line": None}
        ready(book, PAD, PEN, freight, charges=[{"type": "freight", "amount": "9.00"}])
        assert proposed(book).shape == "bundled_freight"
        outcome = accepted(book)
        assert outcome.verdict == "matched"
        assert outcome.money == ("79.00", "0.00", "0.00")

    def test_freight_in_the_price(self, book: Any) -> None:
        dear = {**PAD, "price": "4.90"}
        ready(book, dear, PEN, charges=[{"type": "freight", "amount": "9.00"}])
        repair = proposed(book)
        assert (repair.shape, str(repair.money)) == ("bundled_freight", "9.00")
        outcome = accepted(book)
        assert outcome.verdict == "matched"
        assert outcome.money == ("79.00", "0.00", "0.00")

    def test_quantity_drift(self, book: Any) -> None:
        book.order({"qty": "100", "price": "2.00"})
        book.receipt("101")
        book.invoice({"qty": "101", "price": "2.00"})
        repair = proposed(book)
        assert repair.sentence == "Line 1 is 1 over the 100 EA ordered: allow 101."
        outcome = accepted(book)
        assert outcome.verdict == "matched_within_tolerance"
        assert outcome.money == ("202.00", "0.00", "0.00")


class TestRestraint:
    @pytest.mark.parametrize(
        "billed",
        [
            {**SET, "price": "70.01"},
            {**SET, "price": "12.34"},
            {**PEN, "qty": "2", "uom": "BX", "price": "15.01", "po_line": 2},
            {**PEN, "qty": "3", "uom": "BX", "price": "15.00", "po_line": 2},
            {**PAD, "price": "5.00"},
            {**PAD, "qty": "11"},
        ],
    )
    def test_what_does_not_balance_is_not_proposed(self, book: Any, billed: dict[str, Any]) -> None:
        ready(book, {"po_line": 1, **billed})
        assert book.outcome().result.repairs == ()

    def test_nor_what_could_be_read_in_two_ways(self, book: Any) -> None:
        book.order(PAD, PAD, PEN)
        book.receipt("10", "10", "20")
        book.invoice(SET)
        assert book.outcome().result.repairs == ()

    def test_nor_where_a_header_allowance_is_on_the_lines(self, book: Any) -> None:
        book.order(PAD, PEN)
        book.receipt("10", "20")
        book.invoice({**SET, "price": "75.00"}, allowances=[{"amount": "5.00"}])
        assert book.outcome().result.repairs == ()

    def test_a_clean_match_needs_none(self, book: Any) -> None:
        ready(book, PAD, PEN)
        assert book.outcome().result.repairs == ()


class TestDecisions:
    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"add": []}, "it turns 70.00 into 0"),
            ({"remove": ["9"]}, "it removes lines that the document does not have"),
        ],
    )
    def test_one_that_does_not_fit_is_refused(
        self, book: Any, change: dict[str, Any], reason: str
    ) -> None:
        ready(book, SET)
        decision = msgspec.to_builtins(proposed(book).decision)
        book.documents.append({**decision, "id": "FIX", **change})
        outcome = book.outcome()
        assert outcome.line_codes() == ["ITEM_NOT_ON_PO"]
        assert reason in outcome.finding("FACT_REFUSED").sentence

    def test_one_that_is_taken_back_is_gone(self, book: Any) -> None:
        ready(book, SET)
        accepted(book)
        book.add("void", "V1", target="FIX")
        assert book.outcome().line_codes() == ["ITEM_NOT_ON_PO"]
