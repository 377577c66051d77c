"""Changes of profiles that somebody approved: what was previewed, by whom, and what became of it.

`partners/NAME.approvals.jsonl` holds an approval a line, beside the profile. The line is written
before the profile is replaced: one without its profile says so by the hash, a profile without its
line would not.
"""

import hashlib
import os
from pathlib import Path

import msgspec
from msgspec import Struct

from gateway.preview import Tally

_ENCODER = msgspec.json.Encoder()


class Approval(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A change that was approved; `before` and `after` are the SHA-256 of the profiles.

    The counts are those of the preview: documents that were read, that read otherwise, and that
    have an error more.
    """

    partner: str
    by: str
    at: str
    after: str
    before: str | None = None
    files: int = 0
    documents: int = 0
    changed: int = 0
    worse: int = 0
    fields: dict[str, int] = {}


def approve(profile: Path, changed: Path, by: str, at: str, tally: Tally) -> Approval:
    """Put `changed` in the place of `profile`, and note who approved it on what preview."""
    text = changed.read_bytes()
    approval = Approval(
        partner=profile.stem,
        by=by,
        at=at,
        before=_digest(profile.read_bytes()) if profile.exists() else None,
        after=_digest(text),
        files=tally.files,
        documents=tally.documents,
        changed=tally.changed,
        worse=tally.worse,
        fields=dict(tally.fields),
    )
    profile.parent.mkdir(exist_ok=True)
    with _approvals(profile).open("ab") as notes:
        notes.write(_ENCODER.encode(approval) + b"\n")
        notes.flush()
        os.fsync(notes.fileno())
    fresh = profile.with_name(f".{profile.name}.new")
    with fresh.open("wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(profile)
    return approval


def approval_of(profile: Path) -> Approval | None:
    """Return the approval of a profile as it is now; None where it was never approved so."""
    try:
        lines = _approvals(profile).read_bytes().splitlines()
        now = _digest(profile.read_bytes())
    except OSError:
        return None
    told = (msgspec.json.decode(line, type=Approval) for line in reversed(lines))
    return next((one for one in told if one.after == now), None)


def _approvals(profile: Path) -> Path:
    return profile.with_suffix(".approvals.jsonl")


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
