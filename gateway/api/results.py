"""Reconciliations and what was decided on them, now and at any moment of the past.

A decision holds for the result that was seen: its ETag comes along as If-Match. Where the result
has changed meanwhile nothing is written (412), where somebody else was first neither (409).
"""

import asyncio
import hashlib
import uuid
from typing import Annotated, Literal

from msgspec import Meta, Struct
from sqlalchemy import Connection

from gateway.api import types
from gateway.api.asking import Moment, Paging, moment
from gateway.api.calls import Call, Reply, here
from gateway.api.registry import op
from gateway.doors.problems import Code, refused
from gateway.flows import deciding
from gateway.flows.deciding import Outcome
from gateway.store import exception, feed, past
from gateway.store.exception import Decided, NewDecision
from gateway.store.feed import ResultRow

REASON_CHARACTERS_MAX = 2000
_GROUP = "Reconciliations"
_Verdict = Literal[
    "matched", "matched_within_tolerance", "waiting", "exception", "unmatched", "duplicate"
]


class ResultQuery(Paging, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which reconciliations."""

    verdict: tuple[_Verdict, ...] = ()


class AsOf(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """At which moment; now where none is given."""

    as_of: Moment | None = None


class NewDecisionBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A decision: `undo` takes the last one back, within half an hour."""

    action: Literal["accept", "reject", "undo"]
    reason: Annotated[str, Meta(min_length=1, max_length=REASON_CHARACTERS_MAX)]


@op(
    "GET /v1/reconciliations",
    group=_GROUP,
    right="records:read",
    query=ResultQuery,
    gives=types.ResultPage,
)
async def reconciliations(call: Call) -> Reply:
    """List the results for invoices, by verdict where given (repeatable)."""
    asked: ResultQuery = call.query
    rows = await call.read(lambda c: feed.results(c, asked.after, asked.size, asked.verdict))
    following = rows[-1].record_id if rows else asked.after
    return Reply(body=types.ResultPage(items=[_told(row) for row in rows], next=following))


@op(
    "GET /v1/reconciliations/{id}",
    group=_GROUP,
    right="records:read",
    query=AsOf,
    gives=types.Result,
    etag=True,
)
async def reconciliation(call: Call) -> Reply:
    """Return the result for one invoice record.

    With `as_of` it is the one that had been announced by then, read from the log of events; big
    ones were announced without their lines and findings. The ETag is what a decision needs.
    """
    number, asked = call.number, call.query.as_of
    if asked is not None:
        then = moment(asked, "as_of")
        found = await call.found(lambda c: past.result(c, number, then))
        return Reply(body=_told(found))
    row, digest = await call.found(lambda c: _current(c, number))
    return Reply(body=_told(row), headers={"ETag": f'"{digest}"'})


@op(
    "POST /v1/reconciliations/{id}/decisions",
    group=_GROUP,
    right="exceptions:decide",
    body=NewDecisionBody,
    gives=types.Decision,
    status=201,
    makes=True,
    if_match=True,
    problems=(Code.CONFLICT, Code.CHANGED, Code.NOT_SAID_WHICH),
    example=NewDecisionBody(action="accept", reason="The missing two came by courier."),
)
async def decide(call: Call) -> Reply:
    """Accept an invoice, reject it, or take the last decision back.

    Send the ETag of the result that you saw as If-Match.
    """
    number, asked = call.number, call.body
    digest = _matched(call.request.headers.get("If-Match"))
    new = NewDecision(
        record_id=number,
        action=asked.action,
        reason=asked.reason,
        actor=call.actor.name,
        digest=digest,
        idempotency_key=_key(call, number),
    )
    write = deciding.undo if asked.action == "undo" else deciding.decide
    services = call.services
    await call.found(lambda c: exception.result(c, number))
    outcome = await asyncio.to_thread(write, services.store, services.clock, new)
    services.announced()
    return Reply(body=_decision(_decided(outcome)))


@op(
    "GET /v1/reconciliations/{id}/decisions",
    group=_GROUP,
    right="records:read",
    gives=types.Decisions,
)
async def decisions(call: Call) -> Reply:
    """List what was decided on an invoice, oldest first."""
    number = call.number

    def ask(connection: Connection) -> list[Decided] | None:
        known = exception.result(connection, number)
        return exception.decisions(connection, number) if known else None

    found = await call.found(ask)
    return Reply(body=types.Decisions(items=[_decision(one) for one in found]))


def _current(connection: Connection, number: int) -> tuple[ResultRow, str] | None:
    row, known = feed.one_result(connection, number), exception.result(connection, number)
    return (row, known.digest) if row and known else None


def _told(row: ResultRow) -> types.Result:
    return types.Result(
        record=row.record_id,
        version=row.version,
        changed_at=row.changed_at,
        decided=row.decided,
        reconciliation=types.stored(row.body),
    )


def _decision(one: Decided) -> types.Decision:
    return types.Decision(
        record=one.record_id, action=one.action, reason=one.reason, actor=one.actor, at=one.at
    )


def _matched(given: str | None) -> str:
    if not given:
        message = "Which result is decided on? Its ETag belongs into If-Match."
        raise refused(Code.NOT_SAID_WHICH, message)
    return given.strip().removeprefix("W/").strip('"')


def _key(call: Call, number: int) -> str:
    given = call.request.headers.get("Idempotency-Key") or uuid.uuid4().hex
    who = f"{call.actor.partner}/{call.actor.name}/{number}/{given}"
    return hashlib.sha256(who.encode()).hexdigest()


def _decided(outcome: Outcome) -> Decided:
    if outcome.state == "decided":
        return here(outcome.by)
    if outcome.state == "already" and outcome.by:
        message = f"{outcome.by.actor} was first: {outcome.by.action}, at {outcome.by.at}."
        raise refused(Code.CONFLICT, message)
    raise refused(Code.CHANGED, "The result is another one by now, or cannot be undone.")
