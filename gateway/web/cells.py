"""The cells of the three-way grid: what a document says of a line, and by how much two differ."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Generic, TypeVar

from msgspec import Struct

from gateway.web import show
from mappers.canonical import InvoiceLine, Item, OrderLine, Receipt, ReceiptLine

R = TypeVar("R")
L = TypeVar("L")
Key = tuple[str, str]


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


class Held(Struct, Generic[R], frozen=True):
    """A record and its number in the store."""

    id: int
    record: R


class Placed(Struct, Generic[L], frozen=True):
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


class Received:
    """The receipt lines of each order line; of ship notices only where nothing was booked in."""

    def __init__(self, receipts: Sequence[Held[Receipt]]) -> None:
        booked = [one for one in receipts if one.record.evidence != "shipped"]
        self.booked = bool(booked)
        self.documents = booked or list(receipts)
        self._by_line: dict[Key, list[Placed[ReceiptLine]]] = {}
        self._by_part: dict[Key, list[Placed[ReceiptLine]]] = {}
        for receipt in self.documents:
            for n, line in enumerate(receipt.record.lines):
                self._add(Placed(receipt.id, n, line))
        self._returns = {one.id for one in self.documents if one.record.type == "return"}

    def _add(self, placed: Placed[ReceiptLine]) -> None:
        order = placed.line.order
        if order is None or order.number is None:
            return
        if order.line is not None:
            self._by_line.setdefault((order.number, order.line), []).append(placed)
        else:
            for part in parts_of(placed.line.item):
                self._by_part.setdefault((order.number, part), []).append(placed)

    def of(self, key: Key, item: Item | None) -> list[Placed[ReceiptLine]]:
        """Return what came of an order line, oldest first."""
        found = self._by_line.get(key, [])
        unnamed = [one for part in parts_of(item) for one in self._by_part.get((key[0], part), [])]
        return found + list({(one.record, one.index): one for one in unnamed}.values())

    def quantity(self, placed: Placed[ReceiptLine]) -> Decimal:
        """Return how much a receipt line adds; a return takes away."""
        is_return = placed.line.type == "return" or (
            placed.line.type is None and placed.record in self._returns
        )
        amount = placed.line.quantity or Decimal(0)
        return -amount if is_return else amount


def parts_of(item: Item | None) -> set[str]:
    """Return the numbers that an item goes by."""
    if item is None:
        return set()
    return {part for part in (item.buyer_part, item.supplier_part, item.gtin) if part}


class Gap:
    """By how much a billed line differs from what was ordered and received."""

    def __init__(
        self,
        billed: InvoiceLine,
        order: OrderLine | None,
        receipts: Sequence[Placed[ReceiptLine]],
        received: Received,
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


def order_cells(
    order: Placed[OrderLine] | None, currency: str | None
) -> tuple[Value, Value, Value]:
    """Return what was ordered: quantity, price and amount."""
    if order is None:
        return (Value(text="not ordered", note="gap"), NOTHING, NOTHING)
    line = order.line
    return (
        order.value("quantity", _measured(line.quantity, line.uom)),
        order.value("unit_price", _priced(line, currency)),
        order.value("amount", show.money(line.amount, currency)),
    )


def receipt_cells(receipts: Sequence[Placed[ReceiptLine]], received: Received) -> tuple[Value, ...]:
    """Return what came, a cell for each receipt line."""
    if not receipts:
        return (Value(text="nothing", note="gap"),)
    note = "" if received.booked else "shipped"
    return tuple(
        one.value("quantity", _measured(received.quantity(one), one.line.uom), note=note)
        for one in receipts
    )


def invoice_cells(
    billed: Placed[InvoiceLine] | None, gap: Gap, currency: str | None
) -> tuple[Value, Value, Value]:
    """Return what is billed: quantity, price and amount; what differs is loud."""
    if billed is None:
        return (Value(text="not billed", note="gap"), NOTHING, NOTHING)
    line = billed.line
    return (
        billed.value("quantity", _measured(line.quantity, line.uom), loud=gap.quantity.loud),
        billed.value("unit_price", _priced(line, currency), loud=gap.price.loud),
        billed.value("amount", show.money(line.amount, currency)),
    )
