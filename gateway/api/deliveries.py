"""Deliveries: what is on its way to endpoints, what arrived, and what was given up."""

from typing import Literal

from sqlalchemy import Connection

from gateway.api import types
from gateway.api.asking import Backwards
from gateway.api.calls import Call, Reply
from gateway.api.registry import op
from gateway.store import deliveries
from gateway.store.deliveries import Delivery


class DeliveryQuery(Backwards, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which deliveries: those that wait, arrived, or were given up (`dead`)."""

    state: Literal["waiting", "delivered", "dead"] = "waiting"


@op(
    "GET /v1/deliveries",
    group="Deliveries",
    right="endpoints:read",
    query=DeliveryQuery,
    gives=types.DeliveryPage,
)
async def listed(call: Call) -> Reply:
    """List deliveries in a state, newest first."""
    asked: DeliveryQuery = call.query

    def ask(connection: Connection) -> list[Delivery]:
        return deliveries.listed(connection, asked.state, before=asked.before, limit=asked.size)

    rows = await call.read(ask)
    items = [
        types.Delivery(**{name: getattr(row, name) for name in types.Delivery.__struct_fields__})
        for row in rows
    ]
    return Reply(body=types.DeliveryPage(items=items, next=rows[-1].id if rows else asked.before))
