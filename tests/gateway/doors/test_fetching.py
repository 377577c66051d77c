"""Fetching from a real SFTP server: each file once, whatever breaks, and from the right one."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import asyncssh
import pytest
from msgspec.structs import replace

from gateway.doors.board import Board
from gateway.doors.fetching import FetchDoor, Limits, Source
from gateway.doors.fetching_settings import FetchSettings
from gateway.doors.household import House as Household
from gateway.doors.partner import PartnerFolder
from gateway.outbound import Guard, networks
from gateway.store import fetched
from gateway.store.engine import Store
from gateway.store.schema import document
from tests.gateway.doors.test_folder import House

ORDER = b"<order><number>1</number></order>"
LOOPBACK = ("127.0.0.0/8", "::1/128")


class Server(asyncssh.SFTPServer):
    """A partner's server on a folder; it may break off in the middle of a file."""

    breaks_at: int | None = None

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        if Server.breaks_at is not None:
            if offset >= Server.breaks_at:
                message = "the line broke"
                raise asyncssh.SFTPConnectionLost(message)
            size = min(size, Server.breaks_at - offset)
        return super().read(file_obj, offset, size)  # type: ignore[return-value]


class FetchHouse(House):
    """A house beside the server of a partner."""

    def __init__(self, root: Path, store: Store, clock: Callable[[], datetime]) -> None:
        super().__init__(root, store, clock)
        self.root, self.clock, self.board = root, clock, Board(clock)
        self.theirs = root / "theirs"
        for name in ("outgoing", "done", "incoming"):
            (self.theirs / name).mkdir(parents=True)
        self.folder = PartnerFolder(self.inbox / "acme")
        self.folder.prepare()
        self.server_key = asyncssh.generate_private_key("ssh-ed25519")
        self.our_key = asyncssh.generate_private_key("ssh-ed25519")
        self.our_key.write_private_key(str(root / "key"))
        self.settings = FetchSettings(
            partner="acme",
            host="127.0.0.1",
            user="us",
            key_file="key",
            known_hosts="known_hosts",
            folder="outgoing",
            quiet_seconds=0.01,
        )

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        (self.root / "authorized").write_bytes(self.our_key.export_public_key())
        server = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[self.server_key],
            authorized_client_keys=str(self.root / "authorized"),
            sftp_factory=lambda channel: Server(channel, chroot=str(self.theirs)),
        )
        self.settings = replace(self.settings, port=server.get_port())
        self.trust(self.server_key)
        async with server:
            yield

    def trust(self, key: asyncssh.SSHKey) -> None:
        line = f"[127.0.0.1]:{self.settings.port} {key.export_public_key().decode()}"
        (self.root / "known_hosts").write_text(line)

    def fetching(self, *, allowed: tuple[str, ...] = LOOPBACK, give_up: float = 900) -> FetchDoor:
        self.source = Source(self.settings, self.root, self.folder, Guard(networks(allowed)))
        household = Household(self.store, self.board, self.clock)
        return FetchDoor([self.source], self.taking(), household, Limits(1 << 20, give_up))

    async def visit(self, **more: object) -> int:
        door = self.fetching(**more)  # type: ignore[arg-type]
        return await door.visit(self.source)

    def offer(self, name: str, content: bytes = ORDER) -> Path:
        path = self.theirs / "outgoing" / name
        path.write_bytes(content)
        return path

    def doors(self) -> list[tuple[str, str]]:
        with self.store.read() as connection:
            rows = connection.execute(document.select().order_by(document.c.id)).all()
        return [(row.name, row.door) for row in rows]


@pytest.fixture
def house(tmp_path: Path, store: Store, clock: Callable[[], datetime]) -> FetchHouse:
    Server.breaks_at = None
    return FetchHouse(tmp_path, store, clock)


async def test_each_file_is_taken_once(house: FetchHouse) -> None:
    house.offer("a.xml")
    house.offer("b.xml", ORDER.replace(b"1", b"2"))
    house.offer("c.xml.part")
    (house.theirs / "outgoing" / "folder.xml").mkdir()
    (house.theirs / "outgoing" / "link.xml").symlink_to("/etc/passwd")
    async with house.serving():
        assert await house.visit() == 2
        assert await house.visit() == 0  # by another process, which remembers too
    assert house.doors() == [("a.xml", "fetch"), ("b.xml", "fetch")]
    assert not list(house.folder.arriving.iterdir())


async def test_the_same_name_with_other_bytes_is_another_file(house: FetchHouse) -> None:
    async with house.serving():
        house.offer("a.xml")
        await house.visit()
        house.offer("a.xml", ORDER + b"\n")
        assert await house.visit() == 1
    assert len(house.doors()) == 2


