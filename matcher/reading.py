"""Which reading of a document's money adds up (S7.3).

Formats state the same money in different places: a line's amount before or after its own
allowances, a summary that repeats what the lines say, shipping beside a freight charge, tax as a
tax or as a charge. Of the readings that are possible, the first whose parts make the stated total
is taken; where none does, the plain one, and matching will say that the document does not add up.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import product

from msgspec import Struct

from mappers.canonical import Adjustment, Invoice, InvoiceLine
from matcher.charge_types import TAX, charge_type
from matcher.entries import Charge, TaxAmount
from matcher.from_orders import allowed, per_line_unit
from matcher.money import HUNDRED, ONE, ZERO, minor_unit, rounded

_NOT_ON_INVOICE = frozenset({"01", "04", "05"})
_SLACK = Decimal("0.05")


class Reading(Struct, frozen=True):
    """The money of a document: (stated amount, allowance) by line index, and the header's parts."""

    lines: dict[int, tuple[Decimal | None, Decimal]]
    charges: tuple[Charge, ...]
    allowance: Decimal
    taxes: tuple[TaxAmount, ...]
    sum: Decimal


def read_money(record: Invoice) -> Reading:
    """Return the first reading that makes the stated total, or the plain one."""
    total = record.totals.total if record.totals else None
    readings = list(_readings(record)) if total is not None else [_reading(record, *_PLAIN)]
    slack = max(_SLACK, minor_unit(record.currency) * len(record.lines))
    foots = (one for one in readings if total is not None and abs(one.sum - total) <= slack)
    return next(foots, readings[0])


_PLAIN = (True, True, True)


def _readings(record: Invoice) -> Iterator[Reading]:
    """Yield the possible readings, plainest first; most documents leave only one."""
    by_line = (True, False) if any(line.adjustments for line in record.lines) else (True,)
    by_header = (True, False) if record.adjustments and len(by_line) > 1 else (True,)
    shipping = (True, False) if record.totals and record.totals.shipping else (True,)
    for lines, header, ships in product(by_line, by_header, shipping):
        yield _reading(record, lines, header, ships)


def _reading(record: Invoice, with_lines: bool, with_header: bool, with_shipping: bool) -> Reading:  # noqa: FBT001
    unit = minor_unit(record.currency)
    lines = {
        index: _line_money(line, unit, is_own=with_lines)
        for index, line in enumerate(record.lines)
        if line.type not in {"charge", "tax"}
    }
    net = sum((_net(record.lines[index], money, unit) for index, money in lines.items()), ZERO)
    header = [one for one in record.adjustments if one.handling not in _NOT_ON_INVOICE]
    header = header if with_header else []
    charges, taxes = _charges(record, header, net), _taxes(record)
    if with_shipping and record.totals and record.totals.shipping:
        charges.append(Charge(type="freight", amount=record.totals.shipping))
    charges, taxes = _taxes_apart(charges, taxes)
    allowances = [one for one in header if one.type == "allowance"]
    allowance = rounded(allowed(allowances, net), unit)
    rounding = (record.totals.rounding if record.totals else None) or ZERO
    extras = sum((one.amount for one in charges), ZERO) + sum((one.amount for one in taxes), ZERO)
    return Reading(
        lines=lines,
        charges=tuple(charges),
        allowance=allowance,
        taxes=tuple(taxes),
        sum=net + extras - allowance + rounding,
    )


def _gross(line: InvoiceLine, unit: Decimal) -> Decimal | None:
    if line.quantity is None or line.unit_price is None:
        return None
    return rounded(line.quantity * line.unit_price / (per_line_unit(line.price_basis) or ONE), unit)


def _line_money(
    line: InvoiceLine, unit: Decimal, *, is_own: bool
) -> tuple[Decimal | None, Decimal]:
    """Return a line's amount net of its own allowances, and these; `is_own` where they count."""
    gross, stated = _gross(line, unit), line.amount
    own = rounded(allowed(line.adjustments, gross or stated or ZERO), unit)
    if not own:
        return stated, ZERO
    if stated is None:
        return None, own if is_own else ZERO
    is_net = gross is not None and abs(stated - (gross - own)) <= unit
    if is_net:
        return stated, own
    return (stated - own, own) if is_own else (stated, ZERO)


def _net(line: InvoiceLine, money: tuple[Decimal | None, Decimal], unit: Decimal) -> Decimal:
    amount, own = money
    return amount if amount is not None else (_gross(line, unit) or ZERO) - own


def _charges(record: Invoice, header: Iterable[Adjustment], net: Decimal) -> list[Charge]:
    """Return the charges of the header, and of lines that bill a charge."""
    unit = minor_unit(record.currency)
    found = []
    for one in header:
        if one.type == "charge":
            amount = rounded(-allowed([one], net), unit)
            found.append(Charge(type=charge_type(one.code, one.reason), amount=amount))
    for line in record.lines:
        if line.type == "charge":
            amount = line.amount if line.amount is not None else _gross(line, unit) or ZERO
            name = line.item.description if line.item else None
            found.append(Charge(type=charge_type(None, name), amount=amount))
    return [charge for charge in found if charge.amount]


def _taxes(record: Invoice) -> list[TaxAmount]:
    """Return the header's taxes; else those of the lines; else the stated sum."""
    unit = minor_unit(record.currency)
    lines = [tax for line in record.lines for tax in line.taxes]
    for listed in (record.taxes, lines):
        found = []
        for tax in listed:
            rate = None if tax.rate is None else tax.rate / HUNDRED
            amount = tax.amount
            if amount is None and rate is not None and tax.taxable is not None:
                amount = rounded(rate * tax.taxable, unit)
            if amount is not None:
                found.append(TaxAmount(amount=amount, rate=rate, taxable=tax.taxable))
        if any(tax.amount for tax in found):
            return found
    billed = [line.amount or ZERO for line in record.lines if line.type == "tax"]
    stated = record.totals.tax if record.totals else None
    return [TaxAmount(amount=one) for one in (billed or [stated or ZERO]) if one]


def _taxes_apart(
    charges: list[Charge], taxes: list[TaxAmount]
) -> tuple[list[Charge], list[TaxAmount]]:
    """Take tax out of the charges; one that only repeats the tax total is left out."""
    listed = sum((tax.amount for tax in taxes), ZERO)
    as_charges = [charge for charge in charges if charge.type == TAX]
    if as_charges and sum((one.amount for one in as_charges), ZERO) != listed:
        taxes = [*taxes, *(TaxAmount(amount=charge.amount) for charge in as_charges)]
    return [charge for charge in charges if charge.type != TAX], taxes
