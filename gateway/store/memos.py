"""Debit memos: what was deducted from invoices. Their numbers are never given twice."""

from msgspec import Struct, convert
from sqlalchemy import Connection, func, insert, select, update

from gateway.store.reviewing_tables import debit_memo


class NewMemo(Struct, frozen=True, kw_only=True):
    """A debit memo about to be written; `fact` is its id as a fact, `body` canonical JSON."""

    record_id: int
    number: str
    fact: str
    body: bytes
    currency: str | None
    amount: str
    paid: str
    actor: str
    at: str


class Memo(NewMemo, frozen=True, kw_only=True):
    """A debit memo as it stands."""

    id: int
    withdrawn_at: str | None


def next_number(connection: Connection) -> int:
    """Return the number of the next memo, in the caller's transaction."""
    last = connection.execute(select(func.max(debit_memo.c.id))).scalar()
    return int(last or 0) + 1


def write(connection: Connection, new: NewMemo) -> None:
    """Write a memo."""
    values = {name: getattr(new, name) for name in NewMemo.__struct_fields__}
    connection.execute(insert(debit_memo).values(values))


def one(connection: Connection, number: int) -> Memo | None:
    """Return a memo."""
    row = connection.execute(select(debit_memo).where(debit_memo.c.id == number)).first()
    return convert(row, Memo, from_attributes=True) if row else None


def of_record(connection: Connection, record_id: int) -> list[Memo]:
    """Return the memos of an invoice, oldest first."""
    query = select(debit_memo).where(debit_memo.c.record_id == record_id)
    rows = connection.execute(query.order_by(debit_memo.c.id))
    return [convert(row, Memo, from_attributes=True) for row in rows]


def withdraw(connection: Connection, number: int, at: str) -> bool:
    """Take a memo back; False where it is taken back already."""
    done = connection.execute(
        update(debit_memo)
        .where(debit_memo.c.id == number, debit_memo.c.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
    )
    return done.rowcount == 1
