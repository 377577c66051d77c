"""What all X12 purchasing documents share: parties, items, terms, charges, taxes, references.

Segments and elements by X12 004010; the paths are those of `parsers.x12.paths`.
"""

from decimal import Decimal

from mappers.asking import number_at, text_at
from mappers.canonical import (
    Accounting,
    Address,
    Adjustment,
    Carrier,
    Freight,
    Item,
    OrderRef,
    Party,
    PriceBasis,
    Schedule,
    Tax,
    Terms,
)
from mappers.convert import codes, date, decimal, implied, integer, n2, text, uom, upper
from mappers.rules import Collect, Compute, Each, Join, One, Pairs, Spread, Table, Take, When
from parsers.form import Form

PARTY_SCHEMES = {
    "1": "duns",
    "2": "scac",
    "9": "duns4",
    "91": "assigned_by_seller",
    "92": "assigned_by_buyer",
    "FI": "fi",
    "UL": "gln",
    "ZZ": "mutually_defined",
}
"""Party identifiers by N103 (X12 element 66); others keep their own code, in lower case."""

ITEM_FIELDS = {
    "buyer_part": ("BP", "IN", "CB", "SK", "PI", "IT"),
    "supplier_part": ("VN", "VP", "VA", "VC", "VX"),
    "gtin": ("UP", "UK", "EN", "UA", "UI"),
    "manufacturer_part": ("MG",),
    "manufacturer": ("MF",),
}
"""Item numbers by their qualifier (X12 element 235), best first."""

ADDRESS = Table(
    "address",
    Address,
    (
        Collect("street", "N3/*", "01"),
        Take("city", "N4/01"),
        Take("region", "N4/02"),
        Take("postal_code", "N4/03"),
        Take("country", "N4/04", upper),
    ),
)

PARTY = Table(
    "party",
    Party,
    (
        Join("name", ("N1/02", "N2/01", "N2/02")),
        Pairs("ids", "N1", "03", "04", PARTY_SCHEMES),
        Take("tax_id", ("REF[TJ]/02", "REF[VX]/02", "REF[GT]/02")),
        One("address", ADDRESS),
        Take("email", "PER/03+EM"),
        Take("phone", "PER/03+TE"),
        Take("contact", "PER/02"),
    ),
)


def item_table(name: str, pairs: str) -> Table:
    """Return the table of the item whose numbers stand at `pairs`, described by PID beside them."""
    described = "^PID" if pairs.startswith("^") else "PID"
    return Table(
        name,
        Item,
        (
            Spread(pairs, "01", "02", ITEM_FIELDS, "other_ids"),
            Join("description", "05", each=f"{described}[02=|08]"),
            Join("description", "05", each=described),
        ),
    )


TERMS = Table(
    "terms",
    Terms,
    (
        Take("discount_percent", "ITD/03", decimal, severity="warning"),
        Take("discount_date", "ITD/04", date, severity="warning"),
        Take("discount_days", "ITD/05", integer, severity="warning"),
        Take("net_date", "ITD/06", date, severity="warning"),
        Take("net_days", "ITD/07", integer, severity="warning"),
        Take("discount_amount", "ITD/08", n2, severity="warning"),
        Take("text", "ITD/12"),
    ),
)

ADJUSTMENT = Table(
    "adjustment",
    Adjustment,
    (
        Take("type", "SAC/01", codes({"A": "allowance", "C": "charge"}), required=True),
        Take("code", ("SAC/02", "SAC/04"), upper),
        Take("reason", "SAC/15"),
        Take("amount", "SAC/05", implied(2, signed=False)),
        Take("percent", "SAC/07", decimal),
        Take("handling", "SAC/12", upper),
    ),
)

TAX = Table(
    "tax",
    Tax,
    (
        Take("type", "TXI/01", upper),
        Take("rate", "TXI/03", decimal),
        Take("taxable", "TXI/08", decimal),
        Take("amount", "TXI/02", decimal),
        Take("jurisdiction", "TXI/05"),
        Take("exempt", "TXI/06", upper),
    ),
)

ADJUSTMENTS = Each("adjustments", "SAC[A|C]", ADJUSTMENT)
TAXES = Each("taxes", "TXI[07=|A]", TAX)
"""Taxes to add; those that are told for information only (TXI07 is O) are in the prices already."""

