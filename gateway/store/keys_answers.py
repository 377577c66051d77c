"""What requests with an Idempotency-Key were answered, so that a repeat gets the same answer."""

import json
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import Connection, delete, insert, select, update

from gateway.clock import stamp
from gateway.store.keys_tables import api_answer

KEPT_FOR = timedelta(hours=48)
AT_WORK_FOR = timedelta(minutes=5)
"""After this a request that never came to its end counts as lost, and its repeat is the first."""


class Answer(Struct, frozen=True, kw_only=True):
    """What was answered to the request with that digest; no status while it is at work."""

    request: str
    status: int | None
    headers: dict[str, str]
    body: bytes


def begin(connection: Connection, holder: str, key: str, now: datetime) -> Answer | None:
    """Take `key` for a request that begins; None where it is the first, else what was answered."""
    connection.execute(delete(api_answer).where(api_answer.c.started_at < stamp(now - KEPT_FOR)))
    mine = (api_answer.c.holder == holder) & (api_answer.c.key == key)
    row = connection.execute(select(api_answer).where(mine)).first()
    if row is None:
        values = {"holder": holder, "key": key, "request": "", "started_at": stamp(now)}
        connection.execute(insert(api_answer).values(values))
        return None
    if row.status is None and row.started_at < stamp(now - AT_WORK_FOR):
        connection.execute(update(api_answer).where(mine).values(started_at=stamp(now)))
        return None
    headers = json.loads(row.headers or "{}")
    return Answer(request=row.request, status=row.status, headers=headers, body=row.body or b"")


def finish(connection: Connection, holder: str, key: str, answer: Answer) -> None:
    """Keep what the request with `key` was answered."""
    connection.execute(
        update(api_answer)
        .where(api_answer.c.holder == holder, api_answer.c.key == key)
        .values(
            request=answer.request,
            status=answer.status,
            headers=json.dumps(answer.headers),
            body=answer.body,
        )
    )


def release(connection: Connection, holder: str, key: str) -> None:
    """Give `key` back: its request made nothing."""
    connection.execute(
        delete(api_answer).where(
            api_answer.c.holder == holder,
            api_answer.c.key == key,
            api_answer.c.status.is_(None),
        )
    )
