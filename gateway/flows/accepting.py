"""Accepting: a receiver's own document number is kept beside the event that it was made of.

It comes in the answer to a delivery, or later by the API. The number stands: a receiver that names
another one for the same event has made two documents of it, which is refused and logged. Rejected
may become accepted, once the receiver has mended what kept it; accepted may become rejected, when
it took its document back. Both are told, for an invoice, by an event in the same transaction.
"""

from typing import Literal

import msgspec
import structlog
from sqlalchemy import Connection

from gateway.acceptance import Said
from gateway.events.data import PostedNews
from gateway.store import acceptances
from gateway.store.acceptances import Acceptance
from gateway.store.events import Event, NewEvent, announce

Outcome = Literal["written", "same", "conflict"]
POSTED, POST_FAILED = "invoice.posted", "invoice.post_failed"
_INVOICE, _RECORD = "invoice.", "record/"
_log = structlog.get_logger()


def accept(connection: Connection, event: Event, told: Said, actor: str, at: str) -> Outcome:
    """Keep what a receiver said of an event, in the caller's transaction."""
    before = acceptances.of_event(connection, event.sequence)
    new = _of(event, told, before, actor, at)
    if before is not None and before.state == new.state:
        if before.number == new.number or new.state == "rejected":
            return "same"
        _log.warning("acceptance.conflict", id=event.id, first=before.number, now=new.number)
        return "conflict"
    latest = acceptances.of_subject(connection, event.subject)
    acceptances.write(connection, new)
    news = _news(event, new)
    if news and not (latest and (latest.state, latest.number) == (new.state, new.number)):
        announce(connection, [news], at)
    return "written"


def _of(event: Event, told: Said, before: Acceptance | None, actor: str, at: str) -> Acceptance:
    """Return what is kept: with the number of a document that is taken back."""
    return Acceptance(
        event_sequence=event.sequence,
        subject=event.subject,
        state="accepted" if told.document_number else "rejected",
        number=told.document_number or (before.number if before else None),
        reason=told.rejected,
        actor=actor,
        at=at,
    )


def _news(event: Event, new: Acceptance) -> NewEvent | None:
    """Return the event that tells of it: of an invoice only, and not of an answer to itself."""
    kind = POSTED if new.state == "accepted" else POST_FAILED
    if event.type in {POSTED, POST_FAILED} or not event.type.startswith(_INVOICE):
        return None
    if not event.subject.startswith(_RECORD):
        return None
    data = PostedNews(
        record=int(event.subject.removeprefix(_RECORD)),
        event=event.id,
        document_number=new.number,
        reason=new.reason,
    )
    return NewEvent(
        type=kind, subject=event.subject, data=msgspec.json.encode(data), actor=new.actor[:64]
    )
