"""The folder door takes in what is whole, puts aside what never can be, and loses nothing."""

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from gateway.archive import Archive
from gateway.doors.board import Board
from gateway.doors.folder import FolderDoor, FolderSettings
from gateway.doors.refusals import Refusals
from gateway.doors.settled import Patience
from gateway.doors.taking import Room, Taking
from gateway.flows.intake import Intake
from gateway.jobs.embedded import EmbeddedJobs
from gateway.store import events
from gateway.store.engine import Store
from gateway.store.schema import blob, document

AT_ONCE = FolderSettings(patience=Patience(settle=0, stable=0, unsure=0, give_up=900))
WAIT_SECONDS = 20


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


class House:
    """An inbox with one partner, and what is needed to watch it."""

    def __init__(self, root: Path, store: Store, clock: Callable[[], datetime]) -> None:
        self.inbox, self.store = root / "inbox", store
        self.archive = Archive(root / "archive")
        self.archive.prepare()
        self.intake = Intake(store, self.archive, EmbeddedJobs(store, clock), clock)
        self.refusals = Refusals(store, clock)
        self.board, self.elsewhere = Board(clock), []
        self.acme = self.inbox / "acme"
        (self.acme / "in").mkdir(parents=True)

    def door(self, settings: FolderSettings = AT_ONCE) -> FolderDoor:
        taking = self.taking(settings)
        return FolderDoor(self.inbox, taking, settings, self.board, self.elsewhere)

    def taking(self, settings: FolderSettings = AT_ONCE) -> Taking:
        room = Room((self.inbox,), settings.free_min_bytes)
        return Taking(self.intake, self.refusals, room, settings.size_max_bytes)

    def drop(self, name: str, content: bytes = b"<a>1</a>", partner: str = "acme") -> Path:
        path = self.inbox / partner / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def left(self) -> list[str]:
        return sorted(names_in(self.acme / "in"))

    def documents(self) -> list[tuple[str, str, bool]]:
        """Name, content and truncation of everything that has a receipt."""
        query = select(document.c.name, document.c.sha256, document.c.truncated)
        with self.store.read() as connection:
            rows = connection.execute(query.order_by(document.c.id)).all()
        return [
            (row.name, self.archive.open(row.sha256).read().decode(), row.truncated) for row in rows
        ]

    def news(self) -> list[tuple[str, dict[str, object]]]:
        with self.store.read() as connection:
            happened = events.after(connection, 0)
        return [(event.type, msgspec.json.decode(event.data)) for event in happened]


@pytest.fixture
def house(tmp_path: Path, store: Store, clock: Callable[[], datetime]) -> House:
    return House(tmp_path, store, clock)


def test_a_file_gets_its_receipt_and_leaves_the_folder(house: House) -> None:
    house.drop("a.xml")
    assert house.door().scan() == 1
    assert house.left() == []
    assert house.documents() == [("a.xml", "<a>1</a>", False)]
    (claimed,) = names_in(house.acme / ".dockmatch" / "claim")
    assert claimed.endswith("__a.xml")


def test_files_that_were_there_before_are_taken_oldest_first(house: House) -> None:
    for age, name in enumerate(["c.xml", "b.xml", "a.xml"]):
        path = house.drop(name, f"<a>{name}</a>".encode())
        os.utime(path, ns=(age, age))
    house.door().scan()
    assert [name for name, _, _ in house.documents()] == ["c.xml", "b.xml", "a.xml"]


@pytest.mark.parametrize(
    "name", ["a.tmp", "a.part", ".a.xml", "a.FILEPART", "~$a.xml", "a.xml~", "a.crdownload"]
)
def test_half_written_names_are_left_alone(house: House, name: str) -> None:
    house.drop(name)
    door = house.door()
    assert door.scan() == 0
    assert door.idle
    assert house.left() == [name]


def test_write_then_rename_is_taken(house: House) -> None:
    path = house.drop("a.xml.tmp")
    door = house.door()
    door.scan()
    path.rename(path.with_name("a.xml"))
    assert door.scan() == 1


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"two words 'and' \"quotes\".xml", "two words 'and' \"quotes\".xml"),
        (b"line\nbreak.xml", "line\nbreak.xml"),
        (b"caf\xe9.xml", "caf\\xe9.xml"),
        ("\u202egnp.xml".encode(), "\u202egnp.xml"),
        (b"-rf.xml", "-rf.xml"),
        (b"CON", "CON"),
        (b"n" * 251 + b".xml", "n" * 221),  # as much of it as fits beside the claim
    ],
)
def test_any_name_will_do(house: House, raw: bytes, shown: str) -> None:
    house.drop(os.fsdecode(raw))
    assert house.door().scan() == 1
    assert house.documents()[0][0] == shown


def test_a_slow_writer_is_never_read_half(house: House) -> None:
    door = house.door()
    path = house.drop("a.xml", b"<a>")
    for piece in (b"<b>1</b>", b"<b>2</b>", b"</a"):
        assert door.scan() == 0
        assert not door.idle
        with path.open("ab") as file:
            file.write(piece)
    assert door.scan() == 0
    with path.open("ab") as file:
        file.write(b">")
        file.flush()
        assert door.scan() == 0  # whole, but somebody still has it open for writing
    assert door.scan() == 1
    assert house.documents() == [("a.xml", "<a><b>1</b><b>2</b></a>", False)]


def test_a_file_that_stays_unfinished_is_taken_as_truncated(house: House) -> None:
    house.drop("a.xml", b"<a><b>")
    assert house.door(FolderSettings(patience=Patience(settle=0, give_up=0))).scan() == 1
    assert house.documents() == [("a.xml", "<a><b>", True)]


