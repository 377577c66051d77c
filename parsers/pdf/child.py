"""The child process in which a PDF or an image is read: `python -m parsers.pdf.child`.

What comes from outside may hang a parser or burst it, so it is parsed where that harms nobody. The
child takes an `Order` and the document's bytes from its standard input, bounds itself, and writes
frames to its standard output: four bytes of length and a MessagePack value each, page by page, so
that what was read before a crash is not lost. A step that takes too much processor time ends the
child by SIGPROF; the parent tells which step.
"""

import ctypes
import resource
import signal
import sys
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from parsers.pdf import problems
from parsers.pdf.reading import Ended, Frame, Limits, Order, ProblemFound

_HEADER = 4
_FILES = 256
_MARGIN = 2
_DIE_WITH_PARENT = 1  # Linux: PR_SET_PDEATHSIG


def main() -> None:
    """Read one order and its document from standard input and answer on standard output."""
    source = sys.stdin.buffer
    order = msgspec.msgpack.decode(source.read(_length(source)), type=Order)
    bound(order.limits)
    write(sys.stdout.buffer, read(source.read(), order))


def bound(limits: Limits) -> None:
    """Bound this process and those it starts.

    Address space, files, total processor time, no core dumps.
    """
    _lower(resource.RLIMIT_AS, limits.memory)
    _lower(resource.RLIMIT_CPU, int(limits.seconds) * _MARGIN)
    _lower(resource.RLIMIT_NOFILE, _FILES)
    _lower(resource.RLIMIT_CORE, 0)
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def _lower(what: int, limit: int) -> None:
    """Set a limit of this process, no higher than the one it was born with."""
    _, hard = resource.getrlimit(what)
    lowest = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(what, (lowest, hard))


def read(data: bytes, order: Order) -> Iterator[Frame]:
    """Yield the frames of a document."""

    def step() -> None:
        signal.setitimer(signal.ITIMER_PROF, order.limits.step_seconds)

    step()
    try:
        if b"%PDF-" in data[:1024]:
            from parsers.pdf.document import frames  # noqa: PLC0415 - images do not need PDFium
        else:
            from parsers.pdf.image import frames  # noqa: PLC0415 - PDFs may not need Pillow
        yield from frames(data, order, step)
    except MemoryError:
        yield ProblemFound(problems.too_big(), fatal=True)
        yield Ended(0)


def write(target: BinaryIO, frames: Iterator[Frame]) -> None:
    """Write `frames`, each as soon as it is there."""
    encode = msgspec.msgpack.Encoder().encode
    for frame in frames:
        body = encode(frame)
        target.write(len(body).to_bytes(_HEADER, "big"))
        target.write(body)
        target.flush()


def _length(source: BinaryIO) -> int:
    return int.from_bytes(source.read(_HEADER), "big")


if __name__ == "__main__":
    main()
