"""People: who may sign in, with which roles, and the links that let them set a password.

A person who was disabled stays, so that their name in the log goes on meaning the same one. Times
are UTC ISO 8601.
"""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from gateway.store.people_tables import group_member, people_group, person, person_link


class NewPerson(Struct, frozen=True, kw_only=True):
    """A person about to be kept; `name` is what they sign in with and what the log calls them."""

    name: str
    email: str
    display: str
    roles: frozenset[str]
    created_by: str
    issuer: str | None = None
    subject: str | None = None


class Person(Struct, frozen=True, kw_only=True):
    """A person as they are kept; `has_joined` once they can prove who they are."""

    id: int
    name: str
    email: str
    display: str
    roles: frozenset[str]
    groups: tuple[str, ...]
    has_joined: bool
    disabled_at: str | None
    created_at: str
    created_by: str


class Proof(Struct, frozen=True, kw_only=True):
    """What a password is compared with; `password` is None where none was set."""

    person: int
    name: str
    password: str | None
    is_disabled: bool


def are_there(connection: Connection) -> bool:
    """Whether anybody is kept, so that whoever comes has to sign in."""
    return connection.execute(select(person.c.id).limit(1)).first() is not None


def add(connection: Connection, new: NewPerson, at: str) -> int | None:
    """Keep a person and return their number; None where the name or address is another one's."""
    taken = or_(person.c.name == new.name, person.c.email == new.email)
    if connection.execute(select(person.c.id).where(taken)).first():
        return None
    values = {name: getattr(new, name) for name in NewPerson.__struct_fields__}
    values |= {"roles": " ".join(sorted(new.roles)), "created_at": at}
    number: int = connection.execute(
        insert(person).values(**values).returning(person.c.id)
    ).scalar_one()
    return number


def one(connection: Connection, number: int) -> Person | None:
    """Return a person by number."""
    return _first(connection, person.c.id == number)


def named(connection: Connection, name: str) -> Person | None:
    """Return a person by name, or by address."""
    return _first(connection, or_(person.c.name == name, person.c.email == name))


def known_to(connection: Connection, issuer: str, subject: str) -> Person | None:
    """Return the person whom an identity provider calls `subject`."""
    return _first(connection, (person.c.issuer == issuer) & (person.c.subject == subject))


def listed(connection: Connection, *, after: str = "", limit: int = 1000) -> list[Person]:
    """Return people by name, those behind `after`."""
    query = select(person).where(person.c.name > after).order_by(person.c.name).limit(limit)
    rows = connection.execute(query).all()
    groups = _groups(connection, [row.id for row in rows])
    return [_person(row, groups) for row in rows]


def proof(connection: Connection, name: str) -> Proof | None:
    """Return what the password of the person with that name or address is compared with."""
    query = select(person).where(or_(person.c.name == name, person.c.email == name))
    row = connection.execute(query).first()
    return _proof(row) if row else None


def proof_of(connection: Connection, number: int) -> Proof | None:
    """Return what the password of that person is compared with."""
    row = connection.execute(select(person).where(person.c.id == number)).first()
    return _proof(row) if row else None


def set_password(connection: Connection, number: int, password: str) -> None:
    """Keep a password, already hashed; the link that may have led there is used up."""
    connection.execute(update(person).where(person.c.id == number).values(password=password))
    connection.execute(delete(person_link).where(person_link.c.person_id == number))


def drop_password(connection: Connection, number: int) -> None:
    """Let the password of a person be good no longer."""
    connection.execute(update(person).where(person.c.id == number).values(password=None))


def set_subject(connection: Connection, number: int, issuer: str, subject: str) -> bool:
    """Note by what an identity provider knows a person; False where one knows them already."""
    query = update(person).where(person.c.id == number, person.c.subject.is_(None))
    return connection.execute(query.values(issuer=issuer, subject=subject)).rowcount == 1


def set_roles(connection: Connection, number: int, roles: Iterable[str]) -> None:
    """Give a person these roles and no other."""
    query = update(person).where(person.c.id == number)
    connection.execute(query.values(roles=" ".join(sorted(roles))))


def set_disabled(connection: Connection, number: int, at: str | None) -> bool:
    """Disable a person, or (None) enable them again; False where they are that already."""
    was = person.c.disabled_at.is_not(None) if at is None else person.c.disabled_at.is_(None)
    query = update(person).where(person.c.id == number, was).values(disabled_at=at)
    return connection.execute(query).rowcount == 1


def administrators(connection: Connection) -> list[int]:
    """Return those who may still sign in and give roles."""
    rows = connection.execute(select(person).where(person.c.disabled_at.is_(None)))
    return [row.id for row in rows if "admin" in row.roles.split()]


def set_link(connection: Connection, number: int, digest: str, expires_at: str) -> None:
    """Keep the link of a person; one that was kept before is good no longer."""
    connection.execute(delete(person_link).where(person_link.c.person_id == number))
    connection.execute(
        insert(person_link).values(person_id=number, digest=digest, expires_at=expires_at)
    )


def linked(connection: Connection, digest: str, at: str) -> Person | None:
    """Return the person whose link this is, where it has not expired and they are not disabled."""
    query = select(person_link.c.person_id).where(
        person_link.c.digest == digest, person_link.c.expires_at > at
    )
    row = connection.execute(query).first()
    found = one(connection, row.person_id) if row else None
    return found if found and found.disabled_at is None else None


def drop_link(connection: Connection, number: int) -> None:
    """Let the link of a person be good no longer."""
    connection.execute(delete(person_link).where(person_link.c.person_id == number))


def _first(connection: Connection, condition: Any) -> Person | None:
    row = connection.execute(select(person).where(condition)).first()
    return _person(row, _groups(connection, [row.id])) if row else None


def _groups(connection: Connection, numbers: list[int]) -> dict[int, list[str]]:
    query = (
        select(group_member.c.person_id, people_group.c.name)
        .join(people_group, people_group.c.id == group_member.c.group_id)
        .where(group_member.c.person_id.in_(numbers))
        .order_by(people_group.c.name)
    )
    found: dict[int, list[str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.person_id, []).append(row.name)
    return found


def _person(row: Row[Any], groups: dict[int, list[str]]) -> Person:
    return Person(
        id=row.id,
        name=row.name,
        email=row.email,
        display=row.display,
        roles=frozenset(row.roles.split()),
        groups=tuple(groups.get(row.id, ())),
        has_joined=row.password is not None or row.subject is not None,
        disabled_at=row.disabled_at,
        created_at=row.created_at,
        created_by=row.created_by,
    )


def _proof(row: Row[Any]) -> Proof:
    return Proof(
        person=row.id,
        name=row.name,
        password=row.password,
        is_disabled=row.disabled_at is not None,
    )
