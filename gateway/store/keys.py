"""API keys: who holds one, what it opens, from where and until when.

A key that was revoked stays, so that its name in the log goes on meaning the same one. Times are
UTC ISO 8601.
"""

from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, insert, select, update

from gateway.store.keys_tables import api_key


class NewKey(Struct, frozen=True, kw_only=True):
    """A key about to be kept: `digest` is the SHA-256 of its secret, `hint` its beginning.

    With a `partner` it sends and sees this partner's documents alone; with `networks` (as
    `10.1.0.0/16`) it is good from there alone.
    """

    name: str
    digest: str
    hint: str
    rights: frozenset[str]
    partner: str | None
    networks: tuple[str, ...]
    expires_at: str | None
    created_by: str


class KeyRow(Struct, frozen=True, kw_only=True):
    """A key as it is kept."""

    id: int
    name: str
    hint: str
    rights: frozenset[str]
    partner: str | None
    networks: tuple[str, ...]
    created_at: str
    created_by: str
    expires_at: str | None
    used_at: str | None
    used_from: str | None
    revoked_at: str | None
    revoked_by: str | None


def add(connection: Connection, new: NewKey, at: str) -> int | None:
    """Keep a key and return its number; None where its name was ever given to another one."""
    if connection.execute(select(api_key.c.id).where(api_key.c.name == new.name)).first():
        return None
    values = {name: getattr(new, name) for name in NewKey.__struct_fields__}
    values |= {"rights": " ".join(sorted(new.rights)), "networks": " ".join(new.networks)}
    query = insert(api_key).values(created_at=at, **values).returning(api_key.c.id)
    number: int = connection.execute(query).scalar_one()
    return number


def with_digest(connection: Connection, digest: str) -> KeyRow | None:
    """Return the key whose secret has this digest, revoked or not."""
    row = connection.execute(select(api_key).where(api_key.c.digest == digest)).first()
    return _key(row) if row else None


def one(connection: Connection, number: int) -> KeyRow | None:
    """Return a key."""
    row = connection.execute(select(api_key).where(api_key.c.id == number)).first()
    return _key(row) if row else None


def named(connection: Connection, name: str) -> KeyRow | None:
    """Return the key with that name."""
    row = connection.execute(select(api_key).where(api_key.c.name == name)).first()
    return _key(row) if row else None


def listed(
    connection: Connection, *, after: int = 0, limit: int = 100, revoked: bool = False
) -> list[KeyRow]:
    """Return the keys behind `after`, in the order in which they were made."""
    query = select(api_key).where(api_key.c.id > after).order_by(api_key.c.id).limit(limit)
    if not revoked:
        query = query.where(api_key.c.revoked_at.is_(None))
    return [_key(row) for row in connection.execute(query)]


def revoke(connection: Connection, number: int, actor: str, at: str) -> bool:
    """End a key at once; False where it has ended, or never was."""
    query = update(api_key).where(api_key.c.id == number, api_key.c.revoked_at.is_(None))
    return connection.execute(query.values(revoked_at=at, revoked_by=actor)).rowcount == 1


def mark_used(connection: Connection, number: int, address: str, at: str) -> None:
    """Note when and from where a key was used last."""
    query = update(api_key).where(api_key.c.id == number)
    connection.execute(query.values(used_at=at, used_from=address[:64]))


def _key(row: Row[Any]) -> KeyRow:
    values = {name: getattr(row, name) for name in KeyRow.__struct_fields__}
    rights, networks = frozenset(row.rights.split()), tuple(row.networks.split())
    return KeyRow(**values | {"rights": rights, "networks": networks})
