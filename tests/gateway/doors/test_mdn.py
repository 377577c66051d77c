"""Receipts of AS2 are read as OpenAS2 files them, and as they go over the wire."""

import pytest

from gateway.doors.mdn import mdn_of

FILED = """\
Headers:
Message-ID: <OPENAS2-25112026083005+0000-9@SUPPLIER_BUYER>
AS2-From: SUPPLIER
AS2-To: BUYER
Content-Type: multipart/report; report-type=disposition-notification; boundary="b"

Attributes:
REPORTING_UA: OpenAS2 Server
ORIGINAL_RECIPIENT: rfc822; SUPPLIER
FINAL_RECIPIENT: rfc822; SUPPLIER
ORIGINAL_MESSAGE_ID: <OPENAS2-25112026083000+0000-4711@BUYER_SUPPLIER>
DISPOSITION: automatic-action/MDN-sent-automatically; processed
MIC: 7v7F++fQaNB1sVLFtMRp+dF+eG4=, sha256
Text:
The message sent to SUPPLIER has been received, it is no guarantee that it was understood.
"""
SENT = """\
Content-Type: multipart/report; report-type=disposition-notification; boundary="part"\r
\r
--part\r
Content-Type: text/plain\r
\r
Thank you.\r
--part\r
Content-Type: message/disposition-notification\r
\r
Reporting-UA: another server\r
Original-Recipient: rfc822; SUPPLIER\r
Original-Message-ID:\r
 <4711@buyer.example>\r
Disposition: automatic-action/MDN-sent-automatically;\r
 processed/error: decryption-failed\r
Received-Content-MIC: abc=, sha-256\r
--part--\r
"""


def test_as_openas2_files_it() -> None:
    mdn = mdn_of(FILED.encode())
    assert mdn is not None
    assert mdn.outcome == "received"
    assert mdn.message_id == "<OPENAS2-25112026083000+0000-4711@BUYER_SUPPLIER>"
    assert mdn.mic == "7v7F++fQaNB1sVLFtMRp+dF+eG4=, sha256"


def test_as_it_is_sent_with_folded_lines() -> None:
    mdn = mdn_of(SENT.encode())
    assert mdn is not None
    assert (mdn.outcome, mdn.message_id) == ("failed", "<4711@buyer.example>")
    assert mdn.disposition.endswith("processed/error: decryption-failed")
    assert mdn.mic == "abc=, sha-256"


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("processed", "received"),
        ("Processed", "received"),
        ("processed/warning: duplicate-document", "received"),
        ("processed/Warning", "received"),
        ("processed/error: authentication-failed", "failed"),
        ("processed/failure: unsupported MIC-algorithms", "failed"),
        ("failed/failure: sender-equals-receiver", "failed"),
        ("dispatched", "failed"),
    ],
)
def test_dispositions(said: str, outcome: str) -> None:
    text = f"Disposition: automatic-action/MDN-sent-automatically; {said}"
    mdn = mdn_of(text.encode())
    assert mdn is not None
    assert mdn.outcome == outcome


@pytest.mark.parametrize("content", [b"", b"hello", b"Disposition: what?", b"\xff\xfe" * 100])
def test_what_is_no_receipt(content: bytes) -> None:
    assert mdn_of(content) is None
