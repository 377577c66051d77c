"""Records written as X12 sets, by the tables that read them and what the standard asks besides.

A kind of set has the record it is made of, the elements that must not be empty and what they say
where the record is silent, and the segment that CTT01 counts. X12 004010 and later.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct, structs

from mappers.canonical import (
    Acknowledgment,
    Invoice,
    OrderResponse,
    Other,
    Payment,
    PaymentLine,
    PurchaseOrder,
    Receipt,
    SetCounts,
)
from mappers.codes.other_standard import TAXES_OF_X12, UNITS_OF_X12, exchanged
from mappers.convert import plain
from mappers.inverse import Draft, Way, fill, made
from mappers.rows import Table
from mappers.x12.levels_written import levels_of

_EVERYWHERE = {
    "FA1/01": "ZZ",
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

    `opening` stands at the head of a set whose record says nothing there. `times` are elements that
    take the moment of sending, and how they spell it; `arrange` makes levels in the draft and
    returns the record in their order. `echoed` fields say in words what others say in codes.
    """

    record: type[Struct]
    defaults: Mapping[str, str] = {}
    opening: tuple[str, str] | None = None
    times: Mapping[str, str] = {}
    counted: str | None = None
    arrange: Callable[[Any, Draft], tuple[Any, Mapping[str, list[Draft]]]] | None = None
    echoed: frozenset[str] = frozenset()


def _shipment(receipt: Receipt, draft: Draft) -> tuple[Receipt, Mapping[str, list[Draft]]]:
    levels = levels_of(receipt, draft)
    draft.put(("BSN/05", levels.structure))
    return levels.receipt, {"packages": levels.packages, "lines": levels.lines}


def _answered(
    response: OrderResponse, _draft: Draft
) -> tuple[OrderResponse, Mapping[str, list[Draft]]]:
    """Say for the whole order what its lines come to, where the answer leaves that to them."""
    if response.status not in {None, "detail"} or not response.lines:
        return response, {}
    found = {line.status for line in response.lines}
    whole = next(iter(found)) if len(found) == 1 else None
    status = whole if whole in {"accepted", "rejected"} else "accepted_with_changes"
    return structs.replace(response, status=status), {}


def _taken_in(receipt: Receipt, draft: Draft) -> tuple[Receipt, Mapping[str, list[Draft]]]:
    """Say of each condition (RCD08) how many it is of, and what was sent back, each in its unit."""
    lines = [made(draft, "RCD") for _ in receipt.lines]
    for line, level in zip(receipt.lines, lines, strict=True):
        if line.type == "return" and line.quantity is not None:
            level.put(("RCD/04", plain(line.quantity)))
            level.put(("RCD/05-1", line.uom or ""))
        if line.rejected is not None or line.reason:
            level.put(("RCD/06", plain(line.rejected or Decimal(0))))
            level.put(("RCD/07-1", line.uom or ""))
    return receipt, {"lines": lines}


def _remittance(payment: Payment, draft: Draft) -> tuple[Payment, Mapping[str, list[Draft]]]:
    """Make the one entity that is paid: an 820 says within ENT what is paid."""
    payment = structs.replace(payment, lines=tuple(map(_paid, payment.lines)))
    if not (payment.lines or payment.adjustments):
        return payment, {}
    entity = made(draft, "ENT")
    entity.put(("ENT/01", "1"))
    lines = [made(entity, "RMR") for _ in payment.lines]
    adjustments = [made(entity, "ADX") for _ in payment.adjustments]
    return payment, {"lines": lines, "adjustments": adjustments}


def _paid(line: PaymentLine) -> PaymentLine:
    """Return a line whose document has a code of X12 (element 128), as far as there is one."""
    kind = line.type if line.type and line.type.isalpha() else _DOCUMENTS.get(line.type or "")
    return structs.replace(line, type=kind)


_DOCUMENTS = {"380": "IV", "381": "CM", "383": "DM"}
"""What is paid (X12 element 128) by its code in EDIFACT (1001)."""

