"""Members become documents of their own, the whole is kept, and the answer tells of each."""

import json
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest

from gateway.doors.partner import PartnerFolder
from gateway.doors.zips import UnpackingSettings
from gateway.flows.answering import Answering
from gateway.flows.chunks import KIND, UNPACK
from gateway.flows.intake import Arrived
from gateway.flows.outbox import Outbox
from gateway.flows.unpacking import Unpacking
from gateway.jobs.port import Job, LostJobError
from gateway.store import events, members
from gateway.store.doors_tables import member
from gateway.store.engine import Store
from gateway.store.schema import document
from tests.gateway.doors.packing import encrypted, packed
from tests.gateway.flows.test_matching import Desk, interchange, order


class UnpackingDesk(Desk):
    """A desk that unpacks, and answers."""

    def __init__(self, root: Path, store: Store, clock: Callable[[], datetime]) -> None:
        super().__init__(root, store, clock)
        self.inbox, self.settings = root / "inbox", UnpackingSettings()
        PartnerFolder(self.inbox / "acme").prepare()

    def arrive(self, content: bytes, name: str = "a.zip", packed_as: str = "zip") -> int:
        stored = self.readers.archive.put(BytesIO(content))
        arrived = Arrived(
            claim=name,
            partner="acme",
            name=name,
            door="folder",
            stored=stored,
            packed=packed_as,
        )
        return self.intake.record([arrived])[0].number

    def work_off(self) -> None:
        unpacking = Unpacking(self.store, self.intake, self.jobs, self.settings, self.clock)
        self.jobs.work_off({KIND: self.matching, UNPACK: unpacking})

    def answer(self, name: str = "a.zip") -> dict[str, object]:
        outbox = Outbox(self.store, self.inbox, self.clock)
        Answering(self.store, self.inbox, outbox).answer()
        told = self.inbox / "acme" / "out" / f"{name}.answer.json"
        self.text = told.with_suffix(".txt").read_text()
        return json.loads(told.read_bytes())

    def links(self) -> list[tuple[object, ...]]:
        columns = member.c.document_id, member.c.archive_id, member.c.outermost_id, member.c.path
        return sorted(self.ask(*columns))


@pytest.fixture
def desk(tmp_path: Path, store: Store, clock: Callable[[], datetime]) -> UnpackingDesk:
    return UnpackingDesk(tmp_path, store, clock)


ORDERS = {f"day/{n}.x12": interchange("850", "PO", [order(n)], number=n) for n in (1, 2)}


def test_each_member_is_a_document_and_the_answer_tells_of_it(desk: UnpackingDesk) -> None:
    whole = packed({**ORDERS, "note.txt": b"good morning"})
    number = desk.arrive(whole)
    desk.work_off()
    assert desk.states() == ["read", "read", "read", "quarantined"]
    assert desk.links() == [
        (number + place, number, number, path)
        for place, path in enumerate([*ORDERS, "note.txt"], 1)
    ]
    names = desk.ask(document.c.id, document.c.name, document.c.door, document.c.format)
    assert sorted(names)[:2] == [(1, "a.zip", "folder", "zip"), (2, "1.x12", "folder", "x12")]
    (_, sha256) = min(desk.ask(document.c.id, document.c.sha256))
    assert desk.readers.archive.open(str(sha256)).read() == whole
    told = desk.answer()
    assert [(one["file"], one["status"], one["receipt"]) for one in told["members"]] == [
        ("day/1.x12", "accepted", 2),
        ("day/2.x12", "accepted", 3),
        ("note.txt", "not_readable", 4),
    ]
    assert "--- day/1.x12" in desk.text
    assert "purchase order PO1: taken in" in desk.text
    assert "NOT READABLE" in desk.text
    with desk.store.read() as connection:
        assert members.archive_of(connection, 2) == number
        assert members.within(connection, number, 10) == [2, 3, 4]
        received = events.about(connection, ["document/2"])[0]
    assert json.loads(received.data)["archive"] == number


def test_there_is_no_answer_before_every_member_is_decided(desk: UnpackingDesk) -> None:
    desk.arrive(packed(ORDERS))
    unpacking = Unpacking(desk.store, desk.intake, desk.jobs, desk.settings, desk.clock)
    desk.jobs.work_off({UNPACK: unpacking})
    with pytest.raises(FileNotFoundError):
        desk.answer()
    desk.work_off()
    assert len(desk.answer()["members"]) == 2


def test_an_archive_in_an_archive_is_unpacked_too(desk: UnpackingDesk) -> None:
    inner = packed({"1.x12": ORDERS["day/1.x12"]})
    number = desk.arrive(packed({"inner.zip": inner, "2.x12": ORDERS["day/2.x12"]}))
    desk.work_off()
    assert desk.links() == [
        (2, number, number, "inner.zip"),
        (3, number, number, "2.x12"),
        (4, 2, number, "inner.zip/1.x12"),
    ]
    assert desk.states() == ["read"] * 4
    assert desk.news().count("order.received") == 2


