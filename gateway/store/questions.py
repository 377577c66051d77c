"""What was asked of people without an account, each by a link of its own, and their answers."""

from typing import Any

from msgspec import Struct, convert
from sqlalchemy import Connection, insert, select, update

from gateway.store.reviewing_tables import question


class NewQuestion(Struct, frozen=True, kw_only=True):
    """A question about to be asked; the same `key` asks it once. `about` is JSON."""

    record_id: int
    key: str
    role: str
    token: str
    words: str
    about: bytes
    actor: str
    asked_at: str
    expires_at: str


class Question(NewQuestion, frozen=True, kw_only=True):
    """A question as it stands; `said` is JSON, None while it is open."""

    id: int
    answer: str | None
    said: bytes | None
    answered_at: str | None


def ask(connection: Connection, new: NewQuestion) -> int:
    """Write a question; returns its number."""
    values = {name: getattr(new, name) for name in NewQuestion.__struct_fields__}
    query = insert(question).values(values).returning(question.c.id)
    return int(connection.execute(query).scalar_one())


def by_key(connection: Connection, key: str) -> Question | None:
    """Return the question that was asked under `key`."""
    return _one(connection, question.c.key == key)


def by_token(connection: Connection, token: str) -> Question | None:
    """Return the question that a link leads to."""
    return _one(connection, question.c.token == token)


def of_record(connection: Connection, record_id: int) -> list[Question]:
    """Return what was asked about an invoice, oldest first."""
    query = select(question).where(question.c.record_id == record_id).order_by(question.c.id)
    return [convert(row, Question, from_attributes=True) for row in connection.execute(query)]


def answer(connection: Connection, number: int, *, answer: str, said: bytes, at: str) -> bool:
    """Write the answer to an open question; False where it is answered or withdrawn by now."""
    done = connection.execute(
        update(question)
        .where(question.c.id == number, question.c.answer.is_(None))
        .values(answer=answer, said=said, answered_at=at)
    )
    return done.rowcount == 1


def _one(connection: Connection, condition: Any) -> Question | None:
    row = connection.execute(select(question).where(condition)).first()
    return convert(row, Question, from_attributes=True) if row else None
