"""Secrets are taken out of a document before its bytes are kept.

A SharedSecret, the MAC of a hub and the number of a payment card become asterisks; everything else
stays byte by byte as it came.
"""

import re

from parsers.xml.admit import wide_encoding

_MASK = b"********"
_SECRETS = re.compile(
    rb"(<(?:[\w.-]+:)?(SharedSecret|CredentialMac)(?:\s[^>]*)?(?<!/)>)"
    rb"([^<]*(?:<!\[CDATA\[.*?\]\]>[^<]*)*)(?=</)",
    re.DOTALL,
)
_CARD = re.compile(rb"(<(?:[\w.-]+:)?PCard\s[^>]*?\bnumber\s*=\s*[\"'])(\d[\d -]{6,30})(?=[\"'])")
_DIGITS_SHOWN = 4


def masked(body: bytes) -> bytes:
    """Return a document without its secrets and card numbers."""
    wide = wide_encoding(body)
    if wide is None:
        return _masked(body)
    text = body.decode(wide, "replace")
    return _masked(text.encode()).decode().encode(wide)


def _masked(body: bytes) -> bytes:
    body = _SECRETS.sub(lambda found: found[1] + (_MASK if found[3].strip() else found[3]), body)
    return _CARD.sub(lambda found: found[1] + _card(found[2]), body)


def _card(number: bytes) -> bytes:
    return b"*" * (len(number) - _DIGITS_SHOWN) + number[-_DIGITS_SHOWN:]
