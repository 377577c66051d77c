"""Tax: computed again from the lines, and following its base (S7.2).

The rate is the order's where it has one, otherwise the invoice's own; a document that states tax
without any rate is taken at the rate that its amount implies. Charges are part of the base as far
as the document says so. Tax on goods that wait, waits; tax on disputed goods is disputed.
"""

from decimal import Decimal

from msgspec import Struct

from matcher.money import HUNDRED, ONE, ZERO, bare, from_words, in_words, rounded
from matcher.notes import Calculation, Note
from matcher.papers import Money, Paper, Sheet
from matcher.policy import Limits
from matcher.result import Source


class TaxBase(Struct):
    """The base of one rate, in the buckets of what it is made of."""

    rate: Decimal
    money: Money

    def tax(self, amount: Decimal, unit: Decimal) -> Decimal:
        """Return the tax on an amount."""
        return rounded(self.rate * amount, unit)


class TaxDue(Struct, frozen=True):
    """What tax was billed, and what is due on which bases."""

    bases: list[TaxBase]
    billed: Decimal
    expected: Decimal
    slack: Decimal


def lay_tax(paper: Paper, limits: Limits) -> None:
    """Put a claim's tax in its buckets and note how it differs from what is due."""
    billed = paper.tax
    bases, lines = _bases(paper)
    if not bases:
        _follow(paper, billed, [TaxBase(ONE, paper.goods)], exact=False)
        return
    expected = sum((base.tax(base.money.total, paper.unit) for base in bases), ZERO)
    slack = max(limits.amount("tax.abs") or ZERO, paper.unit * lines)
    computed = expected
    gross = _before_allowances(paper)
    if abs(billed - expected) > slack and gross is not None and abs(billed - gross) <= slack:
        expected = billed
    over = billed - expected
    payable = expected if over > slack else billed
    paper.extras.dispute += billed - payable
    _follow(paper, payable, bases, exact=payable == computed)
    if over:
        _note(paper, limits, TaxDue(bases, billed, expected, slack))


def _bases(paper: Paper) -> tuple[list[TaxBase], int]:
    """Return the base of each rate, and how many lines are taxed."""
    found: dict[Decimal, Money] = {}
    lines = 0
    for sheet in paper.sheets:
        rate = rate_of(sheet)
        if rate is not None:
            sign = -1 if sheet.is_negative else 1
            found.setdefault(rate, Money()).add(sheet.money, sign)
            lines += 1
    _add_taxed_charges(paper, found)
    return [TaxBase(rate, found[rate]) for rate in sorted(found)], lines


def _before_allowances(paper: Paper) -> Decimal | None:
    """Return the tax on the goods before header allowances, where that is a right reading as well.

    Some documents tax these; where the order has a rate, it decides, and there is only one reading.
    """
    if not paper.is_spread:
        return None
    bases: dict[Decimal, Decimal] = {}
    for sheet in paper.sheets:
        rate = _stated_rate(sheet)
        if sheet.account and sheet.account.line.tax_rate is not None:
            return None
        if rate is not None:
            billed = -sheet.billed if sheet.is_negative else sheet.billed
            bases[rate] = bases.get(rate, ZERO) + billed + sheet.spread
    return sum((rounded(rate * base, paper.unit) for rate, base in bases.items()), ZERO)


def rate_of(sheet: Sheet) -> Decimal | None:
    """Return the order's rate, or else the invoice's."""
    ordered = sheet.account.line.tax_rate if sheet.account else None
    return _stated_rate(sheet) if ordered is None else ordered


def _stated_rate(sheet: Sheet) -> Decimal | None:
    """Return the line's own rate; the document's only one where no line states any."""
    claim = sheet.paper.claim
    if any(line.tax_rate is not None for line in claim.lines):
        return sheet.line.tax_rate
    rates = {tax.rate for tax in claim.taxes}
    return rates.pop() if len(rates) == 1 else None


