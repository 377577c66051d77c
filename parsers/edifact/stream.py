"""The raw segments of an EDIFACT file, and their components addressed by two digits.

The release character takes the meaning off the character behind it. Both are put out of the way
before the text is split: the release character becomes a mark, its ward a stand-in, so that every
character keeps its place and offsets stay offsets into the file.

A segment becomes a list in which component 2 of element 1 stands at 12: `DTM/12` in a path. The
first component stands at 01 as well, where a path looks for a qualifier: `DTM[137]/12`.

From syntax version 4 on a composite that a segment has several times may be repeated instead; it
fills the same places then. Elsewhere the character is data, as many send it.
"""

import re
from typing import BinaryIO

from parsers.edifact.service import Service
from parsers.x12.segments import Segments, Window, joined, readable

COMPONENTS, ELEMENTS = 9, 12
"""How many components of an element are kept, and elements of a segment (UNB has eleven)."""

_NEAR = 128
"""Where the next interchange begins as a rule; to look further costs more."""

_MARK, _STAND_IN = "\ue000", 0xE100
_STOOD_IN = re.compile(f"{_MARK}|[\ue100-\ue1ff]")


class Stream(Segments):
    """Reads a file as raw segments whose released characters are out of the way."""

    headers = ("UNA", "UNB")
    trailer = "UNZ"

    def __init__(self, source: BinaryIO) -> None:
        super().__init__(source)
        self._release: str | None = None

    def use(self, service: Service) -> None:
        """Take segments as `service` says from here on."""
        if service.release != self._release:
            self._text = _restored(self._text, self._release or "")
            self._release = service.release
            self._text = self._protected(self._text)

    def peek(self, size: int) -> str:
        """Return what comes next; its beginning, at least, as the file has it."""
        text = super().peek(size)
        near = _restored(text[:_NEAR], self._release or "")
        if not any(name in near for name in self.headers):
            return _restored(text[:size], self._release or "") + text[size:]
        return near + text[_NEAR:]

    def _more(self) -> bool:
        more = super()._more()
        self._text = self._protected(self._text)
        return more

    def _protected(self, text: str) -> str:
        """Put released characters out of the way, in as many characters as before."""
        if self._release is None or self._release not in text:
            return text
        released = re.escape(self._release) + "(.)"
        return re.sub(
            released, lambda found: _MARK + chr(_STAND_IN + ord(found[1])), text, flags=re.DOTALL
        )


def unprotected(text: str) -> str:
    """Return text with its released characters back in their place."""
    return text if text.isascii() else _restored(text, "")


def raw_text(text: str, service: Service) -> str:
    """Return text as the file spells it, release characters and all."""
    return text if text.isascii() else _decoded(_restored(text, service.release or ""), service)


def _decoded(text: str, service: Service) -> str:
    """Return text that was decoded byte for byte as the character set of its interchange has it."""
    if service.encoding is None or text.isascii():
        return readable(text)
    try:
        return text.encode("latin-1").decode(service.encoding)
    except UnicodeDecodeError:
        return readable(text)


def _restored(text: str, release: str) -> str:
    return _STOOD_IN.sub(
        lambda found: release if found[0] == _MARK else chr(ord(found[0]) - _STAND_IN), text
    )


def rows_of(window: Window, service: Service) -> list[list[str]]:
    """Split segments into components at their two-digit addresses."""
    pieces = [joined(piece) for piece in window.pieces] if window.broken else window.pieces
    return [_row(_elements(piece, service), service) for piece in pieces]


def _elements(piece: str, service: Service) -> list[str]:
    """Return the elements of a raw segment, as long as they are in the file."""
    element, repetition = service.delimiters.element, service.delimiters.repetition
    if repetition is not None and repetition in piece and _SEVERAL.match(piece):
        piece = piece.replace(repetition, element)
    return piece.split(element)


_SEVERAL = re.compile(r"\s*(?:COM|GIN|GIR|PIA)(?![A-Za-z0-9])")
"""Segments that have the same composite several times, up to their end."""


def _row(elements: list[str], service: Service) -> list[str]:
    component = service.delimiters.component or "\0"
    row = [elements[0], *[""] * 9]
    for element in elements[1 : ELEMENTS + 1]:
        components = [_tidied(text, service) for text in element.split(component)[:COMPONENTS]]
        row += ["", *components, *[""] * (COMPONENTS - len(components))]
    row[1:2] = row[11:12] or [""]
    return row


def _tidied(text: str, service: Service) -> str:
    return " ".join(_decoded(unprotected(text), service).split())


def raw_span(piece: str, service: Service, element: int, component: int) -> tuple[int, int]:
    """Return where a component (from 1) of an element begins and ends in its raw segment."""
    elements = _elements(piece, service)
    start = sum(len(one) + 1 for one in elements[:element])
    components = elements[element].split(service.delimiters.component or "\0")
    start += sum(len(one) + 1 for one in components[: component - 1])
    return start, start + len(components[component - 1])
