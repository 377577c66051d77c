"""Attachments of e-mails: documents come out, logos stay in, and nothing is believed."""

from email.message import EmailMessage
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.doors.messages import MailMessage, decoded
from gateway.doors.zips import Budget, MemberError, RefusedError, UnpackingSettings


def unpack(content: bytes) -> dict[str, bytes | str]:
    message = MailMessage(BytesIO(content), Budget(UnpackingSettings()))
    found: dict[str, bytes | str] = {}
    for name, part in message.members():
        try:
            found[name] = message.open(part).read(1 << 20)
        except MemberError as error:
            found[name] = error.problem.code
    return found


def written(html: str | None = None) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "orders@supplier.example"
    message.set_content("Please find attached.")
    if html:
        message.add_alternative(html, subtype="html")
    return message


def test_attachments_come_out_and_pictures_in_the_text_do_not() -> None:
    message = written("<img src='cid:logo'>")
    body = message.get_payload()[1]
    body.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<logo>", filename="logo.png")
    message.add_attachment(b"ISA*", maintype="application", subtype="edi-x12", filename="1.x12")
    message.add_attachment(b"\xff\xd8", maintype="image", subtype="jpeg", filename="scan.jpg")
    message.add_attachment(
        b"GIF8", maintype="image", subtype="gif", filename="b.gif", disposition="inline"
    )
    assert unpack(message.as_bytes()) == {"1.x12": b"ISA*", "scan.jpg": b"\xff\xd8"}


def test_a_document_without_a_name_gets_one() -> None:
    message = written()
    message.add_attachment(b"<a/>", maintype="application", subtype="xml")
    assert list(unpack(message.as_bytes())) == ["part-3.xml"]


def test_a_forwarded_message_gives_its_attachments() -> None:
    inner = written()
    inner.add_attachment(b"ISA*", maintype="application", subtype="octet-stream", filename="1.x12")
    outer = written()
    outer.add_attachment(inner)
    assert unpack(outer.as_bytes()) == {"1.x12": b"ISA*"}


def test_what_outlook_packed_is_named() -> None:
    message = written()
    message.add_attachment(
        b"\x78\x9f\x3e\x22", maintype="application", subtype="ms-tnef", filename="winmail.dat"
    )
    assert unpack(message.as_bytes()) == {"winmail.dat": "mail.winmail"}


def test_a_message_without_attachments_is_refused() -> None:
    with pytest.raises(RefusedError) as caught:
        unpack(written().as_bytes())
    assert caught.value.problem.code == "mail.no_attachment"


def test_parts_within_parts_without_end_are_refused() -> None:
    text = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
        for n in range(3000)
    )
    with pytest.raises(RefusedError) as caught:
        unpack(text)
    assert caught.value.problem.code in {"mail.entangled", "mail.no_attachment"}


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("=?utf-8?q?Bestellung_=C3=9C?=", "Bestellung Ü"),
        ("=?nonsense?q?a?=", "=?nonsense?q?a?="),
        ("plain", "plain"),
    ],
)
def test_headers_are_read_in_clear_or_as_they_stand(header: str, text: str) -> None:
    assert decoded(header) == text


def test_a_name_in_any_charset_is_no_path() -> None:
    content = (
        b"Content-Type: application/pdf\r\n"
        b"Content-Disposition: attachment;"
        b" filename*=utf-8''..%2F..%2Fetc%2Fpasswd%0A.pdf\r\n\r\n%PDF"
    )
    assert list(unpack(content)) == ["../../etc/passwd\\n.pdf"]


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    message = written()
    message.add_attachment(b"ISA*", maintype="application", subtype="edi-x12", filename="1.x12")
    whole = message.as_bytes()
    middle = len(whole) // 2
    for one in (content, whole[:middle] + content + whole[middle:]):
        try:
            unpack(one)
        except RefusedError as error:
            assert error.problem.remedy  # noqa: PT017 - both ways are right
