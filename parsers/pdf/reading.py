"""What a read of a PDF or a scanned image yields, and the limits under which it is made."""

from typing import Literal

from msgspec import Struct

from parsers.form import Page, Problem

MEGABYTE = 1 << 20

Way = Literal["columns", "block", "scattered"]


class Limits(Struct, frozen=True, kw_only=True):
    """What one document may cost; beyond it reading stops and says so.

    `step_seconds` is the processor time of one page or other step inside the child process,
    `seconds` the wall time of the whole read, `memory` the child's address space in bytes.
    """

    size: int = 100 * MEGABYTE
    memory: int = 768 * MEGABYTE
    seconds: float = 180.0
    step_seconds: int = 6
    pages: int = 200
    pages_ocr: int = 40
    pixels: int = 25_000_000
    image_pixels: int = 100_000_000
    words: int = 20_000
    chars: int = 200_000
    attachments: int = 20
    attachment_size: int = 20 * MEGABYTE
    output: int = 256 * MEGABYTE


class Order(Struct, frozen=True, kw_only=True):
    """What the child is asked to do; the document's bytes follow it.

    `ways` are the ways in which scans are read: as columns of text, as one block of lines, or as
    words scattered over the page. Each way sees what the others overlook. `distrust` reads pages as
    pictures even where they have text.
    """

    limits: Limits = Limits()
    languages: str = "eng"
    passwords: tuple[str, ...] = ()
    workers: int = 1
    ways: tuple[Way, ...] = ("columns",)
    distrust: bool = False


class Attachment(Struct, frozen=True, kw_only=True):
    """A file embedded in a PDF."""

    name: str
    data: bytes


class PageRead(Struct, frozen=True, tag="page"):
    """One page, read."""

    page: Page


class AttachmentRead(Struct, frozen=True, tag="attachment"):
    """One embedded file."""

    attachment: Attachment


class ProblemFound(Struct, frozen=True, tag="problem"):
    """Something that is wrong with the document; `fatal` where nothing of it can be used."""

    problem: Problem
    fatal: bool = False


class Ended(Struct, frozen=True, tag="end"):
    """The child came to its end; without this frame it died on the way."""

    pages: int


Frame = PageRead | AttachmentRead | ProblemFound | Ended


class Reading(Struct, frozen=True, kw_only=True):
    """A document's pages, its embedded files, and what is wrong with it.

    `pages_total` counts unread ones too.
    """

    format: Literal["pdf", "scan"] = "pdf"
    pages: tuple[Page, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    problems: tuple[Problem, ...] = ()
    pages_total: int = 0
