"""PunchOutOrderMessage, both ways: a cart from a supplier's shop, not yet an order."""

from decimal import Decimal

from mappers.canonical import Cart, CartLine, Item
from mappers.convert import identifier, integer
from mappers.cxml.checks import cart_problems
from mappers.cxml.convert import amount, currency
from mappers.cxml.envelope import message
from mappers.cxml.items import PRICED
from mappers.cxml.nodes import (
    address,
    comments,
    distribution,
    item_detail,
    item_id,
    money,
    node,
    number,
    optional,
    spoken,
)
from mappers.cxml.parties import ADDRESSED, header_party
from mappers.rules import Each, One, Table, Take
from mappers.writing import Outgoing
from parsers.form import Node

_HEAD = "PunchOutOrderMessageHeader"

LINE = Table(
    "PunchOutOrderMessage line",
    CartLine,
    (
        *PRICED,
        Take("lead_time_days", "ItemDetail/LeadTime", integer, severity="warning"),
        Take("quote_status", f"../{_HEAD}/@quoteStatus"),
    ),
)

CART = Table(
    "PunchOutOrderMessage",
    Cart,
    (
        Take("buyer_cookie", "BuyerCookie"),
        Take("operation", f"{_HEAD}/@operationAllowed"),
        Take(
            "currency",
            (f"{_HEAD}/Total/Money/@currency", "ItemIn/ItemDetail/UnitPrice/Money/@currency"),
            currency,
        ),
        One("supplier", header_party("supplier", "From", "Contact")),
        Take("total", f"{_HEAD}/Total/Money", amount),
        Take("shipping", f"{_HEAD}/Shipping/Money", amount),
        Take("tax", f"{_HEAD}/Tax/Money", amount),
        One("ship_to", ADDRESSED, f"{_HEAD}/ShipTo/Address"),
        Each("lines", "ItemIn", LINE),
        Take("fields.status", "../Status/@code", identifier),
        Take("fields.supplier_order", f"{_HEAD}/SupplierOrderInfo/@orderID", identifier),
    ),
    finish=cart_problems,
)


def punchout_order_message(cart: Cart, outgoing: Outgoing) -> Node:
    """Return a cart as the PunchOutOrderMessage that brings it back to the buyer."""
    currency, statuses = cart.currency, {line.quote_status for line in cart.lines}
    head = node(
        _HEAD,
        money("Total", cart.total, currency),
        node("ShipTo", address(cart.ship_to)) if cart.ship_to else None,
        _sum("Shipping", cart.shipping, currency),
        _sum("Tax", cart.tax, currency),
        operationAllowed=cart.operation or "create",
        quoteStatus="pending" if "pending" in statuses else None,
    )
    items = (
        node(
            "ItemIn",
            item_id(line.item or Item()),
            item_detail(line, currency, optional("LeadTime", number(line.lead_time_days))),
            *(distribution(split, currency) for split in line.accounting),
            *comments(line.notes[:1]),
            quantity=number(line.quantity) or "",
            lineNumber=line.number,
        )
        for line in cart.lines
    )
    cookie = node("BuyerCookie", cart.buyer_cookie)
    return message(
        node("PunchOutOrderMessage", cookie, head, *items), outgoing, cart.supplier, None
    )


def _sum(name: str, amount: Decimal | None, currency: str | None) -> Node | None:
    if amount is None:
        return None
    return money(name, amount, currency, spoken("Description", None))
