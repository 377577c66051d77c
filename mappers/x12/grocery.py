"""The grocery trade: orders (875), invoices (880), and deliveries straight to a store (894).

UCS, X12 004010 G50, G68; G01, G17, G33; G82, G83. Prices are decimal numbers, totals have two
decimals implied.
"""

from mappers.canonical import (
    Adjustment,
    Invoice,
    InvoiceLine,
    Item,
    OrderLine,
    OrderRef,
    Party,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    Terms,
    Totals,
)
from mappers.convert import Convert, codes, date, decimal, implied, integer, moment, n2, uom, upper
from mappers.rows import Row
from mappers.rules import Collect, Const, Each, Join, One, Spread, Table, Take
from mappers.x12.invoices import signed
from mappers.x12.parts import FREIGHT, ITEM_FIELDS, LINE_NOTES, NOTES, PARTY, REFERENCES

_NUMBERS = "|".join(qualifier for one in ITEM_FIELDS.values() for qualifier in one)
_CODE_DIGITS = 3
_LAST_FREE_GOODS, _FIRST_ALLOWANCE, _LAST_ALLOWANCE = 5, 35, 499


def _direction(raw: str, _year: int) -> str:
    """Read an allowance or charge code (X12 element 340), whose numbers are those of kinds."""
    digits = raw.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _CODE_DIGITS):
        raise ValueError(raw)
    number = int(digits)
    is_allowance = number <= _LAST_FREE_GOODS or _FIRST_ALLOWANCE <= number <= _LAST_ALLOWANCE
    return "allowance" if is_allowance else "charge"


_DIRECTION = Convert("allowance or charge code", _direction, str, "a number of X12 element 340")

_ADJUSTMENT = Table(
    "allowance or charge",
    Adjustment,
    (
        Take("type", "G72/01", _DIRECTION, required=True),
        Const("type", "charge"),  # of one that cannot be told: the record is incomplete anyway
        Take("code", "G72/01", upper),
        Join("reason", "01", each="G73"),
        Take("amount", "G72/08", implied(2, signed=False)),
        Take("percent", "G72/09", decimal),
        Take("handling", "G72/02", upper),
    ),
)

_TERMS = Table(
    "grocery terms",
    Terms,
    (
        Take("discount_percent", "G23/05", decimal, severity="warning"),
        Take("discount_date", "G23/06", date, severity="warning"),
        Take("discount_days", "G23/07", integer, severity="warning"),
        Take("net_date", "G23/08", date, severity="warning"),
        Take("net_days", "G23/09", integer, severity="warning"),
        Take("discount_amount", "G23/10", n2, severity="warning"),
    ),
)


def _item(segment: str) -> Table:
    """Return the item whose case code is element 04 and whose numbers are pairs from 05 on."""
    return Table(
        f"{segment} item",
        Item,
        (
            Take("gtin", f"{segment}/04"),
            Spread(f"{segment}/05+{_NUMBERS}", "01", "02", ITEM_FIELDS, "other_ids"),
            Join("description", "01", each="G69"),
        ),
    )


def _line_rows(segment: str) -> tuple[Row, ...]:
    return (
        Take("quantity", f"{segment}/01", decimal, required=True),
        Take("uom", f"{segment}/02", uom),
        Take("unit_price", f"{segment}/03", decimal),
        One("item", _item(segment)),
        Each("adjustments", "G72", _ADJUSTMENT),
        Take("fields.pack", "G70/01"),
        *LINE_NOTES,
    )


_PARTIES = (
    One("buyer", PARTY, "N1[BY]"),
    One("supplier", PARTY, ("N1[SE]", "N1[VN]", "N1[SU]")),
    One("ship_to", PARTY, "N1[ST]"),
    One("bill_to", PARTY, "N1[BT]"),
)
_CONDITIONS = (
    Take("currency", "CUR/02", upper),
    Each("terms", "G23", _TERMS),
    Each("adjustments", "G72", _ADJUSTMENT),
    *REFERENCES,
    *NOTES,
)

ORDER = Table(
    "875",
    PurchaseOrder,
    (
        Take("number", "G50/03", required=True),
        Take(
            "operation",
            "G50/01",
            codes(
                {
                    "N": "new",
                    "C": "new",
                    "R": "change",
                    "L": "change",
                    "G": "change",
                    "F": "cancel",
                },
                other=None,
            ),
        ),
        Take("type", "G50/07", codes({"SA": "standard", "NE": "standard", "BK": "blanket"})),
        Take("date", "G50/02", date, severity="warning"),
        Take("requested_date", "G62[02]/02", date, severity="warning"),
        Take("fields.requested_ship_date", "G62[10]/02"),
        *_PARTIES,
        One("freight", FREIGHT),
        *_CONDITIONS,
        Each("lines", "G68", Table("875 line", OrderLine, _line_rows("G68"))),
        Each("lines", "LS/G68", Table("875 line", OrderLine, _line_rows("G68"))),
        Take("total", "G76/08", n2),
    ),
)

INVOICE = Table(
    "880",
    Invoice,
    (
        Take("number", "G01/02", required=True),
        Take("date", "G01/01", date),
        Const("type", "invoice"),
        Collect("orders", "G01", "04"),
        *_PARTIES,
        One("remit_to", PARTY, ("N1[RE]", "N1[RI]")),
        *_CONDITIONS,
        Each("lines", "G17", Table("880 line", InvoiceLine, _line_rows("G17"))),
        One("totals", Table("880 totals", Totals, (Take("total", "G33/01", n2, required=True),))),
    ),
    finish=signed,
)

_RECEIVER = Table(
    "receiver", Party, (Take("ids.duns", "G82/03"), Take("ids.assigned_by_buyer", "G82/04"))
)
_SENDER = Table(
    "supplier", Party, (Take("ids.duns", "G82/05"), Take("ids.assigned_by_seller", "G82/06"))
)
_DELIVERED_LINE = Table(
    "894 line",
    ReceiptLine,
    (
        Take("number", "G83/01"),
        One(
            "order",
            Table(
                "order reference",
                OrderRef,
                (
                    Take("number", "^G82/09"),
                    Take("date", "^G82/10", date, severity="warning"),
                ),
            ),
        ),
        One(
            "item",
            Table(
                "894 item",
                Item,
                (
                    Take("gtin", ("G83/04", "G83/07")),
                    Spread(f"G83/05+{_NUMBERS}", "01", "02", ITEM_FIELDS, "other_ids"),
                    Take("description", "G83/10"),
                ),
            ),
        ),
        Take("quantity", "G83/02", decimal, required=True),
        Take("uom", "G83/03", uom),
    ),
)

DELIVERY = Table(
    "894",
    Receipt,
    (
        Const("evidence", "shipped"),
        Take("type", "G82/01", codes({"D": "delivery", "C": "return"})),
        Take("number", "G82/02", required=True),
        Take("date", "G82/07", date, severity="warning"),
        Take("delivered_at", "G82/07", moment, severity="warning"),
        One("buyer", _RECEIVER),
        One("supplier", _SENDER),
        Each("lines", "G83", _DELIVERED_LINE),
        *REFERENCES,
    ),
)
"""What a supplier says it left at a store, or took back: no receipt before the store says so."""
