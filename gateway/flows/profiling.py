"""Changing a partner's profile: tried on what it sent last, put live by a person, and announced.

Paper is left out of the trial: the rows of a profile are about forms, and paper is read by
processes of its own, which may die of it.
"""

import hashlib
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from gateway import partners as files
from gateway.approving import Approval, approve
from gateway.archive import Archive, CorruptError
from gateway.clock import moment_of, stamp
from gateway.formats import Arrival
from gateway.partners import Agreed, agreed_in
from gateway.preview import NOBODY, Compared, Opener, Tally, compared
from gateway.store.events import NewEvent, announce
from gateway.store.replaying import Sent, sent_last
from mappers.partners import PartnerError
from parsers.detect import detect
from parsers.form import ParseError

_SECONDS_MAX = 10.0
_SHOWN_DOCUMENTS = 10
_HEAD_BYTES = 4096
_PAPER = "pdf"
_json = msgspec.json.Encoder()


class PartnerNews(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A profile that was put live: the SHA-256 of its text before and after, and its trial."""

    partner: str
    after: str
    before: str | None = None
    files: int = 0
    documents: int = 0
    changed: int = 0
    worse: int = 0


class Draft(Struct, frozen=True, kw_only=True):
    """A text that is to be the profile of a partner; `seen` names the one that was changed."""

    partner: str
    text: str
    seen: str


class Rehearsal(Struct, frozen=True, kw_only=True):
    """What a changed profile comes to on the last files: counts, and some documents that differ.

    `paper` and `unread` are files that were left out, because they are paper or time was over.
    """

    tally: Tally
    shown: tuple[Compared, ...]
    paper: int
    unread: int


class StaleError(Exception):
    """Somebody else changed the profile meanwhile."""


def text_of(name: str) -> str | None:
    """Return the text of a partner's profile, None where it has none; broken bytes are marked."""
    path = files.path_of(name)
    if path is None or not path.is_file():
        return None
    return path.read_text(encoding="utf-8", errors="replace")


def digest_of(text: str | None) -> str:
    """Return what names a text; that of no profile is empty."""
    return "" if text is None else hashlib.sha256(text.encode()).hexdigest()


def rehearse(connection: Connection, archive: Archive, draft: Draft, last: int) -> Rehearsal:
    """Read what a partner sent last by its profile and by a draft; raises `PartnerError`."""
    name, after = draft.partner, _agreed(draft.text)
    before = _live(name)
    until, tally = time.monotonic() + _SECONDS_MAX, Tally()
    shown: list[Compared] = []
    paper, sent = 0, sent_last(connection, name, last)
    for place, one in enumerate(sent):
        if time.monotonic() > until:
            return Rehearsal(tally=tally, shown=tuple(shown), paper=paper, unread=len(sent) - place)
        opened = partial(archive.open, one.sha256)
        if _is_paper(archive, one):
            paper += 1
            continue
        tally.files += 1
        for document in _compared(opened, _arrival(name, one), before, after):
            tally.count(document)
            if not document.is_same and len(shown) < _SHOWN_DOCUMENTS:
                shown.append(document)
    return Rehearsal(tally=tally, shown=tuple(shown), paper=paper, unread=0)


def _live(name: str) -> Agreed:
    """Return what is agreed now; a profile that has mistakes is as none."""
    try:
        return files.agreed_with(name) or NOBODY
    except PartnerError:
        return NOBODY


def _agreed(text: str) -> Agreed:
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder, "draft.toml")
        draft.write_text(text, encoding="utf-8")
        return agreed_in(draft)


def _is_paper(archive: Archive, one: Sent) -> bool:
    try:
        with archive.open(one.sha256) as source:
            return detect(source.read(_HEAD_BYTES)) == _PAPER
    except (CorruptError, FileNotFoundError):
        return True


def _arrival(name: str, one: Sent) -> Arrival:
    year = moment_of(one.received_at).year
    return Arrival(name=one.name, sha256=one.sha256, year=year, partner=name)


def _compared(
    opened: Opener, arrival: Arrival, before: Agreed, after: Agreed
) -> Iterator[Compared]:
    try:
        yield from compared(opened, arrival, before, after)
    except ParseError:
        return  # it could not be read before, and cannot be read then


def put_live(connection: Connection, draft: Draft, by: str, at: datetime, tally: Tally) -> Approval:
    """Make a draft the profile, as `by` approved it on this trial, and announce it.

    Raises `StaleError` where somebody changed the profile since it was seen, `PartnerError` for
    mistakes.
    """
    name, text = draft.partner, draft.text
    path = files.path_of(name)
    if path is None:
        message = f"{name!r} is no name of a partner"
        raise PartnerError(message)
    _agreed(text)
    if digest_of(text_of(name)) != draft.seen:
        raise StaleError
    with tempfile.TemporaryDirectory() as folder:
        changed = Path(folder, path.name)
        changed.write_text(text, encoding="utf-8")
        approval = approve(path, changed, by, stamp(at), tally)
    told = PartnerNews(
        partner=name,
        after=approval.after,
        before=approval.before,
        files=tally.files,
        documents=tally.documents,
        changed=tally.changed,
        worse=tally.worse,
    )
    news = NewEvent(
        type="partner.changed", subject=f"partner/{name}", data=_json.encode(told), actor=by
    )
    announce(connection, [news], stamp(at))
    return approval
