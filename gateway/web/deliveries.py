"""The deliveries: how each endpoint is doing, what waits there, and what was given up."""

import asyncio
from datetime import datetime

from aiohttp import web
from msgspec import Struct
from sqlalchemy import Connection

from gateway.clock import moment_of, stamp
from gateway.doors.services import SERVICES
from gateway.events.catalogue import CATALOGUE
from gateway.store import deliveries as store
from gateway.store.deliveries import Delivery, Narrowed
from gateway.store.endpoints import Endpoint, endpoints
from gateway.web import show
from gateway.web.rows import link
from gateway.web.serving import answer_page, form

PAGE_ROWS = 50
PATH = "/deliveries"
REPLAYED_AT_ONCE = 1000
STATES = {
    "dead": "Given up",
    "waiting": "Waiting",
    "delivered": "Delivered",
    "refused": "Refused",
    "accepted": "Accepted",
}
SENT_AGAIN = ("dead", "refused")
_DIGITS = 18
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
    said: str
    is_refused: bool


class Tab(Struct, frozen=True, kw_only=True):
    """A state with its count."""

    label: str
    href: str
    count: int
    current: bool


class Choice(Struct, frozen=True, kw_only=True):
    """What the list may be narrowed to."""

    value: str
    label: str
    current: bool


class Deliveries(Struct, frozen=True, kw_only=True):
    """The whole page; `again` are how many of the list may be sent again at once."""

    endpoints: tuple[EndpointView, ...]
    tabs: tuple[Tab, ...]
    state: str
    rows: tuple[DeliveryView, ...]
    several: bool
    to: tuple[Choice, ...]
    types: tuple[Choice, ...]
    is_narrowed: bool
    again: int
    next_href: str | None


class Asked(Struct, frozen=True, kw_only=True):
    """What the address, or a form, asks for."""

    state: str | None = None
    endpoint: str = ""
    type: str = ""
    before: int | None = None

    @property
    def narrowed(self) -> Narrowed:
        """Return what the list is narrowed to."""
        own = self.endpoint
        is_number = own.isascii() and own.isdigit() and len(own) <= _DIGITS
        return Narrowed(endpoint=int(own) if is_number else None, type=self.type or None)


async def deliveries_page(request: web.Request) -> web.Response:
    """Show the deliveries."""
    query, now = request.query, request.app[SERVICES].clock()
    before = query.get("before", "")
    is_number = before.isascii() and before.isdigit() and len(before) <= _DIGITS
    asked = Asked(
        state=query.get("state"),
        endpoint=query.get("to", ""),
        type=query.get("type", ""),
        before=int(before) if is_number else None,
    )
    return await answer_page(
        request, "deliveries.html", lambda connection: deliveries(connection, asked, now)
    )


def deliveries(connection: Connection, asked: Asked, now: datetime) -> Deliveries:
    """Prepare the page, newest first; without a state, for what was given up or else waits."""
    counts, known = store.counts(connection), endpoints(connection)
    sums = {name: sum(one.get(name, 0) for one in counts.values()) for name in STATES}
    said = store.said_counts(connection)
    sums |= {"accepted": said.get("accepted", 0), "refused": said.get("rejected", 0)}
    chosen = asked.state if asked.state in STATES else ("dead" if sums["dead"] else "waiting")
    narrowed = asked.narrowed
    found = store.listed(
        connection, chosen, narrowed=narrowed, before=asked.before, limit=PAGE_ROWS + 1
    )
    shown = found[:PAGE_ROWS]
    own = {"state": chosen, "to": asked.endpoint, "type": asked.type}
    following = link(PATH, **own, before=str(shown[-1].id)) if shown else None
    sent_again = chosen in SENT_AGAIN
    again = store.chosen(connection, chosen, narrowed, REPLAYED_AT_ONCE) if sent_again else []
    return Deliveries(
        endpoints=tuple(_endpoint(one, counts.get(one.id, {}), now) for one in known),
        several=len(known) > 1,
        tabs=tuple(
            Tab(
                label=label,
                href=link(PATH, **own | {"state": name}),
                count=sums[name],
                current=name == chosen,
            )
            for name, label in STATES.items()
        ),
        state=chosen,
        rows=tuple(_delivery(one) for one in shown),
        to=tuple(
            Choice(value=str(one.id), label=one.url, current=one.id == narrowed.endpoint)
            for one in known
        ),
        types=tuple(
            Choice(value=kind, label=kind, current=kind == narrowed.type) for kind in CATALOGUE
        ),
        is_narrowed=narrowed != Narrowed(),
        again=len(again),
        next_href=following if len(found) > PAGE_ROWS else None,
    )


async def replay(request: web.Request) -> web.Response:
    """Send deliveries again under their old ids: one, or all that a list shows."""
    services, fields = request.app[SERVICES], await form(request)
    number, state = fields.get("delivery", ""), fields.get("state", "dead")
    asked = Asked(state=state, endpoint=fields.get("to", ""), type=fields.get("type", ""))

    def write() -> int:
        with services.store.write() as connection:
            if number.isascii() and number.isdigit() and len(number) <= _DIGITS:
                ids = [int(number)]
            elif state in SENT_AGAIN:
                ids = store.chosen(connection, state, asked.narrowed, REPLAYED_AT_ONCE)
            else:
                ids = []
            return store.replay(connection, ids, stamp(services.clock()))

    replayed = await asyncio.to_thread(write)
    services.announced()
    where = link(PATH, done="replayed" if replayed else "nothing", to=asked.endpoint)
    raise web.HTTPSeeOther(location=where)


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
        said=_said(one),
        is_refused=one.said == "rejected",
    )


def _when(one: Delivery) -> str:
    if one.state == "waiting" and one.paused:
        return "when the endpoint is back"
    return show.moment(moment_of(one.delivered_at or one.due_at))


def _said(one: Delivery) -> str:
    """Say what the receiver made of an event; nothing where it has not told."""
    if one.said is None:
        return ""
    if one.said == "rejected":
        return f"Refused: {one.reason}" if one.reason else "Refused"
    return f"Accepted as {one.number}" if one.number else "Accepted"
