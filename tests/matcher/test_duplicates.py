"""Duplicates: exact, folded, suspected, reused, across suppliers, self-billed (S8)."""

from typing import Any

import pytest

from matcher.folding import edits, folded, is_next_in_sequence

GOODS = {"qty": "10", "price": "7.00"}


def twice(book: Any, first: str, second: str, ordered: str = "10", **fields: Any) -> None:
    book.order({**GOODS, "qty": ordered})
    book.receipt(ordered)
    book.invoice(GOODS, id_="ONE", number=first, at="2026-05-06")
    book.invoice(
        fields.pop("line", GOODS), id_="TWO", number=second, **{"at": "2026-05-09", **fields}
    )


class TestFolding:
    @pytest.mark.parametrize(
        "number",
        [
            "INV-2051",
            "inv 2051",
            "INVOICE 2051",
            "NO.2051",
            "002051",
            "2051A",
            "2O51",
            "2051 COPY",
            "2051-R1",
            "REF 20S1",
            "2051 (DUP)",
        ],
    )
    def test_these_are_one_number(self, number: str) -> None:
        assert folded(number) == folded("2051")

    @pytest.mark.parametrize("number", ["2052", "12051", "A2051", "205"])
    def test_these_are_others(self, number: str) -> None:
        assert folded(number) != folded("2051")

    def test_a_transposition_is_one_edit(self) -> None:
        assert edits("2051", "2501", 1) == 1
        assert edits("2051", "2015", 1) == 1
        assert edits("2051", "2516", 1) is None

    def test_a_sequence_is_no_misspelling(self) -> None:
        assert is_next_in_sequence("F2051", "F2060")
        assert not is_next_in_sequence("F2051", "F2081")
        assert not is_next_in_sequence("F2051", "G2052")
        assert not is_next_in_sequence("2051X", "2052X")


class TestPairs:
    def test_the_same_number_and_total(self, book: Any) -> None:
        twice(book, "K-300", "k300", ordered="20")
        outcomes = book.judge()
        assert outcomes["ONE"].verdict == "matched"
        assert outcomes["TWO"].verdict == "duplicate"
        assert outcomes["TWO"].codes == ["DUP_EXACT"]
        assert outcomes["TWO"].money == ("0.00", "0.00", "70.00")
        assert outcomes["TWO"].line("1").verdict == "duplicate"
        assert outcomes["TWO"].line_codes() == []
        assert "K-300 of 2026-05-06" in outcomes["TWO"].finding("DUP_EXACT").sentence

    def test_a_number_that_reads_the_same(self, book: Any) -> None:
        twice(book, "K-5001", "K-SOOI", ordered="20")
        outcomes = book.judge()
        assert outcomes["ONE"].verdict == "matched"
        assert outcomes["TWO"].codes == ["DUP_FUZZY"]

    def test_but_not_after_a_long_time(self, book: Any) -> None:
        twice(book, "K-5001", "K-SOOI", ordered="20")
        book.documents[-1]["date"] = "2026-02-01"
        book.documents[0]["date"] = "2026-01-01"
        assert book.judge(dup={"window_days": 80})["ONE"].codes == []

    def test_a_number_used_again_for_another_total(self, book: Any) -> None:
        twice(book, "K-300", "K-300", ordered="30", line={**GOODS, "qty": "12"})
        outcome = book.outcome("TWO")
        assert outcome.codes == ["DUP_NUMBER_REUSED"]
        assert outcome.money == ("0.00", "84.00", "0.00")

    def test_next_year_a_number_may_come_again(self, book: Any) -> None:
        twice(book, "K-300", "K-300", ordered="30", line={**GOODS, "qty": "12"})
        book.documents[2]["date"] = "2025-05-01"
        book.documents[0]["date"] = "2025-01-01"
        assert book.outcome("TWO").verdict == "matched"

    def test_one_keystroke_apart_is_a_suspicion(self, book: Any) -> None:
        twice(book, "K-3017", "K-3071")
        outcome = book.outcome("TWO")
        assert outcome.codes == ["DUP_SUSPECT"]
        assert outcome.verdict == "exception"
        assert outcome.money == ("0.00", "70.00", "0.00")

    def test_but_not_in_another_currency(self, book: Any) -> None:
        twice(book, "48213", "42813", currency="EUR")
        assert "DUP_SUSPECT" not in book.outcome("TWO").codes

    def test_that_receipts_can_clear(self, book: Any) -> None:
        twice(book, "K-3017", "K-3071", ordered="20")
        assert book.outcome("TWO").verdict == "matched"

    def test_a_suspicion_is_a_matter_of_days(self, book: Any) -> None:
        twice(book, "K-3017", "K-3071", at="2026-05-14")
        assert book.outcome("TWO").line_codes() == ["QTY_OVER_ORDERED"]

    def test_neighbours_in_a_sequence_are_no_suspicion(self, book: Any) -> None:
        twice(book, "K-3017", "K-3018")
        assert book.outcome("TWO").line_codes() == ["QTY_OVER_ORDERED"]

    def test_another_supplier_may_use_the_number(self, book: Any) -> None:
        twice(book, "K-300", "K-300", supplier="OTHER", po="8800")
        book.order(GOODS, id_="PO2", number="8800", supplier="OTHER")
        book.receipt("10", id_="GR2", po="8800")
        assert book.outcome("TWO").verdict == "matched"

    def test_but_not_with_the_same_tax_number(self, book: Any) -> None:
        twice(book, "K-300", "K-300", supplier="OTHER", po="8800")
        book.order(GOODS, id_="PO2", number="8800", supplier="OTHER")
        book.receipt("10", id_="GR2", po="8800")
        book.master = {"suppliers": {"ACME": {"tax_id": "T1"}, "OTHER": {"tax_id": "t-1"}}}
        outcome = book.outcome("TWO")
        assert outcome.codes == ["DUP_CROSS_SUPPLIER"]
        assert outcome.money == ("0.00", "70.00", "0.00")

    def test_a_duplicate_reserves_nothing(self, book: Any) -> None:
        twice(book, "K-300", "k300", ordered="20")
        book.invoice(GOODS, id_="THREE", number="K-777", at="2026-05-12")
        assert book.outcome("THREE").verdict == "matched"


