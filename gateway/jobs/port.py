"""Permission to work: what the flows ask of a job engine, whichever it is.

The truth lives in the tables of the business; a job only lets somebody work on it. So an engine may
lose a job (the sweeper puts a new one) or give it out twice (the guarded state change lets one
win): neither does harm. What it must do: keep `put` and `done` inside the caller's transaction,
give a job to nobody else while its holder is alive, and hand it on when the holder is not.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError


class NewJob(Struct, frozen=True, kw_only=True):
    """Work to be done: `kind` names its handler, `args` is the handler's own JSON.

    `partner` is on whose account it goes, `cost_ms` what it is expected to take: partners get equal
    shares of the time. `due` is when it may begin; None is at once.
    """

    kind: str
    key: str
    partner: str
    args: bytes
    cost_ms: int = 1
    due: datetime | None = None


class Job(Struct, frozen=True, kw_only=True):
    """Work that was handed out; `tries` counts this one too, `holder` is who may call it done."""

    id: int
    kind: str
    key: str
    partner: str
    args: bytes
    cost_ms: int
    tries: int
    holder: str


class DeadJob(Struct, frozen=True, kw_only=True):
    """Work that was given up, and why."""

    id: int
    kind: str
    key: str
    partner: str
    args: bytes
    tries: int
    error: str
    died_at: str


class Failure(Struct, frozen=True, kw_only=True):
    """Why a try failed. A `transient` one (full disk, locked database) says nothing of the work."""

    text: str
    transient: bool = False


class Stats(Struct, frozen=True, kw_only=True):
    """How many jobs may begin now, are being worked on, wait for their time, and are dead."""

    ready: int
    working: int
    waiting: int
    dead: int

    @property
    def busy(self) -> bool:
        """Whether there is anything to do now."""
        return bool(self.ready or self.working)


class LostJobError(Exception):
    """Somebody else holds this job by now: roll back and leave it to them."""


class Handler(Protocol):
    """What does the jobs of one kind."""

    def work(self, job: Job) -> None:
        """Do the work; its last transaction holds the effects and `Jobs.done`."""

    def failed(self, connection: Connection, job: Job, failure: Failure) -> bool:
        """Take care of a failed try, in a transaction that ends the job when this returns True.

        False leaves it to the engine: another try later, and after the last one the dead letters.
        """


class Jobs(Protocol):
    """A job engine."""

    def put(self, connection: Connection, jobs: Sequence[NewJob]) -> list[int]:
        """Add `jobs` in the caller's transaction; returns their numbers."""

    def done(self, connection: Connection, job: Job) -> None:
        """End `job` in the caller's transaction; raises LostJobError."""

    def live(self, connection: Connection, numbers: Collection[int]) -> set[int]:
        """Return those of `numbers` that are still to be done."""

    def cancel(self, connection: Connection, kind: str, key: str) -> int:
        """Take back the jobs of `key` that nobody works on; returns how many."""

    def start(self, handlers: Mapping[str, Handler], concurrency: int) -> None:
        """Begin to work, `concurrency` jobs at a time."""

    def work_off(self, handlers: Mapping[str, Handler]) -> None:
        """Do in this thread, one after the other, what can be done now; then return."""

    def wake(self) -> None:
        """Look for new jobs at once: a transaction that put some has been committed."""

    def stop(self) -> None:
        """Take no more jobs, and return when those in work have ended."""

    def hand_back(self) -> int:
        """Give up the jobs in hand, which `stop` would wait for; returns how many."""

    def dead(self, connection: Connection, limit: int = 100) -> list[DeadJob]:
        """Return the dead letters, newest first."""

    def replay(self, connection: Connection, numbers: Collection[int]) -> int:
        """Make dead letters jobs again; returns how many."""

    def stats(self, connection: Connection) -> Stats:
        """Count the jobs."""


def failure_of(error: BaseException) -> Failure:
    """Tell what `error` says: the outside world's troubles pass, the work's own stay."""
    transient = isinstance(error, OSError | OperationalError)
    return Failure(text=f"{type(error).__name__}: {error}", transient=transient)
