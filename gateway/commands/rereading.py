"""`dockmatch reread`: have files read again that could not be read, whole or in part."""

import sys
from pathlib import Path

import click
import msgspec
from sqlalchemy import Connection

from gateway.clock import system_clock
from gateway.commands.opening import config_option, configured, json_option, opened, told
from gateway.flows import rereading
from gateway.flows.rereading import AT_ONCE
from gateway.jobs.choice import shared_engine_of
from gateway.store import quarantine
from gateway.store.quarantine import Kind, Unread

_FINDINGS = 1


@click.command()
@config_option
@click.argument("numbers", nargs=-1, type=int)
@click.option("--cause", metavar="CODE", help="All whose first problem has this code.")
@click.option("--partner", metavar="NAME", help="Those of a partner alone.")
@click.option("--partly", is_flag=True, help="Those that were read in part, not the unreadable.")
@click.option("--all", "everything", is_flag=True, help="All there are.")
@click.option("--dry-run", is_flag=True, help="Say which, and read nothing.")
@json_option
def reread(  # noqa: PLR0913 - its options
    path: Path | None,
    numbers: tuple[int, ...],
    cause: str | None,
    partner: str | None,
    *,
    partly: bool,
    everything: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Have files read again by the gateway, once a map, a profile or the software is right.

    Say which by the NUMBERS of their receipts, or by --cause, --partner or --all. Receipts and
    records keep their numbers; what was read whole is not touched. Exit status 1 where there is
    nothing to read.
    """
    if not (numbers or cause or partner or everything):
        message = "say which: NUMBERS, --cause, --partner or --all"
        raise click.UsageError(message)
    with told(), opened(configured(path)) as store:
        with store.read() as connection:
            found = _chosen(connection, numbers, "partly" if partly else "unreadable", cause)
        found = [one for one in found if partner in {None, one.partner}]
        if not dry_run:
            engine = shared_engine_of(store, system_clock)
            chosen = [one.id for one in found]
            found = rereading.reread(store, engine, system_clock, chosen, "command line")
    for one in found:
        click.echo(_json(one) if as_json else _line(one))
    if not as_json:
        click.echo(f"{len(found)} {'would be' if dry_run else 'are'} read again")
    sys.exit(0 if found else _FINDINGS)


def _chosen(
    connection: Connection, numbers: tuple[int, ...], kind: Kind, cause: str | None
) -> list[Unread]:
    if not numbers:
        return quarantine.unread(connection, kind, cause=cause, limit=AT_ONCE)
    found = quarantine.by_number(connection, numbers)
    return [one for one in found if cause in {None, one.cause}]


def _json(one: Unread) -> str:
    about = {"document": one.id, "partner": one.partner, "name": one.name, "cause": one.cause}
    return msgspec.json.encode(about).decode()


def _line(one: Unread) -> str:
    return f"{one.id:>8}  {one.partner}  {one.name}  {one.cause}"
