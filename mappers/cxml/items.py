"""Items, prices and accounting of cXML lines (ItemOut, ItemIn and their kin)."""

from mappers.canonical import Item, PriceBasis
from mappers.convert import decimal, identifier, uom
from mappers.cxml.accounting import DISTRIBUTION, EXTRINSICS
from mappers.cxml.convert import amount, day
from mappers.cxml.money import TAX
from mappers.rules import Collect, Each, One, Pairs, Row, Table, Take

_GTIN = "EANID|EAN|GTIN|UPC|UPCID|UPCUniqueID|EAN13|GTINID"


def item_table(name: str, ids: str | tuple[str, ...], details: str | tuple[str, ...]) -> Table:
    """Return the table of an item whose ItemID is at `ids` and whose details are at `details`.

    Both end with a slash, or are empty for here; several are looked at in turn.
    """

    def at(places: str | tuple[str, ...], path: str) -> str:
        found = (places,) if isinstance(places, str) else places
        return "|".join(f"{place}{path}" for place in found)

    return Table(
        name,
        Item,
        (
            Take("supplier_part", at(ids, "SupplierPartID"), identifier),
            Take("supplier_part_aux", at(ids, "SupplierPartAuxiliaryID"), identifier),
            Take("buyer_part", at(ids, "BuyerPartID"), identifier),
            Take("manufacturer_part", at(details, "ManufacturerPartID"), identifier),
            Take("manufacturer", at(details, "ManufacturerName")),
            Take("gtin", at(ids, f"IdReference[@domain~={_GTIN}]/@identifier"), identifier),
            Take("description", at(details, "Description")),
            Pairs(
                "classifications",
                at(details, "Classification"),
                key="@domain",
                value=(".", "@code"),
                keep_case=True,
            ),
            Pairs(
                "other_ids",
                at(ids, f"IdReference[!@domain~={_GTIN}]"),
                key="@domain",
                value="@identifier",
                keep_case=True,
            ),
        ),
    )


PRICE_BASIS = Table(
    "cXML price basis",
    PriceBasis,
    (
        Take("quantity", "@quantity", decimal),
        Take("uom", "UnitOfMeasure", uom),
        Take("factor", "@conversionFactor", decimal),
    ),
)

ITEM = item_table("cXML item", "ItemID/", "ItemDetail/")

PRICED: tuple[Row, ...] = (
    Take("number", "@lineNumber", identifier),
    One("item", ITEM),
    Take("quantity", "@quantity", decimal, required=True),
    Take("uom", ("ItemDetail/UnitOfMeasure", "BlanketItemDetail/UnitOfMeasure"), uom),
    Take(
        "unit_price",
        ("ItemDetail/UnitPrice/Money", "BlanketItemDetail/UnitPrice/Money"),
        amount,
    ),
    One("price_basis", PRICE_BASIS, "ItemDetail/PriceBasisQuantity"),
    Take("requested_date", "@requestedDeliveryDate", day, severity="warning"),
    Each("taxes", "Tax/TaxDetail|Tax[!TaxDetail]", TAX),
    Each("accounting", "Distribution", DISTRIBUTION),
    Each("accounting", ".[!Distribution]/ItemDetail[Extrinsic]", EXTRINSICS),
    Pairs("fields", "ItemDetail/Extrinsic|Extrinsic", "@name", ".", keep_case=True),
    Collect("notes", "Comments", "."),
)
"""What the lines of orders and carts have in common."""
