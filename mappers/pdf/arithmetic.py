"""Whether figures multiply out.

Quantity times price, per one, a hundred or a thousand, less a discount.

A product that comes out to the cent is the strongest evidence a page offers: it settles which
columns mean what, which figures make a row, and which decimal sign counts.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

_CENT = Decimal("0.011")
_BASES = (Decimal(1), Decimal(100), Decimal(1000))
_HUNDRED = Decimal(100)
_ROUNDED = 3
_PERCENTS_MAX = Decimal(99)


class Product(NamedTuple):
    """How a line multiplies out.

    The quantity that the price is for, and the discount that counts.
    """

    basis: Decimal
    discount: Decimal


def product(
    quantity: Decimal,
    price: Decimal,
    amount: Decimal,
    *,
    basis: Decimal | None = None,
    discount: Decimal | None = None,
) -> Product | None:
    """Return how `quantity` times `price` makes `amount`, None where it does not.

    Signs do not matter: credits print them in every way. `basis` is the printed one, if any;
    `discount`, in percent, may have been applied to the printed price already.
    """
    size, target = abs(quantity * price), abs(amount)
    slack = _CENT + _slack(quantity, price)
    for base in _bases(basis):
        for percent in _percents(discount):
            if abs(size / base * (1 - percent / _HUNDRED) - target) <= slack:
                return Product(base, percent)
    return None


def _bases(basis: Decimal | None) -> Iterator[Decimal]:
    if basis is not None and basis > 0:
        yield basis
    yield from _BASES


def _percents(discount: Decimal | None) -> Iterator[Decimal]:
    if discount is not None and 0 < abs(discount) <= _PERCENTS_MAX:
        yield abs(discount)
    yield Decimal(0)


def _slack(quantity: Decimal, price: Decimal) -> Decimal:
    """Return what a price that was rounded to three decimals or more may be off.

    Times the quantity.
    """
    exponent = price.as_tuple().exponent
    if not isinstance(exponent, int) or exponent > -_ROUNDED:
        return Decimal(0)
    return min(abs(quantity) * Decimal(5).scaleb(exponent - 1), Decimal("0.05"))
