"""The whole gateway on a folder: what is dropped is decided, answered and delivered."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from gateway.app import Gateway
from gateway.config import ConfigError, load
from gateway.solitude import AnotherGatewayError

SECRET = "whsec_" + "QUJD" * 11
CONFIG = """
[gateway]
data = "data"
inbox = "inbox"
[web]
port = 0
[reading]
readers = 1
[folders.patience]
give_up = 0.5
[matching]
policy = "policy.toml"
[outbound]
allow = ["127.0.0.0/8"]
[[partners]]
name = "acme"
"""
WAIT_SECONDS = 60


def interchange(kind: str, group: str, segments: list[str], number: int) -> bytes:
    parties = f"ZZ*{'ACME':15}*ZZ*{'BUYER':15}"
    lines = [
        f"ISA*00*{'':10}*00*{'':10}*{parties}*260302*0900*U*00401*{number:09}*0*P*>",
        f"GS*{group}*A*B*20260302*0900*{number}*X*004010",
        f"ST*{kind}*0001",
        *segments,
        f"SE*{len(segments) + 2}*0001",
        f"GE*1*{number}",
        f"IEA*1*{number:09}",
    ]
    return "".join(f"{one}~\n" for one in lines).encode()


ORDER = interchange("850", "PO", ["BEG*00*NE*PO1**20260301", "PO1*1*10*EA*5**VP*A-1", "CTT*1"], 1)
INVOICE = interchange(
    "810", "IN", ["BIG*20260302*IN1**PO1", "IT1*1*10*EA*5**VP*A-1", "TDS*5000", "CTT*1"], 2
)


def workspace(folder: Path, more: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "policy.toml").write_text("way = 2\n")
    config = folder / "dockmatch.toml"
    config.write_text(CONFIG + more)
    return config


@asynccontextmanager
async def running(config: Path) -> AsyncIterator[Gateway]:
    gateway = Gateway(load(config, {}))
    await gateway.start()
    try:
        yield gateway
    finally:
        await gateway.stop()


@asynccontextmanager
async def receiver(got: list[dict[str, object]]) -> AsyncIterator[str]:
    async def take(request: web.Request) -> web.Response:
        got.append(await request.json())
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


async def drained(gateway: Gateway) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        await gateway.drain()


def drop(folder: Path, name: str, content: bytes) -> None:
    (folder / "inbox" / "acme" / "in" / name).write_bytes(content)


def answered(folder: Path, name: str) -> dict[str, object]:
    path = folder / "inbox" / "acme" / "out" / f"{name}.answer.json"
    told: dict[str, object] = json.loads(path.read_bytes())
    return told


async def test_from_the_folder_to_the_receiver(tmp_path: Path) -> None:
    got: list[dict[str, object]] = []
    async with receiver(got) as url:
        endpoint = f'[[endpoints]]\nurl = "{url}"\nsecret = "{SECRET}"\n'
        async with running(workspace(tmp_path, endpoint)) as gateway:
            drop(tmp_path, "order.x12", ORDER)
            drop(tmp_path, "invoice.x12", INVOICE)
            drop(tmp_path, "again.x12", INVOICE)
            drop(tmp_path, "cut.x12", INVOICE[:-60])
            drop(tmp_path, "junk.bin", b"\x00\x01")
            await drained(gateway)
    types = [str(event["type"]) for event in got]
    assert types.count("invoice.matched") == 1
    assert types.count("file.quarantined") == 2
    assert types.count("file.duplicate") == 1
    assert answered(tmp_path, "order.x12")["status"] == "accepted"
    assert answered(tmp_path, "junk.bin")["status"] == "not_readable"
    statuses = {answered(tmp_path, name)["status"] for name in ("invoice.x12", "again.x12")}
    assert statuses == {"accepted", "already_received"}
    acme = tmp_path / "inbox" / "acme"
    assert {path.name for path in acme.glob("done/*/*")} == {
        "order.x12",
        "invoice.x12",
        "again.x12",
    }
    quarantine = {path.name for path in (acme / "quarantine").iterdir()}
    assert {"cut.x12", "cut.x12.why.json", "junk.bin", "junk.bin.why.json"} <= quarantine
    assert list((acme / ".dockmatch" / "claim").iterdir()) == []
    assert list((acme / "in").iterdir()) == []


async def test_documents_by_http_end_in_the_same_flow(tmp_path: Path) -> None:
    async with running(workspace(tmp_path)) as gateway, aiohttp.ClientSession() as client:
        where = f"{gateway.address}/v1/documents"
        for name, content in (("order", ORDER), ("invoice", INVOICE)):
            async with client.post(f"{where}?partner=acme&name={name}", data=content) as answer:
                assert answer.status == 202
        await drained(gateway)
        async with client.get(f"{gateway.address}/v1/events") as feed:
            text = await feed.text()
    assert "invoice.matched" in text


async def test_only_one_gateway_works_on_the_data(tmp_path: Path) -> None:
    config = workspace(tmp_path)
    async with running(config):
        second = Gateway(load(config, {}))
        with pytest.raises(AnotherGatewayError, match=f"process {os.getpid()}"):
            await second.start()
    async with running(config):
        pass  # the lock ended with its holder


async def test_a_start_that_fails_leaves_nothing_running(tmp_path: Path) -> None:
    config = workspace(tmp_path)
    async with running(config) as gateway:
        port = gateway.address.rsplit(":", 1)[1]
        other = workspace(tmp_path / "other")
        taken = Gateway(load(other, {"DOCKMATCH__WEB__PORT": port}))
        with pytest.raises(OSError, match="address already in use"):
            await taken.start()
    async with running(other):
        pass


async def test_what_was_begun_is_ended_by_the_next_gateway(tmp_path: Path) -> None:
    config = workspace(tmp_path)
    async with running(config) as gateway:
        gateway.jobs.stop()  # receipts are given, but nobody works
        drop(tmp_path, "order.x12", ORDER)
        drop(tmp_path, "invoice.x12", INVOICE)
        async with asyncio.timeout(WAIT_SECONDS):
            while waiting(tmp_path):  # noqa: ASYNC110 - seen from outside
                await asyncio.sleep(0.05)
    async with running(config) as gateway:
        await drained(gateway)
    assert answered(tmp_path, "invoice.x12")["status"] == "accepted"


def waiting(folder: Path) -> list[Path]:
    return list((folder / "inbox" / "acme" / "in").iterdir())


def command(config: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "gateway", "run", "--config", str(config)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_ends_what_it_began(tmp_path: Path, number: signal.Signals) -> None:
    config = workspace(tmp_path)
    with command(config) as process:
        assert process.stdout is not None
        assert b"dockmatch runs at http://127.0.0.1:" in process.stdout.readline()
        process.send_signal(number)
        assert process.wait(WAIT_SECONDS) == 0


def test_a_second_command_is_told_so(tmp_path: Path) -> None:
    config = workspace(tmp_path)
    with command(config) as first:
        assert first.stdout is not None
        first.stdout.readline()
        with command(config) as second:
            assert second.wait(WAIT_SECONDS) == 2
            assert second.stderr is not None
            assert f"another gateway (process {first.pid})" in second.stderr.read().decode()
        first.terminate()


def test_a_wrong_configuration_is_told_with_its_place(tmp_path: Path) -> None:
    config = workspace(tmp_path, "[nonsense]\n")
    with command(config) as process:
        assert process.wait(WAIT_SECONDS) == 2
        assert process.stderr is not None
        assert b"unknown field `nonsense`" in process.stderr.read()


async def test_it_answers_to_its_public_name(tmp_path: Path) -> None:
    path = tmp_path / "dockmatch.toml"
    said = '[web]\nport = 0\n[cxml]\npublic_url = "https://buy.example.com/"\n'
    path.write_text(said, encoding="utf-8")
    gateway = Gateway(load(path, {}))
    await gateway.start()
    async with aiohttp.ClientSession() as client:
        for name, status in (("buy.example.com", 200), ("evil.example.com", 421)):
            async with client.get(f"{gateway.address}/inbox", headers={"Host": name}) as answer:
                assert answer.status == status
    await gateway.stop()


@pytest.mark.parametrize("address", ["buy.example.com", "ftp://buy.example.com", "https://"])
def test_a_public_address_is_one(tmp_path: Path, address: str) -> None:
    path = tmp_path / "dockmatch.toml"
    path.write_text(f'[cxml]\npublic_url = "{address}"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="public_url"):
        Gateway(load(path, {}))
