"""The feed of events, what receivers made of them, and the balance of a day."""

import asyncio
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from sqlalchemy import Connection

from gateway.acceptance import NUMBER_MAX, REASON_MAX, said
from gateway.api import types
from gateway.api.asking import Moment, Paging, moment
from gateway.api.calls import Call, Reply
from gateway.api.registry import op
from gateway.doors.problems import Code, refused
from gateway.flows.accepting import accept
from gateway.store import balances, events, past
from gateway.store.balances import Day
from gateway.webhooks import body

WAIT_SECONDS_MAX = 30
LOOK_SECONDS = 0.25
_GROUP = "Events"


class EventQuery(Paging, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which events; with `as_of` none that came later."""

    type: tuple[Annotated[str, Meta(max_length=64)], ...] = ()
    wait: Annotated[
        int,
        Meta(ge=0, le=10**18 - 1, description="Seconds to wait for an event; at most 30."),
    ] = 0
    as_of: Moment | None = None


class AcceptanceBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a receiver made of an event: one of both."""

    document_number: Annotated[str, Meta(max_length=NUMBER_MAX)] | int | None = None
    rejected: Annotated[str, Meta(max_length=REASON_MAX)] | None = None


class BalanceQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which day, in UTC; today where none is given."""

    day: date | None = None


@op(
    "GET /v1/events",
    group=_GROUP,
    right="events:read",
    query=EventQuery,
    gives=types.EventPage,
)
async def feed(call: Call) -> Reply:
    """Return the next events of the log, as webhooks tell them.

    By `type` where given (repeatable). With `wait`, the answer waits so many seconds for an event.
    With `as_of`, the log ends at that moment: what is built from it is the state of then.
    """
    asked: EventQuery = call.query
    source = call.services.source
    end = moment(asked.as_of, "as_of") if asked.as_of is not None else None

    def ask(connection: Connection) -> types.EventPage:
        found = events.after(connection, asked.after, types=asked.type, limit=asked.size)
        if end is not None:
            last = past.last_by(connection, end)
            found = [one for one in found if one.sequence <= last]
        following = found[-1].sequence if found else asked.after
        return types.EventPage(events=[body(one, source) for one in found], next=following)

    for _ in range(int(min(asked.wait, WAIT_SECONDS_MAX) / LOOK_SECONDS) if end is None else 0):
        if await call.read(lambda connection: events.last_sequence(connection) > asked.after):
            break
        await asyncio.sleep(LOOK_SECONDS)
    return Reply(body=await call.read(ask))


@op(
    "POST /v1/events/{id}/acceptance",
    group=_GROUP,
    right="events:settle",
    body=AcceptanceBody,
    gives=types.Settled,
    problems=(Code.CONFLICT,),
    makes=True,
    by_number=False,
    example=AcceptanceBody(document_number="5105600123"),
)
async def acceptance(call: Call) -> Reply:
    """Keep what a receiver made of an event.

    Its own `document_number`, or why it is `rejected`. A number stands: another one is refused.
    """
    told = said(msgspec.json.encode(call.body))
    if told is None:
        message = "Send a document_number, or the reason as rejected: one of them."
        raise refused(Code.INVALID, message)
    name = call.request.match_info["id"]

    def write(connection: Connection) -> str | None:
        event = events.one(connection, name)
        if event is None:
            return None
        return accept(connection, event, told, call.actor.name, call.at)

    outcome = await call.write(write)
    if outcome is None:
        raise refused(Code.NOT_FOUND, "There is no event with this id.")
    if outcome == "conflict":
        message = "This event became another document before; its number stands."
        raise refused(Code.CONFLICT, message)
    call.services.announced()
    answer = types.Settled(event=name, document_number=told.document_number, rejected=told.rejected)
    return Reply(body=answer)


@op(
    "GET /v1/balance",
    group=_GROUP,
    right="events:read",
    query=BalanceQuery,
    gives=types.Balance,
)
async def balance(call: Call) -> Reply:
    """Tell where everything is that came in on a day.

    Received = delivered + open + rejected; what is open is listed with the reason.
    """
    day = call.query.day or call.services.clock().date()

    def ask(connection: Connection) -> types.Balance:
        found = balances.balance(connection, day, day)
        return _told(day, found, balances.still_open(connection, day, day))

    return Reply(body=await call.read(ask))


def _told(day: date, found: list[Day], still_open: list[balances.Open]) -> types.Balance:
    nothing = Day(day=day.isoformat(), received=0, delivered=0, accepted=0, open=0, rejected=0)
    one = found[0] if found else nothing
    counted = {name: getattr(one, name) for name in Day.__struct_fields__}
    told = [
        types.StillOpen(**{name: getattr(each, name) for name in each.__struct_fields__})
        for each in still_open
    ]
    return types.Balance(**counted, difference=one.difference, what_is_open=told)
