"""What an answer means for a delivery and for its endpoint."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.clock import moment_of
from gateway.flows.retry import TRIES, WAITS, Answer, asked_for, health_after, judge
from gateway.store.endpoints import Endpoint
from gateway.webhooks import new_secret

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FAILED = Answer(status=500)
HEALTHY = Endpoint(
    id=1,
    url="https://erp.example/hook",
    secret=new_secret(),
    secret_before=None,
    secret_until=None,
    types=(),
    state="active",
    cursor=0,
    sequence=0,
    failures=0,
    probe_at=None,
    note=None,
    version="2026-11-25",
)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_delivers(status: int) -> None:
    assert judge(Answer(status=status), 1, NOW, 0).state == "delivered"


@pytest.mark.parametrize("status", [None, 100, 301, 302, 307, 400, 404, 410, 429, 500, 503])
def test_anything_else_is_tried_again(status: int | None) -> None:
    assert judge(Answer(status=status), 1, NOW, 0).state == "waiting"


def test_eleven_tries_over_three_days_then_dead() -> None:
    assert judge(FAILED, TRIES - 1, NOW, 0.5).state == "waiting"
    assert judge(FAILED, TRIES, NOW, 0.5).state == "dead"
    assert TRIES == 11
    assert timedelta(hours=75) < timedelta(seconds=sum(WAITS)) < timedelta(hours=76)


@given(st.integers(1, TRIES - 1), st.floats(0, 1, exclude_max=True))
def test_the_schedule_is_kept_within_its_jitter(tries: int, dice: float) -> None:
    waited = (judge(FAILED, tries, NOW, dice).due_at - NOW).total_seconds()
    assert 0.8 * WAITS[tries - 1] - 0.001 <= waited <= 1.2 * WAITS[tries - 1] + 0.001


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0),
        ("120", 120),
        (" 120 ", 120),
        ("0", 0),
        ("-5", 0),
        ("1e9", 0),
        ("999999999999", 86400),
        ("Mon, 02 Mar 2026 09:10:00 GMT", 600),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0),
        ("Mon, 02 Mar 2099 09:10:00 GMT", 86400),
        ("soon", 0),
        ("²", 0),
        ("", 0),
    ],
)
def test_retry_after_is_honoured_up_to_a_day(header: str | None, seconds: int) -> None:
    assert asked_for(header, NOW) == timedelta(seconds=seconds)


def test_retry_after_lengthens_the_schedule_and_never_shortens_it() -> None:
    patient = Answer(status=503, retry_after="7200")
    assert judge(patient, 1, NOW, 0.5).due_at == NOW + timedelta(hours=2)
    assert judge(patient, 7, NOW, 0.5).due_at == NOW + timedelta(seconds=WAITS[6])


def after(answers: list[Answer], start: Endpoint = HEALTHY) -> Endpoint:
    for answer in answers:
        start = health_after(start, answer, NOW)
    return start


def test_five_failures_in_a_row_pause_and_say_why() -> None:
    assert after([FAILED] * 4).state == "active"
    paused = after([FAILED] * 5)
    assert paused.state == "paused"
    assert "status 500" in (paused.note or "")
    assert moment_of(paused.probe_at or "") == NOW + timedelta(seconds=15)


def test_probes_come_less_often_the_longer_a_receiver_is_away() -> None:
    waits = []
    paused = after([FAILED] * 5)
    for _ in range(7):
        waits.append((moment_of(paused.probe_at or "") - NOW).total_seconds())
        paused = after([FAILED], paused)
    assert waits == [15, 30, 60, 120, 240, 300, 300]


def test_a_success_between_failures_counts_them_anew() -> None:
    assert after([FAILED] * 4 + [Answer(status=204)] + [FAILED] * 4).state == "active"


def test_gone_pauses_at_once() -> None:
    assert after([Answer(status=410)]).state == "paused"


def test_asking_for_patience_is_no_failure() -> None:
    assert after([Answer(status=429)] * 50) == HEALTHY


def test_a_success_ends_the_pause() -> None:
    assert after([FAILED] * 9 + [Answer(status=200)]) == HEALTHY


def test_a_paused_endpoint_that_asks_for_patience_is_probed_later() -> None:
    paused = replace(after([FAILED] * 5), probe_at="2026-03-02T09:00:00.000000+00:00")
    again = after([Answer(status=429)], paused)
    assert again.state == "paused"
    assert moment_of(again.probe_at or "") > NOW
