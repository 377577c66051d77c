"""Which files a partner sent last: to read them once more, by rules that may change."""

from msgspec import Struct, convert
from sqlalchemy import Connection, select

from gateway.store.documents import DUPLICATE
from gateway.store.schema import document, partner


class Sent(Struct, frozen=True, kw_only=True):
    """A file that came in; `id` is the number of its receipt."""

    id: int
    sha256: str
    name: str
    received_at: str


def sent_last(connection: Connection, name: str, limit: int) -> list[Sent]:
    """Return the last files of a partner, the newest first; the same bytes count once."""
    query = (
        select(document.c.id, document.c.sha256, document.c.name, document.c.received_at)
        .join(partner, partner.c.id == document.c.partner_id)
        .where(partner.c.name == name, document.c.state != DUPLICATE)
        .order_by(document.c.id.desc())
        .limit(limit)
    )
    return [convert(row, Sent, from_attributes=True) for row in connection.execute(query)]
