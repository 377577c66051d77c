"""`dockmatch config`: whether the configuration can be, what applies, and keys for secrets."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from gateway.commands.opening import config_option, configured, json_option, told
from gateway.config import Config, ConfigError
from gateway.delivering.choice import vault_of, wanted
from gateway.doors.access import InsecureError, checked
from gateway.outbound import networks
from gateway.rulebook import judge_of
from gateway.vault import new_key

_FINDINGS = 1
_HIDDEN = "***"
_SECRET = {"secret", "token", "key", "keys", "password", "client_secret"}


@click.group()
def config() -> None:
    """Check the configuration, show what applies, and make keys for secrets."""


@config.command()
@config_option
@json_option
def check(path: Path | None, *, as_json: bool) -> None:
    """Say what is wrong with the configuration, all of it; exit status 1 where something is.

    The files that it names are read, the policy and the master data too; nothing is connected to.
    """
    with told():
        found = list(_faults(configured(path)))
    for fault in found:
        click.echo(msgspec.json.encode({"fault": fault}) if as_json else fault)
    if not as_json:
        click.echo(f"{len(found)} wrong" if found else "the configuration is sound")
    sys.exit(_FINDINGS if found else 0)


def _faults(said: Config) -> Iterator[str]:
    looks: tuple[Callable[[], object], ...] = (
        lambda: wanted(said.endpoints, said.root),
        lambda: vault_of(said),
        lambda: judge_of(said),
        lambda: checked(said.web),
        lambda: networks(said.outbound.allow),
    )
    for look in looks:
        try:
            look()
        except (ConfigError, InsecureError, ValueError) as error:
            yield str(error)
    addresses = [one.url for one in said.endpoints]
    for url in sorted({one for one in addresses if addresses.count(one) > 1}):
        yield f"endpoint {url} is named twice; an address is one endpoint"


@config.command()
@config_option
def show(path: Path | None) -> None:
    """Print what applies, defaults and environment included, as JSON; secrets are left out."""
    with told():
        said = msgspec.to_builtins(configured(path), enc_hook=str)
    click.echo(msgspec.json.format(msgspec.json.encode(_hidden(said)), indent=2))


def _hidden(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _HIDDEN if name in _SECRET and inner else _without_password(name, _hidden(inner))
            for name, inner in value.items()
        }
    return [_hidden(one) for one in value] if isinstance(value, list | tuple) else value


def _without_password(name: str, value: Any) -> Any:
    """Return the address of a database without its password."""
    if name != "database" or not isinstance(value, str) or "@" not in value:
        return value
    scheme, _, rest = value.partition("://")
    who, _, where = rest.rpartition("@")
    return f"{scheme}://{who.partition(':')[0]}@{where}"


@config.command()
def key() -> None:
    """Make a key that seals secrets, for `secrets.key_file`, and print it."""
    click.echo(new_key())
