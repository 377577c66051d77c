"""People who are there, and browsers that are theirs."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, CookieJar
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher
from msgspec.structs import replace

from gateway.doors.access import WebSettings
from gateway.doors.http import build_app
from gateway.people.roll import invite
from gateway.people.settings import PeopleSettings
from gateway.store import people
from gateway.store.engine import Store
from gateway.store.people import NewPerson
from tests.gateway.doors.test_http import services

PASSWORD = "seven quiet kettles"  # noqa: S105
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

Made = Callable[..., int]


@pytest.fixture
def person(store: Store, clock: Any) -> Made:
    """Return a function that makes a person who knows PASSWORD, and gives their number."""

    def make(name: str, *roles: str, **said: Any) -> int:
        wanted = NewPerson(
            name=name,
            email=f"{name}@tamarack.example",
            display=name.title(),
            roles=frozenset(roles or {"ap"}),
            created_by="test",
        )
        with store.write() as connection:
            made = invite(connection, wanted, said.get("groups", ()), timedelta(1), clock())
            people.set_password(connection, made.person.id, CHEAP.hash(PASSWORD))
        return made.person.id

    return make


@pytest.fixture
def people_settings() -> PeopleSettings:
    """Return how people sign in; a test module may say it otherwise."""
    return PeopleSettings()


@pytest.fixture
async def server(
    store: Store, clock: Any, tmp_path: Path, people_settings: PeopleSettings
) -> AsyncIterator[TestServer]:
    """Return a gateway that listens on loopback, without a token."""
    made = services(store, clock, tmp_path, settings=WebSettings())
    async with TestServer(build_app(replace(made, people=people_settings))) as running:
        yield running


class Browser:
    """A browser: keeps cookies, fills tokens into forms, and follows where it is sent."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    async def get(self, path: str, **options: Any) -> ClientResponse:
        return await self.client.get(path, **options)

    async def post(self, path: str, form: str | None = None, **fields: str) -> ClientResponse:
        """Post the form of the page `form`, or of `path` itself."""
        if not self.cookie("dockmatch_form"):
            await self.client.get(form or path)
        sent = {"token": self.cookie("dockmatch_form"), **fields}
        return await self.client.post(path, data=sent, allow_redirects=False)

    async def sign_in(self, name: str, password: str = PASSWORD, **more: str) -> ClientResponse:
        return await self.post("/sign-in", name=name, password=password, **more)

    def cookie(self, name: str) -> str:
        cookies = self.client.session.cookie_jar.filter_cookies(self.client.make_url("/"))
        return cookies[name].value if name in cookies else ""


@pytest.fixture
async def browser(server: TestServer) -> AsyncIterator[Callable[[], Awaitable[Browser]]]:
    """Return a function that opens a browser of its own."""
    opened = []

    async def open_one() -> Browser:
        client = TestClient(server, cookie_jar=CookieJar(unsafe=True))
        await client.start_server()
        opened.append(client)
        return Browser(client)

    yield open_one
    for client in opened:
        await client.session.close()
