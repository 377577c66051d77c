"""The three-way grid: order, receipt and invoice side by side, line by line.

Every value carries where it stands (record and JSON pointer), so that a click leads to its origin.
What agrees is quiet; what differs says by how much, with its sign and unit. Deciding is not done
here: the differences only lay the documents beside each other.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from gateway.web import show
from gateway.web.cells import (
    NOTHING,
    Gap,
    Held,
    Key,
    Origin,
    Placed,
    Received,
    Value,
    invoice_cells,
    order_cells,
    parts_of,
    receipt_cells,
)
from gateway.web.rows import Money, money_of
from mappers.canonical import Invoice, InvoiceLine, OrderLine, PurchaseOrder, Receipt
from matcher.entries import Amendment
from matcher.result import LineResult, Reconciliation

LINES_SHOWN = 200

Tie = Literal["", "first", "middle", "last"]
"""Where a row stands among those that share one order line, or one line of the invoice."""


class Line(Struct, frozen=True, kw_only=True):
    """A row of the grid. Documents have a quantity, a price and an amount, one below the other.

    Rows that share an order line are tied on its side: several lines bill it in pieces. Rows that
    share a line of the invoice are tied on that side: it bills several at once. `together` says so
    in words. One with `is_gap` is an order line that nothing bills.
    """

    number: str
    title: str
    part: str
    order: tuple[Value, Value, Value]
    receipt: tuple[Value, ...]
    invoice: tuple[Value, Value, Value]
    difference: tuple[Value, Value]
    look: show.Look
    money: Money | None
    agrees: bool
    codes: tuple[str, ...]
    order_tie: Tie = ""
    invoice_tie: Tie = ""
    together: str = ""
    is_gap: bool = False


class Total(Struct, frozen=True, kw_only=True):
    """A row below the lines: a charge, a tax, a total."""

    label: str
    order: Value = NOTHING
    invoice: Value = NOTHING
    strong: bool = False


class Grid(Struct, frozen=True, kw_only=True):
    """The whole grid; `orders` and `receipts` say which documents the columns are.

    Of a long invoice the lines that differ come first: `left_out` counts those that are not shown,
    `left_out_open` those of them that differ.
    """

    lines: tuple[Line, ...]
    totals: tuple[Total, ...]
    orders: tuple[str, ...]
    receipts: tuple[str, ...]
    received: bool
    left_out: int = 0
    left_out_open: int = 0


class Case(Struct, frozen=True, kw_only=True):
    """An invoice and the documents that it was matched with; orders and receipts oldest first.

    `amended` is how its lines are read by decision, where that is not as they stand.
    """

    invoice: Held[Invoice]
    orders: tuple[Held[PurchaseOrder], ...] = ()
    receipts: tuple[Held[Receipt], ...] = ()
    result: Reconciliation | None = None
    amended: tuple[Amendment, ...] = ()


def grid(case: Case) -> Grid:
    """Lay the documents of `case` beside each other."""
    received = Received(case.receipts)
    sheet = _Sheet(case, received)
    lines = tuple(_tied([*sheet.rows()]))
    gaps = sheet.gaps() if any(not line.order[0].origin for line in lines) else ()
    shown = _shown((*lines, *gaps))
    lines = (*lines, *gaps)
    left = len(lines) - len(shown)
    return Grid(
        lines=shown,
        left_out=left,
        left_out_open=sum(not one.agrees for one in lines) - sum(not one.agrees for one in shown),
        totals=tuple(_totals(case)),
        orders=tuple(dict.fromkeys(one.record.number or "" for one in case.orders)),
        receipts=tuple(one.record.number or "" for one in received.documents),
        received=received.booked,
    )


def _shown(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Choose the lines to show: all of them, or those that differ before those that agree."""
    if len(lines) <= LINES_SHOWN:
        return lines
    by_need = sorted(range(len(lines)), key=lambda n: lines[n].agrees)
    return tuple(lines[n] for n in sorted(by_need[:LINES_SHOWN]))


def _ordered(orders: Iterable[Held[PurchaseOrder]]) -> dict[Key, Placed[OrderLine]]:
    found = {}
    for order in orders:
        for n, line in enumerate(order.record.lines):
            found[order.record.number or "", line.number or str(n + 1)] = Placed(order.id, n, line)
    return found


_NO_ORDER = ("", "")
_GAPS_MAX = 12
_NOT_BILLED = show.Look(icon="dash", word="Not billed", tone="quiet")