def test_what_is_no_file_goes_to_quarantine_with_the_reason(house: House) -> None:
    secret = house.inbox.parent / "secret"
    secret.write_bytes(b"root:x:0:0")
    folder = house.acme / "in"
    (folder / "link.xml").symlink_to(secret)
    os.mkfifo(folder / "pipe.xml")
    (folder / "folder.xml").mkdir()
    (folder / "folder.xml" / "inner.xml").write_bytes(b"<a/>")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "s"))
    (folder / "one.xml").write_bytes(b"<a/>")
    (folder / "two.xml").hardlink_to(folder / "one.xml")
    assert house.door().scan() == 0
    assert house.left() == []
    quarantine = names_in(house.acme / "quarantine")
    names = {"link.xml", "pipe.xml", "folder.xml", "s", "one.xml"}
    assert names <= quarantine
    assert {f"{name}.why.json" for name in names} <= quarantine
    why = json.loads((house.acme / "quarantine" / "link.xml.why.json").read_bytes())
    assert why["problems"][0]["code"] == "file.not_regular"
    assert why["problems"][0]["found"] == "a symbolic link"
    answer = (house.acme / "out" / "pipe.xml.answer.txt").read_text()
    assert "NOT READABLE" in answer
    assert "Put the file itself into the folder." in answer
    assert house.documents() == []
    assert secret.read_bytes() == b"root:x:0:0"
    assert {kind for kind, _ in house.news()} == {"file.rejected"}


def test_a_file_that_is_too_big_is_not_even_read(house: House) -> None:
    house.drop("big.xml", b"<a>" + b"x" * 100 + b"</a>")
    settings = FolderSettings(size_max_bytes=50, patience=Patience(settle=0))
    assert house.door(settings).scan() == 0
    answer = json.loads((house.acme / "out" / "big.xml.answer.json").read_bytes())
    assert answer["status"] == "not_readable"
    assert answer["problems"][0]["code"] == "file.too_big"
    assert house.news()[0][1]["name"] == "big.xml"


def test_the_same_name_with_other_bytes_is_a_new_file(house: House) -> None:
    door = house.door()
    for content in (b"<a>1</a>", b"<a>2</a>"):
        house.drop("a.xml", content)
        door.scan()
    assert [content for _, content, _ in house.documents()] == ["<a>1</a>", "<a>2</a>"]


def test_claims_without_a_receipt_are_taken_up_after_a_crash(house: House) -> None:
    house.drop("a.xml")
    house.drop("b.xml", b"<a>2</a>")
    house.door().scan()
    claims = house.acme / ".dockmatch" / "claim"
    (claims / "0123456789abcdef__c.xml").write_bytes(b"<a>3</a>")  # claimed, then killed
    after = house.door()
    assert after.scan() == 1
    assert [name for name, _, _ in house.documents()] == ["a.xml", "b.xml", "c.xml"]
    assert house.door().scan() == 0
    assert len(house.documents()) == 3


def test_a_sick_disk_acknowledges_nothing_and_heals_by_itself(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        house.drop(f"{number}.xml", f"<a>{number}</a>".encode())
    door = house.door()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as sick:
        sick.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            door.scan()
    assert house.documents() == []
    assert door.scan() == 3
    assert len(house.documents()) == 3


def test_too_little_room_stops_intake(house: House) -> None:
    house.drop("a.xml")
    cramped = FolderSettings(free_min_bytes=1 << 60, patience=Patience(settle=0))
    with pytest.raises(OSError, match="too little room"):
        house.door(cramped).scan()
    assert house.door().scan() == 1


def test_one_partners_trouble_is_not_the_others(house: House) -> None:
    house.drop("a.xml", partner="bolt")
    door = house.door()
    door.scan()
    house.drop("b.xml", b"<a>2</a>", partner="bolt")
    (house.acme / "in").rmdir()
    (house.acme / "in").write_bytes(b"not a folder any more")
    assert door.scan() == 1


def test_links_in_the_inbox_are_no_partners(house: House, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "in").mkdir(parents=True)
    (elsewhere / "in" / "a.xml").write_bytes(b"<a/>")
    (house.inbox / "evil").symlink_to(elsewhere)
    assert house.door().scan() == 0


def test_partners_take_turns(house: House) -> None:
    for number in range(200):
        house.drop(f"{number:03}.xml", f"<a>{number}</a>".encode())
    for number in range(3):
        house.drop(f"b{number}.xml", partner="bolt")
    house.door().scan()
    names = [name for name, _, _ in house.documents()]
    assert max(names.index(f"b{number}.xml") for number in range(3)) < 8


def test_many_files_share_one_archive_and_lose_none(house: House) -> None:
    for number in range(300):
        house.drop(f"{number}.xml", f"<a>{number % 250}</a>".encode())
    assert house.door().scan() == 300
    with house.store.read() as connection:
        assert len(connection.execute(select(blob)).all()) == 250


@pytest.fixture
def watching(house: House) -> Iterator[FolderDoor]:
    door = house.door()
    door.start()
    yield door
    door.stop()


@pytest.mark.usefixtures("watching")
def test_the_alarm_wakes_the_door(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = threading.Event()
    real = house.intake.record

    def record(arrivals: object) -> object:
        receipts = real(arrivals)  # type: ignore[arg-type]
        recorded.set()
        return receipts

    monkeypatch.setattr(house.intake, "record", record)
    house.drop("a.xml")
    assert recorded.wait(WAIT_SECONDS)  # long before the next scan, in 30 seconds
    assert len(house.documents()) == 1
