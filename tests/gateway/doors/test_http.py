"""The API by a real client: documents in, everything readable, failures as problems."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, FormData, web
from aiohttp.test_utils import TestClient, TestServer

from gateway.archive import Archive
from gateway.clock import stamp
from gateway.doors.access import InsecureError, Key, WebSettings
from gateway.doors.guard import needs
from gateway.doors.http import build_app
from gateway.doors.services import Services
from gateway.flows.intake import Intake
from gateway.jobs.embedded import EmbeddedJobs
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce

TOKEN = "a-token-of-the-operator"  # noqa: S105
LIMIT = 100_000
SETTINGS = WebSettings(
    token=TOKEN,
    keys=(
        Key(name="osprey", key="key-of-osprey-paper", partner="osprey"),
        Key(name="erp", key="key-of-the-erp-system"),
    ),
    upload_bytes_max=LIMIT,
)
OPERATOR = {"Authorization": f"Bearer {TOKEN}"}
PARTNER = {"Authorization": "Bearer key-of-osprey-paper"}


def services(store: Store, clock: Any, folder: Path, settings: WebSettings) -> Services:
    archive = Archive(folder / "archive")
    archive.prepare()
    jobs = EmbeddedJobs(store, clock)
    return Services(
        store=store,
        archive=archive,
        intake=Intake(store, archive, jobs, clock),
        jobs=jobs,
        rematch=lambda _record: None,
        settings=settings,
        clock=clock,
    )


@pytest.fixture
async def client(store: Store, clock: Any, tmp_path: Path) -> AsyncIterator[TestClient]:
    app = build_app(services(store, clock, tmp_path, SETTINGS))
    async with TestClient(TestServer(app)) as running:
        yield running


@pytest.fixture
async def open_client(store: Store, clock: Any, tmp_path: Path) -> AsyncIterator[TestClient]:
    app = build_app(services(store, clock, tmp_path, WebSettings()))
    async with TestClient(TestServer(app)) as running:
        yield running


def is_problem(answer: Any, status: int) -> bool:
    return answer.status == status and answer.content_type == "application/problem+json"


# Documents in.


async def test_a_document_gets_its_receipt_and_can_be_asked_for(client: TestClient) -> None:
    sent = await client.post("/v1/documents?name=810.x12", data=b"ISA*00*", headers=PARTNER)
    told = await sent.json()
    assert sent.status == 202
    assert told == {
        "receipt": 1,
        "name": "810.x12",
        "state": "received",
        "href": "/v1/documents/1",
    }
    found = await client.get(sent.headers["Location"], headers=OPERATOR)
    document = await found.json()
    assert (document["partner"], document["name"], document["door"]) == (
        "osprey",
        "810.x12",
        "http",
    )
    assert (document["problems"], document["records"]) == ([], [])


async def test_the_same_bytes_again_name_the_first_receipt(client: TestClient) -> None:
    for _ in range(2):
        sent = await client.post("/v1/documents", data=b"the same", headers=PARTNER)
    assert (await sent.json())["repeat_of"] == 1
    assert sent.status == 202


async def test_a_form_may_hold_several_files(client: TestClient) -> None:
    form = FormData()
    for number in range(3):
        form.add_field("file", f"content {number}".encode(), filename=f"{number}.x12")
    sent = await client.post("/v1/documents?partner=osprey", data=form, headers=OPERATOR)
    told = await sent.json()
    assert [one["name"] for one in told["documents"]] == ["0.x12", "1.x12", "2.x12"]
    assert [one["receipt"] for one in told["documents"]] == [1, 2, 3]


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("?partner=halden", PARTNER, 403),
        ("", OPERATOR, 400),
        ("?partner=../etc", OPERATOR, 400),
        ("?partner=a%2Fb", OPERATOR, 400),
        ("?partner=.hidden", OPERATOR, 400),
        ("?partner=osprey", {}, 401),
        ("?partner=osprey", {"Authorization": "Bearer wrong-wrong-wrong"}, 401),
        ("?partner=osprey", {"Authorization": "Basic b3NwcmV5"}, 401),
    ],
)
async def test_whose_documents_and_by_which_right_must_be_clear(
    client: TestClient, query: str, headers: dict[str, str], status: int
) -> None:
    sent = await client.post(f"/v1/documents{query}", data=b"x", headers=headers)
    assert is_problem(sent, status)


async def test_what_is_too_big_is_refused_and_leaves_nothing(client: TestClient) -> None:
    sent = await client.post("/v1/documents", data=b"x" * (LIMIT + 1), headers=PARTNER)
    assert is_problem(sent, 413)
    assert (await client.get("/v1/documents/1", headers=OPERATOR)).status == 404


async def test_a_form_without_its_end_is_refused(client: TestClient) -> None:
    broken = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nhalf'
    headers = PARTNER | {"Content-Type": "multipart/form-data; boundary=b"}
    sent = await client.post("/v1/documents", data=broken, headers=headers)
    assert is_problem(sent, 400)
    empty = await client.post("/v1/documents", data=b"--b--\r\n", headers=headers)
    assert is_problem(empty, 400)


async def test_a_partners_key_sends_and_reads_nothing(client: TestClient) -> None:
    for path in ("/v1/events", "/v1/records", "/v1/reconciliations", "/inbox", "/x/1"):
        assert (await client.get(path, headers=PARTNER)).status == 403


async def test_without_credentials_loopback_is_open(open_client: TestClient) -> None:
    sent = await open_client.post("/v1/documents?partner=osprey", data=b"x")
    assert sent.status == 202


# Out.


async def test_the_feed_is_a_loop_by_sequence(client: TestClient, store: Store, clock: Any) -> None:
    told = [NewEvent(type="invoice.matched", subject=f"record/{n}", data=b"{}") for n in range(5)]
    with store.write() as connection:
        announce(connection, told, stamp(clock()))
    seen, after = [], 0
    while True:
        answer = await client.get(f"/v1/events?after={after}&limit=2", headers=OPERATOR)
        page = await answer.json()
        if not page["events"]:
            break
        seen += [event["subject"] for event in page["events"]]
        after = page["next"]
    assert seen == [f"record/{n}" for n in range(5)]
    assert after == 5
    assert page["next"] == 5


async def test_the_feed_tells_what_the_webhook_tells(
    client: TestClient, store: Store, clock: Any
) -> None:
    with store.write() as connection:
        announce(
            connection,
            [
                NewEvent(type="invoice.matched", subject="record/1", data=b'{"total":"1.50"}'),
                NewEvent(type="invoice.exception", subject="record/2", data=b"{}", actor="ann"),
            ],
            stamp(clock()),
        )
    answer = await client.get("/v1/events?type=invoice.exception", headers=OPERATOR)
    (event,) = (await answer.json())["events"]
    assert (event["specversion"], event["type"], event["actor"]) == (
        "1.0",
        "invoice.exception",
        "ann",
    )
    assert event["sequence"] == 2
    assert "deliverysequence" not in event


async def test_the_feed_waits_for_an_event(client: TestClient, store: Store, clock: Any) -> None:
    asked = asyncio.create_task(client.get("/v1/events?wait=20", headers=OPERATOR))
    await asyncio.sleep(0)
    with store.write() as connection:
        announce(connection, [NewEvent(type="a.b", subject="s", data=b"{}")], stamp(clock()))
    async with asyncio.timeout(10):
        answer = await asked
    assert len((await answer.json())["events"]) == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/events?after=-1", 400),
        ("/v1/events?after=x", 400),
        ("/v1/events?limit=1e3", 400),
        ("/v1/events?after=99999999999999999999", 400),
        ("/v1/documents/7", 404),
        ("/v1/documents/99999999999999999999", 404),
        ("/v1/records/7", 404),
        ("/v1/reconciliations/7", 404),
        ("/v1/nothing", 404),
    ],
)
async def test_failures_are_problems(client: TestClient, path: str, status: int) -> None:
    answer = await client.get(path, headers=OPERATOR)
    assert is_problem(answer, status)
    told = await answer.json()
    assert told["status"] == status
    assert told["title"]


async def test_a_method_that_is_not_there_says_which_are(client: TestClient) -> None:
    answer = await client.delete("/v1/events", headers=OPERATOR)
    assert is_problem(answer, 405)
    assert "GET" in answer.headers["Allow"]


async def test_a_fault_of_ours_tells_a_number_and_nothing_else(
    store: Store, clock: Any, tmp_path: Path
) -> None:
    app = build_app(services(store, clock, tmp_path, WebSettings()))

    async def fail(_request: web.Request) -> web.Response:
        message = "the secret is swordfish"
        raise RuntimeError(message)

    app.router.add_get("/v1/fail", needs()(fail))
    app.router.add_get("/fail", needs()(fail))
    async with TestClient(TestServer(app)) as running:
        for path in ("/v1/fail", "/fail"):
            answer = await running.get(path)
            assert answer.status == 500
            assert "swordfish" not in await answer.text()


async def test_probes_need_no_credentials(client: TestClient) -> None:
    assert (await client.get("/healthz")).status == 200
    assert (await client.get("/readyz")).status == 200


# Who may ask.


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", ""])
async def test_another_name_for_this_server_is_refused(open_client: TestClient, host: str) -> None:
    answer = await open_client.get("/v1/events", headers={"Host": host})
    assert answer.status in {400, 421}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_what_another_site_makes_a_browser_send_is_refused(
    open_client: TestClient, headers: dict[str, str]
) -> None:
    sent = await open_client.post("/v1/documents?partner=p", data=b"x", headers=headers)
    assert is_problem(sent, 403)
    assert (await open_client.get("/v1/documents/1")).status == 404


@pytest.mark.parametrize(
    "settings",
    [
        WebSettings(host="0.0.0.0"),  # noqa: S104
        WebSettings(host="::"),
        WebSettings(host="192.168.1.10"),
        WebSettings(host="erp.example"),
        WebSettings(token="short"),  # noqa: S106
        WebSettings(keys=(Key(name="k", key="short"),)),
    ],
)
def test_open_or_guessable_settings_are_refused(
    settings: WebSettings, store: Store, clock: Any, tmp_path: Path
) -> None:
    with pytest.raises(InsecureError):
        build_app(services(store, clock, tmp_path, settings))


async def test_every_answer_keeps_browsers_strict(client: TestClient) -> None:
    for path in ("/v1/events", "/inbox", "/nothing", "/static/ledger.css", "/sign-in"):
        answer = await client.get(path, headers=OPERATOR)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_person_signs_in_once_and_out_again(client: TestClient) -> None:
    asked = await client.get("/inbox")
    assert asked.url.path == "/sign-in"
    form = {"token": client.session.cookie_jar.filter_cookies(asked.url)["dockmatch_form"].value}
    wrong = await client.post("/sign-in", data=form | {"secret": "wrong"})
    assert wrong.status == 403
    right = await client.post("/sign-in", data=form | {"secret": TOKEN})
    assert right.url.path == "/inbox"
    assert right.status == 200
    await client.post("/sign-out", data=form)
    assert (await client.get("/inbox")).url.path == "/sign-in"


@pytest.mark.parametrize("session", ["", "1.x", "99999999999.0000", "x.y", "99999999999"])
async def test_a_forged_session_is_none(client: TestClient, session: str) -> None:
    url = client.make_url("/inbox")
    async with ClientSession(cookies={"dockmatch_session": session}) as stranger:
        answer = await stranger.get(url)
    assert answer.url.path == "/sign-in"


async def test_a_session_ends_by_itself(client: TestClient, clock: Any) -> None:
    asked = await client.get("/sign-in")
    form = {"token": client.session.cookie_jar.filter_cookies(asked.url)["dockmatch_form"].value}
    await client.post("/sign-in", data=form | {"secret": TOKEN})
    clock.pass_seconds(13 * 3600)
    assert (await client.get("/inbox")).url.path == "/sign-in"
