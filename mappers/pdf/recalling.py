"""Reading a page by a layout that its supplier was taught for.

A layout is used where the page is known as its seller's, or comes from its supplier by another
evidence, and the words that every invoice of it has stand where they stood. One that its seller's
page no longer fits is told and not used. What it finds is strong evidence, no proof: arithmetic and
the shape of the value still decide how sure it is.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from statistics import median
from typing import NamedTuple, TypeVar

from rapidfuzz.fuzz import ratio

from mappers.canonical import Day
from mappers.pdf.anchors import Label
from mappers.pdf.calendar import Dated
from mappers.pdf.candidates import identifier
from mappers.pdf.dates import Date, Order, dates
from mappers.pdf.fields import Read
from mappers.pdf.figures import Figures
from mappers.pdf.landmarks import Spot, occurrence, spots, tags_at, wording
from mappers.pdf.layout import Cell, Layout, Span
from mappers.pdf.learned import Anchor, Landmark, Learned, Memory
from mappers.pdf.numbers import Number
from mappers.pdf.totals import Sum
from mappers.pdf.vocabulary import Match, find, fold
from parsers.form import Problem

T = TypeVar("T")

SUMS = {"net": "subtotal", "tax": "tax", "total": "total", "due": "due", "prepaid": "paid"}
_SEEN, _PLACED, _ODD, _KNOWN = 0.96, 0.85, 0.7, 0.98
_AGREED = 0.97
_MENDED = 0.85
_RUNS = re.compile(r"([A9])\1+")
_AS_LETTER = {"0": "O", "1": "I", "5": "S", "8": "B", "$": "S", "2": "Z", "§": "S"}
_AS_DIGIT = {
    "O": "0",
    "o": "0",
    "I": "1",
    "l": "1",
    "S": "5",
    "s": "5",
    "B": "8",
    "Z": "2",
    "p": "0",
}
_FITS_SELLER, _FITS_ALONE = 0.4, 0.5
_ASIDE, _AWAY = 15.0, 40.0
_NEAR_X, _NEAR_Y = 9.0, 5.0
_SAME_NAME = 95.0
_CLEARER = 0.05
_NAME_MIN = 4
_WEIGHT = 1.6
_DATE_WITHIN = 12
_EDGES = " ,-:"


class Fit(NamedTuple):
    """How well a page fits a layout: the share of its words found, how far they have moved."""

    share: float
    dx: float
    dy: float
    seller: Span | None


class Place(NamedTuple):
    """Where a value begins, and how sure it is that it belongs there."""

    cell: Cell
    start: int
    certainty: float


class Head(NamedTuple):
    """The head of an invoice as read."""

    number: Read[str] | None
    dated: Dated
    orders: list[Read[str]]
    currency: Read[str] | None
    supplier: Read[str] | None
    buyer: Read[str] | None


class Recall(NamedTuple):
    """A layout on the page that it fits."""

    learned: Learned
    layout: Layout
    fit: Fit

    @property
    def order(self) -> Order | None:
        """Whether day or month comes first in dates."""
        return self.learned.dates

    @property
    def headings(self) -> dict[str, str]:
        """What the words of the line table's heading mean."""
        return {one.words: one.holds for one in self.learned.headings}

    def number(self) -> Read[str] | None:
        """Return the number of the invoice."""
        return next(self._identifiers("number"), None)

    def orders(self) -> list[Read[str]]:
        """Return the orders that stand where orders stood, each once."""
        by_value = {_plain(read.value): read for read in self._identifiers("order")}
        return list(by_value.values())

    def day(self, field: str) -> Read[Date] | None:
        """Return the date that stands where `field` (date, due_date) stood."""
        for place in self._places(field):
            for date in dates(place.cell.text[place.start :]):
                if date.start <= _DATE_WITHIN:
                    span = place.cell.span(place.start + date.start, place.start + date.end)
                    return Read(date, span, place.certainty)
        return None

    def name(self, field: str) -> Read[str] | None:
        """Return the name of a party; that of the seller where the page is known as its."""
        seller = self.learned.seller
        if field == "supplier" and self.fit.seller is not None and seller.name:
            return Read(seller.name, self.fit.seller, _KNOWN)
        for anchor in self._anchors(field):
            for place in self._places_of(anchor):
                read = named_at(place, anchor.until)
                if read is not None and not self._is_label(read.value):
                    return read
        return None

    def _is_label(self, text: str) -> bool:
        """Whether a text is no name but words of the form."""
        words = wording(text)
        covered = max((one.end - one.start for one in find(text, "fields")), default=0)
        marks = {mark.words for mark in self.learned.landmarks}
        return words in marks or covered >= len(text.strip(_EDGES))

    def sums(self, figures: Figures, skipped: frozenset[int]) -> list[Sum]:
        """Return the amounts beside the words that sums were taught by."""
        return [
            found
            for field, kind in SUMS.items()
            for anchor in self._anchors(field)
            for tag in anchor.tags
            for spot in spots(self.layout, tag)
            if spot.cell.row not in skipped
            for found in _sum_at(figures, kind, spot, anchor.box[2] + self.fit.dx)
        ]

    def head(self, plain: Head, total: Span | None) -> Head:
        """Return the head of an invoice as read without the layout and with it.

        `total` is where its total stands: it is in the currency of the layout where none is named.
        """
        own = [one for one in self.orders() if one.confidence > _ODD]
        return Head(
            number=agreed(plain.number, self.number()),
            dated=Dated(
                agreed(plain.dated.date, self._day("date")),
                agreed(plain.dated.due, self._day("due_date")),
            ),
            orders=own or [one for one in plain.orders if not self.is_misleading(one)],
            currency=agreed(plain.currency, self._currency(total)),
            supplier=agreed(plain.supplier, self.name("supplier")),
            buyer=agreed(plain.buyer, self.name("buyer")),
        )

    def _currency(self, total: Span | None) -> Read[str] | None:
        code, seller = self.learned.currency, self.fit.seller
        if code is None or total is None:
            return None
        return Read(code, total, _SEEN if seller is not None else _PLACED)

    def _day(self, field: str) -> Read[Day] | None:
        """Return the day that stands where `field` stood; one of an open order is not so sure."""
        found = self.day(field)
        day = found.value.read(self.order or "dmy") if found else None
        if found is None or day is None:
            return None
        is_open = found.value.is_open and self.order is None
        return Read(day, found.span, _ODD if is_open else found.confidence)

    def is_misleading(self, read: Read[str]) -> bool:
        """Whether a number stands beside words that were taught to name no order."""
        return bool(beside(self.layout, read.span) & set(self.learned.misleading))

    def _identifiers(self, field: str) -> Iterator[Read[str]]:
        for anchor in self._anchors(field):
            found = (identified_at(place, anchor.shape) for place in self._places_of(anchor))
            read = next((one for one in found if one is not None), None)
            if read is not None:
                yield read

    def _anchors(self, field: str) -> Iterator[Anchor]:
        return (anchor for anchor in self.learned.anchors if anchor.field == field)

    def _places(self, field: str) -> Iterator[Place]:
        for anchor in self._anchors(field):
            yield from self._places_of(anchor)

    def _places_of(self, anchor: Anchor) -> Iterator[Place]:
        """Yield where a value may stand: beside its words nearest to its place, then in its place.

        Words of a label that were taught first count for more.
        """
        x0, top = anchor.box[0] + self.fit.dx, anchor.box[1] + self.fit.dy
        width = anchor.box[2] - anchor.box[0]
        for tag in anchor.tags:
            found = sorted(
                spots(self.layout, tag),
                key=lambda spot: abs(spot.cell.x0 - x0) + abs(spot.cell.top - top),
            )
            for spot in found:
                box = spot.cell.span(spot.start, len(spot.cell.text)).box
                is_there = min(abs(box[0] - x0), abs(box[2] - x0 - width)) <= _NEAR_X
                yield Place(spot.cell, spot.start, _SEEN if is_there else _PLACED)
        yield from _at(self.layout, anchor.page, x0, top)


