"""Pictures of pages, drawn in a child process and kept in memory while they are looked at."""

import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import msgspec

from gateway.web.drawing import Drawn

KEPT_BYTES = 64 << 20
FILE_BYTES_MAX = 64 << 20
SECONDS_MAX = 30
AT_ONCE = 2
_ROOT = Path(__file__).resolve().parents[2]


class PictureError(Exception):
    """A page that cannot be drawn."""


class Pictures:
    """Draws pages of archived files; `contents` opens one by its hash."""

    def __init__(self, contents: Callable[[str], BinaryIO]) -> None:
        self._contents = contents
        self._kept: OrderedDict[tuple[str, int], Drawn] = OrderedDict()
        self._kept_bytes = 0
        self._lock = threading.Lock()
        self._turns = threading.Semaphore(AT_ONCE)

    def sizes(self, sha256: str) -> list[tuple[float, float]]:
        """Return the sizes of a file's pages in points; nothing where it cannot be drawn."""
        try:
            return self._drawn(sha256, 0).sizes
        except PictureError:
            return []

    def picture(self, sha256: str, page: int) -> bytes:
        """Return page `page` (from 1) as PNG; raises PictureError."""
        picture = self._drawn(sha256, page).picture
        if not picture:
            message = "There is no such page."
            raise PictureError(message)
        return picture

    def _drawn(self, sha256: str, page: int) -> Drawn:
        with self._lock:
            kept = self._kept.get((sha256, page))
            if kept is not None:
                self._kept.move_to_end((sha256, page))
                return kept
        with self._turns:
            drawn = self._draw(sha256, page)
        self._keep((sha256, page), drawn)
        return drawn

    def _draw(self, sha256: str, page: int) -> Drawn:
        with self._contents(sha256) as file:
            data = file.read(FILE_BYTES_MAX)
        try:
            done = subprocess.run(  # noqa: S603 - our own module, by the interpreter that runs us
                [sys.executable, "-m", "gateway.web.drawing", str(page)],
                input=data,
                capture_output=True,
                timeout=SECONDS_MAX,
                cwd=_ROOT,
                check=True,
            )
            return msgspec.msgpack.decode(done.stdout, type=Drawn)
        except (subprocess.SubprocessError, msgspec.DecodeError) as error:
            message = "This page cannot be drawn; the file itself can be saved."
            raise PictureError(message) from error

    def _keep(self, key: tuple[str, int], drawn: Drawn) -> None:
        with self._lock:
            self._kept[key] = drawn
            self._kept_bytes += len(drawn.picture)
            while self._kept_bytes > KEPT_BYTES:
                _, dropped = self._kept.popitem(last=False)
                self._kept_bytes -= len(dropped.picture)
