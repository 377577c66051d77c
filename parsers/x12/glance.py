"""Looks at a window of segments for transaction sets that can be recognised as a whole."""

import re
from functools import lru_cache

from parsers.x12.delimiters import Delimiters
from parsers.x12.dictionary import version_of
from parsers.x12.form import TransactionSet, element_of
from parsers.x12.known import Known, Recognised, known_of
from parsers.x12.segments import Window

_VERSION = 3


class Glance:
    """Looks at one window; what is broken is never recognised."""

    def __init__(self, window: Window, delimiters: Delimiters) -> None:
        self.window = window
        self._delimiters = delimiters
        self._opening, self._next, self._closing = _patterns(delimiters)
        self._known: dict[tuple[str, str, int], Known] = {}

    def at(self, place: int, version: int) -> Recognised | None:
        """Recognise the set that begins at `place`, in a group of `version`."""
        text = self.window.text
        opened = None if self.window.broken else self._opening.match(text, place)
        if opened is None:
            return None
        blank, kind = opened.groups()
        known = self._known.get((kind, blank, version))
        if known is None:
            known = known_of(kind, self._delimiters, version, blank)
            self._known[kind, blank, version] = known
        found = known.recognise(text, place)
        return found if found is not None and text[place : found.end].isascii() else None

    def next_set(self, place: int) -> int:
        """Return where the next set begins behind `place`, or the text ends."""
        found = self._next.search(self.window.text, place)
        return found.end() if found else len(self.window.text)

    def is_open_at_end(self, place: int) -> bool:
        """Whether at `place` the last set begins, and the text ends before it does."""
        text = self.window.text
        return (
            self._opening.match(text, place) is not None
            and self._closing.search(text, place) is None
            and self._next.search(text, place) is None
        )


def learn(root: TransactionSet, kind: str, version: int) -> None:
    """Look at a set without fault, in a group of `version`, to recognise the next of its like."""
    own = version_of(element_of(root.row, _VERSION)) if element_of(root.row, _VERSION) else version
    if own == version:
        blank = root.row[0].removesuffix("ST")
        known_of(kind, root.delimiters, version, blank).learn(root)


@lru_cache(64)
def _patterns(delimiters: Delimiters) -> tuple[re.Pattern[str], ...]:
    """Compile what begins a set, what begins the next one behind a terminator, what closes it."""
    element, terminator = re.escape(delimiters.element), re.escape(delimiters.terminator)
    return (
        re.compile(rf"([\r\n]*)ST{element}([A-Z0-9]+){element}"),
        re.compile(rf"{terminator}(?=[\r\n]*ST{element})"),
        re.compile(rf"{terminator}[\r\n]*SE{element}"),
    )
