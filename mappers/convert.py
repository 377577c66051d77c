"""Converters: a text of a document to a typed value, and back.

Each is a `Convert` with both directions, so that one table reads and writes. `read(text, year)` raises
`ValueError` with what it expected; `year` is the reference year for two-digit years (a window of 50
years around it). No floats, no guesses: what does not fit a converter becomes a problem.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct


class Convert(Struct, frozen=True):
    """A named pair of directions; `expected` says in words what `read` accepts."""

    name: str
    read: Callable[[str, int], Any]
    write: Callable[[Any], str]
    expected: str = "text"


def _text(raw: str, _year: int) -> str:
    return " ".join(raw.split())


text = Convert("text", _text, str)
