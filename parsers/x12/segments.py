"""The raw segments of a file, window by window: a stream is never held whole.

Text is decoded byte for byte (Latin-1), so that an offset in the text is an offset in the file. The
words of a person in UTF-8 or Windows-1252 are put right segment by segment, where they occur.
"""

from functools import cached_property
from typing import BinaryIO, ClassVar

from parsers.form import ParseError, Problem
from parsers.x12.delimiters import Delimiters

WINDOW_BYTES = 1 << 16
SEGMENT_LIMIT = 1 << 20
ELEMENTS_LIMIT = 1000
"""What stands behind the thousandth separator of a segment stays one element."""

_FILLING = "\r\n\t \0\x1a"
_BLANKS_LIMIT = 200
"""Blanks before a segment that are looked over for the end of the one before."""


class Window:
    """Whole segments as they stand in the file: their text from byte `start`.

    `broken` says that lines end inside of segments.
    """

    def __init__(self, text: str, start: int, terminator: str, *, broken: bool = False) -> None:
        self.text = text
        self.start = start
        self.end = start + len(text)
        self.terminator = terminator
        self.broken = broken

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing but filling."""
        return not self.text.strip(_FILLING)

    @cached_property
    def pieces(self) -> list[str]:
        """The segments without their terminators; none where there is but filling."""
        if self.is_empty:
            return []
        pieces = self.text.split(self.terminator)
        return pieces if pieces[-1] else pieces[:-1]

    def part(self, first: int, last: int) -> "Window":
        """Return the whole segments from one place of the text to another."""
        text = self.text[first:last]
        return Window(text, self.start + first, self.terminator, broken=self.broken)


class Segments:
    """Reads a file from its start; `start` is the byte offset of the text that is not yet taken.

    `headers` and `trailer` are the segments that an interchange begins and ends with.
    """

    headers: ClassVar[tuple[str, ...]] = ("ISA",)
    trailer: ClassVar[str] = "IEA"

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._text = ""
        self._ended = False
        self.start = 0

    def peek(self, size: int) -> str:
        """Return at least `size` characters of what comes next; fewer only where the file ends."""
        while len(self._text) < size and self._more():
            pass
        return self._text

    def skip(self, size: int) -> None:
        """Take `size` characters without looking at them."""
        self._text = self._text[size:]
        self.start += size

    def take(self, delimiters: Delimiters) -> Window:
        """Take the whole segments at hand, of one interchange; none at the end of the file.

        The last segment of a file may lack its terminator. Raises `ParseError` where a segment is
        longer than 1 MiB.
        """
        terminator = delimiters.terminator
        while terminator not in self._text:
            if len(self._text) > SEGMENT_LIMIT:
                raise ParseError(_too_long(self.start))
            if not self._more():
                return self._window(self._text, terminator)
        end = self._next_interchange(delimiters)
        last = self._text.rfind(terminator, 0, end)
        return self._window(self._text[: last + len(terminator)], terminator)

    def _next_interchange(self, delimiters: Delimiters) -> int | None:
        """Return where the next interchange may begin: before a header, or behind a trailer.

        Without it a file of many interchanges would be split anew from each of them to the end.
        """
        text, terminator = self._text, delimiters.terminator
        trailer = self.trailer + delimiters.element
        places = {header: text.find(header, 1) for header in self.headers}
        places[trailer] = text.find(trailer)
        name, at = _first_segment(text, places, terminator)
        if name != trailer:
            return at
        end = text.find(terminator, at)
        return end + len(terminator) if end >= 0 else None

    def _window(self, text: str, terminator: str) -> Window:
        window = Window(text, self.start, terminator)
        if _suspicious(text, terminator):
            window.broken = any(map(_is_broken, window.pieces))
        self.skip(len(text))
        if len(self._text) < WINDOW_BYTES:
            self._more()
        return window

    def give_back(self, window: Window, start: int) -> None:
        """Put back what stands from byte `start` on, for another interchange to read."""
        self._text = window.text[start - window.start :] + self._text
        self.start = start

    def _more(self) -> bool:
        chunk = self._source.read(WINDOW_BYTES)
        self._ended = not chunk
        self._text += chunk.decode("latin-1")
        return not self._ended


def _first_segment(
    text: str, places: dict[str, int], terminator: str
) -> tuple[str | None, int | None]:
    """Return the first segment that begins in one of these ways, and where it stands.

    `places` says where each beginning stands first (-1: nowhere), within a segment or not.
    """
    ahead = {name: at for name, at in places.items() if at >= 0}
    while ahead:
        at, name = min((at, name) for name, at in ahead.items())
        if _begins_segment(text, at, terminator):
            return name, at
        ahead[name] = text.find(name, at + 1)
        if ahead[name] < 0:
            del ahead[name]
    return None, None


def _begins_segment(text: str, at: int, terminator: str) -> bool:
    """Whether a segment begins here, blanks before it left out."""
    before = text[max(0, at - _BLANKS_LIMIT) : at]
    body = before.rstrip(_FILLING)
    return not before or body.endswith(terminator) or terminator in before[len(body) :]


def rows_of(window: Window, delimiters: Delimiters) -> list[list[str]]:
    """Split segments into elements, and put right what is broken or not ASCII in them."""
    separator, pieces = delimiters.element, window.pieces
    if window.broken:
        pieces = [joined(piece) for piece in pieces]
    if not window.text.isascii():
        pieces = [readable(piece) for piece in pieces]
    rows = [piece.split(separator, ELEMENTS_LIMIT) for piece in pieces]
    return rows if is_tidy(window.text, delimiters) else [tidied(row) for row in rows]


def is_tidy(text: str, delimiters: Delimiters) -> bool:
    """Whether all elements stand without outer blanks and with single ones inside."""
    separator, terminator = delimiters.element, delimiters.terminator
    untidy = ["\t", "  ", f" {separator}", f"{separator} ", f" {terminator}"]
    if "\r" in text:
        untidy.append(f"\r{terminator}")
    return text.isascii() and not any(blanks in text for blanks in untidy)


def tidied(row: list[str]) -> list[str]:
    """Return a segment whose elements have no blanks outside and single ones inside."""
    return [row[0], *(" ".join(element.split()) for element in row[1:])]


def _suspicious(text: str, terminator: str) -> bool:
    """Whether lines seem to end elsewhere than behind segments, by quick counts."""
    if "\n" not in text or terminator[-1] == "\n":
        return "\r" in text and terminator != "\r\n"
    behind = text.count(terminator + "\n") + text.count(terminator + "\r\n")
    return text.count("\n") > behind + text.startswith(("\n", "\r\n"))


def _is_broken(piece: str) -> bool:
    body = piece.strip()
    return "\n" in body or "\r" in body


def joined(piece: str) -> str:
    """Return a segment without the line ends inside of it."""
    body = piece.lstrip()
    before = piece[: len(piece) - len(body)]
    return before + body.replace("\r", "").replace("\n", "")


def readable(piece: str) -> str:
    """Return text that was decoded byte for byte as it is meant: in UTF-8, or else Windows-1252."""
    if piece.isascii():
        return piece
    raw = piece.encode("latin-1")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _too_long(start: int) -> Problem:
    return Problem(
        code="x12.segment_too_long",
        message=f"a segment is longer than {SEGMENT_LIMIT} bytes",
        at=f"byte {start}",
        expected="a segment terminator",
        remedy="Send the interchange with the segment terminator that its ISA segment announces.",
    )
