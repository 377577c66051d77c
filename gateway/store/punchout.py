"""Punchout sessions: every change of state names the state and the version it starts from."""

from collections.abc import Collection
from typing import Any

from msgspec import Struct, convert
from sqlalchemy import Connection, func, insert, select, update

from gateway.store.schema import punchout_session

REQUESTED, STARTED, RETURNED = "requested", "started", "returned"
ORDERED, CANCELLED, EXPIRED, FAILED = "ordered", "cancelled", "expired", "failed"
OPEN = (REQUESTED, STARTED)


class NewSession(Struct, frozen=True, kw_only=True):
    """A session about to be asked for; `return_hash` is of the secret in its return address."""

    partner: str
    protocol: str
    operation: str
    cookie: str
    return_hash: str
    landing: str
    requester: str | None
    payload_id: str | None
    test: bool
    sent: bytes | None
    edits: int | None
    actor: str
    created_at: str
    expires_at: str


class PunchoutSession(Struct, frozen=True, kw_only=True):
    """A session as the table has it; `cart` and `sent` are JSON."""

    id: int
    partner: str
    protocol: str
    operation: str
    state: str
    reason: str | None
    cookie: str
    landing: str
    requester: str | None
    start_url: str | None
    payload_id: str | None
    test: bool
    sent: bytes | None
    edits: int | None
    cart: bytes | None
    cart_hash: str | None
    cart_document: int | None
    returned_at: str | None
    hold_until: str | None
    order_number: str | None
    order_payload_id: str | None
    order_document: int | None
    order_sha256: str | None
    sending: str | None
    sending_note: str | None
    actor: str
    created_at: str
    expires_at: str
    version: int


_COLUMNS = [punchout_session.c[name] for name in PunchoutSession.__struct_fields__]


def add(connection: Connection, new: NewSession) -> int:
    """Store a session in the state `requested`; returns its number."""
    values = {name: getattr(new, name) for name in NewSession.__struct_fields__}
    query = insert(punchout_session).values(state=REQUESTED, **values)
    return int(connection.execute(query.returning(punchout_session.c.id)).scalar_one())


def one(connection: Connection, number: int) -> PunchoutSession | None:
    """Return a session by its number."""
    return _found(connection, punchout_session.c.id == number)


def by_return(connection: Connection, return_hash: str) -> PunchoutSession | None:
    """Return the session whose return address has a secret of that hash."""
    return _found(connection, punchout_session.c.return_hash == return_hash)


def by_landing(connection: Connection, landing: str) -> PunchoutSession | None:
    """Return the session whose page is at that address."""
    return _found(connection, punchout_session.c.landing == landing)


def by_order(connection: Connection, number: str) -> PunchoutSession | None:
    """Return the session that became the order `number`."""
    return _found(connection, punchout_session.c.order_number == number)


def by_payload(connection: Connection, payload_id: str) -> PunchoutSession | None:
    """Return the session whose order was sent under that payloadID."""
    return _found(connection, punchout_session.c.order_payload_id == payload_id)


def _found(connection: Connection, condition: Any) -> PunchoutSession | None:
    row = connection.execute(select(*_COLUMNS).where(condition)).first()
    return convert(row, PunchoutSession, from_attributes=True) if row else None


def listed(
    connection: Connection,
    *,
    before: int | None = None,
    limit: int = 50,
    states: Collection[str] = (),
) -> list[PunchoutSession]:
    """Return sessions, newest first, those below the number `before` where it is given."""
    query = select(*_COLUMNS).order_by(punchout_session.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(punchout_session.c.id < before)
    if states:
        query = query.where(punchout_session.c.state.in_(states))
    rows = connection.execute(query)
    return [convert(row, PunchoutSession, from_attributes=True) for row in rows]


def waiting_for_order(connection: Connection) -> int:
    """Count the carts that came back and are not ordered yet."""
    query = select(func.count()).where(punchout_session.c.state == RETURNED)
    return int(connection.execute(query).scalar_one())


def overdue(connection: Connection, now: str) -> list[PunchoutSession]:
    """Return the open sessions whose time is over."""
    query = select(*_COLUMNS).where(
        punchout_session.c.state.in_(OPEN), punchout_session.c.expires_at <= now
    )
    rows = connection.execute(query)
    return [convert(row, PunchoutSession, from_attributes=True) for row in rows]


def change(
    connection: Connection, known: PunchoutSession, state: str, **values: Any
) -> PunchoutSession | None:
    """Move a session to `state` with `values`; None where somebody else moved it first."""
    query = update(punchout_session).where(
        punchout_session.c.id == known.id,
        punchout_session.c.state == known.state,
        punchout_session.c.version == known.version,
    )
    done = connection.execute(query.values(state=state, version=known.version + 1, **values))
    return one(connection, known.id) if done.rowcount == 1 else None
