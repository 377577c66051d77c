"""The lane to one endpoint: what is under way there, how much may be, and how often.

A lane widens by one after a round of successes and halves when the receiver is overloaded. A rate
is a bucket of tokens, one for an event, that fills with time: a second's worth is its size.
"""

from datetime import datetime

from gateway.flows.retry import Answer
from gateway.store.endpoints import How

START, LIMIT = 8, 32


class Lane:
    """What is in flight to one endpoint; `flying` are the numbers of deliveries."""

    def __init__(self) -> None:
        self.width = float(START)
        self.flying: set[int] = set()
        self._tokens: float | None = None
        self._filled_at: datetime | None = None

    def learn(self, answer: Answer) -> None:
        """Widen or narrow the lane after an answer."""
        if answer.delivered:
            self.width = min(self.width + 1 / self.width, LIMIT)
        elif answer.overloaded:
            self.width = max(self.width / 2, 1)

    def room(self, how: How, now: datetime, flying: int) -> int:
        """Return how many events may go now, where so many are in flight."""
        free = how.batch if how.batch > 1 or how.order == "all" else int(self.width)
        if how.rate is None:
            return max(free - flying, 0)
        self._fill(how.rate, now)
        return max(min(free - flying, int(self._tokens or 0)), 0)

    def take(self, how: How, events: int) -> None:
        """Count events that go; a batch that was bound may take more than there is."""
        if how.rate is not None and self._tokens is not None:
            self._tokens -= events

    def _fill(self, rate: float, now: datetime) -> None:
        full = max(rate, 1.0)
        if self._tokens is None or self._filled_at is None:
            self._tokens = full
        else:
            passed = max((now - self._filled_at).total_seconds(), 0.0)
            self._tokens = min(self._tokens + passed * rate, full)
        self._filled_at = now