_ORDER = {"BEG/01": "00", "BEG/02": "SA", "CUR/01": "BY"}
_PAYMENT = {
    "ADX/03 with 04": "ZZ",
    "BPR/01": "I",
    "BPR/06 with 07": "01",
    "BPR/12 with 13": "01",
    "CUR/01": "PR",
    "RMR/01 with 02": "IV",
    "TRN/01": "1",
}


def _counted(
    answer: Acknowledgment, _draft: Draft
) -> tuple[Acknowledgment, Mapping[str, list[Draft]]]:
    """Count the sets that an acknowledgment names, where it says nothing of their number."""
    if answer.counts is not None:
        return answer, {}
    rejected = sum(one.status == "rejected" for one in answer.sets)
    number = len(answer.sets)
    accepted = 0 if answer.status == "rejected" else number - rejected
    counts = SetCounts(sent=number, received=number, accepted=accepted)
    return structs.replace(answer, counts=counts), {}


_FUNCTIONAL = Kind(record=Acknowledgment, arrange=_counted, echoed=frozenset({"errors"}))

KINDS: Mapping[str, Kind] = {
    "810": Kind(record=Invoice, defaults={"CUR/01": "SE"}, counted="IT1"),
    "820": Kind(record=Payment, defaults=_PAYMENT, arrange=_remittance),
    "824": Kind(
        record=Acknowledgment,
        defaults={"OTI/02": "TN"},
        opening=("BGN/01", "11"),
        times={"BGN/02": "%Y%m%d%H%M%S", "BGN/03": "%Y%m%d", "BGN/04": "%H%M"},
    ),
    "850": Kind(record=PurchaseOrder, defaults=_ORDER, counted="PO1"),
    "855": Kind(
        record=OrderResponse,
        defaults={"BAK/01": "00", "BAK/02": "AD"},
        counted="PO1",
        arrange=_answered,
    ),
    "856": Kind(
        record=Receipt,
        defaults={"BSN/01": "00"},
        times={"BSN/04": "%H%M"},
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
        times={"BRA/05": "%H%M"},
        counted="RCD",
        arrange=_taken_in,
    ),
    "864": Kind(record=Other, defaults={"MIT/01": "1"}, opening=("BMG/01", "00")),
    "865": Kind(
        record=OrderResponse,
        defaults={"BCA/01": "00", "POC/02": "CA"},
        counted="POC",
        arrange=_answered,
    ),
    "997": _FUNCTIONAL,
    "999": _FUNCTIONAL,
    "TA1": Kind(record=Acknowledgment, defaults={"TA1/05": "000"}, echoed=frozenset({"errors"})),
}


def write_set(kind: str, record: Any, table: Table, draft: Draft, refused: dict[str, str]) -> Any:
    """Put a record into the draft of the set `kind`; return it in the order in which it stands.

    `refused` gathers the values that the set cannot say as they are, each with the reason.
    """
    way = KINDS[kind]
    groups: Mapping[str, list[Draft]] = {}
    record = exchanged(record, UNITS_OF_X12, TAXES_OF_X12)
    if way.arrange is not None:
        record, groups = way.arrange(record, draft)
    if way.opening is not None:
        draft.put(way.opening)
    if way.counted is not None:
        draft.put(("CTT/01", "1"))  # counted in the end
    plainly = structs.replace(record, **dict.fromkeys(way.echoed, ()))
    fill(table, plainly, draft, Way(prefer=_qualifier, groups=groups, refused=refused))
    return record


def defaults_of(kind: str, sent_at: dt.datetime) -> dict[str, str]:
    """Return what stands in elements of the set `kind` that must not be empty."""
    times = {place: sent_at.strftime(form) for place, form in KINDS[kind].times.items()}
    return {**_EVERYWHERE, **KINDS[kind].defaults, **times}


def _qualifier(_path: str, field: str, value: str) -> str | None:
    """Say how a GTIN is qualified; others as the table, or the partner's, has it first."""
    if field == "gtin" and value.isdigit():
        return _GTIN_QUALIFIERS.get(len(value))
    return None
