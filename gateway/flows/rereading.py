"""Reading files again: after a map, a profile or the software was put right.

Files that could not be read, whole or in part, go back to where they came in, in one transaction
with the event that tells who asked and the jobs that read them. What comes out of it is written
like anything that is read; records that were read in part get the rest under their old numbers,
and an interchange that has its answer gets no other. What was read whole is not touched.
"""

from collections.abc import Collection

import msgspec
from msgspec import Struct

from gateway.clock import Clock, stamp
from gateway.flows.intake import put_to_work
from gateway.jobs.port import Jobs
from gateway.store import quarantine
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce
from gateway.store.quarantine import Unread

AT_ONCE = 1000
_json = msgspec.json.Encoder()


class RereadNews(Struct, frozen=True, kw_only=True):
    """A file is read again; `was` is what had become of it, `cause` the code that said why."""

    document: int
    partner: str
    name: str
    was: str
    cause: str


def reread(
    store: Store, jobs: Jobs, clock: Clock, numbers: Collection[int], actor: str
) -> list[Unread]:
    """Have files read again; returns those that are: what was read whole is left alone."""
    at = stamp(clock())
    with store.write() as connection:
        files = quarantine.by_number(connection, numbers)
        won = quarantine.requeue(connection, files[:AT_ONCE])
        announce(connection, [_news(one, actor) for one in won], at)
        put_to_work(connection, jobs, [one.id for one in won])
    jobs.wake()
    return won


def _news(one: Unread, actor: str) -> NewEvent:
    told = RereadNews(
        document=one.id, partner=one.partner, name=one.name, was=one.state, cause=one.cause
    )
    return NewEvent(
        type="file.reread", subject=f"document/{one.id}", data=_json.encode(told), actor=actor
    )
