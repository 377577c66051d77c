"""Delivery: from the event log to the receivers, at least once, in order for each subject.

One dispatcher serves all endpoints. In each turn it writes what the tries since the last turn left
behind, queues the new events of the log for every endpoint, and takes what may go next: all in one
transaction, so that the cost of a commit is shared by everything that happened meanwhile. What is
sent and then lost with the process is sent again under the same id.

Every endpoint has a lane of its own, so that a slow one is neither pressed nor in the way of
others, and a courier that goes with its address: a POST, a file in a folder, a file on a server.
"""

import asyncio
import contextlib
import random
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec
import structlog
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from gateway.acceptance import said
from gateway.clock import Clock, moment_of, stamp, system_clock
from gateway.delivering.lane import Lane
from gateway.delivering.next import next_parcels
from gateway.delivering.parcel import Courier, Parcel, Sent
from gateway.flows.accepting import accept
from gateway.flows.retry import Answer, Step, health_after, judge
from gateway.store import batches, deliveries, endpoints
from gateway.store.deliveries import Due, Tried
from gateway.store.endpoints import Endpoint
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce, last_sequence

TICK_SECONDS = 0.25
STALLED_SECONDS = 1.0

_log = structlog.get_logger()


class _Trial(Struct, frozen=True, kw_only=True):
    """One delivery after a try; `due` counts the tries before it."""

    due: Due
    answer: Answer
    step: Step
    bound: bool


class _Outcome(Struct, frozen=True, kw_only=True):
    """A parcel after a try: what it says of the endpoint, and of each delivery."""

    parcel: Parcel
    whole: Answer
    trials: tuple[_Trial, ...]


