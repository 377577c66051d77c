"""The levels of a ship notice that is written: which of them holds which.

Shipment, order, packages and items (BSN05 0001), or with packages that hold items of several orders
the packages above the orders (0003); without packages, shipment, order and item (0004). An item
that is in one known package stands in its level; an item in several names them itself.
X12 004010 856, HL03; BSN05 (element 1005).
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct, structs

from mappers.canonical import Item, OrderRef, Package, Receipt, ReceiptLine
from mappers.convert import date
from mappers.inverse import Draft
from mappers.inverse import made as new_level

PICK_AND_PACK, PACKED_ACROSS_ORDERS, NO_PACKAGES = "0001", "0003", "0004"

_OrderKey = tuple[Any, ...]


class Levels(Struct, frozen=True):
    """A ship notice in the order of its levels, and the drafts of its packages and lines."""

    receipt: Receipt
    packages: list[Draft]
    lines: list[Draft]
    structure: str


class _Level(Struct):
    """A level to be written: what it stands for, and those in it."""

    code: str
    meant: Any = None
    below: "list[_Level]" = []


class _Tree:
    """The levels of one ship notice, grown package by package and line by line."""

    def __init__(self, receipt: Receipt) -> None:
        self.shipment = _Level("S")
        self._packages = {one.id: one for one in receipt.packages if one.id}
        self._holders = {one.parent for one in receipt.packages if one.parent}
        self._inside = self._orders_inside(receipt)
        self.across = any(len(keys) > 1 for keys in self._inside.values())
        self._levels: dict[Any, _Level] = {}
        for package in receipt.packages:
            self._level_of(package)
        for line in receipt.lines:
            self._home(line).below.append(_Level("I", line))

    def _orders_inside(self, receipt: Receipt) -> dict[str, set[_OrderKey | None]]:
        """Say for each outermost package which orders its items belong to."""
        inside: dict[str, set[_OrderKey | None]] = {}
        for line in receipt.lines:
            package = self._package_of(line)
            if package is not None:
                inside.setdefault(self._outermost(package), set()).add(_key(line.order))
        return inside

    def _package_of(self, line: ReceiptLine) -> Package | None:
        return self._packages.get(line.packages[0]) if len(line.packages) == 1 else None

    def _outermost(self, package: Package) -> str:
        seen = {package.id}
        while (holder := self._packages.get(package.parent or "")) and holder.id not in seen:
            package = holder
            seen.add(package.id)
        return package.id or ""

    def _level_of(self, package: Package) -> _Level:
        known = self._levels.get(package.id) if package.id else None
        if known is not None:
            return known
        level = _Level("T" if package.id in self._holders else "P", package, [])
        if package.id:
            self._levels[package.id] = level
        self._above(package).below.append(level)
        return level

    def _above(self, package: Package) -> _Level:
        holder = self._packages.get(package.parent or "")
        if holder is not None and self._outermost(package) != package.id:
            return self._level_of(holder)
        orders = self._inside.get(package.id or "", set())
        return self._order(self.shipment, next(iter(orders), None) if not self.across else None)

    def _home(self, line: ReceiptLine) -> _Level:
        package = self._package_of(line)
        if package is None:
            return self._order(self.shipment, _key(line.order))
        level = self._level_of(package)
        return self._order(level, _key(line.order)) if self.across else level

    def _order(self, within: _Level, key: _OrderKey | None) -> _Level:
        """Return the level of an order in another level; that one itself for no order."""
        if key is None:
            return within
        place = (id(within), key)
        if place not in self._levels:
            self._levels[place] = _Level("O", key, [])
            within.below.append(self._levels[place])
        return self._levels[place]


def _key(order: OrderRef | None) -> _OrderKey | None:
    if order is None or order.number is None:
        return None
    return (order.number, order.release, order.date)


def levels_of(receipt: Receipt, draft: Draft) -> Levels:
    """Make the levels of a ship notice in a draft."""
    tree = _Tree(receipt)
    packages: list[tuple[Package, Draft]] = []
    lines: list[tuple[ReceiptLine, Draft]] = []
    for level, made in _made(tree.shipment, None, draft):
        if isinstance(level.meant, Package):
            packages.append((level.meant, made))
        elif isinstance(level.meant, ReceiptLine):
            lines.append((level.meant, made))
            _name_line(level.meant, made)
    ordered = structs.replace(
        receipt,
        packages=tuple(one for one, _ in packages),
        lines=tuple(one for one, _ in lines),
    )
    plain = NO_PACKAGES if not packages else PICK_AND_PACK
    structure = PACKED_ACROSS_ORDERS if tree.across else plain
    return Levels(ordered, [made for _, made in packages], [made for _, made in lines], structure)


def _made(level: _Level, above: Draft | None, draft: Draft) -> Iterator[tuple[_Level, Draft]]:
    made = new_level(draft, f"HL[03={level.code}]")
    if above is not None:
        made.under(above)
    if level.code == "O":
        number, release, day = level.meant
        made.put(("PRF/01", number))
        made.put(("PRF/02", release or ""))
        made.put(("PRF/04", date.write(day) if day else ""))
    yield level, made
    for inner in level.below:
        yield from _made(inner, made, draft)


def _name_line(line: ReceiptLine, level: Draft) -> None:
    """Let an item name itself where LIN cannot, and its order where it names the line of it."""
    item = line.item
    numbers = item and structs.replace(item, description=None, classifications={}) != Item()
    if line.number and not numbers:
        level.put(("SN1/01", line.number))
    if line.order is not None and line.order.line and line.order.number:
        level.put(("PRF/01", line.order.number))
