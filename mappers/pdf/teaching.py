"""Learning a supplier's layout from one invoice whose values a person has confirmed.

Each value is looked for on the pages; where it stands more than once, the place that the person
pointed at counts, then the one beside words that say what it is. What is kept has been tried: words
and places that do not lead back to the value on its own page are left out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from msgspec import structs
from rapidfuzz.fuzz import ratio

from mappers.canonical import Day, Invoice, Source, Traced
from mappers.pdf.anchors import Anchors
from mappers.pdf.dates import Order, dates, settled
from mappers.pdf.figures import Figures
from mappers.pdf.headings import headings_of
from mappers.pdf.invoice import invoice
from mappers.pdf.landmarks import tags_at, wording
from mappers.pdf.layout import Cell, Layout, Span
from mappers.pdf.learned import Anchor, Field, Landmark, Learned, Seller, Tag
from mappers.pdf.recalling import SUMS, Fit, Recall, beside, shape_of, start_of
from mappers.pdf.vocabulary import find, fold
from parsers.form import Box, Page

_NAMES = {"supplier", "buyer"}
_IDS = {"number", "order"}
_DAYS = {"date", "due_date"}
_SIMILAR = 85.0
_SIMILAR_FROM = 6
_TAGS_MAX = 3
_LANDMARKS_MAX = 40
_SECTIONS = ("fields", "totals", "columns", "titles")
_HOME = Fit(1.0, 0.0, 0.0, None)
_LABELS: dict[str, tuple[str, set[str]]] = {
    "number": ("fields", {"invoice_number", "invoice_title", "number_plain"}),
    "order": ("fields", {"order_number", "order_weak"}),
    "date": ("fields", {"date", "date_plain"}),
    "due_date": ("fields", {"due_date"}),
    "supplier": ("fields", {"supplier"}),
    "buyer": ("fields", {"buyer"}),
    **{field: ("totals", {kind}) for field, kind in SUMS.items()},
}


class _Spot(NamedTuple):
    cell: Cell
    start: int
    span: Span


class _Wanted(NamedTuple):
    field: Field
    pointer: str
    value: str | Day | Decimal


def learned_from(
    pages: Sequence[Page],
    record: Invoice,
    known: Learned,
    pointed: Mapping[str, Traced] | None = None,
) -> Learned:
    """Return the layout of `pages` as a confirmed `record` of them teaches it.

    `known` says what it is called, who confirmed it, when and by which document. `pointed` tells
    of values, by their JSON pointers, where on the pages they stand; without it they are found.
    """
    layout = Layout(pages)
    plain = invoice(pages, Source())
    traced = {**_right(plain.record, plain.trace(), record), **(pointed or {})}
    teacher = _Teacher(layout, traced)
    party = record.supplier
    wanted = list(_wanted(record))
    taught = structs.replace(
        known,
        seller=Seller(name=party.name, tax_id=party.tax_id) if party else Seller(),
        currency=record.currency,
        dates=_order(layout, wanted),
        decimal=teacher.figures.sign,
    )
    anchors = tuple(filter(None, (teacher.anchor(one, taught) for one in wanted)))
    return structs.replace(
        taught,
        anchors=anchors,
        headings=headings_of(layout, teacher.figures, record.lines),
        landmarks=tuple(_landmarks(layout, anchors)),
        misleading=_misleading(layout, plain.record, plain.trace(), record),
    )


def renewed(old: Learned, new: Learned) -> Learned:
    """Return the next version of a layout: what `new` does not know is kept from `old`."""
    fields = {anchor.field for anchor in new.anchors}
    kept = tuple(anchor for anchor in old.anchors if anchor.field not in fields)
    return structs.replace(
        new,
        name=old.name,
        version=old.version + 1,
        dates=new.dates or old.dates,
        decimal=new.decimal or old.decimal,
        currency=new.currency or old.currency,
        anchors=(*new.anchors, *kept),
        headings=new.headings or old.headings,
        misleading=tuple(sorted({*old.misleading, *new.misleading})),
    )


def _wanted(record: Invoice) -> Iterator[_Wanted]:
    """Yield the values of a record that a layout is taught by."""
    totals = record.totals
    offered: list[tuple[Field, str, str | Day | Decimal | None]] = [
        ("number", "/number", record.number),
        ("date", "/date", record.date),
        ("due_date", "/due_date", record.due_date),
        ("supplier", "/supplier/name", record.supplier.name if record.supplier else None),
        ("buyer", "/buyer/name", record.buyer.name if record.buyer else None),
        *(("order", f"/orders/{i}", number) for i, number in enumerate(record.orders)),
    ]
    if totals:
        net = "/totals/net" if totals.net is not None else "/totals/lines"
        offered += [
            ("net", net, totals.net if totals.net is not None else totals.lines),
            ("tax", "/totals/tax", totals.tax or None),
            ("total", "/totals/total", totals.total),
            ("due", "/totals/due", totals.due),
            ("prepaid", "/totals/prepaid", totals.prepaid or None),
        ]
    yield from (_Wanted(*one) for one in offered if one[2] is not None)  # type: ignore[arg-type]


def _right(read: object, trace: Mapping[str, Traced], record: Invoice) -> dict[str, Traced]:
    """Return where those values were read that were read rightly."""
    if not isinstance(read, Invoice):
        return {}
    ours = {one.pointer: one.value for one in _wanted(read)}
    return {
        one.pointer: trace[one.pointer]
        for one in _wanted(record)
        if one.pointer in trace and ours.get(one.pointer) == one.value
    }


class _Teacher:
    """Finds where the values of one record stand on its pages."""

    def __init__(self, layout: Layout, pointed: Mapping[str, Traced]) -> None:
        self.layout = layout
        self.pointed = pointed
        self.figures = Figures(layout, ".")

    def anchor(self, wanted: _Wanted, taught: Learned) -> Anchor | None:
        """Return where a value stands, None where nothing on the page leads back to it."""
        for spot in self._ranked(wanted):
            bare = self._bare(wanted, spot)
            tags = [
                tag
                for tag in tags_at(self.layout, spot.cell, spot.start)
                if self._leads_back(structs.replace(bare, tags=(tag,)), wanted, taught)
            ]
            own = [tag for tag in tags if _says(tag, wanted.field)]
            anchor = structs.replace(bare, tags=tuple((own or tags)[:_TAGS_MAX]))
            if self._leads_back(anchor, wanted, taught):
                return anchor
        return None

    def _bare(self, wanted: _Wanted, spot: _Spot) -> Anchor:
        box = tuple(round(side, 1) for side in spot.span.box)
        shape = shape_of(str(wanted.value)) if wanted.field in _IDS else None
        rest = spot.cell.text[spot.start + len(spot.span.text) :].strip()
        until = rest.split(" ")[0] if rest and wanted.field in _NAMES else None
        if until and until[0].isalnum():
            until = None
        return Anchor(
            field=wanted.field,
            page=spot.cell.page,
            box=box,  # type: ignore[arg-type]
            shape=shape,
            until=until,
        )

    def _leads_back(self, anchor: Anchor, wanted: _Wanted, taught: Learned) -> bool:
        """Whether reading by `anchor` alone gives the value it was taught by."""
        alone = structs.replace(taught, anchors=(anchor,), seller=Seller())
        recall = Recall(alone, self.layout, _HOME)
        return wanted.value in self._read(recall, wanted.field)

    def _read(self, recall: Recall, field: str) -> list[object]:
        if field in SUMS:
            return [abs(one.value) for one in recall.sums(self.figures, frozenset())[:1]]
        if field in _DAYS:
            found = recall.day(field)
            return [found.value.dmy, found.value.mdy] if found else []
        if field in _NAMES:
            name = recall.name(field)
            return [name.value] if name else []
        numbers = recall.orders() if field == "order" else [recall.number()]
        return [one.value for one in numbers if one]

    def _ranked(self, wanted: _Wanted) -> list[_Spot]:
        """Return where a value stands: first where the person pointed, then beside its words."""
        found = list(self._spots(wanted))
        traced = self.pointed.get(wanted.pointer)

        def rank(spot: _Spot) -> tuple[float, bool]:
            box = self.layout.box_on_page(spot.span.page, spot.span.box)
            tags = tags_at(self.layout, spot.cell, spot.start)
            named = any(_says(tag, wanted.field) for tag in tags)
            return _distance(spot.span.page, box, traced), not named

        return sorted(found, key=rank)

    def _spots(self, wanted: _Wanted) -> Iterator[_Spot]:
        value = wanted.value
        if isinstance(value, Decimal):
            yield from self._amounts(value)
        elif isinstance(value, str):
            exact = list(_texts(self.layout, value, lambda cell: _within(cell, value)))
            yield from exact or _texts(self.layout, value, lambda cell: _similar(cell, value))
        else:
            yield from self._days(value)

    def _amounts(self, value: Decimal) -> Iterator[_Spot]:
        for row in reversed(self.layout.rows):
            for number in self.figures.of(row):
                if abs(number.value) == abs(value):
                    first = number.span.words[0]
                    cell = next(cell for cell in row.cells if first in cell.words)
                    yield _Spot(cell, start_of(cell, cell.words.index(first)), number.span)

    def _days(self, value: Day) -> Iterator[_Spot]:
        for cell in self.layout.cells:
            for date in dates(cell.text):
                if value in (date.dmy, date.mdy):
                    yield _Spot(cell, date.start, cell.span(date.start, date.end))


def _says(tag: Tag, field: Field) -> bool:
    """Whether the words of a tag are known to name the field; others may be a neighbour's value."""
    section, kinds = _LABELS[field]
    return any(match.kind in kinds for match in find(tag.words, section))


