"""Delivery: from the event log to the receivers, at least once, in order for each subject.

One dispatcher serves all endpoints. In each turn it writes what the tries since the last turn left
behind, queues the new events of the log for every endpoint, and takes the next heads: all in one
transaction, so that the cost of a commit is shared by everything that happened meanwhile. What is
sent and then lost with the process is sent again under the same id.

Every endpoint has a lane of its own: how much may be in flight there at once. It widens by one
after a round of successes and halves when the receiver is overloaded, so a slow one is neither
pressed nor in the way of others.
"""

import asyncio
import contextlib
import os
import random
from collections.abc import Callable

import aiohttp
import msgspec
import structlog
from msgspec import Struct
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from gateway.acceptance import said
from gateway.clock import Clock, moment_of, stamp, system_clock
from gateway.events.choosing import thinned
from gateway.flows.accepting import accept
from gateway.flows.retry import Answer, Step, health_after, judge
from gateway.outbound import AddressRefusedError, Outbound, target
from gateway.store import deliveries
from gateway.store.deliveries import Due, Endpoint, Tried
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce, last_sequence
from gateway.webhooks import body, headers

ANSWER_BYTES = 65_536  # read of an answer; what is more hangs up
ANSWER_KEPT_BYTES = 4096
LANE_START, LANE_LIMIT = 8, 32
TICK_SECONDS = 0.25
STALLED_SECONDS = 1.0

_log = structlog.get_logger()


class _Outcome(Struct, frozen=True, kw_only=True):
    due: Due
    answer: Answer
    step: Step


class _Lane:
    """What is in flight to one endpoint, and how much may be."""

    def __init__(self) -> None:
        self.width = float(LANE_START)
        self.flying: set[int] = set()

    @property
    def free(self) -> int:
        return max(int(self.width) - len(self.flying), 0)

    def learn(self, answer: Answer) -> None:
        if answer.delivered:
            self.width = min(self.width + 1 / self.width, LANE_LIMIT)
        elif answer.overloaded:
            self.width = max(self.width / 2, 1)


