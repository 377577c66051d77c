"""Limits that people set on screens: rules of the policy that stand above its file."""

from msgspec import Struct, convert
from sqlalchemy import Connection, insert, select, update

from gateway.store.reviewing_tables import policy_rule


class NewRule(Struct, frozen=True, kw_only=True):
    """A limit about to be set: `key` is the policy's own name of it; without supplier, for all."""

    record_id: int
    idempotency_key: str
    supplier: str | None
    key: str
    value: str
    reason: str
    actor: str
    at: str


class Rule(NewRule, frozen=True, kw_only=True):
    """A limit as it stands."""

    id: int
    ended_at: str | None
    ended_by: str | None


def in_force(connection: Connection) -> list[Rule]:
    """Return the limits that hold now, in the order in which they were set."""
    query = select(policy_rule).where(policy_rule.c.ended_at.is_(None)).order_by(policy_rule.c.id)
    return [convert(row, Rule, from_attributes=True) for row in connection.execute(query)]


def of_record(connection: Connection, record_id: int) -> list[Rule]:
    """Return the limits that were set on an invoice and hold now."""
    return [one for one in in_force(connection) if one.record_id == record_id]


def write(connection: Connection, new: NewRule) -> None:
    """Set a limit."""
    values = {name: getattr(new, name) for name in NewRule.__struct_fields__}
    connection.execute(insert(policy_rule).values(values))


def end(connection: Connection, number: int, actor: str, at: str) -> Rule | None:
    """End a limit; returns it, None where it has ended already."""
    done = connection.execute(
        update(policy_rule)
        .where(policy_rule.c.id == number, policy_rule.c.ended_at.is_(None))
        .values(ended_at=at, ended_by=actor)
        .returning(policy_rule)
    ).first()
    return convert(done, Rule, from_attributes=True) if done else None
