"""What a cart costs: lines by quantity, price and price basis, and their sum in whole cents."""

from decimal import ROUND_HALF_UP, Decimal

from gateway.web import show
from mappers.canonical import Cart, OrderLine


def amount_of(line: OrderLine) -> Decimal | None:
    """Return the extended price of a line (cXML 1.2 PriceBasisQuantity), None without a price."""
    if line.quantity is None or line.unit_price is None:
        return None
    basis = line.price_basis
    factor = basis.factor if basis and basis.factor is not None else Decimal(1)
    per = basis.quantity if basis and basis.quantity else Decimal(1)
    return line.quantity * factor * line.unit_price / per


def total_of(cart: Cart) -> Decimal | None:
    """Return the sum of the lines, None where one has no price."""
    amounts = [amount_of(line) for line in cart.lines]
    known = [one for one in amounts if one is not None]
    if len(known) < len(amounts):
        return None
    return rounded(sum(known, Decimal(0)), cart.currency)


def rounded(amount: Decimal, currency: str | None) -> Decimal:
    """Return an amount in the decimals of its currency."""
    zero = Decimal(show.money(Decimal(0), currency))
    return amount.quantize(zero, ROUND_HALF_UP)


def price_text(price: Decimal, currency: str | None) -> str:
    """Write a price without the zeros that a shop fills its field with."""
    return show.money(Decimal(f"{price.normalize():f}"), currency)
