"""Punchout for machines: an ERP starts a session, sends its user there, and orders the cart."""

import asyncio
from typing import Any

import msgspec
from aiohttp import web

from gateway.doors.edge import ACTOR
from gateway.punchout.desk import Desk
from gateway.punchout.ordering import OrderError, create_order
from gateway.punchout.pages import DESK
from gateway.punchout.starting import Ask, StartError
from gateway.punchout.starting import start as start_session
from gateway.punchout.views import cart_of
from gateway.store import punchout
from gateway.store.punchout import PunchoutSession

LIMIT_DEFAULT, LIMIT_MAX = 50, 500
_DIGITS_MAX = 18
_json = msgspec.json.Encoder(decimal_format="string")


async def start(request: web.Request) -> web.Response:
    """Start a session: 201 when the shop is open, 502 when the supplier did not open it."""
    desk = _desk(request)
    try:
        ask = msgspec.json.decode(await request.read(), type=Ask)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise web.HTTPBadRequest(text=f"This asks for no session: {fault}.") from fault
    try:
        started = await start_session(desk, ask, request[ACTOR].name)
    except StartError as fault:
        raise web.HTTPUnprocessableEntity(text=str(fault)) from fault
    status = 201 if started.state == punchout.STARTED else 502
    href = f"/v1/punchout/sessions/{started.id}"
    return _answer(told(desk, started), status=status, headers={"Location": href})


async def one(request: web.Request) -> web.Response:
    """Return one session with its cart."""
    desk, number = _desk(request), int(request.match_info["id"])

    def ask() -> PunchoutSession | None:
        with desk.store.read() as connection:
            return punchout.one(connection, number) if len(str(number)) <= _DIGITS_MAX else None

    found = await asyncio.to_thread(ask)
    if found is None:
        raise web.HTTPNotFound(text="There is no such session.")
    return _answer(told(desk, found))


async def listed(request: web.Request) -> web.Response:
    """Return sessions, newest first; `before` is the number of the last one that one has."""
    desk = _desk(request)
    before, limit = _number(request, "before"), _number(request, "limit") or LIMIT_DEFAULT
    states = request.query.getall("state", [])

    def ask() -> list[PunchoutSession]:
        with desk.store.read() as connection:
            return punchout.listed(
                connection, before=before, limit=min(limit, LIMIT_MAX), states=states
            )

    found = await asyncio.to_thread(ask)
    body = {
        "sessions": [told(desk, session) for session in found],
        "next": found[-1].id if found else before,
    }
    return _answer(body)


async def order(request: web.Request) -> web.Response:
    """Make the cart of a session an order; 409 where it cannot be."""
    desk, number = _desk(request), int(request.match_info["id"])
    try:
        body = msgspec.json.decode(await request.read(), type=dict[str, str])
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise web.HTTPBadRequest(text='Say the number of the order: {"number": "..."}.') from fault
    try:
        ordered = await asyncio.to_thread(
            create_order, desk, number, body.get("number", ""), request[ACTOR].name
        )
    except OrderError as fault:
        raise web.HTTPConflict(text=str(fault)) from fault
    return _answer(told(desk, ordered), status=202)


def told(desk: Desk, session: PunchoutSession) -> dict[str, Any]:
    """Return what machines are told of a session; what is not there is left out."""
    all_of_it = {
        "id": session.id,
        "supplier": session.partner,
        "protocol": session.protocol,
        "operation": session.operation,
        "state": session.state,
        "reason": session.reason,
        "requester": session.requester,
        "test": session.test,
        "edits": session.edits,
        "start_url": session.start_url,
        "go_url": _go(desk, session),
        "page_url": desk.url(f"/punchout/cart/{session.landing}"),
        "cart": cart_of(session),
        "cart_document": session.cart_document,
        "returned_at": session.returned_at,
        "hold_until": session.hold_until,
        "order": _order(session),
        "created_at": session.created_at,
        "expires_at": session.expires_at,
    }
    return {name: value for name, value in all_of_it.items() if value is not None}


def _go(desk: Desk, session: PunchoutSession) -> str | None:
    if session.state != punchout.STARTED:
        return None
    return desk.url(f"/punchout/go/{session.landing}")


def _order(session: PunchoutSession) -> dict[str, Any] | None:
    if session.order_number is None:
        return None
    return {
        "number": session.order_number,
        "sending": session.sending,
        "note": session.sending_note,
        "payload_id": session.order_payload_id,
        "document": session.order_document,
    }


def _desk(request: web.Request) -> Desk:
    desk = request.app.get(DESK)
    if desk is None:
        raise web.HTTPNotFound(text="Punchout is not set up here.")
    return desk


def _number(request: web.Request, name: str) -> int | None:
    text = request.query.get(name, "")
    if text and not (text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX):
        raise web.HTTPBadRequest(text=f"{name} is a number.")
    return int(text) if text else None


def _answer(
    body: object, *, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    return web.Response(
        status=status,
        body=_json.encode(body),
        content_type="application/json",
        headers=headers or {},
    )
