"""Where an XML document came from, and at which bytes of it an element stands.

lxml tells lines, not bytes. The first time somebody asks for a position, the start tags of the
source are numbered in document order, which is the order of the elements; from there an element's
text or attribute is found in its own tag. What is found there must spell the value: else no bytes
are given at all, rather than wrong ones.
"""

import io
import re
from array import array
from bisect import bisect_left, bisect_right
from functools import lru_cache
from html import unescape
from itertools import accumulate, islice
from typing import Any, cast

from lxml import etree
from msgspec import Struct

from parsers.xml.paths import LOCAL

_NOT_ELEMENTS = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
_TAG = re.compile(rb"<[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*>")
_NAME = re.compile(rb"<(?:[^\s:/>]+:)?([^\s:/>]+)")
_CDATA = re.compile(rb"<!\[CDATA\[(.*)\]\]>", re.DOTALL)
_NO_START = frozenset(b"/!?")
_START = re.compile(rb"<[^/!?]")
_NEAR = 2000
_BEHIND = etree.XPath("count(following::*) + count(descendant::*)")

REPAIR_BYTES = len("amp;")
"""How many bytes the reader puts in at each place of `Origin.inserted`."""


class Span(Struct, frozen=True):
    """Bytes `start` to `end` of the file, on `line`, where `quote` stands."""

    start: int
    end: int
    line: int
    quote: str


class Attachment(Struct, frozen=True, kw_only=True):
    """A file that travelled with the document; `name` is safe to use as a file's name."""

    name: str
    content_type: str
    content_id: str
    data: bytes


class Origin:
    """The text a document was parsed from.

    `data` is what the parser was given, in an encoding that contains ASCII, or empty where its
    bytes are not those of the file; `offset` is where it starts there; `inserted` are the places in
    `data` where the reader put in `REPAIR_BYTES`; `prefix` begins every position. `strangers` are
    the elements below a root that its standard does not have, once somebody has asked for them, and
    `caster` is what finds groups that are written alike, once somebody looks for them.
    """

    __slots__ = (
        "_index",
        "_lines",
        "_steps",
        "attachments",
        "caster",
        "data",
        "encoding",
        "inserted",
        "offset",
        "prefix",
        "strangers",
    )

    def __init__(  # noqa: PLR0913 - all of it is known at once, and nothing can be left out
        self,
        data: bytes = b"",
        *,
        encoding: str = "utf-8",
        offset: int = 0,
        inserted: tuple[int, ...] = (),
        prefix: str = "",
        attachments: tuple[Attachment, ...] = (),
    ) -> None:
        self.data = data
        self.encoding = encoding
        self.offset = offset
        self.inserted = inserted
        self.prefix = prefix
        self.attachments = attachments
        self._index: _Index | None = None
        self._lines: array[int] | None = None
        self._steps: dict[Any, str] = {}
        self.strangers: dict[Any, list[Any]] = {}
        self.caster: Any = None

    def steps(self, above: Any, element: Any) -> str:
        """Return the path from the element `above` down to `element`, empty for itself.

        Names have numbers where there are several.
        """
        path = ""
        while element is not above:
            step = self._steps.get(element)
            if step is None:
                self._number_children(element.getparent())
                step = self._steps[element]
            path = step + path
            element = element.getparent()
        return path

    def _number_children(self, parent: Any) -> None:
        """Note the step to each child of an element; what was noted keeps its element alive."""
        children: dict[str, list[Any]] = {}
        for child in parent:
            children.setdefault(LOCAL[child.tag], []).append(child)
        for name, brothers in children.items():
            if len(brothers) == 1:
                self._steps[brothers[0]] = f"/{name}"
            else:
                for number, child in enumerate(brothers, 1):
                    self._steps[child] = f"/{name}[{number}]"

    def span(self, element: Any, end: str, text: str) -> Span | None:
        """Return where the value `text` of `element` stands, or None where that is not sure.

        `end` is "" for its own text, "@name" for an attribute, "name()" for its own name.
        """
        if not self.data or not text:
            return None
        index = self.index(element)
        if end.endswith("()"):
            edges = index.name(element)
        else:
            edges = index.attribute(element, end[1:]) if end else index.text(element)
        return self._checked(edges, text) if edges else None

    def line_of(self, element: Any) -> int:
        """Return the line on which the start tag of `element` begins or, without bytes, ends."""
        if self.data:
            index = self.index(element)
            return self.line_at(index.start_of(element))
        return int(element.sourceline or 0)

    def lines(self) -> "array[int]":
        """Return at which bytes of `data` its lines begin, but for the first, and where it ends."""
        if self._lines is None:
            self._lines = array("L", accumulate(map(len, io.BytesIO(self.data))))
        return self._lines

    def line_at(self, place: int) -> int:
        """Return the line of a byte of `data`, from 1."""
        return bisect_right(self.lines(), place) + 1

    def index(self, element: Any) -> "_Index":
        """Return the numbering of the document's elements, made once."""
        if self._index is None:
            self._index = _Index(self.data, element.getroottree().getroot())
        return self._index

    def _checked(self, edges: tuple[int, int], text: str) -> Span | None:
        start, end = edges
        raw = self.data[start:end]
        inner = _CDATA.fullmatch(raw.strip())
        if inner:
            start = start + raw.index(b"<![CDATA[") + len(b"<![CDATA[")
            raw = inner[1]
        start += len(raw) - len(raw.lstrip())
        raw = raw.strip()
        spelled = raw.decode(self.encoding, "replace")
        means = spelled if inner else unescape(spelled)
        if means != text and _plain(means) != _plain(text):
            return None
        return Span(
            start=self._in_file(start),
            end=self._in_file(start + len(raw)),
            line=self.line_at(start),
            quote=self._as_filed(start, raw) if self.inserted else spelled,
        )

    def _in_file(self, place: int) -> int:
        return place + self.offset - REPAIR_BYTES * bisect_left(self.inserted, place)

    def _as_filed(self, start: int, raw: bytes) -> str:
        """Return the text as the file has it, without what was put in."""
        last = start
        kept = []
        for place in self.inserted[bisect_left(self.inserted, start) :]:
            if place >= start + len(raw):
                break
            kept.append(self.data[last:place])
            last = place + REPAIR_BYTES
        kept.append(self.data[last : start + len(raw)])
        return b"".join(kept).decode(self.encoding, "replace")


