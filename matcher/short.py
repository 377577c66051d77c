"""The short JSON form of facts, policy-free: `dockmatch match --facts` (records.md, Facts).

A fact's JSON is the fact itself with short names, so reading it is a conversion and a look at its
numbers. What cannot be a fact is not an error of ours: it is refused, with its reason.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, get_args, get_type_hints

import msgspec
from msgspec import Struct

from matcher.entries import Fact, Refused
from matcher.money import is_sane

_LINE_NUMBERS = ("n", "po_line", "ref_line", "line")
_NUMBERS = ("number", "po", "release", "id")


def short_facts(documents: Iterable[object]) -> list[Fact]:
    """Read short facts; one that makes no sense becomes a `Refused` with its reason."""
    return [short_fact(document) for document in documents]


def short_fact(document: object) -> Fact:
    """Read one short fact."""
    if not isinstance(document, Mapping):
        return Refused(id="?", reason="a fact must be an object")
    raw = _spelled(document)
    try:
        fact: Fact = msgspec.convert(raw, Fact, strict=False)
    except (msgspec.ValidationError, ArithmeticError) as error:
        return _refused(raw, str(error))
    wrong = insane_number(fact)
    return _refused(raw, wrong) if wrong else fact


def insane_number(value: object) -> str:
    """Return where a fact holds a number that no document can mean, or nothing."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return "" if is_sane(value) else "a number is not finite, or absurdly large or fine"
    if isinstance(value, Struct):
        return _first(getattr(value, name) for name in _numeric_fields(type(value)))
    if isinstance(value, tuple | list):
        return _first(value)
    return _first(value.values()) if isinstance(value, dict) else ""


@cache
def _numeric_fields(kind: type[Struct]) -> tuple[str, ...]:
    """Return the fields of a fact that may hold numbers, so that the others cost nothing."""
    hints = get_type_hints(kind)
    return tuple(name for name in kind.__struct_fields__ if _may_hold_numbers(hints[name]))


def _may_hold_numbers(hint: Any) -> bool:
    if isinstance(hint, type) and issubclass(hint, Decimal | Struct):
        return True
    return hint is object or any(_may_hold_numbers(inner) for inner in get_args(hint))


def _first(values: Iterable[object]) -> str:
    for value in values:
        found = insane_number(value)
        if found:
            return found
    return ""


def _spelled(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Spell numbers that name something as text, and say where each line stands."""
    found = {
        key: str(value) if key in {*_LINE_NUMBERS, *_NUMBERS} and isinstance(value, int) else value
        for key, value in raw.items()
    }
    lines = found.get("lines")
    if isinstance(lines, list):
        found["lines"] = [
            {**_spelled(line), "at": f"/lines/{index}"} if isinstance(line, Mapping) else line
            for index, line in enumerate(lines)
        ]
    return found


def _refused(raw: dict[str, Any], reason: str) -> Refused:
    """Refuse a fact, keeping what is known of it so that a claim can be answered."""
    order = raw.get("number") if raw.get("type") == "po" else raw.get("po")
    return Refused(
        id=str(raw.get("id", "?")),
        reason=reason,
        of=str(raw.get("type", "")),
        number=_text(raw.get("number")),
        order=_text(order),
        supplier=_text(raw.get("supplier")),
        currency=_text(raw.get("currency")),
        total=_sane_decimal(raw.get("total")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _sane_decimal(value: object) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return None
    return number if is_sane(number) else None
