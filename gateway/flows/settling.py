"""Settling: an acknowledgment that comes in is matched with what we sent, and what it says is kept.

A 997 and a 999 name a group, a TA1 and a CONTRL an interchange, an 824 and an APERAK a group or a
business number. What names nothing that we sent changes nothing.
"""

from collections.abc import Iterable, Iterator

import msgspec
import structlog
from sqlalchemy import Connection

from gateway.acknowledging.replies import Reply
from gateway.acknowledging.settling import state_of, states_after
from gateway.acknowledging.states import AWAITED, REJECTED
from gateway.store import awaited
from gateway.store.acknowledgments import Sent
from gateway.store.awaited import SentSet, Settled
from gateway.store.documents import Waiting
from gateway.store.events import NewEvent

_json = msgspec.json.Encoder()
_log = structlog.get_logger()
_EDIFACT = {"CONTRL", "APERAK"}


def settle(
    connection: Connection, document: Waiting, replies: Iterable[Reply], at: str
) -> list[NewEvent]:
    """Note what the acknowledgments of a file say of what we sent; returns what to announce."""
    told: list[NewEvent] = []
    for reply in replies:
        sent = _find(connection, document.partner_id, reply)
        if sent is None:
            _log.info("acknowledgment.of_nothing", document=document.id, kind=reply.kind)
        else:
            told += _settled(connection, sent, reply, document, at)
    return told


def _find(connection: Connection, partner_id: int, reply: Reply) -> Sent | None:
    syntax = "edifact" if reply.kind in _EDIFACT else "x12"
    if reply.interchange:
        found = awaited.by_control(connection, partner_id, syntax, reply.interchange)
    elif reply.group:
        found = awaited.by_group(connection, partner_id, reply.code or None, reply.group)
    else:
        found = None
    if found is None and reply.number:
        found = awaited.by_number(connection, partner_id, reply.number)
    return found


def _settled(
    connection: Connection, sent: Sent, reply: Reply, document: Waiting, at: str
) -> Iterator[NewEvent]:
    sets = awaited.sets_of(connection, sent.id)
    spoken_of = [one for one in sets if _is_meant(one, reply)]
    after = states_after(reply, spoken_of)
    awaited.write_sets(connection, sent.id, after)
    states = [after.get(one.position, one.state) for one in sets]
    state = state_of(states) if sets else reply.status or sent.state
    said = _json.encode({"kind": reply.kind, "status": reply.status, "errors": reply.errors})
    awaited.settle(connection, sent.id, Settled(state=state, said=said, by=document.id, at=at))
    if state == AWAITED and reply.status != REJECTED:
        return
    kind = "rejected" if state in _REJECTING else "received"
    yield told_of(sent, kind, state=state, document=document.id, errors=reply.errors)


_REJECTING = {REJECTED, "partially_accepted"}


def _is_meant(one: SentSet, reply: Reply) -> bool:
    """Whether an acknowledgment speaks of a set: one of its group, where it names a group."""
    in_group = not reply.group or one.group == reply.group
    return in_group and (not reply.code or one.code == reply.code)


def told_of(sent: Sent, what: str, **more: object) -> NewEvent:
    """Return the event that tells of an acknowledgment: received, rejected or overdue."""
    data = {
        "outgoing": sent.id,
        "partner": sent.partner,
        "kind": sent.kind,
        "control": sent.control,
        "number": sent.number,
        "file": sent.name,
        "sent_at": sent.created_at,
        "due_at": sent.due_at,
        **more,
    }
    return NewEvent(type=_TYPES[what], subject=f"outgoing/{sent.id}", data=_json.encode(data))


_TYPES = {
    "received": "acknowledgment.received",
    "rejected": "acknowledgment.rejected",
    "overdue": "acknowledgment.overdue",
}
