"""The HTTP server: one application for machines (`/v1`), for people (the pages), and for probes."""

import asyncio

import msgspec
from aiohttp import web
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from gateway.doors import reading, upload
from gateway.doors.access import checked
from gateway.doors.edge import add_headers, edge, gate
from gateway.doors.services import SERVICES, Services
from gateway.web.app import add_pages
from gateway.web.serving import failure_page

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
            web.post("/v1/documents", upload.receive),
            web.get(f"/v1/documents/{_ID}", reading.document),
            web.get("/v1/records", reading.records),
            web.get(f"/v1/records/{_ID}", reading.record),
            web.get("/v1/reconciliations", reading.reconciliations),
            web.get(f"/v1/reconciliations/{_ID}", reading.reconciliation),
            web.get("/v1/events", reading.feed_of_events),
        ]
    )
    add_pages(app)
    return app


async def _alive(_request: web.Request) -> web.Response:
    """Say that the process answers."""
    return _said("ok")


async def _ready(request: web.Request) -> web.Response:
    """Say whether the database answers too."""

    def ask() -> None:
        with request.app[SERVICES].store.read() as connection:
            connection.execute(select(1))

    try:
        await asyncio.to_thread(ask)
    except OperationalError:
        return _said("the database does not answer", status=503)
    return _said("ok")


def _said(status_text: str, status: int = 200) -> web.Response:
    body = msgspec.json.encode({"status": status_text})
    return web.Response(status=status, body=body, content_type="application/json")
