"""`dockmatch retention`: what is older than its retention, and what is held all the same."""

import sys
from pathlib import Path

import click
import msgspec

from gateway.clock import stamp, system_clock
from gateway.commands.opening import config_option, configured, json_option, opened, told
from gateway.config import Config
from gateway.flows import retaining
from gateway.flows.retaining import Retaining
from gateway.store import retention as kept
from gateway.store.retention import ALL, Hold

_NONE = 1
_ACTOR = "command line"


@click.group()
@config_option
@click.pass_context
def retention(context: click.Context, path: Path | None) -> None:
    """Remove what is older than its retention, and hold what must stay."""
    with told():
        context.obj = configured(path)


@retention.command()
@click.option("--dry-run", is_flag=True, help="Say what would go, and remove nothing.")
@json_option
@click.pass_obj
def run(config: Config, *, dry_run: bool, as_json: bool) -> None:
    """Remove what is older than the days of [retention], open and held things excepted."""
    with told(), opened(config) as store:
        work = Retaining(
            store, config.data / "archive", config.inbox, config.retention, system_clock
        )
        gone = work.apply(dry=dry_run)
    if as_json:
        click.echo(msgspec.json.encode(gone))
        return
    what = "would go" if dry_run else "gone"
    click.echo(
        f"{what}: {gone.contents} contents ({gone.bytes} bytes), {gone.answers} answers, "
        f"the data of {gone.events} events, {gone.files} files in done/"
    )


@retention.command()
@click.argument("partner")
@click.option("--document", type=int, metavar="RECEIPT", help="This file of the partner alone.")
@click.option("--reason", required=True, help="Kept and announced.")
@click.pass_obj
def hold(config: Config, partner: str, document: int | None, reason: str) -> None:
    """Keep everything of a PARTNER, or of all (*), until it is released."""
    wanted = Hold(
        id=0,
        partner=partner,
        document_id=document,
        reason=reason,
        actor=_ACTOR,
        at=stamp(system_clock()),
    )
    with told(), opened(config) as store:
        made = retaining.hold(store, wanted)
    click.echo(f"hold {made.id} stands")


@retention.command()
@click.argument("number", type=int)
@click.pass_obj
def release(config: Config, number: int) -> None:
    """End the hold of a NUMBER; exit status 1 where none stands."""
    with told(), opened(config) as store:
        found = retaining.release(store, number, _ACTOR, stamp(system_clock()))
    click.echo(f"hold {number} is ended" if found else f"no hold {number} stands")
    sys.exit(0 if found else _NONE)


@retention.command(name="list")
@json_option
@click.pass_obj
def list_holds(config: Config, *, as_json: bool) -> None:
    """List the holds that stand."""
    with told(), opened(config) as store, store.read() as connection:
        found = kept.holds(connection)
    for one in found:
        what = "everything" if one.partner == ALL else one.partner
        of_file = f" receipt {one.document_id}" if one.document_id else ""
        line = f"{one.id}  {what}{of_file}  since {one.at[:10]}  {one.reason}"
        click.echo(msgspec.json.encode(one) if as_json else line)
