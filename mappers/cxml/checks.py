"""What orders and carts say that cannot be meant, and sums that do not add up."""

from collections.abc import Iterator
from decimal import Decimal

from msgspec.structs import replace

from mappers.asking import place_of, text_at
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
        problems += _total(order, form, "OrderRequestHeader/Total/Money", (added, taxes))
    return replace(order, problems=(*order.problems, *problems))


def cart_problems(cart: Cart, form: Form) -> Cart:
    """Return `cart` with what is odd about its quantities, currencies and total."""
    added = [cart.shipping] if cart.shipping else []
    taxes = [cart.tax] if cart.tax else []
    problems = (
        *_quantities(cart.lines, form, "ItemIn"),
        *_currencies(cart.currency, form, "ItemIn"),
        *_total(cart, form, "PunchOutOrderMessageHeader/Total/Money", (added, taxes)),
    )
    return replace(cart, problems=(*cart.problems, *problems))


def _quantities(lines: tuple[OrderLine, ...], form: Form, name: str) -> Iterator[Problem]:
    asked = [(index, line.number, line.quantity) for index, line in enumerate(lines)]
    wrong = [one for one in asked if one[2] is not None and one[2] <= _ZERO]
    groups = list(form.each(name)) if wrong else []
    for index, number, quantity in wrong:
        is_negative = quantity != _ZERO
        yield Problem(
            code="cxml.negative_quantity" if is_negative else "cxml.zero_quantity",
            severity="error" if is_negative else "warning",
            message=f"line {number} asks for {quantity:f}",
            at=place_of(groups[index], "@quantity"),
            found=f"{quantity:f}",
            expected="a quantity above 0",
            pointer=f"/lines/{index}/quantity",
            remedy="Say how much is wanted; leave out a line that is not wanted.",
        )


def _currencies(currency: str | None, form: Form, name: str) -> Iterator[Problem]:
    path = "ItemDetail/UnitPrice/Money/@currency"
    prices = form.each(f"{name}/ItemDetail/UnitPrice/Money")
    if not currency or all((text_at(one, "@currency") or "") in {"", currency} for one in prices):
        return
    for index, line in enumerate(form.each(name)):
        stated = (text_at(line, path) or "").upper()
        if stated and stated != currency:
            yield Problem(
                code="cxml.mixed_currency",
                severity="warning",
                message=f"a line is priced in {stated}, the whole in {currency}",
                at=place_of(line, path),
                found=stated,
                expected=currency,
                pointer=f"/lines/{index}/unit_price",
                remedy="Price all lines of a document in one currency.",
            )


def _total(
    whole: PurchaseOrder | Cart,
    form: Form,
    path: str,
    others: tuple[list[Decimal], list[Decimal]],
) -> Iterator[Problem]:
    """Compare the total at `path` with the lines.

    Senders count the `others`, charges and taxes, in, or do not.
    """
    lines, total, currency = whole.lines, whole.total, whole.currency
    amounts = [extended(line) for line in lines]
    known = [amount for amount in amounts if amount is not None]
    if total is None or not known or len(known) != len(lines):
        return
    goods, extra, tax = sum(known, _ZERO), *(sum(one, _ZERO) for one in others)
    slack = tolerance(currency) * len(known)
    if all(
        abs(total - way) > slack for way in (goods, goods + extra, goods + tax, goods + extra + tax)
    ):
        yield Problem(
            code="cxml.total",
            severity="warning",
            message="the lines do not add up to the total",
            at=place_of(form, path),
            found=f"{total:f}",
            expected=f"{goods.normalize():f}",
            pointer="/total",
            remedy="Check quantities, prices and price bases.",
        )
