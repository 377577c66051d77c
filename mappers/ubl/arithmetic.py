"""The sums of an EN 16931 invoice, done again (BR-CO-10 to BR-CO-17, BR-S-08 and its kin).

Every difference is a warning with both figures and the rule's name; none is ever corrected.
"""

from collections.abc import Iterator
from decimal import Decimal

from mappers.canonical import Adjustment, Invoice, InvoiceLine, Problem, Totals

CENT = Decimal("0.01")
_LINE_SLACK = Decimal("0.02")
_ZERO = Decimal(0)
_HUNDRED = Decimal(100)
_SAYS = {
    "BR-CO-10": "the amounts of the lines do not add up to their total",
    "BR-CO-11": "the allowances do not add up to their total",
    "BR-CO-12": "the charges do not add up to their total",
    "BR-CO-13": "the total without tax is not that of the lines less allowances plus charges",
    "BR-CO-14": "the tax amounts do not add up to their total",
    "BR-CO-15": "the total with tax is not the total without tax plus the tax",
    "BR-CO-16": "what is due is not the total less what is prepaid, rounded as told",
    "BR-CO-17": "a tax amount is not its base times its rate",
    "BR-S-08": "the base of a tax is not what the lines, allowances and charges of its rate make",
    "PEPPOL-EN16931-R120": "a line's amount is not quantity times price with what it adds",
}
"""What a broken rule means, in words."""


def invoice_problems(invoice: Invoice, for_others: Decimal = _ZERO) -> Iterator[Problem]:
    """Yield a warning for every rule of EN 16931 that the sums of `invoice` break.

    `for_others` is what is collected with it on behalf of third parties (XRechnung extension).
    """
    totals = invoice.totals or Totals()
    for index, line in enumerate(invoice.lines):
        yield from _line(line, index)
    yield from _sum("BR-CO-10", "lines", totals.lines, [line.amount for line in invoice.lines])
    added = (totals.charges or _ZERO) - (totals.allowances or _ZERO)
    if added != sum((_signed(one) for one in invoice.adjustments), _ZERO):
        yield from _adjusted(invoice, "BR-CO-11", "allowances", totals.allowances)
        yield from _adjusted(invoice, "BR-CO-12", "charges", totals.charges)
    if totals.lines is not None:
        yield from _equal("BR-CO-13", "net", totals.net, totals.lines + added)
    if totals.tax is not None:
        yield from _sum("BR-CO-14", "tax", totals.tax, [tax.amount for tax in invoice.taxes])
    if totals.net is not None:
        yield from _equal("BR-CO-15", "total", totals.total, totals.net + (totals.tax or _ZERO))
    if totals.total is not None:
        due = totals.total - (totals.prepaid or _ZERO) + (totals.rounding or _ZERO)
        yield from _equal("BR-CO-16", "due", totals.due, due + for_others)
    yield from _taxes(invoice)


def _adjusted(invoice: Invoice, rule: str, name: str, stated: Decimal | None) -> Iterator[Problem]:
    """Compare the total of allowances or charges with those that are told.

    A negative allowance counts as a charge here, so that both totals are wrong or neither is.
    """
    parts = [one.amount for one in invoice.adjustments if f"{one.type}s" == name]
    if stated is None and not parts:
        return
    if all(part is not None for part in parts):
        due = sum((part for part in parts if part is not None), _ZERO)
        yield from _equal(rule, name, stated if stated is not None else _ZERO, due)


def _signed(adjustment: Adjustment) -> Decimal:
    amount = adjustment.amount or _ZERO
    return amount if adjustment.type == "charge" else -amount


def _line(line: InvoiceLine, index: int) -> Iterator[Problem]:
    """Compare a line with its quantity, price, allowances and charges (PEPPOL-EN16931-R120)."""
    if line.quantity is None or line.unit_price is None or line.amount is None:
        return
    basis = (line.price_basis.quantity if line.price_basis else None) or Decimal(1)
    due = line.quantity * line.unit_price / basis
    due += sum((_signed(one) for one in line.adjustments), _ZERO)
    if abs(line.amount - due) > _LINE_SLACK:
        yield _problem(
            code="ubl.line_amount",
            pointer=f"/lines/{index}/amount",
            stated=line.amount,
            due=due,
            rule="PEPPOL-EN16931-R120",
        )


def _taxes(invoice: Invoice) -> Iterator[Problem]:
    """Compare each tax amount with its base and rate (BR-CO-17)."""
    for index, tax in enumerate(invoice.taxes):
        if tax.amount is None or tax.rate is None or tax.taxable is None:
            continue
        due = tax.taxable * tax.rate / _HUNDRED
        if abs(tax.amount - due) >= CENT:
            yield _problem(
                code="ubl.tax",
                pointer=f"/taxes/{index}/amount",
                stated=tax.amount,
                due=due,
                rule="BR-CO-17",
            )
    yield from _bases(invoice)


def _bases(invoice: Invoice) -> Iterator[Problem]:
    """Compare the base of each tax with the lines of its rate (BR-S-08, BR-Z-08, BR-E-08 ...).

    Allowances and charges of the whole are not told by rate, so that only invoices with one rate,
    or without such, can be compared; several reasons at one rate are taken together.
    """
    told = [(line.amount, [tax.rate for tax in line.taxes]) for line in invoice.lines]
    if any(amount is None or len(rates) != 1 or rates[0] is None for amount, rates in told):
        return
    stated = _by_rate([(tax.rate, tax.taxable) for tax in invoice.taxes])
    due = _by_rate([(rates[0], amount) for amount, rates in told])
    if not stated or (invoice.adjustments and len(stated) > 1):
        return
    added = sum((_signed(one) for one in invoice.adjustments), _ZERO)
    for rate, base in stated.items():
        expected = due.get(rate, _ZERO) + added
        if abs(base - expected) >= CENT:
            index = next(place for place, tax in enumerate(invoice.taxes) if tax.rate == rate)
            yield _problem(
                code="ubl.tax_base",
                pointer=f"/taxes/{index}/taxable",
                stated=base,
                due=expected,
                rule="BR-S-08",
            )


def _by_rate(parts: list[tuple[Decimal | None, Decimal | None]]) -> dict[Decimal, Decimal]:
    found: dict[Decimal, Decimal] = {}
    for rate, amount in parts:
        if rate is None or amount is None:
            return {}
        found[rate] = found.get(rate, _ZERO) + amount
    return found


def _sum(
    rule: str, name: str, stated: Decimal | None, parts: list[Decimal | None]
) -> Iterator[Problem]:
    known = [part for part in parts if part is not None]
    if known and len(known) == len(parts):
        yield from _equal(rule, name, stated, sum(known, _ZERO))


def _equal(rule: str, name: str, stated: Decimal | None, due: Decimal) -> Iterator[Problem]:
    if stated is not None and abs(stated - due) >= CENT:
        yield _problem(
            code="ubl.totals", pointer=f"/totals/{name}", stated=stated, due=due, rule=rule
        )


def _problem(*, code: str, pointer: str, stated: Decimal, due: Decimal, rule: str) -> Problem:
    return Problem(
        code=code,
        severity="warning",
        message=f"{_SAYS[rule]} ({rule})",
        at=pointer,
        found=f"{stated:f}",
        expected=f"{due.normalize():f}",
        pointer=pointer,
        remedy="Ask the supplier to correct the document if the difference matters.",
    )
