"""What each partner sends: how much of it could be used, in which forms, and its last files."""

from msgspec import Struct, convert
from sqlalchemy import Connection, func, select

from gateway.store.schema import document, partner


class Traffic(Struct, frozen=True, kw_only=True):
    """How many files of a partner came since a moment, and what became of them."""

    files: int = 0
    unusable: int = 0
    repeats: int = 0


class Form(Struct, frozen=True, kw_only=True):
    """How many files came in a form, by a door; the form is None where it was not recognised."""

    format: str | None
    door: str
    files: int


class Came(Struct, frozen=True, kw_only=True):
    """A file that came; `id` is its receipt, times are UTC ISO 8601."""

    id: int
    name: str
    state: str
    format: str | None
    door: str
    received_at: str


def traffic(connection: Connection, since: str) -> dict[str, Traffic]:
    """Return the traffic of all partners that sent something since then."""
    query = (
        select(partner.c.name, document.c.state, func.count().label("files"))
        .join(partner, partner.c.id == document.c.partner_id)
        .where(document.c.received_at >= since)
        .group_by(partner.c.name, document.c.state)
    )
    counts: dict[str, dict[str, int]] = {}
    for row in connection.execute(query):
        counts.setdefault(row.name, {})[row.state] = row.files
    return {
        name: Traffic(
            files=sum(states.values()),
            unusable=states.get("quarantined", 0),
            repeats=states.get("duplicate", 0),
        )
        for name, states in counts.items()
    }


def forms(connection: Connection, name: str) -> list[Form]:
    """Return in which forms and by which doors a partner sends, the most frequent first."""
    files = func.count().label("files")
    query = (
        select(document.c.format, document.c.door, files)
        .join(partner, partner.c.id == document.c.partner_id)
        .where(partner.c.name == name)
        .group_by(document.c.format, document.c.door)
        .order_by(files.desc(), document.c.door, document.c.format)
    )
    return [convert(row, Form, from_attributes=True) for row in connection.execute(query)]


def last_files(connection: Connection, name: str, limit: int) -> list[Came]:
    """Return the files of a partner that came last, the newest first."""
    query = (
        select(
            document.c.id,
            document.c.name,
            document.c.state,
            document.c.format,
            document.c.door,
            document.c.received_at,
        )
        .join(partner, partner.c.id == document.c.partner_id)
        .where(partner.c.name == name)
        .order_by(document.c.id.desc())
        .limit(limit)
    )
    return [convert(row, Came, from_attributes=True) for row in connection.execute(query)]
