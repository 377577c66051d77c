"""Secrets and card numbers are gone before bytes are kept, and nothing else is."""

import pytest

from gateway.punchout.masking import masked


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<SharedSecret>abc</SharedSecret>", b"<SharedSecret>********</SharedSecret>"),
        (
            b"<SharedSecret><![CDATA[a<b]]></SharedSecret>",
            b"<SharedSecret>********</SharedSecret>",
        ),
        (
            b"<x:SharedSecret a='1'>abc</x:SharedSecret>",
            b"<x:SharedSecret a='1'>********</x:SharedSecret>",
        ),
        (b"<SharedSecret>\n abc \n</SharedSecret>", b"<SharedSecret>********</SharedSecret>"),
        (b"<SharedSecret/>", b"<SharedSecret/>"),
        (b"<SharedSecret></SharedSecret>", b"<SharedSecret></SharedSecret>"),
        (
            b'<CredentialMac type="F">MnX=</CredentialMac>',
            b'<CredentialMac type="F">********</CredentialMac>',
        ),
        (
            b'<PCard number="4111111111111111" expiration="2027-01-01"/>',
            b'<PCard number="************1111" expiration="2027-01-01"/>',
        ),
        (b"<Name>SharedSecret of the firm</Name>", b"<Name>SharedSecret of the firm</Name>"),
    ],
)
def test_what_is_masked(before: bytes, after: bytes) -> None:
    assert masked(before) == after


def test_a_document_of_two_bytes_a_character_is_masked_too() -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><a><SharedSecret>abc</SharedSecret></a>'
    for encoding in ("utf-16-le", "utf-16-be"):
        kept = masked(text.encode(encoding)).decode(encoding)
        assert "abc" not in kept
        assert kept.endswith("********</SharedSecret></a>")
