"""What was agreed with a supplier on its units (S2.3)."""

from decimal import Decimal
from typing import Any

import pytest

from matcher.entries import AgreedUnit
from matcher.units import agreed_factors

BOX = {"supplier": ["id:ACME"], "unit": "BX", "factor": "24", "of": "EA"}
ORDERED = {"qty": "144", "price": "0.50", "vendor_part": "W-1"}
BILLED = {"qty": "6", "price": "12.00", "uom": "BX", "vendor_part": "W-1"}


@pytest.mark.parametrize(
    ("units", "verdict"),
    [
        ([BOX], "matched"),
        ([{**BOX, "item": "W-1"}], "matched"),
        ([{**BOX, "of": "PCE"}], "matched"),
        ([{**BOX, "factor": "12"}, {**BOX, "item": "W-1"}], "matched"),
        ([{**BOX, "item": "W-1"}, {**BOX, "factor": "12"}], "matched"),
        ([{**BOX, "item": "W-2"}], "waiting"),
        ([{**BOX, "supplier": ["id:OTHER"]}], "waiting"),
        ([{**BOX, "of": "KG"}], "waiting"),
        ([], "waiting"),
    ],
)
def test_a_unit_counts_as_agreed(book: Any, units: list[dict[str, Any]], verdict: str) -> None:
    book.order(ORDERED)
    book.receipt("144")
    book.master = {"units": units}
    book.invoice(BILLED)
    outcome = book.outcome()
    assert (outcome.verdict == "matched") is (verdict == "matched")
    assert (outcome.line_codes() == ["UOM_MISMATCH"]) is (verdict != "matched")


def test_the_orders_own_factor_goes_first(book: Any) -> None:
    book.order({**ORDERED, "uom_conv": {"BX": "24"}})
    book.receipt("144")
    book.master = {"units": [{**BOX, "factor": "10"}]}
    book.invoice(BILLED)
    assert book.outcome().verdict == "matched"


def test_factors_by_supplier_item_and_unit() -> None:
    names = frozenset({"duns:1"})
    agreed = [
        AgreedUnit(supplier=("duns:1",), unit="CS", factor=Decimal(12), of="EA"),
        AgreedUnit(supplier=("duns:1",), unit="CS", factor=Decimal(6), of="EA", item="A"),
        AgreedUnit(supplier=("duns:2",), unit="PL", factor=Decimal(99), of="EA"),
    ]
    assert agreed_factors(agreed, names, ("A", None), "EA") == {"CS": 6}
    assert agreed_factors(agreed, names, ("B",), "C62") == {"CS": 12}
    assert agreed_factors(agreed, names, ("B",), "KG") == {}
    assert agreed_factors(agreed, frozenset(), ("A",), "EA") == {}
