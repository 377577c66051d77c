"""`dockmatch balance`: what came in is delivered, open or rejected, day by day."""

import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import click
import msgspec

from gateway.clock import system_clock
from gateway.commands.opening import config_option, configured, json_option, opened, told
from gateway.store import balances
from gateway.store.balances import Day, Open

_UNBALANCED = 1
_COLUMNS = ("received", "delivered", "open", "rejected", "difference", "accepted")


@click.command()
@click.option(
    "--day", "asked", type=click.DateTime(["%Y-%m-%d"]), help="That day alone, in UTC; else a week."
)
@click.option("--days", type=click.IntRange(1, 366), default=7, show_default=True)
@config_option
@json_option
def balance(asked: datetime | None, days: int, path: Path | None, *, as_json: bool) -> None:
    """Say of each day what came in and where it is: received = delivered + open + rejected.

    Counted are records, and files without any; what is open is listed with the reason. Accepted
    are those delivered that a receiver gave a document number. Exit status 1 where it does not sum.
    """
    last = asked.date() if asked else system_clock().date()
    first = last if asked else last - timedelta(days=days - 1)
    with told(), opened(configured(path)) as store, store.read() as connection:
        found = balances.balance(connection, first, last)
        still_open = balances.still_open(connection, first, last)
    if as_json:
        days_told = [msgspec.to_builtins(one) | {"difference": one.difference} for one in found]
        click.echo(msgspec.json.encode({"days": days_told, "what_is_open": still_open}))
    else:
        _print(first, last, found, still_open)
    sys.exit(_UNBALANCED if any(one.difference for one in found) else 0)


def _print(first: date, last: date, found: list[Day], still_open: list[Open]) -> None:
    if not found:
        click.echo(f"nothing came in from {first} to {last}")
        return
    click.echo(f"{'':<10}" + "".join(f"{name:>12}" for name in _COLUMNS))
    for one in found:
        click.echo(f"{one.day:<10}" + "".join(f"{getattr(one, name):>12}" for name in _COLUMNS))
    for each in still_open:
        what = " ".join(filter(None, (each.kind, each.number)))
        click.echo(f"open: receipt {each.document} {each.partner}/{each.name} {what}: {each.why}")
    if len(still_open) == balances.OPEN_MAX:
        click.echo(f"these are the first {balances.OPEN_MAX} that are open")
