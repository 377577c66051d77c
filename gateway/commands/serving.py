"""`dockmatch run` and `dockmatch worker`: until they are told to stop."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import structlog
from sqlalchemy.exc import DBAPIError

from gateway.app import Gateway
from gateway.commands.opening import config_option, configured
from gateway.config import Config, ConfigError
from gateway.doors.access import InsecureError
from gateway.solitude import AnotherGatewayError
from gateway.store.engine import AddressError
from gateway.store.migrate import NewerSchemaError, OlderSchemaError
from gateway.watching import logs
from gateway.watching.traces import TracesError
from gateway.worker import Worker

_USAGE, _OURS = 2, 3
_WRONG_USE = (
    AnotherGatewayError,
    ConfigError,
    AddressError,
    InsecureError,
    NewerSchemaError,
    OlderSchemaError,
    TracesError,
)

_log = structlog.get_logger()
_JSON = click.option("--json", "as_json", is_flag=True, help="Log as JSON, one object a line.")


@click.command()
@config_option
@_JSON
def run(path: Path | None, *, as_json: bool) -> None:
    """Watch the folders, serve the pages and the API, match, and deliver events."""
    logs.configure(as_json=as_json)
    with _told():
        asyncio.run(serve(Gateway(at_home(path))))


@click.command()
@config_option
@_JSON
def worker(path: Path | None, *, as_json: bool) -> None:
    """Share the work of a gateway whose database is PostgreSQL: read, map and match.

    It needs the same configuration, the same database, and a view of the same archive.
    """
    logs.configure(as_json=as_json)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with _told():
        working = Worker(at_home(path))
        working.start()
        click.echo("dockmatch works")
        stopping.wait()
        ending = threading.Thread(target=working.stop, name="ending", daemon=True)
        ending.start()
        ending.join(working.config.gateway.stop_seconds)
        if ending.is_alive():
            _leave(working.hand_back)


async def serve(gateway: Gateway) -> None:
    """Run `gateway` until SIGTERM or SIGINT, and end what it has begun."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await gateway.start()
    click.echo(f"dockmatch runs at {gateway.address}, folders are in {gateway.inbox}")
    await stopping.wait()
    ending = asyncio.create_task(gateway.stop())
    await asyncio.wait({ending}, timeout=gateway.config.gateway.stop_seconds)
    if not ending.done():
        _leave(gateway.hand_back)
    await ending


def _leave(hand_back: Callable[[], int]) -> None:
    """Go although something is still in hand: it is given back, and nothing of it was kept."""
    _log.warning("stop.handed_back", jobs=hand_back())
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def at_home(path: Path | None) -> Config:
    """Read the configuration, and go to its folder: what partners agreed lies beside it.

    Raises ConfigError.
    """
    config = configured(path)
    os.chdir(config.root)
    return config


@contextmanager
def _told() -> Iterator[None]:
    """Say in one line what keeps a process from starting, and end."""
    try:
        yield
    except _WRONG_USE as error:
        click.echo(f"dockmatch: {error}", err=True)
        sys.exit(_USAGE)
    except DBAPIError as error:
        click.echo(f"dockmatch: the database says: {error.orig}", err=True)
        sys.exit(_OURS)
    except OSError as error:
        click.echo(f"dockmatch: {error}", err=True)
        sys.exit(_OURS)
