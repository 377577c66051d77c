"""Secrets go in by every door and come out in no log line and on no page."""

import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp import DummyCookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from gateway.doors.access import WebSettings
from gateway.doors.guard import declared, needs
from gateway.doors.http import build_app
from gateway.doors.services import SERVICES
from gateway.watching import logs
from tests.gateway.doors.routed import everything
from tests.gateway.doors.test_rights_matrix import OTHERS, key, signed_in

TOKEN = "the-token-of-the-operator-swordfish"  # noqa: S105
PASSWORD = "seven quiet swordfish kettles"  # noqa: S105
SESSION = "swordfish" + "x" * 40
SHARED = "swordfish-shared"
LINK = "swordfish_link_" + "y" * 30
KEY = "dm_swordfish" + "z" * 32
CXML = f"""<cXML payloadID="1" timestamp="2026-03-02T09:00:00Z"><Header><Sender>
<Credential domain="DUNS"><Identity>1</Identity><SharedSecret>{SHARED}</SharedSecret></Credential>
</Sender></Header></cXML>"""
DOORS: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/sign-in", {"data": {"name": PASSWORD, "password": PASSWORD}}),
    ("POST", "/sign-in", {"data": {"secret": TOKEN}}),
    ("GET", f"/sign-in/link/{LINK}", {}),
    ("POST", f"/sign-in/link/{LINK}", {"data": {"password": PASSWORD, "again": PASSWORD}}),
    ("GET", "/inbox", {"headers": {"Cookie": f"dockmatch_session={SESSION}"}}),
    ("GET", "/v1/records", {"headers": {"Authorization": f"Bearer {KEY}"}}),
    ("GET", "/v1/records", {"headers": {"Authorization": f"Basic {SHARED}"}}),
    (
        "POST",
        "/v1/documents?partner=p",
        {"data": b"x", "headers": {"Authorization": f"Bearer {KEY}"}},
    ),
    ("POST", "/cxml", {"data": CXML, "headers": {"Content-Type": "text/xml"}}),
    ("POST", "/cxml", {"data": CXML[:-9], "headers": {"Content-Type": "text/xml"}}),
    ("POST", "/shop/oci", {"data": {"USERNAME": "tamarack", "PASSWORD": PASSWORD}}),
    ("POST", f"/punchout/return/{LINK}", {"data": {"cxml-urlencoded": CXML}}),
    ("GET", f"/shop/start/{LINK}", {}),
    ("GET", f"/ask/{LINK}", {}),
]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the log says, as `dockmatch run` configures it."""
    before, stream = structlog.get_config(), io.StringIO()
    logs.configure(as_json=True, stream=stream)
    yield stream
    structlog.configure(**before)


@pytest.fixture
async def client(
    empty_database: Path, tmp_path: Path, clock: Any, written: io.StringIO
) -> AsyncIterator[TestClient]:
    assert not written.getvalue()
    settings = WebSettings(token=TOKEN)
    with everything(empty_database, tmp_path, clock, settings) as services:
        app = build_app(services)
        app.router.add_post("/v1/fails", needs()(_fails))
        app.router.add_post("/fails", needs()(_fails))
        async with TestClient(TestServer(app), cookie_jar=DummyCookieJar()) as running:
            yield running


async def _fails(request: web.Request) -> web.Response:
    """A handler of ours that breaks with all that it was given in its message."""
    message = f"{request.headers.get('Authorization')} {await request.text()}"
    raise RuntimeError(message)


def secrets_in(text: str) -> list[str]:
    wanted = [TOKEN, PASSWORD, SESSION, SHARED, LINK, KEY]
    return [secret for secret in [*wanted, "swordfish"] if secret in text]


@pytest.mark.parametrize("with_people", [False, True])
async def test_no_door_tells_what_it_was_told(
    client: TestClient, written: io.StringIO, *, with_people: bool
) -> None:
    services = client.server.app[SERVICES]  # type: ignore[union-attr]
    if with_people:
        signed_in(services, "admin")
    for method, path, options in DOORS:
        answer = await client.request(method, path, allow_redirects=False, **options)
        text = await answer.text()
        own = {LINK} if LINK in path else set()  # the form of a page posts to its own address
        assert set(secrets_in(text)) <= own | ({"swordfish"} if own else set()), f"{method} {path}"
    assert secrets_in(written.getvalue()) == []


async def test_a_fault_of_ours_tells_no_secret_either(
    client: TestClient, written: io.StringIO
) -> None:
    body = f"{KEY} /sign-in/link/{LINK} {CXML} Cookie: dockmatch_session={SESSION}"
    for path in ("/v1/fails", "/fails"):
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = await client.post(path, data=body, headers=headers)
        assert answer.status == 500
        assert secrets_in(await answer.text()) == []
    told = written.getvalue()
    assert told.count("request.failed") == 2
    assert "RuntimeError" in told
    assert secrets_in(told) == []


async def test_a_key_is_shown_by_its_beginning_alone(client: TestClient) -> None:
    services = client.server.app[SERVICES]  # type: ignore[union-attr]
    made = key(services, "people:write")
    secret = made["Authorization"].removeprefix("Bearer ")
    for one in declared(client.server.app):  # type: ignore[union-attr]
        if one.method == "GET" and "{" not in one.path and "live" not in one.path:
            text = await (await client.get(one.path, headers=made)).read()
            assert secret.encode() not in text, one.path
            assert OTHERS not in text
