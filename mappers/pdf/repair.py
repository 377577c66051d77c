"""What arithmetic knows better than a scan: a figure that was misread, from the two that were not.

Only scans are repaired, and only where the rest leaves no choice: a quantity that was lost or
hardly legible is the amount divided by the price, if that comes out even. It is told as derived,
never as read.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import product as combinations

from mappers.pdf.arithmetic import Product, product
from mappers.pdf.numbers import Number

_LEGIBLE = 0.88
_DIGITS_OF_CENTS, _DIGITS_OF_TENTHS = 3, 2
_DOLLARS = "58"
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


def is_misread(number: Number, meant: Decimal) -> bool:
    """Whether a scan's `number` may be `meant`: a digit is another, or the first one a dollar."""
    if number.span.by != "ocr" or meant <= 0:
        return False
    text = number.span.text.strip()
    read = "".join(letter for letter in text if letter.isdigit())
    true = f"{meant:.2f}".replace(".", "")
    if text[:1] == "$" and true[0] in _DOLLARS and true[1:] == read:
        return True
    return len(read) == len(true) > _DIGITS_OF_CENTS and sum(map(str.__ne__, read, true)) == 1


def multiplied(
    quantity: Number | None,
    price: Number | None,
    amount: Number | None,
    basis: Number | None,
    discount: Number | None,
) -> tuple[Number, Number, Number, Product] | None:
    """Return the figures with the values by which they multiply out, and how they do."""
    if quantity is None or price is None or amount is None:
        return None
    choices = [*_readings(quantity), *_tenths(quantity)], _readings(price), _readings(amount)
    for q, p, a in combinations(*choices):
        how = product(
            q.value,
            p.value,
            a.value,
            basis=basis.value if basis else None,
            discount=discount.value if discount else None,
        )
        if how:
            return *_signed(q, p, a), a, how
    return None


def _readings(number: Number) -> Iterator[Number]:
    """Yield a number by the document's sign, by the other, and as a scan may have spoilt it.

    With a point that it lost, with a first 5 or 8 that became a dollar.
    """
    yield number
    if number.other is not None:
        yield number._replace(value=number.other)
    if _is_bare(number, _DIGITS_OF_CENTS):
        yield number._replace(value=number.value / 100, decimals=2)
    if number.span.by == "ocr" and number.span.text.startswith("$"):
        whole = len(str(int(abs(number.value))))
        for digit in map(int, _DOLLARS):
            yield number._replace(value=number.value + Decimal(digit).scaleb(whole))


def _tenths(quantity: Number) -> Iterator[Number]:
    """Yield a quantity with the point before its last digit that a scan lost: 15 hours are 1.5."""
    if _is_bare(quantity, _DIGITS_OF_TENTHS):
        yield quantity._replace(value=quantity.value / 10, decimals=1)


def _is_bare(number: Number, least: int) -> bool:
    """Whether a scan has `number` as digits alone, as many as `least`."""
    digits = number.span.text.strip("$€£- ")
    return number.span.by == "ocr" and digits.isdigit() and len(digits) >= least


def _signed(quantity: Number, price: Number, amount: Number) -> tuple[Number, Number]:
    """Return a scan's quantity and price without the minus that is dirt beside a plain amount."""
    if quantity.span.by != "ocr" or amount.value < 0 or quantity.value * price.value >= 0:
        return quantity, price
    return (
        quantity._replace(value=abs(quantity.value)),
        price._replace(value=abs(price.value)),
    )
