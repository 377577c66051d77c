"""What SQLite and PostgreSQL say differently, said here and nowhere else."""

from typing import Any

from sqlalchemy import Connection, Table, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

Upsert = sqlite.Insert | postgresql.Insert
"""An insert that says what is done with a row that is there already; both say it alike."""


class Greatest(GenericFunction[int]):
    """The greatest of several values in a row, which each engine calls by another name."""

    name = "greatest"
    inherit_cache = True


def upsert(connection: Connection, table: Table) -> Any:
    """Return an insert into `table` with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    of_postgres = connection.dialect.name == "postgresql"
    return postgresql.insert(table) if of_postgres else sqlite.insert(table)


@compiles(Greatest, "sqlite")
def _greatest(element: Greatest, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(func.max(*element.clauses), **options)
