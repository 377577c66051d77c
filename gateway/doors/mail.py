"""The mailbox: a message becomes a document, and its attachments documents of their own.

The message is archived as it came and gets its receipt; a job takes the attachments out
(`gateway.flows.unpacking`). Only then is it moved to the folder of what is done, so that a crash
leaves it where it is found again; that it was taken is remembered by UIDVALIDITY and UID, which
name a message for good (RFC 9051, 2.3.1.1), and its claim is made of the same. A message of a
stranger is kept and shown, and nothing in it is opened.
"""

import email.policy
import hashlib
import imaplib
import re
import threading
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from io import BytesIO
from typing import Any

import structlog
from imap_tools import MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError
from msgspec import Struct
from sqlalchemy.exc import DBAPIError

from gateway.archive import Archive
from gateway.clock import stamp
from gateway.doors.household import House
from gateway.doors.mail_settings import MailSettings
from gateway.doors.messages import decoded
from gateway.doors.taking import Room
from gateway.doors.zips import shown
from gateway.flows.intake import Arrived, Intake
from gateway.store import fetched

DOOR = "mail"
_TIMEOUT_SECONDS = 60.0
_NAME_CHARACTERS_MAX = 100
_HEADER_CHARACTERS_MAX = 1000
_TROUBLES = (OSError, imaplib.IMAP4.error, ImapToolsError, DBAPIError)

_log = structlog.get_logger()


class Mailroom(Struct, frozen=True):
    """Where messages are taken in."""

    intake: Intake
    room: Room

    @property
    def archive(self) -> Archive:
        """The archive of the intake."""
        return self.intake.archive


class MailDoor:
    """Reads one mailbox, in a thread of its own."""

    def __init__(self, settings: MailSettings, mailroom: Mailroom, house: House) -> None:
        self._settings = settings
        self._mailroom = mailroom
        self._house = house
        self._senders = {one.address.lower(): one.partner for one in settings.senders}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mail")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and return when the message in hand is dealt with."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                taken = self.visit()
            except _TROUBLES as error:
                why = f"the mailbox cannot be read: {error or type(error).__name__}"
                self._house.board.say(DOOR, "failing", why)
            else:
                at = stamp(self._house.clock())[:16]
                self._house.board.say(DOOR, "well", f"last visit {at}, {taken} messages taken")
            self._stopping.wait(self._settings.every_seconds)

    def visit(self) -> int:
        """Take every message that is there; returns how many are new.

        Raises OSError, DBAPIError, and the errors of imaplib and imap_tools.
        """
        settings = self._settings
        kind = MailBox if settings.tls else MailBoxUnencrypted
        box: Any = kind(settings.host or "", settings.port, timeout=_TIMEOUT_SECONDS)
        with box.login(settings.user, settings.password, settings.folder):
            for name in (settings.done, settings.refused):
                if not box.folder.exists(name):
                    box.folder.create(name)
            validity = box.folder.status(settings.folder, ["UIDVALIDITY"])["UIDVALIDITY"]
            source = f"{settings.user}@{settings.host}/{settings.folder}/{validity}"[:200]
            taken = 0
            for uid in box.uids("ALL")[: settings.messages_max]:
                if self._stopping.is_set():
                    break
                taken += self._deal_with(box, source, uid)
        return taken

    def _deal_with(self, box: Any, source: str, uid: str) -> bool:
        with self._house.store.read() as connection:
            known = fetched.outcomes(connection, source, [uid]).get(uid)
        outcome = known or self._take(box, source, uid)
        folder = self._settings.done if outcome == fetched.TAKEN else self._settings.refused
        box.move([uid], folder)
        return known is None

    def _take(self, box: Any, source: str, uid: str) -> str:
        size = _size(box, uid)
        if size > self._settings.size_max_bytes:
            why = f"{size} bytes are more than mail.size_max_bytes"
            _log.warning("mail.refused", source=source, uid=uid, why=why)
            return self._remember(source, uid, fetched.REFUSED, why)
        self._mailroom.room.check()
        content = _content(box, uid)
        partner = self.partner_of(content)
        arrived = Arrived(
            claim=f"{DOOR}-{hashlib.sha256(f'{source}/{uid}'.encode()).hexdigest()[:40]}",
            partner=partner or self._settings.strangers,
            name=_name(content),
            door=DOOR,
            stored=self._mailroom.archive.put(BytesIO(content)),
            packed="mail" if partner else "stranger",
        )
        receipt = self._mailroom.intake.record([arrived])[0]
        _log.info("mail.received", receipt=receipt.number, partner=arrived.partner)
        return self._remember(source, uid, fetched.TAKEN if partner else fetched.REFUSED)

    def _remember(self, source: str, uid: str, outcome: str, note: str | None = None) -> str:
        one = fetched.Outcome(source=source, item=uid, outcome=outcome, note=note)
        with self._house.store.write() as connection:
            fetched.remember(connection, one, stamp(self._house.clock()))
        return outcome

    def partner_of(self, content: bytes) -> str | None:
        """Return whose message it is, None where its sender is a stranger."""
        headers = _headers(content)
        froms = getaddresses([str(one) for one in headers.get_all("From", [])])
        if len(froms) != 1:  # RFC 5322 lets several write; nobody can tell then whose it is
            return None
        address = froms[0][1].lower()
        if self._settings.checked_by and not _is_checked(headers, self._settings.checked_by):
            return None
        domain = f"@{address.rpartition('@')[2]}"
        return self._senders.get(address) or self._senders.get(domain)


def _size(box: Any, uid: str) -> int:
    _, data = box.client.uid("FETCH", uid, "(RFC822.SIZE)")
    told = b" ".join(one if isinstance(one, bytes) else one[0] for one in data if one)
    found = re.search(rb"RFC822\.SIZE (\d{1,18})", told)
    if found is None:
        message = f"the server does not tell the size of message {uid}"
        raise OSError(message)
    return int(found.group(1))


def _content(box: Any, uid: str) -> bytes:
    """Return a message as it lies there, without marking it as read."""
    _, data = box.client.uid("FETCH", uid, "(BODY.PEEK[])")
    for one in data:
        if isinstance(one, tuple):
            return bytes(one[1])
    message = f"the server does not give message {uid}"
    raise OSError(message)


def _headers(content: bytes) -> Message:
    return BytesHeaderParser(policy=email.policy.compat32).parsebytes(content)


def _name(content: bytes) -> str:
    """Return how a message is called: by its subject."""
    subject = decoded(str(_headers(content).get("Subject", ""))[:_HEADER_CHARACTERS_MAX])
    words = shown(" ".join(subject.split()))[:_NAME_CHARACTERS_MAX]
    return f"{words.replace('/', '_') or 'message'}.eml"


def _is_checked(headers: Message, server: str) -> bool:
    """Whether the mail server that is trusted says so (RFC 8601), in the topmost such header."""
    for one in headers.get_all("Authentication-Results", []):
        who, _, results = str(one).partition(";")
        if who.split()[:1] == [server]:
            return re.search(r"\bdmarc\s*=\s*pass\b", results, re.IGNORECASE) is not None
    return False
