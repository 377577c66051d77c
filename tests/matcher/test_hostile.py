"""Facts that make no sense: refused or found out, never an exception, never a wrong payment."""

import contextlib
import copy
import datetime as dt
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.assess import assess
from matcher.entries import Fact, Refused
from matcher.policy import policy_of
from matcher.result import Reconciliation
from matcher.short import short_fact, short_facts

AS_OF = dt.date(2026, 6, 1)
HUGE = "9" * 400
HOSTILE: list[Any] = [
    "NaN",
    "sNaN",
    "Infinity",
    "-Infinity",
    HUGE,
    "1e400",
    "1e-400",
    "-5",
    "0",
    "0.001",
    "-0",
    "",
    "abc",
    None,
    True,
    [],
    {},
    -1,
    10**30,
    1.5,
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "\x00",
    "QQQ",
    "USD",
    "EA",
    "KG",
    [{}],
    {"type": "po"},
    "999999999999999",
    "0.000000000000001",
]
WORST = ["NaN", HUGE, "-5", "0", None, [], 10**30, "9999-12-31"]
BASE: list[dict[str, Any]] = [
    {
        "type": "po", "id": "PO", "number": "31", "rev": 1, "supplier": "S", "date": "2026-04-01",
        "currency": "USD", "status": "open", "terms": {"net": 30, "disc_pct": "2", "disc_days": 10},
        "charges": [{"type": "freight", "amount": "5.00"}], "discount_pct": "1", "limit": "5000",
        "valid_from": "2026-01-01", "valid_to": "2026-12-31",
        "lines": [
            {"n": 1, "qty": "20", "uom": "EA", "price": "3.00", "per": "1", "disc_pct": "0",
             "uom_conv": {"CS": "10"}, "way": 3, "tax": "0.10", "tol": {"price": {"over_pct": "1"}},
             "vendor_part": "P1", "desc": "blue pen"},
            {"n": 2, "qty": "5", "uom": "KG", "tiers": [{"min": "1", "price": "8.00"}], "way": 4,
             "catch": {"uom": "KG", "ratio": "1.1", "tol_pct": "5"}, "vendor_part": "P2"},
        ],
    },
    {
        "type": "receipt", "id": "GR", "po": "31", "date": "2026-04-10",
        "lines": [{"po_line": 1, "qty": "20"}, {"po_line": 2, "qty": "5", "weight": "5.4"}],
    },
    {"type": "inspection", "id": "QI", "po": "31", "date": "2026-04-10",
     "lines": [{"po_line": 2, "accepted": "5", "rejected": "0"}]},
    {"type": "return", "id": "RT", "po": "31", "date": "2026-04-12",
     "lines": [{"po_line": 1, "qty": "1", "for": "credit"}]},
    {"type": "asn", "id": "SN", "po": "31", "date": "2026-04-05", "eta": "2026-04-09",
     "lines": [{"po_line": 1, "qty": "20"}]},
    {
        "type": "invoice", "id": "I", "number": "A1", "supplier": "S", "date": "2026-04-15",
        "currency": "USD", "po": "31", "total": "124.20",
        "tax": [{"rate": "0.10", "amount": "6.00"}],
        "charges": [{"type": "freight", "amount": "5.00"}], "allowances": [{"amount": "1.00"}],
        "rounding": "0.00", "terms": {"net": 20}, "tax_id": "T", "bank": "B",
        "lines": [
            {"n": 1, "qty": "20", "uom": "EA", "price": "3.00", "amount": "60.00", "po_line": 1,
             "tax": "0.10", "allowances": [{"amount": "0.00"}]},
            {"n": 2, "qty": "5.4", "uom": "KG", "price": "8.00", "amount": "43.20", "po_line": 2,
             "weight": "5.4", "service_date": "2026-04-10", "receipt": "GR"},
        ],
    },
    {
        "type": "credit_memo", "id": "C", "number": "C1", "supplier": "S", "date": "2026-04-20",
        "currency": "USD", "po": "31", "ref_invoice": "A1", "total": "3.00",
        "lines": [{"n": 1, "qty": "1", "price": "3.00", "amount": "3.00", "kind": "qty",
                   "ref_line": 1, "po_line": 1}],
    },
    {"type": "debit_memo", "id": "D", "number": "D1", "supplier": "S", "date": "2026-04-21",
     "currency": "USD", "po": "31", "ref_invoice": "A1", "total": "2.00",
     "lines": [{"n": 1, "qty": "0", "amount": "2.00", "ref_line": 1}]},
    {"type": "release", "id": "R", "invoice": "I", "line": 1, "qty": "20", "amount": "57.00"},
    {"type": "void", "id": "V", "target": "RT"},
]  # fmt: skip
CLAIMS = {"invoice", "credit_memo", "debit_memo"}


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document that can be spoilt."""
    found = [here] if here else []
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    return found + [path for key, inner in items for path in paths(inner, (*here, key))]


PLACES = [(index, path) for index, document in enumerate(BASE) for path in paths(document)]


def spoilt(places: list[tuple[int, tuple[Any, ...]]], values: list[Any]) -> list[dict[str, Any]]:
    documents = copy.deepcopy(BASE)
    for (index, path), value in zip(places, values, strict=True):
        target: Any = documents[index]
        for key in path[:-1]:
            try:
                target = target[key]
            except (KeyError, IndexError, TypeError):
                break
        else:
            with contextlib.suppress(IndexError, TypeError):  # spoilt above already
                target[path[-1]] = value
    return documents


def judged(documents: list[Any]) -> list[Reconciliation]:
    policy = {"asn_is_receipt": True, "price": {"over_pct": "1"}, "fx": {"EUR/USD": "1.1"}}
    return assess(short_facts(documents), policy_of(policy), AS_OF)


def check(results: list[Reconciliation], facts: list[Fact]) -> None:
    totals = {
        (str(fact.__struct_config__.tag), fact.id): fact.total
        for fact in facts
        if getattr(fact, "total", None) is not None
    }
    for one in results:
        total = one.approved + one.pending + one.disputed
        assert total.is_finite()
        claimed = totals.get((one.type, one.invoice.id))
        if claimed is not None:
            assert abs(abs(total) - abs(claimed)) < Decimal("0.01")  # rounded to the minor unit
        if one.type in {"invoice", "debit_memo"} and claimed is not None and not one.recover:
            assert one.approved <= max(claimed, Decimal(0)) + Decimal("0.01")
        assert msgspec.json.decode(msgspec.json.encode(one), type=Reconciliation) == one


def test_the_untouched_documents_are_judged() -> None:
    results = {one.invoice.id: one for one in judged(BASE)}
    assert results.keys() == {"I", "C", "D"}
    assert results["I"].approved > 0


@pytest.mark.parametrize(("index", "path"), PLACES, ids=str)
def test_any_one_value_spoilt(index: int, path: tuple[Any, ...]) -> None:
    for value in WORST:
        documents = spoilt([(index, path)], [value])
        check(judged(documents), short_facts(documents))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(HOSTILE)), min_size=2, max_size=6),
    st.randoms(use_true_random=False),
)
def test_several_values_spoilt(spoils: list[Any], random: Any) -> None:
    documents = spoilt([place for place, _ in spoils], [value for _, value in spoils])
    results = judged(documents)
    check(results, short_facts(documents))
    assert judged(random.sample(documents, len(documents))) == results


@pytest.mark.parametrize("document", [None, 5, "po", [], {}, {"type": "zebra", "id": "Z"}])
def test_what_is_no_fact_is_refused(document: Any) -> None:
    assert isinstance(short_fact(document), Refused)


class TestRefusals:
    @pytest.mark.parametrize("number", ["NaN", "Infinity", HUGE, "1e400", "1e-400"])
    def test_an_invoice_with_impossible_numbers_is_answered(self, book: Any, number: str) -> None:
        book.order({"qty": "1", "price": "5.00"})
        book.invoice({"qty": number, "price": "5.00", "amount": "5.00"})
        outcome = book.outcome()
        assert outcome.codes == ["FACT_REFUSED"]
        assert outcome.verdict == "exception"
        assert outcome.money == ("0", "5.00", "0")

    def test_a_refused_receipt_is_told_with_the_invoice(self, book: Any) -> None:
        book.order({"qty": "1", "price": "5.00"})
        book.receipt("NaN")
        book.invoice({"qty": "1", "price": "5.00"})
        outcome = book.outcome()
        assert outcome.line_codes() == ["WAITING_RECEIPT"]
        assert "GR1" in outcome.finding("FACT_REFUSED").sentence

    def test_a_refused_order_is_not_found_and_told(self, book: Any) -> None:
        book.order({"qty": HUGE, "price": "5.00"})
        book.invoice({"qty": "1", "price": "5.00"})
        outcome = book.outcome()
        assert outcome.codes == ["PO_NOT_FOUND"]
        assert "PO1" in outcome.finding("FACT_REFUSED").sentence

    def test_a_negative_receipt_is_not_booked(self, book: Any) -> None:
        book.order({"qty": "9", "price": "5.00"})
        book.receipt("9")
        book.receipt("-4", id_="GR2")
        book.invoice({"qty": "9", "price": "5.00"})
        outcome = book.outcome()
        assert outcome.verdict == "matched"
        assert "GR2" in outcome.finding("FACT_REFUSED").sentence

    def test_an_absurd_factor_is_no_factor(self, book: Any) -> None:
        book.order({"qty": "9", "price": "5.00", "uom_conv": {"CS": "-3"}})
        book.receipt("9")
        book.invoice({"qty": "3", "price": "15.00", "uom": "CS"})
        assert book.outcome().line_codes() == ["UOM_MISMATCH"]
