"""The folder door's alarm clock: the file system's events, which may be late, many, or lost.

On some mounts nothing is ever heard, and on network shares only of what this machine writes itself.
So a folder is told by its file system, and tried by a file of our own, before it is relied on.
"""

import logging
import threading
import uuid
from contextlib import suppress
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

_KINDS = [FileClosedEvent, FileCreatedEvent, FileMovedEvent, DirCreatedEvent]

_PROBE_SECONDS = 2.0
_MOUNTS = Path("/proc/self/mountinfo")
NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "ncpfs"}
    | {"sshfs", "s3fs", "rclone", "davfs"}  # these by FUSE, which stands before their name
)
"""File systems that others write to without this machine being told."""


class Alarm(FileSystemEventHandler):
    """Rings when something happens in a watched folder; missing events cost time, never files."""

    def __init__(self) -> None:
        self._rung = threading.Event()
        self._observer: BaseObserver | None = None  # the system has few, so not before the start
        self._deaf: str | None = None
        self._watched: dict[Path, ObservedWatch] = {}
        self._probe, self._heard = "", threading.Event()

    def start(self) -> None:
        """Begin to listen, where the system does so."""
        try:
            self._observer = Observer()
        except OSError as error:
            self._deaf = f"the system does not listen ({error.strerror})"
            return
        self._observer.start()

    def stop(self) -> None:
        """Listen no more."""
        # It calls it an error when an event comes in the moment of stopping.
        logging.getLogger("watchdog.observers.inotify").setLevel(logging.CRITICAL)
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()

    def watch(self, folder: Path) -> str | None:
        """Listen to `folder` too; returns why nothing will be heard of it, None where it will.

        Nothing is listened to before the start. Raises OSError where nothing can be written there.
        """
        kind = file_system(folder).removeprefix("fuse.")
        mute = f"{kind} does not tell what others write" if kind in NETWORK else None
        if self._observer is None:
            return self._deaf or mute
        before = self._watched.pop(folder, None)
        if before is not None:  # the folder may be another one by now
            with suppress(KeyError, OSError):
                self._observer.unschedule(before)
        try:
            watch = self._observer.schedule(self, str(folder), event_filter=_KINDS)
        except OSError as error:
            return f"the system does not listen to it ({error.strerror})"
        self._watched[folder] = watch
        if mute is not None:
            return mute
        return None if self._hears(folder) else "the file system tells of nothing"

    def _hears(self, folder: Path) -> bool:
        """Write a file to see whether the system tells of it."""
        probe = folder / f".{uuid.uuid4().hex}.probe"
        self._probe, self._heard = str(probe), threading.Event()
        try:
            probe.touch()
            return self._heard.wait(_PROBE_SECONDS)
        finally:
            probe.unlink(missing_ok=True)

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Ring, whatever it was: what is there now is for the scan to see."""
        if event.src_path == self._probe:
            self._heard.set()
            return
        self._rung.set()

    def ring(self) -> None:
        """Ring without an event."""
        self._rung.set()

    def wait(self, seconds: float) -> None:
        """Return when it rings, or after so many seconds."""
        self._rung.wait(seconds)
        self._rung.clear()


def file_system(folder: Path, mounts: Path = _MOUNTS) -> str:
    """Return what kind of file system a folder is on, "" where the system does not say.

    Linux, proc(5): the fifth field of a line is the mount point, and after a dash comes the kind.
    """
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
        whole = str(folder.resolve())
    except OSError:
        return ""
    best, kind = -1, ""
    for line in lines:
        fields, _, rest = line.partition(" - ")
        point = fields.split(" ")[4].encode().decode("unicode_escape")
        within = point in {"/", whole} or whole.startswith(f"{point}/")
        if within and len(point) >= best:
            best, kind = len(point), rest.split(" ")[0]
    return kind
