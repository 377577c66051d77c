"""What the doors and pages of punchout and cXML work with, put together once."""

import asyncio

import structlog
from msgspec import Struct
from sqlalchemy.exc import DBAPIError

from gateway.punchout.desk import Desk
from gateway.punchout.endpoint import Endpoint
from gateway.punchout.returning import expire_overdue
from gateway.punchout.shop import Shop

_LOOK_SECONDS = 60
_log = structlog.get_logger()


class Trade(Struct, frozen=True, kw_only=True):
    """The desk of the buyer, the endpoint for partners, and our catalogue where we have one."""

    desk: Desk
    endpoint: Endpoint
    shop: Shop | None = None


async def watch(desk: Desk) -> None:
    """End sessions whose time is over, for ever; a database that is away is asked again later."""
    while True:
        try:
            if await asyncio.to_thread(expire_overdue, desk):
                desk.announced()
        except DBAPIError as error:
            _log.warning("punchout.not_watched", error=str(error.orig))
        await asyncio.sleep(_LOOK_SECONDS)
