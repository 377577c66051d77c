"""`dockmatch keys`: keys for the API, made, listed and ended."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import msgspec

from gateway.clock import moment_of, system_clock
from gateway.commands.opening import config_option, configured, json_option, opened, told
from gateway.config import Config, ConfigError
from gateway.doors.access import Actor
from gateway.flows.keyholding import KeyRefusedError, WantedKey, end, has_expired, make
from gateway.rights import RIGHTS
from gateway.store import keys as store
from gateway.store.keys import KeyRow

_OPERATOR = Actor(name="command line", rights=frozenset(RIGHTS))
_LISTED_MAX = 10_000
_EXAMPLES = """\b
Examples:
  dockmatch keys create erp --right events:read --right events:settle
  dockmatch keys create osprey --right documents:send --partner osprey --days 365
  dockmatch keys create scanner --right documents:send --from 10.1.0.0/16
"""


@click.group(epilog=_EXAMPLES)
@config_option
@click.pass_context
def keys(context: click.Context, path: Path | None) -> None:
    """Make keys for the HTTP API, see when they were used, and end them.

    The secret is told once, and kept as a hash alone.
    """
    with told():
        context.obj = configured(path)


@keys.command()
@click.argument("name")
@click.option("--right", "rights", multiple=True, required=True, type=click.Choice(list(RIGHTS)))
@click.option("--partner", help="It sends and sees the documents of this partner alone.")
@click.option("--from", "networks", multiple=True, metavar="NETWORK", help="As 10.1.0.0/16.")
@click.option("--days", type=click.IntRange(1, 3650), help="It ends after so many days.")
@json_option
@click.pass_obj
def create(  # noqa: PLR0913, PLR0917 - its options
    config: Config,
    name: str,
    rights: tuple[str, ...],
    partner: str | None,
    networks: tuple[str, ...],
    days: int | None,
    *,
    as_json: bool,
) -> None:
    """Make a key and print its secret, this once."""
    now = system_clock()
    wanted = WantedKey(
        name=name,
        rights=rights,
        partner=partner,
        networks=networks,
        expires_at=now + timedelta(days=days) if days else None,
    )
    with told(), opened(config) as opened_store, opened_store.write() as connection:
        try:
            made = make(connection, wanted, _OPERATOR, now)
        except KeyRefusedError as error:
            raise ConfigError(str(error)) from error
    if as_json:
        click.echo(msgspec.json.encode(_about(made.key) | {"secret": made.secret}))
    else:
        click.echo(made.secret)
        click.echo("this is told once; keep it where nobody else reads", err=True)


@keys.command(name="list")
@click.option("--all", "revoked", is_flag=True, help="Also those that have ended.")
@json_option
@click.pass_obj
def list_keys(config: Config, *, revoked: bool, as_json: bool) -> None:
    """List keys with what they open, and when they were used last."""
    with told(), opened(config) as opened_store, opened_store.read() as connection:
        found = store.listed(connection, limit=_LISTED_MAX, revoked=revoked)
    for one in found:
        click.echo(msgspec.json.encode(_about(one)) if as_json else _line(one))
    if not found and not as_json:
        click.echo("there is no key; dockmatch keys create makes one", err=True)


@keys.command()
@click.argument("name")
@click.pass_obj
def revoke(config: Config, name: str) -> None:
    """End a key at once; its name stays in the log."""
    with told(), opened(config) as opened_store, opened_store.write() as connection:
        key = store.named(connection, name)
        ended = end(connection, key.id, _OPERATOR.name, system_clock()) if key else None
        if ended is None:
            message = f"there is no key {name} that is alive; dockmatch keys list has them"
            raise ConfigError(message)
    click.echo(f"{name} opens nothing any more")


def _about(key: KeyRow) -> dict[str, object]:
    about = {name: getattr(key, name) for name in KeyRow.__struct_fields__}
    return about | {"rights": sorted(key.rights)}


def _line(key: KeyRow) -> str:
    parts = [key.name, f"{key.hint}...", " ".join(sorted(key.rights))]
    parts += [f"partner {key.partner}"] if key.partner else []
    parts += [f"from {' '.join(key.networks)}"] if key.networks else []
    parts += [_end(key)]
    parts += [f"used {_day(key.used_at)} from {key.used_from}" if key.used_at else "never used"]
    return "  ".join(filter(None, parts))


def _end(key: KeyRow) -> str:
    if key.revoked_at:
        return f"revoked {_day(key.revoked_at)} by {key.revoked_by}"
    if not key.expires_at:
        return ""
    word = "ended" if has_expired(key, datetime.now(UTC)) else "ends"
    return f"{word} {_day(key.expires_at)}"


def _day(text: str) -> str:
    return f"{moment_of(text):%Y-%m-%d %H:%M}"
