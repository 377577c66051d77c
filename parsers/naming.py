"""Words for segments, elements and components: one notation for the standards, and its look-up.

What a segment is for and what stands in its elements is written like this; a line that is indented
goes on with the one before it:

    N3 street: street address | street address
    CTP price: class of trade | price type | unit price | quantity | unit (unit; exponent)
    PO1 order line: line number | quantity | unit | price | basis
      | [number type | item number]

Parentheses name the components of a composite, separated by semicolons; what stands in brackets
repeats to the end of the segment. The words are ours: the standards' prose is licensed.
"""

import re
from functools import lru_cache

from msgspec import Struct

_COMPOSITE = re.compile(r"([^(]*?)\s*\(([^)]*)\)")


class Element(Struct, frozen=True):
    """An element in words; a composite has a name for each of its components."""

    name: str
    components: tuple[str, ...] = ()


class Segment(Struct, frozen=True):
    """A segment in words: what it is for, its elements, and those that repeat behind them."""

    name: str
    elements: tuple[Element, ...] = ()
    repeated: tuple[Element, ...] = ()

    def element(self, place: int) -> Element | None:
        """Return the element at `place`, from 1; None where there is none."""
        if 0 < place <= len(self.elements):
            return self.elements[place - 1]
        if self.repeated and place > len(self.elements):
            return self.repeated[(place - 1 - len(self.elements)) % len(self.repeated)]
        return None

    def named(self, place: int, component: int = 0) -> str:
        """Return the words for an element, or for a component of it; "" where there are none."""
        found = self.element(place)
        if found is None:
            return ""
        parts = found.components
        if component and parts:
            return parts[component - 1] if component <= len(parts) else ""
        return found.name


class Names:
    """The words of one standard, by segment; a line of the notation is read when it is needed."""

    def __init__(self, text: str) -> None:
        lines = re.sub(r"\n\s+", " ", text).strip().splitlines()
        self.lines = {name: words for name, _, words in (line.partition(" ") for line in lines)}

    def segment(self, name: str) -> Segment:
        """Return the words for a segment; one without a name where it is not known."""
        return parsed(self.lines.get(name, ""))


@lru_cache(1024)
def parsed(line: str) -> Segment:
    """Read a line of the notation."""
    name, _, rest = line.partition(":")
    plain, _, repeated = rest.partition("[")
    return Segment(name.strip(), _elements(plain), _elements(repeated.strip(" ]")))


def _elements(text: str) -> tuple[Element, ...]:
    return tuple(_element(part.strip()) for part in text.strip(" |").split("|") if part.strip())


def _element(part: str) -> Element:
    found = _COMPOSITE.fullmatch(part)
    if found is None:
        return Element(part)
    return Element(found[1], tuple(one.strip() for one in found[2].split(";")))


class Meanings:
    """What codes say, by the name of the element or by the place that their list is for.

    A list is written `name: code words; code words`, or `name: = other` for that of another;
    lines that are indented go on with it.
    """

    def __init__(self, text: str) -> None:
        lines = re.sub(r"\n\s+", " ", text).strip().splitlines()
        self.lists = {name: words for name, _, words in (line.partition(": ") for line in lines)}

    def meaning(self, place: str, name: str, code: str) -> str:
        """Return what `code` says at a place (`N1/03`) whose element has a name; "" if unknown."""
        return self.codes(place, name).get(code, "")

    def codes(self, place: str, name: str) -> dict[str, str]:
        """Return the codes that may stand at a place, with what each says; {} if unknown."""
        words = self.lists.get(place) or self.lists.get(name)
        if words and words.startswith("= "):
            words = self.lists[words[2:]]
        return codes_of(words) if words else {}


@lru_cache(256)
def codes_of(words: str) -> dict[str, str]:
    """Read a list of codes."""
    pairs = (one.strip().partition(" ") for one in words.split(";"))
    return {code: meaning.strip() for code, _, meaning in pairs if code}
