"""A person says something about an invoice, or hands it to a role; both stand in its timeline."""

import re

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import Clock, stamp
from gateway.flows.news import subject_of
from gateway.store import exception
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce, told_with

ROLES = ("ap", "buyer", "receiver", "quality", "supplier")
_MENTION = re.compile(r"(?<![\w@])@([a-z]+)\b", re.IGNORECASE)


def mentioned(text: str) -> tuple[str, ...]:
    """Return the roles that a text names by @, each once."""
    found = (one.lower() for one in _MENTION.findall(text))
    return tuple(dict.fromkeys(one for one in found if one in ROLES))


class Said(Struct, frozen=True, kw_only=True):
    """What a person says; the same `key` says it once.

    `assigned` is the role that has the next move from now on; without one, the first role that the
    text names has it.
    """

    record: int
    text: str
    assigned: str | None
    actor: str
    key: str


def comment(store: Store, clock: Clock, said: Said) -> bool:
    """Write a comment and its event in one transaction; False where there is no such record."""
    with store.write() as connection:
        about = exception.kept(connection, said.record)
        if about is None:
            return False
        if not told_with(connection, said.key):
            announce(connection, [_event(connection, said, about.number)], stamp(clock()))
    return True


def _event(connection: Connection, said: Said, number: str | None) -> NewEvent:
    roles = mentioned(said.text)
    to = said.assigned or next(iter(roles), None)
    handed = to if to and exception.assign(connection, said.record, to) else None
    data: dict[str, object] = {"record": said.record, "number": number, "text": said.text}
    data |= {"mentioned": roles, "assigned": handed}
    return NewEvent(
        type="invoice.commented",
        subject=subject_of(said.record),
        data=msgspec.json.encode({name: value for name, value in data.items() if value}),
        actor=said.actor,
        key=said.key,
    )
