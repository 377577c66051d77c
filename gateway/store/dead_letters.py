"""Work that was given up: kept with its reason until a person has looked at it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from gateway.store.schema import job_dead


def add(connection: Connection, letter: Mapping[str, Any]) -> None:
    """Keep a job as a dead letter; `letter` has all columns but the number."""
    connection.execute(insert(job_dead), [dict(letter)])


def newest(connection: Connection, limit: int) -> Sequence[RowMapping]:
    """Return the dead letters, newest first."""
    query = select(job_dead).order_by(job_dead.c.id.desc()).limit(limit)
    return connection.execute(query).mappings().all()


def take(connection: Connection, numbers: Collection[int]) -> Sequence[RowMapping]:
    """Remove letters and return them, in the order in which they died."""
    query = delete(job_dead).where(job_dead.c.id.in_(numbers)).returning(job_dead)
    rows = connection.execute(query).mappings().all()
    return sorted(rows, key=lambda row: int(row["id"]))


def count(connection: Connection) -> int:
    """Count the dead letters."""
    return connection.execute(select(func.count()).select_from(job_dead)).scalar_one()
