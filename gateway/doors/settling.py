"""What an ERP posts back about events, and the balance of what it got."""

import asyncio
from datetime import date

import msgspec
from aiohttp import web

from gateway.acceptance import Said, said
from gateway.clock import stamp
from gateway.doors.edge import ACTOR
from gateway.doors.services import SERVICES
from gateway.flows.accepting import accept
from gateway.store import balances, events
from gateway.store.balances import Day


async def acceptance(request: web.Request) -> web.Response:
    """Keep what a receiver made of an event; 409 where it has made something else of it before."""
    told = said(await request.read())
    if told is None:
        message = "Send a document_number, or the reason as rejected: one of them."
        raise web.HTTPUnprocessableEntity(text=message)
    outcome = await asyncio.to_thread(_accept, request, told)
    if outcome is None:
        raise web.HTTPNotFound(text="There is no event with this id.")
    if outcome == "conflict":
        message = "This event became another document before; its number stands."
        raise web.HTTPConflict(text=message)
    answer = {"event": request.match_info["id"], **msgspec.to_builtins(told)}
    request.app[SERVICES].announced()
    return web.Response(body=msgspec.json.encode(answer), content_type="application/json")


def _accept(request: web.Request, told: Said) -> str | None:
    services = request.app[SERVICES]
    with services.store.write() as connection:
        event = events.one(connection, request.match_info["id"])
        if event is None:
            return None
        return accept(connection, event, told, request[ACTOR].name, stamp(services.clock()))


async def balance(request: web.Request) -> web.Response:
    """Return the balance of a day (today's where none is given), with what is open of it."""
    services = request.app[SERVICES]
    try:
        text = request.query.get("day")
        day = date.fromisoformat(text) if text else services.clock().date()
    except ValueError as error:
        raise web.HTTPBadRequest(text="day is a date such as 2026-11-20.") from error

    def ask() -> dict[str, object]:
        with services.store.read() as connection:
            found = balances.balance(connection, day, day)
            return as_told(day, found, balances.still_open(connection, day, day))

    told = msgspec.json.encode(await asyncio.to_thread(ask))
    return web.Response(body=told, content_type="application/json")


def as_told(day: date, found: list[Day], still_open: list[balances.Open]) -> dict[str, object]:
    """Return the balance of one day as machines read it."""
    nothing = Day(day=day.isoformat(), received=0, delivered=0, accepted=0, open=0, rejected=0)
    one = found[0] if found else nothing
    return {**msgspec.to_builtins(one), "difference": one.difference, "what_is_open": still_open}
