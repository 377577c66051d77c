"""Charges on top of the goods: freight, handling, packaging (S7.1).

Each kind is limited over all invoices of the same orders, in canonical order: what was planned and
its tolerance, or the allowance for what nobody planned. Charges go where the goods go.
"""

from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct

from matcher.accounts import OrderAccount
from matcher.money import HUNDRED, UNLIMITED, ZERO, from_words, in_words, rounded
from matcher.notes import Calculation, Note
from matcher.papers import Paper
from matcher.policy import Limits
from matcher.result import Source


class ChargeLimit(Struct, frozen=True):
    """What a kind of charge may cost a set of orders, and how much of it is used."""

    kind: str
    planned: Decimal
    allowed: Decimal
    used: Decimal
    is_planned: bool


class ChargePools:
    """How much of each kind of charge is used up, over all claims laid so far."""

    def __init__(self) -> None:
        self._used: dict[tuple[OrderAccount, str], dict[Paper, Decimal]] = {}

    def lay(self, paper: Paper, limits: Limits) -> None:
        """Put a claim's charges in their buckets and note what is beyond the limit."""
        for kind, billed in sorted(paper.charges.items()):
            if paper.goods_bucket == "dispute":
                paper.extras.dispute += billed
            else:
                self._lay_kind(paper, limits, kind, billed)

    def _lay_kind(self, paper: Paper, limits: Limits, kind: str, billed: Decimal) -> None:
        orders = paper.orders
        limit = self._limit(paper, orders, limits, kind)
        passed = _passed(limit, billed, paper.unit)
        allowed = billed if paper.is_credit else passed
        for order in orders:
            self._used.setdefault((order, kind), {})[paper] = allowed * paper.direction
        paper.extras.put(paper.goods_bucket, allowed)
        paper.extras.dispute += billed - allowed
        if not paper.is_credit:
            _note(paper, limits, limit, billed, billed - allowed)

    def _limit(
        self, paper: Paper, orders: list[OrderAccount], limits: Limits, kind: str
    ) -> ChargeLimit:
        used: dict[Paper, Decimal] = {}
        for order in orders:
            used |= self._used.get((order, kind), {})
        return limit_of(paper, orders, limits, kind, sum(used.values(), ZERO))


def limit_of(
    paper: Paper, orders: list[OrderAccount], limits: Limits, kind: str, used: Decimal = ZERO
) -> ChargeLimit:
    """Return what a kind of charge may cost these orders: what was planned, with its tolerance."""
    plans = list(_plans(paper, orders, kind))
    planned = sum(plans, ZERO)
    if plans:
        allowed = planned + _tolerance(planned, limits)
    else:
        allowed = limits.amount("charge.unplanned_abs") or ZERO
    return ChargeLimit(kind, planned, allowed, used, bool(plans))


def _passed(limit: ChargeLimit, billed: Decimal, unit: Decimal) -> Decimal:
    """Return how much of a charge passes, with what the claims before used."""
    if limit.allowed == UNLIMITED:
        return billed
    return min(billed, rounded(max(ZERO, limit.allowed - limit.used), unit))


def rerun_charge(inputs: dict[str, str]) -> dict[str, str]:
    """Compute the outcome of a recorded charge again."""
    numbers = {name: from_words(text) for name, text in inputs.items() if name != "type"}
    planned = numbers.get("planned")
    allowed = numbers.get("unplanned_abs", ZERO)
    if planned is not None:
        allowed = planned + _lesser(planned, numbers.get("over_pct"), numbers.get("over_abs"))
    limit = ChargeLimit(inputs["type"], planned or ZERO, allowed, numbers["used"], planned is None)
    passed = _passed(limit, numbers["billed"], numbers["unit"])
    return {"passed": in_words(passed), "disputed": in_words(numbers["billed"] - passed)}


def _calculation(paper: Paper, limits: Limits, limit: ChargeLimit, billed: Decimal) -> Calculation:
    keys = ("over_pct", "over_abs") if limit.is_planned else ("unplanned_abs",)
    given = {key: limits.amount(f"charge.{key}") for key in keys}
    numbers = {"billed": billed, "used": limit.used, "unit": paper.unit, **given}
    numbers |= {"planned": limit.planned} if limit.is_planned else {}
    inputs = {name: in_words(one) for name, one in numbers.items() if one is not None}
    inputs["type"] = limit.kind
    return Calculation(
        rule="S7.1",
        inputs=inputs,
        outcome=rerun_charge(inputs),
        limits={f"charge.{key}": limits.cite(f"charge.{key}") for key in keys},
    )


def _plans(paper: Paper, orders: Iterable[OrderAccount], kind: str) -> Iterable[Decimal]:
    """Yield the planned charges of one kind, in the claim's currency."""
    for order in orders:
        for charge in order.order.charges:
            if charge.type == kind:
                yield charge.amount * paper.rate_of(order)


def _tolerance(planned: Decimal, limits: Limits) -> Decimal:
    return _lesser(planned, limits.amount("charge.over_pct"), limits.amount("charge.over_abs"))


def _lesser(planned: Decimal, percent: Decimal | None, amount: Decimal | None) -> Decimal:
    given = [] if amount is None else [amount]
    if percent is not None:
        given.append(percent if percent == UNLIMITED else planned * percent / HUNDRED)
    return min(given, default=ZERO)


def _note(paper: Paper, limits: Limits, limit: ChargeLimit, billed: Decimal, over: Decimal) -> None:
    if over > 0:
        code = "CHARGE_OVER" if limit.is_planned else "CHARGE_UNPLANNED"
    elif billed > 0 and billed + limit.used > limit.planned:
        code = "CHARGE_TOL"
    else:
        return
    paper.calculations.append(_calculation(paper, limits, limit, billed))
    key = "charge.over_pct" if limit.is_planned else "charge.unplanned_abs"
    values = {
        "type": limit.kind,
        "billed": billed,
        "planned": limit.planned,
        "allowed": limit.allowed,
        "used": limit.used,
        "over": over,
    }
    sources = [Source(paper.claim.id, "/adjustments")]
    sources += [Source(order.order.id, "/adjustments") for order in paper.orders]
    money = over if over > 0 else billed + limit.used - limit.planned
    note = Note(
        code=code, money=money, values=values, sources=tuple(sources), rule=limits.cite(key)
    )
    paper.notes.append(note)