@pytest.mark.parametrize("after", ["delete", "move"])
async def test_what_has_its_receipt_is_put_away(house: FetchHouse, after: str) -> None:
    house.settings = replace(house.settings, after=after, moved_to="done")
    (house.theirs / "done" / "a.xml").write_bytes(b"an older one")
    house.offer("a.xml")
    async with house.serving():
        await house.visit()
    assert not list((house.theirs / "outgoing").iterdir())
    moved = [one.name for one in (house.theirs / "done").iterdir() if one.name != "a.xml"]
    assert len(moved) == (after == "move")
    assert (house.theirs / "done" / "a.xml").read_bytes() == b"an older one"


async def test_what_broke_off_goes_on_where_it_stopped(house: FetchHouse) -> None:
    content = b"<order>" + b"<line/>" * 100_000 + b"</order>"
    house.offer("a.xml", content)
    async with house.serving():
        Server.breaks_at = 300_000
        with pytest.raises(asyncssh.Error):
            await house.visit()
        (part,) = house.folder.arriving.iterdir()
        here = part.stat().st_size
        assert 0 < here <= 300_000
        Server.breaks_at = None
        part.write_bytes(b"x" * here)  # so that it shows which bytes come the second time
        assert await house.visit() == 1
    ((_, text, _),) = house.documents()
    assert text.encode() == b"x" * here + content[here:]


async def test_a_crash_between_the_receipt_and_its_note_takes_nothing_twice(
    house: FetchHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.settings = replace(house.settings, after="delete")
    house.offer("a.xml")

    def die(*_: object) -> None:
        message = "killed"
        raise OSError(message)

    async with house.serving():
        with monkeypatch.context() as killed:
            killed.setattr(fetched, "remember", die)
            with pytest.raises(OSError, match="killed"):
                await house.visit()
        assert house.doors() == [("a.xml", "fetch")]
        assert await house.visit() == 0
    assert house.doors() == [("a.xml", "fetch")]
    assert not list((house.theirs / "outgoing").iterdir())


async def test_a_file_that_looks_cut_off_waits_for_its_end(house: FetchHouse) -> None:
    path = house.offer("a.xml", ORDER[:10])
    async with house.serving():
        assert await house.visit() == 0
        path.write_bytes(ORDER)
        assert await house.visit() == 1
        house.offer("b.xml", ORDER[:10])
        assert await house.visit(give_up=0) == 1
    assert [truncated for _, _, truncated in house.documents()] == [False, True]
    assert not list(house.folder.arriving.iterdir())


async def test_a_file_that_is_too_big_is_not_fetched(house: FetchHouse) -> None:
    house.offer("a.xml", bytes((1 << 20) + 1))
    async with house.serving():
        assert await house.visit() == 0
    with house.store.read() as connection:
        (row,) = connection.execute(fetched.fetched.select()).all()
    assert (row.outcome, row.note) == ("refused", row.note)
    assert "size_max_bytes" in row.note


async def test_only_the_server_that_was_agreed_is_believed(house: FetchHouse) -> None:
    house.offer("a.xml")
    async with house.serving():
        house.trust(asyncssh.generate_private_key("ssh-ed25519"))
        with pytest.raises(asyncssh.HostKeyNotVerifiable):
            await house.visit()
    assert house.doors() == []


async def test_addresses_inside_are_refused_unless_they_are_allowed(house: FetchHouse) -> None:
    async with house.serving():
        with pytest.raises(PermissionError, match="private address"):
            await house.visit(allowed=())


async def test_what_lies_in_out_is_brought_to_them_once(house: FetchHouse) -> None:
    house.settings = replace(house.settings, deliver_to="incoming")
    out = house.folder.root / "out"
    (out / "a.answer.txt").write_bytes(b"taken in")
    (out / ".hidden").write_bytes(b"")
    async with house.serving():
        await house.visit()
        arrived = house.theirs / "incoming" / "a.answer.txt"
        assert arrived.read_bytes() == b"taken in"
        assert [one.name for one in (house.theirs / "incoming").iterdir()] == ["a.answer.txt"]
        arrived.unlink()  # they have it
        await house.visit()
        assert not arrived.exists()
        (out / "a.answer.txt").write_bytes(b"corrected")
        await house.visit()
        assert arrived.read_bytes() == b"corrected"


async def test_visits_go_on_by_themselves_and_say_how_they_were(house: FetchHouse) -> None:
    house.settings = replace(house.settings, every_seconds=0.05, port=1)
    changed: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    house.board.changed = lambda line: loop.call_soon_threadsafe(
        changed.put_nowait, (line.state, line.says)
    )
    door = house.fetching()
    door.start()
    state, says = await asyncio.wait_for(changed.get(), 20)
    assert state == "failing"
    assert "the visit failed" in says
    house.offer("a.xml")
    async with house.serving():
        house.source.settings = house.settings
        while state != "well":
            state, says = await asyncio.wait_for(changed.get(), 20)
        await asyncio.to_thread(door.stop)
    assert house.doors() == [("a.xml", "fetch")]
