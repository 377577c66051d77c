"""Purchase orders, their changes and cancellations, as facts (S1.1)."""

from collections.abc import Iterable
from decimal import Decimal, localcontext

from mappers.canonical import Adjustment, PriceBasis, PurchaseOrder, Tax, Terms
from mappers.canonical import OrderLine as RecordLine
from matcher.charge_types import charge_type
from matcher.entries import Charge, Order, OrderLine, PayTerms
from matcher.money import EXACT, HUNDRED, ONE, ZERO
from matcher.names import names_of

_PARTIAL_CHANGES = frozenset({"860", "ORDCHG"})
_DELETIONS = frozenset({"DI", "delete", "deleted"})
_GROSS_FORMATS = frozenset({"x12", "edifact"})


def facts_of_order(record: PurchaseOrder, document: str) -> tuple[Order, ...]:
    """Return an order revision; one without a number cannot be matched and says nothing."""
    if not record.number:
        return ()
    with localcontext(EXACT):
        return (_order(record, document),)


def _order(record: PurchaseOrder, document: str) -> Order:
    is_cancel = record.operation == "cancel"
    lines = tuple(_line(record, line, index) for index, line in enumerate(record.lines))
    return Order(
        id=document,
        number=record.number or "",
        revision=_revision(record),
        release=record.release,
        supplier_ids=names_of(record.supplier),
        date=record.date,
        currency=record.currency,
        status="cancelled" if is_cancel else "open",
        partial=is_cancel or _is_partial(record),
        terms=pay_terms(record.terms),
        charges=tuple(_charges(record.adjustments)),
        discount=_header_discount(record),
        limit=record.total if record.type == "blanket" else None,
        lines=() if is_cancel else lines,
    )


def _is_partial(record: PurchaseOrder) -> bool:
    return record.operation == "change" and record.source.type in _PARTIAL_CHANGES


def _revision(record: PurchaseOrder) -> int | None:
    """Return the stated revision; a new order without one is the first."""
    if record.revision and record.revision.isdigit():
        return int(record.revision)
    return None if record.operation in {"change", "cancel"} else 0


def _line(record: PurchaseOrder, line: RecordLine, index: int) -> OrderLine:
    item = line.item
    change = line.fields.get("change", "")
    is_amount = line.quantity is None and line.unit_price is None and line.amount is not None
    return OrderLine(
        number=line.number or str(index + 1),
        quantity=line.quantity,
        uom=line.uom,
        price=_price(record, line),
        per=per_line_unit(line.price_basis),
        basis="amount" if is_amount else "qty",
        amount=line.amount if is_amount else None,
        tax_rate=_rate(line.taxes) or _rate(record.taxes),
        category=next(iter(item.classifications.values()), None) if item else None,
        description=item.description if item else None,
        vendor_part=item.supplier_part if item else None,
        buyer_part=item.buyer_part if item else None,
        gtin=item.gtin if item else None,
        cancelled=change in _DELETIONS,
        at=f"/lines/{index}",
    )


def per_line_unit(basis: PriceBasis | None) -> Decimal | None:
    """Return how many of the line's units the price buys, or None for one."""
    if basis is None or not (basis.quantity or basis.factor):
        return None
    return (basis.quantity or ONE) / (basis.factor or ONE)


def _price(record: PurchaseOrder, line: RecordLine) -> Decimal | None:
    """Return the net price: X12 and EDIFACT state allowances beside a gross price, others net."""
    price, quantity = line.unit_price, line.quantity
    net = allowed(line.adjustments, ZERO)
    if price is None or not net or not quantity or record.source.format not in _GROSS_FORMATS:
        return price
    per = per_line_unit(line.price_basis) or ONE
    gross = quantity * price / per
    if line.amount is not None and line.amount == gross:
        return price
    return (gross - allowed(line.adjustments, gross)) * per / quantity


def allowed(adjustments: Iterable[Adjustment], base: Decimal) -> Decimal:
    """Return allowances less charges; percentages are taken of `base`."""
    total = ZERO
    for one in adjustments:
        share = base * (one.percent or ZERO) / HUNDRED
        amount = share if one.amount is None else one.amount
        total += amount if one.type == "allowance" else -amount
    return total


def _header_discount(record: PurchaseOrder) -> Decimal | None:
    """Return the header's allowances as a percentage of the goods."""
    found = [one for one in record.adjustments if one.type == "allowance"]
    if not found:
        return None
    goods = sum((_extended(line) for line in record.lines), ZERO)
    if goods <= 0:
        return None
    percent = sum((one.percent or ZERO for one in found if one.amount is None), ZERO)
    money = sum((one.amount for one in found if one.amount is not None), ZERO)
    discount = percent + money * HUNDRED / goods
    return discount if ZERO < discount < HUNDRED else None


def _extended(line: RecordLine) -> Decimal:
    if line.quantity is None or line.unit_price is None:
        return line.amount or ZERO
    return line.quantity * line.unit_price / (per_line_unit(line.price_basis) or ONE)


def _charges(adjustments: Iterable[Adjustment]) -> Iterable[Charge]:
    for one in adjustments:
        if one.type == "charge" and one.amount is not None:
            yield Charge(type=charge_type(one.code, one.reason), amount=one.amount)


def _rate(taxes: Iterable[Tax]) -> Decimal | None:
    """Return the sum of the rates as a fraction, where the document states any."""
    rates = [tax.rate for tax in taxes if tax.rate is not None]
    return sum(rates, ZERO) / HUNDRED if rates else None


def pay_terms(windows: Iterable[Terms]) -> PayTerms | None:
    """Return net days and the best discount of several windows, or None where nothing is stated."""
    listed = list(windows)
    discounts = [one for one in listed if one.discount_percent]
    best = max(discounts, key=lambda one: one.discount_percent or ZERO, default=None)
    net = [one.net_days for one in listed if one.net_days is not None]
    dates = [one.net_date for one in listed if one.net_date is not None]
    if not (best or net or dates):
        return None
    return PayTerms(
        net_days=max(net, default=None),
        net_date=max(dates, default=None),
        percent=best.discount_percent if best else None,
        days=best.discount_days if best else None,
        discount_date=best.discount_date if best else None,
        end_of_month=any(one.end_of_month for one in listed),
    )
