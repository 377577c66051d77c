"""The dispatcher against a real receiver on loopback that answers as badly as receivers do."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import standardwebhooks
from aiohttp import web
from aiohttp.test_utils import TestServer

from gateway.clock import stamp
from gateway.delivering.lane import START
from gateway.delivering.posting import Poster
from gateway.events.versions import NEWEST
from gateway.flows.delivery import Dispatcher
from gateway.outbound import Outbound, networks
from gateway.store import deliveries, endpoints
from gateway.store.endpoints import Endpoint, How, Wanted
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce
from gateway.vault import Vault
from gateway.webhooks import new_secret

Plan = Callable[[web.Request, int], web.StreamResponse]
SILENCE = 444  # the receiver takes the request and never answers


def answering(status: int, **headers: str) -> web.Response:
    return web.Response(status=status, headers=headers)


class Receiver:
    """A receiver that verifies signatures and answers by the plan it is given."""

    def __init__(self) -> None:
        self.plan: Plan = lambda _request, _number: answering(204)
        self.secret = new_secret()
        self.bodies: list[dict[str, Any]] = []
        self.tries: list[str] = []
        self.tried = asyncio.Condition()
        self.never = asyncio.Event()

    async def take(self, request: web.Request) -> web.StreamResponse:
        content = await request.read()
        self.verify(content, request)
        self.tries.append(request.headers["webhook-id"])
        answer = self.plan(request, len(self.tries))
        if answer.status < 300:
            self.bodies.append(json.loads(content))
        async with self.tried:
            self.tried.notify_all()
        if answer.status == SILENCE:
            await self.never.wait()
        return answer

    def verify(self, content: bytes, request: web.Request) -> None:
        """Have the receivers' library sign anew: its own check asks the wall clock."""
        told = request.headers
        moment = datetime.fromtimestamp(int(told["webhook-timestamp"]), UTC)
        judge = standardwebhooks.Webhook(self.secret)
        signature = judge.sign(told["webhook-id"], moment, content.decode())
        assert signature in told["webhook-signature"].split(" ")
        assert json.loads(content)["id"] == told["webhook-id"]

    async def until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(10), self.tried:
            await self.tried.wait_for(reached)

    @property
    def subjects(self) -> list[str]:
        return [body["subject"] for body in self.bodies]


class Scene:
    """A store with events, a receiver, and the dispatcher between them."""

    def __init__(self, store: Store, clock: Any, url: str, receiver: Receiver) -> None:
        self.store, self.clock, self.url, self.receiver = store, clock, url, receiver
        self.outbound = Outbound(networks(["127.0.0.0/8"]), timeout_seconds=2.0)
        self.dispatcher = self.another(self.outbound)

    def another(self, outbound: Outbound) -> Dispatcher:
        posting = Poster(outbound, Vault(), "urn:dockmatch", self.clock)
        couriers = {"http": posting, "https": posting}
        return Dispatcher(self.store, couriers, clock=self.clock, dice=lambda: 0.5)

    def subscribe(self, *types: str, query: str = "", **how: Any) -> None:
        url, secret = self.url + query, self.receiver.secret
        wanted = Wanted(url=url, secret=secret, types=types, how=How(**how))
        with self.store.write() as connection:
            endpoints.declare(connection, wanted, stamp(self.clock()), newest=NEWEST)

    def tell(self, *subjects: str, kind: str = "invoice.matched") -> None:
        events = [NewEvent(type=kind, subject=s, data=b'{"number":"1"}') for s in subjects]
        with self.store.write() as connection:
            announce(connection, events, stamp(self.clock()))

    def states(self) -> dict[str, int]:
        with self.store.read() as connection:
            found = deliveries.counts(connection)
        return {state: number for one in found.values() for state, number in one.items()}

    def listed(self, state: str) -> list[deliveries.Delivery]:
        with self.store.read() as connection:
            return deliveries.listed(connection, state)

    def endpoint(self) -> Endpoint:
        with self.store.read() as connection:
            return endpoints.endpoints(connection)[0]

    async def later(self, seconds: float) -> None:
        self.clock.pass_seconds(seconds)
        await self.dispatcher.drain()


@pytest.fixture
async def scene(store: Store, clock: Any) -> AsyncIterator[Scene]:
    receiver = Receiver()
    app = web.Application(client_max_size=1_000_000)
    app.router.add_post("/hook", receiver.take)
    async with TestServer(app) as server:
        here = Scene(store, clock, str(server.make_url("/hook")), receiver)
        yield here
        receiver.never.set()
        await here.outbound.close()


