"""PostgreSQL under the store: one writer at a time, and text that may hold anything."""

from procrastinate.schema import SchemaManager
from psycopg import Connection as Driver
from psycopg.types.string import StrDumper
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from gateway.store import procrastinate_queue

_LOCK = 0x646F636B  # any number that nobody else locks in this database
_CONNECTIONS = 16


class _TextDumper(StrDumper):
    """Writes U+FFFD for each NUL, which PostgreSQL refuses and documents may hold."""

    def dump(self, obj: str) -> bytes:
        return bytes(super().dump(obj.replace("\0", "\ufffd")) or b"")


def engine(place: str, writes: str) -> Engine:
    """Return the engine for a URL; transactions with the execution option `writes` are writers.

    Raises `ValueError` where the URL is not one of PostgreSQL.
    """
    message = f"{place!r} is no address of PostgreSQL; expected postgresql://USER@HOST/DATABASE"
    try:
        url = make_url(place)
    except ArgumentError as error:
        raise ValueError(message) from error
    if url.get_backend_name() not in {"postgresql", "postgres"}:
        raise ValueError(message)

    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get(writes):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")

    made = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=_CONNECTIONS,
        max_overflow=_CONNECTIONS,
        pool_pre_ping=True,
    )
    event.listen(made, "connect", _on_connect)
    event.listen(made, "begin", begin)
    return made


def prepare_jobs(connection: Connection) -> None:
    """Make the tables of the job engine in the caller's transaction, where there are none yet."""
    raw = connection.connection.driver_connection
    if raw is not None and not procrastinate_queue.exists(connection):
        raw.execute(SchemaManager.get_schema())


def _on_connect(connection: Driver[tuple[object, ...]], _record: object) -> None:
    connection.adapters.register_dumper(str, _TextDumper)
