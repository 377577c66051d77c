"""A real PostgreSQL for the tests: a cluster in a folder of its own, reached by a socket there."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from sqlalchemy import create_engine, text

OWNER = "postgres"  # the server refuses to run as root
_OPTIONS = "-c listen_addresses= -c max_connections=200"


class Cluster:
    """A running server; `server` is the URL of its maintenance database.

    What is committed is on the disk only where it is `safe`: tests need not wait for that.
    """

    def __init__(self, *, safe: bool = False) -> None:
        self._options = _OPTIONS if safe else f"{_OPTIONS} -c fsync=off"

    def __enter__(self) -> Self:
        """Make the cluster and start it."""
        self._folder = Path(tempfile.mkdtemp(prefix="dockmatch-pg-"))
        self.server = f"postgresql://dockmatch@/postgres?host={self._folder}"
        if os.getuid() == 0:
            shutil.chown(self._folder, OWNER)
        _run("initdb", *self._data, "-A", "trust", "-U", "dockmatch", "-E", "UTF8", "--no-sync")
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it and leave nothing behind."""
        _run("pg_ctl", *self._data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def cut_power(self) -> None:
        """Stop the server at once, without a word to its clients, and start it again."""
        _run("pg_ctl", *self._data, "-w", "-m", "immediate", "stop")
        self._start()

    def database(self, name: str, template: str = "template1") -> str:
        """Make a database, as a copy of another, and return its URL."""
        engine = create_engine(
            self.server.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        engine.dispose()
        return self.server.replace("/postgres?", f"/{name}?")

    @property
    def _data(self) -> tuple[str, str]:
        return "-D", str(self._folder / "data")

    def _start(self) -> None:
        options = f"-k {self._folder} {self._options}"
        _run("pg_ctl", *self._data, "-w", "-l", self._folder / "log", "-o", options, "start")


def _programs() -> Path:
    """Return the folder of initdb and pg_ctl, of the newest version where there are several."""
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parts[-2]))
    assert folders, "PostgreSQL is missing; run make setup-test"
    return folders[-1]


def _run(program: str, *arguments: object) -> None:
    command = [str(_programs() / program), *map(str, arguments)]
    if os.getuid() == 0:
        command = ["setpriv", f"--reuid={OWNER}", f"--regid={OWNER}", "--clear-groups", *command]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")
