"""The total of a claim: its parts must add up to it, and it is never exceeded (S7.3, S9.3)."""

from decimal import Decimal

from matcher.money import UNLIMITED, ZERO, from_words, in_words
from matcher.notes import Calculation, Note
from matcher.opening import sum_of
from matcher.papers import Money, Paper
from matcher.policy import Limits
from matcher.result import Bucket, Source

_BUCKETS: tuple[Bucket, ...] = ("approve", "pend", "dispute")


def settle_total(paper: Paper, limits: Limits) -> Money:
    """Return the claim's three buckets; together they are exactly its stated total.

    A small difference is rounding and goes where the goods go. A larger one is disputed; when the
    total is less than its parts, the lower is believed: disputed money goes first, approved money
    last.
    """
    money, where = paper.goods, paper.goods_bucket
    money.add(paper.extras)
    money.put(where, paper.rounding - paper.unspread)
    difference = paper.total - sum_of(paper)
    if not difference:
        return money
    slack = limits.amount("total.rounding_abs") or ZERO
    is_rounding = _is_rounding(difference, slack)
    _note(paper, limits, difference, "ROUNDING" if is_rounding else "ARITH_TOTAL")
    paper.calculations.append(_calculation(paper, limits, money, slack))
    _settle(money, where, difference, slack)
    return money


def _is_rounding(difference: Decimal, slack: Decimal) -> bool:
    return slack == UNLIMITED or abs(difference) <= slack


def _settle(money: Money, where: Bucket, difference: Decimal, slack: Decimal) -> None:
    """Put the difference between a total and its parts where it belongs."""
    total = money.total + difference
    is_rounding = _is_rounding(difference, slack)
    money.put(where if is_rounding else "dispute", max(difference, ZERO))
    if is_rounding:
        money.put(where, min(difference, ZERO))
    _cut_to(money, total)


def _calculation(paper: Paper, limits: Limits, money: Money, slack: Decimal) -> Calculation:
    """Record how a total that differs from its parts was met; `money` are the parts."""
    inputs = money.recorded()
    inputs |= {"total": in_words(paper.total), "slack": in_words(slack)}
    inputs["goods"] = paper.goods_bucket
    cited = {"total.rounding_abs": limits.cite("total.rounding_abs")}
    return Calculation(rule="S7.3 total", inputs=inputs, outcome=rerun_total(inputs), limits=cited)


def rerun_total(inputs: dict[str, str]) -> dict[str, str]:
    """Compute the outcome of a recorded total again: the three buckets that make it."""
    money = Money.recalled(inputs)
    where = next(bucket for bucket in _BUCKETS if bucket == inputs["goods"])
    difference = from_words(inputs["total"]) - money.total
    _settle(money, where, difference, from_words(inputs["slack"]))
    return money.recorded()


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
