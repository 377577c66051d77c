"""Signing in by a real provider on loopback, and by one that lies."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestClient, TestServer
from joserfc.jwk import RSAKey
from msgspec.structs import replace
from yarl import URL

from gateway.doors.access import WebSettings
from gateway.doors.http import build_app
from gateway.people.news import By
from gateway.people.roll import disable, named
from gateway.people.settings import OidcRole, OidcSettings, PeopleSettings
from gateway.store import events, people
from gateway.store.engine import Store
from tests.gateway.doors.test_http import services
from tests.gateway.people.provider import CLIENT, SECRET, Provider

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
async def provider(clock: Any) -> AsyncIterator[Provider]:
    made = Provider(clock)
    await made.server.start_server()
    yield made
    await made.server.close()


@pytest.fixture
async def client(
    store: Store, clock: Any, tmp_path: Any, provider: Provider
) -> AsyncIterator[TestClient]:
    oidc = OidcSettings(
        issuer=provider.issuer,
        client_id=CLIENT,
        client_secret=SECRET,
        label="Tamarack",
        roles=(
            OidcRole(group="purchasing-ap", role="ap"),
            OidcRole(group="purchasing-admin", role="admin"),
            OidcRole(group="audit", role="auditor"),
        ),
    )
    made = replace(
        services(store, clock, tmp_path, WebSettings()), people=PeopleSettings(oidc=oidc)
    )
    async with TestClient(TestServer(build_app(made)), cookie_jar=CookieJar(unsafe=True)) as one:
        yield one


async def signed_in(client: TestClient, back: str = "/account") -> Any:
    """Go the whole way, as a browser does."""
    return await client.get("/sign-in/oidc", params={"next": back})


def mara(store: Store) -> Any:
    with store.read() as connection:
        return people.named(connection, "mara@tamarack.example")


async def test_somebody_comes_in_with_the_roles_of_their_groups(
    client: TestClient, store: Store, provider: Provider
) -> None:
    assert "Sign in with Tamarack" in await (await client.get("/inbox")).text()
    page = await signed_in(client)
    assert (page.status, page.url.path) == (200, "/account")
    assert "Mara Lindt" in await page.text()
    assert mara(store).roles == {"ap"}
    provider.person |= {"groups": ["audit", "others"], "email": "other@tamarack.example"}
    page = await signed_in(client, "/")
    assert page.url.path == "/invoices"  # known by number, whatever the address is now
    assert mara(store).roles == {"auditor"}
    with store.read() as connection:
        told = events.after(connection, 0, types=["person.signed_in"], limit=9)
        assert len(people.listed(connection)) == 1
    assert [b'"by":"oidc"' in one.data for one in told] == [True, True]


async def test_an_invited_person_is_found_by_their_verified_address(
    client: TestClient, store: Store, person: Any
) -> None:
    number = person("mara", "admin")
    person("ann", "admin")
    await signed_in(client)
    assert mara(store).id == number
    assert mara(store).roles == {"ap"}


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": None},
        {"groups": ["others"]},
        {"groups": None},
        {"groups": "purchasing-ap"},
    ],
)
async def test_who_is_not_sure_or_has_no_role_stays_outside(
    client: TestClient, store: Store, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.lies = claims
    page = await signed_in(client)
    assert (page.status, page.url.path) == (403, "/sign-in/oidc/back")
    assert (await client.get("/account")).url.path == "/sign-in"
    assert mara(store) is None


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": ["another", "third"]},
        {"iss": "https://evil.example"},
        {"exp": 1_772_000_000},
        {"exp": None},
        {"iat": 1_999_000_000},
        {"sub": None},
        {"azp": "another"},
    ],
)
async def test_a_token_that_claims_wrongly_lets_nobody_in(
    client: TestClient, store: Store, provider: Provider, lies: dict[str, Any]
) -> None:
    provider.lies = lies
    page = await signed_in(client)
    assert page.status == 403
    assert "did not succeed" in await page.text()
    assert mara(store) is None


async def test_a_clock_that_is_a_little_off_is_borne(
    client: TestClient, provider: Provider, clock: Any
) -> None:
    now = int(clock().timestamp())
    provider.lies = {"iat": now + 50, "exp": now - 50}
    assert (await signed_in(client)).url.path == "/account"
    provider.lies = {"exp": now - 70}
    assert (await signed_in(client)).status == 403


async def test_keys_change_and_strangers_keys_count_nothing(
    client: TestClient, provider: Provider, clock: Any
) -> None:
    assert (await signed_in(client)).url.path == "/account"
    clock.pass_seconds(31)
    provider.rotate()
    assert (await signed_in(client)).url.path == "/account"
    assert provider.asked_for_keys == 2
    own = provider.key
    provider.key = RSAKey.generate_key(2048, {"kid": "stranger"}, private=True)
    keys = provider.asked_for_keys
    for _ in range(3):
        provider.header = {"kid": "unknown"}
        assert (await signed_in(client)).status == 403
    assert provider.asked_for_keys == keys  # not asked again and again
    provider.header = {"kid": own.kid}
    assert (await signed_in(client)).status == 403


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
async def test_a_token_without_a_signature_of_theirs_counts_nothing(
    client: TestClient, provider: Provider, monkeypatch: Any, algorithm: str
) -> None:
    signed = provider._signed  # noqa: SLF001 - the test's own provider

    def forged(asked: dict[str, str]) -> str:
        head, body, _ = signed(asked).split(".")
        told = f'{{"alg":"{algorithm}","kid":"{provider.key.kid}"}}'.encode()
        head = base64.urlsafe_b64encode(told).rstrip(b"=").decode()
        return f"{head}.{body}."

    monkeypatch.setattr(provider, "_signed", forged)
    assert (await signed_in(client)).status == 403


async def test_only_the_browser_that_was_sent_comes_back(
    client: TestClient, provider: Provider
) -> None:
    away = await client.get("/sign-in/oidc", allow_redirects=False)
    there = await client.session.get(away.headers["Location"], allow_redirects=False)
    back = URL(there.headers["Location"])
    stolen = dict(back.query)
    async with ClientSession() as other:
        refused = await other.get(client.make_url("/sign-in/oidc/back"), params=stolen)
        assert refused.status == 403
    forged = await client.get("/sign-in/oidc/back", params=stolen | {"state": "x" * 43})
    assert forged.status == 403
    again = await client.get("/sign-in/oidc/back", params=stolen)  # its trip has ended
    assert again.status == 403
    assert provider.asked_for_keys == 0


async def test_a_provider_by_another_name_is_none(client: TestClient, provider: Provider) -> None:
    provider.says_issuer = "https://evil.example"
    page = await client.get("/sign-in/oidc")
    assert (page.status, page.url.path) == (403, "/sign-in/oidc")


async def test_who_was_disabled_here_stays_outside(
    client: TestClient, store: Store, person: Any, clock: Any
) -> None:
    person("ann", "admin")
    await signed_in(client)
    with store.write() as connection:
        disable(connection, named(connection, "mara"), By("ann", clock()))
    assert (await client.get("/account")).url.path == "/sign-in"
    assert (await signed_in(client)).status == 403


async def test_nobody_is_led_elsewhere_on_the_way_back(client: TestClient) -> None:
    page = await signed_in(client, "https://evil.example/")
    assert page.url.path == "/inbox"