class _Sheet:
    """The rows of one invoice: its lines, each beside the order line that it was matched with."""

    def __init__(self, case: Case, received: "Received") -> None:
        self._ordered, self._received = _ordered(case.orders), received
        self._currency = case.invoice.record.currency
        lines = enumerate(case.invoice.record.lines)
        placed = [Placed(case.invoice.id, n, line) for n, line in lines]
        self._billed = {one.line.number or str(one.index + 1): one for one in placed}
        self._results = {one.number: one for one in case.result.lines} if case.result else {}
        several = [
            one for one in case.amended if one.add and len(one.remove) + len(one.add) > _PAIR
        ]
        self._groups = {number: one for one in several for number in one.remove}
        self._used: set[Key] = set()

    def rows(self) -> Iterator[Line]:
        """Yield a row for each line, and for each order line that one of them bills besides."""
        done: set[str] = set()
        for number, billed in self._billed.items():
            group = self._groups.get(number)
            if group is None:
                yield self._row(number, billed)
            elif group.id not in done:
                done.add(group.id)
                yield from self._group(group)

    def gaps(self) -> Iterator[Line]:
        """Yield the first order lines that nothing bills, where a line has found no order line."""
        left = [key for key in self._ordered if key not in self._used]
        for key in left[:_GAPS_MAX]:
            order = self._ordered[key]
            row = self._laid("", None, key, None)
            title = order.line.item.description if order.line.item else None
            yield replace(row, title=title or "", look=_NOT_BILLED, is_gap=True, agrees=True)

    def _row(self, number: str, billed: Placed[InvoiceLine]) -> Line:
        result = self._results.get(number)
        reference = (result.order if result else None) or billed.line.order
        key = (reference.number or "", reference.line or "") if reference else _NO_ORDER
        return self._laid(number, billed, key, result)

    def _group(self, group: Amendment) -> Iterator[Line]:
        """Yield the rows of lines that are read as others: as many as there are of either."""
        height = max(len(group.remove), len(group.add))
        for n in range(height):
            number = group.remove[n] if n < len(group.remove) else ""
            added = group.add[n] if n < len(group.add) else None
            key = (added.po or "", added.po_line or "") if added else _NO_ORDER
            result = self._results.get(added.number) if added else None
            row = self._laid(number, self._billed.get(number), key, result)
            if added is None:
                row = replace(row, order=(NOTHING,) * 3, receipt=(NOTHING,), look=_TOGETHER)
            yield replace(
                row,
                agrees=True,
                order_tie=_tie(n, height) if len(group.add) < height else "",
                invoice_tie=_tie(n, height) if len(group.remove) < height else "",
                together=_read_as(group),
            )

    def _laid(
        self,
        number: str,
        billed: Placed[InvoiceLine] | None,
        key: Key,
        result: LineResult | None,
    ) -> Line:
        order = self._ordered.get(key)
        self._used.add(key)
        line = billed.line if billed else InvoiceLine()
        receipts = self._received.of(key, order.line.item if order else line.item)
        item = line.item or (order.line.item if order else None)
        gap = Gap(line, order.line if order else None, receipts, self._received, self._currency)
        return Line(
            number=number,
            title=(item.description if item else None) or "",
            part=next(iter(sorted(parts_of(item), key=len)), ""),
            order=order_cells(order, self._currency),
            receipt=receipt_cells(receipts, self._received),
            invoice=invoice_cells(billed, gap, self._currency),
            difference=(gap.quantity, gap.price),
            look=show.LOOKS[result.verdict if result else "unknown"],
            money=_money(result, self._currency),
            agrees=not (gap.quantity.loud or gap.price.loud)
            and (result is None or result.verdict == "matched"),
            codes=result.codes if result else (),
        )


_PAIR = 2
_TOGETHER = show.Look(icon="dash", word="Read together", tone="quiet")


def _tie(place: int, height: int) -> Tie:
    if place == 0:
        return "first"
    return "last" if place == height - 1 else "middle"


def _read_as(group: Amendment) -> str:
    own = " and ".join(group.remove)
    ordered = " and ".join(line.po_line or "" for line in group.add)
    return f"Line {own} read as order line {ordered}"


def _tied(rows: list[Line]) -> Iterator[Line]:
    """Yield rows with those that bill one order line behind each other, tied together."""
    sharing: dict[Origin, list[Line]] = {}
    for row in rows:
        if row.order[0].origin and not row.together:
            sharing.setdefault(row.order[0].origin, []).append(row)
    done: set[Origin] = set()
    for row in rows:
        origin = row.order[0].origin
        several = sharing.get(origin, []) if origin and not row.together else []
        if origin is None or len(several) < _PAIR:
            yield row
        elif origin not in done:
            done.add(origin)
            words = " and ".join(one.number for one in several)
            for n, one in enumerate(several):
                tie, said = _tie(n, len(several)), f"Lines {words} bill one order line"
                yield replace(one, order_tie=tie, together=said)


def _money(result: LineResult | None, currency: str | None) -> Money | None:
    if result is None:
        return None
    return money_of(str(result.approved), str(result.pending), str(result.disputed), currency)


def _totals(case: Case) -> Iterable[Total]:
    invoice, at = case.invoice.record, case.invoice.id
    for n, one in enumerate(invoice.adjustments):
        if one.amount is not None:
            sign = "\N{MINUS SIGN}" if one.type == "allowance" else ""
            origin = Origin(at, f"/adjustments/{n}/amount")
            yield Total(
                label=one.reason or one.code or one.type.capitalize(),
                invoice=Value(
                    text=f"{sign}{show.money(one.amount, invoice.currency)}", origin=origin
                ),
            )
    for n, tax in enumerate(invoice.taxes):
        if tax.amount is not None:
            rate = f" {show.quantity(tax.rate)} %" if tax.rate is not None else ""
            origin = Origin(at, f"/taxes/{n}/amount")
            yield Total(
                label=f"Tax{rate}",
                invoice=Value(text=show.money(tax.amount, invoice.currency), origin=origin),
            )
    yield _grand_total(case)


def _grand_total(case: Case) -> Total:
    currency = case.invoice.record.currency
    totals, order = case.invoice.record.totals, case.orders[-1] if case.orders else None
    billed = totals.total if totals else None
    ordered = order.record.total if order and len(case.orders) == 1 else None
    return Total(
        label="Total",
        order=Value(
            text=show.money(ordered, currency), origin=Origin(order.id, "/total") if order else None
        ),
        invoice=Value(
            text=show.money(billed, currency), origin=Origin(case.invoice.id, "/totals/total")
        ),
        strong=True,
    )
