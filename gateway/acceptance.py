"""What a receiver says that it made of an event: its own document number, or that it refused.

It says so in the body of its 2xx answer, or later by `POST /v1/events/{id}/acceptance`:
`{"document_number": "5105600123"}`, or `{"rejected": "the period is closed"}`.
"""

import msgspec
from msgspec import Struct

NUMBER_MAX, REASON_MAX = 128, 1000


class Said(Struct, frozen=True, kw_only=True):
    """One of the two: the number of the receiver's document, or why there is none."""

    document_number: str | None = None
    rejected: str | None = None


class _Answer(Struct, frozen=True):
    document_number: str | int | None = None
    rejected: str | None = None


_answer = msgspec.json.Decoder(_Answer)


def said(body: bytes | str) -> Said | None:
    """Return what a body says, None where it says nothing of the kind, or both at once."""
    try:
        told = _answer.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    number = "" if told.document_number is None else str(told.document_number).strip()
    reason = (told.rejected or "").strip()
    if bool(number) == bool(reason) or len(number) > NUMBER_MAX:
        return None
    return Said(document_number=number or None, rejected=reason[:REASON_MAX] or None)
