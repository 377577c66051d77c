"""A reason with its sources lit: its numbers lead to where they stand, and each place shown (N15).

Which document a number of the sentence speaks of is told by the word before it ("ordered 40") or by
the finding's own values. The places are cut out of the documents as they are: the segment or the
element, or the stretch of the page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from msgspec import Struct

from gateway.web import show
from gateway.web.source import Box, PageView, SourceLine, SourceView, anchor_of
from matcher.result import Finding

_NUMBER = re.compile(r"(?:(?P<word>[A-Za-z]+) )?(?P<number>\d[\d,]*(?:\.\d+)?)(?![\w-])")
_BILLED, _ORDERED, _CAME = "invoice", "purchase_order", "receipt"
_WORDS: Final = {
    "billed": _BILLED,
    "bills": _BILLED,
    "ordered": _ORDERED,
    "planned": _ORDERED,
    "received": _CAME,
    "accepted": _CAME,
    "rejected": _CAME,
    "returned": _CAME,
    "shipped": _CAME,
}
_VALUES: Final = {
    "billed": _BILLED,
    "quantity": _BILLED,
    "billed_price": _BILLED,
    "ordered": _ORDERED,
    "expected": _ORDERED,
    "price": _ORDERED,
    "planned": _ORDERED,
    "received": _CAME,
    "kept": _CAME,
    "accepted": _CAME,
    "rejected": _CAME,
    "returned": _CAME,
}
_AROUND = 60
_MARGIN, _HEIGHT = 90.0, 46.0


class Part(Struct, frozen=True, kw_only=True):
    """A stretch of a sentence; with an `anchor` it is a number that leads to where it stands."""

    text: str
    anchor: str = ""
    document: str = ""


class Cut(Struct, frozen=True, kw_only=True):
    """A stretch of a page: its picture, what of it is shown, and the box in it; in points."""

    href: str
    width: float
    height: float
    view: str
    box: Box


class Lit(Struct, frozen=True, kw_only=True):
    """A place that a reason rests on: in which document, what it is, and the place itself."""

    kind: str
    document: str
    words: str
    anchor: str
    before: str = ""
    text: str = ""
    after: str = ""
    meaning: str = ""
    cut: Cut | None = None


class Document(Struct, frozen=True, kw_only=True):
    """A document of the case: its number in the store, its kind, its name, and its source."""

    record: int
    kind: str
    name: str
    source: SourceView


def lit(finding: Finding, documents: Mapping[str, Document]) -> tuple[Lit, ...]:
    """Return the places that a finding rests on; `documents` are by their ids as facts."""
    found: list[Lit] = []
    for one in finding.sources:
        document = documents.get(one.document)
        place = _place(document, one.pointer) if document else None
        if place and place.anchor not in {known.anchor for known in found}:
            found.append(place)
    order = (_ORDERED, _CAME, _BILLED)
    return tuple(
        sorted(found, key=lambda one: order.index(one.kind) if one.kind in order else len(order))
    )


def _place(document: Document, pointer: str) -> Lit | None:
    anchor = anchor_of(document.source.anchors, pointer)
    if not anchor:
        return None
    place = Lit(
        kind=document.kind,
        document=document.name,
        words=show.pointer_words(pointer),
        anchor=anchor,
    )
    return _in_lines(place, document.source.lines) or _in_pages(place, document.source.pages)


def _in_lines(place: Lit, lines: Sequence[SourceLine]) -> Lit | None:
    for line in lines:
        for n, piece in enumerate(line.pieces):
            if piece.anchor == place.anchor:
                before = "".join(one.text for one in line.pieces[:n])
                after = "".join(one.text for one in line.pieces[n + 1 :])
                return Lit(
                    kind=place.kind,
                    document=place.document,
                    words=place.words,
                    anchor=place.anchor,
                    before=_end_of(before),
                    text=piece.text,
                    after=_start_of(after),
                    meaning=line.meaning,
                )
    return None


def _end_of(text: str) -> str:
    return text if len(text) <= _AROUND else f"…{text[-_AROUND:]}"


def _start_of(text: str) -> str:
    return text if len(text) <= _AROUND else f"{text[:_AROUND]}…"


def _in_pages(place: Lit, pages: Sequence[PageView]) -> Lit | None:
    for page in pages:
        for box in page.boxes:
            if box.anchor == place.anchor:
                return Lit(
                    kind=place.kind,
                    document=place.document,
                    words=place.words,
                    anchor=place.anchor,
                    cut=_cut(page, box),
                )
    return None


def _cut(page: PageView, box: Box) -> Cut:
    """Cut the box out of its page with what is around it, in the shape in which cuts are shown."""
    width = min(max(box.width + 2 * _MARGIN, 4.5 * _HEIGHT), page.width)
    height = max(box.height + 10, width / 4.5)
    x = min(max(box.x + box.width / 2 - width / 2, 0), page.width - width)
    y = max(box.y + box.height / 2 - height / 2, 0)
    view = f"{x:.1f} {y:.1f} {width:.1f} {height:.1f}"
    return Cut(href=page.href, width=page.width, height=page.height, view=view, box=box)


def sentence(finding: Finding, places: Sequence[Lit]) -> tuple[Part, ...]:
    """Return the sentence of a finding, its numbers leading to the first place of their kind."""
    by_kind = {one.kind: one for one in reversed(places)}
    return tuple(_parts(finding, by_kind))


def _parts(finding: Finding, by_kind: Mapping[str, Lit]) -> Iterator[Part]:
    text, at = finding.sentence, 0
    for found in _NUMBER.finditer(text):
        kind = _kind_of(finding, (found["word"] or "").lower(), found["number"])
        place = by_kind.get(kind)
        if place is None:
            continue
        start, end = found.span("number")
        yield Part(text=text[at:start])
        yield Part(text=text[start:end], anchor=place.anchor, document=place.document)
        at = end
    if at < len(text):
        yield Part(text=text[at:])


def _kind_of(finding: Finding, word: str, number: str) -> str:
    """Return the kind of the document that a number of the sentence speaks of; empty for none."""
    if word in _WORDS:
        return _WORDS[word]
    said = _decimal(number.replace(",", ""))
    values = {name: _decimal(text) for name, text in finding.values.items() if name in _VALUES}
    if said is None or said == _decimal(finding.values.get("units", "")):
        return ""
    return next((_VALUES[name] for name, value in values.items() if value == said), "")


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