@lru_cache(maxsize=1024)
def _attribute(name: str) -> re.Pattern[bytes]:
    """Return the pattern of an attribute and its value within a start tag."""
    return re.compile(rb"\s%s\s*=\s*(?:\"([^\"]*)\"|'([^']*)')" % re.escape(name.encode()))


def _plain(text: str) -> str:
    return " ".join(text.split())


class _Starts:
    """Where the start tags of elements begin, looked for no further than is asked.

    Tags come in the order of their elements. Most questions are about the head of a document and
    its end; only one about its middle has all tags counted.
    """

    __slots__ = ("_ahead", "_from_end", "_known", "_masked", "_seen")

    def __init__(self, masked: bytes, root: Any) -> None:
        self._masked = masked
        self._ahead = zip(root.iter("*"), _START.finditer(masked), strict=False)
        self._known: dict[Any, int] = {}
        self._seen = 0
        self._from_end: list[int] = []

    def of(self, element: Any) -> int:
        """Return the byte at which the start tag of `element` begins."""
        if element not in self._known and self._seen < _NEAR:
            self._look_ahead(element, _NEAR - self._seen)
        if element not in self._known:
            behind = int(cast("float", _BEHIND(element)))
            if behind < _NEAR:
                return self._counted_back(behind)
            self._look_ahead(element, None)
        return self._known[element]

    def _look_ahead(self, element: Any, limit: int | None) -> None:
        for other, tag in islice(self._ahead, limit):
            self._known[other] = tag.start()
            self._seen += 1
            if other is element and limit is not None:
                return

    def _counted_back(self, behind: int) -> int:
        """Return where the tag begins behind which there are so many more."""
        found, masked = self._from_end, self._masked
        place = found[-1] if found else len(masked)
        while len(found) <= behind:
            place = masked.rfind(b"<", 0, place)
            if place < 0:
                raise KeyError(behind)
            if masked[place + 1] not in _NO_START:
                found.append(place)
        return found[behind]


class _Index:
    """What stands in the tags of a document: names, attributes and the texts behind them."""

    __slots__ = ("_masked", "_starts")

    def __init__(self, data: bytes, root: Any) -> None:
        has_others = b"<!--" in data or b"<![CDATA[" in data or data.count(b"<?") > 1
        self._masked = data
        if has_others:
            self._masked = _NOT_ELEMENTS.sub(lambda found: b" " * len(found[0]), data)
        self._starts = _Starts(self._masked, root)

    def start_of(self, element: Any) -> int:
        """Return the byte at which the start tag of `element` begins."""
        return self._starts.of(element)

    def name(self, element: Any) -> tuple[int, int] | None:
        """Return the edges of the local name in the start tag."""
        tag = _NAME.match(self._masked, self.start_of(element))
        return tag.span(1) if tag else None

    def attribute(self, element: Any, name: str) -> tuple[int, int] | None:
        """Return the edges of an attribute's value."""
        tag = _TAG.match(self._masked, self.start_of(element))
        if not tag:
            return None
        found = _attribute(name).search(tag[0])
        if not found:
            return None
        group = 1 if found[1] is not None else 2
        return tag.start() + found.start(group), tag.start() + found.end(group)

    def text(self, element: Any) -> tuple[int, int] | None:
        """Return the edges of an element's own text; None where that stands in several pieces."""
        tag = _TAG.match(self._masked, self.start_of(element))
        if not tag:
            return None
        if not len(element):
            return tag.end(), self._masked.find(b"</", tag.end())
        runs = list(self._runs(element, tag.end()))
        return runs[0] if len(runs) == 1 else None

    def _runs(self, element: Any, begin: int) -> Any:
        """Yield the edges of the texts before, between and after the children, blank ones not."""
        children = list(element)
        if (element.text or "").strip():
            yield begin, self.start_of(children[0])
        for child, after in zip(children, [*children[1:], None], strict=True):
            if (child.tail or "").strip():
                end = self.start_of(after) if after is not None else self._close(element)
                last = self._start_of_last(child)
                yield self._masked.rfind(b">", last, end) + 1, end

    def _start_of_last(self, element: Any) -> int:
        return max(self.start_of(inner) for inner in element.iter("*"))

    def _close(self, element: Any) -> int:
        """Return where the end tag of an element with children begins."""
        last = self._start_of_last(element)
        name = re.escape(element.tag.rpartition("}")[2].encode())
        found = re.compile(rb"</(?:[^\s:>]+:)?%s\s*>" % name).search(self._masked, last)
        return found.start() if found else len(self._masked)
