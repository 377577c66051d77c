"""What all EDIFACT purchasing messages share: parties, items, terms, amounts, references.

Addresses of two digits are element and component (`DTM[137]/12`: the value of the DTM whose
qualifier is 137). UN/EDIFACT directories D.96A to D.14B, EANCOM.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from mappers.canonical import (
    Address,
    Adjustment,
    Freight,
    Item,
    OrderRef,
    Party,
    PriceBasis,
    Tax,
    Terms,
)
from mappers.convert import (
    Convert,
    codes,
    compact_day,
    compact_moment,
    integer,
    number,
    plain,
    text,
    uom,
    upper,
)
from mappers.rows import Row
from mappers.rules import Collect, Compute, Each, Join, One, Pairs, Spread, Table, Take, When
from parsers.form import Form


@lru_cache(4096)
def _number(raw: str) -> Decimal:
    """Read a number whose decimal mark is a point or a comma (ISO 9735, UNA position 3)."""
    return number(raw.replace(",", ".") if raw.count(",") == 1 and "." not in raw else raw)


def _day(raw: str, year: int) -> dt.date:
    """Read `value` or `value format` (C507 2380, 2379).

    The day that a moment or a period begins.
    """
    value, _, form = raw.partition(" ")
    if form in {"101", "201", "202"}:
        return compact_day(value[:6], year)
    if form in {"602", "610", "616", "615"}:  # a year, a month, a week: no day
        raise ValueError(raw)
    return compact_day(value[:8] if len(value) >= 8 else value, year)  # noqa: PLR2004 - CCYYMMDD


_LENGTHS = {"203": 12, "204": 14, "303": 12, "304": 14}


def _moment(raw: str, year: int) -> str:
    value, _, form = raw.partition(" ")
    day = _day(raw, year).isoformat()
    clock = value[8 : _LENGTHS.get(form, 8)]
    if len(clock) < 4 or not clock.isdigit():  # noqa: PLR2004 - HHMM
        return day
    return f"{day}T{dt.time(int(clock[:2]), int(clock[2:4]), int(clock[4:] or 0)).isoformat()}"


def _written_day(day: dt.date) -> str:
    return f"{day:%Y%m%d} 102"


def _written_moment(value: str) -> str:
    day, _, clock = compact_moment(value).partition(" ")
    return f"{day}{clock} {_FORMATS[len(clock)]}"


_FORMATS = {0: "102", 4: "203", 6: "204"}
"""The format (2379) of a day, by how many digits of a clock follow it."""

decimal = Convert("number", lambda raw, _year: _number(raw), plain, "a number", _number)
magnitude = Convert("number", lambda raw, _year: abs(_number(raw)), plain, "a number")
date = Convert("date", _day, _written_day, "a day in the format that follows it")
moment = Convert("time", _moment, _written_moment, "a day or a time in the format that follows it")


def day(field: str, *qualifiers: str, place: str = "") -> tuple[Row, ...]:
    """Return the rows of a day: the first DTM with one of these qualifiers (2005) at `place`."""
    return tuple(_dated(field, f"{place}DTM[{one}]", date) for one in qualifiers)


def time(field: str, *qualifiers: str) -> tuple[Row, ...]:
    """Return the rows of a day that may come with a time of day."""
    return tuple(_dated(field, f"DTM[{one}]", moment) for one in qualifiers)


def _dated(field: str, place: str, convert: Convert) -> Join:
    return Join(field, (f"{place}/12", f"{place}/13"), convert, severity="warning")


PARTY_SCHEMES = {
    "9": "gln",
    "16": "duns",
    "91": "assigned_by_seller",
    "92": "assigned_by_buyer",
    "182": "scac",
    "ZZZ": "mutually_defined",
}
"""Party identifiers by the agency that gives them (3055); others keep its code."""

ITEM_FIELDS = {
    "buyer_part": ("BP", "IN"),
    "supplier_part": ("SA", "VP", "VN"),
    "gtin": ("SRS", "EN", "EU", "UP"),
    "manufacturer_part": ("MF", "MP"),
}
"""Item numbers by their type (7143), best first."""


def _identifiers(party: Form) -> dict[str, str] | None:
    found, agency = party.find("NAD/21"), party.find("NAD/23")
    if found is None:
        return None
    scheme = agency.text if agency else "id"
    return {PARTY_SCHEMES.get(scheme, scheme.lower()): found.text}


def _written_identifiers(ids: Mapping[str, str]) -> dict[str, str]:
    """Return what says the first identifier of a party: there is room for one."""
    agencies = {scheme: agency for agency, scheme in PARTY_SCHEMES.items()}
    scheme, value = next(iter(ids.items()))
    if scheme == "id":
        return {"NAD/21": value}
    return {"NAD/21": value, "NAD/23": agencies.get(scheme, scheme.upper())}


ADDRESS = Table(
    "address",
    Address,
    (
        *(Collect("street", "NAD", f"5{part}") for part in range(1, 5)),
        Take("city", "NAD/61"),
        Take("region", ("NAD/71", "NAD/74")),
        Take("postal_code", "NAD/81"),
        Take("country", "NAD/91", upper),
    ),
)

PARTY = Table(
    "party",
    Party,
    (
        Join("name", ("NAD/41", "NAD/42", "NAD/43")),
        Take("name", "NAD/31"),
        Compute("ids", _identifiers, ("NAD/21",), _written_identifiers),
        Take("tax_id", "RFF[VA]/12"),
        One("address", ADDRESS),
        Take("email", "CTA/COM[12=EM]/11"),
        Take("phone", "CTA/COM[12=TE]/11"),
        Take("contact", ("CTA/22", "CTA/21")),
        Take("bank_account", "FII/21"),
    ),
)

PARTIES = (
    One("buyer", PARTY, "NAD[BY]"),
    One("supplier", PARTY, ("NAD[SU]", "NAD[SE]")),
    One("ship_to", PARTY, ("NAD[DP]", "NAD[ST]")),
)
BILL_TO = One("bill_to", PARTY, ("NAD[IV]", "NAD[BT]"))

ITEM = Table(
    "item",
    Item,
    (
        Spread("LIN", "32", "31", ITEM_FIELDS, "other_ids"),
        Spread("PIA/2*", "02", "01", ITEM_FIELDS, "other_ids"),
        Join("description", ("IMD/34", "IMD/35"), each="IMD"),
    ),
)


def _terms(segment: str) -> Table:
    """Return the table of terms by PAT, or by PYT, which took its place in D.14B."""
    kind, relation, number = f"{segment}/11", f"{segment}/33", f"{segment}/34"
    discount = (
        Take("discount_percent", ("PCD[12]/12", "PCD/12"), decimal, severity="warning"),
        Take("discount_days", number, integer, severity="warning"),
        *day("discount_date", "12", "13"),
    )
    net = (
        When(relation, ("D",), (Take("net_days", number, integer, severity="warning"),)),
        *day("net_date", "13", "140", "12"),
    )
    rows = (
        When(kind, ("22",), discount),
        When(kind, ("1", "3", "7", "10", "15", "30"), net),
        Take("text", f"{segment}/24"),
    )
    return Table(f"{segment} terms", Terms, rows)


TERMS = (Each("terms", "PAT", _terms("PAT")), Each("terms", "PYT", _terms("PYT")))


ADJUSTMENT = Table(
    "adjustment",
    Adjustment,
    (
        Take("type", "ALC/11", codes({"A": "allowance", "C": "charge"}), required=True),
        Take("code", "ALC/51", upper),
        Take("reason", ("ALC/54", "ALC/21")),
        Take("amount", ("MOA[204]/12", "MOA[8]/12", "MOA[23]/12", "MOA/12"), magnitude),
        Take("percent", "PCD/12", decimal),
    ),
)
ADJUSTMENTS = Each("adjustments", "ALC[A|C]", ADJUSTMENT)

_AMOUNTS = (
    Take("type", "TAX/21", upper),
    Take("rate", "TAX/54", decimal),
    Take("taxable", "MOA[125]/12", decimal),
    Take("amount", ("MOA[124]/12", "MOA[176]/12", "MOA[150]/12"), decimal),
)
TAX = Table("tax", Tax, (When("MOA/12", (), _AMOUNTS),))
TAXES = Each("taxes", "TAX[7]", TAX)
"""Taxes with their amounts; a TAX group that only names a rate says no amount, and is left out."""

LINE_TAX = Table("line tax", Tax, _AMOUNTS)
LINE_TAXES = Each("taxes", "TAX[7]", LINE_TAX)

FREIGHT = Table(
    "freight",
    Freight,
    (
        Take("terms", "TOD/21", upper),
        Take("carrier", "TDT/54"),
        Take("scac", "TDT[53=182]/51"),
    ),
)
"""Who pays the freight (4215), and the carrier by name and by its SCAC (agency 182)."""

PRICES = ("PRI[AAA]", "PRI[AAE]", "PRI[INV]", "PRI[AAB]", "PRI[AAF]", "PRI[NTP]")
"""Prices by qualifier (5125), net before gross."""

PRICE_BASIS = Table(
    "price basis",
    PriceBasis,
    (Take("quantity", "PRI/15", decimal), Take("uom", "PRI/16", uom)),
)

REFERENCES = Pairs("fields", "RFF", "11", "12", keep_case=True)
"""References that have no field of their own, under their qualifier (1153)."""

NOTES = tuple(Collect("notes", "FTX", f"4{part}") for part in range(1, 6))

CURRENCY = Take("currency", ("CUX[2]/12", "CUX/12"), upper)


def order_reference(number: str, line: str) -> Table:
    """Return the table of a reference to an order whose parts stand at these paths.

    Its day (171) stands with the reference.
    """
    rows = (Take("number", number, text), Take("line", line, text))
    place = number.removesuffix("/12")
    return Table("order reference", OrderRef, (*rows, *day("date", "171", place=f"{place}/")))


def quantity(*qualifiers: str) -> tuple[Row, ...]:
    """Return the rows of a line's quantity: the first QTY with one of these qualifiers (6063)."""
    places = (*(f"QTY[{one}]" for one in qualifiers), "QTY")
    return (
        Take("quantity", tuple(f"{place}/12" for place in places), decimal, required=True),
        Take("uom", tuple(f"{place}/13" for place in places), uom),
    )
