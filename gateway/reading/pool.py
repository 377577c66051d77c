"""The readers: a bounded number of processes that read files, replaced when they die.

One task goes to one reader at a time, so a death tells which files were the cause. A reader has a
limit on its memory, and each task one on its time; what it started itself dies with it.
"""

import os
import queue
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from gateway.reading.wire import (
    FRAME_MAX,
    LENGTH_BYTES,
    File,
    ReadFile,
    ReadRecord,
    Reply,
    Task,
    frame,
    next_frame,
)

_LAST_WORDS = 2000
_replies = msgspec.msgpack.Decoder(Reply)
_records = msgspec.msgpack.Decoder(ReadRecord)


class ReadingSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many readers, and the limits of each: bytes of memory, seconds for one task."""

    readers: int = 2
    memory_max_bytes: int = 4 << 30
    task_max_seconds: float = 300.0


class ReaderDiedError(Exception):
    """A reader did not survive its task, or not in time."""


class Readers:
    """Reads files of the archive in `archive`; big results pass through the folder `spool`."""

    def __init__(self, archive: Path, spool: Path, settings: ReadingSettings) -> None:
        self._archive = archive
        self._spool = spool
        self._settings = settings
        self._busy: set[_Reader] = set()
        self._free: queue.SimpleQueue[_Reader | None] = queue.SimpleQueue()

    def start(self) -> None:
        """Start the readers; their imports run while the gateway does other things."""
        self._spool.mkdir(parents=True, exist_ok=True)
        for leftover in self._spool.iterdir():
            leftover.unlink()
        for _ in range(self._settings.readers):
            self._free.put(self._reader())

    def stop(self) -> None:
        """End the readers; nobody reads any more."""
        for _ in range(self._settings.readers):
            reader = self._free.get()
            if reader:
                reader.end()

    def kill(self) -> None:
        """End the readers that are at work, whatever they are at."""
        for reader in list(self._busy):
            reader.kill()

    def _reader(self) -> "_Reader":
        return _Reader(self._archive, self._settings.memory_max_bytes)

    def read(self, files: Sequence[File]) -> tuple[ReadFile, ...]:
        """Read `files` in the next free reader; raises ReaderDiedError."""
        task = Task(files=tuple(files), spool=str(self._spool))
        reader = self._free.get() or self._reader()
        self._busy.add(reader)
        try:
            reply = reader.ask(frame(task), self._settings.task_max_seconds)
        except ReaderDiedError:
            reader.end()
            self._free.put(None)  # the next one starts a new reader
            raise
        finally:
            self._busy.discard(reader)
        self._free.put(reader)
        return _replies.decode(reply).files


def records_of(read: ReadFile) -> Iterator[ReadRecord]:
    """Yield the records of a file that was read, wherever they are."""
    if read.spooled is None:
        yield from read.records
        return
    with Path(read.spooled).open("rb") as spooled:
        while (content := next_frame(spooled)) is not None:
            yield _records.decode(content)


def forget(read: ReadFile) -> None:
    """Remove what `read` left in the spool."""
    if read.spooled is not None:
        Path(read.spooled).unlink(missing_ok=True)


class _Reader:
    """One process, in a session of its own, so that it and its children end together."""

    def __init__(self, archive: Path, memory_max: int) -> None:
        self._words: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `end`
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-P", "-m", "gateway.reading.child", str(archive), str(memory_max)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            start_new_session=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"},
        )

    def ask(self, request: bytes, seconds: float) -> bytes:
        """Send a task and return the reply; raises ReaderDiedError."""
        deadline = time.monotonic() + seconds
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise ReaderDiedError(self._last_words())
        try:
            process.stdin.write(request)
            process.stdin.flush()
        except BrokenPipeError as error:
            raise ReaderDiedError(self._last_words()) from error
        length = int.from_bytes(self._receive(process.stdout, LENGTH_BYTES, deadline), "big")
        if length > FRAME_MAX:
            message = f"the reader announced an answer of {length} bytes"
            raise ReaderDiedError(message)
        return self._receive(process.stdout, length, deadline)

    def _receive(self, stream: IO[bytes], size: int, deadline: float) -> bytes:
        descriptor, pieces, missing = stream.fileno(), [], size
        while missing:
            left = max(deadline - time.monotonic(), 0)
            if not select.select([descriptor], [], [], left)[0]:
                message = "reading took too long and was stopped"
                raise ReaderDiedError(message)
            piece = os.read(descriptor, min(missing, 1 << 20))
            if not piece:
                raise ReaderDiedError(self._last_words())
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)

    def _last_words(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1)
        status = self._process.poll()
        size = self._words.seek(0, os.SEEK_END)
        self._words.seek(max(size - _LAST_WORDS, 0))
        said = self._words.read().decode("utf-8", "replace").strip().splitlines()
        return f"the reader died ({status}): {said[-1] if said else 'without a word'}"

    def kill(self) -> None:
        """Kill it, and what it started."""
        with suppress(ProcessLookupError):  # gone with all its children
            os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Kill it, and clear away what is left."""
        self.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._words):
            if stream:
                stream.close()
