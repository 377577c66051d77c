"""Retaining: what is older than its retention goes, and the log says so.

Slice by slice, each in a transaction of its own, so that nobody waits for long. A content goes
while nobody else can write: whoever brings the same one in meanwhile finds that it is gone, and
brings it again.
"""

import hashlib
import shutil
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
import structlog
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from gateway.archive import path_of
from gateway.clock import Clock, stamp
from gateway.config import RetentionSettings
from gateway.events.data import HoldNews, RetentionNews
from gateway.store import retention
from gateway.store.engine import Store
from gateway.store.events import NewEvent, announce
from gateway.store.retention import Hold

EVERY_SECONDS = 3600.0
_SLICE = 200
_SUBJECT = "retention"
_NOTHING = hashlib.sha256(b"").hexdigest()

_log = structlog.get_logger()


class Gone(Struct, frozen=True, kw_only=True):
    """How much went, or would go."""

    contents: int = 0
    bytes: int = 0
    answers: int = 0
    events: int = 0
    files: int = 0

    def and_also(self, other: "Gone") -> "Gone":
        """Return the sum of both."""
        names = Gone.__struct_fields__
        return Gone(**{name: getattr(self, name) + getattr(other, name) for name in names})


class Retaining:
    """Applies `settings` to the data of a gateway: its `store`, its archive, and its `inbox`."""

    def __init__(
        self, store: Store, archive: Path, inbox: Path, settings: RetentionSettings, clock: Clock
    ) -> None:
        self._store = store
        self._archive = archive
        self._inbox = inbox
        self._settings = settings
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="retention")

    def start(self) -> None:
        """Look now and then every hour."""
        self._thread.start()

    def stop(self) -> None:
        """End, and return when it has."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.apply()
            except (DBAPIError, OSError) as error:
                _log.warning("retention.stalled", error=str(error))
            self._stopping.wait(EVERY_SECONDS)

    def apply(self, *, dry: bool = False) -> Gone:
        """Remove what may go; where `dry`, only say how much the first slice of each would be."""
        gone = Gone()
        for step in (self._contents, self._answers, self._events, self._files):
            while not self._stopping.is_set():
                some = step(dry=dry)
                gone = gone.and_also(some)
                if dry or some == Gone():
                    break
        return gone

    def _contents(self, *, dry: bool) -> Gone:
        before, limit = self._before(self._settings.bytes_days), _limit(dry=dry)
        if before is None:
            return Gone()
        with self._store.read() as connection:
            found = retention.contents(connection, before, limit)
        gone = Gone(contents=len(found), bytes=sum(one.size for one in found))
        if dry or not found:
            return gone
        with self._store.write() as connection:
            allowed = {one.sha256 for one in retention.contents(connection, before, limit)}
            found = [one for one in found if one.sha256 in allowed]
            retention.remove_contents(connection, found, stamp(self._clock()))
            gone = Gone(contents=len(found), bytes=sum(one.size for one in found))
            _tell(connection, gone, self._clock())
            for one in found:  # while nobody can take in the same content again
                path_of(self._archive, one.sha256).unlink(missing_ok=True)
        return gone

    def _answers(self, *, dry: bool) -> Gone:
        before = self._before(self._settings.answers_days)
        if before is None:
            return Gone()
        with self._store.read() as connection:
            found = retention.answers(connection, before, _limit(dry=dry))
        gone = Gone(answers=len(found))
        if not dry and found:
            with self._store.write() as connection:
                retention.remove_answers(connection, found)
                _tell(connection, gone, self._clock())
        return gone

    def _events(self, *, dry: bool) -> Gone:
        before = self._before(self._settings.events_days)
        if before is None:
            return Gone()
        if dry:
            with self._store.read() as connection:
                return Gone(events=len(retention.events(connection, before, _limit(dry=True))))
        with self._store.write() as connection:
            rows = retention.events(connection, before, _SLICE)
            gone = Gone(events=len(rows))
            if rows:
                at = self._clock()
                run = f"evt_retention_{rows[0].sequence}_{at:%Y%m%d%H%M%S%f}"
                digest = retention.forget(connection, rows, run)
                _tell(connection, gone, at, digest, run.removeprefix("evt_"))
        return gone

    def _files(self, *, dry: bool) -> Gone:
        days = self._settings.done_days
        if days is None:
            return Gone()
        with self._store.read() as connection:
            held = {one.partner for one in retention.holds(connection)}
        last = (self._clock() - timedelta(days=days)).date()
        folders = [] if retention.ALL in held else list(_old(self._inbox, last, held))
        gone = Gone(files=sum(1 for one in folders for _ in one.iterdir()))
        if dry or not folders:
            return gone
        for one in folders:
            shutil.rmtree(one)
        with self._store.write() as connection:
            _tell(connection, gone, self._clock())
        return gone

    def _before(self, days: int | None) -> str | None:
        return None if days is None else stamp(self._clock() - timedelta(days=days))


def _limit(*, dry: bool) -> int:
    return 1_000_000 if dry else _SLICE


def _old(inbox: Path, last: date, held: set[str]) -> Iterator[Path]:
    """Yield the folders of days before `last`, of partners on whom no hold stands."""
    for folder in sorted(inbox.glob("*/done/????-??-??")):
        if folder.parent.parent.name not in held and folder.name < last.isoformat():
            yield folder


def _tell(
    connection: Connection,
    gone: Gone,
    at: datetime,
    digest: str = _NOTHING,
    key: str | None = None,
) -> None:
    news = RetentionNews(**{n: getattr(gone, n) for n in Gone.__struct_fields__}, digest=digest)
    told = NewEvent(
        type="retention.applied", subject=_SUBJECT, data=msgspec.json.encode(news), key=key
    )
    announce(connection, [told], stamp(at))


def hold(store: Store, wanted: Hold) -> Hold:
    """Hold everything of a partner, or one file; returns the hold with its number."""
    with store.write() as connection:
        told = (wanted.reason, wanted.actor)
        number = retention.hold(connection, wanted.partner, wanted.document_id, told, wanted.at)
        made = replace(wanted, id=number)
        _tell_of(connection, "retention.held", made, wanted.actor, wanted.at)
    return made


def release(store: Store, number: int, actor: str, at: str) -> Hold | None:
    """End a hold and return it; None where none of that number stands."""
    with store.write() as connection:
        found = next((one for one in retention.holds(connection) if one.id == number), None)
        if found is not None:
            retention.release(connection, number, at)
            _tell_of(connection, "retention.released", found, actor, at)
    return found


def _tell_of(connection: Connection, kind: str, one: Hold, actor: str, at: str) -> None:
    news = HoldNews(hold=one.id, partner=one.partner, document=one.document_id, reason=one.reason)
    told = NewEvent(type=kind, subject=_SUBJECT, data=msgspec.json.encode(news), actor=actor)
    announce(connection, [told], at)
