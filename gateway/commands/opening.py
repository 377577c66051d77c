"""What commands share that work on a gateway's data: its configuration, and their errors."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from gateway.config import Config, ConfigError, load
from gateway.flows import safekeeping, transfer
from gateway.solitude import AnotherGatewayError
from gateway.store.engine import AddressError, Store
from gateway.store.migrate import NewerSchemaError

_DEFAULT = Path("dockmatch.toml")
_USAGE = 2
_EXPECTED = (
    AddressError,
    AnotherGatewayError,
    ConfigError,
    NewerSchemaError,
    safekeeping.BackupError,
    transfer.DifferentError,
    transfer.NotEmptyError,
)

config_option = click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The configuration; dockmatch.toml of this folder where there is one.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def configured(path: Path | None) -> Config:
    """Return the configuration at `path`, or that of this folder; raises ConfigError."""
    return load(_DEFAULT if path is None and _DEFAULT.exists() else path)


@contextmanager
def told() -> Iterator[None]:
    """Tell what was to be expected in one line, and end with exit status 2."""
    try:
        yield
    except _EXPECTED as error:
        click.echo(f"dockmatch: {error}", err=True)
        sys.exit(_USAGE)
    except DBAPIError as error:
        click.echo(f"dockmatch: the database says: {error.orig}", err=True)
        sys.exit(_USAGE)


@contextmanager
def opened(config: Config) -> Iterator[Store]:
    """Open the database, which must be there; raises AddressError and ConfigError."""
    place = config.database
    if isinstance(place, Path) and not place.exists():
        message = f"there is no database at {place}; dockmatch run makes one"
        raise ConfigError(message)
    store = Store(place)
    try:
        yield store
    finally:
        store.close()
