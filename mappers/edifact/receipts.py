"""Goods on their way and goods received: DESADV and RECADV.

UN/EDIFACT D.96A to D.14B: BGM, CPS, PAC, PCI, GIN, LIN, QTY.
"""

from mappers.canonical import Carrier, Package, Receipt, ReceiptLine
from mappers.convert import codes, upper
from mappers.edifact.parts import (
    ITEM,
    NOTES,
    PARTIES,
    PARTY,
    REFERENCES,
    day,
    decimal,
    order_reference,
    quantity,
    time,
)
from mappers.plausible import checked, receipt_problems
from mappers.rows import Row
from mappers.rules import Collect, Const, Each, One, Table, Take

_OPERATIONS = codes({"9": "new", "1": "cancel", "4": "change", "5": "change"}, other=None)

_CARRIER = Table(
    "carrier",
    Carrier,
    (
        Take("name", ("TDT/54", "NAD[CA]/41")),
        Take("scac", "TDT/51"),
        Take("mode", ("TDT/31", "TDT/41"), upper),
    ),
)


def _package(holder: str) -> Table:
    """Return the table of a package whose level stands in that of another: `holder` leads there."""
    return Table(
        "package",
        Package,
        (
            Take("id", "01"),
            Take("parent", (f"{holder}PAC/PCI/GIN/21", f"{holder}PAC/GIN/21")),
            Take("type", "^PAC/31", upper),
        ),
    )


def _line(name: str, *qualifiers: str, more: tuple[Row, ...] = ()) -> Table:
    return Table(
        name,
        ReceiptLine,
        (
            Take("number", "LIN/11"),
            One("order", order_reference("^RFF[ON]/12", "RFF[ON]/13")),
            One("item", ITEM),
            *quantity(*qualifiers),
            *more,
            Collect("lots", "GIN[BX]", "21"),
            Collect("serials", "GIN[BN]", "21"),
            Collect("packages", "^PAC/PCI/GIN[BJ|AW|ML]", "21"),
            REFERENCES,
        ),
    )


_HEAD = (
    Take("number", "BGM/21", required=True),
    Take("operation", "BGM/31", _OPERATIONS),
    *day("date", "137"),
    *time("shipped_at", "11"),
    *PARTIES,
    One("ship_from", PARTY, ("NAD[SF]", "NAD[CZ]")),
    One("carrier", _CARRIER),
    Collect("tracking", "RFF[CN]", "12", distinct=True),
    Take("bill_of_lading", "RFF[BM]/12"),
    Take("packing_slip", "RFF[PK]/12"),
    REFERENCES,
    *NOTES,
)

SHIP_NOTICE = Table(
    "DESADV",
    Receipt,
    (
        Const("evidence", "shipped"),
        Const("type", "delivery"),
        *_HEAD,
        *time("delivered_at", "17", "2", "358", "35"),
        Each("packages", "CPS/PAC/PCI/GIN/2*", _package("^^^^^^")),
        Each("packages", "CPS/PAC/GIN/2*", _package("^^^^")),
        Each("lines", "CPS/LIN", _line("DESADV line", "12", "52", "47")),
    ),
    finish=checked(receipt_problems),
)

RECEIPT = Table(
    "RECADV",
    Receipt,
    (
        Const("evidence", "received"),
        *_HEAD,
        *time("delivered_at", "50", "35", "310"),
        Each(
            "lines",
            "CPS/LIN",
            _line(
                "RECADV line",
                "48",
                "194",
                "46",
                "12",
                more=(
                    Take("accepted", "QTY[194]/12", decimal),
                    Take("rejected", "QTY[195]/12", decimal),
                    Take("reason", "QVR/31", upper),
                ),
            ),
        ),
    ),
    finish=checked(receipt_problems),
)
