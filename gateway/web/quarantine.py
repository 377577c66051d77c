"""The files that could not be read, whole or in part: why, where, and reading them again."""

import asyncio
from datetime import datetime

from aiohttp import web
from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import moment_of
from gateway.doors.services import SERVICES
from gateway.flows.rereading import AT_ONCE, reread
from gateway.store import quarantine as store
from gateway.store.quarantine import Kind, Unread
from gateway.web import show
from gateway.web.bytes import place_of
from gateway.web.rows import link
from gateway.web.serving import actor_name, answer_page, form
from parsers.form import Problem

PAGE_FILES = 50
PATH = "/quarantine"
_DIGITS = 18
_LABELS: dict[Kind, str] = {"unreadable": "Unreadable", "partly": "Read in part"}


class UnreadView(Struct, frozen=True, kw_only=True):
    """A file that could not be read; `bytes_href` shows it where reading stopped."""

    id: int
    file: str
    partner: str
    door: str
    size: str
    age: str
    received: str
    received_at: str
    problems: tuple[Problem, ...]
    href: str
    bytes_href: str
    fields_href: str


class Choice(Struct, frozen=True, kw_only=True):
    """A view or a cause with its count."""

    key: str
    label: str
    href: str
    count: int
    current: bool


class Quarantine(Struct, frozen=True, kw_only=True):
    """The whole page; `cause` is the code that it is narrowed to."""

    kind: Kind
    tabs: tuple[Choice, ...]
    causes: tuple[Choice, ...]
    cause: str
    files: tuple[UnreadView, ...]
    here: int
    next_href: str | None


async def quarantine_page(request: web.Request) -> web.Response:
    """Show the files, newest first."""
    asked, now = request.query, request.app[SERVICES].clock()

    def view(connection: Connection) -> Quarantine:
        return quarantine(
            connection, asked.get("kind"), asked.get("cause"), _number(asked.get("before")), now
        )

    return await answer_page(request, "quarantine.html", view)


def quarantine(
    connection: Connection,
    asked: str | None,
    cause: str | None,
    before: int | None,
    now: datetime,
) -> Quarantine:
    """Prepare the page; `before` is the last file of the page above."""
    kind = _kind(asked)
    found = store.unread(connection, kind, before=before, cause=cause, limit=PAGE_FILES + 1)
    counts, causes = store.counts(connection), store.causes(connection, kind)
    shown = found[:PAGE_FILES]
    more = len(found) > PAGE_FILES
    own = None if kind == "unreadable" else kind
    return Quarantine(
        kind=kind,
        tabs=tuple(
            Choice(
                key=one,
                label=label,
                href=link(PATH, kind=None if one == "unreadable" else one),
                count=counts[one],
                current=one == kind,
            )
            for one, label in _LABELS.items()
        ),
        causes=tuple(
            Choice(
                key=code,
                label=code,
                href=link(PATH, kind=own, cause=None if code == cause else code),
                count=count,
                current=code == cause,
            )
            for code, count in causes
            if code
        ),
        cause=cause or "",
        files=tuple(_view(one, now) for one in shown),
        here=dict(causes).get(cause, 0) if cause else counts[kind],
        next_href=link(PATH, kind=own, cause=cause, before=str(shown[-1].id)) if more else None,
    )


def _view(one: Unread, now: datetime) -> UnreadView:
    received = moment_of(one.received_at)
    place = place_of(one.problems[0].at) if one.problems else None
    return UnreadView(
        id=one.id,
        file=one.name,
        partner=one.partner,
        door=one.door,
        size=show.size(one.size),
        age=show.age(received, now),
        received=show.moment(received),
        received_at=one.received_at,
        problems=one.problems,
        href=f"/documents/{one.id}/file",
        bytes_href=link(f"/documents/{one.id}/bytes", at=None if place is None else str(place)),
        fields_href=f"/documents/{one.id}/fields" if one.state == "read" else "",
    )


def _kind(asked: str | None) -> Kind:
    return "partly" if asked == "partly" else "unreadable"


async def reread_files(request: web.Request) -> web.Response:
    """Have one file read again, or all of a view with one cause."""
    services, fields = request.app[SERVICES], await form(request)
    number, cause = _number(fields.get("document")), fields.get("cause") or None
    kind, actor = _kind(fields.get("kind")), actor_name(request)

    def write() -> int:
        numbers = [number] if number is not None else []
        if number is None:
            with services.store.read() as connection:
                found = store.unread(connection, kind, cause=cause, limit=AT_ONCE)
            numbers = [one.id for one in found]
        return len(reread(services.store, services.jobs, services.clock, numbers, actor))

    done = await asyncio.to_thread(write)
    services.announced()
    own = None if kind == "unreadable" else kind
    where = link(PATH, kind=own, done="reread" if done else "nothing")
    raise web.HTTPSeeOther(location=where)


def _number(text: str | None) -> int | None:
    is_number = text and text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text or 0) if is_number else None
