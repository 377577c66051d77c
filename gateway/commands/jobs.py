"""`dockmatch jobs`: what is to be done, and what was given up."""

import sys
from pathlib import Path

import click
import msgspec

from gateway.clock import system_clock
from gateway.commands.opening import config_option, configured, json_option, opened, told
from gateway.config import Config
from gateway.jobs.choice import shared_engine_of
from gateway.jobs.port import DeadJob

_FINDINGS = 1
_LIMIT = 1000


@click.group()
@config_option
@click.pass_context
def jobs(context: click.Context, path: Path | None) -> None:
    """Look at the work that waits, and take up again what was given up."""
    with told():
        context.obj = configured(path)


@jobs.command()
@json_option
@click.pass_obj
def stats(config: Config, *, as_json: bool) -> None:
    """Count the jobs that may begin, are in work, wait for their time, and are dead."""
    with told(), opened(config) as store, store.read() as connection:
        counted = shared_engine_of(store, system_clock).stats(connection)
    if as_json:
        click.echo(msgspec.json.encode(counted).decode())
    else:
        names = ("ready", "working", "waiting", "dead")
        click.echo("  ".join(f"{name} {getattr(counted, name)}" for name in names))


@jobs.command()
@click.option("--kind", help="Those of a kind alone.")
@json_option
@click.pass_obj
def dead(config: Config, kind: str | None, *, as_json: bool) -> None:
    """List what was given up after its last try, newest first, with the reason.

    Exit status 1 where there is any.
    """
    with told(), opened(config) as store, store.read() as connection:
        letters = shared_engine_of(store, system_clock).dead(connection, _LIMIT)
    letters = [one for one in letters if kind in {None, one.kind}]
    for one in letters:
        click.echo(_json(one) if as_json else _words(one))
    if not letters and not as_json:
        click.echo("nothing was given up")
    sys.exit(_FINDINGS if letters else 0)


@jobs.command()
@click.argument("numbers", nargs=-1, type=int)
@click.option("--kind", help="All of a kind.")
@click.option("--all", "everything", is_flag=True, help="All there are.")
@click.pass_obj
def replay(config: Config, numbers: tuple[int, ...], kind: str | None, *, everything: bool) -> None:
    """Take up again what was given up: by its NUMBERS, all of a kind, or all.

    Exit status 1 where there is nothing to take up.
    """
    if not (numbers or kind or everything):
        message = "say which: NUMBERS, --kind or --all"
        raise click.UsageError(message)
    with told(), opened(config) as store:
        engine = shared_engine_of(store, system_clock)
        with store.write() as connection:
            chosen = [
                one.id
                for one in engine.dead(connection, _LIMIT)
                if everything or one.id in numbers or one.kind == kind
            ]
            taken = engine.replay(connection, chosen)
    click.echo(f"{taken} taken up again")
    sys.exit(0 if taken else _FINDINGS)


def _words(one: DeadJob) -> str:
    return f"{one.id}  {one.died_at}  {one.kind} {one.key} of {one.partner}: {one.error}"


def _json(one: DeadJob) -> str:
    said = {name: getattr(one, name) for name in one.__struct_fields__ if name != "args"}
    return msgspec.json.encode(said | {"args": msgspec.Raw(one.args)}).decode()
