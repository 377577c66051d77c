"""The sums of an EN 16931 invoice, done again (BR-CO-10 to BR-CO-17).

Every difference is a warning with both figures and the rule's name; none is ever corrected.
"""

from collections.abc import Iterator
from decimal import Decimal

from mappers.canonical import Adjustment, Invoice, InvoiceLine, Problem, Totals

CENT = Decimal("0.01")
_LINE_SLACK = Decimal("0.02")
_ZERO = Decimal(0)
_HUNDRED = Decimal(100)


def invoice_problems(invoice: Invoice, for_others: Decimal = _ZERO) -> Iterator[Problem]:
    """Yield a warning for every rule of EN 16931 that the sums of `invoice` break.

    `for_others` is what is collected with it on behalf of third parties (XRechnung extension).
    """
    totals = invoice.totals or Totals()
    for index, line in enumerate(invoice.lines):
        yield from _line(line, index)
    yield from _sum("BR-CO-10", "lines", totals.lines, [line.amount for line in invoice.lines])
    added = (totals.charges or _ZERO) - (totals.allowances or _ZERO)
    if invoice.adjustments and all(one.amount is not None for one in invoice.adjustments):
        stated = totals.allowances is not None or totals.charges is not None
        yield from _equal(
            "BR-CO-11 or 12",
            "allowances",
            -added if stated else None,
            -sum((_signed(one) for one in invoice.adjustments), _ZERO),
        )
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
            rule="R120",
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
        message=f"{pointer.removeprefix('/totals/')} does not follow {rule}",
        at=pointer,
        found=f"{stated:f}",
        expected=f"{due.normalize():f}",
        pointer=pointer,
        remedy="Ask the supplier to correct the document if the difference matters.",
    )
