"""The SFTP door, with asyncssh's client and OpenSSH's own: two folders, and no way out of them."""

import asyncio
import json
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import asyncssh
import pytest

from gateway.doors.arriving import Arrivals
from gateway.doors.board import Board
from gateway.doors.partner import PartnerFolder
from gateway.doors.settled import Patience
from gateway.doors.sftp import Account, SftpDoor, host_key
from gateway.doors.sftp_settings import SftpSettings
from gateway.store.engine import Store
from gateway.store.schema import document
from tests.gateway.doors.test_folder import AT_ONCE, House

ORDER = b"<order><number>1</number></order>"
QUICK = Patience(settle=0, stable=0.1, unsure=0.1, give_up=0.3)


class SftpHouse(House):
    """A house with an SFTP door, and the keys of two partners."""

    def __init__(self, root: Path, store: Store, clock: Callable[[], datetime]) -> None:
        super().__init__(root, store, clock)
        self.root, self.board = root, Board(clock)
        self.keys = {name: asyncssh.generate_private_key("ssh-ed25519") for name in "ab"}
        for name in ("acme", "bolt"):
            PartnerFolder(self.inbox / name).prepare()

    def sftp(self, size_max: int = 1 << 20, **settings: float) -> SftpDoor:
        taking = self.taking(AT_ONCE)
        accounts = {}
        for name, partner in (("a", "acme"), ("b", "bolt")):
            folder = PartnerFolder(self.inbox / partner)
            arrivals = Arrivals(folder, "sftp", taking, QUICK, size_max)
            public = self.keys[name].export_public_key().decode()
            accounts[name] = Account(name, (public,), arrivals)
        told = SftpSettings(port=0, **settings)  # type: ignore[arg-type]
        return SftpDoor(told, accounts, self.root / "sftp" / "host_key", self.board, size_max)

    def doors(self) -> list[tuple[str, str]]:
        with self.store.read() as connection:
            rows = connection.execute(document.select().order_by(document.c.id)).all()
        return [(row.name, row.door) for row in rows]


@pytest.fixture
def house(tmp_path: Path, store: Store, clock: Callable[[], datetime]) -> SftpHouse:
    return SftpHouse(tmp_path, store, clock)


@pytest.fixture
def door(house: SftpHouse):  # noqa: ANN201 - a generator of doors
    door = house.sftp()
    door.start()
    assert door.listening.wait(20)
    yield door
    door.stop()


@asynccontextmanager
async def signed_in(
    house: SftpHouse, door: SftpDoor, name: str = "a"
) -> AsyncIterator[asyncssh.SFTPClient]:
    key = host_key(house.root / "sftp" / "host_key").export_public_key().decode()
    known = asyncssh.import_known_hosts(f"[127.0.0.1]:{door.port} {key}")
    async with (
        asyncssh.connect(
            "127.0.0.1",
            door.port,
            username=name,
            client_keys=[house.keys[name]],
            known_hosts=known,
            config=None,
        ) as connection,
        connection.start_sftp_client() as client,
    ):
        yield client


async def put(client: asyncssh.SFTPClient, name: str, content: bytes = ORDER) -> None:
    async with client.open(name, "wb") as file:
        await file.write(content)


async def until(told: Callable[[], object]) -> None:
    for _ in range(400):
        if told():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(told)


async def test_what_is_closed_whole_has_its_receipt_at_once(
    house: SftpHouse, door: SftpDoor
) -> None:
    async with signed_in(house, door) as client:
        begun = time.monotonic()
        await put(client, "in/a.xml")
        assert house.doors() == [("a.xml", "sftp")]
        assert time.monotonic() - begun < 1
        assert await client.listdir("in") == []


async def test_a_name_that_says_unfinished_is_taken_at_the_rename(
    house: SftpHouse, door: SftpDoor
) -> None:
    async with signed_in(house, door) as client:
        await put(client, "/in/a.xml.filepart")
        assert house.doors() == []
        assert await client.listdir("/in") == ["a.xml.filepart"]
        await client.rename("/in/a.xml.filepart", "/in/a.xml")
        assert house.doors() == [("a.xml", "sftp")]


