"""A PDF that carries its invoice as XML: the XML's values, held against what the page prints.

The XML wins, because no letter of it can be misread. But a person approves what is printed: where a
number, date, currency, total or tax number of the XML stands nowhere on the page and the page says
otherwise, the difference is an error that shows both. What the XML leaves out (a profile without
lines, terms told in prose) the page adds.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import structs, to_builtins

from mappers.canonical import Day, Invoice, InvoiceLine, Source, Terms, Traced
from mappers.pdf.dates import dates
from mappers.pdf.figures import Figures
from mappers.pdf.layout import Layout, Span
from mappers.pdf.vocabulary import fold
from mappers.rules import Mapped
from parsers.form import Page, Problem

_SHOWN, _UNSEEN, _DIFFERS = 0.99, 0.88, 0.4
_SURE = 0.9
_COMPARED = {
    "/number": "invoice number",
    "/date": "invoice date",
    "/currency": "currency",
    "/totals/total": "total",
    "/supplier/tax_id": "supplier's tax number",
}
_FILLED = ("due_date", "orders", "currency", "adjustments", "totals", "buyer", "supplier")


def merged(embedded: Mapped, printed: Mapped, pages: Sequence[Page], source: Source) -> Mapped:
    """Return the embedded invoice with the places of its values on the pages.

    With what it differs in.

    `printed` is what was read from the pages alone.
    """
    xml, paper = embedded.record, printed.record
    if not isinstance(xml, Invoice) or not isinstance(paper, Invoice):
        return printed
    own, shown = embedded.trace(), printed.trace()
    places = _places(_Printed(pages), xml, own)
    differing = list(_differences(xml, paper, places, shown))
    seen = [problem for problem in paper.problems if problem.code == "pdf.hidden_text"]
    problems = (*seen, *xml.problems, *differing)
    lines = tuple(line for line in xml.lines if _is_billed(line))
    added = {name: getattr(paper, name) for name in _FILLED if not getattr(xml, name)}
    added["lines"] = lines or paper.lines
    added["terms"] = (
        xml.terms if any(_is_worded(term) for term in xml.terms) else paper.terms or xml.terms
    )
    record = structs.replace(
        xml,
        **added,
        notes=(
            *xml.notes,
            *(note for line in xml.lines if not _is_billed(line) for note in _said(line)),
        ),
        source=source,
        problems=problems,
        incomplete=any(problem.is_error for problem in problems),
    )
    doubtful = {problem.pointer for problem in differing}
    shift = _shift(xml.lines)
    trace = {
        **{
            pointer: traced
            for pointer, traced in shown.items()
            if _is_added(pointer, added, xml, lines)
        },
        **dict(_confirmed(own, places, doubtful, shift)),
    }
    return Mapped(record, lambda: trace)


def _is_billed(line: InvoiceLine) -> bool:
    """Whether a line has a figure above nothing; those without are headings and notes."""
    return any((line.amount, line.quantity, line.unit_price))


def _said(line: InvoiceLine) -> Iterator[str]:
    """Yield what a line without figures says."""
    if line.item and line.item.description:
        yield line.item.description
    yield from line.notes


def _is_worded(term: Terms) -> bool:
    return term.discount_percent is not None or term.net_days is not None


def _is_added(
    pointer: str, added: dict[str, Any], xml: Invoice, lines: Sequence[InvoiceLine]
) -> bool:
    """Whether a value of the page has come into the record."""
    name = pointer.split("/")[1]
    if name == "lines":
        return not lines
    if name == "terms":
        return added["terms"] is not xml.terms
    return name in added


def _shift(lines: Sequence[InvoiceLine]) -> dict[int, int]:
    """Return the place of each line of the XML among those that are kept."""
    kept = [index for index, line in enumerate(lines) if _is_billed(line)]
    return {index: place for place, index in enumerate(kept)}


def _confirmed(
    own: Mapping[str, Traced],
    places: Mapping[str, Traced],
    doubtful: set[str | None],
    shift: dict[int, int],
) -> Iterator[tuple[str, Traced]]:
    """Yield the trace of the XML's values.

    On the page where they are printed, in the XML otherwise.
    """
    for pointer, traced in own.items():
        sure = _DIFFERS if pointer in doubtful else _SHOWN if pointer in places else _UNSEEN
        where = structs.replace(places.get(pointer, traced), confidence=sure, by="embedded_xml")
        _, name, *rest = pointer.split("/")
        if name != "lines":
            yield pointer, where
        elif int(rest[0]) in shift:
            yield "/".join(("", name, str(shift[int(rest[0])]), *rest[1:])), where


def _places(printed: "_Printed", xml: Invoice, own: Mapping[str, Traced]) -> dict[str, Traced]:
    """Return where on the pages the values of the XML are printed, by pointer."""
    tree = to_builtins(xml, builtin_types=(Decimal, Day))
    found: dict[str, Traced] = {}
    for pointer in own:
        span = printed.find(_value(tree, pointer), last=pointer.startswith("/totals"))
        if span:
            found[pointer] = Traced(
                at=f"page {span.page}, box [{', '.join(f'{side:.1f}' for side in span.box)}]",
                text=span.text,
                page=span.page,
                box=span.box,
            )
    return found


def _value(tree: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        tree = tree[int(key)] if isinstance(tree, list | tuple) else tree.get(key) if tree else None
    return tree


def _differences(
    xml: Invoice, paper: Invoice, places: Mapping[str, Traced], shown: Mapping[str, Traced]
) -> Iterator[Problem]:
    """Yield what the page surely says otherwise.

    Of values that it does not print as the XML has them.
    """
    trees = [to_builtins(one, builtin_types=(Decimal, Day)) for one in (xml, paper)]
    for pointer, name in _COMPARED.items():
        coded, read = (_value(tree, pointer) for tree in trees)
        where = shown.get(pointer)
        if coded is None or read is None or pointer in places or where is None:
            continue
        if where.confidence >= _SURE and not _is_same(coded, read):
            yield _difference(pointer, name, str(coded), str(read), where)


def _is_same(one: Any, two: Any) -> bool:
    if isinstance(one, Decimal):
        return bool(abs(one) == abs(two))
    if isinstance(one, str):
        return _letters(one) == _letters(two)
    return bool(one == two)


def _difference(pointer: str, name: str, coded: str, read: str, where: Traced) -> Problem:
    return Problem(
        code="pdf.differs_from_xml",
        message=f"the {name} in the embedded XML is {coded}, the page prints {read}",
        at=where.at,
        found=read,
        expected=coded,
        pointer=pointer,
        remedy="Ask the supplier which of the two counts; pay neither before.",
    )


def _letters(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isalnum())


class _Printed:
    """What the pages print, by value."""

    def __init__(self, pages: Sequence[Page]) -> None:
        layout = Layout(pages)
        figures = Figures(layout, ".")
        self.amounts: dict[Decimal, list[Span]] = {}
        self.days: dict[Day, Span] = {}
        self.texts: list[tuple[str, Span]] = []
        for row in layout.rows:
            for number in figures.of(row):
                self.amounts.setdefault(abs(number.value), []).append(number.span)
        for cell in layout.cells:
            self.texts.append((_letters(cell.text), cell.whole))
            read = ((date, day) for date in dates(cell.text) for day in (date.dmy, date.mdy))
            for date, day in read:
                if day:
                    self.days.setdefault(day, cell.span(date.start, date.end))

    def find(self, value: Any, *, last: bool) -> Span | None:
        """Return where `value` is printed first, or last."""
        if isinstance(value, Decimal):
            spans = self.amounts.get(abs(value), ())
            return spans[-1 if last else 0] if spans else None
        if isinstance(value, Day):
            return self.days.get(value)
        if not isinstance(value, str) or not _letters(value):
            return None
        wanted = _letters(value)
        return next((span for text, span in self.texts if wanted in text), None)