async def test_events_arrive_signed_once_and_numbered_without_gaps(scene: Scene) -> None:
    scene.tell("invoice/0")  # before anybody subscribed
    scene.subscribe()
    scene.tell(*(f"invoice/{n}" for n in range(1, 101)))
    await scene.dispatcher.drain()
    assert sorted(body["deliverysequence"] for body in scene.receiver.bodies) == list(range(1, 101))
    assert sorted(body["sequence"] for body in scene.receiver.bodies) == list(range(2, 102))
    assert len(set(scene.receiver.tries)) == len(scene.receiver.tries) == 100
    assert scene.states() == {"delivered": 100}


async def test_an_endpoint_gets_the_types_it_asked_for(scene: Scene) -> None:
    scene.subscribe("invoice.exception")
    scene.tell("invoice/1")
    scene.tell("invoice/2", kind="invoice.exception")
    scene.tell("invoice/3")
    scene.tell("invoice/4", kind="invoice.exception")
    await scene.dispatcher.drain()
    assert sorted(scene.receiver.subjects) == ["invoice/2", "invoice/4"]
    assert sorted(body["deliverysequence"] for body in scene.receiver.bodies) == [1, 2]


async def test_events_of_one_document_keep_their_order_and_others_pass(scene: Scene) -> None:
    def first_fails(_request: web.Request, _number: int) -> web.Response:
        tries = scene.receiver.tries
        return answering(500 if tries.count(tries[-1]) == 1 else 200)

    scene.receiver.plan = first_fails
    scene.subscribe()
    scene.tell("invoice/1", "invoice/1", "invoice/1", "invoice/2")
    await scene.dispatcher.drain()
    assert scene.receiver.bodies == []
    for _ in range(3):
        await scene.later(6)
    order = [b["sequence"] for b in scene.receiver.bodies if b["subject"] == "invoice/1"]
    assert order == sorted(order)
    assert len(order) == 3
    assert scene.receiver.subjects[:2] != ["invoice/1", "invoice/1"]


@pytest.mark.parametrize(
    "answer",
    [
        lambda _request, _number: answering(500),
        lambda request, _number: answering(302, Location=str(request.url)),
        lambda _request, _number: web.Response(status=429, headers={"Retry-After": "3"}),
        lambda _request, _number: answering(SILENCE),
    ],
    ids=["500", "redirect", "429", "silence"],
)
async def test_what_failed_is_tried_again_under_the_same_id(scene: Scene, answer: Plan) -> None:
    scene.receiver.plan = lambda request, number: (
        answer(request, number) if number == 1 else answering(200)
    )
    scene.subscribe()
    scene.tell("invoice/1")
    await scene.dispatcher.drain()
    assert len(scene.receiver.tries) == 1
    assert scene.states() == {"waiting": 1}
    await scene.later(6)
    assert scene.receiver.tries[0] == scene.receiver.tries[1]
    assert scene.states() == {"delivered": 1}


async def test_retry_after_is_waited_for(scene: Scene) -> None:
    scene.receiver.plan = lambda _r, number: (
        web.Response(status=503, headers={"Retry-After": "600"}) if number == 1 else answering(200)
    )
    scene.subscribe()
    scene.tell("invoice/1")
    await scene.dispatcher.drain()
    await scene.later(599)
    assert len(scene.receiver.tries) == 1
    await scene.later(2)
    assert scene.receiver.subjects == ["invoice/1"]


async def test_a_dead_receiver_is_paused_and_probed_and_then_drained_in_order(scene: Scene) -> None:
    scene.receiver.plan = lambda _r, _n: answering(500)
    scene.subscribe()
    scene.tell(*(f"invoice/{n}" for n in range(20)))
    await scene.dispatcher.drain()
    assert scene.endpoint().state == "paused"
    before = len(scene.receiver.tries)
    for _ in range(12):  # an hour of probes: one every five minutes, and no more
        await scene.later(301)
    assert len(scene.receiver.tries) == before + 12
    assert scene.states() == {"waiting": 20}
    scene.receiver.plan = lambda _r, _n: answering(200)
    await scene.later(301)
    assert scene.endpoint().state == "active"
    told = [body for body in scene.receiver.bodies if body["type"] == "invoice.matched"]
    assert len(told) == 20


