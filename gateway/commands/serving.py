"""`dockmatch run`: the gateway, until it is told to stop."""

import asyncio
import logging
import signal
import sys
from pathlib import Path

import click
import structlog

from gateway.app import Gateway
from gateway.config import ConfigError, load
from gateway.doors.access import InsecureError
from gateway.solitude import AnotherGatewayError
from gateway.store.migrate import NewerSchemaError

_DEFAULT = Path("dockmatch.toml")
_USAGE, _OURS = 2, 3


@click.command()
@click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The configuration; dockmatch.toml of this folder where there is one.",
)
@click.option("--json", "as_json", is_flag=True, help="Log as JSON, one object a line.")
def run(path: Path | None, *, as_json: bool) -> None:
    """Watch the folders, serve the pages and the API, match, and deliver events."""
    if path is None and _DEFAULT.exists():
        path = _DEFAULT
    _log_to_stderr(as_json=as_json)
    try:
        gateway = Gateway(load(path))
    except ConfigError as error:
        click.echo(f"dockmatch: {error}", err=True)
        sys.exit(_USAGE)
    try:
        asyncio.run(serve(gateway))
    except (AnotherGatewayError, InsecureError, NewerSchemaError) as error:
        click.echo(f"dockmatch: {error}", err=True)
        sys.exit(_USAGE)
    except OSError as error:
        click.echo(f"dockmatch: {error}", err=True)
        sys.exit(_OURS)


async def serve(gateway: Gateway) -> None:
    """Run `gateway` until SIGTERM or SIGINT, and end what it has begun."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await gateway.start()
    click.echo(f"dockmatch runs at {gateway.address}, folders are in {gateway.inbox}")
    await stopping.wait()
    await gateway.stop()


def _log_to_stderr(*, as_json: bool) -> None:
    lines = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    renderer = structlog.processors.JSONRenderer() if as_json else lines
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
