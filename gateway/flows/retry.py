"""What an answer to a delivery means: delivered, tried later, or dead; and the endpoint's health.

Pure decisions, so that the dispatcher only sends and writes. The schedule is that of Standard
Webhooks (11 tries over about three days, 20 % jitter), `Retry-After` counts up to a day. Five
failures in a row pause an endpoint: its events go on queueing, a probe looks whether it is back,
after 15 seconds, then twice as long each time up to every five minutes, and the first success
drains what waited, oldest first. `410 Gone` pauses at once. A receiver that only asks for patience
(429) is no failure.
"""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from gateway.clock import stamp
from gateway.store.endpoints import Endpoint

WAITS = (5, 60, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)  # seconds behind each try
TRIES = len(WAITS) + 1
JITTER_PERCENT = 20
RETRY_AFTER_LIMIT = timedelta(days=1)
FAILURES_UNTIL_PAUSE = 5
PROBE_FIRST, PROBE_EVERY = timedelta(seconds=15), timedelta(minutes=5)
_DOUBLINGS_MAX = 5

State = Literal["delivered", "waiting", "dead"]


class Answer(Struct, frozen=True, kw_only=True):
    """What came back: `status` is None where there was no answer, `text` then says why.

    A `hopeless` one would be the same on every other try; one that `counts` not uses up no try.
    """

    status: int | None
    text: str = ""
    retry_after: str | None = None
    hopeless: bool = False
    counts: bool = True

    @property
    def delivered(self) -> bool:
        """Whether the receiver took the event: any 2xx."""
        return (
            self.status is not None and HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES
        )

    @property
    def overloaded(self) -> bool:
        """Whether the receiver should be sent less at once: 429, 503, or no answer in time."""
        return self.status in {None, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}


class Step(Struct, frozen=True, kw_only=True):
    """What becomes of a delivery: its state and, where it waits, until when."""

    state: State
    due_at: datetime


def judge(answer: Answer, tries: int, now: datetime, dice: float) -> Step:
    """Decide on a delivery after try number `tries` (from 1); `dice` in [0, 1) is the jitter."""
    if answer.delivered:
        return Step(state="delivered", due_at=now)
    if tries >= TRIES or answer.hopeless:
        return Step(state="dead", due_at=now)
    seconds = WAITS[tries - 1]
    spread = timedelta(seconds=seconds * JITTER_PERCENT / 100 * (2 * dice - 1))
    wait = max(timedelta(seconds=seconds) + spread, asked_for(answer.retry_after, now))
    return Step(state="waiting", due_at=now + wait)


def asked_for(retry_after: str | None, now: datetime) -> timedelta:
    """Return the patience that `Retry-After` (RFC 9110 10.2.3) asks for, zero to a day."""
    if retry_after is None:
        return timedelta(0)
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        wait = timedelta(seconds=min(int(text[:9]), RETRY_AFTER_LIMIT.total_seconds()))
    else:
        try:
            until = parsedate_to_datetime(text)
        except ValueError:
            return timedelta(0)
        wait = until.astimezone(now.tzinfo) - now
    return min(max(wait, timedelta(0)), RETRY_AFTER_LIMIT)


def health_after(to: Endpoint, answer: Answer, now: datetime) -> Endpoint:
    """Return the endpoint as it is after one more answer; one that a person paused stays so."""
    if to.state == "held" or answer.hopeless:
        return to
    if answer.delivered:
        return replace(to, state="active", failures=0, probe_at=None, note=None)
    if answer.status == HTTPStatus.GONE:
        return _paused(to, now, "The receiver answered 410 Gone.")
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _paused(to, now, to.note) if to.state == "paused" else to
    failed = replace(to, failures=to.failures + 1)
    if failed.failures < FAILURES_UNTIL_PAUSE:
        return failed
    what = f"status {answer.status}" if answer.status else answer.text or "no answer"
    return _paused(failed, now, f"{failed.failures} failures in a row, the last one: {what}")


def _paused(to: Endpoint, now: datetime, note: str | None) -> Endpoint:
    probed = min(max(to.failures - FAILURES_UNTIL_PAUSE, 0), _DOUBLINGS_MAX)
    wait = min(PROBE_FIRST * 2**probed, PROBE_EVERY)
    return replace(to, state="paused", probe_at=stamp(now + wait), note=note)
