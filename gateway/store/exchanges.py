"""cXML requests and what they were answered: how a repeat is known, and answered alike."""

from msgspec import Struct, convert
from sqlalchemy import Connection, delete, insert, select, update

from gateway.store.schema import cxml_business, cxml_exchange


class Exchange(Struct, frozen=True, kw_only=True):
    """A request by its sender and payloadID; `code` and `answer` once it was answered."""

    id: int
    sender: str
    payload_id: str
    body_hash: str
    timestamp: str
    code: int | None
    answer: bytes | None
    document_id: int | None
    started_at: str


class Business(Struct, frozen=True, kw_only=True):
    """What holds a business key: the hash of the content, and whether its exchange was answered."""

    exchange_id: int
    content_hash: str
    code: int | None
    document_id: int | None
    started_at: str


_COLUMNS = [cxml_exchange.c[name] for name in Exchange.__struct_fields__]


def known(connection: Connection, sender: str, payload_id: str) -> list[Exchange]:
    """Return what `sender` sent under that payloadID, newest first."""
    query = select(*_COLUMNS).where(
        cxml_exchange.c.sender == sender, cxml_exchange.c.payload_id == payload_id
    )
    rows = connection.execute(query.order_by(cxml_exchange.c.id.desc()).limit(100))
    return [convert(row, Exchange, from_attributes=True) for row in rows]


class NewExchange(Struct, frozen=True, kw_only=True):
    """A request about to be worked on."""

    sender: str
    payload_id: str
    body_hash: str
    timestamp: str


def begin(connection: Connection, new: NewExchange, at: str) -> int:
    """Note that a request is worked on; returns its number."""
    values = {name: getattr(new, name) for name in NewExchange.__struct_fields__}
    query = insert(cxml_exchange).values(started_at=at, **values)
    return int(connection.execute(query.returning(cxml_exchange.c.id)).scalar_one())


def begin_again(connection: Connection, number: int, at: str) -> None:
    """Take over a request that was begun and never answered."""
    query = update(cxml_exchange).where(cxml_exchange.c.id == number)
    connection.execute(query.values(started_at=at))


def end(
    connection: Connection, number: int, code: int, answer: bytes, document_id: int | None
) -> None:
    """Note what a request was answered."""
    query = update(cxml_exchange).where(cxml_exchange.c.id == number)
    connection.execute(query.values(code=code, answer=answer, document_id=document_id))


def holder(connection: Connection, key: str) -> Business | None:
    """Return what holds a business key."""
    query = (
        select(
            cxml_business.c.exchange_id,
            cxml_business.c.content_hash,
            cxml_exchange.c.code,
            cxml_exchange.c.document_id,
            cxml_exchange.c.started_at,
        )
        .join(cxml_exchange, cxml_exchange.c.id == cxml_business.c.exchange_id)
        .where(cxml_business.c.key == key)
    )
    row = connection.execute(query).first()
    return convert(row, Business, from_attributes=True) if row else None


def hold(connection: Connection, key: str, exchange_id: int, content_hash: str) -> None:
    """Give a business key to an exchange, in place of one that was never answered."""
    connection.execute(delete(cxml_business).where(cxml_business.c.key == key))
    connection.execute(
        insert(cxml_business).values(key=key, exchange_id=exchange_id, content_hash=content_hash)
    )
