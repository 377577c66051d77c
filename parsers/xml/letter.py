"""What documents travel in: how a message is recognised, and what is taken out of it.

Messages are opened in `parsers.xml.message`, which only those need to load.
"""

import re

from msgspec import Struct

from parsers.form import Problem
from parsers.xml.tree import Place

_HEAD = re.compile(
    rb"\s*(?:(?:POST|PUT) \S+ HTTP/[\d.]+\r?\n|HTTP/[\d.]+ \d{3}[^\n]*\n)?"
    rb"(?:[A-Za-z][\w-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+"
)


class Letter(Struct, frozen=True, kw_only=True):
    """The document of a message, where it lies, and what is odd about the rest."""

    body: bytes
    place: Place
    problems: tuple[Problem, ...] = ()


def is_message(head: bytes) -> bool:
    """Whether a file that starts with `head` is a MIME message, or an HTTP one with its headers."""
    found = _HEAD.match(head)
    return bool(found and re.search(rb"(?im)^content-type:", found[0]))
