"""Units of measure: which codes mean the same, and how many of one make another (S2.3).

X12 element 355 and UN/ECE Recommendation 20 name the same units differently. A factor comes from
the order line, then from the item master, then from the table of physical units; packages have none
of their own: a case holds what the order says, never a guess.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from matcher.entries import AgreedUnit
from matcher.money import ONE, is_sane

_SAME = {
    "EA": "EACH C62 H87 PC PCE PCS UN UNIT UNITS NAR",
    "CS": "CA CASE XCS",
    "CT": "CTN CARTON XCT",
    "BX": "BOX XBX",
    "PK": "PACK XPK",
    "BG": "BAG XBG",
    "RL": "RO ROLL XRO",
    "DR": "DRUM XDR",
    "BO": "BOT BOTTLE XBO",
    "PL": "PALLET XPX",
    "DZ": "DZN DOZEN",
    "KG": "KGM KGS KILOGRAM",
    "G": "GR GRM GRAM",
    "MG": "MGM",
    "T": "TNE MP TO",
    "LB": "LBR LBS POUND",
    "OZ": "ONZ OUNCE",
    "STN": "TN",
    "CWT": "CW CWA",
    "M": "MTR MR METER METRE",
    "CM": "CMT",
    "MM": "MMT",
    "KM": "KMT",
    "FT": "FOT FOOT FEET",
    "IN": "INH INCH",
    "YD": "YRD YARD",
    "L": "LT LTR LITER LITRE",
    "ML": "MLT",
    "GA": "GLL GAL GALLON",
    "QT": "QTL QUART",
    "PT": "PTL PINT",
    "MTK": "SM",
    "FTK": "SF",
    "YDK": "SY",
    "MTQ": "CR",
    "FTQ": "CF",
    "HR": "HUR HOUR H",
    "MIN": "MJ MINUTE",
}
_CANONICAL = {code: unit for unit, codes in _SAME.items() for code in (unit, *codes.split())}
_PHYSICAL: dict[str, tuple[str, Decimal]] = {
    unit: (dimension, Decimal(size))
    for dimension, sizes in {
        "mass": {
            "KG": "1",
            "G": "0.001",
            "MG": "0.000001",
            "T": "1000",
            "LB": "0.45359237",
            "OZ": "0.028349523125",
            "STN": "907.18474",
            "CWT": "45.359237",
        },
        "length": {
            "M": "1",
            "CM": "0.01",
            "MM": "0.001",
            "KM": "1000",
            "FT": "0.3048",
            "IN": "0.0254",
            "YD": "0.9144",
        },
        "volume": {
            "L": "1",
            "ML": "0.001",
            "GA": "3.785411784",
            "QT": "0.946352946",
            "PT": "0.473176473",
            "MTQ": "1000",
            "FTQ": "28.316846592",
        },
        "area": {"MTK": "1", "FTK": "0.09290304", "YDK": "0.83612736"},
        "time": {"HR": "60", "MIN": "1"},
    }.items()
    for unit, size in sizes.items()
}


def unit(code: str | None) -> str | None:
    """Return the one name of a unit code, or the code itself where we know no other."""
    if not code:
        return None
    return _CANONICAL.get(code) or _CANONICAL.get(code.strip().upper(), code.strip().upper())


def factor(
    stated: str | None,
    wanted: str | None,
    on_line: Mapping[str, Decimal],
    on_item: Mapping[str, Decimal],
) -> Decimal | None:
    """Return how many `wanted` units one `stated` unit is, or None where nobody says.

    A side without a unit means the other side's unit.
    """
    if stated == wanted or not stated or not wanted:
        return ONE
    source, target = unit(stated), unit(wanted)
    if source == target:
        return ONE
    for factors in (on_line, on_item):
        for code, size in factors.items():
            if unit(code) == source:
                return size if size > 0 and is_sane(size) else None
    return _physical(source, target)


def agreed_factors(
    agreed: Iterable[AgreedUnit],
    supplier: frozenset[str],
    items: Iterable[str | None],
    wanted: str | None,
) -> dict[str, Decimal]:
    """Return how many `wanted` units each unit is that was agreed with a supplier for an item.

    What was agreed for the item itself goes before what holds for all items.
    """
    numbers = {item for item in items if item}
    target = unit(wanted)
    holding = [
        one
        for one in agreed
        if unit(one.of) == target
        and not supplier.isdisjoint(one.supplier)
        and (one.item is None or one.item in numbers)
    ]
    return {one.unit: one.factor for one in sorted(holding, key=lambda one: one.item is not None)}


def _physical(source: str | None, target: str | None) -> Decimal | None:
    one, other = _PHYSICAL.get(source or ""), _PHYSICAL.get(target or "")
    if one and other and one[0] == other[0]:
        return one[1] / other[1]
    return None
