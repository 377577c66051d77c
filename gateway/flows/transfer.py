"""Move a database to another engine, row by row, and show that all of it arrived.

A table's digest is the sum of its rows' SHA-256, so that it does not hang on the order in which an
engine sorts text. The jobs of the embedded engine are handed to the engine of the target.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, Table, func, insert, select, text

from gateway.clock import moment_of
from gateway.jobs.port import Jobs, NewJob
from gateway.store.catalogue import metadata
from gateway.store.engine import Store
from gateway.store.schema import job

_AT_ONCE = 1000
_MODULUS = 1 << 256


class NotEmptyError(Exception):
    """The target holds something already."""


class DifferentError(Exception):
    """A table did not arrive as it was."""


class Count(Struct, frozen=True, kw_only=True):
    """How many rows a table has, and their digest in hexadecimal digits."""

    table: str
    rows: int
    digest: str


def copy(source: Store, target: Store, jobs: Callable[[Store], Jobs]) -> list[Count]:
    """Copy every table and return what was copied, in one transaction of the target.

    `jobs` makes the target's job engine. Raises NotEmptyError, and DifferentError where a table of
    the target does not equal that of the source: nothing is copied then.
    """
    with source.read() as reading, target.write() as writing:
        _refuse_rows(writing)
        counts = [_copy_table(reading, writing, table) for table in _tables()]
        jobs(target).put(writing, [_new(row) for row in reading.execute(select(job))])
        for count in counts:
            arrived = digest(writing, metadata.tables[count.table])
            if arrived != count:
                message = f"table {count.table} arrived as {arrived}, was {count}"
                raise DifferentError(message)
        if target.path is None:
            _go_on_counting(writing)
    return counts


def digest(connection: Connection, table: Table) -> Count:
    """Count the rows of a table and sum their hashes."""
    rows, total = 0, 0
    for row in connection.execute(select(table)).yield_per(_AT_ONCE):
        rows += 1
        total += _hash(row)
    return Count(table=str(table.name), rows=rows, digest=f"{total % _MODULUS:064x}")


def _tables() -> Iterator[Table]:
    """Yield the tables, those that others refer to first; jobs go by their engine."""
    yield from (table for table in metadata.sorted_tables if table is not job)


def _refuse_rows(connection: Connection) -> None:
    for table in _tables():
        if connection.execute(select(func.count()).select_from(table)).scalar_one():
            message = f"the target holds rows already, in table {table.name}"
            raise NotEmptyError(message)


def _copy_table(reading: Connection, writing: Connection, table: Table) -> Count:
    rows, total = 0, 0
    query = select(table).order_by(*table.primary_key.columns)
    for some in reading.execute(query).yield_per(_AT_ONCE).mappings().partitions():
        values = [{name: _sayable(value) for name, value in row.items()} for row in some]
        writing.execute(insert(table), values)
        rows += len(values)
        total += sum(_hash(tuple(one.values())) for one in values)
    return Count(table=str(table.name), rows=rows, digest=f"{total % _MODULUS:064x}")


def _sayable(value: Any) -> Any:
    """Return a value as PostgreSQL keeps it: U+FFFD stands for each NUL in a text."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


def _hash(row: Row[Any] | tuple[Any, ...]) -> int:
    return int.from_bytes(hashlib.sha256(repr(tuple(row)).encode()).digest())


def _new(row: Row[Any]) -> NewJob:
    return NewJob(
        kind=row.kind,
        key=row.key,
        partner=row.partner,
        args=row.args,
        cost_ms=row.cost,
        due=moment_of(row.due_at) if row.due_at and row.owner is None else None,
    )


def _go_on_counting(connection: Connection) -> None:
    """Let new rows get numbers behind those that were copied."""
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            query = text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)")
            last = connection.execute(select(func.max(column))).scalar()
            if last:
                named = {"table": f'"{table.name}"', "column": column.name, "last": last}
                connection.execute(query, named)
