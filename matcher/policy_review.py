"""What is wrong with a policy: unknown keys, impossible values, rules that never decide anything.

A rule that cannot decide is told as well as one that cannot be read: whoever wrote it believes that
it holds.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from matcher.money import HUNDRED, ZERO
from matcher.policy import (
    KEYS,
    Limits,
    Policy,
    PolicyError,
    PolicyProblem,
    Value,
    policy_of,
    read_policy,
)

_ORDER_ONLY = 2
Rule = tuple[str, Callable[[Limits], bool], str]


def problems_of(raw: Mapping[str, Any]) -> tuple[PolicyProblem, ...]:
    """Return all that is wrong: unknown keys, impossible values, rules that never decide."""
    policy, problems = read_policy(raw)
    return (*problems, *_idle_overrides(policy), *_idle_limits(raw, policy))


def _idle_overrides(policy: Policy) -> Iterator[PolicyProblem]:
    """Name overrides that can never decide anything."""
    seen: dict[tuple[str | None, ...], set[str]] = {}
    for index, one in enumerate(policy.overrides):
        place = f"overrides[{index}]"
        if not one.rank:
            yield PolicyProblem(place, "matches everything: set the value at the top instead")
        if not one.values:
            yield PolicyProblem(place, "sets nothing")
        match = (one.supplier, one.category, one.order, one.line)
        taken = seen.setdefault(match, set())
        for name in sorted(taken & one.values.keys()):
            yield PolicyProblem(f"{place}.set.{name}", "is set twice for the same match")
        taken.update(one.values)


def _amount(limits: Limits, key: str) -> Decimal:
    return limits.amount(key) or ZERO


def _never_adds(name: str) -> Rule:
    return (
        f"qty.{name}_abs",
        lambda limits: _amount(limits, f"qty.{name}_pct") == 0,
        f'never decides: qty.{name}_pct is 0 and the lesser holds; write it as "unlimited"',
    )


_IDLE: tuple[Rule, ...] = (
    *map(_never_adds, ("ordered", "received", "accepted")),
    (
        "price.cap_abs",
        lambda limits: _amount(limits, "price.over_pct") == 0,
        "never decides: price.over_pct is 0, so no variance passes that it could cap",
    ),
    (
        "price.under_block_pct",
        lambda limits: _amount(limits, "price.under_block_pct") >= HUNDRED,
        "never decides: nothing is cheaper than 100 % below the order",
    ),
    (
        "two_way_below",
        lambda limits: limits.days("way") == _ORDER_ONLY,
        "never decides: way is 2 already",
    ),
    (
        "charge.over_abs",
        lambda limits: limits.amount("charge.over_pct") == 0,
        'never decides: charge.over_pct is 0 and the lesser holds; write it as "unlimited"',
    ),
    (
        "pair.join",
        lambda limits: _amount(limits, "pair.join") < _amount(limits, "pair.min"),
        "is below pair.min: a line would join another on less evidence than a pair needs",
    ),
)


def _idle_limits(raw: Mapping[str, Any], policy: Policy) -> Iterator[PolicyProblem]:
    """Name limits that another one makes useless where both hold."""
    company = _given(raw)
    yield from _idle_among(company, policy.limits(), "")
    for index, one in enumerate(policy.overrides):
        suppliers = (one.supplier,) if one.supplier else ()
        general = policy.limits(suppliers, one.category)
        limits = Limits({**general.values, **one.values}, general.origins)
        yield from _idle_among(one.values, limits, f"overrides[{index}].set.")


def _idle_among(given: Mapping[str, Value], limits: Limits, prefix: str) -> Iterator[PolicyProblem]:
    for key, is_idle, message in _IDLE:
        if given.get(key) is not None and is_idle(limits):
            yield PolicyProblem(f"{prefix}{key}", message)


def _given(raw: Mapping[str, Any]) -> dict[str, Value]:
    """Return the company's values that differ from the defaults."""
    own = {key: value for key, value in raw.items() if key not in {"overrides", "fx", "codes"}}
    try:
        values = policy_of(own).values
    except PolicyError:
        return {}
    return {key: value for key, value in values.items() if value != KEYS[key].default}
