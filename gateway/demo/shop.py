"""The demo's shop: a catalogue that the gateway serves to itself, so that a punchout can be tried.

The gateway is both sides, under two names that are partners of each other. What is ordered lies in
the supplier's folder: an order that came back to its own sender would count as a second one.
"""

from pathlib import Path

CATALOG = "catalog.csv"
NAME = "Marlowe & Finch"
_BUYER, _SUPPLIER = "079482615", "080155329"
_AGREED = """name = "{name}"

[[identifiers.cxml]]
domain = "DUNS"
identity = "{theirs}"

[[ours.cxml]]
domain = "DUNS"
identity = "{ours}"

[connection]
their_secret = "the demo's secret of {theirs}"
our_secret = "the demo's secret of {ours}"
{more}
"""


def open_shop(folder: Path, address: str) -> None:
    """Make the two sides of the gateway at `address` partners of each other."""
    supplier = _AGREED.format(
        name=NAME, theirs=_SUPPLIER, ours=_BUYER, more=f'setup_url = "{address}/cxml"'
    )
    buyer = _AGREED.format(
        name="Tamarack Outfitters", theirs=_BUYER, ours=_SUPPLIER, more='role = "buyer"'
    )
    partners = folder / "partners"
    partners.mkdir(exist_ok=True)
    (partners / "marlowe-finch.toml").write_text(supplier, encoding="utf-8")
    (partners / "tamarack-erp.toml").write_text(buyer, encoding="utf-8")
