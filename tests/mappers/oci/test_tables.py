"""OCI posts to carts and sessions."""

import io
from decimal import Decimal
from typing import Any

import pytest

from mappers.canonical import Source
from mappers.oci.tables import TABLES
from mappers.rules import map_document
from parsers.oci import documents


def record(body: str) -> Any:
    [document] = documents(io.BytesIO(body.encode()))
    return map_document(TABLES[document.kind], document, Source(format="oci"), 2026).record


def line(body: str) -> Any:
    return record(f"NEW_ITEM-QUANTITY[1]=1&{body}").lines[0]


def test_a_cart() -> None:
    cart = record(
        "NEW_ITEM-DESCRIPTION[1]=Hex+nut&NEW_ITEM-QUANTITY[1]=100.000&NEW_ITEM-UNIT[1]=pce"
        "&NEW_ITEM-PRICE[1]=10.000&NEW_ITEM-PRICEUNIT[1]=100&NEW_ITEM-CURRENCY[1]=eur"
        "&NEW_ITEM-VENDORMAT[1]=031++5&NEW_ITEM-MATGROUP[1]=311&NEW_ITEM-LEADTIME[1]=2"
        "&NEW_ITEM-CUST_FIELD1[1]=CC-7&NEW_ITEM-LONGTEXT_1:132[]=M10&~CALLER=CTLG"
    )
    assert not cart.problems
    assert (cart.currency, cart.fields) == ("EUR", {"~CALLER": "CTLG"})
    [one] = cart.lines
    assert (one.quantity, one.uom, one.unit_price) == (Decimal("100.000"), "PCE", Decimal("0.1"))
    assert (one.item.supplier_part, one.item.description) == ("031  5", "Hex nut")
    assert (one.item.classifications, one.lead_time_days) == ({"MATGROUP": "311"}, 2)
    assert (one.fields, one.notes) == ({"CUST_FIELD1": "CC-7"}, ("M10",))


def test_a_price_that_does_not_come_out_even_keeps_its_basis() -> None:
    one = line("NEW_ITEM-PRICE[1]=10&NEW_ITEM-PRICEUNIT[1]=3&NEW_ITEM-UNIT[1]=EA")
    assert one.unit_price == Decimal(10)
    assert (one.price_basis.quantity, one.price_basis.uom) == (Decimal(3), "EA")


def test_a_quotient_that_only_rounding_makes_even_keeps_its_basis() -> None:
    basis = "NEW_ITEM-PRICEUNIT[1]=999999999999999999999983"
    one = line(f"NEW_ITEM-PRICE[1]=478754138106405704457&{basis}")
    assert one.unit_price == Decimal(478754138106405704457)
    assert one.price_basis.quantity == Decimal(999999999999999999999983)


def test_a_price_beyond_all_reason_keeps_its_basis() -> None:
    one = line(f"NEW_ITEM-PRICE[1]={'9' * 30}&NEW_ITEM-PRICEUNIT[1]=3")
    assert (str(one.unit_price), str(one.price_basis.quantity)) == ("9" * 30, "3")


def test_a_free_item_costs_nothing_whatever_its_basis() -> None:
    one = line("NEW_ITEM-PRICE[1]=0&NEW_ITEM-PRICEUNIT[1]=100")
    assert (one.unit_price, one.price_basis) == (0, None)


@pytest.mark.parametrize(
    ("price", "value"), [("1.234,50", "1234.50"), ("12,5", "12.5"), ("12.345", "12.345")]
)
def test_decimal_commas(price: str, value: str) -> None:
    assert line(f"NEW_ITEM-PRICE[1]={price}").unit_price == Decimal(value)


def test_a_decimal_comma_is_told() -> None:
    cart = record("NEW_ITEM-QUANTITY[1]=1&NEW_ITEM-PRICE[1]=1.234,50")
    assert [one.code for one in cart.problems] == ["oci.decimal_comma"]
    assert not cart.incomplete


@pytest.mark.parametrize("price", ["1,234", "1e3", "free"])
def test_no_price_is_guessed(price: str) -> None:
    cart = record(f"NEW_ITEM-QUANTITY[1]=1&NEW_ITEM-PRICE[1]={price}")
    assert cart.lines[0].unit_price is None
    assert [one.code for one in cart.problems] == ["value.not_number"]
    assert cart.incomplete


def test_an_empty_post_is_an_empty_cart() -> None:
    assert record("~OkCode=ADDI&~TARGET=_top&~CALLER=CTLG").lines == ()


def test_a_login_keeps_no_password() -> None:
    session = record(
        "USERNAME=u&PASSWORD=secret&HOOK_URL=https%3A%2F%2Fb.example%2Fh%3Fa%3D1&OCI_VERSION=4.0"
    )
    assert (session.user, session.return_url) == ("u", "https://b.example/h?a=1")
    assert "secret" not in repr(session)
