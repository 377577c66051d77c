"""What a day of waiting costs, and whether something waits longer than it should.

A discount that ends in so many days is worth that part of it each day; after the day to pay by, the
money held back costs interest for late payment. What costs nothing yet is ordered by the money that
it holds back, then by age. Amounts of different currencies are compared by their number.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from msgspec import Struct

from gateway.clock import moment_of
from gateway.store.inbox import Stake

LATE_PERCENT_PER_YEAR = Decimal(8)
TARGETS = {
    "exception": timedelta(days=2),
    "unmatched": timedelta(days=2),
    "duplicate": timedelta(days=1),
    "waiting": timedelta(days=5),
    "incomplete": timedelta(days=1),
    "unreadable": timedelta(days=1),
}
_NOTHING, _CENT = Decimal(0), Decimal("0.01")


class Risk(Struct, frozen=True, kw_only=True):
    """Money a day, and why in words; what is held back comes second."""

    a_day: Decimal = _NOTHING
    blocked: Decimal = _NOTHING
    why: str = ""


def risk_of(one: Stake, today: date) -> Risk:
    """Say what a day of waiting costs."""
    blocked = abs(Decimal(one.pending or 0)) + abs(Decimal(one.disputed or 0))
    if one.discount and one.discount_until:
        left = (date.fromisoformat(one.discount_until) - today).days
        if left >= 0:
            a_day = abs(Decimal(one.discount)) / (left + 1)
            why = "discount ends today" if not left else f"discount ends in {left} d"
            return Risk(a_day=a_day.quantize(_CENT), blocked=blocked, why=why)
    if one.due and blocked:
        late = (today - date.fromisoformat(one.due)).days
        if late > 0:
            a_day = blocked * LATE_PERCENT_PER_YEAR / 100 / 365
            return Risk(a_day=a_day.quantize(_CENT), blocked=blocked, why=f"{late} d overdue")
    return Risk(blocked=blocked)


def by_risk(stakes: Iterable[Stake], today: date) -> list[tuple[Stake, Risk]]:
    """Put what costs most a day first."""
    judged = [(one, risk_of(one, today)) for one in stakes]
    judged.sort(key=_rank)
    return judged


def following(
    ranked: list[tuple[Stake, Risk]], after: Stake | None, today: date
) -> list[tuple[Stake, Risk]]:
    """Return what comes after a row, which need not be among them any more."""
    if after is None:
        return ranked
    here = _rank((after, risk_of(after, today)))
    return ranked[bisect_right(ranked, here, key=_rank) :]


def is_late(verdict: str, received_at: str, now: datetime) -> bool:
    """Whether something waits longer than it should."""
    target = TARGETS.get(verdict)
    return target is not None and now - moment_of(received_at) > target


def _rank(judged: tuple[Stake, Risk]) -> tuple[Decimal, Decimal, str, int]:
    one, risk = judged
    return -risk.a_day, -risk.blocked, one.place.at, one.place.id
