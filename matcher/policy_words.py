"""The limits of a policy in words, and which of them would let a finding pass.

For those who set a limit on a screen; what every key means is in docs/policy.md.
"""

from decimal import ROUND_UP, Decimal
from typing import Final

from matcher.money import HUNDRED, ZERO
from matcher.result import Finding

SETTABLE: Final = {
    "price.over_pct": "Price over the order, percent",
    "price.cap_abs": "Price over the order, at most in money for an order line",
    "qty.ordered_pct": "Quantity over the order, percent",
    "qty.ordered_abs": "Quantity over the order, units",
    "qty.received_pct": "Quantity over the receipt, percent",
    "qty.received_abs": "Quantity over the receipt, units",
    "charge.over_pct": "Charges over the plan, percent",
    "charge.over_abs": "Charges over the plan, money",
    "charge.unplanned_abs": "Charges that were not planned, money",
    "tax.abs": "Tax over what is due, money",
    "total.rounding_abs": "Rounding of the total, money",
    "dates.future_days": "Days that an invoice may be ahead of its date",
    "limit.over_pct": "Value over the order's limit, percent",
}
"""What is set one by one, by the policy's names."""

_LETS_PASS: Final = {
    "QTY_OVER_ORDERED": ("qty.ordered_pct", "ordered"),
    "QTY_OVER_RECEIVED": ("qty.received_pct", "kept"),
    "PRICE_OVER": ("price.over_pct", "expected"),
    "PRICE_CAP": ("price.cap_abs", ""),
    "CHARGE_OVER": ("charge.over_pct", "planned"),
    "CHARGE_UNPLANNED": ("charge.unplanned_abs", ""),
    "TAX_OVER": ("tax.abs", ""),
    "ARITH_TOTAL": ("total.rounding_abs", ""),
    "BLANKET_LIMIT": ("limit.over_pct", "limit"),
}
_STEP = Decimal("0.01")


def limit_for(finding: Finding) -> tuple[str, str] | None:
    """Return the limit that lets a finding pass, and its least value; None where there is none.

    A percentage is of what the finding's own values say; without such, the limit is its money.
    """
    key, base = _LETS_PASS.get(finding.code, ("", ""))
    if not key:
        return None
    if not base:
        return key, f"{finding.money:f}"
    whole, billed = (Decimal(finding.values.get(name) or ZERO) for name in (base, "billed"))
    if whole <= 0 or billed <= whole:
        return None
    share = ((billed - whole) / whole * HUNDRED).quantize(_STEP, ROUND_UP)
    return key, f"{share.normalize():f}"
