"""Files that arrive piece by piece, in a folder of their own until they are whole.

A connection may break in the middle, so that the end of a write says little. What its format calls
complete is taken at once; anything else may go on arriving under its name, and is taken by the
rules of the watched folders (`gateway.doors.settled`) when nothing more has come for long enough.
"""

import os
import threading
import time
from collections.abc import Collection
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from gateway.doors.partner import Entry, PartnerFolder, is_half_written, new_claim
from gateway.doors.settled import Look, Patience, Sightings, look_at, verdict
from gateway.doors.taking import Claimed, Taking
from gateway.store.documents import Receipt
from parsers.form import Problem


class Arrivals:
    """What arrives for one partner by `door`."""

    def __init__(
        self, folder: PartnerFolder, door: str, taking: Taking, patience: Patience, size_max: int
    ) -> None:
        self.folder = folder
        self._door = door
        self._taking = taking
        self._patience = patience
        self._size_max = size_max
        self._sightings = Sightings()
        self._lock = threading.Lock()

    def path(self, name: str) -> Path:
        """Return where a file arrives."""
        return self.folder.arriving / name

    def make_sure_of_room(self) -> None:
        """Raise OSError where too little room is left for more."""
        self._taking.make_sure_of_room()

    def ended(self, name: str) -> Receipt | None:
        """Take a file that was written to its end, where its format agrees; raises OSError."""
        if is_half_written(name):
            return None
        try:
            look = look_at(self.path(name))
        except FileNotFoundError:
            return None
        return self._take(name) if look.shape == "complete" else None

    def look(self, written: Collection[str]) -> bool:
        """Take what has come to rest, `written` names excepted; returns whether anything is left.

        Raises OSError where nothing can be taken in.
        """
        entries = [one for one in self._entries() if one.name not in written]
        quiet = self._sightings.see(entries, time.monotonic())
        left = False
        for entry in entries:
            said = self._judge(entry, quiet[entry.name])
            if isinstance(said, Problem):
                self._taking.refuse(self.folder, self.path(entry.name), said)
            elif said == "take":
                self._take(entry.name)
            left = left or said == "wait"
        return left

    def _entries(self) -> list[Entry]:
        with os.scandir(self.folder.arriving) as names:
            return [
                Entry(one.name, one.stat(follow_symlinks=False))
                for one in names
                if not is_half_written(one.name)
            ]

    def _judge(self, entry: Entry, quiet: float) -> str | Problem:
        def look() -> Look:
            return look_at(self.path(entry.name))

        try:
            return verdict(entry, quiet, look, self._patience, self._size_max)
        except OSError:  # gone, or to be looked at again
            return "wait"

    def _take(self, name: str) -> Receipt | None:
        with self._lock:
            path = self.path(name)
            try:
                claimed = self.folder.claim_from(path, new_claim(self._door), name)
            except FileNotFoundError:
                return None
            try:
                receipts = self._taking.take_in([Claimed(self.folder, claimed)])
            except (OSError, DBAPIError):
                claimed.rename(path)  # it goes on arriving, and its sender may send it again
                raise
        return receipts[0] if receipts else None
