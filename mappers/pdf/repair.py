"""What arithmetic knows better than a scan: a figure that was misread, from the two that were not.

Only scans are repaired, and only where the rest leaves no choice: a quantity that was lost or
hardly legible is the amount divided by the price, if that comes out even. It is told as derived,
never as read.
"""

from decimal import Decimal

from mappers.pdf.arithmetic import Product, product
from mappers.pdf.numbers import Number

_LEGIBLE = 0.88
_QUARTER = Decimal("0.25")
_QUANTITY_MAX = 100_000


def quantity_between(
    quantity: Number | None, price: Number | None, amount: Number | None
) -> tuple[Number, Product] | None:
    """Return the quantity that makes `amount` of `price`, where none was legible on a scan."""
    if price is None or amount is None or not price.value or amount.span.by != "ocr":
        return None
    if quantity is not None and quantity.span.confidence > _LEGIBLE:
        return None
    ratio = (amount.value / price.value / _QUARTER).quantize(Decimal(1)) * _QUARTER
    if not 0 < abs(ratio) <= _QUANTITY_MAX or not (price.is_money and amount.is_money):
        return None
    how = product(ratio, price.value, amount.value)
    if how is None or how.basis != 1:
        return None
    even = ratio.quantize(Decimal(1)) if ratio == ratio.to_integral() else ratio.normalize()
    return Number(value=even, span=(quantity or amount).span, decimals=0), how
