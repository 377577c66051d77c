"""`dockmatch punchout`: shop at suppliers by the running gateway, or be a shop oneself."""

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import click
import msgspec
from msgspec.structs import replace

from gateway.app import Gateway
from gateway.commands.serving import serve
from gateway.config import Config, ConfigError, load
from gateway.doors.access import InsecureError
from gateway.solitude import AnotherGatewayError
from gateway.store.migrate import NewerSchemaError

_DEFAULT = Path("dockmatch.toml")
_NOT_DONE, _USAGE, _OURS = 1, 2, 3
_TIMEOUT_SECONDS = 90

_config = click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The configuration of the gateway; dockmatch.toml of this folder where there is one.",
)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def punchout() -> None:
    """Shop at suppliers: start sessions, look at carts, order them; or serve a catalogue."""


@punchout.command()
@click.option("--supplier", required=True, metavar="NAME", help="As in partners/NAME.toml.")
@click.option(
    "--operation",
    type=click.Choice(["create", "edit", "inspect"]),
    default="create",
    show_default=True,
)
@click.option("--session", type=int, help="Whose cart is edited or inspected.")
@click.option("--item", help="A part number to begin with.")
@click.option(
    "--user",
    multiple=True,
    metavar="NAME=VALUE",
    help="Who shops, as the supplier knows it: UserEmail=ann@example.com. May be repeated.",
)
@click.option("--test", "is_test", is_flag=True, help="Never becomes a real order.")
@_config
@_json
def start(  # noqa: PLR0913, PLR0917 - its options
    supplier: str,
    operation: str,
    session: int | None,
    item: str | None,
    user: tuple[str, ...],
    path: Path | None,
    *,
    is_test: bool,
    as_json: bool,
) -> None:
    """Start a session at a supplier's shop, and print the address to open in a browser.

    Exit status 1 where the supplier does not open its shop.
    """
    ask: dict[str, Any] = {
        "supplier": supplier,
        "operation": operation,
        "session": session,
        "item": item,
        "user": _pairs(user),
        "test": True if is_test else None,
    }
    told = _asked(path, "/v1/punchout/sessions", ask)
    if as_json:
        click.echo(json.dumps(told))
    elif told["state"] == "started":
        click.echo(f"Session {told['id']} at {supplier} is open. Go to the shop:")
        click.echo(told["go_url"])
    else:
        click.echo(f"Session {told['id']} at {supplier} failed: {told.get('reason')}")
    sys.exit(0 if told["state"] == "started" else _NOT_DONE)


@punchout.command()
@click.argument("number", type=int)
@_config
@_json
def show(number: int, path: Path | None, *, as_json: bool) -> None:
    """Show a session: its state, its cart, and its order."""
    told = _asked(path, f"/v1/punchout/sessions/{number}")
    click.echo(json.dumps(told) if as_json else _in_words(told))


@punchout.command(name="list")
@_config
@_json
def list_sessions(path: Path | None, *, as_json: bool) -> None:
    """List the newest sessions."""
    told = _asked(path, "/v1/punchout/sessions")
    for one in told["sessions"]:
        click.echo(json.dumps(one) if as_json else _in_words(one))


@punchout.command()
@click.argument("number", type=int)
@click.option("--number", "order_number", required=True, help="The number that the order gets.")
@_config
@_json
def order(number: int, order_number: str, path: Path | None, *, as_json: bool) -> None:
    """Make the cart of a session an order, and send it."""
    told = _asked(path, f"/v1/punchout/sessions/{number}/order", {"number": order_number})
    click.echo(json.dumps(told) if as_json else _in_words(told))


@punchout.command(name="serve-catalog")
@click.argument("items", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", help="What the shop is called.")
@click.option("--port", type=click.IntRange(0, 65535), help="0: a free one.")
@_config
def serve_catalog(items: Path, name: str | None, port: int | None, path: Path | None) -> None:
    """Serve ITEMS (CSV or JSON) as a catalogue to the buyers in partners/, by cXML and OCI.

    It is the gateway of `dockmatch run` with a catalogue: orders that come in are kept by it.
    """
    try:
        config = _loaded(path)
        catalog = replace(config.catalog, items=str(items.absolute()))
        if name is not None:
            catalog = replace(catalog, name=name)
        web = config.web if port is None else replace(config.web, port=port)
        asyncio.run(serve(Gateway(replace(config, catalog=catalog, web=web))))
    except (ConfigError, AnotherGatewayError, InsecureError, NewerSchemaError) as error:
        click.echo(f"dockmatch: {error}", err=True)
        sys.exit(_USAGE)
    except OSError as error:
        click.echo(f"dockmatch: {error}", err=True)
        sys.exit(_OURS)


def _loaded(path: Path | None) -> Config:
    return load(_DEFAULT if path is None and _DEFAULT.exists() else path)


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if not all(sign and value for _, sign, value in pairs):
        message = "a user is given as NAME=VALUE, for example UserEmail=ann@example.com"
        raise click.UsageError(message)
    return {name: value for name, _, value in pairs}


def _asked(path: Path | None, where: str, body: Mapping[str, Any] | None = None) -> Any:
    """Ask the running gateway; ends the program with its words where it says no."""
    try:
        config = _loaded(path)
    except ConfigError as error:
        click.echo(f"dockmatch: {error}", err=True)
        sys.exit(_USAGE)
    address = f"http://{config.web.host}:{config.web.port}{where}"
    headers = {"Content-Type": "application/json"}
    if config.web.token:
        headers["Authorization"] = f"Bearer {config.web.token}"
    told = {name: value for name, value in body.items() if value is not None} if body else None
    content = None if told is None else msgspec.json.encode(told)
    request = Request(address, data=content, headers=headers)
    try:
        with urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310 - as above
            return json.load(answer)
    except HTTPError as error:
        return _failed(error)
    except (URLError, OSError) as error:
        click.echo(f"dockmatch: no gateway answers at {address}: {error}", err=True)
        click.echo("Start it with `dockmatch run`.", err=True)
        sys.exit(_OURS)


def _failed(error: HTTPError) -> Any:
    """Return a session that failed; other refusals end the program."""
    try:
        told = json.load(error)
    except ValueError:
        told = {}
    if "state" in told:
        return told
    click.echo(f"dockmatch: {told.get('detail') or error.reason}", err=True)
    sys.exit(_NOT_DONE)


def _in_words(told: Mapping[str, Any]) -> str:
    parts = [f"{told['id']:>6}  {told['state']:<10} {told['supplier']}"]
    cart = told.get("cart")
    if cart:
        total = f", {cart['total']} {cart.get('currency', '')}" if cart.get("total") else ""
        parts.append(f"{len(cart.get('lines', []))} lines{total}")
    if told.get("hold_until") and told["state"] == "returned":
        parts.append(f"prices hold until {told['hold_until'][:16]} UTC")
    if told.get("order"):
        parts.append(f"order {told['order']['number']}: {told['order'].get('sending')}")
    if told.get("reason"):
        parts.append(str(told["reason"]))
    return "; ".join(parts)
