"""A person decides on facts: how lines are read, what is allowed or deducted (N21, N24).

Such a decision holds for the result that the person saw, like any other. It writes facts beside the
documents, and the case is judged again with them in the same transaction, so that nobody ever sees
the one without the other. Facts are never deleted: taking one back is a fact as well.
"""

from collections.abc import Callable

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from gateway.clock import Clock, stamp
from gateway.flows.deciding import Outcome, data_of, too_late
from gateway.flows.judging import Judge
from gateway.flows.news import subject_of
from gateway.store import amending, exception
from gateway.store.amending import NewAmended, fact_of
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce
from gateway.store.exception import NewDecision, Result
from matcher.entries import Amendment, BuyerDebit, Void
from matcher.result import Reconciliation, Repair

Decided = Amendment | BuyerDebit | Void
Make = Callable[[Connection, Reconciliation], "Change | None"]


class Change(Struct, frozen=True, kw_only=True):
    """What a decision comes to: its facts, the event that tells of it, and the reason in words.

    `closes` says that nothing is left to decide once these facts are matched, whatever the result;
    `reopens` that it has to be decided again. `more` is what the event tells beside the result.
    """

    event: str
    facts: tuple[Decided, ...]
    reason: str
    more: dict[str, object] = {}
    closes: bool = False
    reopens: bool = False


def amend(store: Store, clock: Clock, judge: Judge, new: NewDecision, make: Make) -> Outcome:
    """Write what `make` returns for the current result, and judge again; None is too late.

    The same idempotency key is the same decision.
    """
    with store.write() as connection:
        known = exception.decided_with(connection, new.idempotency_key)
        if known is not None:
            return Outcome(state="decided", by=known)
        result = exception.result(connection, new.record_id)
        if result is None:
            return Outcome(state="changed")
        told = msgspec.json.decode(result.body, type=Reconciliation)
        is_current = result.digest == new.digest and (result.open or new.action == "withdraw")
        change = make(connection, told) if is_current else None
        if change is None and new.action == "withdraw":
            return Outcome(state="changed")
        if change is None:
            return too_late(connection, new, result)
        _write(connection, clock, judge, new, result, change)
        return Outcome(state="decided", by=exception.decided_with(connection, new.idempotency_key))


def _write(  # noqa: PLR0913, PLR0917 - what one transaction is made of
    connection: Connection,
    clock: Clock,
    judge: Judge,
    new: NewDecision,
    result: Result,
    change: Change,
) -> None:
    now = clock()
    at = stamp(now)
    decided = replace(new, reason=change.reason)
    for place, fact in enumerate(change.facts):
        written = NewAmended(
            record_id=new.record_id,
            key=fact_of(new.idempotency_key, place),
            body=msgspec.json.encode(fact),
            actor=new.actor,
            at=at,
        )
        amending.write(connection, written)
    exception.note(connection, decided, at)
    announce(connection, [_event(decided, result, change)], at)
    if change.reopens:
        exception.reopen(connection, new.record_id)
    announce(connection, judge.judge(connection, [new.record_id], now.date(), at), at)
    if change.closes:
        exception.close(connection, new.record_id)


def _event(decided: NewDecision, result: Result, change: Change) -> NewEvent:
    told = msgspec.json.decode(result.body, type=Reconciliation)
    return NewEvent(
        type=change.event,
        subject=subject_of(decided.record_id),
        data=msgspec.json.encode(data_of(told, decided, result.version) | change.more),
        actor=decided.actor,
    )


def repair(  # noqa: PLR0913, PLR0917 - who decides, by what, and which of those offered
    store: Store, clock: Clock, judge: Judge, new: NewDecision, shape: str, lines: str
) -> Outcome:
    """Accept the repair of that shape and those lines (blank separated), and match by it."""

    def make(_connection: Connection, told: Reconciliation) -> Change | None:
        chosen = _offered(told, shape, lines)
        if chosen is None:
            return None
        facts = (chosen.decision,)
        return Change(event="invoice.repaired", facts=facts, reason=chosen.sentence)

    return amend(store, clock, judge, new, make)


def _offered(told: Reconciliation, shape: str, lines: str) -> Repair | None:
    return next(
        (one for one in told.repairs if (one.shape, " ".join(one.lines)) == (shape, lines)), None
    )


def withdraw(store: Store, clock: Clock, judge: Judge, new: NewDecision, key: str) -> Outcome:
    """Take a fact back that was decided on this invoice; `key` is its id."""

    def make(connection: Connection, _told: Reconciliation) -> Change | None:
        if key not in {one for one, _, _ in in_force(connection, new.record_id)}:
            return None
        return Change(
            event="invoice.amendment_withdrawn",
            facts=(Void(id="", target=key),),
            reason=new.reason,
        )

    return amend(store, clock, judge, new, make)


def in_force(connection: Connection, record_id: int) -> list[tuple[str, Amendment, str]]:
    """Return what was decided on an invoice and not taken back: id, what, and by whom."""
    found = amending.of_record(connection, record_id)
    facts = [(one, msgspec.json.decode(one.body, type=Decided)) for one in found]
    gone = {fact.target for _, fact in facts if isinstance(fact, Void)}
    return [
        (one.key, fact, one.actor)
        for one, fact in facts
        if isinstance(fact, Amendment) and one.key not in gone
    ]
