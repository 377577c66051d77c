"""Reading a PDF or a scanned image in a child process that may die without harm.

The child (`parsers.pdf.child`) bounds itself and is bounded from here by the clock. However it
ends, what it had read by then is kept, and its end is told as a problem of the document.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import structs

from parsers.form import Page, ParseError, Problem
from parsers.pdf import problems
from parsers.pdf.agree import agreed
from parsers.pdf.reading import (
    Attachment,
    AttachmentRead,
    Ended,
    Frame,
    Order,
    PageRead,
    ProblemFound,
    Reading,
    Way,
)

_HEAD = 1024
_HEADER = 4
_ROOT = Path(__file__).resolve().parents[2]
_AGAIN: tuple[Way, ...] = ("block", "scattered")
_PDF = b"%PDF-"
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*")


def claims(head: bytes) -> bool:
    """Whether a file that begins with `head` (1024 bytes or more) is a PDF or a scanned image."""
    return _PDF in head[:_HEAD] or head.startswith(_IMAGES)


def read(data: bytes, order: Order | None = None) -> Reading:
    """Read `data`, a PDF or an image, in a process of its own.

    Raises ParseError where nothing of it can be read: damaged, encrypted, beyond every limit.
    """
    order = order or Order(workers=os.cpu_count() or 1)
    if len(data) > order.limits.size:
        raise ParseError(problems.too_large(len(data), order.limits.size))
    output, ending = _run(data, order)
    reading = _gather(_frames(output), ending)
    if not any(page.words for page in reading.pages):
        worst = next((problem for problem in reading.problems if problem.is_error), None)
        if worst:
            raise ParseError(worst)
    return reading


def read_again(data: bytes, reading: Reading, order: Order | None = None) -> Reading:
    """Return `reading` with its scanned pages read in two other ways and all readings made one."""
    order = structs.replace(order or Order(workers=os.cpu_count() or 1), ways=_AGAIN)
    output, ending = _run(data, order)
    others: dict[int, list[Page]] = {}
    for page in _gather(_frames(output), ending).pages:
        others.setdefault(page.number, []).append(page)
    pages = tuple(agreed(page, others.get(page.number, ())) for page in reading.pages)
    return structs.replace(reading, pages=pages)


def _run(data: bytes, order: Order) -> tuple[bytes, str]:
    """Return what the child wrote and how it ended: "", "slow" or the reason of its death."""
    head = msgspec.msgpack.encode(order)
    message = len(head).to_bytes(_HEADER, "big") + head + data
    with tempfile.TemporaryDirectory(prefix="dockmatch-") as folder:
        child = subprocess.Popen(
            [sys.executable, "-m", "parsers.pdf.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env=_environment(folder),
            start_new_session=True,
        )
        try:
            output, _ = child.communicate(message, timeout=order.limits.seconds)
        except subprocess.TimeoutExpired:
            _end(child)
            return child.communicate()[0], "slow"
        finally:
            _end(child)
    return output, _ending(child.returncode)


def _environment(folder: str) -> dict[str, str]:
    """Return the child's environment.

    Its own temporary folder, and no threads where they do not help.
    """
    return {**os.environ, "TMPDIR": folder, "OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"}


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it has started."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # all of them have ended


def _ending(code: int) -> str:
    if code in (-signal.SIGPROF, -signal.SIGXCPU):
        return "slow"
    return "" if code == 0 else f"the reading process ended with {code}"


def _frames(output: bytes) -> Iterator[Frame]:
    """Yield the whole frames of `output`; a torn one at the end is left."""
    decode = msgspec.msgpack.Decoder(Frame).decode
    place = 0
    while place + _HEADER <= len(output):
        start = place + _HEADER
        place = start + int.from_bytes(output[place:start], "big")
        if place <= len(output):
            yield decode(output[start:place])


def _gather(frames: Iterator[Frame], ending: str) -> Reading:
    pages: list[Page] = []
    found: list[Attachment] = []
    told: list[Problem] = []
    total: int | None = None
    for frame in frames:
        match frame:
            case PageRead(page):
                pages.append(page)
            case AttachmentRead(attachment):
                found.append(attachment)
            case ProblemFound(problem):
                told.append(problem)
            case Ended(count):
                total = count
    if total is None:
        place = len(pages) + 1
        told.append(
            problems.too_slow(place) if ending == "slow" else problems.crashed(place, ending)
        )
    return Reading(
        format="scan" if pages and all(page.by == "ocr" for page in pages) else "pdf",
        pages=tuple(pages),
        attachments=tuple(found),
        problems=tuple(told),
        pages_total=len(pages) if total is None else total,
    )