def recalled(layout: Layout, memory: Memory) -> tuple[Recall | None, Problem | None]:
    """Return the layout that fits best, and what to tell where that of the seller fits no more."""
    is_theirs = memory.is_theirs
    text = " ".join(_plain(cell.text) for cell in layout.cells) if memory.layouts else ""
    fits = [(fit_of(layout, one), one) for one in memory.layouts if is_theirs or _names(text, one)]
    good = [(fit, one) for fit, one in fits if _is_used(fit, is_theirs=is_theirs)]
    if good:
        fit, one = max(good, key=lambda pair: (pair[0].seller is not None, pair[0].share))
        return Recall(one, layout, fit), None
    misfits = [one for fit, one in fits if is_theirs or fit.seller is not None]
    return None, _changed(misfits[0]) if misfits else None


def _names(text: str, learned: Learned) -> bool:
    """Whether a page's text may name the seller of a layout; most layouts are others'."""
    seller = (_plain(one) for one in (learned.seller.name, learned.seller.tax_id) if one)
    return any(one in text for one in seller if one)


def _is_used(fit: Fit, *, is_theirs: bool) -> bool:
    if fit.seller is not None:
        return fit.share >= _FITS_SELLER
    return is_theirs and fit.share >= _FITS_ALONE


def _changed(learned: Learned) -> Problem:
    return Problem(
        code="pdf.layout_changed",
        severity="warning",
        message=f"the page does not fit the layout {learned.name!r} (version {learned.version}) "
        "that was learned of this supplier, which was not used",
        at="page 1",
        expected=", ".join(repr(mark.words) for mark in learned.landmarks[:5]),
        remedy="Look at the values more closely, and teach the new layout once they are right.",
    )


