"""The description of the API, for machines."""

from aiohttp import web

from gateway.api import openapi
from gateway.doors.guard import needs


def add_descriptions(app: web.Application) -> None:
    """Add the address of the description to `app`."""
    app.router.add_get("/v1/openapi.json", needs()(_machines))


async def _machines(_request: web.Request) -> web.Response:
    return web.Response(body=openapi.written(), content_type="application/json")
