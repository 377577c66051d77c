"""Orders, their changes and what suppliers answer: 850, 860, 855, 865.

X12 004010 BEG, BCH, BAK, BCA, PO1, POC, ACK.
"""

from mappers.canonical import OrderLine, OrderResponse, PurchaseOrder, ResponseLine
from mappers.convert import codes, date, decimal, uom, upper
from mappers.plausible import checked, order_problems
from mappers.rows import Row
from mappers.rules import Each, One, Pairs, Table, Take
from mappers.x12.parts import (
    ADJUSTMENTS,
    CHARGE_TAXES,
    FREIGHT,
    LINE_NOTES,
    NOTES,
    PACKING,
    PARTY,
    REFERENCES,
    SCHEDULES,
    TAXES,
    TERMS,
    item_table,
    order_reference,
    price_basis_table,
    price_per_other_unit,
)

_OPERATIONS = codes(
    {"00": "new", "01": "cancel", "04": "change", "05": "change", "06": "new", "07": "new"},
    name="purpose",
    other=None,
)
_TYPES = codes(
    {"SA": "standard", "NE": "standard", "BK": "blanket", "RL": "release", "OS": "other"},
    other="other",
)
_PARTIES = (
    One("buyer", PARTY, "N1[BY]"),
    One("supplier", PARTY, ("N1[SE]", "N1[VN]", "N1[SU]")),
    One("ship_to", PARTY, "N1[ST]"),
    One("bill_to", PARTY, "N1[BT]"),
)
_CONDITIONS = (
    Take("currency", "CUR/02", upper),
    Take("requested_date", "DTM[002]/02", date, severity="warning"),
    Take("cancel_after", "DTM[001]/02", date, severity="warning"),
    One("freight", FREIGHT),
    Each("terms", "ITD", TERMS),
    ADJUSTMENTS,
    TAXES,
    CHARGE_TAXES,
    Take("total", ("CTT/AMT[TT]/02", "AMT[TT]/02", "CTT/AMT/02"), decimal),
    *REFERENCES,
    *NOTES,
)


def _line_rows(segment: str, first: int, unit: str, pairs: int) -> tuple[Row, ...]:
    """Return the rows of an order line whose quantity is element `first` of `segment`.

    PO1 has quantity, unit, price and basis in elements 02 to 05 and item numbers from 06 on; POC
    puts the quantity left to receive in between, and its unit is a composite.
    """
    price = pairs - 2
    return (
        Take("number", f"{segment}/01"),
        One("item", item_table(f"{segment} item", f"{segment}/{pairs:02d}+")),
        Take("quantity", f"{segment}/{first:02d}", decimal, required=True),
        Take("uom", f"{segment}/{unit}", uom),
        Take("unit_price", (f"{segment}/{price:02d}", "CTP[02=UCP]/03"), decimal),
        One("price_basis", price_basis_table(f"{segment}/{price + 1:02d}")),
        price_per_other_unit(
            f"{segment}/{price:02d}", f"{segment}/{first:02d}", f"{segment}/{unit}"
        ),
        Take("amount", "AMT[1]/02", decimal),
        Take("requested_date", "DTM[002]/02", date, severity="warning"),
        *SCHEDULES,
        ADJUSTMENTS,
        TAXES,
        CHARGE_TAXES,
        Pairs("fields", "REF", "01", ("02", "03"), keep_case=True),
        *PACKING,
        *LINE_NOTES,
    )


ORDER = Table(
    "850",
    PurchaseOrder,
    (
        Take("number", "BEG/03", required=True),
        Take("operation", "BEG/01", _OPERATIONS),
        Take("type", "BEG/02", _TYPES),
        Take("release", "BEG/04"),
        Take("date", "BEG/05", date, severity="warning"),
        Take("contract", ("BEG/06", "REF[CT]/02")),
        *_PARTIES,
        *_CONDITIONS,
        Each("lines", "PO1", Table("850 line", OrderLine, _line_rows("PO1", 2, "03", 6))),
    ),
    finish=checked(order_problems),
)

CHANGE = Table(
    "860",
    PurchaseOrder,
    (
        Take("number", "BCH/03", required=True),
        Take("operation", "BCH/01", codes({"01": "cancel"}, other="change")),
        Take("type", "BCH/02", _TYPES),
        Take("release", "BCH/04"),
        Take("revision", "BCH/05"),
        Take("date", "BCH/06", date, severity="warning"),
        Take("contract", ("BCH/08", "REF[CT]/02")),
        *_PARTIES,
        *_CONDITIONS,
        Each(
            "lines",
            "POC",
            Table(
                "860 line",
                OrderLine,
                (*_line_rows("POC", 3, "05-1", 8), Take("fields.change", "POC/02", upper)),
            ),
        ),
    ),
    finish=checked(order_problems),
)

_ANSWERS = codes(
    {
        "AD": "accepted",
        "AK": "accepted",
        "AT": "accepted",
        "AP": "accepted",
        "AC": "accepted_with_changes",
        "AE": "accepted_with_changes",
        "RD": "rejected",
        "RJ": "rejected",
    },
    other="detail",
)
"""BAK02 and BCA02 (X12 element 587); what only refers to the lines is `detail`."""

_LINE_ANSWERS = codes(
    {
        "IA": "accepted",
        "IB": "backordered",
        "IC": "changed",
        "ID": "rejected",
        "IE": "changed",
        "IP": "changed",
        "IQ": "changed",
        "IS": "changed",
        "DR": "changed",
        "IR": "rejected",
        "R1": "rejected",
        "R2": "rejected",
        "R3": "rejected",
        "R4": "rejected",
    },
    other=None,
)
"""ACK01 (X12 element 668)."""


def _response_line(segment: str, first: int, unit: str, pairs: int) -> Table:
    price = pairs - 2
    item = item_table(f"{segment} item", f"^{segment}/{pairs:02d}+")
    return Table(
        f"{segment} answer",
        ResponseLine,
        (
            Take("order_line", f"^{segment}/01"),
            Take("status", "ACK/01", _LINE_ANSWERS),
            Take("quantity", ("ACK/02", f"^{segment}/{first:02d}"), decimal, required=True),
            Take("uom", ("ACK/03", f"^{segment}/{unit}"), uom),
            Take("unit_price", (f"^{segment}/{price:02d}", "^CTP[02=UCP]/03"), decimal),
            Take("promised_date", ("ACK/05", "^SCH/06"), date, severity="warning"),
            One("item", item),
            Take("fields.answer", "ACK/01", upper),
        ),
    )


RESPONSE = Table(
    "855",
    OrderResponse,
    (
        One("order", order_reference("BAK/03", date="BAK/04", release="BAK/05")),
        Take("number", "BAK/08"),
        Take("date", "BAK/09", date, severity="warning"),
        Take("status", "BAK/02", _ANSWERS),
        Each("lines", "PO1/?ACK", _response_line("PO1", 2, "03", 6)),
        *REFERENCES,
        *NOTES,
    ),
)

CHANGE_RESPONSE = Table(
    "865",
    OrderResponse,
    (
        One("order", order_reference("BCA/03", date="BCA/06", release="BCA/04")),
        Take("number", "BCA/09"),
        Take("date", "BCA/10", date, severity="warning"),
        Take("status", "BCA/02", _ANSWERS),
        Each("lines", "POC/?ACK", _response_line("POC", 3, "05-1", 8)),
        *REFERENCES,
        *NOTES,
    ),
)
