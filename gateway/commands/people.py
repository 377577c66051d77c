"""`dockmatch people`: who may sign in, with which roles, in which groups, and what groups set."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import click
import msgspec
from sqlalchemy import Connection
from yarl import URL

from gateway.clock import system_clock
from gateway.commands.opening import config_option, configured, json_option, opened, told
from gateway.config import Config
from gateway.people import groups, roll
from gateway.people.news import By
from gateway.people.roll import Invited, PeopleError
from gateway.people.vocabulary import SettingError
from gateway.rights import ROLES
from gateway.rulebook import rules_of
from gateway.store import people as kept_people
from gateway.store.engine import Store
from gateway.store.migrate import upgrade
from gateway.store.people import NewPerson, Person

_REFUSED = 1


@click.group()
def people() -> None:
    """Invite people, give them roles and groups, and say what groups set.

    There is no password to begin with: whoever is invited gets a link that is good once.
    """


@contextmanager
def _writing(path: Path | None) -> Iterator[tuple[Config, Connection]]:
    """Open the database for one transaction, and tell in one line what cannot be."""
    try:
        with told():
            config = configured(path)
            _make_where_none_is(config)
            with opened(config) as store, store.write() as connection:
                yield config, connection
    except (PeopleError, SettingError) as error:
        click.echo(f"dockmatch: {error}", err=True)
        sys.exit(_REFUSED)


def _make_where_none_is(config: Config) -> None:
    """Make the database, so that the first person can be invited before anything listens."""
    if isinstance(config.database, Path) and not config.database.exists():
        store = Store(config.database)
        upgrade(store, config.data / "backups")
        store.close()


def _by() -> By:
    return By(f"{getpass.getuser()} (console)"[:64], system_clock())


@people.command()
@click.argument("email")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(list(ROLES)))
@click.option("--group", "in_groups", multiple=True, help="A group that they are in.")
@click.option("--name", default="", help="What they sign in with; from the address without.")
@click.option("--display", default="", help="The name that is shown.")
@config_option
def invite(  # noqa: PLR0913, PLR0917 - the options of one command
    email: str,
    roles: tuple[str, ...],
    in_groups: tuple[str, ...],
    name: str,
    display: str,
    path: Path | None,
) -> None:
    """Invite the person with the address EMAIL, and print the link that lets them in, once.

    From the first person on everybody has to sign in, so invite an admin first.
    """
    by = _by()
    wanted = NewPerson(
        name=name, email=email, display=display, roles=frozenset(roles), created_by=by.actor
    )
    with _writing(path) as (config, connection):
        lasts = timedelta(hours=config.people.link_hours)
        made = roll.invite(connection, wanted, in_groups, lasts, by.now)
    _print_link(config, made)


@people.command("list")
@config_option
@json_option
def list_people(path: Path | None, *, as_json: bool) -> None:
    """List everybody: name, state, roles, groups, address."""
    with told(), opened(configured(path)) as store, store.read() as connection:
        found = kept_people.listed(connection)
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    for one in found:
        roles, in_groups = ", ".join(sorted(one.roles)), ", ".join(one.groups)
        click.echo(f"{one.name}  {_state(one)}  {roles}  {in_groups or '-'}  {one.email}")
    if not found:
        click.echo("Nobody was invited: whoever reaches the server is its operator.")


@people.command()
@click.argument("name")
@config_option
def disable(name: str, path: Path | None) -> None:
    """Let NAME in no longer, and end their sessions at once."""
    with _writing(path) as (_, connection):
        one = roll.disable(connection, roll.named(connection, name), _by())
    click.echo(f"{one.name} is disabled")


@people.command()
@click.argument("name")
@config_option
def enable(name: str, path: Path | None) -> None:
    """Let NAME in again."""
    with _writing(path) as (_, connection):
        one = roll.enable(connection, roll.named(connection, name), _by())
    click.echo(f"{one.name} is {_state(one)}")


@people.command()
@click.argument("name")
@click.argument("roles", nargs=-1, required=True, type=click.Choice(list(ROLES)))
@config_option
def roles(name: str, roles: tuple[str, ...], path: Path | None) -> None:
    """Give NAME these ROLES and no other; their sessions end."""
    with _writing(path) as (_, connection):
        one = roll.give_roles(connection, roll.named(connection, name), roles, _by())
    click.echo(f"{one.name} is {', '.join(sorted(one.roles))}")


@people.command("groups")
@click.argument("name")
@click.argument("in_groups", nargs=-1)
@config_option
def put_into(name: str, in_groups: tuple[str, ...], path: Path | None) -> None:
    """Put NAME into these groups (IN_GROUPS) and no other."""
    with _writing(path) as (_, connection):
        one = roll.put_into(connection, roll.named(connection, name), in_groups, _by())
    click.echo(f"{one.name} is in {', '.join(one.groups) or 'no group'}")


@people.command()
@click.argument("name")
@config_option
def reset(name: str, path: Path | None) -> None:
    """End the password and the sessions of NAME, and print a link for choosing another one."""
    with _writing(path) as (config, connection):
        lasts = timedelta(hours=config.people.link_hours)
        made = roll.let_set_password(connection, roll.named(connection, name), lasts, _by())
    _print_link(config, made)


@people.command()
@click.argument("group", default=groups.COMPANY_NAME)
@click.option("--set", "said", nargs=2, multiple=True, metavar="KEY VALUE", help="Say a value.")
@click.option("--inherit", multiple=True, metavar="KEY", help="Say nothing of it any longer.")
@config_option
@json_option
def settings(
    group: str,
    said: tuple[tuple[str, str], ...],
    inherit: tuple[str, ...],
    path: Path | None,
    *,
    as_json: bool,
) -> None:
    """Show every value that holds for GROUP (without one, for the company), and where from."""
    by = _by()
    with _writing(path) as (config, connection):
        for key, value in said:
            groups.say(connection, group, key, value, by)
        for key in inherit:
            groups.say(connection, group, key, None, by)
        now, policy = groups.tree(connection), rules_of(config)[0]
        found = now.all_effective(now.named(group), policy)
    if as_json:
        rows = [{"key": one.key, "value": one.value, "from": one.source} for one in found]
        click.echo(msgspec.json.encode(rows).decode())
        return
    width = max(len(one.key) for one in found)
    for one in found:
        click.echo(f"{one.key:<{width}}  {one.value or 'not given'}  ({one.source})")


@people.group("group")
def one_group() -> None:
    """Make, move and remove groups: departments, legal entities."""


@one_group.command("add")
@click.argument("name")
@click.option("--under", default=groups.COMPANY_NAME, help="The group above it.")
@config_option
def add_group(name: str, under: str, path: Path | None) -> None:
    """Make the group NAME."""
    with _writing(path) as (_, connection):
        groups.add(connection, name, under, _by())
    click.echo(f"{name} is under {under}")


@one_group.command("move")
@click.argument("name")
@click.argument("under")
@config_option
def move_group(name: str, under: str, path: Path | None) -> None:
    """Hang the group NAME under another one (UNDER)."""
    with _writing(path) as (_, connection):
        groups.move(connection, name, under, _by())
    click.echo(f"{name} is under {under}")


@one_group.command("remove")
@click.argument("name")
@config_option
def remove_group(name: str, path: Path | None) -> None:
    """Remove the group NAME, which nobody is in."""
    with _writing(path) as (_, connection):
        groups.remove(connection, name, _by())
    click.echo(f"{name} is gone")


def _state(one: Person) -> str:
    if one.disabled_at is not None:
        return "disabled"
    return "active" if one.has_joined else "invited"


def _print_link(config: Config, made: Invited) -> None:
    """Print the link, which is kept nowhere and shown to nobody again."""
    public = config.cxml.public_url
    here = URL.build(scheme="http", host=config.web.host, port=config.web.port)
    address = URL(public).origin() if public else here
    click.echo(str(address / "sign-in" / "link" / made.secret))
    hours = config.people.link_hours
    click.echo(f"For {made.person.name}: good once, for {hours} hours.", err=True)
