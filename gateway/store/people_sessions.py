"""Sessions of people, and the tries at signing in. Times are UTC ISO 8601."""

from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, delete, insert, select, update

from gateway.store.dialects import upsert
from gateway.store.people_tables import person, person_session, sign_in_tries


class NewSession(Struct, frozen=True, kw_only=True):
    """A session that begins; `digest` is the SHA-256 of its secret number."""

    person_id: int
    digest: str
    address: str
    agent: str


class Session(Struct, frozen=True, kw_only=True):
    """A session as it is kept."""

    id: int
    person_id: int
    begun_at: str
    seen_at: str
    address: str
    agent: str


class Tries(Struct, frozen=True, kw_only=True):
    """How often somebody has tried in a row, and until when they wait."""

    tries: int
    last_at: str
    wait_until: str


_NONE = Tries(tries=0, last_at="", wait_until="")


def begin(connection: Connection, new: NewSession, at: str) -> int:
    """Keep a session and return its number."""
    values = {name: getattr(new, name) for name in NewSession.__struct_fields__}
    query = insert(person_session).values(begun_at=at, seen_at=at, **values)
    number: int = connection.execute(query.returning(person_session.c.id)).scalar_one()
    return number


def with_digest(connection: Connection, digest: str) -> Session | None:
    """Return the session whose secret number has this digest."""
    query = select(*_columns()).where(person_session.c.digest == digest)
    row = connection.execute(query).mappings().first()
    return Session(**row) if row else None


def of_person(connection: Connection, number: int) -> list[Session]:
    """Return the sessions of a person, the last one seen first."""
    query = select(*_columns()).where(person_session.c.person_id == number)
    rows = connection.execute(query.order_by(person_session.c.seen_at.desc())).mappings()
    return [Session(**row) for row in rows]


def listed(connection: Connection, limit: int = 500) -> list[tuple[str, Session]]:
    """Return the sessions of everybody with their names, the last one seen first."""
    query = (
        select(person.c.name, *_columns())
        .join(person, person.c.id == person_session.c.person_id)
        .order_by(person_session.c.seen_at.desc())
        .limit(limit)
    )
    found = []
    for row in connection.execute(query).mappings():
        values = dict(row)
        found.append((values.pop("name"), Session(**values)))
    return found


def see(connection: Connection, number: int, at: str) -> None:
    """Note that a session was used."""
    connection.execute(
        update(person_session).where(person_session.c.id == number).values(seen_at=at)
    )


def end(connection: Connection, number: int, person_id: int) -> bool:
    """End a session of that person; False where there is none such."""
    query = delete(person_session).where(
        person_session.c.id == number, person_session.c.person_id == person_id
    )
    return connection.execute(query).rowcount == 1


def end_all(connection: Connection, person_id: int, but: int | None = None) -> int:
    """End the sessions of a person, all `but` that one, and return how many there were."""
    query = delete(person_session).where(person_session.c.person_id == person_id)
    if but is not None:
        query = query.where(person_session.c.id != but)
    return connection.execute(query).rowcount


def drop_old(connection: Connection, begun_before: str, seen_before: str) -> None:
    """Drop the sessions that were begun, or last seen, before these moments."""
    old = (person_session.c.begun_at <= begun_before) | (person_session.c.seen_at <= seen_before)
    connection.execute(delete(person_session).where(old))


def tries(connection: Connection, key: str) -> Tries:
    """Return the tries that are kept under `key`."""
    query = select(sign_in_tries).where(sign_in_tries.c.key == key)
    row = connection.execute(query).first()
    if row is None:
        return _NONE
    return Tries(tries=row.tries, last_at=row.last_at, wait_until=row.wait_until)


def keep_tries(connection: Connection, key: str, kept: Tries) -> None:
    """Keep the tries under `key`."""
    values = {name: getattr(kept, name) for name in Tries.__struct_fields__}
    query = upsert(connection, sign_in_tries).values(key=key, **values)
    connection.execute(query.on_conflict_do_update(index_elements=["key"], set_=values))


def forget_tries(connection: Connection, key: str) -> None:
    """Forget the tries under `key`."""
    connection.execute(delete(sign_in_tries).where(sign_in_tries.c.key == key))


def forget_old_tries(connection: Connection, before: str) -> None:
    """Forget the tries whose last one was before that moment."""
    connection.execute(delete(sign_in_tries).where(sign_in_tries.c.last_at < before))


def _columns() -> list[Any]:
    return [person_session.c[name] for name in Session.__struct_fields__]