async def test_a_broken_upload_is_resumed_and_never_taken_half(
    house: SftpHouse, door: SftpDoor
) -> None:
    async with signed_in(house, door) as client:
        file = await client.open("in/a.xml", "wb")
        await file.write(ORDER[:10])
    async with signed_in(house, door) as client:  # the connection was lost; it comes back
        assert (await client.stat("in/a.xml")).size == 10
        assert house.doors() == []
        file = await client.open("in/a.xml", "r+b")
        await file.write(ORDER[10:], 10)
        await file.close()
    assert house.documents() == [("a.xml", ORDER.decode(), False)]


async def test_what_never_ends_is_taken_as_truncated(house: SftpHouse, door: SftpDoor) -> None:
    async with signed_in(house, door) as client:
        await put(client, "in/a.xml", ORDER[:10])
        await until(house.doors)
    assert house.documents() == [("a.xml", ORDER[:10].decode(), True)]


async def test_a_partner_sees_its_own_folders_and_nothing_else(
    house: SftpHouse, door: SftpDoor
) -> None:
    (house.inbox / "acme" / "out" / "a.answer.txt").write_bytes(b"taken in")
    (house.inbox / "bolt" / "out" / "b.answer.txt").write_bytes(b"not yours")
    (house.inbox / "acme" / "out" / "link").symlink_to(house.root / "sftp" / "host_key")
    async with signed_in(house, door) as client:
        assert await client.listdir("/") == ["in", "out"]
        assert await client.listdir("/out") == ["a.answer.txt"]
        async with client.open("/out/a.answer.txt", "rb") as file:
            assert await file.read() == b"taken in"
        assert await client.realpath("/out/../../../in") == "/in"
        for name in (
            "/out/link",
            "/etc/passwd",
            "/../../etc/passwd",
            "/out/../../bolt/out/b.answer.txt",
            "/out/../.dockmatch/claim",
        ):
            with pytest.raises(asyncssh.SFTPError):
                await client.open(name, "rb")


async def test_nothing_else_can_be_done(house: SftpHouse, door: SftpDoor) -> None:
    (house.inbox / "acme" / "out" / "a.txt").write_bytes(b"x")
    async with signed_in(house, door) as client:
        await put(client, "in/a.part")
        refused = [
            lambda: client.mkdir("in/sub"),
            lambda: client.rmdir("in"),
            lambda: client.symlink("/etc/passwd", "in/link"),
            lambda: client.link("out/a.txt", "in/link"),
            lambda: client.readlink("in/a.part"),
            lambda: client.remove("out/a.txt"),
            lambda: client.rename("in/a.part", "out/a.xml"),
            lambda: client.rename("out/a.txt", "in/a.xml"),
            lambda: client.open("out/b.txt", "wb"),
            lambda: client.open("in/" + "n" * 250, "wb"),
            lambda: client.statvfs("/"),
        ]
        for attempt in refused:
            with pytest.raises(asyncssh.SFTPError):
                await attempt()
        await client.remove("in/a.part")
        assert await client.listdir("in") == []


async def test_there_is_no_shell_and_no_forwarding(house: SftpHouse, door: SftpDoor) -> None:
    async with asyncssh.connect(
        "127.0.0.1", door.port, username="a", client_keys=[house.keys["a"]], known_hosts=None
    ) as connection:
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_connection("127.0.0.1", 80)
        with pytest.raises(asyncssh.ChannelListenError):
            await connection.start_server(lambda *_: None, "127.0.0.1", 0)
        for command in ("id", None):
            with pytest.raises((asyncssh.ChannelOpenError, asyncssh.ProcessError)):
                await connection.run(command, check=True)


@pytest.mark.parametrize(("user", "key"), [("a", "b"), ("nobody", "a"), ("../a", "a")])
async def test_strangers_are_refused(house: SftpHouse, door: SftpDoor, user: str, key: str) -> None:
    with pytest.raises(asyncssh.PermissionDenied):
        await asyncssh.connect(
            "127.0.0.1",
            door.port,
            username=user,
            client_keys=[house.keys[key]],
            password="guess",  # noqa: S106 - a guess
            known_hosts=None,
        )


