"""`dockmatch demo`: the main job from nothing, on the samples, with everything real."""

import asyncio
import logging
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TextIO

import click
import msgspec
import structlog
from msgspec import Struct
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from gateway.app import Gateway
from gateway.config import ConfigError
from gateway.demo import dropping, table
from gateway.demo.erp import Erp, ErpError
from gateway.demo.outcome import Row, Summary, rows, summary
from gateway.demo.shop import open_shop
from gateway.demo.stories import Story, interleaved, samples, stories
from gateway.demo.workspace import ForeignFolderError, configure, prepare
from gateway.doors.access import InsecureError
from gateway.solitude import AnotherGatewayError
from gateway.store.migrate import NewerSchemaError
from gateway.store.outcomes import decided_count, outcomes

_USAGE, _OURS = 2, 3
_DROP_PAUSE_SECONDS, _LOOK_SECONDS = 0.02, 0.2
_PORT = 8710
_PAPER_WIDTH = 160  # characters, where no terminal says otherwise
_ENCODER = msgspec.json.Encoder(decimal_format="string")


class _Ask(Struct, frozen=True, kw_only=True):
    """What the command line asks for."""

    folder: Path
    keep: bool
    serve: bool
    port: int
    as_json: bool


@click.command()
@click.option("--no-serve", is_flag=True, help="End after the table; 0 if all is as expected.")
@click.option("--port", type=click.IntRange(0, 65535), help="Of the review pages; 0: a free one.")
@click.option(
    "--directory",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var/demo"),
    show_default=True,
    help="Where the demo works; emptied first.",
)
@click.option("--keep", is_flag=True, help="Go on with what lies in the directory.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a document.")
def demo(*, no_serve: bool, port: int | None, folder: Path, keep: bool, as_json: bool) -> None:
    """Run the main job on the samples: files in, reconciliations out.

    Partners drop documents in watched folders; they are read, matched and answered, and a receiver
    on this machine verifies every webhook. Exit status 0 when all came out as the samples say.
    """
    if port is None:
        port = 0 if no_serve else _PORT
    ask = _Ask(folder=folder, keep=keep, serve=not no_serve, port=port, as_json=as_json)
    try:
        good = _run(ask)
    except (ForeignFolderError, ConfigError, AnotherGatewayError, InsecureError) as error:
        click.echo(f"dockmatch: {error}", err=True)
        sys.exit(_USAGE)
    except (ErpError, NewerSchemaError, OSError) as error:
        click.echo(f"dockmatch: {error}", err=True)
        sys.exit(_OURS)
    sys.exit(0 if good else 1)


def _run(ask: _Ask) -> bool:
    source = samples()
    told = stories(source)
    prepare(ask.folder, source, keep=ask.keep)
    receiver = source / "receiver" / "receive.py"
    with (
        (ask.folder / "gateway.log").open("a", encoding="utf-8") as log,
        Erp(receiver, ask.folder / "erp") as erp,
    ):
        _log_to(log)
        gateway = Gateway(configure(ask.folder, told, (erp.url, erp.secret), ask.port))
        return asyncio.run(_rehearse(ask, gateway, told, erp))


async def _rehearse(ask: _Ask, gateway: Gateway, told: Sequence[Story], erp: Erp) -> bool:
    """Drop, wait, tell; leave the pages open until somebody says stop."""
    began = time.monotonic()
    partners = {document.partner for one in told for document in one.told.documents}
    there = dropping.lying_about(gateway.inbox, partners)
    async with _running(gateway):
        open_shop(ask.folder, gateway.address)
        await _drop_and_wait(ask, gateway, told, there)
        found = rows(gateway.store, told)
        counted = summary(gateway.store, found, gateway.inbox, erp.events())
        if ask.as_json:
            _print_json(found, counted)
        else:
            console = Console(width=None if sys.stdout.isatty() else _PAPER_WIDTH)
            table.show(console, found)
            table.tell(console, counted, time.monotonic() - began)
        if ask.serve:
            click.echo(f"The review pages are at {gateway.address}/inbox (Ctrl-C ends the demo).")
            click.echo(
                f"Shop at a supplier's and come back with a cart: {gateway.address}/punchout"
            )
            click.echo(f"Partners' folders and answers are in {gateway.inbox}.")
            await _stop_signal().wait()
    return counted.good


def _stop_signal() -> asyncio.Event:
    """Take SIGTERM and SIGINT as the end of the show; while it still works they break it off."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


@asynccontextmanager
async def _running(gateway: Gateway) -> AsyncIterator[None]:
    await gateway.start()
    try:
        yield
    finally:
        await gateway.stop()


async def _drop_and_wait(
    ask: _Ask, gateway: Gateway, told: Sequence[Story], there: set[dropping.Dropped]
) -> None:
    """Drop what is not there yet, and wait until everything is decided, answered and delivered."""
    with gateway.store.read() as connection:
        there |= {(one.partner, one.name) for one in outcomes(connection)}
    documents = list(interleaved(told))
    hidden = ask.as_json or not sys.stderr.isatty()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), disable=hidden, transient=True) as bar:
        dropped = bar.add_task("dropped", total=len(documents))
        decided = bar.add_task("decided", total=len(documents))
        for _ in dropping.drop(gateway.inbox, documents, there):
            bar.advance(dropped)
            await asyncio.sleep(_DROP_PAUSE_SECONDS)
        draining = asyncio.create_task(gateway.drain())
        while not draining.done():
            bar.update(decided, completed=await asyncio.to_thread(_decided, gateway))
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(draining), _LOOK_SECONDS)
        await draining


def _decided(gateway: Gateway) -> int:
    with gateway.store.read() as connection:
        return decided_count(connection)


def _print_json(found: Sequence[Row], counted: Summary) -> None:
    for one in (*found, counted):
        sys.stdout.buffer.write(_ENCODER.encode(one) + b"\n")
    sys.stdout.buffer.flush()


def _log_to(file: TextIO) -> None:
    """Send the gateway's log, and what libraries say, to a file: the table has the screen."""
    logging.basicConfig(stream=file, level=logging.WARNING, force=True)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file),
    )
