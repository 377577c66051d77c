"""What somebody should look at, although everything works: a sentence each, for everybody to read.

They name no address and no partner, since a probe asks without a key.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from gateway.store.endpoints import all_sealed
from gateway.store.schema import delivery, endpoint


def delivery_notes(connection: Connection) -> Iterator[str]:
    """Yield what is to be said of the endpoints and their secrets."""
    paused = connection.execute(
        select(func.count()).select_from(endpoint).where(endpoint.c.state.in_(("paused", "held")))
    ).scalar_one()
    if paused:
        yield f"endpoints are paused: {paused}; their events wait"
    dead = connection.execute(
        select(func.count()).select_from(delivery).where(delivery.c.state == "dead")
    ).scalar_one()
    if dead:
        yield f"deliveries were given up: {dead}; they can be sent again"
    if not all_sealed(connection):
        yield "signing secrets are stored as they are; set secrets.key_file to seal them"
