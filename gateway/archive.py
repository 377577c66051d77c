"""The raw archive: every file that came in, under the SHA-256 of its bytes, never rewritten.

`archive/ab/cd/<sha256>.zst`. What `settle` has returned from survives a power cut: the bytes are
synced before the file gets its name, and the folder after. A batch pays for this together, because
the file system commits neighbours in one go. An orphan here is harmless, a row without its bytes
would not be: so the archive is always written before the database.
"""

import hashlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import zstandard
from msgspec import Struct

_PIECE = 1 << 20
_IN_MEMORY = 8 << 20
_LEVEL = 3
_SYNCS_AT_ONCE, _FEW = 16, 8
_READ_ONLY = 0o440


class Stored(Struct, frozen=True, kw_only=True):
    """What the archive knows of a content: its hash, and its size in bytes as it came."""

    sha256: str
    size: int


class Readable(Protocol):
    """Whatever gives its bytes piece by piece, and no more at its end."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes."""


class CorruptError(Exception):
    """The archive no longer has the bytes that it was given."""

    def __init__(self, sha256: str, why: str) -> None:
        super().__init__(f"archived content {sha256} is damaged: {why}; restore it from a backup")
        self.sha256 = sha256


class Archive:
    """Contents by their hash under the folder `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._temporary = root / ".tmp"

    @property
    def root(self) -> Path:
        """Its folder."""
        return self._root

    def prepare(self) -> None:
        """Make the folders, and clear what an interrupted write left behind."""
        shutil.rmtree(self._temporary, ignore_errors=True)
        self._temporary.mkdir(parents=True)

    @contextmanager
    def batch(self) -> Iterator["Batch"]:
        """Store several contents together; they are there once `settle` returns."""
        batch = Batch(self._root, self._temporary)
        try:
            yield batch
        finally:
            batch.discard()

    def put(self, source: BinaryIO) -> Stored:
        """Store one content for good."""
        with self.batch() as batch:
            stored = batch.add(source)
            batch.settle()
        return stored

    def open(self, sha256: str) -> BinaryIO:
        """Return the bytes, seekable and checked against their hash.

        Raises CorruptError where they are damaged, FileNotFoundError where they are not here.
        """
        path = path_of(self._root, sha256)
        digest = hashlib.sha256()
        spool = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(self._temporary))  # noqa: SIM115
        whole = cast("BinaryIO", spool)  # the caller closes it
        try:
            with path.open("rb") as packed:
                for piece in zstandard.ZstdDecompressor().read_to_iter(packed):
                    digest.update(piece)
                    whole.write(piece)
        except zstandard.ZstdError as error:
            if "not enough memory" in str(error):
                raise MemoryError from error
            raise CorruptError(sha256, str(error)) from error
        if digest.hexdigest() != sha256:
            raise CorruptError(sha256, f"its bytes hash to {digest.hexdigest()}")
        whole.seek(0)
        return whole


class Batch:
    """Contents on their way into the archive."""

    def __init__(self, root: Path, temporary: Path) -> None:
        self._root = root
        self._temporary = temporary
        self._written: dict[Path, Path] = {}  # where each will stand: where it is written
        self._begun: Path | None = None
        self._folders: set[Path] = set()

    def add(self, source: Readable) -> Stored:
        """Write what `source` still has to give; it counts as stored only after `settle`."""
        self._drop_begun()  # whose source failed
        digest, size, temporary = hashlib.sha256(), 0, self._temporary / uuid.uuid4().hex
        self._begun = temporary
        packing = zstandard.ZstdCompressor(level=_LEVEL).compressobj()
        descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _READ_ONLY)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - of a descriptor
            while piece := source.read(_PIECE):
                digest.update(piece)
                size += len(piece)
                file.write(packing.compress(piece))
            file.write(packing.flush())
        self._begun = None
        stored = Stored(sha256=digest.hexdigest(), size=size)
        self._take(path_of(self._root, stored.sha256), temporary)
        return stored

    def _take(self, path: Path, temporary: Path) -> None:
        # Also where it is here already: another batch may not have synced these yet.
        self._folders |= {path.parent, path.parent.parent, self._root}
        if path in self._written or path.exists():
            temporary.unlink()
        else:
            self._written[path] = temporary

    def settle(self) -> None:
        """Return when everything added is on the disk under its name."""
        _sync_all(self._written.values())
        for path, temporary in self._written.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.rename(path)
        self._written.clear()
        _sync_all(self._folders)
        self._folders.clear()

    def discard(self) -> None:
        """Remove what was added and not settled."""
        self._drop_begun()
        for temporary in self._written.values():
            temporary.unlink(missing_ok=True)
        self._written.clear()

    def _drop_begun(self) -> None:
        if self._begun is not None:
            self._begun.unlink(missing_ok=True)
            self._begun = None


def path_of(root: Path, sha256: str) -> Path:
    """Return where a content stands under `root`."""
    return root / sha256[:2] / sha256[2:4] / f"{sha256}.zst"


def _sync_all(paths: Collection[Path]) -> None:
    """Sync several at once: the file system then commits them together."""
    if len(paths) < _FEW:
        for path in paths:
            sync(path)
    else:
        with ThreadPoolExecutor(_SYNCS_AT_ONCE) as pool:
            list(pool.map(sync, paths))


def sync(path: Path) -> None:
    """Force a file, or the names in a folder, to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
