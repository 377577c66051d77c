"""Uploads that are not whole yet: each two files in a folder, what it is and what came so far.

They outlive the process, so that a sender goes on where it stopped after either side was restarted.
What nobody has gone on with for a day is removed. The claim of the document is made of the name of
the upload: whoever repeats the last piece, because the answer got lost, gets the same receipt.
"""

import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

KEPT_SECONDS = 24 * 3600
EACH_MAX = 100
_NAME = re.compile(r"[A-Za-z0-9_-]{32}")


class Upload(Struct, frozen=True, kw_only=True):
    """What is being sent: `size` is how many bytes it will have."""

    id: str
    partner: str
    name: str
    size: int

    @property
    def claim(self) -> str:
        """What makes its arrival count once."""
        return f"http-{self.id}"


class Unfinished:
    """The uploads in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, partner: str, name: str, size: int) -> Upload | None:
        """Begin an upload; None where the partner has too many. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._remove_old()
        if sum(one.partner == partner for one in self._all()) >= EACH_MAX:
            return None
        upload = Upload(id=secrets.token_urlsafe(24), partner=partner, name=name, size=size)
        self.bytes_of(upload).touch(mode=0o600)
        about = self._about(upload.id)
        temporary = about.with_suffix(".new")
        temporary.write_bytes(msgspec.json.encode(upload))
        temporary.rename(about)
        return upload

    def find(self, name: str) -> Upload | None:
        """Return the upload of that name, None where there is none."""
        if not _NAME.fullmatch(name):
            return None
        try:
            return msgspec.json.decode(self._about(name).read_bytes(), type=Upload)
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def bytes_of(self, upload: Upload) -> Path:
        """Return where its bytes are; there are none any more when it has its receipt."""
        return self._folder / f"{upload.id}.part"

    def offset(self, upload: Upload) -> int | None:
        """Return how much of it has come; None when it was taken."""
        try:
            return self.bytes_of(upload).stat().st_size
        except FileNotFoundError:
            return None

    def taken(self, upload: Upload) -> None:
        """Let the bytes go, which are in the archive; what it was is remembered for a day."""
        self.bytes_of(upload).unlink(missing_ok=True)

    def remove(self, upload: Upload) -> None:
        """Forget an upload."""
        self._about(upload.id).unlink(missing_ok=True)
        self.bytes_of(upload).unlink(missing_ok=True)

    def _about(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _all(self) -> Iterator[Upload]:
        """Yield the uploads whose bytes are still coming."""
        for path in self._folder.glob("*.part"):
            found = self.find(path.stem)
            if found is not None:
                yield found

    def _remove_old(self) -> None:
        before = time.time() - KEPT_SECONDS
        for path in self._folder.iterdir():
            newest = max(_changed(path.with_suffix(end)) for end in (".part", ".json", ".new"))
            if newest < before:
                path.unlink(missing_ok=True)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
