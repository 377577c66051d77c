"""The supplier's side: visits to our catalogue, from the setup request to the cart that returns.

    waiting -> open        the browser came in by the address of the response, which works once
            -> returned    it checked out, or left with nothing chosen
            -> cancelled   it left

The basket lies here, never in the browser. The cart that goes back carries no secret: it travels
through the browser.
"""

import base64
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

import msgspec
from msgspec import Struct

from gateway.clock import stamp
from gateway.punchout.addresses import return_page
from gateway.punchout.catalog import Catalog, CatalogItem
from gateway.punchout.desk import Desk, hash_of, new_secret
from gateway.punchout.settings import CatalogSettings
from gateway.punchout.trading import Partner
from gateway.punchout.writing import new_payload_id, outgoing, written_cart
from gateway.store import shop
from gateway.store.shop import NewVisit, Visit
from mappers.canonical import Cart, CartLine, PriceBasis
from mappers.convert import plain

LINES_MAX = 200
_OPERATIONS = {"create", "edit", "inspect"}
_NO_CHANGE = 204
_OCI_DECIMALS = 3
_REQUESTER_MAX = 128
_json = msgspec.json.Encoder()


class VisitError(Exception):
    """A visit cannot begin; `code` is the cXML status."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class Chosen(Struct, frozen=True, kw_only=True):
    """A line of a basket; `auxiliary` is our key of it, which comes back when it is edited."""

    sku: str
    quantity: Decimal
    auxiliary: str


class Wish(Struct, frozen=True, kw_only=True):
    """What a buyer asks of us, by cXML or OCI; `lines` are those of the cart that is worked on."""

    operation: str
    cookie: str
    return_url: str
    requester: str | None = None
    lines: tuple[Chosen, ...] = ()
    item: str | None = None
    protocol: str = "cxml"
    echo: dict[str, str] = {}
    test: bool = False


class Leaving(Struct, frozen=True, kw_only=True):
    """The form that brings a browser and its cart back to the buyer."""

    address: str
    fields: tuple[tuple[str, str], ...]


class Shop:
    """Our catalogue and the visits to it."""

    def __init__(self, desk: Desk, catalog: Catalog, settings: CatalogSettings) -> None:
        self.desk = desk
        self.catalog = catalog
        self.settings = settings

    def begin(self, partner: Partner, wish: Wish) -> str:
        """Begin a visit; returns the token of its address.

        Raises `VisitError`, and `AddressError` where the cart may not go back to that address.
        """
        if wish.operation not in _OPERATIONS:
            raise VisitError(450, f"the operation {wish.operation!r} is not supported")
        if not wish.cookie and wish.protocol == "cxml":
            raise VisitError(400, "BuyerCookie is missing")
        address = return_page(wish.return_url, partner)
        token, now = new_secret(), self.desk.now()
        new = NewVisit(
            partner=partner.name,
            protocol=wish.protocol,
            operation=wish.operation,
            start_hash=hash_of(token),
            cookie=wish.cookie,
            return_url=address,
            requester=wish.requester[:_REQUESTER_MAX] if wish.requester else None,
            echo=_json.encode(wish.echo | ({"item": wish.item} if wish.item else {})),
            basket=_json.encode(self._basket(wish)),
            test=wish.test,
            created_at=stamp(now),
            expires_at=stamp(now + timedelta(minutes=self.settings.visit_minutes)),
        )
        with self.desk.store.write() as connection:
            shop.add(connection, new)
        return token

    def _basket(self, wish: Wish) -> list[Chosen]:
        """Return what is in the basket at first: what is edited, as far as we still sell it."""
        if wish.operation == "create":
            return []
        return [one for one in wish.lines[:LINES_MAX] if self.catalog.item(one.sku)]

    def enter(self, token: str, key: str | None) -> tuple[Visit, str] | None:
        """Let a browser in by its token, once; returns the visit and the key of its cookie.

        The same browser may come again by the same address. None where the token is nobody's, was
        used by another browser, or is too old.
        """
        with self.desk.store.write() as connection:
            visit = shop.by_start(connection, hash_of(token))
            if visit is None or self.desk.is_over(visit.expires_at):
                return None
            if visit.state == shop.OPEN and key and visit.key_hash == hash_of(key):
                return visit, key
            fresh = new_secret()
            if visit.state != shop.WAITING:
                return None
            if not shop.change(connection, visit, shop.OPEN, key_hash=hash_of(fresh)):
                return None
            return visit, fresh

    def visit(self, number: int, key: str | None) -> Visit | None:
        """Return the open visit of a browser by the key of its cookie."""
        with self.desk.store.read() as connection:
            found = shop.one(connection, number)
        if found is None or key is None or found.key_hash != hash_of(key):
            return None
        is_open = found.state == shop.OPEN and not self.desk.is_over(found.expires_at)
        return found if is_open else None

    def choose(self, visit: Visit, item: CatalogItem, quantity: Decimal | None) -> bool:
        """Have `quantity` of an item in the basket, none where it is None."""
        if visit.operation == "inspect":
            return False
        basket = [one for one in basket_of(visit) if one.sku != item.sku]
        known = next((one for one in basket_of(visit) if one.sku == item.sku), None)
        if quantity is not None:
            auxiliary = known.auxiliary if known else f"v{visit.id};{item.sku}"
            basket.append(Chosen(sku=item.sku, quantity=quantity, auxiliary=auxiliary))
        if len(basket) > LINES_MAX:
            return False
        with self.desk.store.write() as connection:
            return shop.change(connection, visit, shop.OPEN, basket=_json.encode(basket))

    def leave(self, visit: Visit, partner: Partner, *, with_cart: bool) -> Leaving | None:
        """End a visit; returns the form that goes back, None where it has ended already.

        Without a cart, a session that created one is cancelled by an empty cart, and one that
        edited or looked is left as it was.
        """
        changes = with_cart and visit.operation != "inspect"
        leaving = self._leaving(visit, partner, changes=changes)
        state = shop.RETURNED if changes else shop.CANCELLED
        with self.desk.store.write() as connection:
            return leaving if shop.change(connection, visit, state) else None

    def _leaving(self, visit: Visit, partner: Partner, *, changes: bool) -> Leaving:
        lines = self._lines(visit) if changes else ()
        if visit.protocol == "oci":
            return Leaving(
                address=visit.return_url,
                fields=tuple(_oci(visit, lines, self.catalog.currency)),
            )
        now = self.desk.now()
        cart = Cart(
            buyer_cookie=visit.cookie,
            operation="edit",
            currency=self.catalog.currency,
            total=sum((self._amount(line) for line in lines), Decimal("0.00")),
            lines=lines,
        )
        envelope = outgoing(partner, new_payload_id(now), now, test=visit.test)
        unchanged = not changes and visit.operation != "create"
        document = written_cart(cart, envelope, _NO_CHANGE if unchanged else None)
        name = partner.connection.cart_field
        return Leaving(address=visit.return_url, fields=((name, _packed(name, document)),))

    def _lines(self, visit: Visit) -> tuple[CartLine, ...]:
        found = ((one, self.catalog.item(one.sku)) for one in basket_of(visit))
        known = ((one, item) for one, item in found if item is not None)
        return tuple(
            item.line(place, one.quantity, one.auxiliary)
            for place, (one, item) in enumerate(known, 1)
        )

    def _amount(self, line: CartLine) -> Decimal:
        item = self.catalog.item((line.item.supplier_part if line.item else None) or "")
        return item.amount(line.quantity) if item and line.quantity else Decimal(0)


def basket_of(visit: Visit) -> list[Chosen]:
    """Return the lines of a basket."""
    return msgspec.json.decode(visit.basket, type=list[Chosen])


def _packed(name: str, document: bytes) -> str:
    """Return a document as a form's field holds it (cXML 1.2, "Returning to the buyer").

    Urlencoded it is US-ASCII with character references: whatever the browser encodes again, stays.
    """
    if name == "cxml-base64":
        return base64.b64encode(document).decode()
    return document.decode().encode("ascii", "xmlcharrefreplace").decode()


def _oci(visit: Visit, lines: tuple[CartLine, ...], currency: str) -> list[tuple[str, str]]:
    echo: Mapping[str, str] = msgspec.json.decode(visit.echo or b"{}", type=dict[str, str])
    fields = [(name, value) for name, value in echo.items() if name.startswith("~")]
    for place, line in enumerate(lines, 1):
        told = [*_oci_line(line), ("CURRENCY", currency)]
        fields += [(f"NEW_ITEM-{name}[{place}]", value) for name, value in told if value]
    return fields


def _oci_line(line: CartLine) -> list[tuple[str, str | None]]:
    item, basis = line.item, line.price_basis
    if item is None:
        return []
    price, per = _three_decimals(line.unit_price or Decimal(0), basis)
    return [
        ("DESCRIPTION", (item.description or "")[:40]),
        ("QUANTITY", f"{line.quantity:.3f}"),
        ("UNIT", line.uom),
        ("PRICE", f"{price:.3f}"),
        ("PRICEUNIT", plain(per)),
        ("LEADTIME", None if line.lead_time_days is None else str(line.lead_time_days)),
        ("VENDORMAT", item.supplier_part),
        ("MANUFACTMAT", item.manufacturer_part),
        ("MANUFACTCODE", item.manufacturer),
        ("MATGROUP", item.classifications.get("UNSPSC")),
        ("EXT_PRODUCT_ID", item.supplier_part_aux),
    ]


def _three_decimals(price: Decimal, basis: PriceBasis | None) -> tuple[Decimal, Decimal]:
    """Return a price and the number it is for as OCI has room: a finer price is for more pieces."""
    per = basis.quantity if basis and basis.quantity else Decimal(1)
    while price != round(price, _OCI_DECIMALS):
        price, per = price * 10, per * 10
    return price, per
