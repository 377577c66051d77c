"""A person decides: the decision, what it does to the money, and the event that tells of it.

Accepting approves the whole invoice, rejecting disputes it whole. Either holds for the result that
the person saw: where it has changed meanwhile, or somebody else was first, nothing is written. For
a while a decision can be taken back: the log keeps both, and the money is as it was judged.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from gateway.clock import Clock, moment_of, stamp
from gateway.flows.news import subject_of
from gateway.store import exception
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce
from gateway.store.exception import Decided, NewDecision, Result
from matcher.result import Reconciliation

Action = Literal["accept", "reject"]
UNDO_FOR = timedelta(minutes=30)

_Write = Callable[[Connection, NewDecision, Result, datetime], "Outcome"]
_EVENTS: dict[str, str] = {"accept": "invoice.exception_resolved", "reject": "invoice.rejected"}
CLOSING = frozenset({*_EVENTS, "short_pay"})


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of an attempt to decide; `by` is the decision that counts, if there is one."""

    state: Literal["decided", "already", "changed"]
    by: Decided | None = None


def decide(store: Store, clock: Clock, new: NewDecision) -> Outcome:
    """Write a decision and its event in one transaction; the same key is the same decision."""
    with store.write() as connection:
        return _once(connection, clock, new, _decide)


def decide_all(store: Store, clock: Clock, news: Iterable[NewDecision]) -> list[Outcome]:
    """Write several decisions in one transaction, each for itself: one too late stops no other."""
    with store.write() as connection:
        return [_once(connection, clock, new, _decide) for new in news]


def undo(store: Store, clock: Clock, new: NewDecision) -> Outcome:
    """Take the last decision back, within UNDO_FOR of it; `new.digest` is what it decided on."""
    with store.write() as connection:
        return _once(connection, clock, new, _undo)


def undoable(decided: Decided, now: datetime) -> bool:
    """Whether a decision can still be taken back."""
    return decided.action in _EVENTS and now - moment_of(decided.at) <= UNDO_FOR


def _once(connection: Connection, clock: Clock, new: NewDecision, write: _Write) -> Outcome:
    known = exception.decided_with(connection, new.idempotency_key)
    if known is not None:
        return Outcome(state="decided", by=known)
    result = exception.result(connection, new.record_id)
    if result is None:
        return Outcome(state="changed")
    return write(connection, new, result, clock())


def _decide(connection: Connection, new: NewDecision, result: Result, now: datetime) -> Outcome:
    if not exception.decide(connection, new, stamp(now)):
        return too_late(connection, new, result)
    return _told(connection, new, result, _EVENTS[new.action], now)


def _undo(connection: Connection, new: NewDecision, result: Result, now: datetime) -> Outcome:
    decisions = exception.decisions(connection, new.record_id)
    if not decisions or not undoable(decisions[-1], now):
        return Outcome(state="changed")
    if not exception.undo(connection, new, stamp(now)):
        return Outcome(state="changed")
    return _told(connection, new, result, "invoice.decision_undone", now)


def too_late(connection: Connection, new: NewDecision, result: Result) -> Outcome:
    """Return what became of a decision that cannot be written: who was first, or what changed."""
    decisions = [
        one for one in exception.decisions(connection, new.record_id) if one.action in CLOSING
    ]
    if result.digest != new.digest or result.open or not decisions:
        return Outcome(state="changed")
    return Outcome(state="already", by=decisions[-1])


def _told(
    connection: Connection, new: NewDecision, result: Result, kind: str, now: datetime
) -> Outcome:
    told = msgspec.json.decode(result.body, type=Reconciliation)
    event = NewEvent(
        type=kind,
        subject=subject_of(new.record_id),
        data=msgspec.json.encode(data_of(told, new, result.version)),
        actor=new.actor,
    )
    announce(connection, [event], stamp(now))
    return Outcome(state="decided", by=exception.decided_with(connection, new.idempotency_key))


def data_of(told: Reconciliation, new: NewDecision, version: int) -> dict[str, Any]:
    """Return what the event tells: the result with its money as decided, and the decision.

    A repair, and a decision taken back, leave the money as it was judged.
    """
    total = told.approved + told.pending + told.disputed
    nothing = Decimal(0) * total  # keeps the decimals of the currency
    after = replace(told, workings=())
    if new.action in _EVENTS:
        accepted = new.action == "accept"
        after = replace(
            after,
            approved=total if accepted else nothing,
            pending=nothing,
            disputed=nothing if accepted else total,
        )
    decision = {"action": new.action, "reason": new.reason, "actor": new.actor}
    head: dict[str, Any] = {"record": new.record_id, "version": version, "decision": decision}
    told_after: dict[str, Any] = msgspec.to_builtins(after)
    return head | told_after
