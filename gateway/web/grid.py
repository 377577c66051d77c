"""The three-way grid: order, receipt and invoice side by side, line by line.

Every value carries where it stands (record and JSON pointer), so that a click leads to its origin.
What agrees is quiet; what differs says by how much, with its sign and unit. Deciding is not done
here: the differences only lay the documents beside each other.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Generic, TypeVar

from msgspec import Struct

from gateway.web import show
from gateway.web.rows import Money, money_of
from mappers.canonical import (
    Invoice,
    InvoiceLine,
    Item,
    OrderLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
)
from matcher.result import LineResult, Reconciliation

LINES_SHOWN = 200

R = TypeVar("R")
L = TypeVar("L")


class Origin(Struct, frozen=True):
    """Where a value stands: a record, and the JSON pointer in it."""

    record: int
    pointer: str


class Value(Struct, frozen=True, kw_only=True):
    """One value of the grid; `loud` where it is the one that differs."""

    text: str = ""
    origin: Origin | None = None
    loud: bool = False
    note: str = ""


NOTHING = Value()


class Line(Struct, frozen=True, kw_only=True):
    """A row of the grid. Documents have a quantity, a price and an amount, one below the other."""

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


class Held(Struct, Generic[R], frozen=True):
    """A record and its number in the store."""

    id: int
    record: R


class Case(Struct, frozen=True, kw_only=True):
    """An invoice and the documents that it was matched with; orders and receipts oldest first."""

    invoice: Held[Invoice]
    orders: tuple[Held[PurchaseOrder], ...] = ()
    receipts: tuple[Held[Receipt], ...] = ()
    result: Reconciliation | None = None


class _Placed(Struct, Generic[L], frozen=True):
    """A line of a document, and where the line stands in its record."""

    record: int
    index: int
    line: L

    def value(self, field: str, text: str, *, loud: bool = False, note: str = "") -> Value:
        """Return one of its fields with its origin; nothing stands where there is no text."""
        if not text:
            return NOTHING
        origin = Origin(self.record, f"/lines/{self.index}/{field}")
        return Value(text=text, origin=origin, loud=loud, note=note)


_Key = tuple[str, str]


def grid(case: Case) -> Grid:
    """Lay the documents of `case` beside each other."""
    ordered, received = _ordered(case.orders), _Received(case.receipts)
    results, currency = _results(case), case.invoice.record.currency
    lines = tuple(
        _line(_Placed(case.invoice.id, n, line), results[n], ordered, received, currency)
        for n, line in enumerate(case.invoice.record.lines)
    )
    shown = _shown(lines)
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


def _results(case: Case) -> list[LineResult | None]:
    """Return the result of each invoice line, by the number that it has or was given."""
    lines = case.invoice.record.lines
    if case.result is None:
        return [None] * len(lines)
    by_number = {one.number: one for one in case.result.lines}
    return [by_number.get(line.number or str(n)) for n, line in enumerate(lines, 1)]


def _ordered(orders: Iterable[Held[PurchaseOrder]]) -> dict[_Key, _Placed[OrderLine]]:
    found = {}
    for order in orders:
        for n, line in enumerate(order.record.lines):
            found[order.record.number or "", line.number or str(n + 1)] = _Placed(order.id, n, line)
    return found


class _Received:
    """The receipt lines of each order line; of ship notices only where nothing was booked in."""

    def __init__(self, receipts: Sequence[Held[Receipt]]) -> None:
        booked = [one for one in receipts if one.record.evidence != "shipped"]
        self.booked = bool(booked)
        self.documents = booked or list(receipts)
        self._by_line: dict[_Key, list[_Placed[ReceiptLine]]] = {}
        self._by_part: dict[_Key, list[_Placed[ReceiptLine]]] = {}
        for receipt in self.documents:
            for n, line in enumerate(receipt.record.lines):
                self._add(_Placed(receipt.id, n, line))
        self._returns = {one.id for one in self.documents if one.record.type == "return"}

    def _add(self, placed: _Placed[ReceiptLine]) -> None:
        order = placed.line.order
        if order is None or order.number is None:
            return
        if order.line is not None:
            self._by_line.setdefault((order.number, order.line), []).append(placed)
        else:
            for part in _parts(placed.line.item):
                self._by_part.setdefault((order.number, part), []).append(placed)

    def of(self, key: _Key, item: Item | None) -> list[_Placed[ReceiptLine]]:
        """Return what came of an order line, oldest first."""
        found = self._by_line.get(key, [])
        unnamed = [one for part in _parts(item) for one in self._by_part.get((key[0], part), [])]
        return found + list({(one.record, one.index): one for one in unnamed}.values())

    def quantity(self, placed: _Placed[ReceiptLine]) -> Decimal:
        """Return how much a receipt line adds; a return takes away."""
        is_return = placed.line.type == "return" or (
            placed.line.type is None and placed.record in self._returns
        )
        amount = placed.line.quantity or Decimal(0)
        return -amount if is_return else amount


def _parts(item: Item | None) -> set[str]:
    if item is None:
        return set()
    return {part for part in (item.buyer_part, item.supplier_part, item.gtin) if part}


def _line(
    billed: _Placed[InvoiceLine],
    result: LineResult | None,
    ordered: dict[_Key, _Placed[OrderLine]],
    received: _Received,
    currency: str | None,
) -> Line:
    reference = (result.order if result else None) or billed.line.order
    key = (reference.number or "", reference.line or "") if reference else ("", "")
    order = ordered.get(key)
    receipts = received.of(key, order.line.item if order else billed.line.item)
    item = billed.line.item or (order.line.item if order else None)
    gap = _Gap(billed.line, order.line if order else None, receipts, received, currency)
    return Line(
        number=billed.line.number or str(billed.index + 1),
        title=(item.description if item else None) or "",
        part=next(iter(sorted(_parts(item), key=len)), ""),
        order=_order_cells(order, currency),
        receipt=_receipt_cells(receipts, received),
        invoice=_invoice_cells(billed, gap, currency),
        difference=(gap.quantity, gap.price),
        look=show.LOOKS[result.verdict if result else "unknown"],
        money=_money(result, currency),
        agrees=not (gap.quantity.loud or gap.price.loud)
        and (result is None or result.verdict == "matched"),
        codes=result.codes if result else (),
    )


class _Gap:
    """By how much a billed line differs from what was ordered and received."""

    def __init__(
        self,
        billed: InvoiceLine,
        order: OrderLine | None,
        receipts: Sequence[_Placed[ReceiptLine]],
        received: _Received,
        currency: str | None,
    ) -> None:
        self._billed, self._order, self._currency = billed, order, currency
        units = {one.line.uom for one in receipts} | {order.uom if order else billed.uom}
        self._same_unit = units <= {billed.uom, None}
        self._came = sum((received.quantity(one) for one in receipts), Decimal(0))
        self._is_known = bool(receipts) and received.booked
        self.quantity = self._quantity()
        self.price = self._price()

    def _quantity(self) -> Value:
        billed, order = self._billed.quantity, self._order
        if billed is None or order is None:
            return NOTHING
        if not self._same_unit:
            return Value(text="another unit", loud=True)
        unit = self._billed.uom or ""
        over_order = billed - order.quantity if order.quantity is not None else Decimal(0)
        over_receipt = billed - self._came if self._is_known else Decimal(0)
        if over_order > 0:
            return _gap(over_order, unit, "over the order")
        if over_receipt > 0:
            return _gap(over_receipt, unit, "over the receipt")
        return NOTHING

    def _price(self) -> Value:
        billed, order = self._billed, self._order
        if billed.unit_price is None or order is None or order.unit_price is None:
            return NOTHING
        if (billed.price_basis, billed.uom) != (order.price_basis, order.uom):
            return NOTHING
        change = billed.unit_price - order.unit_price
        if not change:
            return NOTHING
        text = show.signed(change, show.money(change, self._currency))
        return Value(text=text, loud=True, note=show.percent_of(change, order.unit_price))


def _gap(amount: Decimal, unit: str, note: str) -> Value:
    text = show.signed(amount, show.quantity(amount))
    return Value(text=f"{text} {unit}".strip(), loud=True, note=note)


def _measured(amount: Decimal | None, unit: str | None) -> str:
    return f"{show.quantity(amount)} {unit or ''}".strip() if amount is not None else ""


def _priced(line: OrderLine | InvoiceLine, currency: str | None) -> str:
    basis = line.price_basis
    per = f" per {_measured(basis.quantity, basis.uom)}" if basis else ""
    return f"{show.money(line.unit_price, currency)}{per}" if line.unit_price is not None else ""


def _order_cells(
    order: _Placed[OrderLine] | None, currency: str | None
) -> tuple[Value, Value, Value]:
    if order is None:
        return (Value(text="not ordered", note="gap"), NOTHING, NOTHING)
    line = order.line
    return (
        order.value("quantity", _measured(line.quantity, line.uom)),
        order.value("unit_price", _priced(line, currency)),
        order.value("amount", show.money(line.amount, currency)),
    )


def _receipt_cells(
    receipts: Sequence[_Placed[ReceiptLine]], received: _Received
) -> tuple[Value, ...]:
    if not receipts:
        return (Value(text="nothing", note="gap"),)
    note = "" if received.booked else "shipped"
    return tuple(
        one.value("quantity", _measured(received.quantity(one), one.line.uom), note=note)
        for one in receipts
    )


def _invoice_cells(
    billed: _Placed[InvoiceLine], gap: _Gap, currency: str | None
) -> tuple[Value, Value, Value]:
    line = billed.line
    return (
        billed.value("quantity", _measured(line.quantity, line.uom), loud=gap.quantity.loud),
        billed.value("unit_price", _priced(line, currency), loud=gap.price.loud),
        billed.value("amount", show.money(line.amount, currency)),
    )


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
