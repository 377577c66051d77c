"""AS2 by a server beside us: its folders are our door, and its receipts are read back.

OpenAS2 speaks AS2 with the partner and knows nothing of us; we speak to its folders. What it has
received is claimed here and taken in. What lies in the partner's `out/`, answers in our own form
excepted, is put whole into its outbox. The receipts that it files say whether the partner got what
we sent: the name of such a file begins with the name of ours, up to the last `--`
(docs/doors.md says how the server is told to do so).
"""

import errno
import os
import shutil
import threading
import time
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec
from sqlalchemy.exc import DBAPIError

from gateway.clock import stamp
from gateway.doors.as2_settings import As2Settings
from gateway.doors.bringing import due
from gateway.doors.household import House
from gateway.doors.mdn import TEXT_BYTES_MAX, Mdn, mdn_of
from gateway.doors.partner import Entry, PartnerFolder, is_half_written, new_claim, readable
from gateway.doors.settled import Patience, Sightings, look_at, verdict
from gateway.doors.taking import Claimed, Taking
from gateway.store import fetched
from gateway.store.events import NewEvent, announce
from parsers.form import Problem

DOOR = "as2"
_AT_ONCE = 500
_OUR_ANSWERS = (".answer.json", ".answer.txt")
_NAME_BYTES_MAX = 200


class Partnership:
    """The folders of one partner, here and at the AS2 server."""

    def __init__(self, settings: As2Settings, root: Path, folder: PartnerFolder) -> None:
        self.settings = settings
        self.folder = folder
        self.received = root / settings.received
        self.outbox = root / settings.outbox if settings.outbox else None
        self.mdns = root / settings.mdns if settings.mdns else None
        self.sightings = Sightings()

    @property
    def door(self) -> str:
        """What the board calls it."""
        return f"{DOOR}/{self.settings.partner}"


class As2Door:
    """Looks after all partnerships, in a thread of its own."""

    def __init__(
        self,
        partnerships: list[Partnership],
        taking: Taking,
        house: House,
        patience: Patience,
        size_max: int,
    ) -> None:
        self._partnerships = partnerships
        self._taking = taking
        self._house = house
        self._patience = patience
        self._size_max = size_max
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="as2")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and return when it has."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        pause = min(one.settings.every_seconds for one in self._partnerships)
        while not self._stopping.wait(pause):
            for one in self._partnerships:
                try:
                    self.look(one)
                except (OSError, DBAPIError) as error:
                    why = f"the folders of the AS2 server cannot be used: {error}"
                    self._house.board.say(one.door, "failing", why)
                else:
                    self._house.board.say(one.door, "well", f"{one.received} is looked at")

    def look(self, one: Partnership) -> int:
        """Take, bring, and read receipts; returns how many files were taken. Raises OSError."""
        taken = self._take(one)
        if one.outbox is not None:
            self._bring(one, one.outbox)
        if one.mdns is not None:
            self._read_receipts(one, one.mdns)
        return taken

    def _take(self, one: Partnership) -> int:
        with os.scandir(one.received) as found:
            entries = [
                Entry(each.name, each.stat(follow_symlinks=False))
                for each in found
                if not is_half_written(each.name) and not each.is_dir(follow_symlinks=False)
            ]
        quiet = one.sightings.see(entries, time.monotonic())
        claimed = []
        for entry in entries:
            path = one.received / entry.name
            look = partial(look_at, path)
            said = verdict(entry, quiet[entry.name], look, self._patience, self._size_max)
            if isinstance(said, Problem):
                self._taking.refuse(one.folder, path, said)
            elif said == "take":
                claimed.append(Claimed(one.folder, self._claim(one.folder, path)))
        return len(self._taking.take_in(claimed)) if claimed else 0

    def _claim(self, folder: PartnerFolder, path: Path) -> Path:
        """Take a file out of the server's folder, which may be on another file system."""
        name = os.fsdecode(os.fsencode(path.name)[:_NAME_BYTES_MAX])
        try:
            return folder.claim_from(path, new_claim(DOOR), name)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
        arrived = folder.arriving / f".{uuid.uuid4().hex}.part"
        _copy(path, arrived)
        claimed = folder.claim_from(arrived, new_claim(DOOR), name)
        path.unlink()
        return claimed

    def _bring(self, one: Partnership, outbox: Path) -> None:
        """Put what is due into the server's outbox, whole or not at all."""
        target = f"{DOOR}-out/{one.settings.partner}"
        waiting = due(self._house.store, one.folder, target, _AT_ONCE, _is_for_partner)
        for path, item in waiting:
            temporary = outbox.parent / f".{item}.part"  # the server looks into its outbox alone
            _copy(path, temporary)
            temporary.rename(outbox / path.name)
            self._remember(fetched.Outcome(source=target, item=item, outcome=fetched.SENT), [])

    def _read_receipts(self, one: Partnership, mdns: Path) -> None:
        source = f"{DOOR}-mdn/{one.settings.partner}"
        names = {str(path.relative_to(mdns))[-200:]: path for path in _files(mdns)}
        with self._house.store.read() as connection:
            known = fetched.outcomes(connection, source, list(names))
        for item in sorted(names.keys() - known.keys()):
            path = names[item]
            with path.open("rb") as file:
                mdn = mdn_of(file.read(TEXT_BYTES_MAX))
            outcome = mdn.outcome if mdn else fetched.REFUSED
            note = mdn.disposition if mdn else "no MDN"
            told = [_news(one.settings.partner, path.name, mdn)] if mdn else []
            done = fetched.Outcome(source=source, item=item, outcome=outcome, note=note)
            self._remember(done, told)

    def _remember(self, one: fetched.Outcome, told: list[NewEvent]) -> None:
        at = stamp(self._house.clock())
        with self._house.store.write() as connection:
            fetched.remember(connection, one, at)
            announce(connection, told, at)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the receipts, which stand in folders by date; the newest that can be held in mind."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and not is_half_written(path.name):
            yield path


def _is_for_partner(name: str) -> bool:
    return not name.endswith(_OUR_ANSWERS)


def _copy(path: Path, target: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(descriptor, "rb") as source, target.open("wb") as copy:  # noqa: PTH123 - of a descriptor
        shutil.copyfileobj(source, copy)
        copy.flush()
        os.fsync(copy.fileno())


def _news(partner: str, name: str, mdn: Mdn) -> NewEvent:
    file = readable(name).rpartition("--")[0] or None
    told = {
        "partner": partner,
        "file": file,
        "disposition": mdn.disposition,
        "message_id": mdn.message_id,
        "mic": mdn.mic,
    }
    return NewEvent(
        type="document.arrived" if mdn.outcome == "received" else "document.not_arrived",
        subject=f"as2/{partner}/{file or mdn.message_id or name}"[:160],
        data=msgspec.json.encode({key: value for key, value in told.items() if value}),
    )
