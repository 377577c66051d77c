"""Orders, their changes and what suppliers answer: ORDERS, ORDCHG, ORDRSP.

UN/EDIFACT D.96A to D.14B: BGM, LIN, QTY, PRI.
"""

from mappers.canonical import OrderLine, OrderRef, OrderResponse, PurchaseOrder, ResponseLine
from mappers.convert import codes, upper
from mappers.edifact.parts import (
    ADJUSTMENTS,
    BILL_TO,
    CURRENCY,
    FREIGHT,
    ITEM,
    LINE_TAXES,
    NOTES,
    PARTIES,
    PRICE_BASIS,
    PRICES,
    REFERENCES,
    TAXES,
    TERMS,
    day,
    decimal,
    quantity,
)
from mappers.plausible import checked, order_problems
from mappers.rows import Row
from mappers.rules import Each, One, Table, Take

_TYPES = codes(
    {"220": "standard", "105": "standard", "221": "blanket", "226": "release", "ZZZ": "other"},
    other="other",
)
"""BGM 1001."""

_UNIT_PRICE = Take("unit_price", tuple(f"{price}/12" for price in PRICES), decimal)
_LINE = (
    Take("number", "LIN/11"),
    One("item", ITEM),
    *quantity("21", "47", "1", "59"),
    _UNIT_PRICE,
    One("price_basis", PRICE_BASIS),
    Take("amount", ("MOA[203]/12", "MOA[38]/12"), decimal),
    *day("requested_date", "2"),
    ADJUSTMENTS,
    LINE_TAXES,
    REFERENCES,
    *NOTES,
)


def _order_rows(*own: Row, line: Table) -> tuple[Row, ...]:
    return (
        *own,
        Take("type", "BGM/11", _TYPES),
        *day("date", "137", "4"),
        CURRENCY,
        Take("contract", "RFF[CT]/12"),
        *PARTIES,
        BILL_TO,
        *day("requested_date", "2", "64"),
        One("freight", FREIGHT),
        *day("cancel_after", "61"),
        *TERMS,
        ADJUSTMENTS,
        TAXES,
        Each("lines", "LIN", line),
        Take("total", ("MOA[86]/12", "MOA[77]/12", "MOA[128]/12", "MOA[79]/12"), decimal),
        REFERENCES,
        *NOTES,
    )


ORDER = Table(
    "ORDERS",
    PurchaseOrder,
    _order_rows(
        Take("number", "BGM/21", required=True),
        Take(
            "operation",
            "BGM/31",
            codes(
                {"9": "new", "1": "cancel", "4": "change", "5": "change", "7": "new"}, other=None
            ),
        ),
        line=Table("ORDERS line", OrderLine, _LINE),
    ),
    finish=checked(order_problems),
)

CHANGE = Table(
    "ORDCHG",
    PurchaseOrder,
    _order_rows(
        Take("number", ("RFF[ON]/12", "BGM/21"), required=True),
        Take("operation", "BGM/31", codes({"1": "cancel"}, other="change")),
        Take("revision", "BGM/21"),
        line=Table("ORDCHG line", OrderLine, (*_LINE, Take("fields.change", "LIN/21", upper))),
    ),
    finish=checked(order_problems),
)

_LINE_ANSWERS = codes(
    {
        "5": "accepted",
        "3": "changed",
        "6": "changed",
        "1": "changed",
        "2": "rejected",
        "7": "rejected",
        "10": "rejected",
    },
    other=None,
)
"""LIN 1229."""

_ANSWER = Table(
    "ORDRSP line",
    ResponseLine,
    (
        Take("order_line", ("RFF[ON]/13", "RFF[LI]/12", "LIN/11")),
        Take("status", "LIN/21", _LINE_ANSWERS),
        *quantity("113", "12", "21", "194"),
        _UNIT_PRICE,
        *day("promised_date", "67", "2", "17", "69"),
        One("item", ITEM),
    ),
)

RESPONSE = Table(
    "ORDRSP",
    OrderResponse,
    (
        One(
            "order",
            Table(
                "answered order",
                OrderRef,
                (Take("number", "RFF[ON]/12"), *day("date", "171", place="RFF[ON]/")),
            ),
        ),
        Take("number", "BGM/21"),
        *day("date", "137"),
        Take(
            "status",
            "BGM/31",
            codes({"29": "accepted", "27": "rejected", "4": "accepted_with_changes"}, other=None),
        ),
        Take(
            "status",
            "BGM/41",
            codes(
                {"AP": "accepted", "AC": "accepted_with_changes", "RE": "rejected"},
                other="detail",
            ),
        ),
        Each("lines", "LIN", _ANSWER),
        REFERENCES,
        *NOTES,
    ),
)
