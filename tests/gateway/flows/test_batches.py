"""Batches: several events in one signed post, in order, bound until they have arrived."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from gateway.clock import stamp, system_clock
from gateway.delivering.answers import one_by_one
from gateway.delivering.posting import BATCH_ANSWER_BYTES, Poster
from gateway.events.versions import NEWEST
from gateway.flows.delivery import Dispatcher
from gateway.flows.retry import Answer
from gateway.outbound import Outbound, networks
from gateway.store import deliveries, endpoints
from gateway.store.deliveries import Due
from gateway.store.endpoints import How, Wanted
from gateway.store.engine import Store
from gateway.store.events import Event, NewEvent, announce
from gateway.vault import Vault
from gateway.webhooks import headers, new_secret

SECRET = new_secret()


class Scene:
    """A receiver of batches, and the dispatcher that posts to it."""

    def __init__(self, store: Store, clock: Any, url: str, outbound: Outbound) -> None:
        self.store, self.clock, self.url = store, clock, url
        posting = Poster(outbound, Vault(), "urn:dockmatch", clock)
        self.dispatcher = Dispatcher(store, {"http": posting}, clock=clock, dice=lambda: 0.5)
        self.posts: list[tuple[str, list[dict[str, Any]]]] = []
        self.answers: list[web.Response] = []

    async def take(self, request: web.Request) -> web.Response:
        content = await request.read()
        name, stamped = request.headers["webhook-id"], request.headers["webhook-timestamp"]
        assert request.content_type == "application/cloudevents-batch+json"
        moment = system_clock().fromtimestamp(int(stamped), self.clock().tzinfo)
        signed = headers(name, moment, content, [SECRET])["webhook-signature"]
        assert signed == request.headers["webhook-signature"]
        self.posts.append((name, json.loads(content)))
        return self.answers.pop(0) if self.answers else web.Response(status=204)

    def subscribe(self, **how: Any) -> None:
        wanted = Wanted(url=self.url, secret=SECRET, how=How(**how))
        with self.store.write() as connection:
            endpoints.declare(connection, wanted, stamp(self.clock()), newest=NEWEST)

    def tell(self, *subjects: str) -> None:
        new = [NewEvent(type="invoice.matched", subject=one, data=b"{}") for one in subjects]
        with self.store.write() as connection:
            announce(connection, new, stamp(self.clock()))

    async def later(self, seconds: float) -> None:
        self.clock.pass_seconds(seconds)
        await self.dispatcher.drain()

    def told(self, post: int) -> list[str]:
        return [one["subject"] for one in self.posts[post][1]]

    def states(self) -> dict[str, int]:
        with self.store.read() as connection:
            (found,) = deliveries.counts(connection).values()
        return found


@pytest.fixture
async def scene(store: Store, clock: Any) -> AsyncIterator[Scene]:
    outbound = Outbound(networks(["127.0.0.0/8"]), timeout_seconds=5)
    app = web.Application(client_max_size=10_000_000)
    async with TestServer(app) as server:
        here = Scene(store, clock, str(server.make_url("/")), outbound)
        app.router._frozen = False  # noqa: SLF001 - the scene needs the server's address first
        app.router.add_post("/", here.take)
        yield here
    await outbound.close()


def said(*results: dict[str, Any], status: int = 200) -> web.Response:
    return web.json_response({"results": results}, status=status)


async def test_events_go_together_up_to_the_size_of_a_batch(scene: Scene) -> None:
    scene.subscribe(batch=10, batch_ms=0)
    scene.tell(*(f"record/{n}" for n in range(25)))
    await scene.dispatcher.drain()
    assert [len(events) for _, events in scene.posts] == [10, 10, 5]
    told = [one for _, events in scene.posts for one in events]
    assert [one["deliverysequence"] for one in told] == list(range(1, 26))
    assert len({one["id"] for one in told}) == 25
    assert len({name for name, _ in scene.posts}) == 3
    assert scene.states() == {"delivered": 25}


async def test_a_batch_that_is_not_full_waits_its_time_and_no_longer(scene: Scene) -> None:
    scene.subscribe(batch=3, batch_ms=2000)
    scene.tell("record/1", "record/2")
    await scene.dispatcher.drain()
    await scene.later(1.9)
    assert scene.posts == []
    await scene.later(0.1)
    assert scene.told(0) == ["record/1", "record/2"]
    scene.tell("record/3", "record/4", "record/5")
    await scene.dispatcher.drain()  # this one is full at once
    assert scene.told(1) == ["record/3", "record/4", "record/5"]


async def test_events_of_one_subject_stand_in_their_order_inside(scene: Scene) -> None:
    scene.subscribe(batch=10, batch_ms=0)
    scene.tell("record/1", "record/2", "record/1", "record/1")
    await scene.dispatcher.drain()
    assert scene.told(0) == ["record/1", "record/2", "record/1", "record/1"]


async def test_a_batch_that_failed_goes_again_whole_under_its_name(scene: Scene) -> None:
    scene.answers = [web.Response(status=500)]
    scene.subscribe(batch=2, batch_ms=0)
    scene.tell("record/1", "record/2")
    await scene.dispatcher.drain()
    scene.tell("record/1", "record/3")  # what comes meanwhile does not join it
    await scene.dispatcher.drain()
    assert scene.told(1) == ["record/3"]  # and the later one of record/1 does not pass it
    await scene.later(6)
    assert scene.posts[2] == scene.posts[0]
    assert scene.told(3) == ["record/1"]
    assert scene.states() == {"delivered": 4}


async def test_a_receiver_may_answer_event_by_event(scene: Scene) -> None:
    scene.subscribe(batch=4, batch_ms=0)
    scene.tell("record/1", "record/2", "record/1", "record/3")
    with scene.store.read() as connection:
        ids = list(connection.exec_driver_sql("SELECT id FROM event ORDER BY sequence").scalars())
    posted = {"id": ids[1], "status": 201, "document_number": "5105600123"}
    scene.answers = [said({"id": ids[0], "status": 503}, posted, status=207)]
    await scene.dispatcher.drain()
    assert scene.states() == {"delivered": 2, "waiting": 2}
    with scene.store.read() as connection:
        found = connection.exec_driver_sql("SELECT number FROM acceptance").scalars().all()
    assert found == ["5105600123"]
    await scene.later(6)
    assert scene.told(-1) == ["record/1", "record/1", "record/2"]  # the last tells of the posting
    assert scene.states() == {"delivered": 5}


async def test_an_answer_too_long_to_be_read_takes_nothing(scene: Scene) -> None:
    scene.answers = [web.Response(body=b" " * (BATCH_ANSWER_BYTES + 1))]
    scene.subscribe(batch=2, batch_ms=0)
    scene.tell("record/1", "record/2")
    await scene.dispatcher.drain()
    assert scene.states() == {"waiting": 2}


async def test_the_strict_order_lets_nothing_pass(scene: Scene) -> None:
    scene.answers = [web.Response(status=500)]
    scene.subscribe(batch=2, batch_ms=0, order="all")
    scene.tell("record/1", "record/2", "record/3")
    await scene.dispatcher.drain()
    assert len(scene.posts) == 1
    await scene.later(6)
    assert [scene.told(n) for n in range(3)] == [["record/1", "record/2"]] * 2 + [["record/3"]]


async def test_a_rate_is_kept(scene: Scene) -> None:
    scene.subscribe(batch=100, batch_ms=0, rate=10.0)
    scene.tell(*(f"record/{n}" for n in range(30)))
    await scene.dispatcher.drain()
    assert [len(events) for _, events in scene.posts] == [10]
    await scene.later(0.5)
    await scene.later(1.0)
    await scene.later(60.0)
    assert [len(events) for _, events in scene.posts] == [10, 5, 10, 5]


async def test_a_paused_endpoint_is_probed_with_a_batch(scene: Scene) -> None:
    scene.answers = [web.Response(status=410), web.Response(status=500)]
    scene.subscribe(batch=2, batch_ms=0)
    scene.tell("record/1", "record/2", "record/3")
    await scene.dispatcher.drain()
    assert len(scene.posts) == 1
    await scene.later(301)
    assert scene.posts[1] == scene.posts[0]
    await scene.later(301)
    assert scene.states() == {"delivered": 3}


def due(number: int, subject: str) -> Due:
    event = Event(
        sequence=number,
        id=f"evt_{number}",
        at="2026",
        actor="gateway",
        type="invoice.matched",
        subject=subject,
        data=b"{}",
    )
    return Due(id=number, endpoint_id=1, sequence=number, tries=0, due_at="2026", event=event)


DUES = (due(1, "a"), due(2, "b"), due(3, "a"))


@pytest.mark.parametrize("body", [b"", b"{}", b"thanks", b'{"results": 1}', b"[]", b"\xff"])
def test_a_2xx_that_says_nothing_else_takes_all(body: bytes) -> None:
    assert [one.delivered for one in one_by_one(DUES, Answer(status=200), body)] == [True] * 3


def test_what_stands_behind_a_failure_is_sent_again_without_a_try_lost() -> None:
    body = b'{"results": [{"id": "evt_1", "status": 422}, {"id": "evt_9", "status": 500}]}'
    first, second, third = one_by_one(DUES, Answer(status=207), body)
    assert (first.delivered, first.counts) == (False, True)
    assert second.delivered
    assert (third.delivered, third.counts) == (False, False)


def test_a_batch_that_failed_failed_for_each() -> None:
    body = b'{"results": [{"id": "evt_1", "status": 200}]}'
    assert {one.status for one in one_by_one(DUES, Answer(status=500), body)} == {500}
