"""What a day of waiting costs, and whether something waits longer than it should.

A discount that ends in so many days is worth that part of it each day; after the day to pay by, the
money held back costs interest for late payment. What costs nothing yet is ordered by the money that
it holds back, then by age. Amounts of different currencies are compared by their number.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from heapq import nlargest, nsmallest

from msgspec import Struct

from gateway.clock import moment_of
from gateway.store.stakes import Stake

_NOTHING, _CENT = Decimal(0), Decimal("0.01")
_RISKS_KEPT = 1 << 14  # they are asked for again with every page, and change with the day


class Targets(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days that something may wait, by its verdict or by the role that it is on."""

    exception: int = 2
    unmatched: int = 2
    duplicate: int = 1
    waiting: int = 5
    incomplete: int = 1
    unreadable: int = 1
    buyer: int | None = None
    receiver: int | None = None
    supplier: int | None = None
    quality: int | None = None
    ap: int | None = None


class ReviewSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By what reviewing is measured; `late_percent` is the interest for late payment, a year."""

    targets: Targets = Targets()
    late_percent: int = 8

    def target(self, verdict: str, role: str | None) -> timedelta | None:
        """Return how long something may wait: of two targets the shorter; None without one."""
        own: int | None = getattr(self.targets, verdict, None)
        if own is None:
            return None
        other: int | None = getattr(self.targets, (role or "").lower(), None)
        return timedelta(days=own if other is None else min(own, other))


class Risk(Struct, frozen=True, kw_only=True):
    """Money a day, and why in words; what is held back comes second."""

    a_day: Decimal = _NOTHING
    blocked: Decimal = _NOTHING
    why: str = ""


Ranked = tuple[Stake, Risk]


def risk_of(one: Stake, today: date, late_percent: int) -> Risk:
    """Say what a day of waiting costs."""
    held = one.pending or "0", one.disputed or "0"
    return _risk(held, one.due, (one.discount_until, one.discount), today, late_percent)


@lru_cache(maxsize=_RISKS_KEPT)
def _risk(
    held: tuple[str, str],
    due: str | None,
    discount: tuple[str | None, str | None],
    today: date,
    late_percent: int,
) -> Risk:
    blocked = abs(Decimal(held[0])) + abs(Decimal(held[1]))
    until, amount = discount
    if amount and until:
        left = (date.fromisoformat(until) - today).days
        if left >= 0:
            a_day = abs(Decimal(amount)) / (left + 1)
            why = "discount ends today" if not left else f"discount ends in {left} d"
            return Risk(a_day=a_day.quantize(_CENT), blocked=blocked, why=why)
    if due and blocked:
        late = (today - date.fromisoformat(due)).days
        if late > 0:
            a_day = blocked * late_percent / 100 / 365
            return Risk(a_day=a_day.quantize(_CENT), blocked=blocked, why=f"{late} d overdue")
    return Risk(blocked=blocked)


class Ranking:
    """Everything that needs a person, by what waiting costs: the costliest first."""

    def __init__(self, stakes: Iterable[Stake], today: date, late_percent: int = 8) -> None:
        self._today, self._percent = today, late_percent
        self.rows = [(one, risk_of(one, today, late_percent)) for one in stakes]

    def ordered(self) -> list[Ranked]:
        """Return all of it."""
        return sorted(self.rows, key=_rank)

    def first(self, limit: int, *, after: Stake | None = None) -> list[Ranked]:
        """Return the first of what comes after a row, which need not be among them any more."""
        rows = self.rows
        if after is not None:
            here = self._place(after)
            rows = [one for one in rows if _rank(one) > here]
        return nsmallest(limit, rows, key=_rank)

    def before(self, place: Stake) -> Ranked | None:
        """Return what comes just before a row; before the first, the last of the others."""
        here = self._place(place)
        others = [one for one in self.rows if _rank(one) != here]
        ahead = [one for one in others if _rank(one) < here]
        return next(iter(nlargest(1, ahead or others, key=_rank)), None)

    def _place(self, one: Stake) -> tuple[Decimal, Decimal, str, int]:
        return _rank((one, risk_of(one, self._today, self._percent)))


def is_late(target: timedelta | None, received_at: str, now: datetime) -> bool:
    """Whether something waits longer than its target."""
    return target is not None and now - moment_of(received_at) > target


def _rank(ranked: Ranked) -> tuple[Decimal, Decimal, str, int]:
    one, risk = ranked
    return -risk.a_day, -risk.blocked, one.place.at, one.place.id
