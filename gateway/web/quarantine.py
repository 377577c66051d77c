"""The files that could not be read: what is wrong with each, where, and what helps."""

from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import moment_of
from gateway.store import inbox as store
from gateway.store.inbox import Unread
from gateway.web import show
from gateway.web.rows import link
from parsers.form import Problem

PAGE_FILES = 50


class UnreadView(Struct, frozen=True, kw_only=True):
    """A file that could not be read."""

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


class Quarantine(Struct, frozen=True, kw_only=True):
    """The whole page."""

    files: tuple[UnreadView, ...]
    next_href: str | None


def quarantine(connection: Connection, before: int | None, now: datetime) -> Quarantine:
    """Prepare the page, newest first; `before` is the last file of the page above."""
    found = store.unread(connection, before=before, limit=PAGE_FILES + 1)
    more = len(found) > PAGE_FILES
    shown = found[:PAGE_FILES]
    return Quarantine(
        files=tuple(_view(one, now) for one in shown),
        next_href=link("/quarantine", before=str(shown[-1].id)) if more else None,
    )


def _view(one: Unread, now: datetime) -> UnreadView:
    received = moment_of(one.received_at)
    return UnreadView(
        id=one.id,
        file=one.name,
        partner=one.partner,
        door=one.door,
        size=show.size(one.size),
        age=show.age(received, now),
        received=show.moment(received),
        received_at=one.received_at,
        problems=msgspec.json.decode(one.problems or b"[]", type=tuple[Problem, ...]),
        href=f"/documents/{one.id}/file",
    )
