"""Groups of people: a tree under the company, who is in them, and what each sets itself."""

from msgspec import Struct
from sqlalchemy import Connection, delete, insert, select, update

from gateway.store.dialects import upsert
from gateway.store.people_tables import group_member, group_setting, people_group

COMPANY = 0
"""The number that the company's own settings are kept under: the root of every group."""


class Group(Struct, frozen=True, kw_only=True):
    """A group; its `parent` is None where it hangs under the company."""

    id: int
    name: str
    parent: int | None


class Said(Struct, frozen=True, kw_only=True):
    """What a group says itself, who said it and when."""

    group: int
    key: str
    value: str
    actor: str
    at: str


def listed(connection: Connection) -> list[Group]:
    """Return all groups by name."""
    query = select(people_group).order_by(people_group.c.name)
    return [
        Group(id=row.id, name=row.name, parent=row.parent_id) for row in connection.execute(query)
    ]


def add(connection: Connection, name: str, parent: int | None, actor: str, at: str) -> int | None:
    """Keep a group and return its number; None where the name is taken."""
    if connection.execute(select(people_group.c.id).where(people_group.c.name == name)).first():
        return None
    query = insert(people_group).values(
        name=name, parent_id=parent, created_at=at, created_by=actor
    )
    number: int = connection.execute(query.returning(people_group.c.id)).scalar_one()
    return number


def move(connection: Connection, number: int, parent: int | None) -> None:
    """Hang a group under another one."""
    query = update(people_group).where(people_group.c.id == number)
    connection.execute(query.values(parent_id=parent))


def remove(connection: Connection, number: int) -> None:
    """Remove a group with its settings; its groups and members must have gone before."""
    connection.execute(delete(group_setting).where(group_setting.c.group_id == number))
    connection.execute(delete(people_group).where(people_group.c.id == number))


def members(connection: Connection, number: int) -> list[int]:
    """Return who is in a group."""
    query = select(group_member.c.person_id).where(group_member.c.group_id == number)
    return [row.person_id for row in connection.execute(query)]


def set_groups(connection: Connection, person: int, groups: list[int]) -> None:
    """Put a person into these groups and no other."""
    connection.execute(delete(group_member).where(group_member.c.person_id == person))
    rows = [{"group_id": group, "person_id": person} for group in groups]
    if rows:
        connection.execute(insert(group_member), rows)


def said(connection: Connection) -> list[Said]:
    """Return all that the company and its groups say."""
    query = select(group_setting).order_by(group_setting.c.group_id, group_setting.c.key)
    return [
        Said(group=row.group_id, key=row.key, value=row.value, actor=row.actor, at=row.at)
        for row in connection.execute(query)
    ]


def say(connection: Connection, new: Said) -> None:
    """Keep what a group says."""
    values = {"value": new.value, "actor": new.actor, "at": new.at}
    query = upsert(connection, group_setting).values(group_id=new.group, key=new.key, **values)
    connection.execute(query.on_conflict_do_update(index_elements=["group_id", "key"], set_=values))


def unsay(connection: Connection, group: int, key: str) -> bool:
    """Let a group say nothing of `key`, so that it inherits; False where it said nothing."""
    query = delete(group_setting).where(
        group_setting.c.group_id == group, group_setting.c.key == key
    )
    return connection.execute(query).rowcount == 1