class Dispatcher:
    """Sends the events of `store` to its endpoints by the courier that goes with each address.

    `couriers` has them by the scheme of the address; `dice` gives numbers in [0, 1) for the jitter.
    """

    def __init__(
        self,
        store: Store,
        couriers: Mapping[str, Courier],
        *,
        clock: Clock = system_clock,
        dice: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._couriers = couriers
        self._clock = clock
        self._dice = dice
        self._lanes: dict[int, Lane] = {}
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
        """Do one turn; return how many parcels it began to send."""
        outcomes, self._outcomes = self._outcomes, []
        try:
            parcels = await asyncio.to_thread(self._turn, outcomes)
        except OperationalError as error:
            _log.warning("delivery.stalled", error=str(error.orig))
            self._outcomes = outcomes + self._outcomes
            await asyncio.sleep(STALLED_SECONDS)
            return 0
        for outcome in outcomes:
            self._lane(outcome.parcel.to).flying -= _ids(outcome.parcel)
        for parcel in [] if self._stopping else parcels:
            lane = self._lane(parcel.to)
            lane.flying |= _ids(parcel)
            lane.take(parcel.to.how, len(parcel.dues))
            task = asyncio.create_task(self._send(parcel))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        return len(parcels)

    def _lane(self, to: Endpoint) -> Lane:
        return self._lanes.setdefault(to.id, Lane())

    # The turn: everything here runs in a worker thread and talks to the database.

    def _turn(self, outcomes: list[_Outcome]) -> list[Parcel]:
        now = self._clock()
        with self._store.read() as connection:
            end = last_sequence(connection)
            known = endpoints.endpoints(connection)
        if outcomes or any(one.cursor < end for one in known):
            with self._store.write() as connection:
                self._settle(connection, outcomes)
                behind = [one for one in endpoints.endpoints(connection) if one.cursor < end]
                for one in behind:
                    deliveries.fan_out(connection, one, stamp(now))
        settled = {due.id for outcome in outcomes for due in outcome.parcel.dues}
        with self._store.read() as connection:
            parcels = [
                parcel
                for one in endpoints.endpoints(connection)
                for parcel in next_parcels(
                    connection, one, self._lane(one), self._lane(one).flying - settled, now
                )
            ]
        return self._bound(parcels)

    def _bound(self, parcels: list[Parcel]) -> list[Parcel]:
        """Have what goes together for the first time stay together."""
        if not any(_is_new_batch(one) for one in parcels):
            return parcels
        with self._store.write() as connection:
            return [
                replace(one, dues=batches.bind(connection, one.dues)) if _is_new_batch(one) else one
                for one in parcels
            ]

    def _settle(self, connection: Connection, outcomes: Sequence[_Outcome]) -> None:
        now = self._clock()
        before = {one.id: one for one in endpoints.endpoints(connection)}
        after = dict(before)
        for outcome in outcomes:
            where = outcome.parcel.to.id
            if where in after:
                after[where] = health_after(after[where], outcome.whole, now)
        trials = [trial for outcome in outcomes for trial in outcome.trials]
        deliveries.write_tries(connection, [_tried(one, stamp(now)) for one in trials])
        for endpoint_id, to in after.items():
            if to != before[endpoint_id]:
                endpoints.write_health(connection, to)
            if to.state == "active" and before[endpoint_id].state == "paused":
                deliveries.hasten(connection, endpoint_id, stamp(now))
        announce(connection, _news_of(trials, before, after), stamp(now))
        for trial in trials:
            told = said(trial.answer.text) if trial.answer.delivered else None
            who = before.get(trial.due.endpoint_id)
            if told and who:
                accept(connection, trial.due.event, told, who.url, stamp(now))

    # The try: everything here talks to the receiver.

    async def _send(self, parcel: Parcel) -> None:
        sent = await self._couriers[_scheme(parcel.to.url)].send(parcel)
        self._lane(parcel.to).learn(sent.whole)
        trials = tuple(self._trials(parcel, sent))
        self._outcomes.append(_Outcome(parcel=parcel, whole=sent.whole, trials=trials))
        self._news.set()

    def _trials(self, parcel: Parcel, sent: Sent) -> Iterator[_Trial]:
        """Judge each delivery of a parcel; those of a batch that failed stay together."""
        now, dice = self._clock(), self._dice()
        together = parcel.is_batch and not sent.whole.delivered
        fewest = min(due.tries for due in parcel.dues) + 1
        for due, answer in zip(parcel.dues, sent.each, strict=True):
            step = judge(answer, due.tries + 1, now, dice)
            if together and step.state == "waiting":
                step = judge(answer, fewest, now, dice)
            if due.due_at > stamp(now) and not answer.delivered:
                # It went ahead of its time to probe a paused endpoint: that uses up no try.
                due = replace(due, tries=due.tries - 1)  # noqa: PLW2901 - the same delivery
                step = Step(state="waiting", due_at=moment_of(due.due_at))
            elif not answer.counts:
                due = replace(due, tries=due.tries - 1)  # noqa: PLW2901 - the same delivery
                step = Step(state="waiting", due_at=now)
            yield _Trial(due=due, answer=answer, step=step, bound=together)


def _is_new_batch(parcel: Parcel) -> bool:
    return parcel.is_batch and parcel.dues[0].batch is None


def _scheme(url: str) -> str:
    return url.partition(":")[0].lower()


def _ids(parcel: Parcel) -> set[int]:
    return {due.id for due in parcel.dues}


def _tried(trial: _Trial, now: str) -> Tried:
    waits = trial.step.state == "waiting"
    return Tried(
        id=trial.due.id,
        state=trial.step.state,
        tries=trial.due.tries + 1,
        due_at=stamp(trial.step.due_at),
        status=trial.answer.status,
        answer=trial.answer.text,
        delivered_at=now if trial.step.state == "delivered" else None,
        batch=trial.due.batch if waits and trial.bound else None,
    )


def _news_of(
    trials: Sequence[_Trial], before: Mapping[int, Endpoint], after: Mapping[int, Endpoint]
) -> list[NewEvent]:
    """Return what there is to tell about deliveries and endpoints themselves."""
    dead = [
        _about(
            before[one.due.endpoint_id],
            "delivery.dead_lettered",
            event=one.due.event.id,
            tries=one.due.tries + 1,
            status=one.answer.status,
            answer=one.answer.text,
        )
        for one in trials
        if one.step.state == "dead" and one.due.endpoint_id in before
    ]
    turned = [to for to in after.values() if to.state != before[to.id].state]
    return dead + [
        _about(to, "endpoint.paused" if to.state == "paused" else "endpoint.resumed", note=to.note)
        for to in turned
    ]


def _about(to: Endpoint, kind: str, **more: str | int | None) -> NewEvent:
    data = {"endpoint": to.id, "url": to.url, **more}
    return NewEvent(type=kind, subject=endpoints.subject_of(to.id), data=msgspec.json.encode(data))
