"""What orders and carts say that cannot be meant, and sums that do not add up."""

from collections.abc import Iterator
from decimal import Decimal

from msgspec.structs import replace

from mappers.asking import text_at
from mappers.canonical import Cart, OrderLine, Problem, PurchaseOrder
from mappers.cxml.arithmetic import extended, tolerance
from parsers.form import Form

_ZERO = Decimal(0)


def order_problems(order: PurchaseOrder, form: Form) -> PurchaseOrder:
    """Return `order` with what is odd about its quantities, currencies and total."""
    added = [one.amount for one in order.adjustments if one.type == "charge" and one.amount]
    taxes = [tax.amount for tax in order.taxes if tax.amount]
    problems = [
        *_quantities(order.lines, form, "ItemOut"),
        *_currencies(order.currency, form, "ItemOut"),
    ]
    if order.type == "standard" and order.operation != "cancel":
        problems += _total(order.lines, order.total, order.currency, added, taxes)
    return replace(order, problems=(*order.problems, *problems))


def cart_problems(cart: Cart, form: Form) -> Cart:
    """Return `cart` with what is odd about its quantities, currencies and total."""
    added = [cart.shipping] if cart.shipping else []
    taxes = [cart.tax] if cart.tax else []
    problems = (
        *_quantities(cart.lines, form, "ItemIn"),
        *_currencies(cart.currency, form, "ItemIn"),
        *_total(cart.lines, cart.total, cart.currency, added, taxes),
    )
    return replace(cart, problems=(*cart.problems, *problems))


def _quantities(lines: tuple[OrderLine, ...], form: Form, name: str) -> Iterator[Problem]:
    for index, line in enumerate(lines):
        if line.quantity is not None and line.quantity <= _ZERO:
            where = list(form.each(name))[index].find("@quantity")
            negative = line.quantity < _ZERO
            yield Problem(
                code="cxml.negative_quantity" if negative else "cxml.zero_quantity",
                severity="error" if negative else "warning",
                message=f"line {line.number} asks for {line.quantity:f}",
                at=where.position.at if where else name,
                found=f"{line.quantity:f}",
                expected="a quantity above 0",
                pointer=f"/lines/{index}/quantity",
                remedy="Say how much is wanted; leave out a line that is not wanted.",
            )


def _currencies(currency: str | None, form: Form, name: str) -> Iterator[Problem]:
    paths = "ItemDetail/UnitPrice/Money/@currency"
    for index, line in enumerate(form.each(name)):
        stated = (text_at(line, paths) or "").upper()
        if currency and stated and stated != currency:
            where = line.find(paths)
            yield Problem(
                code="cxml.mixed_currency",
                severity="warning",
                message=f"a line is priced in {stated}, the whole in {currency}",
                at=where.position.at if where else name,
                found=stated,
                expected=currency,
                pointer=f"/lines/{index}/unit_price",
                remedy="Price all lines of a document in one currency.",
            )


def _total(
    lines: tuple[OrderLine, ...],
    total: Decimal | None,
    currency: str | None,
    added: list[Decimal],
    taxes: list[Decimal],
) -> Iterator[Problem]:
    """Compare the total with the lines; senders count shipping and tax in, or do not."""
    amounts = [extended(line) for line in lines]
    known = [amount for amount in amounts if amount is not None]
    if total is None or not known or len(known) != len(lines):
        return
    goods, extra, tax = sum(known, _ZERO), sum(added, _ZERO), sum(taxes, _ZERO)
    slack = tolerance(currency) * len(known)
    if all(
        abs(total - way) > slack for way in (goods, goods + extra, goods + tax, goods + extra + tax)
    ):
        yield Problem(
            code="cxml.total",
            severity="warning",
            message="the lines do not add up to the total",
            at="Total/Money",
            found=f"{total:f}",
            expected=f"{goods.normalize():f}",
            pointer="/total",
            remedy="Check quantities, prices and price bases.",
        )
