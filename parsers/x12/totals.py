"""The control totals of a set: CTT01 counts its lines, CTT02 adds up their quantities.

A total that disagrees is a warning, because many senders count otherwise (an 856 counts HL segments
by rule and items by habit); but it vouches for completeness where the segment count does not. X12
004010 CTT01, CTT02 (element 347, hash total).
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from parsers.form import Problem
from parsers.x12.form import Group, Row, TransactionSet, element_of

_LINES = {
    "810": ("IT1", 2),
    "850": ("PO1", 2),
    "855": ("PO1", 2),
    "860": ("POC", 3),
    "865": ("POC", 3),
    "861": ("RCD", 2),
}
_HASH_DIGITS = 10
_DIGITS_LIMIT = 30


def line_count(root: TransactionSet) -> int | None:
    """Return what CTT01 says, None where it says nothing readable."""
    written = _first(root, 1)
    return int(written) if re.fullmatch("[0-9]{1,9}", written) else None


def counts_of(kind: str, root: TransactionSet) -> tuple[int, ...]:
    """Return how many lines the set has, by each way of counting that senders use."""
    if kind == "856":
        levels = root.members.get("HL", [])
        return len(levels), sum(element_of(level.row, 3) == "I" for level in levels)
    name = _LINES[kind][0] if kind in _LINES else ""
    return (len(root.members.get(name, [])),) if name else ()


def total_problems(kind: str, root: TransactionSet) -> Iterator[Problem]:
    """Yield the control totals of a set that disagree with its lines."""
    if "CTT" not in root.members:
        return
    promised, counted = line_count(root), counts_of(kind, root)
    if promised is not None and counted and promised not in counted:
        yield _disagrees(root, 1, str(promised), str(counted[0]))
    if _first(root, 2) and counted:
        yield from _hash_problem(kind, root)


def _hash_problem(kind: str, root: TransactionSet) -> Iterator[Problem]:
    promised = _number(_first(root, 2))
    quantities = [_number(text) for text in _quantities(kind, root)]
    if promised is None or None in quantities:  # what is no number is told where it is read
        return
    added = sum(filter(None, quantities), Decimal(0))
    if not _agree(promised, added):
        yield _disagrees(root, 2, f"{promised:f}", f"{added:f}")


def _number(text: str) -> Decimal | None:
    digits = text.removeprefix("-").replace(".", "", 1)
    good = digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS_LIMIT
    return Decimal(text) if good else None


def _agree(promised: Decimal, added: Decimal) -> bool:
    """Compare as senders compute: with decimals or without the point, and cut to ten digits."""
    digits = int("".join(map(str, added.as_tuple().digits)) or "0")
    return promised in {added, Decimal(digits), Decimal(digits % 10**_HASH_DIGITS)}


def _quantities(kind: str, root: TransactionSet) -> Iterator[str]:
    name, place = ("SN1", 2) if kind == "856" else _LINES[kind]
    loops = root.members.get("HL" if kind == "856" else name, [])
    for loop in loops:
        for row in _rows(loop, name):
            if element_of(row, place):
                yield element_of(row, place)


def _rows(loop: Group, name: str) -> list[Row]:
    return loop.members.get(name, [])


def _first(root: TransactionSet, place: int) -> str:
    row = _control_row(root)
    return element_of(row, place) if row else ""


def _control_row(root: TransactionSet) -> Row | None:
    entry = next(iter(root.members.get("CTT", ())), None)
    return entry.row if isinstance(entry, Group) else entry


def _disagrees(root: TransactionSet, place: int, promised: str, counted: str) -> Problem:
    code, what = ("x12.line_count", "lines") if place == 1 else ("x12.hash_total", "quantities")
    row = _control_row(root)
    return Problem(
        code=code,
        severity="warning",
        message=f"CTT{place:02d} says {promised} for the {what}, but they come to {counted}",
        at=root.position(root.index_of(row), place).at if row else "CTT",
        found=promised,
        expected=counted,
        remedy="Compare the document with its original; nothing may be missing from it.",
    )
