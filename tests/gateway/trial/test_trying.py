"""Trying out receivers: the sample one is ready, and each flaw of a bad one is found in its row."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Thread

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from click.testing import CliRunner
from standardwebhooks import Webhook, WebhookVerificationError
from yarl import URL

from gateway.cli import main
from gateway.outbound import Outbound, networks
from gateway.trial.posts import checks
from gateway.trial.trying import Row, tried
from tests.samples.test_receiver import receive

__all__ = ["receive"]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - the test's own
NUMBERS = "one document for one event"


class Bad:
    """A receiver that does right except where it is told a flaw."""

    def __init__(self, flaw: str = "") -> None:
        self.flaw = flaw
        self.known: dict[str, int] = {}
        self.numbers = count(1)
        self.never = asyncio.Event()

    def genuine(self, body: bytes, headers: dict[str, str]) -> bool:
        if self.flaw == "believes everybody":
            return True
        if self.flaw == "looks at one signature" and " " in headers.get("webhook-signature", ""):
            return False
        try:
            Webhook(SECRET).verify(body.decode(), headers)
        except WebhookVerificationError:
            return False
        except ValueError:  # the library raises it for what is no signature at all
            return self.flaw == "trips over rubbish"
        return True

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not self.genuine(body, headers):
            return web.Response(status=401)
        event, name = json.loads(body), headers.get("webhook-id", "none")
        if self.flaw == "knows what it knows" and event["type"].startswith("an."):
            return web.Response(status=422)
        if self.flaw == "refuses repeats" and name in self.known:
            return web.Response(status=409)
        if self.flaw == "sleeps" and event["type"] == "audit.sealed":
            await self.never.wait()
        number = self.known.setdefault(name, next(self.numbers))
        if self.flaw == "posts twice":
            number = next(self.numbers)
        return web.json_response({"document_number": f"51{number:08}"})


async def table(flaw: str = "", size: int = 1 << 20) -> dict[str, Row]:
    receiver = Bad(flaw)
    app = web.Application(client_max_size=size)
    app.router.add_post("/", receiver.take)
    outbound = Outbound(networks(["127.0.0.0/8"]), timeout_seconds=2)
    async with TestServer(app) as server:
        url = URL(str(server.make_url("/")))
        rows = await tried(outbound, url, checks(SECRET, datetime.now(UTC)), 1.0)
        receiver.never.set()
        await outbound.close()
    return {row.check: row for row in rows}


def wrong(rows: dict[str, Row]) -> set[str]:
    return {name for name, row in rows.items() if row.wrong}


async def test_a_good_receiver_is_ready() -> None:
    rows = await table()
    assert wrong(rows) == set()
    assert rows["every kind of event"].sent > 40
    assert rows[NUMBERS].sent > 40
    assert rows["the same event at once"].sent == 4


@pytest.mark.parametrize(
    ("flaw", "found"),
    [
        ("believes everybody", {"a wrong signature", "a stale signature", "a missing header"}),
        ("looks at one signature", {"a secret being changed"}),
        ("trips over rubbish", {"a wrong signature"}),
        ("knows what it knows", {"an unknown type and field"}),
        ("posts twice", {NUMBERS}),
        ("sleeps", {"every kind of event", "an answer in time"}),
    ],
)
async def test_each_flaw_is_found_in_its_row(flaw: str, found: set[str]) -> None:
    assert wrong(await table(flaw)) == found


async def test_repeats_are_no_mistake_of_the_sender() -> None:
    found = wrong(await table("refuses repeats"))
    assert {"the same event again", "the same event at once"} <= found
    assert found <= {*found, "a broken connection, then again"}


async def test_a_body_may_be_big() -> None:
    rows = await table(size=100_000)
    assert wrong(rows) == {"a big body"}
    assert rows["a big body"].wrong == ("answered 413, owed 2xx",)


async def test_nobody_there() -> None:
    outbound = Outbound(networks(["127.0.0.0/8"]), timeout_seconds=2)
    rows = await tried(outbound, URL("http://127.0.0.1:9/"), checks(SECRET, datetime.now(UTC)), 1.0)
    await outbound.close()
    assert "no answer" in rows[0].wrong[0]
    assert len(rows[0].wrong) == rows[0].sent


def test_the_sample_receiver_passes(receive: Callable[..., object], tmp_path: Path) -> None:
    made = receive.Receiver(0, SECRET, receive.Ledger(tmp_path / "log"))  # type: ignore[attr-defined]
    thread = Thread(target=made.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    words = ["webhooks", "test", made.url, "--secret-file", str(secret)]
    result = CliRunner().invoke(main, words)
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "ready"), result.output
    secret.write_text("whsec_" + "B" * 32)  # then all that is genuine is refused
    result = CliRunner().invoke(main, [*words, "--json"])
    assert result.exit_code == 1
    told = {row["check"]: row for row in map(json.loads, result.output.splitlines())}
    assert len(told["every kind of event"]["wrong"]) == told["every kind of event"]["sent"]
    assert not told["a wrong signature"]["wrong"]
    made.shutdown()
    made.server_close()
    thread.join()


@pytest.mark.parametrize("url", ["ftp://example.com/", "https://erp.example/hook"])
def test_an_address_without_a_secret_is_wrong_use(url: str) -> None:
    result = CliRunner().invoke(main, ["webhooks", "test", url])
    assert result.exit_code == 2
    assert url in result.output
