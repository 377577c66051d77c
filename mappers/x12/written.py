"""Records written as X12 sets, by the tables that read them and what the standard asks besides.

A kind of set has the record it is made of, the elements that must not be empty and what they say
where the record is silent, and the segment that CTT01 counts. X12 004010 and later.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from mappers.canonical import Invoice, OrderResponse, PurchaseOrder, Receipt
from mappers.inverse import Draft, Way, fill
from mappers.rows import Table
from mappers.x12.levels_written import levels_of
from mappers.x12.parts import ITEM_FIELDS

_EVERYWHERE = {
    "N9/01": "L1",
    "N9/02": "NOTES",
    "PER/01": "IC",
    "PID/01": "F",
    "SAC/02": "ZZZZ",
    "SCH/05": "002",
    "TD1/02": "1",
    "TXI/01": "TX",
}
"""Elements that must not be empty, and what stands there where the record says nothing."""

_GTIN_QUALIFIERS = {8: "EN", 12: "UP", 13: "EN", 14: "UK"}
"""The qualifier of a GTIN (X12 element 235) by the number of its digits."""


class Kind(Struct, frozen=True, kw_only=True):
    """How a set is written: of which record, and with what besides.

    `times` are elements that take the time of sending; `arrange` makes levels in the draft and
    returns the record in their order.
    """

    record: type[Struct]
    defaults: Mapping[str, str] = {}
    times: tuple[str, ...] = ()
    counted: str | None = None
    arrange: Callable[[Any, Draft], tuple[Any, Mapping[str, list[Draft]]]] | None = None


def _shipment(receipt: Receipt, draft: Draft) -> tuple[Receipt, Mapping[str, list[Draft]]]:
    levels = levels_of(receipt, draft)
    draft.put(("BSN/05", levels.structure))
    return levels.receipt, {"packages": levels.packages, "lines": levels.lines}


_ORDER = {"BEG/01": "00", "BEG/02": "SA", "CUR/01": "BY"}

KINDS: Mapping[str, Kind] = {
    "810": Kind(record=Invoice, defaults={"CUR/01": "SE"}, counted="IT1"),
    "850": Kind(record=PurchaseOrder, defaults=_ORDER, counted="PO1"),
    "855": Kind(record=OrderResponse, defaults={"BAK/01": "00", "BAK/02": "AD"}, counted="PO1"),
    "856": Kind(
        record=Receipt,
        defaults={"BSN/01": "00"},
        times=("BSN/04",),
        counted="HL",
        arrange=_shipment,
    ),
    "860": Kind(
        record=PurchaseOrder,
        defaults={"BCH/01": "04", "BCH/02": "SA", "CUR/01": "BY", "POC/02": "CA"},
        counted="POC",
    ),
    "861": Kind(
        record=Receipt,
        defaults={"BRA/03": "00", "BRA/04": "1"},
        times=("BRA/05",),
        counted="RCD",
    ),
    "865": Kind(record=OrderResponse, defaults={"BCA/01": "00", "POC/02": "CA"}, counted="POC"),
}


def write_set(kind: str, record: Any, table: Table, draft: Draft, refused: dict[str, str]) -> Any:
    """Put a record into the draft of the set `kind`; return it in the order in which it stands.

    `refused` gathers the values that the set cannot say as they are, each with the reason.
    """
    way = KINDS[kind]
    groups: Mapping[str, list[Draft]] = {}
    if way.arrange is not None:
        record, groups = way.arrange(record, draft)
    if way.counted is not None:
        draft.put(("CTT/01", "1"))  # counted in the end
    fill(table, record, draft, Way(prefer=_qualifier, groups=groups, refused=refused))
    return record


def defaults_of(kind: str, sent_at: dt.datetime) -> dict[str, str]:
    """Return what stands in elements of the set `kind` that must not be empty."""
    times = dict.fromkeys(KINDS[kind].times, f"{sent_at:%H%M}")
    return {**_EVERYWHERE, **KINDS[kind].defaults, **times}


def _qualifier(_path: str, field: str, value: str) -> str | None:
    if field == "gtin" and value.isdigit():
        return _GTIN_QUALIFIERS.get(len(value))
    return ITEM_FIELDS[field][0] if field in ITEM_FIELDS else None
