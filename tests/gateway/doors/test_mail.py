"""The mailbox, on a real IMAP server: each message once, strangers kept closed, nothing lost."""

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.doors.board import Board
from gateway.doors.household import House as Household
from gateway.doors.mail import MailDoor, Mailroom
from gateway.doors.mail_settings import MailSettings, Sender
from gateway.doors.taking import Room
from gateway.doors.zips import UnpackingSettings
from gateway.flows.chunks import KIND, UNPACK
from gateway.flows.unpacking import Unpacking
from gateway.store import fetched
from gateway.store.engine import Store
from gateway.store.schema import document, partner
from tests.gateway.flows.test_matching import Desk, interchange, order

KNOWN = (
    Sender(address="orders@bellweather.example", partner="bellweather"),
    Sender(address="@copperline.example", partner="copperline"),
)


class PostOffice:
    """A real IMAP server, and a client of its own that puts messages in."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        start = "import sys; from pymap.main import main; sys.exit(main())"
        command = [sys.executable, "-c", start, "--host", "127.0.0.1"]
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port), "--no-tls", "dict"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.client = self._connected()

    def _connected(self) -> imaplib.IMAP4:
        for _ in range(200):
            try:
                client = imaplib.IMAP4("127.0.0.1", self.port)
            except OSError:
                time.sleep(0.05)
            else:
                client.login("demouser", "demopass")
                return client
        raise AssertionError(self.process.poll())

    def put(self, content: bytes) -> None:
        self.client.append("INBOX", "", "", content)

    def count(self, folder: str) -> int:
        return int(self.client.select(folder, readonly=True)[1][0])

    def empty(self) -> None:
        for folder in ("INBOX", "dockmatch-done", "dockmatch-refused"):
            if self.client.select(folder)[0] == "OK":
                self.client.store("1:*", "+FLAGS", "\\Deleted")
                self.client.expunge()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


def written(sender: str, number: int = 1, **headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = sender, f"Order {number}"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Please find attached.")
    message.add_attachment(
        interchange("850", "PO", [order(number)], number=number),
        maintype="application",
        subtype="edi-x12",
        filename=f"{number}.x12",
    )
    return message.as_bytes()


class MailDesk(Desk):
    """A desk with a mailbox."""

    def __init__(self, root: Path, store: Store, clock: Callable[[], datetime]) -> None:
        super().__init__(root, store, clock)
        self.board = Board(clock)
        self.room = Room((root,), 0)

    def door(self, office: PostOffice, **settings: object) -> MailDoor:
        told = MailSettings(
            host="127.0.0.1",
            port=office.port,
            tls=False,
            user="demouser",
            password="demopass",  # noqa: S106 - the server's own example
            senders=KNOWN,
        )
        household = Household(self.store, self.board, self.clock)
        mailroom = Mailroom(self.intake, self.room)
        return MailDoor(replace(told, **settings), mailroom, household)

    def work_off(self) -> None:
        limits = UnpackingSettings()
        unpacking = Unpacking(self.store, self.intake, self.jobs, limits, self.clock)
        self.jobs.work_off({KIND: self.matching, UNPACK: unpacking})

    def received(self) -> list[tuple[object, ...]]:
        columns = (document.c.id, document.c.name, partner.c.name, document.c.state)
        query = document.join(partner, partner.c.id == document.c.partner_id).select()
        with self.store.read() as connection:
            rows = connection.execute(query.with_only_columns(*columns).order_by(document.c.id))
            return [tuple(row)[1:] for row in rows]


@pytest.fixture(scope="module")
def open_office() -> Iterator[PostOffice]:
    office = PostOffice()
    yield office
    office.close()


@pytest.fixture
def office(open_office: PostOffice) -> PostOffice:
    open_office.empty()
    return open_office


@pytest.fixture
def desk(tmp_path: Path, store: Store, clock: Callable[[], datetime]) -> MailDesk:
    return MailDesk(tmp_path, store, clock)


def test_attachments_become_documents_of_their_partner(desk: MailDesk, office: PostOffice) -> None:
    office.put(written("Orders <Orders@Bellweather.example>"))
    office.put(written("anybody@copperline.example", 2))
    assert desk.door(office).visit() == 2
    assert (office.count("INBOX"), office.count("dockmatch-done")) == (0, 2)
    desk.work_off()
    assert desk.received() == [
        ("Order 1.eml", "bellweather", "read"),
        ("Order 2.eml", "copperline", "read"),
        ("1.x12", "bellweather", "read"),
        ("2.x12", "copperline", "read"),
    ]


@pytest.mark.parametrize(
    "sender",
    [
        "orders@elsewhere.example",
        "orders@bellweather.example.elsewhere.example",
        "orders@bellweather.example, x@elsewhere.example",
        '"orders@bellweather.example" <x@elsewhere.example>',
    ],
)
def test_a_stranger_is_kept_and_shown_and_never_opened(
    desk: MailDesk, office: PostOffice, sender: str
) -> None:
    office.put(written(sender))
    desk.door(office).visit()
    desk.work_off()
    assert desk.received() == [("Order 1.eml", "unknown-senders", "quarantined")]
    assert "mail.unknown_sender" in desk.problems(1)
    assert (office.count("INBOX"), office.count("dockmatch-refused")) == (0, 1)
    assert "file.quarantined" in desk.news()


@pytest.mark.parametrize(
    ("results", "owner"),
    [
        ("mx.buyer.example; dkim=pass; dmarc=pass header.from=bellweather.example", "bellweather"),
        ("mx.buyer.example; dmarc=fail", "unknown-senders"),
        ("mx.elsewhere.example; dmarc=pass", "unknown-senders"),
        (None, "unknown-senders"),
    ],
)
def test_a_sender_counts_where_our_mail_server_says_so(
    desk: MailDesk, office: PostOffice, results: str | None, owner: str
) -> None:
    headers = {"Authentication_Results": results} if results else {}
    office.put(written("orders@bellweather.example", **headers))
    desk.door(office, checked_by="mx.buyer.example").visit()
    assert desk.received()[0][1] == owner


def test_a_message_that_is_too_big_is_not_fetched(desk: MailDesk, office: PostOffice) -> None:
    office.put(written("orders@bellweather.example"))
    desk.door(office, size_max_bytes=100).visit()
    assert desk.received() == []
    assert office.count("dockmatch-refused") == 1


@pytest.mark.parametrize("moment", ["record", "remember", "move"])
def test_killed_in_between_each_message_is_taken_once(
    desk: MailDesk, office: PostOffice, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    office.put(written("orders@bellweather.example"))

    def die(*_: object) -> None:
        message = "killed"
        raise OSError(message)

    door = desk.door(office)
    places = {"record": desk.intake, "remember": fetched, "move": None}
    with monkeypatch.context() as killed:
        if moment == "move":
            killed.setattr("imap_tools.mailbox.BaseMailBox.move", die)
        else:
            killed.setattr(places[moment], moment, die)
        with pytest.raises(OSError, match="killed"):
            door.visit()
    assert office.count("INBOX") == 1
    desk.door(office).visit()
    desk.work_off()
    assert [name for name, *_ in desk.received()] == ["Order 1.eml", "1.x12"]
    assert office.count("dockmatch-done") == 1


def test_a_full_disk_leaves_the_message_where_it_is(desk: MailDesk, office: PostOffice) -> None:
    office.put(written("orders@bellweather.example"))
    desk.room = Room(desk.room.folders, 1 << 60)
    with pytest.raises(OSError, match="too little room"):
        desk.door(office).visit()
    assert office.count("INBOX") == 1


def test_a_mailbox_that_cannot_be_read_is_told(desk: MailDesk, office: PostOffice) -> None:
    told = []
    desk.board.changed = told.append
    door = desk.door(office, password="wrong", every_seconds=0.05)  # noqa: S106 - on purpose
    door.start()
    for _ in range(400):
        if told:
            break
        time.sleep(0.02)
    door.stop()
    assert told[0].state == "failing"
    assert "the mailbox cannot be read" in told[0].says
