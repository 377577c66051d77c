"""Receipts of AS2 (MDNs), as OpenAS2 files them and as they go over the wire.

RFC 4130, 7.4: `Disposition` says whether a message was processed, `Original-Message-ID` which one.
OpenAS2's `MDNFileModule` writes three sections, "Headers:", "Attributes:" and "Text:", and calls
the fields by other names (`ORIGINAL_MESSAGE_ID`). Both are read alike: a field is a line with a
colon.
"""

import re
from typing import Literal

from msgspec import Struct

TEXT_BYTES_MAX = 1 << 18
_FIELD = re.compile(r"^([A-Za-z][A-Za-z_-]{0,40})[ \t]*:[ \t]*(.*)$", re.MULTILINE)
_FOLDED = re.compile(r"\r?\n[ \t]+")
_WORDS_MAX = 300


class Mdn(Struct, frozen=True, kw_only=True):
    """What a partner's server says of a message of ours.

    `outcome` is `failed` where it was not processed; a warning is no failure (RFC 4130, 7.4.3).
    """

    outcome: Literal["received", "failed"]
    disposition: str
    message_id: str | None
    mic: str | None


def mdn_of(content: bytes) -> Mdn | None:
    """Read a receipt; None where it is none."""
    text = _FOLDED.sub(" ", content[:TEXT_BYTES_MAX].decode("utf-8", "replace"))
    fields: dict[str, str] = {}
    for name, value in _FIELD.findall(text):
        fields.setdefault(name.lower().replace("_", "-"), value.strip()[:_WORDS_MAX])
    disposition = fields.get("disposition", "")
    _, mark, said = disposition.partition(";")
    if not mark:
        return None
    return Mdn(
        outcome="received" if _is_processed(said) else "failed",
        disposition=disposition,
        message_id=fields.get("original-message-id"),
        mic=fields.get("received-content-mic") or fields.get("mic"),
    )


def _is_processed(said: str) -> bool:
    """Whether a disposition type and its modifier say that the message was taken."""
    kind, _, modifier = said.strip().lower().partition("/")
    return kind.strip() == "processed" and not modifier.strip().startswith(("error", "failure"))
