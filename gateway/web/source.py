"""A document's source as the page shows it: its segments, its XML, or its pages, with every value.

A value that was read has an anchor where it stands, so a link to the anchor is all that
a click needs: the browser scrolls there and lights it up, without a script. Of long documents the
beginning is shown and every line that somebody can click to; what is left out is counted.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import BinaryIO

import msgspec
from msgspec import Struct

from gateway.store.exception import Kept
from gateway.web import show
from mappers.canonical import AnyRecord, Traced
from parsers.edifact.names import NAMES as EDIFACT_NAMES
from parsers.x12.names import NAMES as X12_NAMES

WINDOW_BYTES = 4_000_000
MARGIN_BYTES = 65_536
LINES_SHOWN = 600
HEAD_LINES = 40
LINE_CHARACTERS = 2000

_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_XML_ENDING = re.compile(rb">(?=[ \t]*<)|\n")
_NAMES = {"x12": X12_NAMES, "edifact": EDIFACT_NAMES}
_ENDINGS = {"edifact": re.compile(rb"(?<!\?)'"), "oci": re.compile(rb"&|\n")}

FORMATS = {
    "x12": "X12",
    "edifact": "EDIFACT",
    "cxml": "cXML",
    "ubl": "UBL",
    "cii": "CII",
    "oci": "OCI",
    "pdf": "PDF",
    "scan": "Scan",
    "csv": "CSV",
}


class Piece(Struct, frozen=True, kw_only=True):
    """A stretch of source text; a value that was read has an `anchor` and a `label`."""

    text: str
    anchor: str = ""
    label: str = ""


class SourceLine(Struct, frozen=True, kw_only=True):
    """A segment or a line; `skipped` counts those left out before it."""

    number: int
    pieces: tuple[Piece, ...]
    meaning: str = ""
    skipped: int = 0


class Box(Struct, frozen=True, kw_only=True):
    """A value on a page, in points from the top left."""

    anchor: str
    label: str
    x: float
    y: float
    width: float
    height: float


class PageView(Struct, frozen=True, kw_only=True):
    """A page's picture and the values on it; its size is in points."""

    number: int
    href: str
    width: float
    height: float
    boxes: tuple[Box, ...]


class SourceView(Struct, frozen=True, kw_only=True):
    """One document's source; `anchors` tells for each JSON pointer where it stands here."""

    record: int
    anchor: str
    title: str
    kind: str
    file: str
    format: str
    href: str
    lines: tuple[SourceLine, ...] = ()
    pages: tuple[PageView, ...] = ()
    left_out: int = 0
    anchors: dict[str, str] = {}


class Originals(Struct, frozen=True, kw_only=True):
    """The files that came in, by hash: their bytes, the sizes of their pages in points, traces."""

    contents: Callable[[str], BinaryIO]
    sizes: Callable[[str], list[tuple[float, float]]]
    trace: Callable[[Kept], Mapping[str, Traced]]


def source_view(
    kept: Kept, record: AnyRecord, originals: Originals, used: Sequence[str]
) -> SourceView:
    """Prepare a document's source; `used` are the pointers that the page links to."""
    traced = originals.trace(kept)
    view = SourceView(
        record=kept.id,
        anchor=f"source-{kept.id}",
        title=f"{show.kind_of(record)} {_number(record)}".strip(),
        kind=kept.kind,
        file=kept.file,
        format=FORMATS.get(record.source.format, record.source.format),
        href=f"/documents/{kept.document_id}/file",
    )
    if record.source.format in {"pdf", "scan"}:
        return _with_pages(view, traced, originals.sizes(kept.sha256))
    with originals.contents(kept.sha256) as file:
        return _with_lines(view, traced, _Window.of(file, record.source.format, traced), used)


