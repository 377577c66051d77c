"""What a door has claimed gets into the archive and its receipt; what never can, its refusal.

A claim's name says by which door it came, so that what a crash leaves behind is taken up as what it
is, by whoever finds it.
"""

import errno
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import structlog
from msgspec import Struct

from gateway.archive import Archive, Batch
from gateway.doors.complete import shape
from gateway.doors.partner import (
    CLAIM_MARK,
    Entry,
    PartnerFolder,
    door_of,
    name_of,
    objection,
    readable,
)
from gateway.doors.refusals import Refusals
from gateway.doors.settled import ends_of
from gateway.flows.intake import Arrived, Intake, packing
from gateway.store.documents import Receipt
from parsers.form import Problem

_PIECE = 1 << 20
SICK_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS}

_log = structlog.get_logger()


class Claimed(Struct, frozen=True):
    """A file that was taken out of a partner's reach."""

    folder: PartnerFolder
    path: Path

    @property
    def claim(self) -> str:
        """What makes its arrival count once."""
        return self.path.name.split(CLAIM_MARK, 1)[0]


class Room(Struct, frozen=True):
    """The disks of `folders`, and how much must be free there for anything to be taken in."""

    folders: tuple[Path, ...]
    free_min_bytes: int

    def check(self) -> None:
        """Raise OSError where there is too little."""
        for folder in self.folders:
            if shutil.disk_usage(folder).free < self.free_min_bytes:
                message = f"too little room on the disk of {folder} to take anything in"
                raise OSError(errno.ENOSPC, message)


class _UnreadableError(Exception):
    """A claimed file cannot be read to its end."""


class Taking:
    """Takes in what was claimed; raises OSError on a sick disk, and nothing is half taken then."""

    def __init__(self, intake: Intake, refusals: Refusals, room: Room, size_max: int) -> None:
        self.intake = intake
        self._archive: Archive = intake.archive
        self._refusals = refusals
        self.room = room
        self._size_max = size_max

    def known(self, claims: Sequence[str]) -> set[str]:
        """Return those of `claims` that have their receipt."""
        return self.intake.known(claims)

    def make_sure_of_room(self) -> None:
        """Raise OSError where too little room is left to take anything in."""
        self.room.check()

    def take_in(self, claimed: Sequence[Claimed]) -> list[Receipt]:
        """Archive files, and give receipts for all that were not refused or put back."""
        self.room.check()
        with self._archive.batch() as batch:
            arrived = [arrival for one in claimed if (arrival := self._store(one, batch))]
            batch.settle()
        return self.intake.record(arrived) if arrived else []

    def _store(self, one: Claimed, batch: Batch) -> Arrived | None:
        """Put a claimed file into the batch; None where it was refused or put back."""
        try:
            entry = Entry(one.path.name, one.path.lstat())
        except FileNotFoundError:
            _log.warning("folders.gone", file=str(one.path))
            return None
        problem = objection(entry, self._size_max)
        if problem is None:
            try:
                return _read(one, batch)
            except _UnreadableError as error:
                problem = unreadable(error)
        self.refuse(one.folder, one.path, problem)
        return None

    def refuse(self, folder: PartnerFolder, path: Path, problem: Problem) -> None:
        """Answer, announce, and put aside; raises OSError on a sick disk."""
        try:
            self._refusals.refuse(folder, path, problem)
        except OSError as error:
            if error.errno in SICK_DISK:
                raise
            _log.warning("folders.not_moved", file=str(path), error=str(error))


def _read(one: Claimed, batch: Batch) -> Arrived | None:
    with _Source(one.path) as source:
        stored = batch.add(source)
        if source.changed():
            one.folder.release(one.path)
            return None
        head, tail = source.ends()
        return Arrived(
            claim=one.claim,
            partner=one.folder.partner,
            name=readable(name_of(one.path)),
            door=door_of(one.claim),
            stored=stored,
            truncated=shape(head, tail) == "incomplete",
            packed=packing(head),
        )


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

    def ends(self) -> tuple[bytes, bytes]:
        """Return the first bytes and the last."""
        return ends_of(self._descriptor)


def unreadable(error: Exception) -> Problem:
    """Return the problem of a file that cannot be read."""
    return Problem(
        code="file.cannot_be_read",
        message="the system does not let us read this file",
        found=str(error),
        remedy="Give the gateway's user the right to read it, and put it into the folder again.",
    )
