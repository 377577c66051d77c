"""The catalogue's file, and visits to the shop."""

import base64
import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from gateway.punchout.addresses import AddressError
from gateway.punchout.catalog import CatalogError, load_catalog, quantity_of
from gateway.punchout.shop import Chosen, VisitError, Wish, basket_of

HEAD = "sku,name,price,price_per,currency,uom,unspsc,lead_days\n"
BACK = "https://buy.tamarack.example/back"


def catalog(folder: Path, text: str, name: str = "items.csv") -> Any:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load_catalog(path)


def test_items_are_found_by_any_of_their_words(tmp_path: Path) -> None:
    found = catalog(
        tmp_path, HEAD + "A-1,Steel hammer,2.50,,USD,EA,,\nB-2,Wood hammer,1,,USD,EA,,3\n"
    )
    assert [one.sku for one in found.search("HAMMER", 9)] == ["A-1", "B-2"]
    assert [one.sku for one in found.search("hammer b-2", 9)] == ["B-2"]
    assert found.search("nail", 9) == []
    assert len(found.search("", 1)) == 1


def test_json_says_the_same(tmp_path: Path) -> None:
    told = {"sku": "A-1", "name": "Nail", "price": "12", "currency": "USD", "uom": "EA"}
    text = json.dumps([told | {"price_per": 100}])
    (item,) = catalog(tmp_path, text, "items.json").search("", 9)
    assert item.amount(Decimal(250)) == Decimal("30.00")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "0 items"),
        (HEAD, "0 items"),
        (HEAD + "A,Nail,free,,USD,EA,,\n", "item 1 (A): price"),
        (HEAD + "A,Nail,1.00,,USD,EA,,\n,Nail,1.00,,USD,EA,,\n", "item 2 (without a sku): sku"),
        (HEAD + "A,Nail,NaN,,USD,EA,,\n", "price"),
        (HEAD + "A,Nail,-1,,USD,EA,,\n", "price"),
        (HEAD + "A,Nail,1e9,,USD,EA,,\n", "price"),
        (HEAD + "A,Nail,1,0,USD,EA,,\n", "price_per"),
        (HEAD + "A,Nail,1,,dollars,EA,,\n", "currency"),
        (HEAD + "A,Nail,1,,USD,EA,,soon\n", "lead_days"),
        (HEAD + "A,Nail,1,,USD,EA,,\nA,Nut,1,,USD,EA,,\n", "more than one item 'A'"),
        (HEAD + "A,Nail,1,,USD,EA,,\nB,Nut,1,,EUR,EA,,\n", "several currencies"),
    ],
)
def test_a_faulty_catalogue_is_refused_at_its_place(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(CatalogError) as refused:
        catalog(tmp_path, text)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "text", ["0", "0.000", "-1", "1,5", "1e3", "two", "", "99999999", "1.2345", "NaN"]
)
def test_what_is_no_quantity(text: str) -> None:
    assert quantity_of(text) is None


def wish(**said: Any) -> Wish:
    return Wish(**{"operation": "create", "cookie": "c-1", "return_url": BACK, **said})


def begun(pair: Any, **said: Any) -> tuple[Any, Any, str]:
    shop = pair.supplier.shop
    partner = shop.desk.trading.partner("tamarack")
    token = shop.begin(partner, wish(**said))
    entered = shop.enter(token, None)
    assert entered
    return shop, partner, entered[1]


def test_an_address_works_once_and_again_for_its_own_browser(pair: Any) -> None:
    shop = pair.supplier.shop
    token = shop.begin(shop.desk.trading.partner("tamarack"), wish())
    visit, key = shop.enter(token, None)
    assert shop.enter(token, None) is None
    assert shop.enter(token, "another browser's") is None
    assert shop.enter(token, key) == (shop.visit(visit.id, key), key)
    assert shop.visit(visit.id, None) is None
    assert shop.visit(visit.id, "guessed") is None


def test_a_visit_ends_by_itself(pair: Any, clock: Any) -> None:
    shop, _partner, key = begun(pair)
    assert shop.visit(1, key)
    clock.pass_seconds(121 * 60)
    assert shop.visit(1, key) is None
    token = shop.begin(_partner, wish())
    clock.pass_seconds(121 * 60)
    assert shop.enter(token, None) is None


@pytest.mark.parametrize("said", [{"operation": "source"}, {"cookie": ""}])
def test_what_no_visit_begins_with(pair: Any, said: dict[str, Any]) -> None:
    with pytest.raises(VisitError):
        begun(pair, **said)
    with pytest.raises(AddressError):
        begun(pair, return_url="http://buy.tamarack.example/back")


def test_an_edited_cart_is_in_the_basket_with_our_keys(pair: Any) -> None:
    lines = (
        Chosen(sku="MF-PN-BK", quantity=Decimal(200), auxiliary="v1;odd, \\key"),
        Chosen(sku="GONE", quantity=Decimal(1), auxiliary="v1"),
    )
    shop, partner, key = begun(pair, operation="edit", lines=lines)
    assert [one.sku for one in basket_of(shop.visit(1, key))] == ["MF-PN-BK"]
    leaving = shop.leave(shop.visit(1, key), partner, with_cart=True)
    document = base64.b64decode(leaving.fields[0][1])
    assert b"<SupplierPartAuxiliaryID>v1;odd, \\key</SupplierPartAuxiliaryID>" in document


def test_leaving_an_edit_says_that_nothing_changed(pair: Any) -> None:
    shop, partner, key = begun(pair, operation="edit")
    leaving = shop.leave(shop.visit(1, key), partner, with_cart=False)
    assert b'<Status code="204"' in base64.b64decode(leaving.fields[0][1])
    assert shop.visit(1, key) is None


def test_who_only_looks_changes_nothing(pair: Any) -> None:
    shop, partner, key = begun(pair, operation="inspect")
    item = shop.catalog.item("MF-CH-810")
    assert not shop.choose(shop.visit(1, key), item, Decimal(1))
    assert shop.leave(shop.visit(1, key), partner, with_cart=True)
    assert pair.supplier.rows("SELECT state FROM shop_session") == [("cancelled",)]


def test_an_oci_cart_has_prices_of_three_decimals(pair: Any) -> None:
    echo = {"~TARGET": "_top"}
    shop, partner, key = begun(pair, protocol="oci", cookie="", echo=echo)
    for sku, quantity in (("MF-CLIP", "1000"), ("MF-PN-BK", "500")):
        shop.choose(shop.visit(1, key), shop.catalog.item(sku), quantity_of(quantity))
    fields = dict(shop.leave(shop.visit(1, key), partner, with_cart=True).fields)
    assert (fields["NEW_ITEM-PRICE[1]"], fields["NEW_ITEM-PRICEUNIT[1]"]) == ("0.045", "10")
    assert (fields["NEW_ITEM-PRICE[2]"], fields["NEW_ITEM-PRICEUNIT[2]"]) == ("12.000", "100")
    assert fields["~TARGET"] == "_top"
    assert fields["NEW_ITEM-VENDORMAT[2]"] == "MF-PN-BK"


async def test_one_item_is_looked_for_first(pair: Any) -> None:
    session = await pair.start(item="MF-PN-BK")
    assert session.start_url
    shop = pair.supplier.shop
    visit, _key = shop.enter(urlsplit(session.start_url).path.rpartition("/")[2], None)
    assert b'"item":"MF-PN-BK"' in visit.echo
