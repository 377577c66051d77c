"""Files onto an SFTP server on loopback: whole, by key, and only to whom the host key proves."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.clock import stamp, system_clock
from gateway.delivering.parcel import Parcel
from gateway.delivering.sftp import Sftp, server_of
from gateway.outbound import Guard, networks
from gateway.store.deliveries import Due
from gateway.store.endpoints import Endpoint, How
from gateway.store.events import Event

asyncssh = pytest.importorskip("asyncssh")


class Server:
    """A server that knows one user by one key, chrooted to a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root / "served"
        (self.root / "in").mkdir(parents=True)
        self.host, self.user = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
        self.user.write_private_key(str(root / "key"))
        (root / "users").write_bytes(self.user.export_public_key())
        self.users = str(root / "users")
        self.port = 0

    async def start(self) -> Any:
        def served(channel: Any) -> Any:
            return asyncssh.SFTPServer(channel, chroot=str(self.root).encode())

        running = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[self.host],
            authorized_client_keys=self.users,
            sftp_factory=served,
        )
        self.port = running.sockets[0].getsockname()[1]
        return running

    def host_key(self) -> str:
        key: bytes = self.host.export_public_key()
        return key.decode()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    here = Server(tmp_path)
    running = await here.start()
    yield here
    running.close()
    await running.wait_closed()


def parcel(server: Server, folder: str = "in", **how: str) -> Parcel:
    known = {"key": "key", "host_key": server.host_key()} | how
    to = Endpoint(
        id=1, url=f"sftp://dockmatch@127.0.0.1:{server.port}/{folder}", secret="", types=(),
        secret_before=None, secret_until=None, state="active", cursor=0, sequence=0, failures=0,
        probe_at=None, note=None, version="2026-11-26", how=How(order="all", **known),
    )  # fmt: skip
    at = stamp(system_clock())
    event = Event(
        sequence=1, id="evt_1", at=at, actor="gateway", type="invoice.matched", subject="record/1",
        data=b"{}",
    )  # fmt: skip
    return Parcel(
        to=to, dues=(Due(id=1, endpoint_id=1, sequence=7, tries=0, due_at=at, event=event),)
    )


def courier(tmp_path: Path, *allowed: str) -> Sftp:
    return Sftp(tmp_path, Guard(networks(allowed or ["127.0.0.0/8"])), "urn:dockmatch")


async def test_a_file_is_put_whole_and_again_under_its_name(server: Server, tmp_path: Path) -> None:
    for _ in range(2):
        answer = (await courier(tmp_path).send(parcel(server))).whole
        assert answer.delivered, answer.text
    (file,) = (server.root / "in").iterdir()
    assert file.name == "000000000007-invoice.matched.json"
    assert json.loads(file.read_bytes())["id"] == "evt_1"


async def test_a_server_with_another_key_gets_nothing(server: Server, tmp_path: Path) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    answer = (await courier(tmp_path).send(parcel(server, host_key=other))).whole
    assert not answer.delivered
    assert "host key" in answer.text.lower()


async def test_a_key_that_the_server_does_not_know(server: Server, tmp_path: Path) -> None:
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(tmp_path / "stranger"))
    answer = (await courier(tmp_path).send(parcel(server, key="stranger"))).whole
    assert not answer.delivered
    assert "denied" in answer.text.lower()


@pytest.mark.parametrize("how", [{"key": "nowhere"}, {"host_key": "no key"}])
async def test_what_is_no_key(server: Server, tmp_path: Path, how: dict[str, str]) -> None:
    answer = (await courier(tmp_path).send(parcel(server, **how))).whole
    assert not answer.delivered
    assert answer.text


async def test_a_folder_that_is_not_there(server: Server, tmp_path: Path) -> None:
    answer = (await courier(tmp_path).send(parcel(server, "nowhere"))).whole
    assert not answer.delivered
    assert "no such file" in answer.text.lower()


async def test_an_address_inside_the_house_needs_to_be_allowed(
    server: Server, tmp_path: Path
) -> None:
    answer = (await courier(tmp_path, "10.0.0.0/8").send(parcel(server))).whole
    assert "private address" in answer.text


async def test_nothing_listens(server: Server, tmp_path: Path) -> None:
    server.port = 1
    async with asyncio.timeout(10):
        answer = (await courier(tmp_path).send(parcel(server))).whole
    assert not answer.delivered


@pytest.mark.parametrize("url", ["sftp://files.example/in", "sftp://me:word@files.example/in"])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(ValueError, match="is no address"):
        server_of(url)