CHARGE_TAXES = Each("taxes", "SAC/TXI[07=|A]", TAX)
"""Taxes that follow a charge: in some versions they belong to it, in others to the document."""

ACCOUNTING = Table(
    "accounting", Accounting, (Pairs("segments", "FA2", "01", "02", keep_case=True),)
)

REFERENCES = (
    Pairs("fields", "REF", "01", ("02", "03"), keep_case=True),
    Pairs("fields", "N9", "01", ("02", "03"), keep_case=True),
)
"""References that have no field of their own, under their qualifier (X12 element 128)."""

NOTES = (
    Collect("notes", "NTE", "02"),
    Collect("notes", "N9/MSG", "01"),
    Collect("notes", "N9/MTX", "02"),
)

LINE_NOTES = (
    Collect("notes", "MSG", "01"),
    Collect("notes", "N9/MSG", "01"),
    Collect("notes", "N9/MTX", "02"),
)

FREIGHT = Table(
    "freight",
    Freight,
    (
        Take("terms", "FOB/01", upper),
        Take("carrier", "TD5/05"),
        Take("scac", "TD5[02=2]/03"),
    ),
)


CARRIER = Table(
    "carrier",
    Carrier,
    (
        Take("name", "TD5/05"),
        Take("scac", "TD5[02=2]/03"),
        Take("mode", "TD5/04", upper),
    ),
)


def price_basis_table(place: str) -> Table:
    """Return the table of the quantity that a price is for, by the basis of the price at `place`.

    X12 element 639: HP is a price per hundred, TP per thousand; the others are prices per unit.
    """
    quantities = {"HP": Decimal(100), "TP": Decimal(1000)}
    return Table(
        "price basis", PriceBasis, (Take("quantity", place, codes(quantities, other=None)),)
    )


def price_per_other_unit(price: str, quantity: str, unit: str) -> When:
    """Return the row of a price basis for lines priced by CTP per another unit than their own.

    `IT1**10*CA` with `CTP**UCP*2*120*EA` costs 2 for each, and each case holds twelve. The paths
    are those of the line; one that has a price of its own is priced by that.
    """

    def basis(line: Form) -> PriceBasis | None:
        priced, named = number_at(line, "CTP[02=UCP]/04"), text_at(line, "CTP[02=UCP]/05-1")
        ordered = number_at(line, quantity)
        if text_at(line, price) or named == text_at(line, unit) or not priced or not ordered:
            return None
        factor = priced / ordered
        return PriceBasis(uom=named, factor=factor if factor * ordered == priced else None)

    row = Compute("price_basis", basis, ("CTP[02=UCP]/05-1",))
    return When("CTP[02=UCP]/05-1", (), (row,))


PACKING = (Take("fields.pack", "PO4/01"), Take("fields.inner_pack", "PO4/14"))
"""How many units one of the line's unit holds, as the document says; nothing is computed by it."""

STORE = Table("store", Party, (Pairs("ids", "", "SDQ/02", "01", PARTY_SCHEMES),))

SCHEDULES = (
    Each(
        "schedules",
        "SCH",
        Table(
            "schedule",
            Schedule,
            (
                Take("quantity", "SCH/01", decimal),
                Take("uom", "SCH/02", uom),
                Take("date", "SCH/06", date, severity="warning"),
            ),
        ),
    ),
    Each(
        "schedules",
        "SDQ/03+",
        Table(
            "store quantity",
            Schedule,
            (
                Take("quantity", "02", decimal),
                Take("uom", "SDQ/01", uom),
                One("ship_to", STORE),
            ),
        ),
    ),
)
"""Parts of a line's quantity: by date (SCH), and by store (SDQ, pairs from element 03)."""


def order_reference(number: str | tuple[str, ...], **places: str) -> Table:
    """Return the table of a reference to an order; `places` says where line, day, release stand."""
    converted = {"line": text, "date": date, "release": text}
    return Table(
        "order reference",
        OrderRef,
        (
            Take("number", number),
            *(
                Take(field, at, converted[field], severity="warning")
                for field, at in places.items()
            ),
        ),
    )
