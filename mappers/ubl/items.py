"""Items, prices, allowances and taxes of UBL."""

from mappers.accounting import cost_rows
from mappers.canonical import Accounting, Adjustment, Item, PriceBasis, Tax
from mappers.convert import codes, decimal, identifier, magnitude, uom
from mappers.rules import Pairs, Row, Table, Take

GTINS = "0160|0088|GTIN|EAN|SRV"

ITEM = Table(
    "UBL item",
    Item,
    (
        Take("supplier_part", "SellersItemIdentification/ID", identifier),
        Take("buyer_part", "BuyersItemIdentification/ID", identifier),
        Take("manufacturer_part", "ManufacturersItemIdentification/ID", identifier),
        Take("manufacturer", ("ManufacturerParty/PartyName/Name",)),
        Take("gtin", f"StandardItemIdentification/ID[@schemeID={GTINS}]", identifier),
        Take("description", ("Name", "Description")),
        Pairs(
            "classifications",
            "CommodityClassification/ItemClassificationCode",
            "@listID|name()",
            ".",
            keep_case=True,
        ),
        Pairs(
            "other_ids",
            f"StandardItemIdentification/ID[!@schemeID={GTINS}]",
            "@schemeID|name()",
            ".",
            names={"ID": "standard"},
        ),
    ),
)

PRICE_BASIS = Table(
    "UBL price basis",
    PriceBasis,
    (Take("quantity", ".", decimal), Take("uom", "@unitCode", uom)),
)
"""BaseQuantity (BT-149, BT-150)."""

_DIRECTION = codes({"true": "charge", "1": "charge", "false": "allowance", "0": "allowance"})
_OPPOSITE = codes({"true": "allowance", "1": "allowance", "false": "charge", "0": "charge"})


def direction_rows(indicator: str, amount: str) -> tuple[Row, ...]:
    """Return the rows that tell an allowance from a charge; a negative one is its opposite."""
    return (
        Take("type", f".[{amount}*=-]/{indicator}", _OPPOSITE),
        Take("type", indicator, _DIRECTION),
    )


ADJUSTMENT = Table(
    "UBL allowance or charge",
    Adjustment,
    (
        *direction_rows("ChargeIndicator", "Amount"),
        Take("code", "AllowanceChargeReasonCode", identifier),
        Take("reason", "AllowanceChargeReason"),
        Take("amount", "Amount", magnitude),
        Take("percent", "MultiplierFactorNumeric", decimal, severity="warning"),
    ),
)

TAX = Table(
    "UBL tax",
    Tax,
    (
        Take("type", ("TaxCategory/TaxScheme/ID", "TaxScheme/ID")),
        Take("rate", ("TaxCategory/Percent", "Percent"), decimal, severity="warning"),
        Take("taxable", "TaxableAmount", decimal, severity="warning"),
        Take("amount", "TaxAmount", decimal),
        Take(
            "exempt",
            (
                "TaxCategory/TaxExemptionReasonCode",
                "TaxCategory/TaxExemptionReason",
                "TaxExemptionReasonCode",
                "TaxExemptionReason",
            ),
        ),
    ),
)
"""A TaxSubtotal (BG-23), or the ClassifiedTaxCategory of an item (BG-30)."""

ACCOUNTING = Table(
    "UBL accounting cost",
    Accounting,
    cost_rows("AccountingCost"),
)
"""The buyer's accounting reference (BT-19, BT-133): one text for all of it."""
