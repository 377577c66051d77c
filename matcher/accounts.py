"""The accounts of an order: for each of its lines, what was ordered and what came.

A `LineAccount` gathers the goods of one order line in the line's own unit (S1, S2.3); `stock()` is
what the cells are cut from. A document whose unit has no factor is not counted but remembered: what
cannot be converted has not been received.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from matcher.entries import GoodsLine, Order, OrderLine, ShipNotice
from matcher.folding import compact, gtin14, line_key, words
from matcher.money import UNLIMITED, ZERO
from matcher.parties import Party
from matcher.policy import Limits, on_line
from matcher.price import contract
from matcher.quantity import Stock
from matcher.result import Source
from matcher.units import factor


class Identity:
    """The identifiers of a line, ready to compare (S4.1); `keys` are those of an index."""

    __slots__ = ("buyer_part", "description", "gtin", "keys", "vendor_part")

    def __init__(
        self,
        gtin: str | None,
        vendor_part: str | None,
        buyer_part: str | None,
        description: str | None,
    ) -> None:
        self.gtin = gtin14(gtin) if gtin else None
        self.vendor_part = compact(vendor_part) if vendor_part else None
        self.buyer_part = compact(buyer_part) if buyer_part else None
        self.description = description
        self.keys = [
            (kind, value)
            for kind, value in (
                ("gtin", self.gtin),
                ("vendor_part", self.vendor_part),
                ("buyer_part", self.buyer_part),
            )
            if value
        ]

    @property
    def words(self) -> frozenset[str]:
        """The words of the description."""
        return words(self.description) if self.description else frozenset()


class LineAccount:
    """What happened on an order line; quantities in its unit, money where it is an amount."""

    __slots__ = (
        "accepted",
        "announced",
        "announcements",
        "cap_left",
        "confirming",
        "expected",
        "final",
        "identity",
        "item_factors",
        "key",
        "limits",
        "line",
        "order",
        "ordered",
        "pieces",
        "position",
        "price",
        "receipt_dates",
        "receipts",
        "received",
        "rejected",
        "returned_credit",
        "returned_replacement",
        "sources",
        "stock_taken",
        "substitutes",
    )

    def __init__(
        self,
        order: "OrderAccount",
        line: OrderLine,
        limits: Limits,
        item_factors: Mapping[str, Decimal],
    ) -> None:
        self.order, self.line, self.item_factors = order, line, item_factors
        self.position = len(order.lines)
        self.limits = _with_catch(on_line(limits, line.tolerances, line.way), line)
        self.key = line_key(line.number)
        self.identity = Identity(line.gtin, line.vendor_part, line.buyer_part, line.description)
        self.substitutes = frozenset(compact(one) for one in line.substitutes)
        self.price = contract(line, order.order.discount)
        self.ordered = _ordered(line)
        self.received = self.confirming = self.announced = self.pieces = ZERO
        self.returned_credit = self.returned_replacement = ZERO
        self.accepted = self.rejected = ZERO
        self.final = line.final
        self.receipts: dict[str, Decimal] = {}
        self.receipt_dates: list[dt.date] = []
        self.announcements: list[tuple[ShipNotice, Decimal]] = []
        self.expected: dt.date | None = None
        self.cap_left = UNLIMITED
        self.sources: dict[str, list[Source]] = {}
        self.stock_taken: Stock | None = None

    @property
    def unit(self) -> str | None:
        """The unit that the axis counts in."""
        return self.line.catch.uom if self.line.catch else self.line.uom

    @property
    def stock(self) -> Stock:
        """What the cells are cut from; asked for once all goods are booked."""
        if self.stock_taken is None:
            self.stock_taken = Stock(
                ordered=self.ordered,
                received=self.received,
                returned_credit=self.returned_credit,
                returned_replacement=self.returned_replacement,
                accepted=max(ZERO, self.accepted),
                rejected=max(ZERO, self.rejected),
                final=self.final or self._all_pieces_came,
                cancelled=self.line.cancelled or self.order.order.status == "cancelled",
            )
        return self.stock_taken

    @property
    def _all_pieces_came(self) -> bool:
        """Catch weight: with all pieces on the scale, no more weight will come (S2.4)."""
        return bool(self.line.catch) and self.pieces >= (self.line.quantity or ZERO) > 0

    def factor_of(self, uom: str | None) -> Decimal | None:
        """Return how many of this line's units one `uom` is, or None where nobody says (S2.3)."""
        return factor(uom, self.unit, self.line.factors, self.item_factors)

    def measure(self, goods: GoodsLine) -> Decimal | None:
        """Return a goods line's quantity in this line's terms, or None where it has no factor."""
        line = self.line
        if line.basis == "amount":
            return goods.amount if goods.amount is not None else goods.quantity
        if line.catch and goods.weight is not None:
            return goods.weight
        if goods.quantity is None:
            return None
        found = self.factor_of(goods.uom or (line.uom if line.catch else None))
        return None if found is None else goods.quantity * found

    def compare(self, identity: Identity) -> tuple[list[str], int]:
        """Return which identifiers agree (substitutes do, S4.3) and how many disagree."""
        mine, equal, different = self.identity, [], 0
        for kind, theirs in identity.keys:
            own = getattr(mine, kind)
            if theirs == own or theirs in self.substitutes:
                equal.append(kind)
            elif own:
                different += 1
        return equal, different

    def cite(self, kind: str, document: str, pointer: str) -> None:
        """Remember where a number of this account stands."""
        self.sources.setdefault(kind, []).append(Source(document, pointer))

    def cited(self, *kinds: str) -> tuple[Source, ...]:
        """Return the sources of these kinds; the order line itself is `order`."""
        found = [one for kind in kinds for one in self.sources.get(kind, ())]
        return tuple(found)

    @property
    def order_source(self) -> Source:
        """Where the ordered quantity stands."""
        return Source(self.order.document_of(self.line), f"{self.line.at}/quantity")

    @property
    def price_source(self) -> Source:
        """Where the ordered price stands."""
        return Source(self.order.document_of(self.line), f"{self.line.at}/unit_price")


