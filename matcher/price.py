"""What a quantity may cost: the contract price, and the three limits on leaving it (S6).

    gate   over_pct   per unit: within it nobody is bothered; beyond it all variance is disputed
    cap    cap_abs    per order line over all invoices: a budget for variance that passed the gate
    floor  floor_abs  per order line over all invoices: failing variance up to it is forgiven

Amounts are compared, never quotients: `billed <= round(quantity x price x (1 + t))`, rounded once.
"""

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from matcher.entries import OrderLine
from matcher.money import HUNDRED, ONE, UNLIMITED, ZERO, rounded
from matcher.policy import Limits

Kind = Literal["equal", "within", "over", "under", "far_under", "missing"]


class Price(Struct, frozen=True):
    """A price per unit that may change along the axis; a step holds up to the next."""

    steps: tuple[tuple[Decimal, Decimal], ...]

    @property
    def first(self) -> Decimal:
        """The price of the first unit."""
        return self.steps[0][1]

    def value(self, start: Decimal, quantity: Decimal) -> Decimal:
        """Return what `quantity` units from `start` on the axis cost, unrounded (S6.1)."""
        if len(self.steps) == 1:
            return quantity * self.steps[0][1]
        return self._up_to(start + quantity) - self._up_to(start)

    def times(self, factor: Decimal) -> "Price":
        """Return the same price in another currency (S7.5)."""
        if factor == ONE:
            return self
        return Price(tuple((start, price * factor) for start, price in self.steps))

    def _up_to(self, end: Decimal) -> Decimal:
        total = ZERO
        for index, (start, price) in enumerate(self.steps):
            stop = self.steps[index + 1][0] if index + 1 < len(self.steps) else UNLIMITED
            total += max(ZERO, min(end, stop) - start) * price
        return total


class Gate(Struct, frozen=True, kw_only=True):
    """The limits of one price test, in the minor unit of its currency.

    `extra` widens the gate where an agreed exchange rate is used (S7.5). Where a header allowance
    was spread over the lines, one minor unit is forgiven (S6.3).
    """

    limits: Limits
    unit: Decimal
    extra: Decimal = ZERO
    is_spread: bool = False

    def ceiling(self, value: Decimal) -> Decimal:
        """Return the greatest amount that passes for a contract value."""
        percent = self.limits.percent("price.over_pct") or ZERO
        if percent == UNLIMITED:
            return UNLIMITED
        return rounded(value * (1 + percent + self.extra), self.unit)


class Judgement(Struct, frozen=True):
    """How a billed amount stands to the contract: `variance` is billed less `expected`."""

    kind: Kind
    expected: Decimal = ZERO
    ceiling: Decimal = ZERO
    variance: Decimal = ZERO


def contract(line: OrderLine, header_discount: Decimal | None) -> Price | None:
    """Return an order line's price per unit after discounts, or None where the order has none."""
    per = line.per or ONE
    share = _less(line.discount) * _less(header_discount) / per
    if line.basis == "amount":
        return Price(((ZERO, ONE),))
    if line.tiers and line.tier_basis == "cumulative":
        return Price(_marginal_steps(line, share))
    price = _tier_price(line)
    if price is None:
        price = line.price
    return None if price is None else Price(((ZERO, price * share),))


def _less(percent: Decimal | None) -> Decimal:
    return ONE if percent is None else ONE - percent / HUNDRED


def _tier_price(line: OrderLine) -> Decimal | None:
    """Return the price of the highest tier that the ordered quantity earned."""
    earned = [tier for tier in line.tiers if tier.minimum <= (line.quantity or ZERO)]
    return max(earned, key=lambda tier: tier.minimum).price if earned else None


def _marginal_steps(line: OrderLine, share: Decimal) -> tuple[tuple[Decimal, Decimal], ...]:
    """Return tiers as steps: one from 101 prices the 101st unit on, so it starts after 100."""
    tiers = sorted(line.tiers, key=lambda tier: tier.minimum)
    steps = [(max(ZERO, tier.minimum - 1), tier.price * share) for tier in tiers]
    if steps[0][0] > 0:
        before = steps[0][1] if line.price is None else line.price * share
        steps.insert(0, (ZERO, before))
    return tuple(steps)


def judge(billed: Decimal, value: Decimal | None, gate: Gate) -> Judgement:
    """Hold a billed amount against its contract value (S6.2)."""
    if value is None:
        return Judgement("missing")
    limits, unit = gate.limits, gate.unit
    expected, slack = rounded(value, unit), unit if gate.is_spread else ZERO
    variance = billed - expected
    if abs(variance) <= slack:
        return Judgement("equal", expected, expected, variance)
    top = gate.ceiling(value) + slack
    if variance > 0:
        return Judgement("within" if billed <= top else "over", expected, top, variance)
    block = limits.percent("price.under_block_pct")
    far = block is not None and block < 1 and billed < rounded(value * (1 - block), unit)
    return Judgement("far_under" if far else "under", expected, top, variance)
