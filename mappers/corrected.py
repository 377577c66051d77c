"""A record as a person corrects it: new values, new places on the page, and what is wrong still.

The trace says of each value that a person typed or confirmed that a person did. What was read first
is not touched: a correction makes a new record of the old one.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

import msgspec
from msgspec import Struct, structs

from mappers.canonical import AnyRecord, Day, Invoice, Problem, Traced
from mappers.completing import RECOMPUTED, SURE, lacking, unsure
from mappers.pdf.dates import Order
from mappers.reviewable import Field, UnclearError, field_at, typed, written
from parsers.form import Box

PERSON = "person"
_LISTS = ("lines", "orders", "adjustments")
_PAPER = frozenset({"pdf", "scan"})


class Place(Struct, frozen=True, kw_only=True):
    """Words on a page that a person chose: their box in points from the top left, their text."""

    page: int
    box: Box
    text: str


class Correction(Struct, frozen=True, kw_only=True):
    """What a person says of a record, by JSON pointers.

    `values` are texts as they were typed (an empty one takes a value away), `confirmed` what is
    right as it stands, `places` where values stand, `dropped` lines that are none. With `whole` the
    rest was compared with the document as well; `as_printed` says that sums which do not hold are
    printed so. `order` settles days in numbers.
    """

    values: dict[str, str] = {}
    confirmed: frozenset[str] = frozenset()
    places: dict[str, Place] = {}
    dropped: frozenset[int] = frozenset()
    whole: bool = False
    as_printed: bool = False
    order: Order | None = None


class Change(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One value before and after, as text; None where there was or is none.

    Both alike where a person confirmed it.
    """

    pointer: str
    before: str | None = None
    after: str | None = None


class Corrected(Struct, frozen=True, kw_only=True):
    """The record as it is now, its trace, and what was changed in it."""

    record: AnyRecord
    trace: dict[str, Traced]
    changes: tuple[Change, ...]


