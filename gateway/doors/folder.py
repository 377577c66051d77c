"""The watched folders: a scan is the truth, the file system's events only say when to look.

Each pass looks at every partner's `in/`. What has come to rest is claimed by a rename, archived in
batches, and gets its receipt; what can never be taken in goes to quarantine with the reason. Claims
without a receipt, after a crash or a full disk, are taken up again by the next pass. Decided files
are moved on by `gateway.flows.answering`. No trouble with one file, and none with the disk, stops
the door: it says so and tries again.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from itertools import chain, islice, zip_longest
from pathlib import Path

from msgspec import Struct
from sqlalchemy.exc import DBAPIError

from gateway.doors.alarm import Alarm
from gateway.doors.board import Board, State
from gateway.doors.partner import Entry, PartnerFolder
from gateway.doors.settled import Look, Patience, Sightings, look_at, verdict
from gateway.doors.taking import Claimed, Taking, unreadable
from parsers.form import Problem

DOOR = "folders"
_BATCH = 256  # files that get their receipts together
_PASS_MAX = 2000  # files of one partner in one pass, so that the others' are seen soon
_PAUSE_SECONDS = 0.2  # between two passes, however often the alarm rings
_SOON_SECONDS, _YOUNG_SECONDS = 0.05, 3.0
_RETRY_SECONDS = 1.0
_UNREACHABLE_SECONDS = 5.0


class FolderSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the folders are watched; sizes in bytes, times in seconds.

    Where the file system tells of nothing, as on a network share, a scan comes each `poll_seconds`.
    """

    size_max_bytes: int = 128 << 20
    free_min_bytes: int = 64 << 20
    scan_seconds: float = 30.0
    poll_seconds: float = 5.0
    patience: Patience = Patience()


class FolderDoor:
    """Takes in what partners put into their folders under `inbox`, and `elsewhere`."""

    def __init__(
        self,
        inbox: Path,
        taking: Taking,
        settings: FolderSettings,
        board: Board,
        elsewhere: Sequence[PartnerFolder] = (),
    ) -> None:
        self._inbox = inbox
        self._taking = taking
        self._settings = settings
        self._board = board
        self._elsewhere = elsewhere
        self._folders: dict[Path, PartnerFolder] = {}
        self._polled: set[Path] = set()
        self._sightings: dict[Path, Sightings] = {}
        self._unrecorded: dict[Path, Claimed] = {}
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
            except (OSError, DBAPIError) as error:
                self.idle = False
                self._board.say(DOOR, "failing", f"nothing is taken in: {error}")
                self._stopping.wait(_RETRY_SECONDS)
            else:
                self._board.say(DOOR, "well", f"the folders below {self._inbox} are watched")
                self._alarm.wait(self._next_pass)
            self._stopping.wait(_PAUSE_SECONDS)

    def scan(self) -> int:
        """Do one pass; returns how many files got a receipt. Raises OSError on a sick disk."""
        self._next_pass = self._settings.scan_seconds
        self._find_folders()
        found = [self._ready(folder) for folder in list(self._folders.values())]
        turns = (one for turn in zip_longest(*found) for one in turn if one is not None)
        taken = 0
        work = chain(list(self._unrecorded.values()), self._claim(turns))
        while not self._stopping.is_set() and (batch := list(islice(work, _BATCH))):
            taken += self._take_in(batch)
        self.idle = taken == 0 and self._next_pass == self._settings.scan_seconds
        if self._polled:
            self._come_back(self._settings.poll_seconds)
        self.passes += 1
        return taken

    def _come_back(self, seconds: float) -> None:
        self._next_pass = min(self._next_pass, seconds)

    def _find_folders(self) -> None:
        """Serve every folder in the inbox, and those elsewhere, where they can be reached."""
        there = {
            path: PartnerFolder(path)
            for path in sorted(self._inbox.iterdir())
            if not path.name.startswith(".") and not path.is_symlink() and path.is_dir()
        }
        there |= {folder.root: folder for folder in self._elsewhere}
        for root in self._folders.keys() - there.keys():
            del self._folders[root]
            self._polled.discard(root)
        for root, folder in there.items():
            if root not in self._folders:
                self._try_to_serve(folder)

    def _try_to_serve(self, folder: PartnerFolder) -> None:
        """Begin to serve a folder; one that cannot be reached is told, and tried again later."""
        try:
            self._serve(folder)
        except OSError as error:
            self._say(folder, "failing", f"{folder.root} cannot be used: {error.strerror}")
            self._come_back(_UNREACHABLE_SECONDS)

    def _serve(self, folder: PartnerFolder) -> None:
        """Take up the claims of an earlier life, and listen, or else look more often."""
        folder.prepare()
        self._recover(folder)
        deaf = self._alarm.watch(folder.incoming)
        self._folders[folder.root] = folder
        self._sightings[folder.root] = Sightings()
        if deaf is None:
            self._say(folder, "well", f"{folder.incoming} is watched")
        else:
            self._polled.add(folder.root)
            seconds = f"{self._settings.poll_seconds:g}"
            self._say(folder, "slow", f"{folder.incoming} is looked at every {seconds} s: {deaf}")

    def _say(self, folder: PartnerFolder, state: State, says: str) -> None:
        self._board.say(f"{DOOR}/{folder.partner}", state, says)

    def _recover(self, folder: PartnerFolder) -> None:
        claimed = folder.claimed()
        known = self._taking.known(list(claimed))
        left = [path for claim, path in claimed.items() if claim not in known]
        for path in sorted(left, key=lambda path: path.lstat().st_mtime_ns):
            self._unrecorded[path] = Claimed(folder, path)

    # What is there, and what of it may be taken.

    def _ready(self, folder: PartnerFolder) -> list[tuple[PartnerFolder, str]]:
        """Return what of a folder can be taken now; refuse what never can."""
        try:
            entries = folder.entries()
        except OSError as error:  # one partner's trouble is not the others'
            self._lose(folder, error)
            return []
        quiet = self._sightings[folder.root].see(entries, time.monotonic())
        ready = []
        for entry in entries:
            said = self._judge(folder, entry, quiet[entry.name])
            if isinstance(said, Problem):
                self._taking.refuse(folder, folder.incoming / entry.name, said)
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
            return unreadable(error) if waited else "wait"

    def _claim(self, ready: Iterator[tuple[PartnerFolder, str]]) -> Iterator[Claimed]:
        for folder, name in ready:
            try:
                claimed = Claimed(folder, folder.claim(name))
            except FileNotFoundError:  # somebody was quicker
                continue
            except OSError as error:
                self._lose(folder, error)
                continue
            self._unrecorded[claimed.path] = claimed
            yield claimed

    def _lose(self, folder: PartnerFolder, error: OSError) -> None:
        """Serve a folder no more that cannot be used, until it can be again."""
        self._say(folder, "failing", f"{folder.root} cannot be used: {error.strerror}")
        self._folders.pop(folder.root, None)
        self._come_back(_UNREACHABLE_SECONDS)

    def _take_in(self, claimed: Sequence[Claimed]) -> int:
        receipts = self._taking.take_in(claimed)
        for one in claimed:
            self._unrecorded.pop(one.path, None)
        return len(receipts)
