"""Views of the inbox that somebody has named: the words, for everybody."""

from sqlalchemy import Connection, delete, select

from gateway.store.dialects import upsert
from gateway.store.schema import view

VIEWS_MAX = 30


def all_views(connection: Connection) -> list[tuple[str, str]]:
    """Return names and words, by name."""
    query = select(view.c.name, view.c.words).order_by(view.c.name).limit(VIEWS_MAX)
    return [(row.name, row.words) for row in connection.execute(query)]


def keep(connection: Connection, name: str, words: str, actor: str, at: str) -> None:
    """Name words; a name that there is gets the new ones."""
    query = upsert(connection, view).values(name=name, words=words, actor=actor, at=at)
    changed = {one: query.excluded[one] for one in ("words", "actor", "at")}
    connection.execute(query.on_conflict_do_update(index_elements=[view.c.name], set_=changed))


def forget(connection: Connection, name: str) -> None:
    """Take a name away."""
    connection.execute(delete(view).where(view.c.name == name))
