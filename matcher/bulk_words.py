"""The explanation of what bulk matching found: the findings of a row, in the words of its codes.

A row of `matcher.bulk.judged` carries the numbers of every rule that spoke; its order line carries
the goods. From both the sentence is written as `assess` writes it, when somebody reads it: clean
rows cost nothing.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from matcher.bulk import CODES, NO_LIMIT
from matcher.bulk_tables import Named
from matcher.explain import finding_of
from matcher.money import UNLIMITED, ZERO, bare
from matcher.notes import Note
from matcher.policy import Policy
from matcher.result import Finding

_CELL_OF = {
    "QTY_TOL": ("tolerated",),
    "WAITING_INSPECTION": ("inspected",),
    "QTY_REJECTED": ("rejecting",),
    "RETURN_NOT_CREDITED": ("returning",),
    "WAITING_RECEIPT": ("missing",),
    "WAITING_RECEIPT_OVERDUE": ("missing",),
    "QTY_OVER_RECEIVED": ("missing",),
    "QTY_OVER_ORDERED": ("beyond",),
    "PO_CANCELLED": ("missing", "beyond"),
}
_Row = Mapping[str, int]


def codes_of(row: _Row) -> tuple[str, ...]:
    """Return the codes of a row."""
    return tuple(code for index, code in enumerate(CODES) if row["codes"] >> index & 1)


def findings_of(
    row: _Row, line: _Row, named: Named, policy: Policy, as_of: dt.date
) -> tuple[Finding, ...]:
    """Write the findings of a row of results; `line` is the row of its order line."""
    words = _Words(row, line, named, as_of)
    notes = (words.note(code) for code in codes_of(row))
    return tuple(finding_of(note, None, policy) for note in notes)


class _Words:
    """The numbers of one row in units and money again."""

    def __init__(self, row: _Row, line: _Row, named: Named, as_of: dt.date) -> None:
        self.row, self.line, self.named, self.as_of = row, line, named, as_of

    def note(self, code: str) -> Note:
        if code in _CELL_OF:
            return self._quantity_note(code)
        if code == "BLANKET_LIMIT":
            return self._limit_note()
        return self._price_note(code)

    def _money(self, number: int) -> Decimal:
        return number * self.named.minor

    def _units(self, number: int) -> Decimal:
        return bare(Decimal(number) / self.line["parts"])

    def _quantity_note(self, code: str) -> Note:
        row, line, cells = self.row, self.line, _CELL_OF[code]
        waits = code.startswith("WAITING") or (code == "QTY_REJECTED" and line["rejects_pend"])
        values = {
            "billed": self._units(row["laid"]),
            "before": self._units(row["start"]),
            "units": self._units(sum(row[f"{cell}_units"] for cell in cells)),
            "unit": self.named.unit,
            "bucket": "pending" if waits else "disputed",
            "expected": _day(line["expected_day"]),
            "waited": self.as_of.toordinal() - row["day"] if row["day"] else None,
            **dict(self._stock()),
        }
        money = self._money(sum(row[f"{cell}_money"] for cell in cells))
        return Note(code=code, money=money, values=values)

    def _stock(self) -> Iterator[tuple[str, Decimal]]:
        line = self.line
        back = line["returned"] + line["returned_replacement"]
        kept = max(0, line["received"] - back)
        yield from ((name, self._units(line[name])) for name in ("ordered", "received", "accepted"))
        yield "rejected", self._units(line["rejected"])
        yield "returned", self._units(line["returned"])
        yield "kept", self._units(kept)
        yield "ceiling", self._ceiling()

    def _ceiling(self) -> Decimal:
        """CO, as the edge beyond which everything is over (S5.3)."""
        line = self.line
        if line["cancelled"]:
            came = max(0, line["received"] - line["returned_replacement"])
            return self._units(min(line["ordered"], came))
        share, absolute = line["ordered_share"], line["ordered_abs"]
        allowed = absolute
        if share >= 0:
            allowed = min(allowed, line["ordered"] * share // line["share_parts"])
        return UNLIMITED if allowed >= NO_LIMIT else self._units(line["ordered"] + allowed)

    def _price_note(self, code: str) -> Note:
        row, line = self.row, self.line
        money = {
            "PRICE_OVER": row["failing"],
            "PRICE_CAP": row["capped"],
            "PRICE_TOL": row["failing"] or row["passed"] - row["capped"],
            "PRICE_UNDER": -row["over"],
            "PRICE_UNDER_BLOCK": row["billed"],
        }[code]
        laid = self._units(row["laid"])
        values: dict[str, Any] = {
            "billed": self._money(row["billed"]),
            "quantity": laid,
            "unit": self.named.unit,
            "price": self.named.price,
            "billed_price": self._money(row["billed"]) / laid if laid else None,
            "expected": self._money(row["expected"]),
            "ceiling": UNLIMITED if line["over_share"] < 0 else self._money(row["ceiling"]),
            "variance": self._money(abs(row["over"])),
        }
        return Note(code=code, money=self._money(money), values=values)

    def _limit_note(self) -> Note:
        over, named = self._money(self.row["over_limit"]), self.named
        values = {
            "limit": named.limit or ZERO,
            "over": over,
            "order": named.order,
            "billed": self._money(self.row["billed"]),
        }
        return Note(code="BLANKET_LIMIT", money=over, values=values)


def _day(ordinal: int) -> dt.date | None:
    return dt.date.fromordinal(ordinal) if ordinal else None
