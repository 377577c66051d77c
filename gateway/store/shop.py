"""Buyers' users in our own catalogue."""

from typing import Any

from msgspec import Struct, convert
from sqlalchemy import Connection, insert, select, update

from gateway.store.schema import shop_session

WAITING, OPEN, RETURNED, CANCELLED = "waiting", "open", "returned", "cancelled"


class NewVisit(Struct, frozen=True, kw_only=True):
    """A visit about to begin; `start_hash` is of the token in its address, `basket` JSON."""

    partner: str
    protocol: str
    operation: str
    start_hash: str
    cookie: str
    return_url: str
    requester: str | None
    echo: bytes | None
    basket: bytes
    test: bool
    created_at: str
    expires_at: str


class Visit(Struct, frozen=True, kw_only=True):
    """A visit as the table has it."""

    id: int
    partner: str
    protocol: str
    operation: str
    state: str
    key_hash: str | None
    cookie: str
    return_url: str
    requester: str | None
    echo: bytes | None
    basket: bytes
    test: bool
    created_at: str
    expires_at: str


_COLUMNS = [shop_session.c[name] for name in Visit.__struct_fields__]


def add(connection: Connection, new: NewVisit) -> int:
    """Store a visit that waits for its browser; returns its number."""
    values = {name: getattr(new, name) for name in NewVisit.__struct_fields__}
    query = insert(shop_session).values(state=WAITING, **values)
    return int(connection.execute(query.returning(shop_session.c.id)).scalar_one())


def one(connection: Connection, number: int) -> Visit | None:
    """Return a visit by its number."""
    return _found(connection, shop_session.c.id == number)


def by_start(connection: Connection, start_hash: str) -> Visit | None:
    """Return the visit that a token begins."""
    return _found(connection, shop_session.c.start_hash == start_hash)


def _found(connection: Connection, condition: Any) -> Visit | None:
    row = connection.execute(select(*_COLUMNS).where(condition)).first()
    return convert(row, Visit, from_attributes=True) if row else None


def change(connection: Connection, visit: Visit, state: str, **values: Any) -> bool:
    """Move a visit to `state`; False where it has moved on."""
    query = update(shop_session).where(
        shop_session.c.id == visit.id, shop_session.c.state == visit.state
    )
    return connection.execute(query.values(state=state, **values)).rowcount == 1
