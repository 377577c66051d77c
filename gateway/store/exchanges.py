"""cXML requests and what they were answered: how a repeat is known, and answered alike."""

from msgspec import Struct, convert
from sqlalchemy import Connection, insert, select

from gateway.store.schema import cxml_business, cxml_exchange


class NewExchange(Struct, frozen=True, kw_only=True):
    """A request, by its sender and payloadID, and its answer; `timestamp` is the document's own."""

    sender: str
    payload_id: str
    body_hash: str
    timestamp: str
    code: int
    answer: bytes
    document_id: int
    answered_at: str


class Exchange(NewExchange, frozen=True, kw_only=True):
    """A request as the table has it."""

    id: int


class Business(Struct, frozen=True, kw_only=True):
    """What a business key was taken by: the hash of its content, and its receipt."""

    content_hash: str
    document_id: int


_COLUMNS = [cxml_exchange.c[name] for name in Exchange.__struct_fields__]


def known(connection: Connection, sender: str, payload_id: str) -> list[Exchange]:
    """Return what `sender` sent under that payloadID, newest first."""
    query = select(*_COLUMNS).where(
        cxml_exchange.c.sender == sender, cxml_exchange.c.payload_id == payload_id
    )
    rows = connection.execute(query.order_by(cxml_exchange.c.id.desc()).limit(100))
    return [convert(row, Exchange, from_attributes=True) for row in rows]


def keep(connection: Connection, new: NewExchange) -> int:
    """Store a request with its answer; returns its number."""
    values = {name: getattr(new, name) for name in NewExchange.__struct_fields__}
    query = insert(cxml_exchange).values(**values)
    return int(connection.execute(query.returning(cxml_exchange.c.id)).scalar_one())


def holder(connection: Connection, key: str) -> Business | None:
    """Return what a business key was taken by."""
    query = (
        select(cxml_business.c.content_hash, cxml_exchange.c.document_id)
        .join(cxml_exchange, cxml_exchange.c.id == cxml_business.c.exchange_id)
        .where(cxml_business.c.key == key)
    )
    row = connection.execute(query).first()
    return convert(row, Business, from_attributes=True) if row else None


def hold(connection: Connection, key: str, exchange_id: int, content_hash: str) -> None:
    """Give a business key to an exchange."""
    values = {"key": key, "exchange_id": exchange_id, "content_hash": content_hash}
    connection.execute(insert(cxml_business).values(**values))
