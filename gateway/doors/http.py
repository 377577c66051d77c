"""The HTTP server: one application for machines (`/v1`), for people (the pages), and for probes."""

import asyncio
from collections.abc import Sequence

import msgspec
from aiohttp import web
from sqlalchemy.exc import OperationalError

from gateway.api.catalogue import OPERATIONS
from gateway.api.page import add_descriptions
from gateway.api.serving import add_operations
from gateway.doors import cxml, metrics
from gateway.doors.access import checked
from gateway.doors.callers import PORTER, Callers
from gateway.doors.edge import ACTOR, add_headers, edge
from gateway.doors.guard import gate, needs
from gateway.doors.services import SERVICES, Services
from gateway.flows.keyholding import KeyRing
from gateway.people.porter import Porter
from gateway.punchout import counter, pages
from gateway.punchout.trade import Trade
from gateway.store.notes import delivery_notes
from gateway.web.app import add_pages
from gateway.web.serving import failure_page

FORM_BYTES_MAX = 1 << 18


def build_app(services: Services) -> web.Application:
    """Return the application around `services`; raises InsecureError where it would be open."""
    settings = checked(services.settings)
    keys = KeyRing(services.store, services.clock)
    porter = Porter(services.store, services.clock, services.people)
    callers = Callers(settings, services.clock, keys.actor, porter)
    app = web.Application(
        middlewares=[edge(failure_page), gate(settings, callers.actor)],
        client_max_size=FORM_BYTES_MAX,
    )
    app[SERVICES] = services
    app[PORTER] = porter
    app.on_response_prepare.append(add_headers)
    app.add_routes(
        [
            web.get("/healthz", _alive),
            web.get("/readyz", _ready),
            web.get("/metrics", needs("operations:read")(metrics.scrape)),
        ]
    )
    add_operations(app, OPERATIONS, services.api)
    add_descriptions(app)
    add_pages(app)
    if services.trade is not None:
        _add_trade(app, services.trade)
    return app


def _add_trade(app: web.Application, trade: Trade) -> None:
    """Add the pages of punchout, the cXML endpoint, and the catalogue where there is one."""
    app[pages.DESK] = trade.desk
    app[cxml.ENDPOINT] = trade.endpoint
    app[cxml.SETTINGS] = trade.desk.cxml
    app.router.add_post("/cxml", cxml.take)
    pages.add_buyer_pages(app)
    if trade.shop is not None:
        app[counter.SHOP] = trade.shop
        counter.add_shop_pages(app)


async def _alive(_request: web.Request) -> web.Response:
    """Say that the process answers."""
    return _said("ok")


async def _ready(request: web.Request) -> web.Response:
    """Say whether the database answers too, and what somebody should look at."""

    def ask() -> list[str]:
        with request.app[SERVICES].store.read() as connection:
            return list(delivery_notes(connection))

    try:
        notes = await asyncio.to_thread(ask)
    except OperationalError:
        return _said("the database does not answer", status=503)
    board = request.app[SERVICES].board
    doors = board.lines() if ACTOR in request else []  # they name partners and servers
    return _said("ok", notes=[*notes, *board.notes()], doors=doors)


def _said(status_text: str, status: int = 200, **more: Sequence[object]) -> web.Response:
    told = {"status": status_text, **{name: found for name, found in more.items() if found}}
    body = msgspec.json.encode(told)
    return web.Response(status=status, body=body, content_type="application/json")
