"""The board: what each door says of itself, for people, for `dockmatch health` and for monitors.

It is kept in memory, because the worst that a door has to tell is that nothing can be written.
"""

import threading
from collections.abc import Callable
from typing import Literal

import structlog
from msgspec import Struct

from gateway.clock import Clock, stamp

State = Literal["well", "slow", "failing"]


_WORDS: dict[State, str] = {
    "slow": "works by its second-best way",
    "failing": "takes nothing in; its log says why",
}


_log = structlog.get_logger()


class Line(Struct, frozen=True, kw_only=True):
    """What a door says: since when it is so, and in words why; `door` is its kind, or kind/name.

    `slow` is a door that works by the second-best way; `failing` is one that takes nothing in.
    """

    door: str
    state: State
    says: str
    since: str


class Board:
    """What all doors of this process say."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lines: dict[str, Line] = {}
        self._lock = threading.Lock()
        self.changed: Callable[[Line], None] = lambda _line: None

    def say(self, door: str, state: State, says: str) -> None:
        """Put up what a door says now; the time stays while nothing but the words change."""
        with self._lock:
            before = self._lines.get(door)
            if before is not None and (before.state, before.says) == (state, says):
                return
            same = before is not None and before.state == state
            since = before.since if before is not None and same else stamp(self._clock())
            line = self._lines[door] = Line(door=door, state=state, says=says, since=since)
        self.changed(line)

    def take_down(self, door: str) -> None:
        """Say nothing more of a door that is no more."""
        with self._lock:
            self._lines.pop(door, None)

    def lines(self) -> list[Line]:
        """Return what all doors say, those that fail first."""
        order = ("failing", "slow", "well")
        with self._lock:
            return sorted(self._lines.values(), key=lambda one: (order.index(one.state), one.door))

    def notes(self) -> list[str]:
        """Return what anybody may read: which kinds of doors are not well, and no names."""
        kinds = {(one.door.split("/")[0], one.state) for one in self.lines()}
        return [
            f"the door {kind} {_WORDS[state]}" for kind, state in sorted(kinds) if state != "well"
        ]

    def fails(self) -> bool:
        """Whether some door takes nothing in."""
        return any(one.state == "failing" for one in self.lines())


def log_line(line: Line) -> None:
    """Log what a door says."""
    told = {"door": line.door, "state": line.state, "says": line.says}
    if line.state == "well":
        _log.info("door.says", **told)
    else:
        _log.warning("door.says", **told)
