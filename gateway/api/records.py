"""Canonical records: what documents became."""

from typing import Annotated, Any

from msgspec import Meta
from sqlalchemy import Connection

from gateway.api import types
from gateway.api.asking import Paging
from gateway.api.calls import Call, Reply, here
from gateway.api.documents import brief
from gateway.api.registry import op
from gateway.store import feed
from gateway.store.feed import RecordRow

_Text = Annotated[str, Meta(max_length=300)]


class RecordQuery(Paging, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which records: all that is given counts."""

    kind: _Text | None = None
    number: _Text | None = None


@op(
    "GET /v1/records",
    group="Records",
    right="records:read",
    query=RecordQuery,
    gives=types.RecordPage,
)
async def records(call: Call) -> Reply:
    """List canonical records, by kind and number where given."""
    asked: RecordQuery = call.query

    def ask(connection: Connection) -> list[RecordRow]:
        return feed.records(
            connection, asked.after, asked.size, kind=asked.kind, number=asked.number
        )

    rows = await call.read(ask)
    items = [_told(row) for row in rows]
    return Reply(body=types.RecordPage(items=items, next=rows[-1].id if rows else asked.after))


@op("GET /v1/records/{id}", group="Records", right="records:read", gives=types.StoredRecord)
async def record(call: Call) -> Reply:
    """Return one canonical record."""
    number = call.number
    row = here(await call.read(lambda c: feed.one_record(c, number)))
    return Reply(body=_told(row))


def _told(row: RecordRow) -> types.StoredRecord:
    head = brief(row)
    known: dict[str, Any] = {name: getattr(head, name) for name in head.__struct_fields__}
    return types.StoredRecord(**known, document=row.document_id, record=types.stored(row.body))