def test_a_voided_invoice_is_no_original(book: Any) -> None:
    twice(book, "K-300", "K-300")
    book.add("void", "V1", target="ONE")
    outcomes = book.judge()
    assert list(outcomes) == ["TWO"]
    assert outcomes["TWO"].verdict == "matched"


def test_credits_are_no_duplicates(book: Any) -> None:
    twice(book, "K-300", "K-900")
    book.credit({**GOODS, "ref_line": 1}, number="K-300", ref_invoice="K-300")
    assert book.outcome("CR-2").codes == []


def test_self_billed_orders_take_no_invoice(book: Any) -> None:
    book.order(GOODS, ers=True)
    book.receipt("10")
    book.invoice(GOODS)
    outcome = book.outcome()
    assert outcome.verdict == "duplicate"
    assert outcome.codes == ["ERS_DUPLICATE"]
    assert outcome.money == ("0.00", "0.00", "70.00")


def test_a_suspect_rests_on_what_might_clear_it(book: Any) -> None:
    """Whoever keeps results must judge it again when the other invoice's goods come."""
    for number, place in (("7700", "PO1"), ("7701", "PO2")):
        book.order(GOODS, id_=place, number=number)
    book.receipt("10", id_="GR1", po="7700")
    book.receipt("4", id_="GR2", po="7701")
    book.invoice(GOODS, id_="ONE", number="4171", po="7701", at="2026-05-06")
    book.invoice(GOODS, id_="TWO", number="4711", at="2026-05-09")
    assert book.outcome("TWO").codes == ["DUP_SUSPECT"]
    book.receipt("6", id_="GR3", po="7701")
    outcome = book.outcome("TWO")
    assert outcome.codes == []
    assert set(outcome.result.inputs) == {"ONE", "TWO", "PO1", "PO2", "GR1", "GR2", "GR3"}
