"""Whether a database is sound, and the archive holds what its rows speak of."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, select, text

from gateway.archive import Archive, CorruptError, path_of
from gateway.store.engine import Store
from gateway.store.migrate import newest, revision
from gateway.store.schema import blob

_AT_ONCE = 1000


def faults(store: Store, root: Path, *, quick: bool = False) -> Iterator[str]:
    """Yield what is wrong with the database and with its archive under `root`, a sentence each.

    `quick` looks whether each content is there, and does not read it.
    """
    with store.read() as connection:
        yield from _revision(connection)
        if store.path is not None:
            yield from _sqlite(connection)
        yield from _contents(connection, root, quick=quick)


def _revision(connection: Connection) -> Iterator[str]:
    here, wanted = revision(connection), newest()
    if here != wanted:
        yield f"the schema is at revision {here or 'none'}, this version needs {wanted}"


def _sqlite(connection: Connection) -> Iterator[str]:
    for (answer,) in connection.execute(text("PRAGMA integrity_check")):
        if answer != "ok":
            yield f"the database file is damaged: {answer}"
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        yield f"row {row[1]} of {row[0]} refers to a row of {row[2]} that does not exist"


def _contents(connection: Connection, root: Path, *, quick: bool) -> Iterator[str]:
    archive = Archive(root)
    query = select(blob.c.sha256).where(blob.c.removed_at.is_(None))
    for sha256 in connection.execute(query).yield_per(_AT_ONCE).scalars():
        if not path_of(root, sha256).is_file():
            yield f"archived content {sha256} is missing"
        elif not quick:
            try:
                archive.open(sha256).close()
            except (CorruptError, OSError) as error:
                yield str(error)
