"""How much may be paid: the cells of an order line (S5).

The quantity axis from nought to infinity is cut into consecutive cells. Claims are laid on it one
after the other, and each unit takes the bucket of the cell it falls into:

    way   cells in order
    2     approve CO - Vc . dispute Vc . dispute the rest
    3     approve min(CR, CO - Vc) . dispute Vc . pend up to CO (final: dispute) . dispute the rest
    4     approve min(CA, CO - Vc) . pend U . dispute J and Vc . pend up to CO . dispute the rest

O is ordered, G received, Vc and Vr returned for credit and for replacement, R = G - Vc - Vr, A
accepted, J rejected, U = R - A - J in inspection; CO, CR and CA are O, R and A with their
tolerance. Because only the running sum decides, splitting a claim never changes what is approved,
and neither does its order.
"""

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from matcher.money import UNLIMITED, ZERO
from matcher.policy import Limits
from matcher.result import Bucket

ORDER_ONLY, WITH_RECEIPT, WITH_ACCEPTANCE = 2, 3, 4


class Stock(Struct, frozen=True, kw_only=True):
    """What is known of an order line's goods, in its own unit; for an amount line, money."""

    ordered: Decimal
    received: Decimal = ZERO
    returned_credit: Decimal = ZERO
    returned_replacement: Decimal = ZERO
    accepted: Decimal = ZERO
    rejected: Decimal = ZERO
    final: bool = False
    cancelled: bool = False

    @property
    def kept(self) -> Decimal:
        """R: received and not sent back."""
        return max(ZERO, self.received - self.returned_credit - self.returned_replacement)

    @property
    def inspecting(self) -> Decimal:
        """U: kept, but neither accepted nor rejected yet."""
        return max(ZERO, self.kept - self.accepted - self.rejected)

    @property
    def owed(self) -> Decimal:
        """O; a cancelled line owes only for what had come (S5.6)."""
        if not self.cancelled:
            return self.ordered
        return min(self.ordered, max(ZERO, self.received - self.returned_replacement))


class Cell(Struct, frozen=True):
    """An interval of the axis: its size, where what falls into it goes, and the code."""

    size: Decimal
    bucket: Bucket
    code: str = ""


class Portion(Struct, frozen=True):
    """The part of a claim that fell into one cell, from `start` on the axis."""

    start: Decimal
    quantity: Decimal
    bucket: Bucket
    code: str = ""


def tolerance(base: Decimal, limits: Limits, name: str) -> Decimal:
    """Return the lesser of the limits given; nought when none is (S5.3)."""
    percent, amount = limits.tolerances[name]
    if percent is None:
        return ZERO if amount is None else amount
    share = percent if percent == UNLIMITED else base * percent
    return share if amount is None else min(share, amount)


def ceiling(stock: Stock, limits: Limits) -> Decimal:
    """CO: how much may ever be claimed. A cancelled line has no tolerance left."""
    return stock.owed + (ZERO if stock.cancelled else tolerance(stock.owed, limits, "ordered"))


def cells(way: int, stock: Stock, limits: Limits) -> tuple[Cell, ...]:
    """Cut the axis for an order line matched `way` ways."""
    top = ceiling(stock, limits)
    left, found = top, []
    for cell in _inner_cells(way, stock, limits, top):
        size = min(cell.size, left)
        if size > 0:
            found.append(Cell(size, cell.bucket, cell.code))
        if size == UNLIMITED:
            return tuple(found)
        left -= max(ZERO, size)
    over = "PO_CANCELLED" if stock.cancelled else "QTY_OVER_ORDERED"
    return (*found, Cell(UNLIMITED, "dispute", over))


def _inner_cells(way: int, stock: Stock, limits: Limits, top: Decimal) -> Iterator[Cell]:
    room = max(ZERO, top - stock.returned_credit)
    basis, cap = _approved_up_to(way, stock, limits, room)
    yield Cell(basis, "approve")
    yield Cell(cap - basis, "approve", "QTY_TOL")
    if way == WITH_ACCEPTANCE:
        yield Cell(stock.inspecting, "pend", "WAITING_INSPECTION")
        waits = limits.choice("rejected") == "await_replacement"
        yield Cell(stock.rejected, "pend" if waits else "dispute", "QTY_REJECTED")
    yield Cell(stock.returned_credit, "dispute", "RETURN_NOT_CREDITED")
    if way != ORDER_ONLY:
        yield _missing(stock)


def _approved_up_to(
    way: int, stock: Stock, limits: Limits, room: Decimal
) -> tuple[Decimal, Decimal]:
    """Return how far the axis is approved, without and with tolerance."""
    plain = max(ZERO, stock.owed - stock.returned_credit)
    if way == ORDER_ONLY:
        return plain, room
    name = "accepted" if way == WITH_ACCEPTANCE else "received"
    base = min(stock.accepted, stock.kept) if way == WITH_ACCEPTANCE else stock.kept
    cap = min(base + tolerance(base, limits, name), room)
    return min(base, plain, cap), cap


def _missing(stock: Stock) -> Cell:
    if stock.cancelled:
        return Cell(UNLIMITED, "dispute", "PO_CANCELLED")
    if stock.final:
        return Cell(UNLIMITED, "dispute", "QTY_OVER_RECEIVED")
    return Cell(UNLIMITED, "pend", "WAITING_RECEIPT")


def lay(axis: tuple[Cell, ...], start: Decimal, quantity: Decimal) -> list[Portion]:
    """Lay `quantity` units on the axis from `start`, and say which cell each part falls into."""
    portions, edge, at, left = [], ZERO, start, quantity
    for cell in axis:
        edge += cell.size
        taken = min(left, edge - at)
        if taken > 0:
            portions.append(Portion(at, taken, cell.bucket, cell.code))
            at += taken
            left -= taken
        if left <= 0:
            break
    return portions
