"""When may a file be taken? When it has come to rest, its format says so, and nobody writes to it.

No clock tells that alone: a stalled upload looks like a finished one. So three witnesses are heard:
for how long nothing has changed, what the format says (`gateway.doors.complete`), and whether the
kernel knows of a writer (a read lease is refused while there is one; network mounts cannot say).
"""

import errno
import fcntl
import os
import signal
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

from msgspec import Struct

from gateway.doors.complete import HEAD_BYTES, TAIL_BYTES, Shape, shape
from gateway.doors.partner import Entry, objection
from parsers.form import Problem

_F_SETSIG = 10  # linux/fcntl.h; the signal that tells of a broken lease, SIGIO would end us
_F_SETLEASE: int | None = getattr(fcntl, "F_SETLEASE", None)


class Patience(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a file must have been quiet, in seconds, before it is taken.

    `settle` when its format says it is complete; `stable` when its format is unknown and nobody
    writes to it, `unsure` when that cannot be known; after `give_up` it counts as truncated.
    """

    settle: float = 0.2
    stable: float = 1.0
    unsure: float = 30.0
    give_up: float = 900.0


class Look(Struct, frozen=True, kw_only=True):
    """What a file looks like; `writer` is whether somebody writes to it, None where unknown."""

    shape: Shape
    writer: bool | None


class Sightings:
    """For how long each name of a folder has been as it is now, by a clock that never jumps."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[tuple[int, int, int], float]] = {}

    def see(self, entries: Iterable[Entry], now: float) -> dict[str, float]:
        """Note what stands there at `now`; returns the quiet seconds of each name."""
        before, self._seen = self._seen, {}
        for entry in entries:
            mark, since = before.get(entry.name, (None, now))
            unchanged = mark == entry.fingerprint
            self._seen[entry.name] = (entry.fingerprint, since if unchanged else now)
        return {name: now - since for name, (_, since) in self._seen.items()}


def verdict(
    entry: Entry, quiet: float, look: Callable[[], Look], patience: Patience, size_max: int
) -> Literal["wait", "take"] | Problem:
    """Say what to do with an entry that has been `quiet` for so many seconds.

    A problem means that it can never be taken in. `look` is asked only when it matters.
    """
    problem = objection(entry, size_max)
    if problem is not None:
        growing = problem.code == "file.too_big"  # no reason to wait for more of it
        return problem if growing or quiet >= patience.stable else "wait"
    if quiet < patience.settle:
        return "wait"
    seen = look()
    if quiet >= patience.give_up:
        return "take"
    return "take" if quiet >= _needed(seen, patience) else "wait"


def _needed(seen: Look, patience: Patience) -> float:
    if seen.writer or seen.shape == "incomplete":
        return patience.give_up
    if seen.shape == "complete":
        return patience.settle
    return patience.stable if seen.writer is False else patience.unsure


def look_at(path: Path) -> Look:
    """Look at both ends of a file, and ask the kernel for writers; raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        return Look(shape=shape(*ends_of(descriptor)), writer=_has_writer(descriptor))
    finally:
        os.close(descriptor)


def ends_of(descriptor: int) -> tuple[bytes, bytes]:
    """Return the first bytes of an open file, and its last: they tell whether it is whole."""
    size = os.fstat(descriptor).st_size
    head = os.pread(descriptor, HEAD_BYTES, 0)
    tail = os.pread(descriptor, TAIL_BYTES, size - TAIL_BYTES) if size > TAIL_BYTES else head
    return head, tail


def _has_writer(descriptor: int) -> bool | None:
    """Linux, fcntl(2): a read lease is granted only while nobody has the file open for writing."""
    if _F_SETLEASE is None:
        return None
    try:
        fcntl.fcntl(descriptor, _F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, _F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return True if error.errno == errno.EAGAIN else None
    fcntl.fcntl(descriptor, _F_SETLEASE, fcntl.F_UNLCK)
    return False
