"""What we ask of Procrastinate's own tables inside our transactions; version 3 has these columns.

A job of ours is a row of the queue that bears the name of its kind. `attempts` counts the tries
that ended without success: together with the number of the job it says who may end it.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    cast,
    column,
    delete,
    func,
    or_,
    select,
    table,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

_JOBS = table(
    "procrastinate_jobs",
    *map(column, ("id", "queue_name", "args", "status", "priority", "attempts")),
    *map(column, ("scheduled_at", "worker_id")),
)
_WORKERS = table("procrastinate_workers", column("id"), column("last_heartbeat"))
_WAITS = _JOBS.c.status == text("'todo'")
_IN_WORK = _JOBS.c.status == text("'doing'")


def exists(connection: Connection) -> bool:
    """Whether the database has Procrastinate's tables."""
    return connection.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar() is not None


def clock(connection: Connection) -> int | None:
    """Return the lowest rank among the jobs that wait or are in work; None where there are none."""
    query = select(func.max(_JOBS.c.priority)).where(or_(_WAITS, _IN_WORK))
    found = connection.execute(query).scalar()
    return None if found is None else -int(found)


def live(connection: Connection, numbers: Collection[int]) -> set[int]:
    """Return those of `numbers` that wait or are in work."""
    query = select(_JOBS.c.id).where(_JOBS.c.id.in_(numbers), or_(_WAITS, _IN_WORK))
    return set(connection.execute(query).scalars())


def cancel(connection: Connection, kind: str, key: str) -> int:
    """Remove the jobs of `key` that nobody works on; returns how many."""
    its_key = cast(_JOBS.c.args, JSONB)["key"].astext
    query = delete(_JOBS).where(_JOBS.c.queue_name == kind, its_key == key, _WAITS)
    return connection.execute(query).rowcount


def holds(connection: Connection, number: int, attempts: int) -> bool:
    """Whether a job is still in the work that began after so many tries."""
    query = select(_JOBS.c.id).where(_is_mine(number, attempts)).with_for_update()
    return connection.execute(query).first() is not None


def end(connection: Connection, number: int, attempts: int) -> bool:
    """Remove a job that is still in the work that began after so many tries."""
    return connection.execute(delete(_JOBS).where(_is_mine(number, attempts))).rowcount == 1


def retry(connection: Connection, number: int, due: datetime, *, counted: bool) -> None:
    """Give a job back for another try at `due`."""
    query = update(_JOBS).where(_JOBS.c.id == number, _IN_WORK)
    attempts = _JOBS.c.attempts + (1 if counted else 0)
    connection.execute(query.values(status=text("'todo'"), scheduled_at=due, attempts=attempts))


def rescue(
    connection: Connection, seconds: float, workers: Collection[int], held: Collection[int]
) -> list[int]:
    """Give back the jobs of workers without a sign of life for `seconds`; returns their numbers.

    Those of our own `workers` which are not among the `held` are forgotten ones as well.
    """
    silent = _WORKERS.c.last_heartbeat < func.now() - timedelta(seconds=seconds)
    forgotten = and_(_JOBS.c.worker_id.in_(workers), _JOBS.c.id.not_in(held))
    query = (
        select(_JOBS.c.id)
        .outerjoin(_WORKERS, _WORKERS.c.id == _JOBS.c.worker_id)
        .where(_IN_WORK, or_(_WORKERS.c.id.is_(None), silent, forgotten))
        .with_for_update(of=_JOBS)
    )
    numbers = list(connection.execute(query).scalars())
    for number in numbers:
        connection.execute(
            select(func.procrastinate_retry_job_v2(number, func.now(), None, None, None))
        )
    return numbers


def counts(connection: Connection) -> tuple[int, int, int]:
    """Return how many jobs are ready, in work, and waiting for their time."""
    later = func.coalesce(_JOBS.c.scheduled_at > func.now(), text("false"))
    query = select(
        func.count().filter(_WAITS, ~later),
        func.count().filter(_IN_WORK),
        func.count().filter(_WAITS, later),
    ).select_from(_JOBS)
    ready, working, waiting = connection.execute(query).one()
    return ready, working, waiting


def _is_mine(number: int, attempts: int) -> ColumnElement[bool]:
    return and_(_JOBS.c.id == number, _JOBS.c.attempts == attempts, _IN_WORK)
