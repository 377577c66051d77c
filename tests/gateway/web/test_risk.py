"""What a day of waiting costs, and what comes first."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from gateway.store.looking import Place
from gateway.store.stakes import Stake
from gateway.web.risk import Ranking, ReviewSettings, Targets, is_late, risk_of

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
    risk = risk_of(stake(**terms), TODAY, 8)
    assert (risk.a_day, risk.why) == (Decimal(a_day), why)


def test_cost_comes_first_then_what_is_held_then_age() -> None:
    rows = [
        stake(4, disputed="5"),
        stake(3, disputed="9000"),
        stake(2, disputed="5"),
        stake(1, disputed="1", discount="9", discount_until="2026-10-30"),
    ]
    ranking = Ranking(rows, TODAY)
    assert numbers(ranking.ordered()) == [1, 3, 2, 4]
    assert numbers(ranking.first(3)) == [1, 3, 2]
    decided = stake(9, disputed="100")  # it is in the list no more
    assert numbers(ranking.first(9, after=decided)) == [2, 4]
    assert numbers(ranking.first(9, after=rows[0])) == []


def test_back_goes_the_way_that_on_came() -> None:
    rows = [stake(n, disputed=str(n)) for n in (1, 2, 3)]
    ranking = Ranking(rows, TODAY)
    assert numbers(ranking.ordered()) == [3, 2, 1]
    ahead = [ranking.before(one) for one in rows]
    assert numbers(ahead) == [2, 3, 1]  # before the first stands the last
    assert Ranking(rows[:1], TODAY).before(rows[0]) is None


def numbers(ranked: list[Any]) -> list[int]:
    return [one.place.id for one, _ in ranked]


def test_the_interest_is_as_it_is_set() -> None:
    late = stake(due="2026-10-20")
    assert risk_of(late, TODAY, 16).a_day == Decimal("0.16")


def test_of_a_verdict_and_a_role_the_shorter_target_holds() -> None:
    settings = ReviewSettings(targets=Targets(exception=4, buyer=1, receiver=9))
    assert settings.target("exception", None) == timedelta(days=4)
    assert settings.target("exception", "buyer") == timedelta(days=1)
    assert settings.target("exception", "receiver") == timedelta(days=4)
    assert settings.target("waiting", "supplier") == timedelta(days=5)
    assert settings.target("matched", "buyer") is None
    assert settings.target("waiting", "mailroom") == timedelta(days=5)


def test_what_waits_longer_than_it_should_is_late() -> None:
    now, target = datetime(2026, 10, 30, tzinfo=UTC), timedelta(days=2)
    assert is_late(target, "2026-10-27T00:00:00.000000Z", now)
    assert not is_late(target, "2026-10-28T00:00:00.000000Z", now)
    assert not is_late(None, "2020-10-27T00:00:00.000000Z", now)