def _distance(page: int, box: Box, traced: Traced | None) -> float:
    if traced is None or traced.box is None:
        return 0.0
    if traced.page != page:
        return float("inf")
    return abs(box[0] - traced.box[0]) + abs(box[1] - traced.box[1])


def _texts(
    layout: Layout, value: str, place_in: Callable[[Cell], tuple[int, int] | None]
) -> Iterator[_Spot]:
    for cell in layout.cells:
        place = place_in(cell)
        if value and place is not None:
            yield _Spot(cell, place[0], cell.span(*place))


def _within(cell: Cell, value: str) -> tuple[int, int] | None:
    """Return where `value` stands in a cell as words of its own, whatever its blanks and case."""
    places = [place for place, letter in enumerate(cell.text) if letter.isalnum()]
    text = "".join(cell.text[place].casefold() for place in places)
    goal = "".join(letter.casefold() for letter in value if letter.isalnum())
    at = text.find(goal) if goal and len(text) == len(places) else -1
    if at < 0:
        return None
    start, end = places[at], places[at + len(goal) - 1] + 1
    is_apart = not cell.text[start - 1 : start].isalnum() and not cell.text[end : end + 1].isalnum()
    while is_apart and end < len(cell.text) and cell.text[end] == value[-1]:
        end += 1
    return (start, end) if is_apart else None


