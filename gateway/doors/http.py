"""The HTTP server: one application for machines (`/v1`), for people (the pages), and for probes."""

import asyncio
from collections.abc import Sequence

import msgspec
from aiohttp import web
from sqlalchemy.exc import OperationalError

from gateway.doors import cxml, metrics, reading, settling, upload
from gateway.doors.access import checked
from gateway.doors.edge import ACTOR, add_headers, edge
from gateway.doors.guard import gate, needs
from gateway.doors.services import SERVICES, Services
from gateway.punchout import api, counter, pages
from gateway.punchout.trade import Trade
from gateway.web.app import add_pages
from gateway.web.serving import failure_page

from gateway.store.notes import delivery_notes
FORM_BYTES_MAX = 1 << 18
_ID = r"{id:\d+}"


def build_app(services: Services) -> web.Application:
    """Return the application around `services`; raises InsecureError where it would be open."""
    settings = checked(services.settings)
    app = web.Application(
        middlewares=[edge(failure_page), gate(settings, services.clock)],
        client_max_size=FORM_BYTES_MAX,
    )
    app[SERVICES] = services
    app.on_response_prepare.append(add_headers)
    app.add_routes(
        [
            web.get("/healthz", _alive),
            web.get("/readyz", _ready),
            web.get("/metrics", needs("operations:read")(metrics.scrape)),
            web.post("/v1/documents", needs("documents:send", by_partner=True)(upload.receive)),
            web.get(f"/v1/documents/{_ID}", needs("documents:read")(reading.document)),
            web.get("/v1/records", needs("records:read")(reading.records)),
            web.get(f"/v1/records/{_ID}", needs("records:read")(reading.record)),
            web.get("/v1/reconciliations", needs("records:read")(reading.reconciliations)),
            web.get(f"/v1/reconciliations/{_ID}", needs("records:read")(reading.reconciliation)),
            web.get("/v1/events", needs("events:read")(reading.feed_of_events)),
            web.post("/v1/events/{id}/acceptance", needs("events:settle")(settling.acceptance)),
            web.get("/v1/balance", needs("events:read")(settling.balance)),
            web.post("/v1/punchout/sessions", needs("punchout:use")(api.start)),
            web.get("/v1/punchout/sessions", needs("punchout:use")(api.listed)),
            web.get(f"/v1/punchout/sessions/{_ID}", needs("punchout:use")(api.one)),
            web.post(f"/v1/punchout/sessions/{_ID}/order", needs("punchout:use")(api.order)),
        ]
    )
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
    """Say whether the database answers too."""

    def ask() -> None:
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
