"""Every limit that can be set is one, and lets pass what it is proposed for."""

from decimal import Decimal

import pytest

from matcher.policy import KEYS, policy_of
from matcher.policy_words import SETTABLE, limit_for
from matcher.result import Finding


def finding(code: str, **values: str) -> Finding:
    return Finding(code=code, severity="block", role="buyer", values=values, money=Decimal("12.50"))


@pytest.mark.parametrize("key", SETTABLE)
def test_what_can_be_set_is_a_limit_for_a_supplier(key: str) -> None:
    assert KEYS[key].scope in {"line", "supplier"}
    rule = {"match": {"supplier": "1"}, "set": {key: "1"}}
    (override,) = policy_of({"overrides": [rule]}).overrides
    assert list(override.values) == [key]


@pytest.mark.parametrize(
    ("found", "limit"),
    [
        (finding("QTY_OVER_ORDERED", billed="44", ordered="40"), ("qty.ordered_pct", "10")),
        (finding("PRICE_OVER", billed="103.33", expected="100"), ("price.over_pct", "3.33")),
        (finding("PRICE_OVER", billed="1.00001", expected="1"), ("price.over_pct", "0.01")),
        (finding("CHARGE_UNPLANNED"), ("charge.unplanned_abs", "12.50")),
        (finding("QTY_OVER_RECEIVED", billed="1", kept="0"), None),
        (finding("DUP_EXACT"), None),
    ],
)
def test_the_least_value_is_proposed(found: Finding, limit: tuple[str, str] | None) -> None:
    assert limit_for(found) == limit
