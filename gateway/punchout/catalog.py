"""Our own catalogue: the items that buyers find in the shop, from a file of CSV or JSON.

Columns: `sku`, `name`, `price`, `currency`, `uom`, and where there is more to say `description`,
`unspsc`, `lead_days`, `price_per` (the price is for that many), `category`, `manufacturer`,
`manufacturer_part`. An item that cannot be sold as it stands is refused with its line.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

import msgspec
from msgspec import Struct

from mappers.canonical import CartLine, Item, PriceBasis

QUANTITY_MAX = Decimal(1_000_000)
_ITEMS_MAX = 50_000
_PRICE = re.compile(r"\d{1,12}(?:\.\d{1,6})?", re.ASCII)
_QUANTITY = re.compile(r"\d{1,7}(?:\.\d{1,3})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


class CatalogError(Exception):
    """The catalogue's file cannot be used; the message says where and why."""


class CatalogItem(Struct, frozen=True, kw_only=True):
    """An item of ours; `price` is for `price_per` of `uom`."""

    sku: str
    name: str
    price: Decimal
    currency: str
    uom: str
    description: str = ""
    unspsc: str = ""
    lead_days: int | None = None
    price_per: Decimal = Decimal(1)
    category: str = ""
    manufacturer: str = ""
    manufacturer_part: str = ""

    def amount(self, quantity: Decimal) -> Decimal:
        """Return what `quantity` of it costs."""
        return (quantity * self.price / self.price_per).quantize(Decimal("0.01"))

    def line(self, place: int, quantity: Decimal, auxiliary: str) -> CartLine:
        """Return it as a line of a cart."""
        basis = PriceBasis(quantity=self.price_per, uom=self.uom, factor=Decimal(1))
        return CartLine(
            number=str(place),
            item=Item(
                supplier_part=self.sku,
                supplier_part_aux=auxiliary,
                manufacturer_part=self.manufacturer_part or None,
                manufacturer=self.manufacturer or None,
                description=self.name,
                classifications={"UNSPSC": self.unspsc} if self.unspsc else {},
            ),
            quantity=quantity,
            uom=self.uom,
            unit_price=self.price,
            price_basis=basis if self.price_per != 1 else None,
            lead_time_days=self.lead_days,
        )


class Catalog:
    """Items by their part number, in the order of their file."""

    def __init__(self, items: Sequence[CatalogItem]) -> None:
        self._items = {one.sku: one for one in items}
        self._words = {one.sku: _words(one) for one in items}
        self.currency = items[0].currency

    def __len__(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    def item(self, sku: str) -> CatalogItem | None:
        """Return an item by its part number."""
        return self._items.get(sku)

    def search(self, query: str, limit: int) -> list[CatalogItem]:
        """Return the items that have every word of `query`, in the order of the file."""
        wanted = query.casefold().split()
        found = (
            one
            for sku, one in self._items.items()
            if all(word in self._words[sku] for word in wanted)
        )
        return [one for one, _ in zip(found, range(limit), strict=False)]


def _words(item: CatalogItem) -> str:
    parts = (item.sku, item.name, item.description, item.category, item.manufacturer)
    return " ".join((*parts, item.manufacturer_part)).casefold()


def load_catalog(path: Path) -> Catalog:
    """Read a catalogue. Raises `CatalogError`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        message = f"{path}: {fault}"
        raise CatalogError(message) from fault
    rows = _json_rows(path, text) if path.suffix.lower() == ".json" else _csv_rows(text)
    items = [_item(path, place, row) for place, row in enumerate(rows, 1)]
    if not items or len(items) > _ITEMS_MAX:
        message = f"{path} has {len(items):,} items; a catalogue has 1 to {_ITEMS_MAX:,}"
        raise CatalogError(message)
    skus = Counter(one.sku for one in items)
    repeated = [sku for sku, count in skus.items() if count > 1]
    if repeated:
        message = f"{path} has more than one item {repeated[0]!r}"
        raise CatalogError(message)
    if len({one.currency for one in items}) > 1:
        message = f"{path} has prices in several currencies; a cart has one"
        raise CatalogError(message)
    return Catalog(items)


def _json_rows(path: Path, text: str) -> list[dict[str, str]]:
    try:
        rows = msgspec.json.decode(text, type=list[dict[str, str | int | None]])
    except msgspec.DecodeError as fault:
        message = f"{path}: {fault} (prices are written as texts)"
        raise CatalogError(message) from fault
    return [
        {key: "" if value is None else str(value) for key, value in row.items()} for row in rows
    ]


def _csv_rows(text: str) -> Iterable[Mapping[str, str]]:
    return csv.DictReader(text.splitlines())


def _item(path: Path, place: int, row: Mapping[str, str]) -> CatalogItem:
    told = {key: (row.get(key) or "").strip() for key in CatalogItem.__struct_fields__}
    wrong = [name for name in ("sku", "name", "uom") if not told[name]]
    wrong += [] if _PRICE.fullmatch(told["price"]) else ["price"]
    wrong += [] if _CURRENCY.fullmatch(told["currency"]) else ["currency"]
    per = quantity_of(told["price_per"] or "1")
    wrong += ["price_per"] if per is None else []
    wrong += ["lead_days"] if told["lead_days"] and not told["lead_days"].isdigit() else []
    if wrong or per is None:
        message = f"{path}, item {place} ({told['sku'] or 'without a sku'}): {', '.join(wrong)}"
        raise CatalogError(message)
    days = int(told["lead_days"]) if told["lead_days"] else None
    exact = {"price": Decimal(told["price"]), "price_per": per, "lead_days": days}
    return CatalogItem(**{**told, **exact})  # type: ignore[arg-type]


def quantity_of(text: str) -> Decimal | None:
    """Return a quantity as a person types it; None where it is none above zero."""
    if not _QUANTITY.fullmatch(text.strip()):
        return None
    try:
        quantity = Decimal(text.strip())
    except InvalidOperation:
        return None
    return quantity if 0 < quantity <= QUANTITY_MAX else None
