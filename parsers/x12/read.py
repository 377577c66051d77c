"""X12 interchanges, read: bytes in, one document for each transaction set out.

A file may hold several interchanges with delimiters of their own, each several groups, each several
sets. Whatever is wrong is told on the document where it stands; a set that breaks off is yielded as
far as it goes, with an error.
"""

from collections.abc import Iterator
from typing import BinaryIO

from msgspec import structs

from parsers.form import Document, ParseError, Problem
from parsers.x12 import faults
from parsers.x12.delimiters import HEADER_LIMIT
from parsers.x12.envelope import Interchange, Numbers
from parsers.x12.segments import Segments
from parsers.x12.start import BLANKS, claims, find_start, no_interchange
from parsers.x12.walk import Event, Walk

__all__ = ["claims", "documents"]


def documents(source: BinaryIO, *, exactly: bool = False) -> Iterator[Document]:
    """Yield the documents of a file in their order; memory does not grow with the file.

    Sets that look like earlier ones are recognised at a glance; with `exactly` none is, which is
    slower and the same in every other way. Raises `ParseError` where the file cannot be read, or
    not be read on.
    """
    held: list[Document] = []
    try:
        for event in _events(Segments(source), exactly=exactly):
            if not isinstance(event, Document):
                held = [_blamed(document, event) for document in held]
                continue
            yield from held
            held = [event]
    except ParseError:
        yield from held
        raise
    yield from held


def _blamed(document: Document, problem: Problem) -> Document:
    return structs.replace(document, problems=(*document.problems, problem))


def _events(segments: Segments, *, exactly: bool) -> Iterator[Event]:
    """Yield documents, and between them the problems that belong to the one before."""
    numbers, index = Numbers(), 0
    while True:
        text = segments.peek(HEADER_LIMIT)
        if index and not text.strip(BLANKS):
            return
        start = find_start(text, segments.start)
        if start is None:
            yield from _no_further(text, segments.start, index)
            return
        segments.skip(start.skip)
        interchange = Interchange(start.header, segments.start)
        segments.skip(start.length)
        problems = [*start.header.problems, *interchange.repeated(numbers)]
        walk = Walk(interchange, problems, index, exactly=exactly)
        yield from _interchange(walk, segments, interchange)
        index = walk.index


def _interchange(walk: Walk, segments: Segments, interchange: Interchange) -> Iterator[Event]:
    while not walk.ended:
        try:
            window = segments.take(interchange.header.delimiters)
        except ParseError:
            yield from walk.end(broken=True)
            raise
        if window.is_empty:
            yield from walk.end()
            return
        yield from walk.take(window)
        if walk.start < window.end:
            segments.give_back(window, walk.start)


def _no_further(text: str, start: int, index: int) -> Iterator[Problem]:
    if not index:
        raise no_interchange(text)
    yield faults.trailing_text(text, start)
