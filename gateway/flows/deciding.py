"""A person decides: the decision, what it does to the money, and the event that tells of it.

Accepting approves the whole invoice, rejecting disputes it whole. Either holds for the result that
the person saw: where it has changed meanwhile, or somebody else was first, nothing is written.
"""

from decimal import Decimal
from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from gateway.clock import Clock, stamp
from gateway.flows.news import subject_of
from gateway.store import exception
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce
from gateway.store.exception import Decided, NewDecision
from matcher.result import Reconciliation

Action = Literal["accept", "reject"]

_EVENTS: dict[str, str] = {"accept": "invoice.exception_resolved", "reject": "invoice.rejected"}


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of an attempt to decide; `by` is the decision that counts, if there is one."""

    state: Literal["decided", "already", "changed"]
    by: Decided | None = None


def decide(store: Store, clock: Clock, new: NewDecision) -> Outcome:
    """Write a decision and its event in one transaction; the same key is the same decision."""
    with store.write() as connection:
        known = exception.decided_with(connection, new.idempotency_key)
        if known is not None:
            return Outcome(state="decided", by=known)
        return _decide(connection, new, stamp(clock()))


def _decide(connection: Connection, new: NewDecision, at: str) -> Outcome:
    result = exception.result(connection, new.record_id)
    if result is None or not exception.decide(connection, new, at):
        decisions = exception.decisions(connection, new.record_id)
        first = next((one for one in decisions if one.digest == new.digest), None)
        return Outcome(state="already" if first else "changed", by=first)
    told = msgspec.json.decode(result.body, type=Reconciliation)
    event = NewEvent(
        type=_EVENTS[new.action],
        subject=subject_of(new.record_id),
        data=msgspec.json.encode(data_of(told, new, result.version)),
        actor=new.actor,
    )
    announce(connection, [event], at)
    return Outcome(state="decided", by=exception.decided_with(connection, new.idempotency_key))


def data_of(told: Reconciliation, new: NewDecision, version: int) -> dict[str, Any]:
    """Return what the event tells: the result with its money as decided, and the decision."""
    total = told.approved + told.pending + told.disputed
    nothing = Decimal(0) * total  # keeps the decimals of the currency
    accepted = new.action == "accept"
    after = replace(
        told,
        approved=total if accepted else nothing,
        pending=nothing,
        disputed=nothing if accepted else total,
        workings=(),
    )
    decision = {"action": new.action, "reason": new.reason, "actor": new.actor}
    head: dict[str, Any] = {"record": new.record_id, "version": version, "decision": decision}
    told_after: dict[str, Any] = msgspec.to_builtins(after)
    return head | told_after
