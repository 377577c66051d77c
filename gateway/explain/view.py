"""What an explained document is made of, ready to be written as a page or as JSON."""

from msgspec import Struct

from parsers.form import Box, Problem


class Value(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A value of a document: its place and name, the text there, what it means, what it became.

    `place` is an address (`IT1/04`, `/Header/From`, `page 1`); `means` is the value in words where
    the text is a code, a day or an amount; `field` is the JSON pointer that it gave a value to.
    On paper, `box` is where it stands on `page`, in points from the top left.
    """

    place: str
    name: str
    text: str
    means: str = ""
    field: str = ""
    confidence: float | None = None
    page: int | None = None
    box: Box | None = None
    problems: tuple[Problem, ...] = ()


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A segment, or an element of a tree: `depth` says how far in it stands."""

    depth: int
    text: str
    name: str = ""
    number: int | None = None
    values: tuple[Value, ...] = ()
    problems: tuple[Problem, ...] = ()


class Page(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One document explained: its envelope, its lines, and in sentences what it says.

    `envelope` are lines that are new since the document before it in the file; `problems` those
    that have no place of their own among the lines.
    """

    title: str
    summary: tuple[str, ...]
    envelope: tuple[Line, ...] = ()
    lines: tuple[Line, ...] = ()
    problems: tuple[Problem, ...] = ()
    failed: bool = False
