"""What stands above every page about one invoice: which it is, its reason, and the way back."""

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from gateway.store import exception
from gateway.store.exception import Kept, Result
from gateway.web import show
from gateway.web.rows import link
from mappers.canonical import AnyRecord
from matcher.result import Reconciliation

_record: msgspec.json.Decoder[AnyRecord] = msgspec.json.Decoder(AnyRecord)


class Head(Struct, frozen=True, kw_only=True):
    """The head of a page about an invoice; `digest` names the result that the person sees."""

    id: int
    title: str
    subject: str
    look: show.Look
    headline: str
    digest: str
    is_open: bool
    query: str
    back_href: str


class Looked(Struct, frozen=True, kw_only=True):
    """An invoice with its result, as pages about it need them."""

    head: Head
    kept: Kept
    record: AnyRecord
    result: Result
    told: Reconciliation


def looked_at(connection: Connection, record_id: int, query: str) -> Looked | None:
    """Return an invoice that was matched; None where there is no such."""
    kept = exception.kept(connection, record_id)
    result = exception.result(connection, record_id)
    if kept is None or result is None:
        return None
    record = _record.decode(kept.body)
    party = getattr(record, "supplier", None)
    head = Head(
        id=record_id,
        title=f"{show.kind_of(record)} {kept.number or kept.file}",
        subject=(party.name if party and party.name else kept.partner),
        look=show.LOOKS[result.verdict],
        headline=result.reason,
        digest=result.digest,
        is_open=result.open,
        query=query,
        back_href=link(f"/x/{record_id}", q=query),
    )
    told = msgspec.json.decode(result.body, type=Reconciliation)
    return Looked(head=head, kept=kept, record=record, result=result, told=told)
