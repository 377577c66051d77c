"""The courier of folders: a file is there whole, under its name, or not at all."""

import asyncio
import os
from pathlib import Path

from gateway.delivering.parcel import Parcel, Sent, alike
from gateway.delivering.rendering import rendered
from gateway.flows.retry import Answer

SCHEME = "folder"


def folder_of(url: str, root: Path) -> Path:
    """Return the folder that an address names (`folder:exports`, `folder:/srv/erp`).

    Raises ValueError where it names none.
    """
    scheme, _, path = url.partition(":")
    if scheme != SCHEME or not path or "\0" in path:
        message = f"{url!r} names no folder, such as folder:exports or folder:/srv/erp"
        raise ValueError(message)
    return root / path


class Folder:
    """Writes parcels into folders; relative ones start at `root`."""

    def __init__(self, root: Path, source: str) -> None:
        self._root = root
        self._source = source

    async def send(self, parcel: Parcel) -> Sent:
        """Write a parcel once."""
        return await asyncio.to_thread(self._send, parcel)

    def _send(self, parcel: Parcel) -> Sent:
        file = rendered(parcel, self._source)
        try:
            if file.content is not None:
                put(folder_of(parcel.to.url, self._root), file.name, file.content)
        except (OSError, ValueError) as error:
            return alike(Answer(status=None, text=str(error)), parcel)
        return file.sent


def put(folder: Path, name: str, content: bytes) -> None:
    """Write a file so that whoever looks sees all of it, and a power cut takes none of it."""
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{name}.part"
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / name)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
