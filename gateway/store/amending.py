"""Facts that people decided: how lines are read, what is deducted, and what was taken back."""

import hashlib

from msgspec import Struct, convert
from sqlalchemy import Connection, insert, select

from gateway.store.schema import amendment


class NewAmended(Struct, frozen=True, kw_only=True):
    """A fact beside the documents, decided on an invoice; `key` is its id as a fact."""

    record_id: int
    key: str
    body: bytes
    actor: str
    at: str


class Amended(NewAmended, frozen=True, kw_only=True):
    """Such a fact as it stands; `body` is its JSON."""

    id: int


def fact_of(idempotency_key: str, place: int = 0) -> str:
    """Return the id of a fact that is decided under `idempotency_key`; `place` tells several."""
    text = idempotency_key if not place else f"{idempotency_key}#{place}"
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def write(connection: Connection, new: NewAmended) -> None:
    """Write a fact."""
    values = {name: getattr(new, name) for name in NewAmended.__struct_fields__}
    connection.execute(insert(amendment).values(values))


def of_record(connection: Connection, record_id: int) -> list[Amended]:
    """Return what was decided on an invoice, oldest first."""
    query = select(amendment).where(amendment.c.record_id == record_id).order_by(amendment.c.id)
    return [convert(row, Amended, from_attributes=True) for row in connection.execute(query)]