class RefusedError(ValueError):
    """Something that was typed cannot be read; `faults` says of each pointer what to type."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__("; ".join(faults.values()))
        self.faults = faults


def corrected(record: AnyRecord, trace: Mapping[str, Traced], correction: Correction) -> Corrected:
    """Return `record` with a `correction`; raises RefusedError where something cannot be read."""
    new = _typed(record, correction)
    changes = list(_changes(record, new, correction))
    plain = msgspec.to_builtins(record, builtin_types=(Decimal, Day))
    for change in changes:
        if change.before != change.after:
            _set(plain, change.pointer, new[change.pointer])
    if isinstance(record, Invoice):
        _follow(plain, new)
    traced = _retraced(trace, changes, new, correction)
    moved = _shortened(plain, correction.dropped)
    told = _converted(plain)
    traced = {at: one for old, one in traced.items() if (at := _moved(old, moved)) is not None}
    if correction.whole and isinstance(told, Invoice):
        sure = {at: _confirmed(traced[at]) for at in unsure(told, traced)}
        traced |= sure
    problems = tuple(_problems(told, traced, changes, correction))
    seen = {change.pointer for change in changes}
    derived = (_moved(one, moved) for one in told.derived if one not in seen)
    whole = structs.replace(
        told,
        problems=problems,
        derived=tuple(one for one in derived if one is not None),
        incomplete=any(one.is_error for one in problems),
    )
    gone = tuple(Change(pointer=f"/lines/{n}", before="a line") for n in sorted(correction.dropped))
    return Corrected(record=whole, trace=traced, changes=(*changes, *gone))


def draft(record: AnyRecord, correction: Correction) -> AnyRecord:
    """Return `record` with what can be read of a correction: to be added up while it is typed."""
    readable = {}
    for pointer, text in correction.values.items():
        field = field_at(record, pointer)
        try:
            if field is not None:
                typed(field, text, correction.order)
                readable[pointer] = text
        except UnclearError:
            continue
    return corrected(record, {}, structs.replace(correction, values=readable, places={})).record


def value_at(record: AnyRecord, pointer: str) -> Any:
    """Return the value of a record at a JSON pointer, None where there is none."""
    here: Any = record
    for part in pointer.removeprefix("/").split("/"):
        if isinstance(here, tuple):
            here = here[int(part)] if part.isdigit() and int(part) < len(here) else None
        elif isinstance(here, dict):
            here = here.get(part)
        else:
            here = getattr(here, part, None)
    return here


def _typed(record: AnyRecord, correction: Correction) -> dict[str, Any]:
    """Return the values that were typed, read; raises RefusedError."""
    read: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for pointer, text in correction.values.items():
        field: Field | None = field_at(record, pointer)
        if field is None:
            faults[pointer] = "this cannot be corrected"
            continue
        try:
            read[pointer] = typed(field, text, correction.order)
        except UnclearError as fault:
            faults[pointer] = str(fault)
    if faults:
        raise RefusedError(faults)
    return read


def _changes(record: AnyRecord, new: Mapping[str, Any], correction: Correction) -> Iterator[Change]:
    for pointer, value in new.items():
        before = value_at(record, pointer)
        is_placed = pointer in correction.places
        if before != value or (value is not None and is_placed):
            yield _change(pointer, before, value)
    for pointer in sorted(correction.confirmed - new.keys()):
        value = value_at(record, pointer)
        if value is not None and field_at(record, pointer):
            yield _change(pointer, value, value)


def _change(pointer: str, before: Any, after: Any) -> Change:
    texts = [None if one is None else written(one) for one in (before, after)]
    return Change(pointer=pointer, before=texts[0], after=texts[1])


# The record as plain values.


def _set(plain: dict[str, Any], pointer: str, value: Any) -> None:
    parts = pointer.removeprefix("/").split("/")
    here: Any = plain
    last = parts[-1]
    for part, following in pairwise(parts):
        here = _entered(here, part, is_list=following.isdigit())
    if isinstance(here, list):
        _lengthen(here, int(last))
        here[int(last)] = value
    elif value is None:
        here.pop(last, None)
    else:
        here[last] = value


def _entered(here: Any, part: str, *, is_list: bool) -> Any:
    """Return what is below, making it where it is not there yet."""
    if isinstance(here, list):
        _lengthen(here, int(part))
        return here[int(part)]
    here[part] = list(here.get(part, ())) if is_list else here.get(part, {})
    return here[part]


def _lengthen(here: list[Any], index: int) -> None:
    here.extend({} for _ in range(len(here), index + 1))


def _follow(plain: dict[str, Any], new: Mapping[str, Any]) -> None:
    """Let the only tax be what the sum of taxes is now, and tell new charges from allowances."""
    taxes = plain.get("taxes") or []
    if "/totals/tax" in new and len(taxes) == 1:
        plain["taxes"] = [{**taxes[0], "amount": new["/totals/tax"]}]
        if new["/totals/tax"] is None:
            plain.pop("taxes")
    for one in plain.get("adjustments") or []:
        amount = one.get("amount") if one else None
        if amount is not None and ("type" not in one or amount < 0):
            one["type"] = "allowance" if amount < 0 else "charge"
            one["amount"] = abs(amount)


def _shortened(plain: dict[str, Any], dropped: frozenset[int]) -> dict[str, dict[int, int]]:
    """Take out of lists what is empty or dropped; returns where the rest of each stands now."""
    moved: dict[str, dict[int, int]] = {}
    for name in _LISTS:
        several = plain.get(name)
        if several is None:
            continue
        gone = dropped if name == "lines" else frozenset[int]()
        kept = [n for n, one in enumerate(several) if not _is_empty(one) and n not in gone]
        moved[name] = {old: now for now, old in enumerate(kept)}
        plain[name] = [several[n] for n in kept]
    return moved


def _is_empty(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_is_empty(one) for name, one in value.items() if name != "type")
    return value is None or value in ("", [], ())


def _moved(pointer: str, moved: Mapping[str, Mapping[int, int]]) -> str | None:
    found = re.match(r"/(\w+)/(\d+)", pointer)
    if not found or found[1] not in moved:
        return pointer
    now = moved[found[1]].get(int(found[2]))
    return None if now is None else f"/{found[1]}/{now}{pointer[found.end() :]}"


def _converted(plain: dict[str, Any]) -> AnyRecord:
    for name in ("item", "order", "price_basis"):
        for line in plain.get("lines") or ():
            if not line.get(name, True):
                line.pop(name)
    terms = plain.get("terms")
    if terms and _is_empty(terms[0]):
        plain.pop("terms")
    try:
        told: AnyRecord = msgspec.convert(plain, AnyRecord, builtin_types=(Decimal, Day))
    except msgspec.ValidationError as fault:
        raise RefusedError({"": str(fault)}) from fault
    return told


# The trace, and what is wrong.


def _retraced(
    trace: Mapping[str, Traced],
    changes: list[Change],
    new: Mapping[str, Any],
    correction: Correction,
) -> dict[str, Traced]:
    told = dict(trace)
    for change in changes:
        pointer = change.pointer
        place = correction.places.get(pointer)
        if change.after is None:
            told.pop(pointer, None)
        elif place is not None:
            told[pointer] = _placed(place)
        elif change.before == change.after and pointer in told:
            told[pointer] = _confirmed(told[pointer])
        else:
            text = written(new.get(pointer, change.after))
            told[pointer] = Traced(at="typed in", text=text, by=PERSON)
    return told


def _placed(place: Place) -> Traced:
    sides = ", ".join(f"{side:.1f}" for side in place.box)
    return Traced(
        at=f"page {place.page}, box [{sides}]",
        text=place.text,
        page=place.page,
        box=place.box,
        by=PERSON,
    )


def _confirmed(one: Traced) -> Traced:
    return structs.replace(one, confidence=1.0, by=PERSON)


def _problems(
    record: AnyRecord,
    trace: Mapping[str, Traced],
    changes: list[Change],
    correction: Correction,
) -> Iterator[Problem]:
    """Yield what is still to be told: paper is judged anew, the rest as far as nobody saw to it."""
    is_paper = record.source.format in _PAPER
    seen = {change.pointer for change in changes}
    for one in record.problems:
        if one.pointer in seen or (is_paper and one.code in RECOMPUTED):
            continue
        yield structs.replace(one, severity="warning") if correction.whole else one
    if is_paper:
        yield from lacking(record, trace, as_printed=correction.as_printed)


def is_sure(one: Traced | None) -> bool:
    """Whether a value is sure: read so, or said so by a person."""
    return one is not None and one.confidence >= SURE
