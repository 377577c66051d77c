"""Goods on their way and goods received: 856 and 861.

X12 004010 BSN, HL, SN1, LIN, MAN; BRA, RCD. An 856 is what the supplier says has left, no receipt.
"""

from functools import lru_cache
from typing import Any

from mappers.canonical import Package, Receipt, ReceiptLine
from mappers.convert import Convert, codes, date, decimal, moment, uom, upper
from mappers.plausible import checked, receipt_problems
from mappers.rules import Collect, Compute, Const, Each, Inside, Join, One, Table, Take, When
from mappers.x12.parts import CARRIER, PARTY, REFERENCES, item_table, order_reference

_OPERATIONS = codes(
    {"00": "new", "01": "cancel", "04": "change", "05": "change"}, name="purpose", other=None
)
_SSCC_DIGITS = 18


@lru_cache(4096)
def _sscc(raw: str) -> str:
    """Return the 18 digits of an SSCC, its application identifier left away; others as written."""
    mark = raw.strip()
    with_identifier = len(mark) == _SSCC_DIGITS + 2 and mark.isdigit() and mark.startswith("00")
    return mark[2:] if with_identifier else mark


SSCC = Convert("mark", lambda raw, _year: _sscc(raw), str, "the mark of a package", _sscc)


_MARKS = "MAN[GM|AA|AI|UC|SM|W|SI|SC|R|PB]"
"""Marks that name a package (X12 element 88); carriers' numbers (CP, CA) are for tracking."""


def _moment(field: str, qualifier: str) -> Join:
    place = f"DTM[{qualifier}]"
    return Join(field, (f"{place}/02", f"{place}/03"), moment, severity="warning")


_SHIPMENT = (
    _moment("shipped_at", "011"),
    _moment("delivered_at", "017"),
    _moment("delivered_at", "035"),
    One("supplier", PARTY, ("N1[SE]", "N1[VN]", "N1[SU]")),
    One("buyer", PARTY, "N1[BY]"),
    One("ship_from", PARTY, "N1[SF]"),
    One("ship_to", PARTY, "N1[ST]"),
    One("carrier", CARRIER),
    Take("bill_of_lading", "REF[BM]/02"),
    Take("packing_slip", "REF[PK]/02"),
)
"""What senders say of a shipment in its HL loop, or at the head of the set."""

_PACKAGE = Table(
    "856 package",
    Package,
    (
        Take("id", f"{_MARKS}/02", SSCC),
        Take("id_to", f"{_MARKS}/03", SSCC),
        Take("parent", f"^^{_MARKS}/02", SSCC),
        Take("tracking", ("MAN[CP|CA]/02", "REF[2I]/02")),
        Take("type", "TD1/01", upper),
    ),
)

_SHIPPED_LINE = Table(
    "856 line",
    ReceiptLine,
    (
        Take("number", ("LIN/01", "SN1/01")),
        One("order", order_reference("^PRF/01", line="^PRF/05", date="^PRF/04", release="^PRF/02")),
        One("item", item_table("856 item", "LIN/02+")),
        Take("quantity", "SN1/02", decimal, required=True),
        Take("uom", "SN1/03", uom),
        Collect("lots", "LIN/02+LT", "02"),
        Collect("lots", "REF[LT]", "02", distinct=True),
        Collect("serials", "REF[SE]", "02"),
        Collect("packages", f"^{_MARKS}", "02", SSCC),
        *REFERENCES,
    ),
)

SHIP_NOTICE = Table(
    "856",
    Receipt,
    (
        Const("evidence", "shipped"),
        Const("type", "delivery"),
        Take("number", "BSN/02", required=True),
        Take("operation", "BSN/01", _OPERATIONS),
        Take("date", "BSN/03", date, severity="warning"),
        Inside("HL[03=S]", Table("856 shipment", Receipt, (*_SHIPMENT, *REFERENCES))),
        *_SHIPMENT,
        Collect("tracking", "HL/REF[CN]", "02", distinct=True),
        Take("bill_of_lading", "HL/REF[BM]/02"),
        Take("packing_slip", "HL/REF[PK]/02"),
        Each("packages", "HL[03=T|P]", _PACKAGE),
        Each("lines", "HL[03=I]", _SHIPPED_LINE),
    ),
    finish=checked(receipt_problems),
)


def _returned(line: Any) -> str | None:
    """Return the type of a line of which nothing was received, only sent back."""
    return None if line.find("RCD/02") else "return"


_RECEIVED_LINE = Table(
    "861 line",
    ReceiptLine,
    (
        Take("number", "RCD/01"),
        One("order", order_reference("^PRF/01", line="^PRF/05", date="^PRF/04", release="^PRF/02")),
        One("item", item_table("861 item", "LIN/02+")),
        Take("quantity", ("RCD/02", "RCD/04"), decimal, required=True),
        Take("uom", ("RCD/03-1", "RCD/05-1"), uom),
        When("RCD/04", (), (Compute("type", _returned, ("RCD/04",)),)),
        When("RCD/08", ("01",), (Take("rejected", "RCD/06", decimal),)),
        Take("reason", "RCD/08", upper),
        Collect("lots", "LIN/02+LT", "02"),
        Collect("serials", "REF[SE]", "02"),
        *REFERENCES,
    ),
)

RECEIPT = Table(
    "861",
    Receipt,
    (
        Const("evidence", "received"),
        Take("number", "BRA/01", required=True),
        Take("date", "BRA/02", date, severity="warning"),
        Take("operation", "BRA/03", _OPERATIONS),
        _moment("delivered_at", "050"),
        *_SHIPMENT,
        Collect("tracking", "REF[CN]", "02", distinct=True),
        Each("lines", "RCD", _RECEIVED_LINE),
        *REFERENCES,
    ),
    finish=checked(receipt_problems),
)
