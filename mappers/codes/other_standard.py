"""Codes of one standard for those of the other, where a record goes from EDIFACT to X12 or back.

Only codes that cannot be meant in the standard that is written are changed: units of three
characters (UN/ECE Recommendation 20) in X12, whose own have two, and types of taxes.
X12 elements 355 and 963; EDIFACT 6411 and 5153.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, structs

from mappers.canonical import Tax

_UNITS = """
C62 UN  CEN HU  CMT CM  DAY DA  DZN DZ  FOT FT  FTK SF  FTQ CF  GLL GA  GRM GR  GRO GS  H87 PC
HUR HR  INH IN  KGM KG  LBR LB  LTR LT  MIL TH  MLT ML  MMT MM  MON MO  MTK SM  MTR MR  ONZ OZ
OZA FO  PCE PC  PTL PT  QTL QT  SET ST  STN TN  TNE MP  XBG BG  XBO BO  XBX BX  XCS CA  XCT CT
XDR DR  XPK PK  XPL PL  XRO RL  YDK SY  YRD YD
"""
_CODES = _UNITS.split()
UNITS_OF_X12: Mapping[str, str] = dict(zip(_CODES[::2], _CODES[1::2], strict=True))
"""Units of X12 (element 355) for those of Recommendation 20 and its packages."""

TAXES_OF_X12: Mapping[str, str] = {"GST": "GS", "STT": "ST", "VAT": "VA"}
TAXES_OF_EDIFACT: Mapping[str, str] = {mine: theirs for theirs, mine in TAXES_OF_X12.items()}
"""Types of taxes (X12 element 963, EDIFACT 5153)."""


def exchanged(value: Any, units: Mapping[str, str], taxes: Mapping[str, str]) -> Any:
    """Return a record, or a part of one, with its units and types of taxes as these tables say."""
    if isinstance(value, tuple):
        return tuple(exchanged(inner, units, taxes) for inner in value)
    if not isinstance(value, Struct):
        return value
    changes = {
        name: exchanged(inner, units, taxes)
        for name in value.__struct_fields__
        if isinstance(inner := getattr(value, name), Struct | tuple) and inner
    }
    unit = getattr(value, "uom", None) or ""
    if unit in units:
        changes["uom"] = units[unit]
    if isinstance(value, Tax) and value.type in taxes:
        changes["type"] = taxes[value.type or ""]
    return structs.replace(value, **changes) if changes else value
