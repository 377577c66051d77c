"""The folder door's alarm clock: the file system's events, which may be late, many, or lost."""

import logging
import threading
from pathlib import Path

import structlog
from watchdog.events import (
    DirCreatedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

_KINDS = [FileClosedEvent, FileCreatedEvent, FileMovedEvent, DirCreatedEvent]

_log = structlog.get_logger()


class Alarm(FileSystemEventHandler):
    """Rings when something happens in a watched folder; missing events cost time, never files."""

    def __init__(self) -> None:
        self._rung = threading.Event()
        self._observer = Observer()
        self._watched: set[Path] = set()

    def start(self) -> None:
        """Begin to listen."""
        self._observer.start()

    def stop(self) -> None:
        """Listen no more."""
        # It calls it an error when an event comes in the moment of stopping.
        logging.getLogger("watchdog.observers.inotify").setLevel(logging.CRITICAL)
        self._observer.stop()
        self._observer.join()

    def watch(self, folder: Path) -> None:
        """Listen to `folder` too; one that cannot be listened to is only scanned."""
        if folder in self._watched:
            return
        self._watched.add(folder)
        try:
            self._observer.schedule(self, str(folder), event_filter=_KINDS)
        except OSError as error:
            _log.warning("folder.not_watched", folder=str(folder), error=str(error))

    def on_any_event(self, _event: FileSystemEvent) -> None:
        """Ring, whatever it was: what is there now is for the scan to see."""
        self._rung.set()

    def ring(self) -> None:
        """Ring without an event."""
        self._rung.set()

    def wait(self, seconds: float) -> None:
        """Return when it rings, or after so many seconds."""
        self._rung.wait(seconds)
        self._rung.clear()
