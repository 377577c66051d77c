"""Bring a database to the schema of this version: forward only, and with a copy first.

A SQLite database that already holds something is copied (`VACUUM INTO`) before its tables change;
PostgreSQL has its own ways of backing up, so who asks for the change answers for the copy. A
database that a newer version has changed is left alone.
"""

from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from gateway.store.engine import Store

_SCRIPTS = Path(__file__).with_name("migrations")


class NewerSchemaError(Exception):
    """The database was changed by a newer version than this one."""


class OlderSchemaError(Exception):
    """The database is of an older version, and nobody has asked to change it."""


def prepare(store: Store, backups: Path) -> Path | None:
    """Bring a SQLite database to the newest revision, as `upgrade` does; look at PostgreSQL's.

    Others may work on PostgreSQL, so there only `dockmatch db upgrade` changes tables: raises
    OlderSchemaError where that must be done first, and NewerSchemaError.
    """
    if store.path is None:
        with store.read() as connection:
            here = revision(connection)
        if here != newest() and (here is None or here in _known()):
            message = f"{store.name} is at revision {here or 'none'}; run: dockmatch db upgrade"
            raise OlderSchemaError(message)
    return upgrade(store, backups)


def upgrade(store: Store, backups: Path) -> Path | None:
    """Bring `store` to the newest revision; returns the copy in `backups`, if one was needed.

    Raises NewerSchemaError where the database is ahead of this version.
    """
    with store.read() as connection:
        here = revision(connection)
    if here == newest():
        return None
    if here is not None and here not in _known():
        message = f"{store.name} was changed by a newer version (revision {here}); install that one"
        raise NewerSchemaError(message)
    copy = _copy(store, backups, here) if here and store.path else None
    with store.write() as connection:
        command.upgrade(_config(connection), "head")
        if store.path is None:
            import_module("gateway.store.postgres").prepare_jobs(connection)
    return copy


def revision(connection: Connection) -> str | None:
    """Return the revision that the database is at, None where it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """Return the revision that this version needs."""
    return _scripts().get_current_head()


def _copy(store: Store, backups: Path, here: str) -> Path:
    target = backups / f"{Path(store.name).stem}-{here}.db"
    target.unlink(missing_ok=True)  # of an upgrade that did not come to its end
    copy_file(store, target)
    return target


def copy_file(store: Store, target: Path) -> None:
    """Copy a SQLite database as it is at this moment to `target`, which must not exist."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with store.engine.connect() as connection:
        raw = connection.connection.driver_connection
        if raw is not None:
            raw.execute("VACUUM INTO ?", (str(target),))


def _known() -> set[str]:
    return {script.revision for script in _scripts().walk_revisions()}


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_SCRIPTS))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
