"""`POST /cxml`: cXML requests of partners, answered within a second.

Whatever can be answered by a document is: HTTP says 200 then, or the document's own code where a
partner's profile asks for that. Bytes that are no cXML at all get HTTP 400, too many of them 413.
"""

import asyncio

from aiohttp import web
from sqlalchemy.exc import IntegrityError, OperationalError

from gateway.doors.bounded import body_of
from gateway.punchout.endpoint import Answer, Endpoint
from gateway.punchout.settings import CxmlSettings

ENDPOINT = web.AppKey("cxml_endpoint", Endpoint)
SETTINGS = web.AppKey("cxml_settings", CxmlSettings)


async def take(request: web.Request) -> web.Response:
    """Take one request and answer it."""
    settings, endpoint = request.app[SETTINGS], request.app[ENDPOINT]
    body = await body_of(request, settings.body_bytes_max, settings.idle_seconds)
    content_type = request.headers.get("Content-Type")
    try:
        answer = await asyncio.to_thread(endpoint.take, body, content_type)
    except (OperationalError, IntegrityError, OSError):
        # A full disk, a database that is away, another machine that was quicker: it passes.
        answer = await asyncio.to_thread(endpoint.busy)
    return _response(answer)


def _response(answer: Answer) -> web.Response:
    return web.Response(
        status=answer.status, body=answer.body, content_type="text/xml", charset="utf-8"
    )
