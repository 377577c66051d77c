"""The policies page: what holds for the company or a group, and the level of each value."""

import asyncio
from collections.abc import Callable

from aiohttp import web
from msgspec import Struct
from sqlalchemy import Connection
from yarl import URL

from gateway.clock import moment_of
from gateway.doors.edge import ACTOR
from gateway.doors.services import SERVICES
from gateway.people import groups
from gateway.people.groups import COMPANY_NAME, Effective, Tree
from gateway.people.news import By
from gateway.people.roll import PeopleError
from gateway.people.vocabulary import SettingError
from gateway.store.people_groups import COMPANY
from gateway.web import show
from gateway.web.serving import answer_page, form
from matcher.policy import Policy

WRITES = "partners:write"
_CONFLICT = 409
_UNGROUPED = "matching"


class Node(Struct, frozen=True, kw_only=True):
    """A group in the tree, with those under it."""

    name: str
    href: str
    current: bool
    below: tuple["Node", ...]


class Setting(Struct, frozen=True, kw_only=True):
    """A value as it is shown: `source` is its level, `beneath` what it stands above."""

    key: str
    means: str
    value: str | None
    own: bool
    source: str
    href: str | None
    said: str | None
    beneath: tuple[str, ...]


class Section(Struct, frozen=True, kw_only=True):
    """Settings that begin alike."""

    title: str
    settings: tuple[Setting, ...]


class Policies(Struct, frozen=True, kw_only=True):
    """The page; `fault` is why something was not kept."""

    group: str
    is_company: bool
    may_write: bool
    tree: Node
    names: tuple[str, ...]
    sections: tuple[Section, ...]
    fault: str | None


async def show_policies(request: web.Request) -> web.Response:
    """Show what holds for the group of the address, for the company without one."""
    return await _page(request, request.query.get("group", COMPANY_NAME), None)


async def _page(request: web.Request, group: str, fault: str | None) -> web.Response:
    services = request.app[SERVICES]
    may_write = WRITES in request[ACTOR].rights

    def view(connection: Connection) -> Policies | None:
        tree = groups.tree(connection)
        if group not in tree.names():
            return None
        return _prepared(tree, group, services.policy, fault, may_write=may_write)

    response = await answer_page(request, "policies.html", view)
    response.set_status(_CONFLICT if fault else 200)
    return response


def _prepared(
    tree: Tree, group: str, policy: Policy, fault: str | None, *, may_write: bool
) -> Policies:
    number = tree.named(group)
    sections: dict[str, list[Setting]] = {}
    for one in tree.all_effective(number, policy):
        title = one.key.split(".")[0] if "." in one.key else _UNGROUPED
        sections.setdefault(title, []).append(_setting(one))
    return Policies(
        group=group,
        is_company=number == COMPANY,
        may_write=may_write,
        tree=_node(tree, COMPANY, number),
        names=tuple(tree.names()),
        sections=tuple(Section(title=t, settings=tuple(s)) for t, s in sections.items()),
        fault=fault,
    )


def _setting(one: Effective) -> Setting:
    first, *rest = one.levels
    said = f"{first.actor}, {show.moment(moment_of(first.at))}" if first.at else None
    return Setting(
        key=one.key,
        means=one.means,
        value=one.value,
        own=one.own,
        source=one.source,
        href=address_of(first.name) if first.group is not None else None,
        said=said,
        beneath=tuple(f"{level.value or 'not given'} ({level.name})" for level in rest),
    )


def _node(tree: Tree, number: int, current: int) -> Node:
    name = tree.name(number)
    below = sorted(tree.below(number), key=tree.name)
    return Node(
        name=name,
        href=address_of(name),
        current=number == current,
        below=tuple(_node(tree, one, current) for one in below),
    )


def address_of(group: str) -> str:
    """Return the address of the page of a group."""
    return str(URL("/policies").with_query(group=group))


async def keep(request: web.Request) -> web.Response:
    """Let a group say a value, or inherit it again."""
    fields = await form(request)
    group, key = fields.get("group", ""), fields.get("key", "")
    value = None if fields.get("action") == "inherit" else fields.get("value", "")

    def act(connection: Connection, by: By) -> None:
        groups.say(connection, group, key, value, by)

    return await _acted(request, group, act)


async def make_group(request: web.Request) -> web.Response:
    """Make a group under the one of the page."""
    fields = await form(request)
    name, parent = fields.get("name", ""), fields.get("group", "")

    def act(connection: Connection, by: By) -> None:
        groups.add(connection, name, parent, by)

    return await _acted(request, parent, act)


async def change_group(request: web.Request) -> web.Response:
    """Hang a group under another one, or remove it."""
    fields = await form(request)
    group, parent = fields.get("group", ""), fields.get("parent", "")
    removes = fields.get("action") == "remove"

    def act(connection: Connection, by: By) -> None:
        if removes:
            groups.remove(connection, group, by)
        else:
            groups.move(connection, group, parent, by)

    return await _acted(request, group, act, COMPANY_NAME if removes else group)


async def _acted(
    request: web.Request, group: str, act: Callable[[Connection, By], None], then: str = ""
) -> web.Response:
    services, actor = request.app[SERVICES], request[ACTOR]

    def run() -> None:
        with services.store.write() as connection:
            act(connection, By(actor.name, services.clock()))

    try:
        await asyncio.to_thread(run)
    except (PeopleError, SettingError) as error:
        text = str(error)
        return await _page(request, group, f"{text[:1].upper()}{text[1:]}.")
    services.announced()
    where = URL("/policies").with_query(group=then or group, done="grouped")
    raise web.HTTPSeeOther(location=str(where))
