"""What came to need a person since a page was shown: asked by the event log, which has an order."""

from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from gateway.store.looking import INCOMPLETE, NEEDS_PERSON
from gateway.store.schema import document, event, reconciliation, record

LOOKED_AT = 1000
_TYPES = (
    "invoice.exception",
    "invoice.waiting",
    "invoice.duplicate",
    "invoice.decision_undone",
    "document.invalid",
    "file.quarantined",
)


def newcomers(connection: Connection, since: int) -> int:
    """Count what needs a person by events behind `since`, up to LOOKED_AT of them."""
    query = (
        select(event.c.subject)
        .where(event.c.sequence > since, event.c.type.in_(_TYPES))
        .order_by(event.c.sequence)
        .limit(LOOKED_AT)
    )
    subjects = set(connection.execute(query).scalars())
    records, files = _numbers(subjects, "record/"), _numbers(subjects, "document/")
    if not (records or files):
        return 0
    judged = select(func.count()).select_from(reconciliation)
    judged = judged.where(reconciliation.c.record_id.in_(records), NEEDS_PERSON)
    torn = select(func.count()).select_from(record)
    torn = torn.join(document, document.c.id == record.c.document_id)
    torn = torn.where(record.c.id.in_(records), *INCOMPLETE)
    unread = select(func.count()).select_from(document)
    unread = unread.where(document.c.id.in_(files), document.c.state == "quarantined")
    return sum(connection.execute(one).scalar_one() for one in (judged, torn, unread))


def _numbers(subjects: Iterable[str], kind: str) -> list[int]:
    return [int(one.removeprefix(kind)) for one in subjects if one.startswith(kind)]
