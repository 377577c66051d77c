"""What goes between the gateway and its readers: one message a frame, four bytes of length first.

Nothing but MessagePack of these types crosses over: a reader that a hostile file has taken over can
tell lies about that file, and nothing else.
"""

from typing import BinaryIO

import msgspec
from msgspec import Struct

from gateway.acknowledging.replies import Reply as SentReply
from parsers.form import Problem
from parsers.received import Received

ITEM, LOST, TEST = "item:", "lost:", "|test"
"""Marks on keys: the items of an order, those of a claim without one, and all of test documents."""

LENGTH_BYTES = 4
FRAME_MAX = 256 << 20


class File(Struct, frozen=True, kw_only=True):
    """A file to be read from the archive; `year` is that of its arrival."""

    document: int
    sha256: str
    name: str
    partner: str
    year: int


class Task(Struct, frozen=True, kw_only=True):
    """Files to be read; records that are too many for one message go to a file in `spool`."""

    files: tuple[File, ...]
    spool: str


class ReadRecord(Struct, frozen=True, kw_only=True):
    """One record as it is stored: `body` is its JSON, `trace` compressed JSON where kept.

    `touches` are the keys of the orders, numbers and parties that it has to do with.
    """

    position: int
    kind: str
    number: str | None
    supplier: str | None
    incomplete: bool
    test: bool
    body: bytes
    touches: tuple[str, ...]
    trace: bytes | None = None


class ReadFile(Struct, frozen=True, kw_only=True):
    """What a file turned out to be; with `problems` it is no document that can be read.

    Records are here, or in the file `spooled`, `count` of them. `interchanges` is what an
    acknowledgment says of its envelopes, `replies` what it says itself of what we sent.
    """

    document: int
    format: str | None = None
    problems: tuple[Problem, ...] = ()
    records: tuple[ReadRecord, ...] = ()
    spooled: str | None = None
    count: int = 0
    interchanges: tuple[Received, ...] = ()
    replies: tuple[SentReply, ...] = ()


class Reply(Struct, frozen=True, kw_only=True):
    """The answer to a task: one entry for each of its files, in order."""

    files: tuple[ReadFile, ...]


encoder = msgspec.msgpack.Encoder()


def frame(message: Struct) -> bytes:
    """Return `message` as it goes over the wire."""
    content = encoder.encode(message)
    return len(content).to_bytes(LENGTH_BYTES, "big") + content


def next_frame(stream: BinaryIO) -> bytes | None:
    """Return the content of the next frame, None at the end of the stream."""
    length = stream.read(LENGTH_BYTES)
    return stream.read(int.from_bytes(length, "big")) if len(length) == LENGTH_BYTES else None