def fit_of(layout: Layout, learned: Learned) -> Fit:
    """Return how well the pages of `layout` fit a learned layout."""
    found = [(mark, _found(layout, mark)) for mark in learned.landmarks]
    moved = [(x - mark.x, top - mark.top) for mark, spot in found if spot for x, top in [spot]]
    close = [(dx, dy) for dx, dy in moved if abs(dy) <= _AWAY]
    share = len(moved) / len(found) if found else 0.0
    dx = median(one for one, _ in close) if close else 0.0
    dy = median(one for _, one in close) if close else 0.0
    return Fit(share, dx, dy, seller_on(layout, learned, dx, dy))


def _found(layout: Layout, mark: Landmark) -> tuple[float, float] | None:
    """Return where the words of a landmark begin, nearest to where they were on the first page."""
    places: list[tuple[float, float]] = []
    for cell in layout.cells:
        at = occurrence(cell, mark.words, loose=layout.is_scan)
        if at is not None:
            x0, top = cell.span(*at).box[:2]
            if abs(x0 - mark.x) <= _ASIDE:
                places.append((x0, top))
    return min(places, key=lambda place: abs(place[1] - mark.top), default=None)


def seller_on(layout: Layout, learned: Learned, dx: float, dy: float) -> Span | None:
    """Return where a page names the seller: its tax number, or its name where it was taught.

    The same name elsewhere may be that of a buyer. A scan's name may differ by a letter, a tax
    number by none.
    """
    tax_id = _plain(learned.seller.tax_id or "")
    numbered = (cell.whole for cell in layout.cells if tax_id and tax_id in _plain(cell.text))
    goal = _plain(learned.seller.name or "")
    named = (
        read.span
        for anchor in learned.anchors
        if anchor.field == "supplier"
        for place in _at(layout, anchor.page, anchor.box[0] + dx, anchor.box[1] + dy)
        for read in [named_at(place, anchor.until)]
        if read and ratio(_plain(read.value), goal) >= _SAME_NAME
    )
    return next(numbered, None) or next(named, None)


def _at(layout: Layout, page: int, x0: float, top: float) -> Iterator[Place]:
    """Yield the word that stands where a value stood."""
    for cell in layout.cells:
        place = next((i for i, one in enumerate(cell.words) if abs(one.x0 - x0) <= _NEAR_X), None)
        if place is not None and cell.page == page and abs(cell.top - top) <= _NEAR_Y:
            yield Place(cell, start_of(cell, place), _PLACED)


def start_of(cell: Cell, place: int) -> int:
    """Return where in the text of a cell the word at a place begins."""
    return sum(len(one.text) + 1 for one in cell.words[:place])


