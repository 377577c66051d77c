"""Bad habits in how segments are written: each is told once for an interchange, where it begins.

Senders write all their segments alike, so the first megabyte of an interchange is looked through.
"""

from collections.abc import Iterator

from msgspec import Struct

from parsers.form import Problem
from parsers.x12.delimiters import Delimiters
from parsers.x12.segments import Window


class _Habit(Struct, frozen=True):
    code: str
    message: str
    remedy: str


_TRAILING_BLANKS = _Habit(
    "x12.trailing_blanks", "segments end with blanks", "Send elements without blanks at their end."
)
_TRAILING_SEPARATORS = _Habit(
    "x12.trailing_separators",
    "segments end with empty elements",
    "Leave empty elements at the end of a segment away, with their separators.",
)
_NOT_ASCII = _Habit(
    "x12.not_ascii",
    "there are characters that are not ASCII, read as UTF-8 or else as Windows-1252",
    "Agree with the partner on a character set.",
)
_LINE_BREAKS = _Habit(
    "x12.line_break",
    "lines break inside of segments; the parts are joined",
    "Break lines behind segment terminators only.",
)


_LOOKED_THROUGH = 1 << 20


class Lint:
    """Looks through the windows of an interchange and remembers what it has told."""

    def __init__(self, delimiters: Delimiters) -> None:
        self._blanks = " " + delimiters.terminator
        self._separators = delimiters.element + delimiters.terminator
        self._told: set[_Habit] = set()
        self._left = _LOOKED_THROUGH

    def problems(self, window: Window) -> Iterator[Problem]:
        """Yield the habits that show in `window` for the first time."""
        text = window.text
        self._left -= len(text)
        if self._left > 0 and self._blanks in text:
            yield from self._tell(_TRAILING_BLANKS, window, text.index(self._blanks))
        if self._left > 0 and self._separators in text:
            yield from self._tell(_TRAILING_SEPARATORS, window, text.index(self._separators))
        if not text.isascii():
            yield from self._tell(_NOT_ASCII, window, _first_not_ascii(text))
        if window.broken:
            yield from self._tell(_LINE_BREAKS, window, text.find("\n"))

    def _tell(self, habit: _Habit, window: Window, place: int) -> Iterator[Problem]:
        if habit in self._told:
            return
        self._told.add(habit)
        start = window.start + max(place, 0)
        yield Problem(
            code=habit.code,
            severity="warning",
            message=habit.message,
            at=f"byte {start}",
            remedy=habit.remedy,
        )


def _first_not_ascii(text: str) -> int:
    return next(index for index, sign in enumerate(text) if not sign.isascii())
