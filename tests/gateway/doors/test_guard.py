"""Every route says who may use it, and what it says is what happens."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from gateway.doors.access import Actor
from gateway.doors.edge import ACTOR, Handler, edge
from gateway.doors.guard import OPEN_PATHS, declared, gate, needs
from gateway.doors.http import build_app
from gateway.rights import RIGHTS
from gateway.web.rendering import Pages, static_files
from gateway.web.serving import PAGES, failure_page
from tests.gateway.doors.routed import everything
from tests.gateway.doors.test_http import OPERATOR, PARTNER, SETTINGS, TOKEN, is_problem


@pytest.fixture
def whole(empty_database: Path, tmp_path: Path, clock: Any) -> Iterator[web.Application]:
    with everything(empty_database, tmp_path, clock, SETTINGS) as services:
        yield build_app(services)


def test_every_route_names_its_right_or_is_open(whole: web.Application) -> None:
    silent = [f"{one.method} {one.path}" for one in declared(whole) if not _says(one)]
    assert not silent


def _says(one: Any) -> bool:
    return one.is_open or one.need is not None


def test_what_is_open_is_what_is_listed(whole: web.Application) -> None:
    paths = [one.path for one in declared(whole)]
    assert len(paths) > 60
    for start in OPEN_PATHS:
        assert any(path.startswith(start) for path in paths), f"{start} opens nothing"


def test_a_right_that_does_not_exist_cannot_be_asked_for() -> None:
    with pytest.raises(KeyError):
        needs("invoices:eat")


# A small application: the wrapper by itself.


async def said(_request: web.Request) -> web.Response:
    return web.Response(text="done")


def small(actor: Actor | None) -> web.Application:
    """An application in which `actor` asks for everything."""

    @web.middleware
    async def instead(request: web.Request, handler: Handler) -> web.StreamResponse:
        if actor is not None:
            request[ACTOR] = actor
        return await handler(request)

    app = web.Application(middlewares=[edge(failure_page), instead])
    app[PAGES] = Pages(static_files())
    for place in ("", "/v1"):
        app.router.add_route("*", f"{place}/read", needs("records:read")(said))
        app.router.add_get(f"{place}/mine", needs("records:read", by_partner=True)(said))
        app.router.add_get(f"{place}/any", needs()(said))
    return app


READER = Actor(name="ann", rights=frozenset({"records:read"}))
OTHER = Actor(name="bob", rights=frozenset(RIGHTS) - {"records:read"})
OSPREY = Actor(name="key", partner="osprey", rights=frozenset(RIGHTS))


@pytest.mark.parametrize(
    ("actor", "path", "status"),
    [
        (READER, "/read", 200),
        (READER, "/mine", 200),
        (READER, "/any", 200),
        (OTHER, "/read", 403),
        (OTHER, "/mine", 403),
        (OTHER, "/any", 200),
        (OSPREY, "/read", 403),
        (OSPREY, "/mine", 200),
        (OSPREY, "/any", 403),
        (None, "/any", 401),
    ],
)
async def test_a_right_opens_its_routes_alone(actor: Actor | None, path: str, status: int) -> None:
    async with TestClient(TestServer(small(actor))) as client:
        answer = await client.get(f"/v1{path}")
        assert answer.status == status
        assert status == 200 or is_problem(answer, status)
        page = await client.get(path, allow_redirects=False)
        assert page.status == (303 if status == 401 else status)
        assert status != 403 or page.content_type == "text/html"


async def test_a_form_of_a_stranger_leads_to_the_sign_in() -> None:
    async with TestClient(TestServer(small(None))) as client:
        browser = {"Accept": "text/html,application/xhtml+xml"}
        form = await client.post("/read", headers=browser, allow_redirects=False)
        assert (form.status, form.headers["Location"]) == (303, "/sign-in")
        assert (await client.post("/read", allow_redirects=False)).status == 401
        assert (await client.post("/v1/read", headers=browser)).status == 401


async def test_a_route_that_says_nothing_is_closed() -> None:
    async def reader(_request: web.Request) -> Actor:
        return READER

    app = web.Application(middlewares=[edge(failure_page), gate(SETTINGS, reader)])
    app.router.add_get("/v1/forgotten", said)
    app.router.add_get("/healthz", said)
    async with TestClient(TestServer(app)) as client:
        assert is_problem(await client.get("/v1/forgotten"), 403)
        assert (await client.get("/healthz")).status == 200
        assert is_problem(await client.get("/v1/nowhere"), 404)


# Those who come in without a user of their own.


@pytest.fixture
async def client(whole: web.Application) -> AsyncIterator[TestClient]:
    async with TestClient(TestServer(whole)) as running:
        yield running


async def test_the_token_is_an_administrators(client: TestClient) -> None:
    for path in ("/v1/records", "/metrics", "/inbox", "/deliveries"):
        assert (await client.get(path, headers=OPERATOR)).status == 200
    assert TOKEN not in await (await client.get("/inbox", headers=OPERATOR)).text()


async def test_a_partners_key_reads_not_even_what_it_sent(client: TestClient) -> None:
    sent = await client.post("/v1/documents", data=b"x", headers=PARTNER)
    assert sent.status == 202
    assert is_problem(await client.get(sent.headers["Location"], headers=PARTNER), 403)
