"""Backups of the whole gateway: the database first, the archive second, and back again.

Every row of the copy then has its bytes beside it; contents that came in meanwhile do no harm. A
backup is a folder: `dockmatch.db` (SQLite) or `dockmatch.dump` (PostgreSQL, by its own pg_dump),
and `archive/`. Contents that a backup in the same folder has already are not copied again: they
never change.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from sqlalchemy import URL

from gateway.store.engine import Store
from gateway.store.migrate import copy_file

DATABASE, DUMP, ARCHIVE = "dockmatch.db", "dockmatch.dump", "archive"


class BackupError(Exception):
    """The backup, or what it is made with, is not right; the message says what to do."""


class Copied(Struct, frozen=True, kw_only=True):
    """A backup: its database file, and how many contents of the archive were copied."""

    database: Path
    contents: int


def back_up(store: Store, archive: Path, target: Path) -> Copied:
    """Copy the database and then the archive into the folder `target`.

    Raises BackupError where pg_dump is missing or fails.
    """
    target.mkdir(parents=True, exist_ok=True)
    database = target / (DATABASE if store.path else DUMP)
    fresh = database.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    if store.path is None:
        _run(["pg_dump", "--format=custom", f"--file={fresh}", _address(store.engine.url)])
    else:
        copy_file(store, fresh)
    _sync(fresh)
    fresh.replace(database)
    return Copied(database=database, contents=_copy_contents(archive, target / ARCHIVE))


def restore(backup: Path, data: Path, place: Path | str) -> Copied:
    """Put a backup where nothing is: the database at `place`, the archive into `data`.

    Raises BackupError where there is no backup, where something stands in its way, or where
    pg_restore is missing or fails.
    """
    database = backup / (DATABASE if isinstance(place, Path) else DUMP)
    if not database.is_file():
        message = f"there is no {database.name} in {backup}"
        raise BackupError(message)
    if isinstance(place, str):
        options = ["--exit-on-error", "--single-transaction", "--no-owner"]
        _run(["pg_restore", *options, f"--dbname={place}", str(database)])
    else:
        if place.exists():
            message = f"{place} exists; move it away first"
            raise BackupError(message)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(database, place)
        _sync(place)
    return Copied(database=database, contents=_copy_contents(backup / ARCHIVE, data / ARCHIVE))


def _copy_contents(source: Path, target: Path) -> int:
    """Copy the contents that `target` lacks; each has its name only when it is whole."""
    copied = 0
    for path in _contents(source):
        place = target / path.relative_to(source)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            part = place.with_suffix(".part")
            shutil.copyfile(path, part)
            _sync(part)
            part.replace(place)
            copied += 1
    return copied


def _contents(archive: Path) -> Iterator[Path]:
    yield from (path for path in archive.glob("??/??/*.zst") if path.is_file())


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _address(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(command: list[str]) -> None:
    program = shutil.which(command[0])
    if program is None:
        message = f"{command[0]} is missing; install the client programs of PostgreSQL"
        raise BackupError(message)
    ended = subprocess.run(  # noqa: S603 - our own words and an address from the configuration
        [program, *command[1:]], capture_output=True, text=True, check=False
    )
    if ended.returncode:
        message = f"{command[0]} failed: {ended.stderr.strip()}"
        raise BackupError(message)
