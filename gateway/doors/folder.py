"""The watched folders: a scan is the truth, the file system's events only say when to look.

Each pass looks at every partner's `in/`. What has come to rest is claimed by a rename, archived in
batches, and gets its receipt; what can never be taken in goes to quarantine with the reason. Claims
without a receipt, after a crash or a full disk, are taken up again by the next pass. Decided files
are moved on by `gateway.flows.answering`. No trouble with one file, and none with the disk, stops
the door: it says so and tries again.
"""

import errno
import os
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import Self

import structlog
from msgspec import Struct
from sqlalchemy.exc import DBAPIError

from gateway.archive import Archive, Batch
from gateway.doors.alarm import Alarm
from gateway.doors.partner import CLAIM_MARK, Entry, PartnerFolder, name_of, objection, readable
from gateway.doors.refusals import Refusals
from gateway.doors.settled import Look, Patience, Sightings, look_at, shape_of, verdict
from gateway.flows.intake import Arrived, Intake
from parsers.form import Problem

_BATCH = 256  # files that get their receipts together
_PASS_MAX = 2000  # files of one partner in one pass, so that the others' are seen soon
_PAUSE_SECONDS = 0.2  # between two passes, however often the alarm rings
_SOON_SECONDS, _YOUNG_SECONDS = 0.05, 3.0
_RETRY_SECONDS = 1.0
_PIECE = 1 << 20
_SICK_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS}

_log = structlog.get_logger()


class FolderSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the folders are watched; sizes in bytes, times in seconds."""

    size_max_bytes: int = 128 << 20
    free_min_bytes: int = 64 << 20
    scan_seconds: float = 30.0
    patience: Patience = Patience()


class _Claimed(Struct, frozen=True):
    folder: PartnerFolder
    path: Path


class _UnreadableError(Exception):
    """A claimed file cannot be read to its end."""


class FolderDoor:
    """Takes in what partners put into their folders under `inbox`."""

    def __init__(
        self,
        inbox: Path,
        intake: Intake,
        archive: Archive,
        refusals: Refusals,
        settings: FolderSettings,
    ) -> None:
        self._inbox = inbox
        self._intake = intake
        self._archive = archive
        self._refusals = refusals
        self._settings = settings
        self._folders: dict[str, PartnerFolder] = {}
        self._sightings: dict[str, Sightings] = {}
        self._unrecorded: dict[Path, _Claimed] = {}
        self._next_pass = 0.0  # seconds from the end of this one
        self._alarm = Alarm()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="folders")
        self.passes = 0
        self.idle = False
        """Whether the last of `passes` found nothing to do, now or soon."""

    def start(self) -> None:
        """Begin to watch."""
        self._alarm.start()
        self._thread.start()

    def stop(self) -> None:
        """End; returns when the batch in hand has its receipts."""
        self._stopping.set()
        self._alarm.ring()
        self._thread.join()
        self._alarm.stop()

    def look(self) -> None:
        """Do a pass at once."""
        self._alarm.ring()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.scan()
                self._alarm.wait(self._next_pass)
            except (OSError, DBAPIError) as error:
                self.idle = False
                _log.warning("folders.stalled", error=str(error))
                self._stopping.wait(_RETRY_SECONDS)
            self._stopping.wait(_PAUSE_SECONDS)

    def scan(self) -> int:
        """Do one pass; returns how many files got a receipt. Raises OSError on a sick disk."""
        self._next_pass = self._settings.scan_seconds
        self._find_folders()
        found = [self._ready(folder) for folder in self._folders.values()]
        turns = (one for turn in zip_longest(*found) for one in turn if one is not None)
        taken = 0
        work = chain(list(self._unrecorded.values()), self._claim(turns))
        while not self._stopping.is_set() and (batch := list(islice(work, _BATCH))):
            taken += self._take_in(batch)
        self.idle = taken == 0 and self._next_pass == self._settings.scan_seconds
        self.passes += 1
        return taken

    def _come_back(self, seconds: float) -> None:
        self._next_pass = min(self._next_pass, seconds)

    def _find_folders(self) -> None:
        """Serve every folder in the inbox; one that is new may hold claims of an earlier life."""
        there = {
            path.name: path
            for path in sorted(self._inbox.iterdir())
            if not path.name.startswith(".") and not path.is_symlink() and path.is_dir()
        }
        for name in self._folders.keys() - there.keys():
            del self._folders[name]
        for name, path in there.items():
            if name not in self._folders:
                self._serve(PartnerFolder(path))

    def _serve(self, folder: PartnerFolder) -> None:
        folder.prepare()
        self._recover(folder)
        self._folders[folder.partner] = folder
        self._sightings[folder.partner] = Sightings()
        self._alarm.watch(folder.incoming)

    def _recover(self, folder: PartnerFolder) -> None:
        claimed = folder.claimed()
        known = self._intake.known(list(claimed))
        left = [path for claim, path in claimed.items() if claim not in known]
        for path in sorted(left, key=lambda path: path.lstat().st_mtime_ns):
            self._unrecorded[path] = _Claimed(folder, path)

    # What is there, and what of it may be taken.

    def _ready(self, folder: PartnerFolder) -> list[tuple[PartnerFolder, str]]:
        """Return what of a folder can be taken now; refuse what never can."""
        try:
            entries = folder.entries()
        except OSError as error:  # one partner's trouble is not the others'
            _log.warning("folders.unreadable", partner=folder.partner, error=str(error))
            return []
        quiet = self._sightings[folder.partner].see(entries, time.monotonic())
        ready = []
        for entry in entries:
            said = self._judge(folder, entry, quiet[entry.name])
            if isinstance(said, Problem):
                self._refuse(folder, folder.incoming / entry.name, said)
            elif said == "take":
                ready.append((folder, entry.name))
            else:
                self._come_back(_SOON_SECONDS if quiet[entry.name] < _YOUNG_SECONDS else 1.0)
        if len(ready) > _PASS_MAX:
            self._come_back(0)
        return ready[:_PASS_MAX]

    def _judge(self, folder: PartnerFolder, entry: Entry, quiet: float) -> str | Problem:
        def look() -> Look:
            return look_at(folder.incoming / entry.name)

        settings = self._settings
        try:
            return verdict(entry, quiet, look, settings.patience, settings.size_max_bytes)
        except FileNotFoundError:  # taken away meanwhile
            return "wait"
        except OSError as error:
            waited = quiet >= settings.patience.give_up
            return _unreadable(error) if waited else "wait"

    def _claim(self, ready: Iterator[tuple[PartnerFolder, str]]) -> Iterator[_Claimed]:
        for folder, name in ready:
            try:
                claimed = _Claimed(folder, folder.claim(name))
            except FileNotFoundError:  # somebody was quicker
                continue
            self._unrecorded[claimed.path] = claimed
            yield claimed

    # What was claimed gets into the archive, and its receipt.

    def _take_in(self, claimed: Sequence[_Claimed]) -> int:
        self._make_sure_of_room()
        with self._archive.batch() as batch:
            arrived = [arrival for one in claimed if (arrival := self._store(one, batch))]
            batch.settle()
        for folder in {one.folder.partner: one.folder for one in claimed}.values():
            folder.keep_claims()
        if arrived:
            self._intake.record(arrived)
        for one in claimed:
            self._unrecorded.pop(one.path, None)
        return len(arrived)

    def _make_sure_of_room(self) -> None:
        if shutil.disk_usage(self._inbox).free < self._settings.free_min_bytes:
            raise OSError(errno.ENOSPC, "too little room on the disk to take anything in")

    def _store(self, one: _Claimed, batch: Batch) -> Arrived | None:
        """Put a claimed file into the batch; None where it was refused or put back."""
        try:
            entry = Entry(one.path.name, one.path.lstat())
        except FileNotFoundError:
            _log.warning("folders.gone", file=str(one.path))
            return None
        problem = objection(entry, self._settings.size_max_bytes)
        if problem is None:
            try:
                return self._read(one, batch)
            except _UnreadableError as error:
                problem = _unreadable(error)
        self._refuse(one.folder, one.path, problem)
        return None

    def _read(self, one: _Claimed, batch: Batch) -> Arrived | None:
        with _Source(one.path) as source:
            stored = batch.add(source)
            if source.changed():
                one.folder.release(one.path)
                return None
            return Arrived(
                claim=one.path.name.split(CLAIM_MARK, 1)[0],
                partner=one.folder.partner,
                name=readable(name_of(one.path)),
                door="folder",
                stored=stored,
                truncated=source.shape() == "incomplete",
            )

    def _refuse(self, folder: PartnerFolder, path: Path, problem: Problem) -> None:
        try:
            self._refusals.refuse(folder, path, problem)
        except OSError as error:
            if error.errno in _SICK_DISK:
                raise
            _log.warning("folders.not_moved", file=str(path), error=str(error))


class _Source:
    """A claimed file, open for the archive; its own faults are told apart from the archive's."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Self:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            self._descriptor = os.open(self._path, flags)
        except OSError as error:
            raise _UnreadableError(str(error)) from error
        self._before = self._status()
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def _status(self) -> tuple[int, int, int]:
        status = os.fstat(self._descriptor)
        return status.st_size, status.st_mtime_ns, status.st_nlink

    def read(self, size: int = _PIECE) -> bytes:
        """Read on; raises _UnreadableError."""
        try:
            return os.read(self._descriptor, size)
        except OSError as error:
            raise _UnreadableError(str(error)) from error

    def changed(self) -> bool:
        """Whether somebody wrote to the file since it was opened."""
        return self._status() != self._before

    def shape(self) -> str:
        """Return whether the file looks whole."""
        return shape_of(self._descriptor)


def _unreadable(error: Exception) -> Problem:
    return Problem(
        code="file.cannot_be_read",
        message="the system does not let us read this file",
        found=str(error),
        remedy="Give the gateway's user the right to read it, and put it into the folder again.",
    )