async def test_gone_pauses_at_once_and_loses_nothing(scene: Scene) -> None:
    scene.receiver.plan = lambda _r, _n: answering(410)
    scene.subscribe()
    scene.tell("invoice/1")
    await scene.dispatcher.drain()
    assert scene.endpoint().state == "paused"
    assert "410" in (scene.endpoint().note or "")


async def test_what_one_document_cannot_deliver_dies_alone_and_can_be_replayed(
    scene: Scene,
) -> None:
    poison = True

    def plan(_request: web.Request, _number: int) -> web.Response:
        return answering(400 if poison and scene.receiver.tries[-1] == bad else 200)

    scene.receiver.plan = plan
    scene.subscribe()
    scene.tell("invoice/1")
    with scene.store.read() as connection:
        bad = connection.exec_driver_sql("SELECT id FROM event").scalar()
    for n in range(12):
        scene.tell(f"invoice/{n + 2}")
        await scene.dispatcher.drain()
        await scene.later(90_000)
    assert scene.states() == {"delivered": 12, "dead": 1}
    dead = scene.listed("dead")
    assert (dead[0].event_id, dead[0].status, dead[0].tries) == (bad, 400, 11)
    poison = False
    with scene.store.write() as connection:
        assert deliveries.replay(connection, [dead[0].id], stamp(scene.clock())) == 1
    await scene.dispatcher.drain()
    assert scene.states() == {"delivered": 13}
    assert scene.receiver.tries[-1] == bad


async def test_a_slow_receiver_does_not_hold_up_the_others(scene: Scene) -> None:
    scene.receiver.plan = lambda request, _n: answering(SILENCE if request.query_string else 200)
    scene.subscribe(query="?slow")
    scene.subscribe()
    scene.tell(*(f"invoice/{n}" for n in range(50)))
    running = asyncio.create_task(scene.dispatcher.run())
    await scene.receiver.until(lambda: len(scene.receiver.bodies) == 50)
    scene.dispatcher.stop()
    scene.receiver.never.set()
    await running


async def test_an_endless_answer_is_cut_and_its_beginning_kept(scene: Scene) -> None:
    scene.receiver.plan = lambda _r, _n: web.Response(status=200, body=b"x" * 5_000_000)
    scene.subscribe()
    scene.tell("invoice/1")
    await scene.dispatcher.drain()
    assert scene.listed("delivered")[0].answer == "x" * 4096


async def test_an_address_inside_the_house_is_refused_in_words(scene: Scene) -> None:
    outbound = Outbound(())
    scene.subscribe()
    scene.tell("invoice/1")
    await scene.another(outbound).drain()
    await outbound.close()
    assert scene.receiver.tries == []
    assert "private address" in (scene.listed("waiting")[0].answer or "")


async def test_both_secrets_sign_until_the_old_one_ends(scene: Scene) -> None:
    scene.subscribe()
    new = new_secret()
    with scene.store.write() as connection:
        until = scene.clock().replace(hour=20)
        endpoints.rotate(connection, scene.url, new, stamp(until))
    scene.tell("invoice/1")
    await scene.dispatcher.drain()  # the receiver still has the old one
    scene.receiver.secret = new
    scene.clock.pass_seconds(86_400)
    scene.tell("invoice/2")
    await scene.dispatcher.drain()
    assert scene.receiver.subjects == ["invoice/1", "invoice/2"]


async def test_what_was_in_flight_when_the_process_died_goes_out_again_under_its_id(
    scene: Scene,
) -> None:
    scene.subscribe()
    scene.tell("invoice/1")
    outbound = Outbound(networks(["127.0.0.0/8"]))
    scene.receiver.plan = lambda _r, number: answering(SILENCE if number == 1 else 200)
    lost = asyncio.create_task(scene.another(outbound).run())
    await scene.receiver.until(lambda: len(scene.receiver.tries) == 1)
    lost.cancel()
    await outbound.close()
    await scene.dispatcher.drain()
    assert scene.receiver.tries[0] == scene.receiver.tries[1]
    assert scene.receiver.subjects == ["invoice/1"]


async def test_a_lane_opens_with_its_width_and_no_more(scene: Scene) -> None:
    scene.receiver.plan = lambda _request, _number: answering(SILENCE)
    scene.subscribe()
    scene.tell(*(f"invoice/{n}" for n in range(100)))
    running = asyncio.create_task(scene.dispatcher.run())
    await scene.receiver.until(lambda: len(scene.receiver.tries) == START)
    scene.dispatcher.stop()
    await running
    assert len(scene.receiver.tries) == START
    assert scene.states() == {"waiting": 100}