def identified_at(place: Place, shape: str | None) -> Read[str] | None:
    """Return the identifier that begins at a place; one of another shape is not so sure."""
    mended = _mended_at(place, shape) if shape else None
    if mended is not None:
        return mended
    found = identifier(place.cell.text[place.start :])
    if found is None:
        return None
    value, size = found
    certainty = place.certainty if shape is None or _is_alike(value, shape) else _ODD
    return Read(value, place.cell.span(place.start, place.start + size), certainty)


def _mended_at(place: Place, shape: str) -> Read[str] | None:
    """Return the identifier of a scan whose letters and digits were taken for one another."""
    words = place.cell.text[place.start :].split(" ")[: shape.count(" ") + 1]
    text = " ".join(words).strip(_EDGES)
    value = repaired(text, shape) if place.cell.words[0].by == "ocr" else None
    if value is None or value == text:
        return None
    return Read(value, place.cell.span(place.start, place.start + len(text)), _MENDED)


def named_at(place: Place, until: str | None) -> Read[str] | None:
    """Return the name that begins at a place and ends with the cell, or before `until`."""
    end = place.cell.text.find(until, place.start) if until else -1
    rest = place.cell.text[place.start : end if end > 0 else len(place.cell.text)]
    text = rest.rstrip(_EDGES)
    letters = sum(letter.isalpha() for letter in text)
    digits = sum(letter.isdigit() for letter in text)
    if letters < _NAME_MIN - 1 or digits >= _NAME_MIN - 1:
        return None
    return Read(text, place.cell.span(place.start, place.start + len(text)), place.certainty)


def _sum_at(figures: Figures, kind: str, spot: Spot, right: float) -> Iterator[Sum]:
    """Yield the amount on the row of a spot whose right edge is the nearest to the taught one."""
    row = figures.layout.rows[spot.cell.row]
    x0 = spot.cell.span(spot.start, len(spot.cell.text)).box[0]
    money = [one for one in figures.of_money(row) if not one.percent and one.x0 >= x0 - 1]
    if money:
        number: Number = min(money, key=lambda one: abs(one.x1 - right))
        match = Match(kind, "", 0, len(spot.tag.text), len(spot.tag.words))
        label = Label(kind, spot.tag, match, _WEIGHT)
        yield Sum(kind, label, number, row.index, _WEIGHT)


def shape_of(value: str) -> str:
    """Return how an identifier is written: its letters as A, its digits as 9."""
    return "".join("9" if one.isdigit() else "A" if one.isalpha() else one for one in value)


def _is_alike(value: str, shape: str) -> bool:
    """Whether a value is written as a shape, however long its runs of letters and digits are."""
    return _RUNS.sub(r"\1", shape_of(value)) == _RUNS.sub(r"\1", shape)


def repaired(text: str, shape: str) -> str | None:
    """Return what a scan took for `text`, if it is of `shape` but for letters like digits."""
    if len(text) != len(shape):
        return None
    mended = ""
    for letter, mark in zip(text, shape, strict=True):
        one = _AS_LETTER.get(letter, letter) if mark == "A" else letter
        one = _AS_DIGIT.get(one, one) if mark == "9" else one
        mended += one
    return mended if shape_of(mended) == shape else None


def agreed(plain: Read[T] | None, known: Read[T] | None) -> Read[T] | None:
    """Return one reading of what was read without and with a layout: two that agree are sure.

    What the layout says counts for more, unless the value looks unlike what was taught.
    """
    if known is None or plain is None:
        return known or plain
    if _comparable(plain.value) == _comparable(known.value):
        return plain._replace(confidence=max(plain.confidence, known.confidence, _AGREED))
    if known.confidence <= max(_ODD, min(plain.confidence - _CLEARER, _PLACED)):
        return plain._replace(confidence=min(plain.confidence, _PLACED))
    return known


def _comparable(value: str | Day | Decimal | object) -> str:
    return _plain(value) if isinstance(value, str) else str(value)


def beside(layout: Layout, span: Span) -> set[str]:
    """Return the words beside a span of the page, as tags have them."""
    cell = next((one for one in layout.cells if span.words[0] in one.words), None)
    if cell is None:
        return set()
    start = start_of(cell, cell.words.index(span.words[0]))
    return {tag.words for tag in tags_at(layout, cell, start)}


def _plain(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isalnum())