def anchor_of(anchors: Mapping[str, str], pointer: str) -> str:
    """Return where a value stands; of what has parts, where the first of them does.

    An amount stands for the rest: it is what one looks for in a charge, a tax or a line. Empty
    where nothing of it was read from the document.
    """
    if pointer in anchors:
        return anchors[pointer]
    inner = [one for one in anchors if one.startswith(f"{pointer}/")]
    amounts = [one for one in inner if one.endswith("/amount")]
    return anchors[(amounts or inner)[0]] if inner else ""


def _number(record: AnyRecord) -> str:
    return str(getattr(record, "number", None) or "")


# Pages.


def _with_pages(
    view: SourceView, traced: Mapping[str, Traced], sizes: Sequence[tuple[float, float]]
) -> SourceView:
    places: dict[object, str] = {}
    anchors: dict[str, str] = {}
    boxes: dict[int, list[Box]] = {}
    for pointer, one in traced.items():
        if one.page is None or one.box is None:
            continue
        anchor = places.setdefault((one.page, one.box), f"r{view.record}-{len(places)}")
        if anchor not in anchors.values():
            boxes.setdefault(one.page, []).append(_box(anchor, pointer, one))
        anchors[pointer] = anchor
    pages = tuple(
        PageView(
            number=n,
            href=f"{view.href}/pages/{n}",
            width=width,
            height=height,
            boxes=tuple(boxes.get(n, ())),
        )
        for n, (width, height) in enumerate(sizes, 1)
    )
    return msgspec.structs.replace(view, pages=pages, anchors=anchors)


def _box(anchor: str, pointer: str, one: Traced) -> Box:
    x0, top, x1, bottom = one.box or (0, 0, 0, 0)
    label = f"{show.pointer_words(pointer)}: {one.text}"
    return Box(anchor=anchor, label=label, x=x0, y=top, width=x1 - x0, height=bottom - top)


# Lines.


class _Window(Struct, frozen=True, kw_only=True):
    """The bytes of a file around one document, cut into lines: spans of the file's offsets."""

    data: bytes
    start: int
    encoding: str
    spans: tuple[tuple[int, int], ...]
    form: str

    @classmethod
    def of(cls, file: BinaryIO, form: str, traced: Mapping[str, Traced]) -> "_Window":
        """Read the window that holds all of `traced`."""
        places = [(one.start, one.end) for one in traced.values() if one.end is not None]
        low = min((start or 0 for start, _ in places), default=0)
        high = max((end or 0 for _, end in places), default=0)
        head = file.read(1024)
        start = max(low - MARGIN_BYTES, 0)
        file.seek(start)
        data = file.read(min(high + MARGIN_BYTES - start, WINDOW_BYTES))
        spans = list(_cut(data, head, form))
        if form == "x12" and places:
            spans = _transaction(data, spans, low - start, high - start)
        return cls(
            data=data,
            start=start,
            encoding=_encoding(head),
            spans=tuple((a + start, b + start) for a, b in spans),
            form=form,
        )

    def text(self, start: int, end: int) -> str:
        """Return the text between two offsets of the file."""
        return self.data[start - self.start : end - self.start].decode(self.encoding, "replace")


def _encoding(head: bytes) -> str:
    named = _ENCODING.search(head)
    try:
        return codecs.lookup(named[1].decode("ascii")).name if named else "utf-8"
    except LookupError:
        return "utf-8"


def _cut(data: bytes, head: bytes, form: str) -> Iterable[tuple[int, int]]:
    """Yield the spans of lines: segments, lines of XML and each of its tags, form fields."""
    if form == "x12":
        at = head.find(b"ISA")
        ending = re.compile(re.escape(head[at + 105 : at + 106] or b"~"))
    else:
        ending = _ENDINGS.get(form, _XML_ENDING)
    blank = None if form in {"x12", "edifact"} else b"\r\n"
    for start, end in pairwise([0, *(found.end() for found in ending.finditer(data)), len(data)]):
        line = data[start:end]
        first, last = end - len(line.lstrip(blank)), start + len(line.rstrip())
        if last > first:
            yield first, last


