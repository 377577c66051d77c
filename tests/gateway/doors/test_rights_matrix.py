"""Every route by everybody: what each role, key and stranger is let into, and nothing else.

The routes come from the router and what is expected of them from their rights, so a new route is
tried by all of them at once; which role has which right is in test_rights.
"""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from aiohttp import ClientResponse, DummyCookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from gateway.doors.access import Actor, WebSettings
from gateway.doors.guard import Declared, Need, declared
from gateway.doors.http import build_app
from gateway.doors.services import Services
from gateway.flows.keyholding import WantedKey, make
from gateway.people.roll import invite
from gateway.people.sessions import Place, Sessions
from gateway.people.settings import PeopleSettings
from gateway.rights import RIGHTS, ROLES
from gateway.store.people import NewPerson
from tests.gateway.doors.routed import everything

OTHERS = b"what halden sent is nobody's business"
_PARAMETER = re.compile(r"\{(\w+)[^}]*\}")
_QUERIES = {"PATCH": "?offset=0"}  # what a route asks for before it looks
_VALUES = {"token": "x" * 43, "secret": "x" * 43, "landing": "x" * 43, "name": "ledger.css"}
_REFUSALS = ("This needs the right", "may touch what is")
_STREAMS = "text/event-stream"


@pytest.fixture
def served(empty_database: Path, tmp_path: Path, clock: Any) -> Iterator[Services]:
    with everything(empty_database, tmp_path, clock, WebSettings()) as services:
        services.intake.take("halden", "810.x12", _file(tmp_path), "http")
        key(services, "audit:read")  # the one with number 1, which some addresses end
        yield services


def _file(folder: Path) -> Any:
    path = folder / "sent"
    path.write_bytes(OTHERS)
    return path.open("rb")


@pytest.fixture
async def client(served: Services) -> AsyncIterator[TestClient]:
    server = TestServer(build_app(served))
    async with TestClient(server, cookie_jar=DummyCookieJar()) as running:
        yield running


def signed_in(served: Services, role: str) -> dict[str, str]:
    """The headers of a person of that role."""
    now = served.clock()
    wanted = NewPerson(
        name=f"the-{role}",
        email=f"{role}@tamarack.example",
        display=role,
        roles=frozenset({role}),
        created_by="test",
    )
    with served.store.write() as connection:
        person = invite(connection, wanted, (), timedelta(1), now).person
        secret = Sessions(PeopleSettings()).begin(connection, person.id, Place("192.0.2.1"), now)
    return {"Cookie": f"dockmatch_session={secret}", "Accept": "text/html"}


def key(served: Services, *rights: str, partner: str | None = None) -> dict[str, str]:
    """The headers of a machine whose key has these rights."""
    wanted = WantedKey(name=f"key {token_hex(8)}", rights=rights, partner=partner)
    maker = Actor(name="test", rights=frozenset(RIGHTS))
    with served.store.write() as connection:
        made = make(connection, wanted, maker, served.clock())
    return {"Authorization": f"Bearer {made.secret}"}


def routes(client: TestClient) -> list[tuple[Declared, Need]]:
    app: web.Application = client.server.app  # type: ignore[union-attr]
    everyone = [one for one in declared(app) if one.method != "HEAD"]  # the same as GET
    found = [(one, one.need) for one in everyone if one.need is not None]
    assert len(found) > 80
    return found


async def asked(client: TestClient, one: Declared, headers: dict[str, str]) -> ClientResponse:
    path = _PARAMETER.sub(lambda found: _VALUES.get(found[1], "1"), one.path)
    path += _QUERIES.get(one.method, "")
    answer = await client.request(one.method, path, headers=headers, allow_redirects=False)
    assert answer.status < 500 or answer.status == 502, f"{one.method} {path}: {answer.status}"
    return answer


async def is_let_in(answer: ClientResponse) -> bool:
    if answer.content_type == _STREAMS:
        answer.close()
        return True
    if answer.status == 401 or answer.headers.get("Location", "").startswith("/sign-in"):
        return answer.request_info.url.path == "/sign-out"
    if answer.status != 403:
        return True
    text = await answer.text()
    return not any(refusal in text for refusal in _REFUSALS)


async def surprises(
    client: TestClient, headers: dict[str, str], rights: frozenset[str]
) -> list[str]:
    """The routes that let in whom they should not, or turn away whom they should let in."""
    found = []
    for one, need in routes(client):
        expected = need.right is None or need.right in rights
        if one.path == "/sign-out" and expected:
            continue  # it would sign the others out; test_signing tries it
        if await is_let_in(await asked(client, one, headers)) != expected:
            found.append(f"{one.method} {one.path} needs {need.right}, expected {expected}")
    return found


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_opens_what_its_rights_say(
    client: TestClient, served: Services, role: str
) -> None:
    if role != "admin":
        signed_in(served, "admin")
    assert await surprises(client, signed_in(served, role), ROLES[role]) == []


@pytest.mark.parametrize("right", RIGHTS)
async def test_a_key_with_one_right_opens_that(
    client: TestClient, served: Services, right: str
) -> None:
    signed_in(served, "admin")
    assert await surprises(client, key(served, right), frozenset({right})) == []


async def test_nobody_opens_nothing(client: TestClient, served: Services) -> None:
    signed_in(served, "admin")
    for one, _ in routes(client):
        for headers in ({}, {"Accept": "text/html"}, {"Cookie": "dockmatch_session=" + "x" * 43}):
            answer = await asked(client, one, headers)
            goes = answer.headers.get("Location", "")
            assert answer.status == 401 or goes.startswith("/sign-in"), one.path


async def test_a_key_of_a_partner_sees_nothing_of_others(
    client: TestClient, served: Services
) -> None:
    headers = key(served, *RIGHTS, partner="osprey")
    for one, need in routes(client):
        answer = await asked(client, one, headers)
        if not need.by_partner:
            assert answer.status == 403, f"{one.method} {one.path}"
        elif "{" in one.path:
            assert answer.status == 404, f"{one.method} {one.path}"
        text = "" if answer.content_type == _STREAMS else await answer.text()
        assert "halden" not in text, one.path


async def test_the_same_key_of_the_other_partner_sees_its_own(
    client: TestClient, served: Services
) -> None:
    headers = key(served, *RIGHTS, partner="halden")
    answer = await client.get("/v1/documents/1", headers=headers)
    assert (answer.status, (await answer.json())["partner"]) == (200, "halden")
