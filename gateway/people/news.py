"""What the event log is told of people: the audit of who came, who was turned away, who did what.

What a stranger typed as a name is never told: it may be a password in the wrong field.
"""

from datetime import datetime

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import stamp
from gateway.events.data import GroupNews, PersonNews, SignInNews
from gateway.store.events import NewEvent, announce
from gateway.store.people import Person


class By(Struct, frozen=True):
    """Who does something, as the log names them, and when."""

    actor: str
    now: datetime


def tell_person(connection: Connection, kind: str, one: Person, by: By, change: str = "") -> None:
    """Tell that something about a person was changed."""
    told = PersonNews(
        person=one.id,
        name=one.name,
        roles=sorted(one.roles),
        groups=list(one.groups),
        disabled=one.disabled_at is not None,
        change=change or None,
    )
    _tell(connection, NewEvent(type=kind, subject=f"person/{one.id}", data=_json(told)), by)


def tell_sign_in(connection: Connection, kind: str, told: SignInNews, by: By) -> None:
    """Tell that somebody came, went, or was turned away."""
    subject = f"person/{told.person or 'unknown'}"
    _tell(connection, NewEvent(type=kind, subject=subject, data=_json(told)), by)


def tell_group(connection: Connection, told: GroupNews, by: By) -> None:
    """Tell that a group was changed, or what it sets."""
    news = NewEvent(type="group.changed", subject=f"group/{told.group}", data=_json(told))
    _tell(connection, news, by)


def _json(told: Struct) -> bytes:
    return msgspec.json.encode(told)


def _tell(connection: Connection, news: NewEvent, by: By) -> None:
    signed = msgspec.structs.replace(news, actor=by.actor)
    announce(connection, [signed], stamp(by.now))
