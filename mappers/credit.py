"""The sign of credits: documents state them negative, canonical records positive.

The type of the record says the direction: a credit of 9.19 is 9.19 whatever form it came in.
"""

from decimal import Decimal

from msgspec.structs import replace

from mappers.canonical import Adjustment, Invoice, InvoiceLine, Tax, Totals

_ZERO = Decimal(0)


def direction(invoice: Invoice) -> Decimal | None:
    """Return the amount that tells the direction of the whole; None where none is stated."""
    totals = invoice.totals or Totals()
    stated = (totals.total, totals.due, totals.net, totals.lines)
    amounts = [line.amount for line in invoice.lines if line.amount is not None]
    return next((value for value in stated if value), sum(amounts, _ZERO) if amounts else None)


def turned(invoice: Invoice) -> Invoice:
    """Return an invoice of negative amounts with all its signs turned."""
    totals = invoice.totals
    return replace(
        invoice,
        lines=tuple(map(_turned_line, invoice.lines)),
        taxes=tuple(map(_turned_tax, invoice.taxes)),
        adjustments=tuple(map(_turned_adjustment, invoice.adjustments)),
        totals=totals and _turned_totals(totals),
    )


def _turned_totals(totals: Totals) -> Totals:
    return Totals(
        **{
            name: None if value is None else -value
            for name in totals.__struct_fields__
            for value in (getattr(totals, name),)
        }
    )


def _turned_line(line: InvoiceLine) -> InvoiceLine:
    """Turn a line's amount, and whichever of its factors carried the sign."""
    quantity, price = line.quantity, line.unit_price
    if quantity is not None and quantity < _ZERO:
        quantity = -quantity
    elif price is not None and price < _ZERO:
        price = -price
    elif quantity is not None and line.amount is not None and line.amount > _ZERO:
        quantity = -quantity
    return replace(
        line,
        quantity=quantity,
        unit_price=price,
        amount=_turned(line.amount),
        taxes=tuple(map(_turned_tax, line.taxes)),
        adjustments=tuple(map(_turned_adjustment, line.adjustments)),
        accounting=tuple(replace(one, amount=_turned(one.amount)) for one in line.accounting),
    )


def _turned_tax(tax: Tax) -> Tax:
    return replace(tax, taxable=_turned(tax.taxable), amount=_turned(tax.amount))


def _turned_adjustment(adjustment: Adjustment) -> Adjustment:
    other = "charge" if adjustment.type == "allowance" else "allowance"
    return replace(adjustment, type=other)


def _turned(value: Decimal | None) -> Decimal | None:
    return None if value is None else -value


def negated(invoice: Invoice) -> Invoice:
    """Return a credit as documents state it: quantities and amounts negative, prices not."""
    totals = invoice.totals
    return replace(
        invoice,
        lines=tuple(map(_negated_line, invoice.lines)),
        taxes=tuple(map(_turned_tax, invoice.taxes)),
        adjustments=tuple(map(_negated_adjustment, invoice.adjustments)),
        totals=totals and _turned_totals(totals),
    )


def _negated_line(line: InvoiceLine) -> InvoiceLine:
    return replace(
        line,
        quantity=_turned(line.quantity),
        amount=_turned(line.amount),
        taxes=tuple(map(_turned_tax, line.taxes)),
        adjustments=tuple(map(_negated_adjustment, line.adjustments)),
        accounting=tuple(replace(one, amount=_turned(one.amount)) for one in line.accounting),
    )


def _negated_adjustment(adjustment: Adjustment) -> Adjustment:
    return replace(adjustment, amount=_turned(adjustment.amount))
