"""Punchout for machines: an ERP starts a session, sends its user there, and orders the cart."""

import asyncio
from typing import Annotated

from msgspec import Meta, Struct

from gateway.api import types
from gateway.api.asking import Backwards
from gateway.api.calls import Call, Reply, here
from gateway.api.registry import op
from gateway.doors.problems import Code, refused
from gateway.punchout.desk import Desk
from gateway.punchout.ordering import OrderError, create_order
from gateway.punchout.pages import DESK
from gateway.punchout.starting import Ask, StartError
from gateway.punchout.starting import start as start_session
from gateway.punchout.views import cart_of
from gateway.store import punchout
from gateway.store.punchout import PunchoutSession

_GROUP = "Punchout"
LIMIT_MAX = 500


class SessionQuery(Backwards, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which sessions, newest first."""

    limit: Annotated[int, Meta(ge=0, le=10**18 - 1, description="How many; at most 500.")] = 50
    state: tuple[Annotated[str, Meta(max_length=16)], ...] = ()


class OrderBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The number that the order gets."""

    number: Annotated[str, Meta(max_length=128)] = ""


@op(
    "POST /v1/punchout/sessions",
    group=_GROUP,
    right="punchout:use",
    body=Ask,
    gives=types.PunchoutSession,
    status=201,
    makes=True,
    also={502: types.PunchoutSession},
    example=Ask(supplier="marlowe-finch", user={"UserEmail": "ann@example.com"}),
)
async def start(call: Call) -> Reply:
    """Start a session at a supplier's shop.

    201 when the shop is open, with the address for the user's browser; 502 when the supplier did
    not open it, with the reason.
    """
    desk = _desk(call)
    try:
        started = await start_session(desk, call.body, call.actor.name)
    except StartError as fault:
        raise refused(Code.INVALID, str(fault)) from fault
    status = 201 if started.state == punchout.STARTED else 502
    href = f"/v1/punchout/sessions/{started.id}"
    return Reply(body=told(desk, started), status=status, headers={"Location": href})


@op(
    "GET /v1/punchout/sessions/{id}",
    group=_GROUP,
    right="punchout:use",
    gives=types.PunchoutSession,
)
async def one(call: Call) -> Reply:
    """Return one session with its cart and its order."""
    desk, number = _desk(call), call.number
    found = here(await call.read(lambda c: punchout.one(c, number)))
    return Reply(body=told(desk, found))


@op(
    "GET /v1/punchout/sessions",
    group=_GROUP,
    right="punchout:use",
    query=SessionQuery,
    gives=types.PunchoutPage,
)
async def listed(call: Call) -> Reply:
    """List sessions, newest first; by state where given (repeatable)."""
    desk, asked = _desk(call), call.query
    limit = min(max(asked.limit, 1), LIMIT_MAX)
    found = await call.read(
        lambda c: punchout.listed(c, before=asked.before, limit=limit, states=asked.state)
    )
    items = [told(desk, session) for session in found]
    following = found[-1].id if found else asked.before
    return Reply(body=types.PunchoutPage(sessions=items, next=following))


@op(
    "POST /v1/punchout/sessions/{id}/order",
    group=_GROUP,
    right="punchout:use",
    body=OrderBody,
    gives=types.PunchoutSession,
    status=202,
    makes=True,
    problems=(Code.CONFLICT,),
    example=OrderBody(number="4500071206"),
)
async def order(call: Call) -> Reply:
    """Make the cart of a session an order; 409 where it cannot be."""
    desk, number = _desk(call), call.number
    try:
        ordered = await asyncio.to_thread(
            create_order, desk, number, call.body.number, call.actor.name
        )
    except OrderError as fault:
        raise refused(Code.CONFLICT, str(fault)) from fault
    return Reply(body=told(desk, ordered))


def told(desk: Desk, session: PunchoutSession) -> types.PunchoutSession:
    """Return what machines are told of a session; what is not there is left out."""
    return types.PunchoutSession(
        id=session.id,
        supplier=session.partner,
        protocol=session.protocol,
        operation=session.operation,
        state=session.state,
        reason=session.reason,
        requester=session.requester,
        test=session.test,
        edits=session.edits,
        start_url=session.start_url,
        go_url=_go(desk, session),
        page_url=desk.url(f"/punchout/cart/{session.landing}"),
        cart=cart_of(session),
        cart_document=session.cart_document,
        returned_at=session.returned_at,
        hold_until=session.hold_until,
        order=_order(session),
        created_at=session.created_at,
        expires_at=session.expires_at,
    )


def _go(desk: Desk, session: PunchoutSession) -> str | None:
    if session.state != punchout.STARTED:
        return None
    return desk.url(f"/punchout/go/{session.landing}")


def _order(session: PunchoutSession) -> types.PunchoutOrder | None:
    if session.order_number is None:
        return None
    return types.PunchoutOrder(
        number=session.order_number,
        sending=session.sending,
        note=session.sending_note,
        payload_id=session.order_payload_id,
        document=session.order_document,
    )


def _desk(call: Call) -> Desk:
    desk = call.request.app.get(DESK)
    if desk is None:
        raise refused(Code.NOT_FOUND, "Punchout is not set up here.")
    return desk
