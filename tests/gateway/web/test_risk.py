"""What a day of waiting costs, and what comes first."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from gateway.store.inbox import Place, Stake
from gateway.web.risk import by_risk, following, is_late, risk_of

TODAY = date(2026, 10, 30)


def stake(number: int = 1, **more: str) -> Stake:
    place = Place(at=f"2026-10-0{number}T00:00:00.000000Z", kind="invoice", id=number)
    return Stake(place=place, **{"pending": "0", "disputed": "365.00", **more})


@pytest.mark.parametrize(
    ("terms", "a_day", "why"),
    [
        ({"discount": "30.00", "discount_until": "2026-10-30"}, "30.00", "discount ends today"),
        ({"discount": "30.00", "discount_until": "2026-11-01"}, "10.00", "discount ends in 2 d"),
        ({"discount": "30.00", "discount_until": "2026-10-29"}, "0", ""),
        ({"due": "2026-10-30"}, "0", ""),
        ({"due": "2026-10-20"}, "0.08", "10 d overdue"),
        ({"due": "2026-10-20", "disputed": "0"}, "0", ""),
    ],
)
def test_a_day_costs(terms: dict[str, str], a_day: str, why: str) -> None:
    risk = risk_of(stake(**terms), TODAY)
    assert (risk.a_day, risk.why) == (Decimal(a_day), why)


def test_cost_comes_first_then_what_is_held_then_age() -> None:
    rows = [
        stake(4, disputed="5"),
        stake(3, disputed="9000"),
        stake(2, disputed="5"),
        stake(1, disputed="1", discount="9", discount_until="2026-10-30"),
    ]
    ranked = by_risk(rows, TODAY)
    assert [one.place.id for one, _ in ranked] == [1, 3, 2, 4]
    behind = following(ranked, stake(9, disputed="100"), TODAY)  # decided on by now
    assert [one.place.id for one, _ in behind] == [2, 4]
    assert following(ranked, None, TODAY) == ranked


def test_what_waits_longer_than_it_should_is_late() -> None:
    now = datetime(2026, 10, 30, tzinfo=UTC)
    assert is_late("exception", "2026-10-27T00:00:00.000000Z", now)
    assert not is_late("waiting", "2026-10-27T00:00:00.000000Z", now)
    assert not is_late("matched", "2020-10-27T00:00:00.000000Z", now)
