"""What every parser hands over: a form that can be asked, with positions on everything.

A parser turns bytes into `Document`s. Each holds a `Form`, which answers two questions:
`find(path)` (which text stands there, and where) and `each(path)` (the groups that repeat). Paths
are written in the syntax of the format ("PO1/02", "OrderRequestHeader/@orderID"); who asks needs to
know no parser. For big files the same paths can be compiled once per form class: `text_of(path)`
and `groups_of(path)` return plain functions that skip the position, which `find` works out only
when somebody wants it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, Protocol, Self, SupportsIndex

from msgspec import Struct

Severity = Literal["error", "warning"]
Box = tuple[float, float, float, float]


class Position(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where something stands in its source, in words that a person can follow (`at`).

    `start` and `end` are 0-based byte offsets into the source; `page` counts from 1; `box` is
    (x0, top, x1, bottom) in PDF points from the top left; `line` is the source line from 1.
    """

    at: str
    start: int | None = None
    end: int | None = None
    line: int | None = None
    page: int | None = None
    box: Box | None = None


class Found(Struct, frozen=True, kw_only=True):
    """A text exactly as the source has it, and where it stands.

    `confidence` runs from 0 to 1; `by` says who read it: text, ocr, embedded_xml, rule, person.
    `quote` is how the source spells it, where that differs (`A &amp; B`).
    """

    text: str
    position: Position
    confidence: float = 1.0
    by: str = "text"
    quote: str = ""


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is wrong: what was found, what was expected, where, and the remedy.

    `code` is listed in docs/problems.md; `pointer` is the JSON pointer of the value concerned.
    """

    code: str
    severity: Severity = "error"
    message: str
    at: str = ""
    found: str | None = None
    expected: str | None = None
    remedy: str = ""
    pointer: str | None = None

    @property
    def is_error(self) -> bool:
        """Whether the document cannot be used before somebody has looked at it."""
        return self.severity == "error"


class ParseError(Exception):
    """These bytes are no document we know; `problem` says why and where reading stopped."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.at}: {problem.message}" if problem.at else problem.message)
        self.problem = problem


class Form(Protocol):
    """A parsed document, or a repeating group of one."""

    def find(self, path: str) -> Found | None:
        """Return the first text at `path` and its position, or None where nothing stands."""

    def each(self, path: str) -> "Iterable[Form]":
        """Return the groups that repeat at `path`, in document order."""

    @classmethod
    def text_of(cls, path: str) -> Callable[[Self], str | None]:
        """Compile `path` to a function that returns the text alone, None where it is empty."""

    @classmethod
    def groups_of(cls, path: str) -> "Callable[[Self], Sequence[Form]]":
        """Compile `path` to a function that returns the groups at it."""


class Slot(str):
    """A text of a sample form, which stands for every text that other forms have at its place.

    Whoever looks into it makes it `fixed`: what is concluded from the sample holds for those forms
    alone that have the same text there. `place` counts the slots of the sample from 0; a `whole`
    text never has components, one of `digits` has nothing else but a point and a minus ahead.
    """

    __slots__ = ("digits", "fixed", "place", "whole")

    digits: bool
    fixed: bool
    place: int
    whole: bool

    def __new__(
        cls, text: str, place: int = 0, *, whole: bool = True, digits: bool = False
    ) -> Self:
        """Make the slot number `place` from its text in the sample."""
        slot = super().__new__(cls, text)
        slot.place, slot.whole, slot.digits, slot.fixed = place, whole, digits, False
        return slot

    def __eq__(self, other: object) -> bool:
        """Compare, and be fixed."""
        self.fixed = True
        return str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        """Compare, and be fixed."""
        self.fixed = True
        return str.__ne__(self, other)

    def __hash__(self) -> int:
        """Let a dictionary or a set compare, and be fixed."""
        self.fixed = True
        return str.__hash__(self)

    def strip(self, _characters: str | None = None, /) -> str:
        """Return the slot itself: no text of such forms has blanks outside."""
        return self

    def lower(self) -> str:
        """Return the text in small letters, and be fixed."""
        self.fixed = True
        return str.lower(self)

    def upper(self) -> str:
        """Return the text in capitals, and be fixed."""
        self.fixed = True
        return str.upper(self)

    def split(self, separator: str | None = None, maxsplit: SupportsIndex = -1) -> list[str]:
        """Return the slot itself where it has no components, else its parts, and be fixed."""
        if self.whole:
            return [self]
        self.fixed = True
        return str.split(self, separator, maxsplit)


class Node(Struct, frozen=True):
    """An element to be written: what a mapper hands to the writer of a tree-shaped syntax.

    `children` are nodes and texts in the order in which they are to stand.
    """

    name: str
    attributes: dict[str, str] = {}
    children: "tuple[Node | str, ...]" = ()


class Document(Struct, frozen=True, kw_only=True):
    """One document of a file, read but not yet understood.

    `format` and `kind` select the table ("x12" and "850"); `index` counts the documents of the file
    from 0; `control` is the identifier the envelope gives it; `problems` are faults of syntax.
    """

    format: str
    kind: str
    form: Form
    index: int = 0
    version: str | None = None
    sender: str | None = None
    receiver: str | None = None
    control: str | None = None
    test: bool = False
    problems: tuple[Problem, ...] = ()


class Word(Struct, frozen=True, kw_only=True):
    """A word on a page, upright.

    Its box is in points from the top left, `size` its height in points.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    page: int
    size: float = 0.0
    confidence: float = 1.0
    by: str = "text"


class Page(Struct, frozen=True, kw_only=True):
    """A page's words in reading order and its ruling lines, in points; `number` counts from 1.

    A scan is straightened: words stand where they do after its picture has been turned by `skew`
    degrees counter-clockwise about the middle of the page.
    """

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    rules: tuple[Box, ...] = ()
    by: str = "text"
    skew: float = 0.0
