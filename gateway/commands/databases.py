"""`dockmatch db`: the database and the archive, looked after by hand."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec

from gateway.clock import system_clock
from gateway.commands.opening import config_option, configured, json_option, opened, told
from gateway.config import Config
from gateway.flows import safekeeping, transfer
from gateway.jobs.choice import engine_of
from gateway.solitude import hold
from gateway.store.engine import Store
from gateway.store.health import faults
from gateway.store.migrate import newest, revision, upgrade

_FINDINGS = 1


@click.group()
@config_option
@click.pass_context
def db(context: click.Context, path: Path | None) -> None:
    """Upgrade, back up, restore, check and move the database with its archive."""
    with told():
        context.obj = configured(path)


@db.command(name="upgrade")
@json_option
@click.pass_obj
def upgrade_(config: Config, *, as_json: bool) -> None:
    """Bring the tables to this version; a SQLite database is copied first.

    On PostgreSQL, where others may work on it, this is the only way: a start never changes tables
    there. Back up before.
    """
    with told(), opened(config) as store, _alone(config, store):
        with store.read() as connection:
            before = revision(connection)
        copy = upgrade(store, config.data / "backups")
    said = {"from": before, "to": newest(), "copy": str(copy) if copy else None}
    words = f"{store.name} is at revision {newest()}, was at {before or 'none'}"
    _say(said, words + (f"; the copy is {copy}" if copy else ""), as_json)


@db.command()
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@json_option
@click.pass_obj
def backup(config: Config, target: Path, *, as_json: bool) -> None:
    """Copy the database and then the archive into the folder TARGET, while the gateway runs.

    Contents that TARGET has from the last time are not copied again.
    """
    with told(), opened(config) as store:
        copied = safekeeping.back_up(store, config.data / safekeeping.ARCHIVE, target)
    _say(
        {"database": str(copied.database), "contents": copied.contents},
        f"{copied.database} written, {copied.contents} new contents in {target / 'archive'}",
        as_json,
    )


@db.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True, file_okay=False))
@json_option
@click.pass_obj
def restore(config: Config, source: Path, *, as_json: bool) -> None:
    """Put the backup in the folder SOURCE where the configuration says; nothing may be there.

    What came in after the backup is lost from the database: drop the files in done/ again, those
    that are known are told from those that are not by their bytes.
    """
    with told(), hold(config.data / "gateway.lock"):
        copied = safekeeping.restore(source, config.data, config.database)
    _say(
        {"database": str(config.database), "contents": copied.contents},
        f"restored from {copied.database}, with {copied.contents} contents; "
        "now run: dockmatch db check",
        as_json,
    )


@db.command()
@click.option("--quick", is_flag=True, help="Look whether contents are there; do not read them.")
@json_option
@click.pass_obj
def check(config: Config, *, quick: bool, as_json: bool) -> None:
    """Look whether the database is sound and the archive has every content, by its hash.

    Exit status 1 where something is wrong.
    """
    with told(), opened(config) as store:
        found = list(faults(store, config.data / safekeeping.ARCHIVE, quick=quick))
    _say({"faults": found}, "\n".join(found) or "all is sound", as_json)
    sys.exit(_FINDINGS if found else 0)


@db.command()
@click.argument("target")
@json_option
@click.pass_obj
def copy(config: Config, target: str, *, as_json: bool) -> None:
    """Copy the database to TARGET, postgresql://USER@HOST/DATABASE, and compare every table.

    The gateway must not run, and TARGET must be empty. The archive stays where it is. Then set
    `database` in [gateway] to TARGET.
    """
    with told(), opened(config) as source, _alone(config, source):
        store = Store(target)
        try:
            upgrade(store, config.data / "backups")
            counts = transfer.copy(source, store, lambda made: engine_of(made, system_clock))
        finally:
            store.close()
    rows = sum(one.rows for one in counts)
    _say(
        {"tables": [msgspec.to_builtins(one) for one in counts]},
        f"{rows} rows of {len(counts)} tables copied to {store.name}; counts and hashes are equal",
        as_json,
    )


@contextmanager
def _alone(config: Config, store: Store) -> Iterator[None]:
    """Keep the gateway of this folder from working meanwhile, where the database is its own."""
    if store.path is None:
        yield
    else:
        with hold(config.data / "gateway.lock"):
            yield


def _say(said: dict[str, Any], words: str, as_json: bool) -> None:  # noqa: FBT001
    click.echo(msgspec.json.encode(said).decode() if as_json else words)
