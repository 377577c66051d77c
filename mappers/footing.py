"""Whether the parts of an invoice make its total.

Senders put the same allowance on the lines, into the summary, or into both, and round each line or
only the sum. The readings are tried in this order, and one that fits is enough:

    lines + header adjustments + taxes
    lines + header adjustments + line adjustments + taxes
    lines + line adjustments + taxes

Allowances that are settled elsewhere (X12 SAC12 01, 04, 05) are in none of them. A tax that is told
as a charge as well counts once.
"""

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from mappers.canonical import Adjustment, Invoice, InvoiceLine, PriceBasis, Problem, Tax

_CENT = Decimal("0.01")
_ZERO = Decimal(0)
_ELSEWHERE = frozenset({"01", "04", "05"})
_TAX_CHARGES = frozenset({"D360", "H650", "H750", "H850"})


class _UnknownError(Exception):
    """A part of the total is not stated as an amount."""


def footing_problem(invoice: Invoice) -> Problem | None:
    """Return a warning where no reading of an invoice's parts makes its total.

    None too where a part is not stated as an amount: then nobody can tell.
    """
    total = invoice.totals.total if invoice.totals else None
    if total is None or not invoice.lines or (invoice.totals and invoice.totals.prepaid):
        return None
    slack = _CENT * len(invoice.lines)
    if _foots_plainly(invoice, total, slack):
        return None
    try:
        sums = list(dict.fromkeys(_sums(invoice)))
    except (_UnknownError, ArithmeticError):
        return None
    if any(abs(one - total) <= slack for one in sums):
        return None
    nearest = min(sums, key=lambda one: abs(one - total))
    return Problem(
        code="invoice.footing",
        severity="warning",
        message=f"the parts of the invoice come to {nearest:f}, but its total is {total:f}",
        found=f"{total:f}",
        expected=f"{nearest:f}, within {slack:f}",
        pointer="/totals/total",
        remedy="Check prices, allowances, charges and taxes, and state each of them once.",
    )


def _foots_plainly(invoice: Invoice, total: Decimal, slack: Decimal) -> bool:
    """Whether quantities times prices and the summary make the total, as for most invoices."""
    plain = [
        line.quantity * line.unit_price
        for line in invoice.lines
        if line.price_basis is None
        and line.amount is None
        and line.quantity is not None
        and line.unit_price is not None
    ]
    if len(plain) < len(invoice.lines):
        return False
    try:
        others = _adjusted(invoice.adjustments) + _taxed(invoice) - total
        return -slack <= sum(plain, others) <= slack
    except (_UnknownError, ArithmeticError):
        return False


def _sums(invoice: Invoice) -> Iterator[Decimal]:
    exact = [_amount(line) for line in invoice.lines]
    rounded = [amount.quantize(_CENT, ROUND_HALF_UP) for amount in exact]
    header = _adjusted(invoice.adjustments)
    by_line = sum((_adjusted(line.adjustments) for line in invoice.lines), _ZERO)
    others = _taxed(invoice) + ((invoice.totals and invoice.totals.rounding) or _ZERO)
    twice = sum((_signed(one) for one in invoice.adjustments if one.code in _TAX_CHARGES), _ZERO)
    for lines in (sum(rounded, _ZERO), sum(exact, _ZERO).quantize(_CENT, ROUND_HALF_UP)):
        for adjusted in (header, header + by_line, by_line):
            yield lines + adjusted + others
            if twice and others:
                yield lines + adjusted - twice + others


def _amount(line: InvoiceLine) -> Decimal:
    if line.amount is not None:
        return line.amount
    if line.quantity is None or line.unit_price is None:
        raise _UnknownError
    basis = line.price_basis or PriceBasis()
    return line.quantity * line.unit_price * (basis.factor or 1) / (basis.quantity or 1)


def _adjusted(adjustments: Iterable[Adjustment]) -> Decimal:
    return sum((_signed(one) for one in adjustments if one.handling not in _ELSEWHERE), _ZERO)


def _signed(one: Adjustment) -> Decimal:
    if one.amount is None:
        raise _UnknownError
    return -one.amount if one.type == "allowance" else one.amount


def _taxed(invoice: Invoice) -> Decimal:
    listed: tuple[Tax, ...] = invoice.taxes or tuple(
        tax for line in invoice.lines for tax in line.taxes
    )
    amounts = [tax.amount for tax in listed if tax.amount is not None]
    if len(amounts) < len(listed):
        raise _UnknownError
    stated = invoice.totals.tax if invoice.totals else None
    return sum(amounts, _ZERO) if listed else stated or _ZERO