def _similar(cell: Cell, value: str) -> tuple[int, int] | None:
    """Return a whole cell that OCR may have made of `value`."""
    if cell.words[0].by != "ocr" or len(value) < _SIMILAR_FROM:
        return None
    return (0, len(cell.text)) if ratio(fold(cell.text), fold(value)) >= _SIMILAR else None


def _order(layout: Layout, wanted: Sequence[_Wanted]) -> Order | None:
    """Return how dates are written, as those that were confirmed prove it, or the page itself."""
    days = {one.value for one in wanted if one.field in _DAYS}
    found = [date for cell in layout.cells for date in dates(cell.text)]
    for date in found:
        if date.is_open and (date.dmy in days) != (date.mdy in days):
            return "dmy" if date.dmy in days else "mdy"
    return settled(found)[0]


def _landmarks(layout: Layout, anchors: Sequence[Anchor]) -> Iterator[Landmark]:
    """Yield the words of the first page that are labels, each once."""
    taught = {tag.words for anchor in anchors for tag in anchor.tags}
    labels = [Anchors(layout, section) for section in _SECTIONS]
    seen: set[str] = set()
    for cell in layout.cells:
        words = wording(cell.text)
        is_label = any(one.is_label(cell) for one in labels) or (
            words in taught and cell.text.rstrip().endswith(":")
        )
        if words and is_label and words not in seen and cell.page == min(layout.pages):
            seen.add(words)
            if len(seen) <= _LANDMARKS_MAX:
                yield Landmark(words=words, x=round(cell.x0, 1), top=round(cell.top, 1))


def _misleading(
    layout: Layout, read: object, trace: Mapping[str, Traced], record: Invoice
) -> tuple[str, ...]:
    """Return the words beside what was taken for an order where there is none."""
    if not isinstance(read, Invoice) or record.orders:
        return ()
    traced = (trace.get(f"/orders/{index}") for index in range(len(read.orders)))
    return tuple(sorted({words for one in traced if one for words in _tags_of(layout, one)}))


def _tags_of(layout: Layout, traced: Traced) -> set[str]:
    for cell in layout.cells:
        for word in cell.words:
            box = layout.box_on_page(word.page, (word.x0, word.top, word.x1, word.bottom))
            if _distance(word.page, box, traced) < 1.0:
                return beside(layout, Span(word.text, [word]))
    return set()
