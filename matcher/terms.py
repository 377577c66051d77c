"""Payment terms: when to pay, and until when a discount is open (S7.7).

The order's terms pay; with `terms.choose = best` the supplier's do where they are better for us.
Discount money is taken on approved goods only, never on tax or charges.
"""

import calendar
import datetime as dt
from decimal import Decimal
from typing import Literal

from msgspec import Struct, to_builtins
from msgspec.json import decode, encode

from matcher.entries import PayTerms
from matcher.money import HUNDRED, ONE, ZERO, from_words, in_words, rounded
from matcher.notes import Calculation, Note
from matcher.papers import Paper
from matcher.policy import Limits
from matcher.result import Source, TermsResult

_YEAR = 365
_LONGEST_TERM = 3660
_LAST_DAY = dt.date.max.toordinal()
_TENTH = Decimal("0.1")
_CITED = ("terms.baseline", "terms.choose")


class Basis(Struct, frozen=True):
    """What terms are applied to: the money approved, the day they count from, and today."""

    approved: Decimal
    unit: Decimal
    base: dt.date | None
    as_of: dt.date


def settle_terms(paper: Paper, limits: Limits, as_of: dt.date) -> TermsResult | None:
    """Return when and how cheaply a claim is to be paid; notes how its terms differ."""
    order = next((one for one in paper.orders if one.order.terms), None)
    ordered, stated = order.order.terms if order else None, paper.claim.terms
    comparison = _compare(ordered, stated)
    if order and comparison:
        values = {"ordered": _in_words(ordered), "stated": _in_words(stated)}
        sources = (Source(paper.claim.id, "/terms"), Source(order.order.id, "/terms"))
        rule = limits.cite("terms.choose")
        code = "TERMS_BETTER" if comparison > 0 else "TERMS_WORSE"
        paper.notes.append(Note(code=code, values=values, sources=sources, rule=rule))
    base = _baseline(paper, limits.choice("terms.baseline"))
    basis = Basis(paper.goods.approve, paper.unit, base, as_of)
    result = _applied(ordered, stated, limits.choice("terms.choose"), basis)
    if result and (comparison or result.discount_until):
        paper.calculations.append(_calculation(ordered, stated, limits, basis))
    return result


def _applied(
    ordered: PayTerms | None, stated: PayTerms | None, choose: str, basis: Basis
) -> TermsResult | None:
    """Apply the order's terms, or the invoice's where they are to be taken."""
    takes_invoice = choose == "best" and _compare(ordered, stated) > 0
    if ordered and not takes_invoice:
        return _dated("po", ordered, basis)
    return _dated("invoice", stated, basis) if stated else None


def _compare(ordered: PayTerms | None, stated: PayTerms | None) -> int:
    """Return 1 when the invoice's terms are better for us, -1 when they are worse, 0 when alike.

    Better means: nothing worse, and something better. Anything worse makes them worse.
    """
    if not ordered or not stated:
        return 0
    ours, theirs = _merits(ordered), _merits(stated)
    if any(their < our for our, their in zip(ours, theirs, strict=True)):
        return -1
    return int(theirs != ours)


def _merits(terms: PayTerms) -> tuple[Decimal, ...]:
    """Return what is good for the payer: later, end of month, more discount, for longer."""
    percent = terms.percent or ZERO
    days = (terms.days or 0) if percent else 0
    return (Decimal(terms.net_days or 0), Decimal(terms.end_of_month), percent, Decimal(days))


def _dated(source: Literal["po", "invoice"], terms: PayTerms, basis: Basis) -> TermsResult:
    base = basis.base
    due = terms.net_date or _due(base, terms)
    percent, until = terms.percent or ZERO, terms.discount_date
    if until is None and base and terms.days is not None:
        until = _after(base, terms.days)
    if not percent or until is None:
        return TermsResult(source=source, due=due)
    return TermsResult(
        source=source,
        due=due,
        discount_until=until,
        discount_amount=rounded(basis.approved * percent / HUNDRED, basis.unit),
        discount_open=basis.as_of <= until,
        per_year=_per_year(percent / HUNDRED, until, due),
    )


def _due(base: dt.date | None, terms: PayTerms) -> dt.date | None:
    """End-of-month terms count from the last day of the month."""
    if base is None or terms.net_days is None:
        return None
    if terms.end_of_month:
        base = base.replace(day=calendar.monthrange(base.year, base.month)[1])
    return _after(base, terms.net_days)


def _after(date: dt.date, days: int) -> dt.date | None:
    """Return the date `days` later, or None where there is no such day, or the terms are absurd."""
    day = date.toordinal() + days
    return dt.date.fromordinal(day) if 0 <= days <= _LONGEST_TERM and day <= _LAST_DAY else None


def _baseline(paper: Paper, choice: str) -> dt.date | None:
    invoiced = paper.claim.date
    received = max(
        (date for sheet in paper.sheets if sheet.account for date in sheet.account.receipt_dates),
        default=None,
    )
    if choice == "invoice_date":
        return invoiced
    if choice == "receipt_date":
        return received
    known = [date for date in (invoiced, received) if date]
    return max(known, default=None)


def _per_year(share: Decimal, until: dt.date, due: dt.date | None) -> Decimal | None:
    """Return what the discount is worth in percent a year: d / (1 - d) x 365 / days earlier."""
    if due is None or due <= until or share >= 1:
        return None
    yearly = share / (ONE - share) * _YEAR / (due - until).days * HUNDRED
    return rounded(yearly, _TENTH)


def _in_words(terms: PayTerms | None) -> str:
    if terms is None:
        return "none"
    parts = []
    if terms.percent:
        parts.append(f"{terms.percent:f} % within {terms.days or 0} days")
    if terms.net_days is not None:
        parts.append(f"net {terms.net_days} days{' from end of month' * terms.end_of_month}")
    return ", ".join(parts) or "dates only"


def _calculation(
    ordered: PayTerms | None, stated: PayTerms | None, limits: Limits, basis: Basis
) -> Calculation:
    inputs = {
        "choose": limits.choice("terms.choose"),
        "approved": in_words(basis.approved),
        "unit": in_words(basis.unit),
        **({"base": basis.base.isoformat()} if basis.base else {}),
        **({"ordered": _recorded(ordered)} if ordered else {}),
        **({"stated": _recorded(stated)} if stated else {}),
    }
    return Calculation(
        rule="S7.7",
        inputs=inputs,
        outcome=rerun_terms(inputs),
        limits={key: limits.cite(key) for key in _CITED},
    )


def rerun_terms(inputs: dict[str, str]) -> dict[str, str]:
    """Compute the outcome of recorded terms again: when to pay, and what an early payer saves.

    Whether the discount is still open is left out: it turns with the day, and nothing else should.
    """
    ordered, stated = _recalled(inputs.get("ordered")), _recalled(inputs.get("stated"))
    base = dt.date.fromisoformat(inputs["base"]) if "base" in inputs else None
    basis = Basis(from_words(inputs["approved"]), from_words(inputs["unit"]), base, dt.date.min)
    result = _applied(ordered, stated, inputs["choose"], basis)
    told = to_builtins(result, builtin_types=(Decimal,)) if result else {}
    return {name: f"{one}" for name, one in told.items() if name != "discount_open"}


def _recorded(terms: PayTerms) -> str:
    return encode(terms).decode()


def _recalled(text: str | None) -> PayTerms | None:
    return None if text is None else decode(text, type=PayTerms)
