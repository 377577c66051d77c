"""PunchOutOrderMessage: a cart that comes back from a supplier's shop, not yet an order."""

from mappers.canonical import Cart, CartLine
from mappers.convert import identifier, integer
from mappers.cxml.checks import cart_problems
from mappers.cxml.convert import amount, currency
from mappers.cxml.items import PRICED
from mappers.cxml.parties import ADDRESSED, header_party
from mappers.rules import Each, One, Table, Take

_HEAD = "PunchOutOrderMessageHeader"

LINE = Table(
    "PunchOutOrderMessage line",
    CartLine,
    (
        *PRICED,
        Take("lead_time_days", "ItemDetail/LeadTime", integer),
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
