"""The deliveries: how each endpoint is doing, what waits there, and what was given up."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import moment_of
from gateway.store import deliveries as store
from gateway.store.deliveries import Delivery
from gateway.store.endpoints import Endpoint, endpoints
from gateway.web import show
from gateway.web.rows import link

PAGE_ROWS = 50
STATES = {"dead": "Given up", "waiting": "Waiting", "delivered": "Delivered"}
_LOOKS = {
    "active": show.Look(icon="check", word="Delivering", tone="good"),
    "paused": show.Look(icon="clock", word="Paused", tone="bad"),
    "held": show.Look(icon="clock", word="Paused by hand", tone="wait"),
}


class EndpointView(Struct, frozen=True, kw_only=True):
    """An endpoint with what it has been sent."""

    url: str
    types: str
    look: show.Look
    note: str
    probe: str
    delivered: int
    waiting: int
    dead: int


class DeliveryView(Struct, frozen=True, kw_only=True):
    """One delivery; `when` is when it arrived, or when it is tried next."""

    id: int
    sequence: int
    url: str
    type: str
    subject: str
    href: str | None
    tries: int
    answer: str
    when: str
    event: str


class Tab(Struct, frozen=True, kw_only=True):
    """A state with its count."""

    label: str
    href: str
    count: int
    current: bool


class Deliveries(Struct, frozen=True, kw_only=True):
    """The whole page."""

    endpoints: tuple[EndpointView, ...]
    tabs: tuple[Tab, ...]
    state: str
    rows: tuple[DeliveryView, ...]
    several: bool
    next_href: str | None


def deliveries(
    connection: Connection, state: str | None, before: int | None, now: datetime
) -> Deliveries:
    """Prepare the page for the deliveries in `state`, newest first."""
    counts, known = store.counts(connection), endpoints(connection)
    sums = {name: sum(one.get(name, 0) for one in counts.values()) for name in STATES}
    chosen = state if state in STATES else ("dead" if sums["dead"] else "waiting")
    found = store.listed(connection, chosen, before=before, limit=PAGE_ROWS + 1)
    shown = found[:PAGE_ROWS]
    following = link("/deliveries", state=chosen, before=str(shown[-1].id)) if shown else None
    return Deliveries(
        endpoints=tuple(_endpoint(one, counts.get(one.id, {}), now) for one in known),
        several=len(known) > 1,
        tabs=tuple(
            Tab(
                label=label,
                href=link("/deliveries", state=name),
                count=sums[name],
                current=name == chosen,
            )
            for name, label in STATES.items()
        ),
        state=chosen,
        rows=tuple(_delivery(one) for one in shown),
        next_href=following if len(found) > PAGE_ROWS else None,
    )


def _endpoint(one: Endpoint, counts: dict[str, int], now: datetime) -> EndpointView:
    probe = moment_of(one.probe_at) if one.probe_at else None
    return EndpointView(
        url=one.url,
        types=", ".join(one.types) or "all events",
        look=_LOOKS[one.state],
        note=one.note or "",
        probe=f"Tried again {show.ahead(probe, now)}." if probe else "",
        delivered=counts.get("delivered", 0),
        waiting=counts.get("waiting", 0),
        dead=counts.get("dead", 0),
    )


def _delivery(one: Delivery) -> DeliveryView:
    status = f"{one.status} " if one.status else ""
    kind, _, number = one.subject.partition("/")
    return DeliveryView(
        id=one.id,
        sequence=one.sequence,
        url=one.url,
        type=one.event_type,
        subject=one.subject,
        href=f"/x/{number}" if kind == "record" else None,
        tries=one.tries,
        answer=f"{status}{one.answer or ''}".strip(),
        when=_when(one),
        event=one.event_id,
    )


def _when(one: Delivery) -> str:
    if one.state == "waiting" and one.paused:
        return "when the endpoint is back"
    return show.moment(moment_of(one.delivered_at or one.due_at))
