"""An AS2 server beside us: what it received comes in, what is due goes out, receipts come back."""

import json
import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.doors.as2 import As2Door, Partnership
from gateway.doors.as2_settings import As2Settings
from gateway.doors.household import House as Household
from gateway.doors.partner import PartnerFolder
from gateway.doors.settled import Patience
from gateway.store import events
from gateway.store.engine import Store
from gateway.store.schema import document
from tests.gateway.doors.test_folder import House, names_in
from tests.gateway.doors.test_mdn import FILED

QUICK = Patience(settle=0, stable=0, unsure=0, give_up=900)


class As2House(House):
    """A house beside the folders of an AS2 server."""

    def __init__(self, root: Path, store: Store, clock: Callable[[], datetime]) -> None:
        super().__init__(root, store, clock)
        self.server = root / "openas2"
        for name in ("inbox", "outbox", "mdn/2026/11"):
            (self.server / name).mkdir(parents=True)
        self.folder = PartnerFolder(self.inbox / "acme")
        self.folder.prepare()
        self.clock = clock
        self.settings = As2Settings(
            partner="acme",
            received="openas2/inbox",
            outbox="openas2/outbox",
            mdns="openas2/mdn",
            every_seconds=0.05,
        )
        self.root = root

    def as2(self) -> tuple[As2Door, Partnership]:
        one = Partnership(self.settings, self.root, self.folder)
        household = Household(self.store, self.board, self.clock)
        return As2Door([one], self.taking(), household, QUICK, 1 << 20), one

    def look(self) -> int:
        door, one = self.as2()
        return door.look(one)

    def told(self, kind: str) -> list[dict[str, object]]:
        with self.store.read() as connection:
            found = events.after(connection, 0, types=[kind])
        return [json.loads(one.data) for one in found]


@pytest.fixture
def house(tmp_path: Path, store: Store, clock: Callable[[], datetime]) -> As2House:
    return As2House(tmp_path, store, clock)


def test_what_the_server_received_comes_in(house: As2House) -> None:
    (house.server / "inbox" / "a.xml").write_bytes(b"<a>1</a>")
    (house.server / "inbox" / "half.xml").write_bytes(b"<a>")
    (house.server / "inbox" / "msgheaders").mkdir()
    assert house.look() == 1
    assert names_in(house.server / "inbox") == {"half.xml", "msgheaders"}
    with house.store.read() as connection:
        (row,) = connection.execute(document.select()).all()
    assert (row.name, row.door, row.answered) == ("a.xml", "as2", False)


def test_another_file_system_is_copied_from(
    house: As2House, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.rename

    def rename(old: object, new: object) -> None:
        if str(house.server) in str(old) and str(house.inbox) in str(new):
            raise OSError(18, "Invalid cross-device link")
        real(old, new)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "rename", rename)
    (house.server / "inbox" / "a.xml").write_bytes(b"<a>1</a>")
    assert house.look() == 1
    assert names_in(house.server / "inbox") == set()
    assert house.documents() == [("a.xml", "<a>1</a>", False)]
    assert names_in(house.folder.arriving) == set()


def test_what_is_due_goes_out_once_and_our_own_answers_do_not(house: As2House) -> None:
    out = house.folder.root / "out"
    (out / "850-1.x12").write_bytes(b"ISA")
    (out / "a.answer.txt").write_bytes(b"taken in")
    (out / "a.answer.json").write_bytes(b"{}")
    house.look()
    assert names_in(house.server / "outbox") == {"850-1.x12"}
    (house.server / "outbox" / "850-1.x12").unlink()  # it is sent
    house.look()
    assert names_in(house.server / "outbox") == set()
    assert names_in(house.server) == {"inbox", "outbox", "mdn"}


def test_receipts_tell_what_arrived_and_what_did_not(house: As2House) -> None:
    folder = house.server / "mdn" / "2026" / "11"
    (folder / "850-1.x12--0001").write_text(FILED)
    refused = FILED.replace("; processed\n", "; processed/error: decryption-failed\n")
    (folder / "850-2.x12--0002").write_text(refused)
    (folder / "notes.txt").write_text("no receipt")
    house.look()
    house.look()  # each is told once
    (arrived,) = house.told("document.arrived")
    assert arrived["file"] == "850-1.x12"
    assert arrived["partner"] == "acme"
    assert arrived["message_id"] == "<OPENAS2-25112026083000+0000-4711@BUYER_SUPPLIER>"
    (failed,) = house.told("document.not_arrived")
    assert failed["file"] == "850-2.x12"
    assert str(failed["disposition"]).endswith("decryption-failed")


def test_a_server_that_is_away_is_told(house: As2House) -> None:
    house.settings = replace(house.settings, received="openas2/nowhere")
    door, _ = house.as2()
    door.start()
    for _ in range(400):
        if house.board.fails():
            break
        time.sleep(0.02)
    assert house.board.fails()
    (house.server / "nowhere").mkdir()
    for _ in range(400):
        if not house.board.fails():
            break
        time.sleep(0.02)
    door.stop()
    assert not house.board.fails()
