"""What an ERP made of its events, by real calls: answered at once or later, and the balance."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from click.testing import CliRunner, Result

from gateway.cli import main
from gateway.config import ConfigError
from tests.gateway.test_app import (
    INVOICE,
    ORDER,
    SECRET,
    drained,
    drop,
    receiver,
    running,
    workspace,
)


@asynccontextmanager
async def erp(answers: dict[str, dict[str, object]]) -> AsyncIterator[str]:
    """A receiver that answers events of some types with what it made of them."""

    async def take(request: web.Request) -> web.Response:
        event = await request.json()
        return web.json_response(answers.get(event["type"], {}))

    app = web.Application()
    app.router.add_post("/", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


def balance(config: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["balance", "--config", str(config), *words])


async def get(client: aiohttp.ClientSession, url: str) -> Any:
    async with client.get(url) as answer:
        assert answer.status == 200
        return await answer.json()


async def test_the_number_in_the_answer_is_kept_and_told(tmp_path: Path) -> None:
    answers: dict[str, dict[str, object]] = {
        "invoice.matched": {"document_number": 5105600123},
        "order.received": {"rejected": "no such plant"},
    }
    async with erp(answers) as url:
        endpoint = f'[[endpoints]]\nurl = "{url}"\nsecret = "{SECRET}"\n'
        config = workspace(tmp_path, endpoint)
        async with running(config) as gateway, aiohttp.ClientSession() as client:
            drop(tmp_path, "order.x12", ORDER)
            drop(tmp_path, "invoice.x12", INVOICE)
            drop(tmp_path, "junk.bin", b"\x00\x01")
            await drained(gateway)
            feed = await get(client, f"{gateway.address}/v1/events?type=invoice.posted")
            told = await get(client, f"{gateway.address}/v1/balance")
            async with client.get(f"{gateway.address}/v1/balance?day=monday") as wrong:
                assert wrong.status == 400
    assert [one["data"]["document_number"] for one in feed["events"]] == ["5105600123"]
    sums = {"received": 3, "delivered": 1, "accepted": 1, "open": 0, "rejected": 2}
    assert {name: told[name] for name in sums} == sums
    assert (told["difference"], told["what_is_open"]) == (0, [])
    today = datetime.now(UTC).date().isoformat()
    result = balance(config, "--day", today)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[1].split() == [today, "3", "1", "0", "2", "0", "1"]
    assert json.loads(balance(config, "--json").output)["days"][0]["difference"] == 0
    assert "nothing came in" in balance(config, "--day", "2020-01-01").output


async def test_a_receiver_chooses_what_it_gets(tmp_path: Path) -> None:
    got: list[dict[str, object]] = []
    async with receiver(got) as url:
        chosen = 'types = ["invoice.*"]\ncontent = "thin"\n'
        endpoint = f'[[endpoints]]\nurl = "{url}"\nsecret = "{SECRET}"\n{chosen}'
        async with running(workspace(tmp_path, endpoint)) as gateway:
            drop(tmp_path, "order.x12", ORDER)
            drop(tmp_path, "invoice.x12", INVOICE)
            await drained(gateway)
    assert [str(one["type"]) for one in got][-1] == "invoice.matched"
    assert {str(one["type"]).partition(".")[0] for one in got} == {"invoice"}
    assert all("dataschema" not in one for one in got)
    assert set(got[-1]["data"]) == {"document", "record", "version", "links"}  # type: ignore[call-overload]


async def test_types_that_nothing_is_called_are_told_at_the_start(tmp_path: Path) -> None:
    wrong = f'[[endpoints]]\nurl = "https://erp.example/"\nsecret = "{SECRET}"\n'
    config = workspace(tmp_path, wrong + 'types = ["invoice.mached"]\n')
    with pytest.raises(ConfigError, match=r"https://erp.example/: no event is called"):
        async with running(config):
            pass


async def test_an_erp_without_an_endpoint_posts_it_later(tmp_path: Path) -> None:
    config = workspace(tmp_path)
    async with running(config) as gateway, aiohttp.ClientSession() as client:
        drop(tmp_path, "order.x12", ORDER)
        drop(tmp_path, "invoice.x12", INVOICE)
        await drained(gateway)
        feed = await get(client, f"{gateway.address}/v1/events?type=invoice.matched")
        name = feed["events"][0]["id"]

        async def posts(body: object, event: str = name) -> int:
            where = f"{gateway.address}/v1/events/{event}/acceptance"
            async with client.post(where, json=body) as answer:
                return answer.status

        assert await posts({"document_number": "51"}, "evt_none") == 404
        assert await posts({"number": "51"}) == 422
        assert await posts({"document_number": "51"}) == 200
        assert await posts({"document_number": "51"}) == 200
        assert await posts({"document_number": "52"}) == 409
        assert await posts({"rejected": "posted to the wrong company"}) == 200
        feed = await get(client, f"{gateway.address}/v1/events?type=invoice.post_failed")
        told = await get(client, f"{gateway.address}/v1/balance")
    (failed,) = feed["events"]
    assert failed["data"]["reason"] == "posted to the wrong company"
    assert (told["open"], told["rejected"], told["difference"]) == (1, 1, 0)
    assert told["what_is_open"][0]["why"] == "no receiver has got it"
    assert "purchase_order PO1: no receiver has got it" in balance(config).output
