"""A whole gateway with its doors open: what comes in is answered, and the board tells of all."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import asyncssh
import pytest
from aiohttp import ClientSession

from gateway.app import Gateway
from gateway.config import load
from gateway.doors.choice import doors
from tests.gateway.doors.packing import packed
from tests.gateway.flows.test_matching import interchange, order

SECONDS = 60


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[tuple[Gateway, asyncssh.SSHKey]]:
    key = asyncssh.generate_private_key("ssh-ed25519")
    path = tmp_path / "dockmatch.toml"
    path.write_text(
        f"""
[web]
port = 0

[sftp]
port = 0
accounts = [{{ name = "acme", keys = ["{key.export_public_key().decode().strip()}"] }}]
"""
    )
    gateway = Gateway(load(path, {}))
    await gateway.start()
    yield gateway, key
    await gateway.stop()


async def test_an_archive_by_sftp_is_answered_member_by_member(
    running: tuple[Gateway, asyncssh.SSHKey],
) -> None:
    gateway, key = running
    (door,) = gateway.doors
    assert await asyncio.to_thread(door.listening.wait, SECONDS)  # type: ignore[attr-defined]
    orders = {f"{n}.x12": interchange("850", "PO", [order(n)], number=n) for n in (1, 2)}
    async with (
        asyncssh.connect(
            "127.0.0.1",
            door.port,  # type: ignore[attr-defined]
            username="acme",
            client_keys=[key],
            known_hosts=None,
            config=None,
        ) as connection,
        connection.start_sftp_client() as client,
    ):
        async with client.open("/in/day.zip", "wb") as file:
            await file.write(packed(orders))
        async with asyncio.timeout(SECONDS):
            while "day.zip.answer.json" not in await client.listdir("/out"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        async with client.open("/out/day.zip.answer.json", "rb") as file:
            told = json.loads(await file.read())
    assert told["status"] == "accepted"
    assert [one["file"] for one in told["members"]] == ["1.x12", "2.x12"]
    async with ClientSession(gateway.address) as http:
        ready = await (await http.get("/readyz")).json()
        whole = await (await http.get("/v1/documents/1")).json()
        member = await (await http.get("/v1/documents/2")).json()
    assert {"sftp", "folders", "folders/acme"} <= {one["door"] for one in ready["doors"]}
    assert {one["state"] for one in ready["doors"]} == {"well"}
    assert (whole["members"], whole["archive"]) == ([2, 3], None)
    assert (member["members"], member["archive"]) == ([], 1)


def test_doors_open_as_they_are_configured(tmp_path: Path) -> None:
    path = tmp_path / "dockmatch.toml"
    path.write_text("")
    gateway = Gateway(load(path, {}))
    assert list(doors(gateway.config, None, None)) == []  # type: ignore[arg-type]
