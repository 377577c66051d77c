"""A real PostgreSQL for the tests: a cluster in a folder of its own, reached by a socket there."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

OWNER = "postgres"  # the server refuses to run as root
_OPTIONS = "-c listen_addresses= -c fsync=off -c max_connections=200"


def programs() -> Path:
    """The folder of initdb and pg_ctl; the newest where there are several."""
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: len(one.parts))
    assert folders, "PostgreSQL is missing; run make setup-test"
    return folders[-1]


@contextmanager
def cluster() -> Iterator[str]:
    """Run a server; yields the URL of its maintenance database."""
    folder = Path(tempfile.mkdtemp(prefix="dockmatch-pg-"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, OWNER)
        data = folder / "data"
        _run("initdb", "-D", data, "-A", "trust", "-U", "dockmatch", "-E", "UTF8", "--no-sync")
        options = f"-k {folder} {_OPTIONS}"
        _run("pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://dockmatch@/postgres?host={folder}"
        finally:
            _run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(program: str, *arguments: object) -> None:
    command = [str(programs() / program), *map(str, arguments)]
    if os.getuid() == 0:
        command = ["setpriv", f"--reuid={OWNER}", f"--regid={OWNER}", "--clear-groups", *command]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


def database(server: str, name: str, template: str = "template1") -> str:
    """Make a database, as a copy of another, and return its URL."""
    engine = create_engine(
        server.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")