def _transaction(
    data: bytes, spans: Sequence[tuple[int, int]], low: int, high: int
) -> list[tuple[int, int]]:
    """Return the segments from the ST before `low` to the SE behind `high`."""
    names = [re.match(rb"\w*", data[start:end]) for start, end in spans]
    starts = [n for n, name in enumerate(names) if name and name[0] == b"ST" and spans[n][0] <= low]
    ends = [n for n, name in enumerate(names) if name and name[0] == b"SE" and spans[n][1] >= high]
    return list(spans[starts[-1] if starts else 0 : (ends[0] + 1) if ends else len(spans)])


def _with_lines(
    view: SourceView, traced: Mapping[str, Traced], window: _Window, used: Sequence[str]
) -> SourceView:
    values = sorted(
        (
            (one.start, one.end, pointer, one.name)
            for pointer, one in traced.items()
            if one.end is not None
        ),
        key=lambda value: (value[0] or 0, -(value[1] or 0)),
    )
    anchors: dict[str, str] = {}
    lines, position = [], 0
    for number, (start, end) in enumerate(window.spans, 1):
        here = []
        while position < len(values) and (values[position][0] or 0) < end:
            here.append(values[position])
            position += 1
        pieces = tuple(_pieces(view.record, window, (start, end), here, anchors))
        lines.append(SourceLine(number=number, pieces=pieces, meaning=_meaning(window, start)))
    wanted = {anchor for pointer in used if (anchor := anchor_of(anchors, pointer))}
    shown, left_out = _shown(lines, wanted)
    return msgspec.structs.replace(view, lines=shown, left_out=left_out, anchors=anchors)


_Value = tuple[int | None, int | None, str, str | None]


def _pieces(
    record: int,
    window: _Window,
    span: tuple[int, int],
    values: Sequence[_Value],
    anchors: dict[str, str],
) -> Iterable[Piece]:
    """Cut a line at its values; values that lie within one another share the outer one's anchor."""
    at, end = span
    begun, anchor = (-1, -1), ""
    for first, last, pointer, name in values:
        start, stop = first or 0, min(last or 0, end)
        if begun[0] <= start and stop <= begun[1]:
            anchors[pointer] = anchor
            continue
        if start < at:
            continue
        if start > at:
            yield Piece(text=window.text(at, start))
        begun, anchor = (start, stop), f"r{record}-{len(set(anchors.values()))}"
        anchors[pointer] = anchor
        yield Piece(text=window.text(start, stop), anchor=anchor, label=_label(pointer, name))
        at = stop
    if at < end:
        yield Piece(text=window.text(at, min(end, at + LINE_CHARACTERS)))


def _label(pointer: str, name: str | None) -> str:
    """Say what a value became, and what the standard calls its place."""
    words = show.pointer_words(pointer)
    return f"{words} ({name})" if name else words


def _meaning(window: _Window, start: int) -> str:
    names = _NAMES.get(window.form)
    name = re.match(r"\w*", window.text(start, start + 4))
    return names.segment(name[0]).name if names and name else ""


def _shown(lines: Sequence[SourceLine], wanted: set[str]) -> tuple[tuple[SourceLine, ...], int]:
    """Choose the lines to show of a long document: its head, and around what is clicked to."""
    if len(lines) <= LINES_SHOWN:
        return tuple(lines), 0
    near = set(range(HEAD_LINES))
    for n, line in enumerate(lines):
        if any(piece.anchor in wanted for piece in line.pieces if piece.anchor):
            near |= {n - 1, n, n + 1}
    chosen = sorted(n for n in near if 0 <= n < len(lines))[:LINES_SHOWN]
    shown = [
        msgspec.structs.replace(lines[n], skipped=n - before - 1)
        for before, n in pairwise([-1, *chosen])
    ]
    return tuple(shown), len(lines) - len(chosen)