def _ordered(line: OrderLine) -> Decimal:
    """Return O before any cancellation; pieces count by their expected weight (S2.4)."""
    if line.basis == "amount":
        return line.amount or ZERO
    quantity = line.quantity or ZERO
    return quantity * line.catch.ratio if line.catch else quantity


def _with_catch(limits: Limits, line: OrderLine) -> Limits:
    """Catch weight has a tolerance of its own in place of the ordered quantity's (S2.4)."""
    if not line.catch or line.catch.tol_pct is None:
        return limits
    own = {"qty.ordered_pct": line.catch.tol_pct, "qty.ordered_abs": None}
    origins = {**limits.origins, **dict.fromkeys(own, "catch weight of the order line")}
    return Limits({**limits.values, **own}, origins)


class OrderAccount:
    """An order as its governing revision has it, and the accounts of its lines."""

    def __init__(self, order: Order, party: Party, limits: Limits) -> None:
        self.order, self.party, self.limits = order, party, limits
        self.is_contradicted = False
        self.refused: list[tuple[Source, str]] = []
        self.lines: list[LineAccount] = []
        self.by_number: dict[str, LineAccount] = {}
        self.by_key: dict[tuple[str, str], list[LineAccount]] = {}

    def add(self, line: LineAccount) -> None:
        """Open the account of a line."""
        self.lines.append(line)
        self.by_number.setdefault(line.key, line)
        for key in line.identity.keys:
            self.by_key.setdefault(key, []).append(line)
        for part in line.substitutes:
            self.by_key.setdefault(("substitute", part), []).append(line)

    @property
    def name(self) -> str:
        """The order's number, with its release where it has one."""
        order = self.order
        return f"{order.number}-{order.release}" if order.release else order.number

    @property
    def documents(self) -> set[str]:
        """The documents of the order and of all its goods."""
        sources = (
            source for line in self.lines for found in line.sources.values() for source in found
        )
        return {self.order.id, *(source.document for source in sources)}

    def document_of(self, line: OrderLine) -> str:
        """Return the document that a line's terms stand in."""
        return line.document or self.order.id
