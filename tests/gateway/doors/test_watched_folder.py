"""What can happen in and below a watched folder, row by row, and what becomes of it.

Files that were there at the start, slow writers, unfinished names, many names and what is no file
are in test_folder.py; this is the rest: what is lost, refused, sick, far away or turned inside out.
"""

import errno
import json
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.doors.alarm import Alarm, file_system
from gateway.doors.folder import FolderDoor
from gateway.doors.partner import PartnerFolder
from gateway.doors.settled import Patience
from gateway.flows.answering import Answering
from gateway.flows.outbox import Outbox
from gateway.store import documents
from gateway.store.documents import READ, Decision
from gateway.store.engine import Store
from tests.gateway.doors.test_folder import AT_ONCE, WAIT_SECONDS, House, names_in

DAY = "2026-03-02"


@pytest.fixture
def house(tmp_path: Path, store: Store, clock: Callable[[], datetime]) -> House:
    return House(tmp_path, store, clock)


def said(house: House) -> dict[str, str]:
    return {one.door: f"{one.state}: {one.says}" for one in house.board.lines()}


def until(told: Callable[[], object]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not told():
        assert time.monotonic() < end, told
        time.sleep(0.02)


def decide_all(house: House) -> None:
    with house.store.write() as connection:
        waiting = documents.waiting(connection, range(1, 1000))
        made = [
            Decision(id=one.id, version=1, state=READ, format="cxml", problems=None)
            for one in waiting
        ]
        documents.decide(connection, made, f"{DAY}T09:00:00.000000Z")


def test_an_event_that_is_lost_costs_time_and_no_file(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Alarm, "on_any_event", lambda *_: None)  # as after an overflow
    monkeypatch.setattr("gateway.doors.alarm._PROBE_SECONDS", 0.01)
    door = house.door(replace(AT_ONCE, scan_seconds=0.3, poll_seconds=0.3))
    door.start()
    until(lambda: door.passes)
    house.drop("a.xml")
    until(house.documents)
    door.stop()


def test_a_folder_that_is_never_heard_of_is_looked_at_often_and_says_so(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.doors.alarm._PROBE_SECONDS", 0.01)
    monkeypatch.setattr(Alarm, "on_any_event", lambda *_: None)
    door = house.door(replace(AT_ONCE, scan_seconds=3600, poll_seconds=0.1))
    door.start()
    until(lambda: door.passes)
    house.drop("a.xml")
    until(house.documents)
    door.stop()
    assert "slow:" in said(house)["folders/acme"]
    assert "looked at every 0.1 s: the file system tells of nothing" in said(house)["folders/acme"]
    assert house.board.notes() == ["the door folders works by its second-best way"]
    assert names_in(house.acme / "in") == set()  # the probe is gone, too


def test_a_system_that_listens_to_no_more_is_polled(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left() -> None:
        raise OSError(errno.EMFILE, "inotify instance limit reached")

    monkeypatch.setattr("gateway.doors.alarm.Observer", none_left)
    door = house.door(replace(AT_ONCE, scan_seconds=3600, poll_seconds=0.1))
    door.start()
    until(lambda: door.passes)
    house.drop("a.xml")
    until(house.documents)
    door.stop()
    assert (
        "the system does not listen (inotify instance limit reached)"
        in (said(house)["folders/acme"])
    )


def test_a_folder_that_is_heard_of_is_watched(house: House) -> None:
    door = house.door()
    door.start()
    until(lambda: door.passes)
    door.stop()
    assert said(house)["folders/acme"].startswith("well:")


MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:35 / /srv/share rw shared:2 - nfs4 files:/export rw
41 22 0:36 / /srv/with\\040blank rw - cifs //files/x rw
42 40 0:37 / /srv/share/local rw - tmpfs tmpfs rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv", "ext4"),
        ("/srv/share/acme/in", "nfs4"),
        ("/srv/shared", "ext4"),
        ("/srv/with blank/in", "cifs"),
        ("/srv/share/local/in", "tmpfs"),
    ],
)
def test_a_network_share_is_told_by_its_file_system(tmp_path: Path, folder: str, kind: str) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    assert file_system(Path(folder), mounts) == kind
    assert file_system(Path(folder), tmp_path / "nothing") == ""


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_a_share_is_polled_although_our_own_writing_is_heard(
    house: House, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("gateway.doors.alarm.file_system", lambda _: kind)
    house.door().scan()
    told = f"{kind.removeprefix('fuse.')} does not tell what others write"
    assert told in said(house)["folders/acme"]


def test_the_same_bytes_under_another_name_are_told_as_a_repeat(house: House) -> None:
    house.drop("a.xml")
    house.drop("b.xml")
    house.door().scan()
    kinds = [(kind, told["name"]) for kind, told in house.news()]
    assert kinds == [("file.received", "a.xml"), ("file.duplicate", "b.xml")]


def test_case_twins_are_two_files(house: House) -> None:
    house.drop("A.xml")
    house.drop("a.xml", b"<a>2</a>")
    assert house.door().scan() == 2
    decide_all(house)
    answer_all(house)
    assert names_in(house.acme / "done" / DAY) == {"A.xml", "a.xml"}


def answer_all(house: House) -> None:
    outbox = Outbox(house.store, house.inbox, lambda: datetime.fromisoformat(f"{DAY}T09:00:00Z"))
    Answering(house.store, house.inbox, outbox, house.elsewhere).answer()


def test_what_is_done_is_sorted_by_day_and_a_name_is_never_overwritten(house: House) -> None:
    for content in (b"<a>1</a>", b"<a>2</a>", b"<a>3</a>"):
        house.drop("a.xml", content)
        house.door().scan()
        decide_all(house)
        answer_all(house)
    done = house.acme / "done" / DAY
    assert names_in(done) == {"a.xml", "2__a.xml", "3__a.xml"}
    assert sorted(one.read_bytes() for one in done.iterdir()) == [
        b"<a>1</a>",
        b"<a>2</a>",
        b"<a>3</a>",
    ]


def test_a_file_that_grows_for_ever_is_never_taken_and_stops_nobody(house: House) -> None:
    door = house.door(replace(AT_ONCE, size_max_bytes=100))
    growing = house.drop("log.txt", b"line\n")
    with growing.open("ab") as file:
        for _ in range(5):
            file.write(b"line\n")
            file.flush()
            house.drop("a.xml", os.urandom(4).hex().join(["<a>", "</a>"]).encode())
            assert door.scan() == 1
        file.write(b"line\n" * 20)
        file.flush()
        door.scan()
    assert house.left() == []  # by then it is too big
    answer = json.loads((house.acme / "out" / "log.txt.answer.json").read_bytes())
    assert answer["problems"][0]["code"] == "file.too_big"


def test_a_file_that_is_removed_while_it_is_looked_at_is_forgotten(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.drop("a.xml")
    real = PartnerFolder.claim

    def removed(folder: PartnerFolder, name: str) -> Path:
        (folder.incoming / name).unlink()
        return real(folder, name)

    monkeypatch.setattr(PartnerFolder, "claim", removed)
    assert house.door().scan() == 0
    assert house.documents() == []


def test_a_file_that_changes_while_it_is_read_is_put_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.drop("a.xml")
    real, written = os.read, []

    def read(descriptor: int, size: int) -> bytes:
        piece = real(descriptor, size)
        if piece.startswith(b"<a>1") and not written:
            (claimed,) = (house.acme / ".dockmatch" / "claim").iterdir()
            written.append(claimed.write_bytes(b"<a>now longer</a>"))
        return piece

    monkeypatch.setattr(os, "read", read)
    door = house.door()
    assert door.scan() == 0
    assert house.left() == ["a.xml"]
    assert door.scan() == 1
    assert house.documents() == [("a.xml", "<a>now longer</a>", False)]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_file_that_may_not_be_read_is_refused_after_a_while(house: House) -> None:
    house.drop("a.xml").chmod(0)
    house.drop("b.xml", b"<a>2</a>")
    assert house.door(replace(AT_ONCE, patience=Patience(settle=0, give_up=0))).scan() == 1
    answer = json.loads((house.acme / "out" / "a.xml.answer.json").read_bytes())
    assert answer["problems"][0]["code"] == "file.cannot_be_read"


def test_a_file_that_the_system_does_not_let_us_read_is_refused(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.drop("a.xml")
    house.drop("b.xml", b"<a>2</a>")
    real = os.open

    def forbidding(path: object, flags: int, *rest: int, **more: int) -> int:
        if str(path).endswith("a.xml") and not flags & (os.O_WRONLY | os.O_RDWR):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, flags, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", forbidding)
    assert house.door(replace(AT_ONCE, patience=Patience(settle=0, give_up=0))).scan() == 1
    answer = json.loads((house.acme / "out" / "a.xml.answer.json").read_bytes())
    assert answer["problems"][0]["code"] == "file.cannot_be_read"


def test_a_device_is_put_aside(house: House) -> None:
    (house.acme / "in").mkdir(exist_ok=True)
    try:
        os.mknod(house.acme / "in" / "null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root makes devices")
    house.door().scan()
    why = json.loads((house.acme / "quarantine" / "null.why.json").read_bytes())
    assert why["problems"][0]["found"] == "a device"


def test_a_partner_has_folders_elsewhere_and_answers_there(house: House, tmp_path: Path) -> None:
    share = PartnerFolder(tmp_path / "share", "acme")
    share.prepare()
    house.elsewhere.append(share)
    (share.incoming / "a.xml").write_bytes(b"<a>1</a>")
    house.drop("b.xml", b"<a>2</a>")
    assert house.door().scan() == 2
    decide_all(house)
    answer_all(house)
    assert names_in(share.root / "done" / DAY) == {"a.xml"}
    assert "a.xml.answer.json" in names_in(share.root / "out")
    assert names_in(house.acme / "done" / DAY) == {"b.xml"}
    assert "b.xml.answer.json" in names_in(house.acme / "out")


def test_a_share_that_is_away_is_told_and_taken_up_when_it_is_back(
    house: House, tmp_path: Path
) -> None:
    mount = tmp_path / "mnt"
    mount.write_bytes(b"")  # where nothing can be made
    house.elsewhere.append(PartnerFolder(mount / "share", "acme"))
    house.drop("a.xml")
    door = house.door()
    assert door.scan() == 1
    assert said(house)["folders/acme"].startswith("failing:")
    assert house.board.fails()
    mount.unlink()
    share = PartnerFolder(mount / "share", "acme")
    share.prepare()
    (share.incoming / "b.xml").write_bytes(b"<a>2</a>")
    assert door.scan() == 1
    assert not house.board.fails()
    shutil.rmtree(mount)
    house.drop("c.xml", b"<a>3</a>")
    assert door.scan() == 1


class Disk:
    """The n-th change that somebody makes on the disk fails, and all after it, until it heals."""

    def __init__(self, patch: pytest.MonkeyPatch, number: int, code: int) -> None:
        self.left, self.code, self.healed = number, code, False
        self._open = os.open
        patch.setattr(os, "open", self.opened)
        for name in ("fsync", "rename", "mkdir"):
            patch.setattr(os, name, self.failing(getattr(os, name)))

    def change(self) -> None:
        if not self.healed:
            self.left -= 1
            if self.left < 0:
                raise OSError(self.code, os.strerror(self.code))

    def failing(self, real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **more: object) -> object:
            self.change()
            return real(*arguments, **more)

        return call

    def opened(self, path: str, flags: int, *rest: int, **more: int) -> int:
        if flags & (os.O_CREAT | os.O_WRONLY | os.O_RDWR):
            self.change()
        return self._open(path, flags, *rest, **more)


def passes(door: FolderDoor) -> Iterator[int]:
    """Passes, as the door's own thread does them: trouble is told, and tried again."""
    while True:
        try:
            yield door.scan()
        except OSError:
            yield 0


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_whichever_write_fails_nothing_is_half_taken_and_all_is_taken_after(
    tmp_path: Path, store: Store, clock: Callable[[], datetime], code: int
) -> None:
    """Each write in turn: what has a receipt has its bytes; what has none is still there."""
    number, failed = 0, True
    while failed:
        assert number < 200
        house = House(tmp_path / str(number), store, clock)
        before = len(house_documents(store))
        for name in "abc":
            house.drop(f"{name}.xml", f"<{name}>{number}</{name}>".encode())
        door = house.door()
        with pytest.MonkeyPatch.context() as patch:
            disk = Disk(patch, number, code)
            tried = passes(door)
            next(tried)
            failed = disk.left < 0
            for sha256 in house_documents(store)[before:]:
                house.archive.open(sha256).close()
            disk.healed = True
            for _ in range(3):
                next(tried)
        assert len(house_documents(store)) == before + 3
        assert names_in(house.acme / "quarantine") == set()
        assert house.left() == []
        assert not list((house.archive.root / ".tmp").iterdir())
        number += 1
    assert number > 5


def house_documents(store: Store) -> list[str]:
    with store.read() as connection:
        rows = connection.execute(documents.document.select().order_by(documents.document.c.id))
        return [row.sha256 for row in rows]


def test_a_sick_disk_is_told_and_healing_too(house: House) -> None:
    cramped = house.door(replace(AT_ONCE, free_min_bytes=1 << 60))
    house.drop("a.xml")
    cramped.start()
    until(lambda: "folders" in said(house))
    cramped.stop()
    assert said(house)["folders"].startswith("failing: nothing is taken in:")
    assert "too little room" in said(house)["folders"]
    healthy = house.door()
    healthy.start()
    until(house.documents)
    until(lambda: said(house)["folders"].startswith("well:"))
    healthy.stop()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_thousand_files_at_once_are_a_thousand_receipts(house: House) -> None:
    for number in range(1000):
        house.drop(f"{number}.xml", f"<a>{number}</a>".encode())
    assert house.door().scan() == 1000
    assert len(house.documents()) == 1000
