"""EDIFACT interchanges, read: bytes in, one document for each message out.

As for X12: several interchanges in a file, each with its own characters, whatever is wrong told on
the document where it stands, and a message that breaks off yielded as far as it goes.
"""

from collections.abc import Iterator
from typing import BinaryIO

from msgspec import structs

from parsers.edifact.service import HEADER_LIMIT, claims, find_service
from parsers.edifact.stream import Stream
from parsers.edifact.walk import Event, Walk
from parsers.form import Document, ParseError, Problem
from parsers.x12.start import BLANKS

__all__ = ["claims", "documents"]


def documents(source: BinaryIO) -> Iterator[Document]:
    """Yield the documents of a file in their order; memory does not grow with the file.

    Raises `ParseError` where the file cannot be read, or not be read on.
    """
    held: list[Document] = []
    try:
        for event in _events(Stream(source)):
            if isinstance(event, Document):
                yield from held
                held = [event]
            else:
                held = [structs.replace(one, problems=(*one.problems, event)) for one in held]
    except ParseError:
        yield from held
        raise
    yield from held


def _events(stream: Stream) -> Iterator[Event]:
    """Yield documents, and between them the problems that belong to the one before."""
    index = 0
    while True:
        text = stream.peek(HEADER_LIMIT)
        if index and not text.strip(BLANKS):
            return
        service = find_service(text, stream.start)
        if service is None and not index:
            raise ParseError(_nothing(text))
        if service is None:
            yield _trailing(text, stream.start)
            return
        stream.skip(service.skip)
        stream.use(service)
        walk = Walk(service, index, stream.start)
        yield from _interchange(walk, stream)
        index = walk.index


def _interchange(walk: Walk, stream: Stream) -> Iterator[Event]:
    while not walk.ended:
        try:
            window = stream.take(walk.delimiters)
        except ParseError:
            yield from walk.end(broken=True)
            raise
        if not window.pieces:
            yield from walk.end()
            return
        yield from walk.take(window)
        if walk.ended:
            stream.give_back(window, walk.start)


def _nothing(text: str) -> Problem:
    return Problem(
        code="edifact.no_interchange",
        message="no EDIFACT interchange begins here",
        at="byte 0",
        found=text[:20],
        expected="UNA or UNB",
        remedy="Send the whole interchange, from UNB to UNZ.",
    )


def _trailing(text: str, start: int) -> Problem:
    return Problem(
        code="edifact.text_after",
        severity="warning",
        message="text that is no segment stands behind the interchange",
        at=f"byte {start}",
        found=text.strip()[:40],
        expected="the end of the file, or UNB",
        remedy="Check whether a further interchange is damaged.",
    )