def test_an_archive_that_lies_too_deep_is_kept_closed(desk: UnpackingDesk) -> None:
    content = packed(ORDERS)
    for level in "ab":
        content = packed({f"{level}.zip": content})
    desk.arrive(content)
    desk.work_off()
    assert desk.states() == ["read", "read", "quarantined"]
    assert "archive.too_deep" in desk.problems(3)
    assert desk.answer()["members"][1]["file"] == "b.zip/a.zip"


def test_an_archive_that_holds_itself_ends(desk: UnpackingDesk) -> None:
    """As the quine does whose only member is itself: its first levels are kept, and no more."""
    desk.settings = UnpackingSettings(depth_max=3)
    content = packed({"seed.x12": ORDERS["day/1.x12"]})
    for _ in range(30):
        content = packed({"r.zip": content})
    desk.arrive(content)
    desk.work_off()
    assert len(desk.states()) == 4
    assert desk.states()[-1] == "quarantined"


def test_a_bomb_within_is_a_bomb(desk: UnpackingDesk) -> None:
    desk.arrive(packed({"good.x12": ORDERS["day/1.x12"], "b.zip": packed({"b": bytes(4 << 20)})}))
    desk.work_off()
    assert desk.states() == ["quarantined"]
    assert "archive.too_much" in desk.problems(1)
    assert desk.answer()["status"] == "not_readable"
    assert not list((desk.readers.archive.root / ".tmp").iterdir())


def test_what_cannot_be_taken_out_is_told_and_the_rest_is_taken(desk: UnpackingDesk) -> None:
    content = packed({"../1.x12": ORDERS["day/1.x12"], "2.x12": ORDERS["day/2.x12"]})
    desk.arrive(content)
    desk.work_off()
    assert desk.states() == ["read", "read"]
    told = desk.answer()
    assert told["problems"][0]["code"] == "archive.member_name"
    assert told["problems"][0]["at"] == "../1.x12"
    assert "../1.x12" in desk.text
    assert "file.rejected" in desk.news()


def test_where_nothing_can_be_taken_out_the_whole_is_put_aside(desk: UnpackingDesk) -> None:
    desk.arrive(encrypted("a.xml"))
    desk.work_off()
    assert desk.states() == ["quarantined"]
    assert "archive.member_encrypted" in desk.problems(1)


def test_the_same_archive_again_is_not_unpacked_again(desk: UnpackingDesk) -> None:
    content = packed(ORDERS)  # once: an archive has the time in it
    desk.arrive(content)
    desk.work_off()
    desk.arrive(content, "again.zip")
    desk.work_off()
    assert desk.states() == ["read", "read", "read", "duplicate"]
    assert desk.answer("again.zip")["status"] == "already_received"


def test_members_that_are_alike_count_once(desk: UnpackingDesk) -> None:
    desk.arrive(packed({"a.x12": ORDERS["day/1.x12"], "b.x12": ORDERS["day/1.x12"]}))
    desk.work_off()
    assert desk.states() == ["read", "read", "duplicate"]
    assert [one["status"] for one in desk.answer()["members"]] == ["accepted", "already_received"]


def test_a_workbook_is_read_as_the_document_that_it_is(desk: UnpackingDesk) -> None:
    desk.arrive(packed({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<w/>"}), "a.xlsx")
    desk.work_off()
    assert desk.states() == ["quarantined"]
    assert "file.unknown_format" in desk.problems(1)


def test_a_job_that_is_handed_out_twice_unpacks_once(desk: UnpackingDesk) -> None:
    desk.arrive(packed(ORDERS))
    refused = []

    class Twice(Unpacking):
        def work(self, job: Job) -> None:
            super().work(job)
            with pytest.raises(LostJobError):
                super().work(job)
            refused.append(job.id)

    twice = Twice(desk.store, desk.intake, desk.jobs, desk.settings, desk.clock)
    desk.jobs.work_off({UNPACK: twice})
    desk.work_off()
    assert len(refused) == 1
    assert desk.states() == ["read"] * 3


def mail(*attachments: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "orders@supplier.example", "Orders"
    message.set_content("Please find attached.")
    for name, content in attachments:
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    return message.as_bytes()


def test_attachments_are_documents_and_archives_among_them_too(desk: UnpackingDesk) -> None:
    content = mail(("1.x12", ORDERS["day/1.x12"]), ("more.zip", packed({"2.x12": b"no document"})))
    number = desk.arrive(content, "mail.eml", "mail")
    desk.work_off()
    assert [path for *_, path in desk.links()] == ["1.x12", "more.zip", "more.zip/2.x12"]
    assert desk.states() == ["read", "read", "read", "quarantined"]
    assert (number, "mail") in desk.ask(document.c.id, document.c.format)


def test_an_e_mail_of_a_stranger_is_not_opened(desk: UnpackingDesk) -> None:
    desk.arrive(mail(("1.x12", ORDERS["day/1.x12"])), "mail.eml", "stranger")
    desk.work_off()
    assert desk.states() == ["quarantined"]
    assert "mail.unknown_sender" in desk.problems(1)
