"""The roll of people: invited, given roles and groups, disabled, and let set a password anew.

Nobody gets a password from somebody else: an invitation is a link that is good once, for a while,
and whoever opens it sets a password of their own. One administrator always stays. What ends trust
in somebody (other roles, another password, being disabled) ends their sessions in the same
transaction.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import stamp
from gateway.people.news import By, tell_person
from gateway.people.sessions import digest_of, new_secret
from gateway.rights import ROLES
from gateway.store import people, people_groups, people_sessions
from gateway.store.people import NewPerson, Person

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_EMAIL = re.compile(r"[^@\s<>\"',;]{1,64}@[^@\s<>\"',;]{1,189}")
_NO_NAMES = frozenset({"operator", "gateway", "nobody", "unknown"})


class PeopleError(ValueError):
    """What was asked for cannot be; the message says why."""


class Invited(Struct, frozen=True, kw_only=True):
    """A person, and the secret of the link that lets them in, which nobody is told again."""

    person: Person
    secret: str


def invite(
    connection: Connection,
    wanted: NewPerson,
    groups: Iterable[str],
    good_for: timedelta,
    now: datetime,
) -> Invited:
    """Keep a person and make the link that invites them; raises PeopleError."""
    new = checked(wanted)
    numbers = group_numbers(connection, groups)
    number = people.add(connection, new, stamp(now))
    if number is None:
        message = f"there is somebody named {new.name}, or with the address {new.email}"
        raise PeopleError(message)
    people_groups.set_groups(connection, number, numbers)
    person = kept(connection, number)
    tell_person(connection, "person.invited", person, By(new.created_by, now))
    return Invited(person=person, secret=_link(connection, number, good_for, now))


def let_set_password(
    connection: Connection, person: Person, good_for: timedelta, by: By
) -> Invited:
    """Make a new link for a person; their password and sessions end. Raises PeopleError."""
    if person.disabled_at is not None:
        message = f"{person.name} is disabled; enable them first"
        raise PeopleError(message)
    people_sessions.end_all(connection, person.id)
    people.drop_password(connection, person.id)
    tell_person(connection, "person.changed", person, by, "link")
    return Invited(person=person, secret=_link(connection, person.id, good_for, by.now))


def give_roles(connection: Connection, person: Person, roles: Iterable[str], by: By) -> Person:
    """Give a person these roles and no other; raises PeopleError."""
    wanted = checked_roles(roles)
    if wanted == person.roles:
        return person
    if "admin" not in wanted:
        _keep_one_administrator(connection, person)
    people.set_roles(connection, person.id, wanted)
    people_sessions.end_all(connection, person.id)
    return _changed(connection, person.id, "roles", by)


def put_into(connection: Connection, person: Person, groups: Iterable[str], by: By) -> Person:
    """Put a person into these groups and no other; raises PeopleError."""
    people_groups.set_groups(connection, person.id, group_numbers(connection, groups))
    return _changed(connection, person.id, "groups", by)


def disable(connection: Connection, person: Person, by: By) -> Person:
    """Let a person in no longer, and end their sessions at once; raises PeopleError."""
    _keep_one_administrator(connection, person)
    if not people.set_disabled(connection, person.id, stamp(by.now)):
        return person
    people_sessions.end_all(connection, person.id)
    people.drop_link(connection, person.id)
    return _changed(connection, person.id, "disabled", by)


def enable(connection: Connection, person: Person, by: By) -> Person:
    """Let a person in again."""
    if not people.set_disabled(connection, person.id, None):
        return person
    return _changed(connection, person.id, "enabled", by)


def kept(connection: Connection, number: int) -> Person:
    """Return a person who is there; raises PeopleError where they are not."""
    found = people.one(connection, number)
    if found is None:
        message = f"there is no person {number}"
        raise PeopleError(message)
    return found


def named(connection: Connection, name: str) -> Person:
    """Return the person with that name or address; raises PeopleError."""
    found = people.named(connection, name.strip().casefold())
    if found is None:
        message = f"nobody is named {name}; dockmatch people list has them all"
        raise PeopleError(message)
    return found


def checked_roles(roles: Iterable[str]) -> frozenset[str]:
    """Return roles that there are; raises PeopleError."""
    wanted = frozenset(roles)
    unknown = sorted(wanted - ROLES.keys())
    if unknown or not wanted:
        what = f"there is no role {unknown[0]}" if unknown else "a person needs a role"
        message = f"{what}; the roles are {', '.join(ROLES)}"
        raise PeopleError(message)
    return wanted


def group_numbers(connection: Connection, groups: Iterable[str]) -> list[int]:
    """Return the numbers of groups by their names; raises PeopleError."""
    known = {one.name: one.id for one in people_groups.listed(connection)}
    wanted = list(dict.fromkeys(groups))
    missing = [name for name in wanted if name not in known]
    if missing:
        message = f"there is no group {missing[0]}"
        raise PeopleError(message)
    return [known[name] for name in wanted]


def name_from(email: str) -> str:
    """Return the name that somebody has by their address, where none was chosen."""
    return re.sub(r"[^a-z0-9._-]", "-", email.partition("@")[0].casefold()).lstrip("._-")[:64]


def checked(wanted: NewPerson) -> NewPerson:
    """Return a person as they can be kept; raises PeopleError."""
    email, name = wanted.email.strip().casefold(), wanted.name.strip().casefold()
    if not _EMAIL.fullmatch(email):
        message = f"{email or 'nothing'} is no e-mail address"
        raise PeopleError(message)
    name = name or name_from(email)
    if not _NAME.fullmatch(name) or name in _NO_NAMES:
        message = f"a name is up to 64 small letters, digits, '-', '_' and '.', and not {name!r}"
        raise PeopleError(message)
    return NewPerson(
        name=name,
        email=email,
        display=(" ".join(wanted.display.split()) or name)[:128],
        roles=checked_roles(wanted.roles),
        created_by=wanted.created_by,
        issuer=wanted.issuer,
        subject=wanted.subject,
    )


def _link(connection: Connection, person: int, good_for: timedelta, now: datetime) -> str:
    secret = new_secret()
    people.set_link(connection, person, digest_of(secret), stamp(now + good_for))
    return secret


def _keep_one_administrator(connection: Connection, person: Person) -> None:
    if people.administrators(connection) == [person.id]:
        message = f"{person.name} is the last administrator; make another one first"
        raise PeopleError(message)


def _changed(connection: Connection, number: int, change: str, by: By) -> Person:
    person = kept(connection, number)
    tell_person(connection, "person.changed", person, by, change)
    return person
