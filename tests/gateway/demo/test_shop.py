"""The demo's shop: its catalogue can be read, and its two sides know each other."""

from pathlib import Path

from gateway.demo.shop import CATALOG, open_shop
from gateway.demo.stories import samples
from gateway.punchout.catalog import load_catalog
from gateway.punchout.trading import Trading


def test_the_sample_catalogue_is_one() -> None:
    catalog = load_catalog(samples() / CATALOG)
    assert len(catalog) >= 10
    assert [one.sku for one in catalog.search("whiteboard quill", 9)] == ["MF-WB-90", "MF-MK-4C"]


def test_each_side_is_the_others_partner(tmp_path: Path) -> None:
    open_shop(tmp_path, "http://127.0.0.1:8710")
    trading = Trading(tmp_path / "partners", tmp_path)
    supplier, buyer = trading.partner("marlowe-finch"), trading.partner("tamarack-erp")
    assert supplier
    assert buyer
    assert (supplier.theirs, supplier.ours) == (buyer.ours, buyer.theirs)
    assert supplier.connection.our_secret == buyer.connection.their_secret
    assert supplier.connection.setup_url == "http://127.0.0.1:8710/cxml"
