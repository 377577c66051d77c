"""The control totals of a set: CTT01 counts its lines, CTT02 adds up their quantities.

A total that disagrees is a warning, because many senders count otherwise (an 856 counts HL segments
by rule and items by habit); but it vouches for completeness where the segment count does not. X12
004010 CTT01, CTT02 (element 347, hash total).
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from parsers.form import Problem
from parsers.x12.form import Group, Row, TransactionSet, element_of

LINES = {
    "810": ("IT1", "IT1", 2),
    "850": ("PO1", "PO1", 2),
    "855": ("PO1", "PO1", 2),
    "856": ("HL", "SN1", 2),
    "860": ("POC", "POC", 3),
    "861": ("RCD", "RCD", 2),
    "865": ("POC", "POC", 3),
}
"""The loop of lines in each set, with segment and element of the quantities that CTT02 adds up."""
_LEVELS = "HL"
_HASH = 2
_HASH_DIGITS = _COUNT_DIGITS = 10
_DIGITS_LIMIT = 30


class Tally:
    """What CTT says of a set, compared with the set; `promised` is CTT01, None where unreadable.

    `agrees` says that it vouches for the number of lines, `lacks_lines` that lines are missing.
    """

    __slots__ = ("_kind", "_loop", "_root", "_row", "agrees", "lacks_lines", "promised")

    def __init__(self, kind: str, root: TransactionSet) -> None:
        self._kind = kind
        self._loop = LINES.get(kind, ("", "", 0))[0]
        self._root = root
        entry = next(iter(root.members.get("CTT", ())), None)
        self._row: Row = entry.row if isinstance(entry, Group) else entry or []
        written = self._row[1] if len(self._row) > 1 else ""
        readable = written.isascii() and written.isdigit() and len(written) < _COUNT_DIGITS
        self.promised = int(written) if readable else None
        counted = self._counted() if self.promised is not None else ()
        self.agrees = self.promised in counted
        self.lacks_lines = bool(counted) and (self.promised or 0) > max(counted)

    def problems(self) -> Iterator[Problem]:
        """Yield the control totals that disagree with the lines."""
        counted = self._counted()
        if self.promised is not None and counted and not self.agrees:
            yield self._disagrees(1, str(self.promised), str(counted[0]))
        if len(self._row) > _HASH and self._row[_HASH] and counted:
            yield from self._hash_problem()

    def _counted(self) -> tuple[int, ...]:
        """Return how many lines the set has, by each way of counting that senders use."""
        lines = self._root.members.get(self._loop, ())
        if self._loop != _LEVELS:
            return (len(lines),) if self._loop else ()
        return len(lines), sum(element_of(level.row, 3) == "I" for level in lines)

    def _hash_problem(self) -> Iterator[Problem]:
        promised = number_of(element_of(self._row, _HASH))
        quantities = [number_of(text) for text in self._quantities()]
        if promised is None or None in quantities:  # what is no number is told where it is read
            return
        added = sum(filter(None, quantities), Decimal(0))
        if not agree(promised, added):
            yield self._disagrees(_HASH, f"{promised:f}", f"{added:f}")

    def _quantities(self) -> list[str]:
        _, name, place = LINES[self._kind]
        lines = self._root.members.get(self._loop, ())
        rows = (row for one in lines for row in one.members.get(name, ()))
        return [row[place] for row in rows if len(row) > place and row[place]]

    def _disagrees(self, place: int, promised: str, counted: str) -> Problem:
        lines = place != _HASH
        code, what = ("line_count", "lines") if lines else ("hash_total", "quantities")
        return Problem(
            code=f"x12.{code}",
            severity="warning",
            message=f"CTT{place:02d} says {promised} for the {what}, but they come to {counted}",
            at=self._root.position(self._root.index_of(self._row), place).at,
            found=promised,
            expected=counted,
            remedy="Compare the document with its original; nothing may be missing from it.",
        )


@lru_cache(1 << 14)
def number_of(text: str) -> Decimal | None:
    """Return the number that a text writes, None where it is none."""
    digits = text.strip().removeprefix("-").replace(".", "", 1)
    good = digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS_LIMIT
    return Decimal(text) if good else None


def agree(promised: Decimal, added: Decimal) -> bool:
    """Whether a hash total agrees with its sum.

    Senders compute it with decimals or without the point, and cut to ten digits.
    """
    if promised == added:
        return True
    digits = int("".join(map(str, added.as_tuple().digits)) or "0")
    return promised in {Decimal(digits), Decimal(digits % 10**_HASH_DIGITS)}