async def test_sizes_files_and_connections_have_limits(house: SftpHouse) -> None:
    door = house.sftp(size_max=1000, files_each_max=2, connections_each_max=1)
    door.start()
    assert door.listening.wait(20)
    async with signed_in(house, door) as client:
        with pytest.raises(asyncssh.SFTPError, match="1000 bytes"):
            await put(client, "in/big.part", bytes(1001))
        await put(client, "in/2.part")
        with pytest.raises(asyncssh.SFTPError, match="unfinished"):
            await put(client, "in/3.part")
        with pytest.raises((asyncssh.DisconnectError, asyncssh.ChannelOpenError, OSError)):
            async with signed_in(house, door) as second:
                await second.listdir("/")
        async with signed_in(house, door, "b") as other:  # whose limit is its own
            await put(other, "in/b.xml")
    door.stop()
    assert house.doors() == [("b.xml", "sftp")]


async def test_two_connections_never_write_one_file(house: SftpHouse, door: SftpDoor) -> None:
    async with signed_in(house, door) as one, signed_in(house, door) as two:
        file = await one.open("in/a.xml", "wb")
        with pytest.raises(asyncssh.SFTPError, match="another connection"):
            await two.open("in/a.xml", "wb")
        await file.write(ORDER)
        await file.close()
    assert house.doors() == [("a.xml", "sftp")]


async def test_a_sick_disk_is_told_to_the_sender_and_nothing_is_lost(
    house: SftpHouse, door: SftpDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    async with signed_in(house, door) as client:
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(asyncssh.SFTPError, match="send it again"):
            await put(client, "in/a.xml")
        await until(house.board.fails)
        assert house.doors() == []
        monkeypatch.setattr(os, "fsync", real)
        await until(house.doors)  # by itself, from what was kept
        await until(lambda: not house.board.fails())
    assert house.documents() == [("a.xml", ORDER.decode(), False)]


def test_the_host_key_is_made_once_and_nobody_else_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "sftp" / "host_key"
    first = host_key(path).get_fingerprint()
    assert path.stat().st_mode & 0o777 == 0o600
    assert host_key(path).get_fingerprint() == first
    path.chmod(0o644)
    with pytest.raises(PermissionError, match="can be read by others"):
        host_key(path)


def test_a_key_that_is_none_is_named(house: SftpHouse) -> None:
    folder = PartnerFolder(house.inbox / "acme")
    arrivals = Arrivals(folder, "sftp", house.taking(), QUICK, 1000)
    with pytest.raises(ValueError, match=r"sftp\.accounts\.keys of a"):
        Account("a", ("ssh-ed25519 nonsense",), arrivals)


def test_a_port_that_is_taken_is_told_and_tried_again(house: SftpHouse) -> None:
    first = house.sftp()
    first.start()
    assert first.listening.wait(20)
    second = house.sftp()
    second.settings = SftpSettings(port=first.port)
    told = []
    house.board.changed = told.append
    second.start()
    for _ in range(400):
        if told:
            break
        time.sleep(0.02)
    first.stop()
    second.stop()
    assert "cannot listen" in told[0].says


async def test_openssh_sends_resumes_and_reads(house: SftpHouse, door: SftpDoor) -> None:
    program = shutil.which("sftp")
    if program is None:
        pytest.skip("OpenSSH's sftp is not installed")
    key = house.root / "key"
    house.keys["a"].write_private_key(str(key))
    key.chmod(0o600)
    (house.root / "a.xml").write_bytes(ORDER)
    (house.root / "b.xml").write_bytes(ORDER.replace(b"1", b"2"))
    (house.inbox / "acme" / ".dockmatch" / "arriving" / "b.xml").write_bytes(ORDER[:9])
    (house.inbox / "acme" / "out" / "a.answer.json").write_bytes(b'{"status": "accepted"}')
    batch = house.root / "batch"
    batch.write_text("put a.xml in/\nreput b.xml in/b.xml\nls -l /out\nget /out/a.answer.json\n")
    options = ["-oStrictHostKeyChecking=no", f"-oUserKnownHostsFile={house.root / 'known'}"]
    command = [program, "-b", str(batch), "-i", str(key), *options, "-P", str(door.port)]

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, "a@127.0.0.1"],
            cwd=house.root,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    done = await asyncio.to_thread(run)
    assert done.returncode == 0, done.stderr
    assert sorted(house.doors()) == [("a.xml", "sftp"), ("b.xml", "sftp")]
    assert json.loads((house.root / "a.answer.json").read_bytes()) == {"status": "accepted"}