class Dispatcher:
    """Sends the events of `store` to its endpoints through `outbound`.

    `source` names this gateway in the events; `dice` gives numbers in [0, 1) for the jitter.
    """

    def __init__(
        self,
        store: Store,
        outbound: Outbound,
        *,
        source: str = "urn:dockmatch",
        clock: Clock = system_clock,
        dice: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._outbound = outbound
        self._source = source
        self._clock = clock
        self._dice = dice
        self._lanes: dict[int, _Lane] = {}
        self._endpoints: dict[int, Endpoint] = {}
        self._outcomes: list[_Outcome] = []
        self._sending: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Look at the log at once instead of at the next tick."""
        self._news.set()

    def stop(self) -> None:
        """Begin nothing new; `run` returns when what is in flight has come back."""
        self._stopping = True
        self._news.set()

    async def run(self) -> None:
        """Deliver until `stop` is called."""
        while not self._stopping:
            await self._turn_over()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), TICK_SECONDS)
            self._news.clear()
        if self._sending:
            await asyncio.wait(self._sending)
        while self._outcomes:
            await self._turn_over()

    async def drain(self) -> None:
        """Deliver until nothing is due or in flight."""
        while await self._turn_over() or self._sending or self._outcomes:
            if self._sending:
                await asyncio.wait(self._sending, return_when=asyncio.FIRST_COMPLETED)

    async def _turn_over(self) -> int:
        """Do one turn; return how many deliveries it began."""
        outcomes, self._outcomes = self._outcomes, []
        try:
            dues = await asyncio.to_thread(self._turn, outcomes)
        except OperationalError as error:
            _log.warning("delivery.stalled", error=str(error.orig))
            self._outcomes = outcomes + self._outcomes
            await asyncio.sleep(STALLED_SECONDS)
            return 0
        for outcome in outcomes:
            self._lanes[outcome.due.endpoint_id].flying.discard(outcome.due.id)
        for due in [] if self._stopping else dues:
            self._lanes[due.endpoint_id].flying.add(due.id)
            task = asyncio.create_task(self._send(due))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        return len(dues)

    # The turn: everything here runs in a worker thread and talks to the database.

    def _turn(self, outcomes: list[_Outcome]) -> list[Due]:
        now = self._clock()
        with self._store.read() as connection:
            end = last_sequence(connection)
            known = deliveries.endpoints(connection)
        if outcomes or any(one.cursor < end for one in known):
            with self._store.write() as connection:
                self._settle(connection, outcomes)
                behind = [one for one in deliveries.endpoints(connection) if one.cursor < end]
                for one in behind:
                    deliveries.fan_out(connection, one, stamp(now))
        settled = {outcome.due.id for outcome in outcomes}
        with self._store.read() as connection:
            self._endpoints = {one.id: one for one in deliveries.endpoints(connection)}
            return [
                due
                for one in self._endpoints.values()
                for due in self._next(connection, one, settled)
            ]

    def _next(self, connection: Connection, to: Endpoint, settled: set[int]) -> list[Due]:
        lane = self._lanes.setdefault(to.id, _Lane())
        now = stamp(self._clock())
        flying = lane.flying - settled
        if to.state == "active":
            free = int(lane.width) - len(flying)
            return deliveries.heads(connection, to.id, now, flying, free) if free > 0 else []
        if to.state == "held" or flying or (to.probe_at and to.probe_at > now):
            return []
        due = deliveries.probe(connection, to.id)
        return [due] if due else []

    def _settle(self, connection: Connection, outcomes: list[_Outcome]) -> None:
        now = self._clock()
        before = {one.id: one for one in deliveries.endpoints(connection)}
        after = dict(before)
        for outcome in outcomes:
            where = outcome.due.endpoint_id
            if where in after:
                after[where] = health_after(after[where], outcome.answer, now)
        deliveries.write_tries(connection, [_tried(one, stamp(now)) for one in outcomes])
        for endpoint_id, to in after.items():
            if to != before[endpoint_id]:
                deliveries.write_health(connection, to)
            if to.state == "active" and before[endpoint_id].state == "paused":
                deliveries.hasten(connection, endpoint_id, stamp(now))
        announce(connection, _news_of(outcomes, before, after), stamp(now))
        for outcome in outcomes:
            told = said(outcome.answer.text) if outcome.answer.delivered else None
            who = before.get(outcome.due.endpoint_id)
            if told and who:
                accept(connection, outcome.due.event, told, who.url, stamp(now))

    # The try: everything here talks to the receiver.

    async def _send(self, due: Due) -> None:
        answer = await self._post(self._endpoints[due.endpoint_id], due)
        self._lanes[due.endpoint_id].learn(answer)
        now = self._clock()
        step = judge(answer, due.tries + 1, now, self._dice())
        if due.due_at > stamp(now) and not answer.delivered:
            # It went ahead of its time to probe a paused endpoint: that uses up no try.
            due = msgspec.structs.replace(due, tries=due.tries - 1)
            step = Step(state="waiting", due_at=moment_of(due.due_at))
        self._outcomes.append(_Outcome(due=due, answer=answer, step=step))
        self._news.set()

    async def _post(self, to: Endpoint, due: Due) -> Answer:
        now = self._clock()
        is_thin = to.content == "thin"
        event = thinned(due.event) if is_thin else due.event
        content = msgspec.json.encode(body(event, self._source, due.sequence, thin=is_thin))
        try:
            url = target(to.url)
            signed = headers(due.event.id, now, content, _secrets(to, stamp(now)))
            async with self._outbound.to(url).post(
                url, data=content, headers=signed, allow_redirects=False
            ) as response:
                return Answer(
                    status=response.status,
                    text=await _beginning(response),
                    retry_after=response.headers.get("retry-after"),
                )
        except TimeoutError:
            return Answer(status=None, text="no answer in time")
        except aiohttp.ClientConnectorError as error:
            return Answer(status=None, text=f"no connection: {_why(error.os_error)}")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Answer(status=None, text=str(error)[:ANSWER_KEPT_BYTES])


def _secrets(to: Endpoint, now: str) -> list[str]:
    """Return the secrets that sign at `now`: the new one, and the old one until it ends."""
    old = to.secret_before if to.secret_until and to.secret_until > now else None
    return [to.secret, old] if old else [to.secret]


def _why(error: OSError) -> str:
    """Say why there was no connection; asyncio's own words would only repeat the address."""
    if isinstance(error, AddressRefusedError) or not error.errno or error.errno < 0:
        return error.strerror or str(error)
    return os.strerror(error.errno)


async def _beginning(response: aiohttp.ClientResponse) -> str:
    """Return the beginning of an answer; hang up on one that goes on and on."""
    kept, size = b"", 0
    async for chunk in response.content.iter_chunked(ANSWER_KEPT_BYTES):
        kept, size = (kept + chunk)[:ANSWER_KEPT_BYTES], size + len(chunk)
        if size > ANSWER_BYTES:
            response.close()
            break
    return kept.decode("utf-8", "replace")


def _tried(outcome: _Outcome, now: str) -> Tried:
    return Tried(
        id=outcome.due.id,
        state=outcome.step.state,
        tries=outcome.due.tries + 1,
        due_at=stamp(outcome.step.due_at),
        status=outcome.answer.status,
        answer=outcome.answer.text,
        delivered_at=now if outcome.step.state == "delivered" else None,
    )


def _news_of(
    outcomes: list[_Outcome], before: dict[int, Endpoint], after: dict[int, Endpoint]
) -> list[NewEvent]:
    """Return what there is to tell about deliveries and endpoints themselves."""
    dead = [
        _about(before[one.due.endpoint_id], "delivery.dead_lettered", event=one.due.event.id)
        for one in outcomes
        if one.step.state == "dead" and one.due.endpoint_id in before
    ]
    turned = [to for to in after.values() if to.state != before[to.id].state]
    return dead + [
        _about(to, "endpoint.paused" if to.state == "paused" else "endpoint.resumed", note=to.note)
        for to in turned
    ]


def _about(to: Endpoint, kind: str, **more: str | None) -> NewEvent:
    data = {"endpoint": to.id, "url": to.url, **more}
    return NewEvent(type=kind, subject=deliveries.subject_of(to.id), data=msgspec.json.encode(data))
