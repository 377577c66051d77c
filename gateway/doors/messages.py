"""An e-mail as an archive: its attachments are the members, its text and pictures are not.

Whatever a header says is taken as a hint: the parser is the forgiving one, and no name leads
anywhere. Pictures that stand in the text (logos, signatures) are no documents.
"""

import email
import email.header
import email.policy
from collections.abc import Iterator
from email.message import Message
from io import BytesIO
from typing import BinaryIO

from gateway.doors.zips import Budget, MemberError, RefusedError, Source, shown
from parsers.form import Problem

_DOCUMENTS = {  # what is one without a name, too
    "application/edi-x12": ".x12",
    "application/edifact": ".edi",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/pdf": ".pdf",
}
_OUTLOOK = {"application/ms-tnef", "application/vnd.ms-tnef"}
_NAME_CHARACTERS_MAX = 255


class MailMessage:
    """A message that is read; use `members` and `open` as with a ZIP."""

    is_document = False

    def __init__(self, source: BinaryIO, budget: Budget) -> None:
        """Read the message; raises RefusedError."""
        self._budget = budget
        try:
            self._message = email.message_from_binary_file(source, policy=email.policy.compat32)
            self._parts = list(_attachments(self._message))
        except RecursionError as error:
            raise RefusedError(_ENTANGLED) from error

    def members(self) -> Iterator[tuple[str, Message]]:
        """Yield the name of each attachment, and the attachment; raises RefusedError."""
        if not self._parts:
            raise RefusedError(_NOTHING)
        self._budget.take_members(len(self._parts))
        yield from self._parts

    def open(self, part: Message) -> Source:
        """Return the bytes of an attachment; raises MemberError where they cannot be had."""
        if part.get_content_type() in _OUTLOOK:
            raise MemberError(_WINMAIL)
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            raise MemberError(_UNREADABLE)
        return Source(BytesIO(content), len(content), self._budget)


def _attachments(message: Message) -> Iterator[tuple[str, Message]]:
    for number, part in enumerate(message.walk(), 1):
        if part.is_multipart() or _is_picture_in_text(part):
            continue
        kind = part.get_content_type()
        name = _name(part)
        if name or kind in _DOCUMENTS or part.get_content_disposition() == "attachment":
            yield name or f"part-{number}{_DOCUMENTS.get(kind, '')}", part


def _is_picture_in_text(part: Message) -> bool:
    if part.get_content_maintype() != "image":
        return False
    return part.get_content_disposition() == "inline" or "Content-ID" in part


def _name(part: Message) -> str:
    """Return the name of an attachment, "" where it has none (RFC 2183, RFC 2231, RFC 2047)."""
    try:
        given = part.get_filename() or ""
    except (ValueError, LookupError, TypeError):  # a charset that nobody knows
        return ""
    return shown(decoded(given))[:_NAME_CHARACTERS_MAX]


def decoded(header: str) -> str:
    """Return a header with its encoded words in clear; as it stands where they are broken."""
    try:
        return str(email.header.make_header(email.header.decode_header(header)))
    except (ValueError, LookupError, email.header.HeaderParseError):  # type: ignore[attr-defined]
        return header


STRANGER = Problem(
    code="mail.unknown_sender",
    message="the sender of this e-mail belongs to no partner, so nothing of it was opened",
    remedy="Name the address or its domain in [[mail.senders]], and have the message sent again.",
)
_NOTHING = Problem(
    code="mail.no_attachment",
    message="this e-mail has no attachment",
    expected="documents as attachments",
    remedy="Attach the documents; the text of an e-mail is not read.",
)
_ENTANGLED = Problem(
    code="mail.entangled",
    message="the parts of this e-mail lie too deep within each other",
    remedy="Attach the documents to a plain e-mail.",
)
_WINMAIL = Problem(
    code="mail.winmail",
    message="Outlook packed the attachments into its own format, which nobody else reads",
    found="winmail.dat",
    remedy="Send the message as plain text or HTML instead of rich text.",
)
_UNREADABLE = Problem(
    code="archive.member_damaged",
    message="this attachment cannot be decoded",
    remedy="Attach it again and send it again.",
)
