"""The pages of those who say what others may: who there is, their roles, groups and sessions."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from aiohttp import web
from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import moment_of
from gateway.doors.access import Actor
from gateway.doors.callers import PORTER
from gateway.doors.edge import ACTOR
from gateway.doors.proxies import origin_of
from gateway.doors.services import SERVICES
from gateway.people import roll
from gateway.people.news import By
from gateway.people.roll import PeopleError
from gateway.rights import ROLE_WORDS
from gateway.store import people, people_groups, people_sessions
from gateway.store.people import NewPerson, Person
from gateway.web import show
from gateway.web.account import SessionRow, rows_of
from gateway.web.serving import answer_page, form, several

_CONFLICT = 409


class Choice(Struct, frozen=True, kw_only=True):
    """Something that can be ticked."""

    value: str
    words: str
    on: bool


class PersonRow(Struct, frozen=True, kw_only=True):
    """A person as the list shows them."""

    id: int
    name: str
    display: str
    email: str
    roles: tuple[str, ...]
    groups: tuple[str, ...]
    state: str
    look: show.Look
    sessions: int
    since: str


class Link(Struct, frozen=True, kw_only=True):
    """A link that was just made, shown this once."""

    name: str
    href: str
    hours: int


class PeoplePage(Struct, frozen=True, kw_only=True):
    """The list; `fault` is why somebody was not invited."""

    rows: tuple[PersonRow, ...]
    roles: tuple[Choice, ...]
    groups: tuple[Choice, ...]
    link: Link | None
    fault: str | None
    name: str
    email: str
    display: str


class PersonPage(Struct, frozen=True, kw_only=True):
    """One person."""

    row: PersonRow
    roles: tuple[Choice, ...]
    groups: tuple[Choice, ...]
    sessions: tuple[SessionRow, ...]
    disabled: bool
    own: bool
    link: Link | None
    fault: str | None


async def listed(request: web.Request) -> web.Response:
    """Show everybody."""
    return await _list(request)


async def _list(
    request: web.Request,
    link: Link | None = None,
    fault: str | None = None,
    fields: dict[str, str] | None = None,
) -> web.Response:
    typed = fields or {}

    def view(connection: Connection) -> PeoplePage:
        open_sessions = [one.person_id for _, one in people_sessions.listed(connection)]
        return PeoplePage(
            rows=tuple(_row(one, open_sessions) for one in people.listed(connection)),
            roles=_roles(()),
            groups=_groups(connection, ()),
            link=link,
            fault=fault,
            **{name: typed.get(name, "") for name in ("name", "email", "display")},
        )

    response = await answer_page(request, "people.html", view)
    response.set_status(_CONFLICT if fault else 200)
    return response


async def invite(request: web.Request) -> web.Response:
    """Invite somebody, and show the link this once."""
    fields, ticked = await form(request), await several(request, "role", "group")
    actor = request[ACTOR]
    wanted = NewPerson(
        name=fields.get("name", ""),
        email=fields.get("email", ""),
        display=fields.get("display", ""),
        roles=frozenset(ticked["role"]),
        created_by=actor.name,
    )
    lasts, now = request.app[PORTER].link_lasts, request.app[SERVICES].clock()

    def act(connection: Connection) -> roll.Invited:
        return roll.invite(connection, wanted, ticked["group"], lasts, now)

    try:
        made = await _write(request, act)
    except PeopleError as error:
        return await _list(request, fault=_sentence(error), fields=fields)
    return await _list(request, link=_link(request, made))


async def one(request: web.Request) -> web.Response:
    """Show one person."""
    return await _one(request)


async def _one(
    request: web.Request, link: Link | None = None, fault: str | None = None
) -> web.Response:
    number, actor = int(request.match_info["id"]), request[ACTOR]

    def view(connection: Connection) -> PersonPage | None:
        person = people.one(connection, number)
        if person is None:
            return None
        sessions = people_sessions.of_person(connection, number)
        return PersonPage(
            row=_row(person, [one.person_id for one in sessions]),
            roles=_roles(person.roles),
            groups=_groups(connection, person.groups),
            sessions=rows_of(sessions, actor),
            disabled=person.disabled_at is not None,
            own=actor.person == number,
            link=link,
            fault=fault,
        )

    response = await answer_page(request, "person.html", view)
    response.set_status(_CONFLICT if fault else 200)
    return response


async def change(request: web.Request) -> web.Response:
    """Give a person the roles and the groups that are ticked."""
    await form(request)
    ticked = await several(request, "role", "group")

    def act(connection: Connection, person: Person, by: By) -> None:
        roll.give_roles(connection, person, ticked["role"], by)
        if set(ticked["group"]) != set(person.groups):
            roll.put_into(connection, person, ticked["group"], by)

    return await _changed(request, act, "kept-person")


async def disable(request: web.Request) -> web.Response:
    """Let a person in no longer."""
    await form(request)
    return await _changed(request, roll.disable, "disabled")


async def enable(request: web.Request) -> web.Response:
    """Let a person in again."""
    await form(request)
    return await _changed(request, roll.enable, "enabled")


async def make_link(request: web.Request) -> web.Response:
    """Make a link by which a person chooses a new password, and show it this once."""
    await form(request)
    lasts, by = request.app[PORTER].link_lasts, _by(request)
    number = int(request.match_info["id"])

    def act(connection: Connection) -> roll.Invited:
        return roll.let_set_password(connection, roll.kept(connection, number), lasts, by)

    try:
        made = await _write(request, act)
    except PeopleError as error:
        return await _one(request, fault=_sentence(error))
    return await _one(request, link=_link(request, made))


async def end_session(request: web.Request) -> web.Response:
    """End a session of somebody else."""
    await form(request)
    number, session = int(request.match_info["id"]), int(request.match_info["session"])
    actor: Actor = request[ACTOR]
    ended = await request.app[PORTER].end(actor, number, session, f"ended by {actor.name}")
    raise web.HTTPSeeOther(location=f"/people/{number}?done={'ended' if ended else 'nothing'}")


async def _changed(
    request: web.Request, act: Callable[[Connection, Person, By], Any], done: str
) -> web.Response:
    number, by = int(request.match_info["id"]), _by(request)

    def run(connection: Connection) -> None:
        act(connection, roll.kept(connection, number), by)

    try:
        await _write(request, run)
    except PeopleError as error:
        return await _one(request, fault=_sentence(error))
    raise web.HTTPSeeOther(location=f"/people/{number}?done={done}")


async def _write(request: web.Request, act: Callable[[Connection], Any]) -> Any:
    store = request.app[SERVICES].store

    def run() -> Any:
        with store.write() as connection:
            return act(connection)

    done = await asyncio.to_thread(run)
    request.app[SERVICES].announced()
    return done


def _by(request: web.Request) -> By:
    return By(request[ACTOR].name, request.app[SERVICES].clock())


def _link(request: web.Request, made: roll.Invited) -> Link:
    services = request.app[SERVICES]
    return Link(
        name=made.person.name,
        href=f"{origin_of(request, services.settings.proxies)}/sign-in/link/{made.secret}",
        hours=services.people.link_hours,
    )


def _sentence(error: PeopleError) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."


def _row(person: Person, sessions: list[int]) -> PersonRow:
    if person.disabled_at is not None:
        state = show.Look(icon="cross", word="Disabled", tone="bad")
    elif person.has_joined:
        state = show.Look(icon="check", word="Active", tone="good")
    else:
        state = show.Look(icon="clock", word="Invited", tone="wait")
    return PersonRow(
        id=person.id,
        name=person.name,
        display=person.display,
        email=person.email,
        roles=tuple(sorted(person.roles)),
        groups=person.groups,
        state=state.word,
        look=state,
        sessions=sessions.count(person.id),
        since=show.moment(moment_of(person.created_at)),
    )


def _roles(held: Iterable[str]) -> tuple[Choice, ...]:
    on = set(held)
    return tuple(
        Choice(value=role, words=words, on=role in on) for role, words in ROLE_WORDS.items()
    )


def _groups(connection: Connection, held: Iterable[str]) -> tuple[Choice, ...]:
    on = set(held)
    return tuple(
        Choice(value=one.name, words="", on=one.name in on)
        for one in people_groups.listed(connection)
    )
