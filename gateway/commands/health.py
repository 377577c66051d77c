"""`dockmatch health`: what a container or a monitor asks."""

import sys
import urllib.error
import urllib.request

import click
import msgspec
from msgspec import Struct

from gateway.answers import plain
from gateway.doors.board import Line


class _Ready(Struct):
    notes: list[str] = []
    doors: list[Line] = []


_SICK = 1
_SECONDS = 5


@click.command()
@click.option("--url", default="http://127.0.0.1:8710", show_default=True, help="The gateway.")
@click.option(
    "--token", envvar="DOCKMATCH__WEB__TOKEN", help="The token, to be told of every door by name."
)
@click.option("--json", "as_json", is_flag=True, help="Print the gateway's own answer.")
def health(url: str, token: str | None, *, as_json: bool) -> None:
    """Ask a gateway whether it is ready: exit status 0 where it is, 1 where it is not."""
    if not url.startswith(("http://", "https://")):
        raise click.BadParameter(url, param_hint="--url")
    try:
        with urllib.request.urlopen(_request(url, token), timeout=_SECONDS) as answer:  # noqa: S310 - http, see above
            said = answer.read().decode()
    except urllib.error.HTTPError as error:
        click.echo(error.read().decode() if as_json else f"not ready: {error.reason}")
        sys.exit(_SICK)
    except OSError as error:
        click.echo(f"{url} does not answer: {error}", err=True)
        sys.exit(_SICK)
    click.echo(said if as_json else "\n".join(["ready", *_notes(said)]))


def _request(url: str, token: str | None) -> urllib.request.Request:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return urllib.request.Request(f"{url}/readyz", headers=headers)  # noqa: S310 - as above


def _notes(said: str) -> list[str]:
    """Return what the gateway thinks that somebody should look at, and what each door says."""
    try:
        told = msgspec.json.decode(said, type=_Ready)
    except msgspec.DecodeError:
        return []
    doors = [f"{one.door}: {one.state} since {one.since[:16]}: {one.says}" for one in told.doors]
    return [*told.notes, *map(plain, doors)]