def _add_taxed_charges(paper: Paper, bases: dict[Decimal, Money]) -> None:
    """Charges count in the base of a rate as far as the stated base exceeds the goods."""
    charges = paper.extras
    left = charges.total
    for tax in paper.claim.taxes:
        if tax.rate is None or tax.taxable is None or tax.rate not in bases or left <= 0:
            continue
        base = bases[tax.rate]
        taken = min(left, tax.taxable - base.total)
        if taken > 0:
            base.approve += charges.approve * taken / charges.total
            base.pend += charges.pend * taken / charges.total
            base.dispute += charges.dispute * taken / charges.total
            left -= taken


def _follow(paper: Paper, payable: Decimal, bases: list[TaxBase], *, exact: bool) -> None:
    """Share tax out like its base; `exact` where it is the sum of the rates' taxes."""
    if not payable:
        return
    unit = paper.unit
    approved = sum((base.tax(base.money.approve, unit) for base in bases), ZERO)
    kept = sum((base.tax(base.money.approve + base.money.pend, unit) for base in bases), ZERO)
    if not exact:
        whole = sum((base.rate * base.money.total for base in bases), ZERO)
        if whole <= 0:
            paper.extras.put(paper.goods_bucket, payable)
            return
        part = sum((base.rate * base.money.approve for base in bases), ZERO)
        rest = sum((base.rate * base.money.pend for base in bases), ZERO)
        approved = rounded(payable * part / whole, unit)
        kept = rounded(payable * (part + rest) / whole, unit)
    paper.extras.approve += approved
    paper.extras.pend += kept - approved
    paper.extras.dispute += payable - kept


def _note(paper: Paper, limits: Limits, due: TaxDue) -> None:
    over, slack = due.billed - due.expected, due.slack
    other = next((sheet for sheet in paper.sheets if is_other_rate(sheet)), None)
    if abs(over) <= slack:
        code = "TAX_ROUNDING"
    elif other:
        code = "TAX_RATE_MISMATCH"
    else:
        code = "TAX_OVER" if over > 0 else "TAX_UNDER"
    values = {
        "billed": due.billed,
        "expected": due.expected,
        "over": abs(over),
        "slack": slack,
        "sums": ", ".join(
            f"{bare(base.rate * HUNDRED):f} % of {base.money.total:f}" for base in due.bases
        ),
        "rate": _in_percent(_stated_rate(other)) if other else None,
        "ordered_rate": _in_percent(rate_of(other)) if other else None,
    }
    sources = [Source(paper.claim.id, "/taxes")]
    if other and other.account:
        account = other.account
        sources.append(Source(account.order.document_of(account.line), f"{account.line.at}/taxes"))
    note = Note(
        code=code,
        money=abs(over),
        values=values,
        sources=tuple(sources),
        rule=limits.cite("tax.abs"),
    )
    paper.notes.append(note)
    paper.calculations.append(_calculation(paper, limits, due))


def _calculation(paper: Paper, limits: Limits, due: TaxDue) -> Calculation:
    bases = (f"{in_words(one.rate)}:{in_words(one.money.total)}" for one in due.bases)
    inputs = {
        "billed": in_words(due.billed),
        "bases": " ".join(bases),
        "slack": in_words(due.slack),
        "unit": in_words(paper.unit),
    }
    limit = {"tax.abs": limits.cite("tax.abs")}
    return Calculation(rule="S7.2", inputs=inputs, outcome=rerun_tax(inputs), limits=limit)


def rerun_tax(inputs: dict[str, str]) -> dict[str, str]:
    """Compute the outcome of recorded tax again: what is due, what is paid, what is disputed."""
    unit, billed = from_words(inputs["unit"]), from_words(inputs["billed"])
    pairs = (one.split(":") for one in inputs["bases"].split())
    due = sum((rounded(from_words(r) * from_words(b), unit) for r, b in pairs), ZERO)
    paid = due if billed - due > from_words(inputs["slack"]) else billed
    return {"due": in_words(due), "paid": in_words(paid), "disputed": in_words(billed - paid)}


def _in_percent(rate: Decimal | None) -> Decimal | None:
    return None if rate is None else bare(rate * HUNDRED)


def is_other_rate(sheet: Sheet) -> bool:
    """Whether a line states another rate than its order has."""
    ordered = sheet.account.line.tax_rate if sheet.account else None
    stated = _stated_rate(sheet)
    return ordered is not None and stated is not None and ordered != stated
