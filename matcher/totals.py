"""The total of a claim: its parts must add up to it, and it is never exceeded (S7.3, S9.3)."""

from decimal import Decimal

from matcher.money import UNLIMITED, ZERO
from matcher.notes import Note
from matcher.opening import sum_of
from matcher.papers import Money, Paper
from matcher.policy import Limits
from matcher.result import Source


def settle_total(paper: Paper, limits: Limits) -> Money:
    """Return the claim's three buckets; together they are exactly its stated total.

    A small difference is rounding and goes where the goods go. A larger one is disputed; when the
    total is less than its parts, the lower is believed: disputed money goes first, approved money
    last.
    """
    where = paper.goods_bucket
    paper.extras.put(where, paper.rounding - paper.unspread)
    difference = paper.total - sum_of(paper)
    slack = limits.amount("total.rounding_abs") or ZERO
    if difference:
        is_rounding = slack == UNLIMITED or abs(difference) <= slack
        _note(paper, limits, difference, "ROUNDING" if is_rounding else "ARITH_TOTAL")
        paper.extras.put(where if is_rounding else "dispute", max(difference, ZERO))
        if is_rounding:
            paper.extras.put(where, min(difference, ZERO))
    money = paper.goods
    money.add(paper.extras)
    _cut_to(money, paper.total)
    return money


def _cut_to(money: Money, total: Decimal) -> None:
    """Make three buckets add up to `total`, approved first; none turns negative by it."""
    if money.total == total:
        return
    money.approve = _cut(money.approve, total)
    money.pend = _cut(money.pend, total - money.approve)
    money.dispute = total - money.approve - money.pend


def _cut(amount: Decimal, most: Decimal) -> Decimal:
    return min(amount, max(ZERO, most) if amount >= 0 else most)


def _note(paper: Paper, limits: Limits, difference: Decimal, code: str) -> None:
    values = {"total": paper.total, "sum": sum_of(paper), "difference": abs(difference)}
    note = Note(
        code=code,
        money=abs(difference),
        values=values,
        sources=(Source(paper.claim.id, "/totals/total"),),
        rule=limits.cite("total.rounding_abs"),
    )
    paper.notes.append(note)
